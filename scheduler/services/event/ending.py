"""The end of an event: archived, where everything stays and nothing changes, or deleted after days to think better."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from babel.dates import format_date
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.domain.text_key import name_key
from scheduler.errors import Conflict, Invalid
from scheduler.mail.outbox import queue_mail
from scheduler.models import (
    AuditEntry,
    Delegation,
    Event,
    EventRole,
    MatchmakingRound,
    MeetingBlock,
    Participant,
    Plan,
    Run,
    User,
)
from scheduler.queries.event.contents import contents_of
from scheduler.services.audit import record
from scheduler.services.rounds.runs import ACTIVE

log = logging.getLogger(__name__)

DAYS_TO_THINK = 7
"""Days between the word that an event shall be deleted and its deletion."""


def archive_event(session: Session, event: Event, actor: User) -> None:
    """From now on nothing in the event changes, and it stands in no list. Raises Conflict while a run is under way."""
    if event.archived_at is not None:
        raise Conflict(_("This event is archived already."))
    _refuse_runs(session, event)
    event.archived_at = datetime.now(UTC)
    record(session, event, actor, "event.archive", event.public_id, name=event.name)
    session.flush()


def open_event_again(session: Session, event: Event, actor: User) -> None:
    """Take an event out of the archive. Raises Conflict when it is not there."""
    if event.archived_at is None:
        raise Conflict(_("This event is not archived."))
    event.archived_at = None
    record(session, event, actor, "event.reopen", event.public_id, name=event.name)
    session.flush()


def ask_deletion(session: Session, event: Event, typed: str, actor: User) -> datetime:
    """Let the event be deleted after days in which this can be taken back; returns when. Raises Invalid, Conflict.

    `typed` is the event's name, as somebody wrote it. Until then nothing in the event changes.
    """
    if event.deletes_at is not None:
        raise Conflict(_("This event is to be deleted already."))
    if name_key(typed) != name_key(event.name):
        raise Invalid(
            _("Type the event's name, “%(name)s”, to say that you mean this one.", name=event.name), "name"
        )
    _refuse_runs(session, event)
    event.deletes_at = datetime.now(UTC) + timedelta(days=DAYS_TO_THINK)
    record(session, event, actor, "event.delete-later", event.public_id, name=event.name)
    for user in _organisers(session, event):
        with force_locale(user.locale or "en"):
            subject = _("%(event)s will be deleted on %(day)s", event=event.name, day=_day(event))
            sentence = _(
                "%(actor)s wants %(event)s and everything in it to be deleted on %(day)s. Until then nothing in it"
                " can be changed, and every organiser can take this back: Event, Archive or delete.",
                actor=actor.name or actor.email,
                event=event.name,
                day=_day(event),
            )
            _tell(session, event, user, subject, sentence)
    session.flush()
    return event.deletes_at


def keep_event(session: Session, event: Event, actor: User) -> None:
    """Take the word back that an event shall be deleted. Raises Conflict when nobody gave it."""
    if event.deletes_at is None:
        raise Conflict(_("This event is not to be deleted."))
    event.deletes_at = None
    record(session, event, actor, "event.keep", event.public_id, name=event.name)
    for user in _organisers(session, event):
        with force_locale(user.locale or "en"):
            subject = _("%(event)s will not be deleted", event=event.name)
            sentence = _(
                "%(actor)s took back that %(event)s is to be deleted. Everything in it is as it was.",
                actor=actor.name or actor.email,
                event=event.name,
            )
            _tell(session, event, user, subject, sentence)
    session.flush()


def due_deletions(session: Session, now: datetime) -> list[int]:
    """The events whose days to think are over."""
    return list(session.scalars(select(Event.id).where(Event.deletes_at <= now).order_by(Event.id)))


def delete_event(session: Session, event_id: int, now: datetime) -> bool:
    """Delete an event that is due, and everything in it; False when it is not, or not any more."""
    # Whoever takes it back at the same moment waits here, or was first.
    event = session.scalar(
        select(Event).where(Event.id == event_id, Event.deletes_at <= now).with_for_update()
    )
    if event is None:
        return False
    name, slug, organisers = event.name, event.slug, _organisers(session, event)
    numbers = contents_of(session, event_id)
    _delete_rows(session, event_id)
    # Of no event: the event's own log went with it.
    session.add(
        AuditEntry(at=now, action="event.delete", subject=slug, detail={"name": name, "numbers": numbers})
    )
    for user in organisers:
        with force_locale(user.locale or "en"):
            subject = _("%(event)s is deleted", event=name)
            sentence = _(
                "%(event)s and everything in it was deleted today: %(people)s people, %(meetings)s meetings.",
                event=name,
                people=numbers["people"],
                meetings=numbers["published"],
            )
            _tell(session, None, user, subject, sentence)
    session.flush()
    log.warning("the event %s was deleted with %s people", slug, numbers["people"])
    return True


def _delete_rows(session: Session, event_id: int) -> None:
    """Plans before slots and places, delegations before people: what others refer to goes after them."""
    session.flush()
    session.expunge_all()
    of_rounds = select(MatchmakingRound.id).where(MatchmakingRound.event_id == event_id)
    blocks = MeetingBlock.event_id == event_id
    run = {"synchronize_session": False}
    session.execute(delete(Plan).where(Plan.round_id.in_(of_rounds)), execution_options=run)
    session.execute(delete(Delegation).where(Delegation.event_id == event_id), execution_options=run)
    session.execute(
        delete(MatchmakingRound).where(MatchmakingRound.event_id == event_id), execution_options=run
    )
    session.execute(update(MeetingBlock).where(blocks).values(origin_id=None), execution_options=run)
    session.execute(delete(MeetingBlock).where(blocks), execution_options=run)
    session.execute(delete(Participant).where(Participant.event_id == event_id), execution_options=run)
    session.execute(delete(Event).where(Event.id == event_id), execution_options=run)


def _refuse_runs(session: Session, event: Event) -> None:
    busy = (
        select(Run.id)
        .join(MatchmakingRound, MatchmakingRound.id == Run.round_id)
        .where(MatchmakingRound.event_id == event.id, Run.state.in_(ACTIVE))
    )
    if session.scalar(busy.limit(1)) is not None:
        raise Conflict(_("A run is under way. Stop it, or wait until it has ended."))


def _organisers(session: Session, event: Event) -> list[User]:
    rows = (
        select(User)
        .join(EventRole, EventRole.user_id == User.id)
        .where(EventRole.event_id == event.id, EventRole.role == Role.ORGANISER)
        .order_by(User.id)
    )
    return list(session.scalars(rows))


def _day(event: Event) -> str:
    assert event.deletes_at is not None
    return format_date(event.deletes_at.astimezone(event.zone).date(), "long", locale=get_locale())


def _tell(session: Session, event: Event | None, user: User, subject: str, sentence: str) -> None:
    hello = _("Hello %(name)s,", name=user.name or user.email)
    queue_mail(
        session,
        to_address=user.email,
        to_name=user.name,
        subject=subject,
        text=f"{hello}\n\n{sentence}\n",
        event=event,
    )
