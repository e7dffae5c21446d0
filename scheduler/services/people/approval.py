"""An event may approve people before others see them: the one place that decides what coming in means."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.messages import MessageKind
from scheduler.errors import Invalid
from scheduler.mail.outbox import queue_for, queue_many, readers
from scheduler.models import Event, Participant, User
from scheduler.queries.people.approval import count_waiting, waiting
from scheduler.services.audit import record
from scheduler.services.people.bulk_change import Choice, conditions_of
from scheduler.services.people.withdrawal import withdraw_person
from scheduler.services.text import clean_text


@dataclass(frozen=True, slots=True)
class Approvable:
    """Of the people who are meant: those who wait, and those who would wait once they come in."""

    waiting: int
    ahead: int


def approvable(session: Session, event: Event, choice: Choice) -> Approvable:
    """Whom `approve` would approve. One query."""
    came_in = Participant.came_in_at.is_not(None)
    found = session.execute(
        select(func.count().filter(came_in), func.count().filter(~came_in)).where(*_unapproved(event, choice))
    ).one()
    return Approvable(*found)


def approve(session: Session, event: Event, choice: Choice, actor: User) -> Approvable:
    """Approve people: those who wait are seen from now on and told by mail, the others once they come in."""
    counts = approvable(session, event, choice)
    told = session.execute(readers().where(*_unapproved(event, choice), *waiting())).all()
    _approve(session, event, _unapproved(event, choice))
    queue_many(session, event, MessageKind.NOTE, ((row, {"what": "approved"}) for row in told))
    if counts.waiting or counts.ahead:
        record(session, event, actor, "people.approve", "", count=counts.waiting, ahead=counts.ahead)
    return counts


def refuse(session: Session, event: Event, choice: Choice, reason: str, actor: User) -> int:
    """Refuse people who wait; each is told the reason by mail. How many these were. Raises Invalid without a reason.

    They no longer take part; an organiser can take each of them back, who then waits again.
    """
    text = clean_text(reason, 1000, "reason", _("Reason"))
    if not text:
        raise Invalid(_("Say why, in a sentence: they get it by mail."), "reason")
    people = session.scalars(
        select(Participant).where(*_unapproved(event, choice), *waiting()).order_by(Participant.id)
    ).all()
    for person in people:
        withdraw_person(session, event, person, actor)
        queue_for(session, person, MessageKind.NOTE, {"what": "refused", "reason": text})
    if people:
        record(session, event, actor, "people.refuse", "", count=len(people), reason=text[:300])
    return len(people)


def set_approval(session: Session, event: Event, wanted: bool, actor: User) -> int:
    """Let the event approve people, or not any more: then all who wait are seen, and told. How many these were.

    Whoever is seen as it begins stays seen.
    """
    if wanted == event.approval:
        return 0
    event.approval = wanted
    session.flush()
    shown = 0
    if wanted:
        _approve(
            session,
            event,
            [Participant.event_id == event.id, Participant.state == ParticipantState.ACTIVE],
        )
    else:
        shown = count_waiting(session, event.id)
        told = session.execute(readers().where(Participant.event_id == event.id, *waiting())).all()
        _approve(session, event, [Participant.event_id == event.id, *waiting()])
        queue_many(session, event, MessageKind.NOTE, ((row, {"what": "approved"}) for row in told))
    record(session, event, actor, "event.approval", event.public_id, asked=wanted, shown=shown)
    session.flush()
    return shown


def _unapproved(event: Event, choice: Choice) -> list[ColumnElement[bool]]:
    return [
        *conditions_of(event, choice),
        Participant.state == ParticipantState.INVITED,
        Participant.approved_at.is_(None),
    ]


def _approve(session: Session, event: Event, conditions: list[ColumnElement[bool]]) -> None:
    """One statement: a filter may ask for the very thing that changes."""
    people = select(Participant.id).where(*conditions)
    session.execute(
        update(Participant)
        .where(Participant.id.in_(people))
        .values(
            approved_at=func.coalesce(Participant.approved_at, event.now()),
            state=case(
                (Participant.came_in_at.is_not(None), ParticipantState.ACTIVE), else_=Participant.state
            ),
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
