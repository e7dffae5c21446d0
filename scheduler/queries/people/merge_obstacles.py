"""What stands against two participants being one person: meetings that one person could not have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from scheduler.domain.enums import MeetingState, PlanState
from scheduler.domain.wish_keys import wish_key
from scheduler.models import (
    Meeting,
    MeetingAttendance,
    Participant,
    ParticipantBooking,
)


class Obstacle(StrEnum):
    EACH_OTHER = "each-other"
    """They have a meeting with each other."""
    SAME_TIME = "same-time"
    """Both have a meeting at that time."""
    TWICE = "twice"
    """Both have a meeting with the same partner."""


@dataclass(frozen=True, slots=True)
class Against:
    """A published meeting of the one who goes that the other can't have, with theirs that is in its way."""

    kind: Obstacle
    meeting: Meeting
    other: Meeting | None
    begun: bool


@dataclass(frozen=True, slots=True)
class MergeMeetings:
    """`against` keeps the two apart until somebody calls a meeting off; `dropped` are ids of meetings of plans that
    people don't have, which are left out; `shared` ids of meetings of groups that both attend.
    """

    against: tuple[Against, ...]
    dropped: tuple[int, ...]
    shared: tuple[int, ...]


def merge_meetings(session: Session, kept: Participant, gone: Participant, now: datetime) -> MergeMeetings:
    """A fixed number of queries."""
    pairs = [
        *((Obstacle.EACH_OTHER, meeting, None) for meeting in _with_each_other(session, kept, gone)),
        *((Obstacle.SAME_TIME, *pair) for pair in _at_one_time(session, kept, gone)),
        *((Obstacle.TWICE, *pair) for pair in _with_one_partner(session, kept, gone)),
    ]
    ids = {key for _kind, *pair in pairs for key in pair if key is not None}
    meetings = {
        meeting.id: meeting
        for meeting in session.scalars(
            select(Meeting)
            .where(Meeting.id.in_(ids))
            .options(
                joinedload(Meeting.plan),
                joinedload(Meeting.slot),
                selectinload(Meeting.attendances).joinedload(MeetingAttendance.participant),
            )
        )
    }
    against: dict[int, Against] = {}
    dropped: set[int] = set()
    for kind, own, other in pairs:
        meeting = meetings[own]
        if meeting.plan.state is PlanState.PUBLISHED and meeting.state is MeetingState.PLANNED:
            beside = meetings[other] if other is not None else None
            begun = meeting.slot.starts_at <= now and (beside is None or beside.slot.starts_at <= now)
            if not (kind is Obstacle.TWICE and begun):
                against.setdefault(own, Against(kind, meeting, beside, begun))
        else:
            dropped.add(own)
    shared = set(_both_at(session, kept, gone)) - dropped - set(against)
    order = sorted(against.values(), key=lambda one: (one.meeting.slot.starts_at, one.meeting.id))
    return MergeMeetings(tuple(order), tuple(sorted(dropped)), tuple(sorted(shared)))


def _both_at(session: Session, kept: Participant, gone: Participant) -> Sequence[int]:
    mine = aliased(MeetingAttendance)
    return session.scalars(
        select(MeetingAttendance.meeting_id)
        .join(mine, mine.meeting_id == MeetingAttendance.meeting_id)
        .where(MeetingAttendance.participant_id == gone.id, mine.participant_id == kept.id)
    ).all()


def _with_each_other(session: Session, kept: Participant, gone: Participant) -> Sequence[int]:
    """Meetings of the two and nobody else."""
    everybody = aliased(MeetingAttendance)
    return session.scalars(
        select(everybody.meeting_id)
        .where(everybody.meeting_id.in_(_both_at(session, kept, gone)))
        .group_by(everybody.meeting_id)
        .having(func.count() <= 2)
    ).all()


def _at_one_time(session: Session, kept: Participant, gone: Participant) -> list[tuple[int, int]]:
    """Meetings of the one who goes, each with one of the other that overlaps it in the same plan."""
    mine, theirs = aliased(ParticipantBooking), aliased(ParticipantBooking)
    rows = session.execute(
        select(theirs.meeting_id, func.min(mine.meeting_id))
        .join(
            mine,
            (mine.plan_id == theirs.plan_id)
            & (mine.tick == theirs.tick)
            & (mine.meeting_id != theirs.meeting_id),
        )
        .where(theirs.participant_id == gone.id, mine.participant_id == kept.id)
        .group_by(theirs.meeting_id)
    )
    return [(own, other) for own, other in rows]


def _with_one_partner(session: Session, kept: Participant, gone: Participant) -> list[tuple[int, int]]:
    """Planned meetings of one wish once the two are one, in the same plan."""
    own, others = _wishes(session, gone.id), _wishes(session, kept.id)
    found = []
    for (plan, wish), meeting in own.items():
        other = others.get((plan, wish_of(wish, gone.public_id, kept.public_id)))
        if other is not None and other != meeting:
            found.append((meeting, other))
    return found


def _wishes(session: Session, person_id: int) -> dict[tuple[int, str], int]:
    rows = session.execute(
        select(Meeting.plan_id, Meeting.wish, Meeting.id)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .where(MeetingAttendance.participant_id == person_id, Meeting.state == MeetingState.PLANNED)
    )
    return {(plan, wish): meeting for plan, wish, meeting in rows}


def wish_of(wish: str, gone: str, kept: str) -> str:
    """The key of a wish of two, once `gone` is `kept`; other wishes keep theirs. By public ids."""
    people = wish.split("+")
    if len(people) != 2 or gone not in people:
        return wish
    return wish_key(*(kept if one == gone else one for one in people))


def meetings_of(session: Session, person_id: int) -> list[tuple[int, int, str]]:
    """The meetings of a person in all plans: id, plan and wish."""
    rows = session.execute(
        select(Meeting.id, Meeting.plan_id, Meeting.wish)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .where(MeetingAttendance.participant_id == person_id)
    )
    return [(meeting, plan, wish) for meeting, plan, wish in rows]
