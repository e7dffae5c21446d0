"""Whether an invited participant takes part."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.errors import Conflict
from scheduler.models import Event, Participant, User
from scheduler.services.audit import record


def take_part(session: Session, event: Event, participant: Participant, actor: User | None) -> None:
    """Say yes to an invitation: from now on others see the participant, once approved where the event asks for it.

    Raises Conflict when they left. A second time changes nothing.
    """
    if participant.state is ParticipantState.WITHDRAWN:
        raise Conflict(_("You have left this event. Ask the organiser to take you back."))
    state = state_once_in(event, participant)
    if participant.came_in_at is not None and participant.state is state:
        return
    participant.state = state
    participant.came_in_at = participant.updated_at = event.now()
    record(session, event, actor, "person.take-part", participant.public_id, name=participant.name)
    session.flush()


def state_once_in(event: Event, participant: Participant) -> ParticipantState:
    """What somebody is who has come in: seen, or, where the event approves people, not before that."""
    approved = participant.approved_at is not None or participant.shown_at is not None
    return ParticipantState.ACTIVE if approved or not event.approval else ParticipantState.INVITED


def come_in(session: Session, user: User, destination: str) -> None:
    """What signing in says about invitations: whoever follows a mail to an event takes part in it.

    `destination` is the path to which the link leads. Where it names no event, the only invitation is meant; of
    several none is: the page “Now” of each asks. In an event that is closed nothing changes.
    """
    waiting = session.scalars(
        select(Participant).where(
            Participant.user_id == user.id,
            or_(Participant.came_in_at.is_(None), Participant.state == ParticipantState.INVITED),
            Participant.state != ParticipantState.WITHDRAWN,
        )
    ).all()
    events = {person.id: session.get_one(Event, person.event_id) for person in waiting}
    named = [person for person in waiting if f"{destination}/".startswith(f"/e/{events[person.id].slug}/")]
    if not named and not destination.startswith("/e/") and len(waiting) == 1:
        named = list(waiting)
    for person in named:
        if events[person.id].closed:
            continue
        take_part(session, events[person.id], person, user)
