"""Changing when a participant can meet, and what a change touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, aliased

from scheduler.domain.availability import DailyLimits, TakenTimes, build_grid, limit_times, repaint
from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.domain.enums import BusySource, MeetingState, PlanState, SessionRole
from scheduler.domain.intervals import Interval, merge
from scheduler.errors import Conflict, Invalid
from scheduler.models import (
    BusyTime,
    Event,
    EventDay,
    Meeting,
    MeetingAttendance,
    Participant,
    Plan,
    ProgrammeSession,
    SessionAttendance,
    Slot,
)
from scheduler.queries.calendars.availability import availability_of, held_of
from scheduler.queries.engagements import at_the_same_time
from scheduler.services.event import sign_up


@dataclass(frozen=True, slots=True)
class Touched:
    """A published meeting that lies in a time at which the participant can not meet."""

    public_id: str
    partner: str
    starts_at: datetime
    ends_at: datetime


def paint(
    session: Session,
    participant: Participant,
    event: Event,
    free: Iterable[str],
    now: datetime,
    *,
    shown: Iterable[str] | None = None,
) -> TakenTimes:
    """Store a painted grid: `free` are the keys of the cells in which the participant can meet.

    `shown` are the cells that they saw; None for all.
    """
    known = availability_of(session, participant, now)
    after = repaint(build_grid(known.slots, known.held, event.zone), known.held, free, shown)
    _replace(session, participant, BusySource.OWN, after.own)
    _replace(session, participant, BusySource.CALENDAR, after.calendar)
    participant.availability_confirmed_at = now
    participant.updated_at = now
    session.flush()
    return after


def set_limits(
    session: Session,
    participant: Participant,
    event: Event,
    limits: DailyLimits,
    max_meetings_per_day: int | None,
    now: datetime,
) -> None:
    """Store daily limits: minutes after midnight, and how many meetings a day are enough."""
    check_limits(limits)
    if max_meetings_per_day is not None and not 1 <= max_meetings_per_day <= 50:
        raise Invalid(_("Meetings per day: between 1 and 50, or empty for no limit."), "max_meetings_per_day")
    participant.not_before = limits.not_before
    participant.not_after = limits.not_after
    participant.lunch_from = limits.lunch_from
    participant.lunch_minutes = limits.lunch_minutes
    participant.max_meetings_per_day = max_meetings_per_day
    days = session.scalars(select(EventDay.date).where(EventDay.event_id == event.id))
    slot_days = session.scalars(
        select(Slot.day).where(Slot.event_id == event.id, Slot.retired_at.is_(None)).distinct()
    )
    times = limit_times(limits, sorted({*days, *slot_days}), event.zone)
    _replace(session, participant, BusySource.LIMIT, times)
    participant.availability_confirmed_at = now
    participant.updated_at = now
    session.flush()


def check_limits(limits: DailyLimits) -> None:
    """Raise Invalid when daily limits leave nothing or make no sense."""
    start, end = limits.not_before or 0, 1440 if limits.not_after is None else limits.not_after
    if not (0 <= start < end <= 1440):
        raise Invalid(_("“Not before” has to be earlier than “not after”."), "not_after")
    if limits.lunch_from is not None and not (
        15 <= limits.lunch_minutes <= 240 and 0 <= limits.lunch_from <= 1440 - limits.lunch_minutes
    ):
        raise Invalid(_("Lunch takes between 15 minutes and 4 hours of the day."), "lunch_minutes")


def store_calendar(
    session: Session, participant: Participant, busy: Iterable[Interval], now: datetime
) -> None:
    """Replace the busy times that came from a calendar."""
    _replace(session, participant, BusySource.CALENDAR, merge(busy))
    participant.availability_confirmed_at = now
    participant.updated_at = now
    session.flush()


def attend(
    session: Session,
    participant: Participant,
    session_id: str,
    going: bool,
    now: datetime,
    *,
    instead_of: Collection[str] = (),
    anyway: bool = False,
) -> ProgrammeSession:
    """Plan to attend a session, or not any more. Who speaks or hosts stays: the organiser decides that.

    `instead_of` names sessions that are left out for it. Raises Conflict when it has begun (or, to leave it out,
    is over), when it is not for them or full, and when they are elsewhere then and do not want both (`anyway`).
    """
    found = sign_up.session_to_sign_up(session, participant, session_id)
    mine = session.get(SessionAttendance, (found.id, participant.id))
    if (found.starts_at if going else found.ends_at) <= now:
        raise Conflict(
            _("“%(title)s” has begun already.", title=found.title)
            if going
            else _("“%(title)s” is over: it stays in your agenda as what it was.", title=found.title)
        )
    if going and mine is None:
        sign_up.check_may_attend(session, found, participant)
        sign_up.check_seat(session, found)
    for other in instead_of:
        attend(session, participant, other, going=False, now=now)
    if going and mine is None and not anyway and (clashes := at_the_same_time(session, participant, found)):
        raise Conflict(
            _(
                "You are at %(what)s then. Choose one, or say that you want both.",
                what=format_list([said_of(one) for one in clashes], locale=get_locale() or "en"),
            )
        )
    if going and mine is None:
        session.add(
            SessionAttendance(session_id=found.id, participant_id=participant.id, role=SessionRole.ATTENDEE)
        )
    if not going and mine is not None:
        if mine.role is not SessionRole.ATTENDEE:
            raise Conflict(_("You are on stage in this session. The organiser can change that."))
        if mine.required:
            raise Conflict(
                _(
                    "The organiser counts on you in “%(title)s”. Ask them if you can't come.",
                    title=found.title,
                )
            )
        session.delete(mine)
        session.flush()
        sign_up.fill_free_seats(session, found, now)
    session.flush()
    return found


def said_of(one: Engagement) -> str:
    """`“Opening”`, or `your meeting with Ana`."""
    if one.kind is not EngagementKind.MEETING:
        return f"“{one.title}”"
    return str(_("your meeting with %(names)s", names=format_list(one.partners, locale=get_locale() or "en")))


def touched_meetings(session: Session, participant: Participant, now: datetime) -> tuple[Touched, ...]:
    """The published meetings, still ahead, that do not fit the availability as it is now. Four queries."""
    taken = held_of(session, participant).all()
    other = aliased(MeetingAttendance)
    rows = session.execute(
        select(Meeting.public_id, Participant.name, Slot.starts_at, Slot.ends_at)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .join(other, other.meeting_id == Meeting.id)
        .join(Participant, Participant.id == other.participant_id)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .where(
            MeetingAttendance.participant_id == participant.id,
            other.participant_id != participant.id,
            Plan.state == PlanState.PUBLISHED,
            Meeting.state == MeetingState.PLANNED,
            Slot.starts_at > now,
        )
        .order_by(Slot.starts_at, Participant.name)
    )
    found: dict[str, Touched] = {}
    for public_id, name, start, end in rows:
        if any(busy.overlaps(Interval(start, end)) for busy in taken):
            known = found.get(public_id)
            partner = f"{known.partner}, {name}" if known else name
            found[public_id] = Touched(public_id, partner, start, end)
    return tuple(found.values())


def _replace(
    session: Session, participant: Participant, source: BusySource, times: Iterable[Interval]
) -> None:
    session.execute(
        delete(BusyTime).where(BusyTime.participant_id == participant.id, BusyTime.source == source)
    )
    rows = [
        {"participant_id": participant.id, "starts_at": t.start, "ends_at": t.end, "source": source}
        for t in times
    ]
    if rows:
        session.execute(insert(BusyTime), rows)
