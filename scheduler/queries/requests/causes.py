"""What the facts behind an unplaced wish are about: names of people, sessions, places and other meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.causes import Cause, CauseKind, read_causes
from scheduler.models import (
    MatchmakingRound,
    Meeting,
    MeetingAttendance,
    Participant,
    Plan,
    ProgrammeSession,
    Unscheduled,
)
from scheduler.queries.names import people_names, place_names


@dataclass(frozen=True, slots=True)
class MeetingInTheWay:
    """A meeting that stands in the way: the names of its people by public id, and its round."""

    people: Mapping[str, str]
    round: str = ""

    def without(self, person: str) -> tuple[str, ...]:
        """The names of the others."""
        return tuple(name for public_id, name in self.people.items() if public_id != person)


@dataclass(frozen=True, slots=True)
class Known:
    """The names behind the ids of causes. What is gone by now is missing."""

    people: Mapping[str, str] = field(default_factory=dict)
    sessions: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    meetings: Mapping[str, MeetingInTheWay] = field(default_factory=dict)
    """By the key of a cause: another round's meeting by public id, this plan's by its wish."""


def known_of(session: Session, plan: Plan, rows: Iterable[Unscheduled]) -> Known:
    """The names behind the causes of some wishes of a plan, in six queries at most."""
    causes = {cause for row in rows for cause in read_causes(row.causes)}
    return Known(
        people_names(session, plan.event_id, {cause.person for cause in causes if cause.person}),
        _sessions(session, plan, causes),
        place_names(session, plan.event_id, {cause.place for cause in causes if cause.place}),
        _meetings(session, plan, causes),
    )


def _sessions(session: Session, plan: Plan, causes: Iterable[Cause]) -> dict[str, str]:
    kinds = (CauseKind.SESSION, CauseKind.VISIT, CauseKind.WALK)
    keys = {cause.key for cause in causes if cause.kind in kinds}
    if not keys:
        return {}
    return dict(
        session.execute(
            select(ProgrammeSession.public_id, ProgrammeSession.title).where(
                ProgrammeSession.event_id == plan.event_id, ProgrammeSession.public_id.in_(keys)
            )
        ).all()
    )


def _meetings(session: Session, plan: Plan, causes: Iterable[Cause]) -> dict[str, MeetingInTheWay]:
    elsewhere = (CauseKind.OTHER_ROUND, CauseKind.PLACE_TAKEN, CauseKind.WALK)
    keys = {cause.key for cause in causes if cause.kind in elsewhere}
    wishes = {cause.key for cause in causes if cause.kind in (CauseKind.MEETING, CauseKind.WALK)}
    people: dict[str, dict[str, str]] = defaultdict(dict)
    rounds: dict[str, str] = {}
    base = (
        select(
            Meeting.public_id, Meeting.wish, MatchmakingRound.name, Participant.public_id, Participant.name
        )
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(MatchmakingRound, MatchmakingRound.id == Plan.round_id)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .join(Participant, Participant.id == MeetingAttendance.participant_id)
        .order_by(MeetingAttendance.side, Participant.name)
    )
    if keys:
        where = (Plan.event_id == plan.event_id, Meeting.public_id.in_(keys))
        for public_id, _wish, round_, person, name in session.execute(base.where(*where)):
            people[public_id][person] = name
            rounds[public_id] = round_
    if wishes:
        where = (Meeting.plan_id == plan.id, Meeting.wish.in_(wishes))
        for _public_id, wish, round_, person, name in session.execute(base.where(*where)):
            people[wish][person] = name
            rounds[wish] = round_
    return {key: MeetingInTheWay(names, rounds[key]) for key, names in people.items()}
