"""Messages that the calendar of the event causes: a round closes, requests wait, tomorrow begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.domain.agenda import EntryStatus, local_day
from scheduler.domain.enums import ParticipantState, RequestState, RoundState
from scheduler.domain.evening import EVENING
from scheduler.domain.messages import MessageKind
from scheduler.mail.outbox import queue_many, readers, wall_clock
from scheduler.mail.payload import entry_to_json
from scheduler.models import (
    AgendaEntry,
    Event,
    EventDay,
    MatchmakingRound,
    MessagePreference,
    Organisation,
    Participant,
    ReminderDone,
    Request,
)
from scheduler.queries.calendars.agenda import entry_of_row

CLOSING = timedelta(hours=48)
"""How long before its end people are reminded of a round."""
WAITING = timedelta(hours=24)
"""How long a request waits before its receiver is reminded; once a day at most."""
MORNING = time(9, 0)
NAMES_SHOWN = 10


def queue_reminders(session: Session, event: Event) -> int:
    """Write the reminders that are due by the event's clock and were not written yet; returns how many."""
    now = event.now()
    local = now.astimezone(event.zone)
    count = 0
    for row in session.scalars(
        select(MatchmakingRound).where(
            MatchmakingRound.event_id == event.id, MatchmakingRound.state == RoundState.OPEN
        )
    ):
        if row.opens_at <= now < row.closes_at and row.closes_at - now <= CLOSING:
            count += _round_closing(session, event, row)
        if row.opens_at <= now < row.closes_at and local.time() >= MORNING:
            count += _requests_waiting(session, event, row, local.date())
    tomorrow = local.date() + timedelta(days=1)
    days = set(session.scalars(select(EventDay.date).where(EventDay.event_id == event.id)))
    if tomorrow in days and local.time() >= EVENING:
        count += _tomorrow(session, event, tomorrow)
    return count


def _round_closing(session: Session, event: Event, row: MatchmakingRound) -> int:
    if not _first(session, event, MessageKind.ROUND_CLOSING, row.public_id):
        return 0
    waiting = waiting_requests(session, row, event.now())
    people = {
        key: {"round": row.name, "closes": row.closes_at.isoformat(), "open": len(waiting.get(key, ()))}
        for key in session.scalars(
            select(Participant.id).where(
                Participant.event_id == event.id, Participant.state == ParticipantState.ACTIVE
            )
        )
    }
    return _queue(session, event, MessageKind.ROUND_CLOSING, people, lasts=row.closes_at - event.now())


def _requests_waiting(session: Session, event: Event, row: MatchmakingRound, today: date) -> int:
    if not _first(session, event, MessageKind.REQUESTS_WAITING, f"{row.public_id} {today}"):
        return 0
    waiting = waiting_requests(session, row, event.now() - WAITING, event.now() + WAITING)
    people = {key: {"open": len(names), "people": names[:NAMES_SHOWN]} for key, names in waiting.items()}
    return _queue(session, event, MessageKind.REQUESTS_WAITING, people, lasts=row.closes_at - event.now())


def waiting_requests(
    session: Session, row: MatchmakingRound, before: datetime, expiring: datetime | None = None
) -> dict[int, list[str]]:
    """Who waits for an answer of whom: names with organisations by receiver, the oldest first.

    Those sent until `before`, and those that expire until `expiring`: nobody loses one without a reminder.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for receiver, name, organisation in session.execute(
        select(Request.to_id, Participant.name, Organisation.name)
        .join(Participant, Participant.id == Request.from_id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(
            Request.round_id == row.id,
            Request.state == RequestState.OPEN,
            Request.proposed_id.is_(None),
            or_(Request.sent_at <= before, Request.expires_at <= expiring)
            if expiring is not None
            else Request.sent_at <= before,
        )
        .order_by(Request.sent_at, Request.id)
    ):
        found[receiver].append(f"{name} ({organisation})")
    return found


def _tomorrow(session: Session, event: Event, day: date) -> int:
    if not _first(session, event, MessageKind.TOMORROW, day.isoformat()):
        return 0
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    start = datetime.combine(day, time(), tzinfo=event.zone)
    for row in session.scalars(
        select(AgendaEntry)
        .where(
            AgendaEntry.event_id == event.id,
            AgendaEntry.status == EntryStatus.CONFIRMED.value,
            AgendaEntry.starts_at >= start,
            AgendaEntry.starts_at < start + timedelta(days=2),
        )
        .order_by(AgendaEntry.starts_at)
    ):
        if local_day(row.starts_at, event.zone) == day:
            found[row.participant_id].append(entry_to_json(entry_of_row(row)))
    people: dict[int, dict[str, Any]] = {key: {"entries": entries} for key, entries in found.items()}
    ends = datetime.combine(day, time(23, 59), tzinfo=event.zone)
    return _queue(session, event, MessageKind.TOMORROW, people, lasts=ends - event.now())


def _first(session: Session, event: Event, kind: MessageKind, occasion: str) -> bool:
    """Whether nobody wrote these reminders before. Of two at once, the schema lets one through."""
    known = session.scalar(
        select(ReminderDone.id).where(
            ReminderDone.event_id == event.id, ReminderDone.kind == kind, ReminderDone.occasion == occasion
        )
    )
    if known is not None:
        return False
    session.add(ReminderDone(event_id=event.id, kind=kind, occasion=occasion, at=wall_clock()))
    session.flush()
    return True


def _queue(
    session: Session,
    event: Event,
    kind: MessageKind,
    payloads: dict[int, dict[str, Any]],
    *,
    lasts: timedelta | None = None,
) -> int:
    """Messages for the people of `payloads` who want this kind; they expire after `lasts`."""
    wanting = _wanting(session, event, kind)
    letters = ((person, payloads[person.id]) for person in wanting if person.id in payloads)
    return queue_many(session, event, kind, letters, lasts=lasts)


def _wanting(session: Session, event: Event, kind: MessageKind) -> Iterable[Any]:
    wish = MessagePreference.tomorrow if kind is MessageKind.TOMORROW else MessagePreference.reminders
    return session.execute(
        readers()
        .outerjoin(MessagePreference, MessagePreference.participant_id == Participant.id)
        .where(
            Participant.event_id == event.id,
            Participant.state != ParticipantState.WITHDRAWN,
            wish.is_not(False),
        )
    )
