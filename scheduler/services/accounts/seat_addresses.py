"""A seat at an event gets another mail address: somebody else may hold it from now on.

Whoever held it is signed out, their calendars end, what they wrote for themselves stays theirs, and both addresses
are told.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.messages import MessageKind, MessageState, Priority
from scheduler.mail.outbox import queue_mail, wall_clock
from scheduler.models import Event, MessagePreference, OutboxMessage, Participant, User
from scheduler.services.accounts.user_sessions import end_all_sessions
from scheduler.services.audit import record
from scheduler.services.calendars.feeds import revoke_all_feeds


def move_seat(session: Session, event: Event, person: Participant, address: str, actor: User) -> None:
    """Give the seat of a participant to another address, which is clean and free."""
    before, holder = person.email, person.user
    revoke_all_feeds(session, person)
    if holder is not None:
        end_all_sessions(session, holder.id, wall_clock())
    person.user = None
    person.email = address
    _begin_anew(session, event, person)
    session.flush()
    _redirect_mails(session, person)
    _tell(session, event, person, before)
    record(
        session,
        event,
        actor,
        "person.address",
        person.public_id,
        name=person.name,
        before=before,
        after=address,
    )


def _begin_anew(session: Session, event: Event, person: Participant) -> None:
    """Whoever reads the new address was not invited yet and has not come in; who was seen stays seen."""
    waits = exists().where(
        OutboxMessage.participant_id == person.id,
        OutboxMessage.kind == MessageKind.INVITATION,
        OutboxMessage.state == MessageState.QUEUED,
    )
    if session.scalar(select(waits)) is not True:
        person.invited_at, person.invitations = None, 0
    if person.state is ParticipantState.ACTIVE and person.shown_at is None:
        person.shown_at = event.now()
    person.came_in_at = None


def _redirect_mails(session: Session, person: Participant) -> None:
    """Mails that wait go to the new address. What the old one chose about mails ends with it, the way out too:
    a stranger who wanted none must not have silenced the seat.
    """
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.participant_id == person.id, OutboxMessage.state == MessageState.QUEUED)
        .values(to_address=person.email)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(MessagePreference)
        .where(MessagePreference.participant_id == person.id)
        .execution_options(synchronize_session="fetch")
    )


def _tell(session: Session, event: Event, person: Participant, before: str) -> None:
    """Tell both. The old address does not learn the new one: it may have been a stranger's all along."""
    told = {
        before: _(
            "The organisers of %(event)s gave the registration that had this address to another one. Here nothing of"
            " it can be read or changed any more: its sign-ins and calendars have ended. Notes on meetings stay"
            " private to who wrote them. If this should not have happened, write to the organisers.",
            event=event.name,
        ),
        person.email: _(
            "The organisers of %(event)s gave your registration this address. Sign in with it; calendars that followed"
            " the agenda so far have ended, and new ones are made under “My calendar”. If you do not take part in"
            " this event, write to the organisers.",
            event=event.name,
        ),
    }
    for address, text in told.items():
        message = queue_mail(
            session,
            to_address=address,
            to_name="" if address == before else person.name,
            subject=_("%(event)s: the mail address of a registration has changed", event=event.name),
            text=text + "\n",
            kind=MessageKind.NOTE,
            event=event,
        )
        message.priority = Priority.SOON
