"""When is somebody taken, by what, and where? Everybody who has to know reads it here.

Joint visits of delegations are stored as attendances like any session's: who joins a delegation later gets them,
who leaves it loses them. Each function takes ids of participants, or None for everybody of the event, and needs a
fixed number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.domain.enums import BusySource, MeetingState, PlanState, SessionKind, SessionRole
from scheduler.domain.intervals import Interval
from scheduler.models import (
    BusyTime,
    Meeting,
    MeetingAttendance,
    Participant,
    Pavilion,
    Place,
    Plan,
    ProgrammeSession,
    SessionAttendance,
    Slot,
)

Ids = Collection[int] | None
Engagements = dict[int, list[Engagement]]

FOR_GOOD = timedelta(days=366)
"""How long somebody who leaves is away: longer than any event lasts."""
_ANSWERS = {
    BusySource.OWN: EngagementKind.BUSY,
    BusySource.CALENDAR: EngagementKind.CALENDAR,
    BusySource.LIMIT: EngagementKind.LIMIT,
}


def engagements_of(
    session: Session, event_id: int, ids: Ids = None, *, plan: Plan | None = None, without: int | None = None
) -> Engagements:
    """All that takes people's time, in order of time: published meetings, sessions, visits, and their answers.

    With `plan` its meetings count in the place of its round's published plan. `without` is the row id of a
    meeting that is left out.
    """
    found: Engagements = defaultdict(list)
    for part in (
        meeting_engagements(session, event_id, ids, plan=plan, without=without),
        session_engagements(session, event_id, ids),
        busy_times(session, event_id, ids),
    ):
        for person, items in part.items():
            found[person] += items
    for items in found.values():
        items.sort(key=lambda one: (one.time, one.key))
    return found


def elsewhere_during(session: Session, found: ProgrammeSession, ids: Ids = None) -> Engagements:
    """The meetings, sessions and visits that overlap a session, of people who have any, in order. Four queries."""
    time = Interval(found.starts_at, found.ends_at)
    return {
        person: others
        for person, items in engagements_of(session, found.event_id, ids).items()
        if (others := [one for one in items if _keeps_from(one, found.public_id, time)])
    }


def at_the_same_time(session: Session, person: Participant, found: ProgrammeSession) -> Sequence[Engagement]:
    """What of `elsewhere_during` somebody has."""
    return elsewhere_during(session, found, [person.id]).get(person.id, ())


def clashes_of(session: Session, found: ProgrammeSession) -> list[tuple[str, Engagement]]:
    """What those who attend a session are at besides, at the same time, each with their name."""
    names = dict(
        session.execute(
            select(Participant.id, Participant.name)
            .join(SessionAttendance, SessionAttendance.participant_id == Participant.id)
            .where(SessionAttendance.session_id == found.id)
        ).all()
    )
    clashes = [
        (names[person], one)
        for person, items in elsewhere_during(session, found, list(names)).items()
        for one in items
    ]
    return sorted(clashes, key=lambda clash: (clash[1].time, clash[0]))


def clashes_with_visits(
    session: Session, person: Participant, delegation_id: int, now: datetime
) -> list[tuple[str, Engagement]]:
    """What somebody is at while the delegation they have joined is somewhere, with their name; what is over is left
    out."""
    visits = {
        public_id: Interval(start, end)
        for public_id, start, end in session.execute(
            select(ProgrammeSession.public_id, ProgrammeSession.starts_at, ProgrammeSession.ends_at).where(
                ProgrammeSession.delegation_id == delegation_id, ProgrammeSession.ends_at > now
            )
        )
    }
    mine = engagements_of(session, person.event_id, [person.id]).get(person.id, ())
    return [
        (person.name, one) for one in mine if any(_keeps_from(one, key, time) for key, time in visits.items())
    ]


def _keeps_from(one: Engagement, key: str, time: Interval) -> bool:
    """Whether somebody is elsewhere during the session of this public id. Answers about availability don't count."""
    return not one.is_answer and one.key != key and one.time.overlaps(time)


def meeting_engagements(
    session: Session, event_id: int, ids: Ids = None, *, plan: Plan | None = None, without: int | None = None
) -> Engagements:
    """The planned meetings that people have, with the names of the others. Two queries."""
    counts = [Plan.event_id == event_id, counting_plans(plan)]
    if ids is None:
        wanted = select(Meeting.id).join(Plan, Plan.id == Meeting.plan_id)
        counts.append(Meeting.state == MeetingState.PLANNED)
    else:
        # An attendance knows its plan and whether its meeting is held: nobody else's meetings are read.
        wanted = select(MeetingAttendance.meeting_id).join(Plan, Plan.id == MeetingAttendance.plan_id)
        counts += [MeetingAttendance.state == MeetingState.PLANNED, MeetingAttendance.participant_id.in_(ids)]
    if without is not None:
        counts.append((Meeting.id if ids is None else MeetingAttendance.meeting_id) != without)
    wanted = wanted.where(*counts)
    names: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for meeting_id, person, name in session.execute(
        select(MeetingAttendance.meeting_id, MeetingAttendance.participant_id, Participant.name)
        .join(Participant, Participant.id == MeetingAttendance.participant_id)
        .where(MeetingAttendance.meeting_id.in_(wanted))
        .order_by(MeetingAttendance.meeting_id, MeetingAttendance.side, Participant.name)
    ):
        names[meeting_id].append((person, name))
    only = None if ids is None else set(ids)
    found: Engagements = defaultdict(list)
    for key, uid, start, end, pavilion_id, pavilion, round_id in session.execute(
        select(
            Meeting.id, Meeting.uid, Slot.starts_at, Slot.ends_at, Pavilion.id, Pavilion.name, Plan.round_id
        )
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Meeting.id.in_(wanted))
        .order_by(Slot.starts_at, Meeting.id)
    ):
        for person, _name in names[key]:
            if only is not None and person not in only:
                continue
            found[person].append(
                Engagement(
                    EngagementKind.MEETING,
                    Interval(start, end),
                    key=uid,
                    pavilion_id=pavilion_id,
                    pavilion=pavilion,
                    partners=tuple(name for other, name in names[key] if other != person),
                    round_id=round_id,
                )
            )
    return found


def counting_plans(plan: Plan | None = None) -> ColumnElement[bool]:
    """The plans whose meetings people have: all that are published, or `plan` instead of its round's."""
    published = Plan.state == PlanState.PUBLISHED
    if plan is None:
        return published
    return or_(Plan.id == plan.id, and_(published, Plan.round_id != plan.round_id))


def session_engagements(session: Session, event_id: int, ids: Ids = None) -> Engagements:
    """The sessions and joint visits that people attend or hold. Two queries."""
    sessions = {
        row.id: row
        for row in session.execute(
            select(
                ProgrammeSession.id,
                ProgrammeSession.public_id,
                ProgrammeSession.title,
                ProgrammeSession.kind,
                ProgrammeSession.starts_at,
                ProgrammeSession.ends_at,
                ProgrammeSession.delegation_id,
                ProgrammeSession.pavilion_id,
                Pavilion.name.label("pavilion"),
            )
            .outerjoin(Pavilion, Pavilion.id == ProgrammeSession.pavilion_id)
            .where(ProgrammeSession.event_id == event_id)
        )
    }
    # One object for all who attend: an event has hundreds of sessions and ten thousands of attendances.
    made: dict[tuple[int, bool], Engagement] = {}
    found: Engagements = defaultdict(list)
    for person, key, role in session.execute(
        select(SessionAttendance.participant_id, SessionAttendance.session_id, SessionAttendance.role)
        .join(ProgrammeSession, ProgrammeSession.id == SessionAttendance.session_id)
        .where(ProgrammeSession.event_id == event_id, within(SessionAttendance.participant_id, ids))
        .order_by(SessionAttendance.participant_id, ProgrammeSession.starts_at, SessionAttendance.session_id)
    ):
        speaks = role is not SessionRole.ATTENDEE
        if (key, speaks) not in made:
            row = sessions[key]
            visit = row.delegation_id is not None or row.kind is SessionKind.VISIT
            made[key, speaks] = Engagement(
                EngagementKind.VISIT if visit else EngagementKind.SESSION,
                Interval(row.starts_at, row.ends_at),
                title=row.title,
                key=row.public_id,
                pavilion_id=row.pavilion_id,
                pavilion=row.pavilion or "",
                speaks=speaks,
            )
        found[person].append(made[key, speaks])
    return found


def busy_times(session: Session, event_id: int, ids: Ids = None) -> Engagements:
    """When people said that they can't meet, by hand, by their calendars or by daily limits; and what lies after
    somebody leaves. Two queries.
    """
    made: dict[tuple[BusySource, datetime, datetime], Engagement] = {}
    found: Engagements = defaultdict(list)
    for person, source, start, end in session.execute(
        select(BusyTime.participant_id, BusyTime.source, BusyTime.starts_at, BusyTime.ends_at)
        .join(Participant, Participant.id == BusyTime.participant_id)
        .where(Participant.event_id == event_id, within(BusyTime.participant_id, ids))
        .order_by(BusyTime.participant_id, BusyTime.starts_at)
    ):
        row = (source, start, end)
        if row not in made:
            made[row] = Engagement(_ANSWERS[source], Interval(start, end))
        found[person].append(made[row])
    for person, leaves in session.execute(
        select(Participant.id, Participant.leaves_at).where(
            Participant.event_id == event_id, Participant.leaves_at.is_not(None), within(Participant.id, ids)
        )
    ):
        if leaves is not None:
            found[person].append(Engagement(EngagementKind.LIMIT, Interval(leaves, leaves + FOR_GOOD)))
    return found


def times(engagements: Iterable[Engagement]) -> list[Interval]:
    """Only when they are."""
    return [one.time for one in engagements]


def within(column: InstrumentedAttribute[int], ids: Ids) -> ColumnElement[bool]:
    """Whether a column holds one of some ids; None for any."""
    return true() if ids is None else column.in_(ids)
