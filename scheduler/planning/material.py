"""The rows of a round that a problem is made of, read in a fixed number of queries at every size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from scheduler.domain.causes import CauseKind
from scheduler.domain.engagements import EngagementKind
from scheduler.domain.enums import (
    AnswerState,
    CallState,
    InterestLevel,
    MeetingState,
    ParticipantState,
    PlaceKind,
    PlanState,
    RequestState,
)
from scheduler.domain.limits import MeetingLimits
from scheduler.domain.matrix import Cell, TypePair
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.models import (
    CallAnswer,
    Event,
    Interest,
    MatchmakingRound,
    Meeting,
    MeetingAttendance,
    OpenCall,
    Participant,
    Pavilion,
    Place,
    PlaceOpening,
    Plan,
    Request,
    Slot,
    round_block,
)
from scheduler.planning.base import StartingPoint, read_base
from scheduler.planning.refusal import CannotPlan
from scheduler.planning.walks import counted_walks
from scheduler.planning.wishes import Asked, GroupAsked, Opinions, Person
from scheduler.queries.engagements import Engagements, busy_times, session_engagements, times
from scheduler.queries.rounds.cells import matrix_cells
from scheduler.queries.rounds.limits import RoundLimits, round_limits


@dataclass(frozen=True, slots=True)
class SlotRow:
    id: int
    public_id: str
    block_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """`organisation_id` of a stand; `blocks` empty: open in every block."""

    id: int
    public_id: str
    name: str
    pavilion: str
    kind: PlaceKind
    capacity: int
    organisation_id: int | None
    blocks: frozenset[int]
    retired: bool = False
    """Taken out: only meetings that were held there still stand at it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time (UTC minutes) at which a participant is elsewhere, and where; no pavilion: unknown."""

    start: int
    end: int
    pavilion: str | None
    kind: str = ""
    """The kind of cause (`domain/causes.py`) that it is when it stands in the way of a meeting."""
    key: str = ""
    """The public id of the session, or of the other round's meeting."""


@dataclass(frozen=True, slots=True)
class OtherMeeting:
    """A meeting that another round has published: its people and its table are taken at that time."""

    start: int
    end: int
    pavilion: str
    place_id: int
    table: int
    public_id: str
    attendees: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything of a round and its event that planning needs."""

    event: Event
    round: MatchmakingRound
    now: int
    """The minute from which on something can be planned: slots that start by then have begun."""
    slots: tuple[SlotRow, ...]
    """Those that are still to come, and those in which a meeting of the round was held."""
    begun: int
    """How many slots of the round have begun."""
    pavilions: tuple[tuple[str, str], ...]
    walking: tuple[tuple[str, str, int], ...]
    places: tuple[PlaceRow, ...]
    people: dict[int, Person]
    left: dict[int, Person]
    """Who has left the event, but was at a meeting of the round before."""
    busy: dict[int, list[tuple[int, int]]]
    engaged: dict[int, list[Stretch]]
    requests: list[Asked]
    groups: tuple[GroupAsked, ...]
    opinions: Opinions
    cells: dict[TypePair, Cell]
    """The matching matrix."""
    limits: RoundLimits
    """What the round says of the meetings of one person."""
    base: StartingPoint
    """What the run begins from, and which wishes were called off: those are not planned again."""
    elsewhere: tuple[OtherMeeting, ...]

    def limits_of(self, person: Person) -> MeetingLimits:
        """The limits of the round and somebody's own: the tighter ones."""
        return self.limits.of(person.type_id).within(person.max_meetings, person.max_meetings_per_day)

    def owed(self, person: Person) -> int:
        """How many meetings the organiser owes somebody, those of other rounds among them."""
        return max(self.limits.owed(person.type_id), person.guarantee)


def minute(instant: datetime, *, up: bool = False) -> int:
    """Whole minutes since 1970-01-01 UTC, rounded down, or up."""
    seconds = instant.timestamp()
    return int(-(-seconds // 60)) if up else int(seconds // 60)


def read_material(session: Session, round_id: int, base_plan: str = "") -> Material:
    """Read a round, to go on from a plan of it (default: what people have).

    Raises CannotPlan when the round or that plan is gone, and when nobody knows how long a walk takes.
    """
    row = session.get(MatchmakingRound, round_id)
    event = session.get(Event, row.event_id) if row is not None else None
    if row is None or event is None:
        raise CannotPlan(RunOutcome(RunEnd.ROUND_GONE))
    pavilions = session.execute(
        select(Pavilion.id, Pavilion.public_id, Pavilion.name)
        .where(Pavilion.event_id == event.id)
        .order_by(Pavilion.id)
    ).all()
    keys = {each.id: each.public_id for each in pavilions}
    now = event.now()
    base = read_base(session, row, base_plan, now)
    active, left = _people(session, event, base)
    return Material(
        event=event,
        round=row,
        now=minute(now),
        slots=_slots(session, row, base, now),
        begun=_begun(session, row, now),
        pavilions=tuple((each.public_id, each.name) for each in pavilions),
        walking=counted_walks(session, event.id, keys),
        places=_places(session, event),
        people=active,
        left=left,
        busy={
            person: [(minute(one.start), minute(one.end, up=True)) for one in times(items)]
            for person, items in busy_times(session, event.id).items()
        },
        engaged=_stretches(session_engagements(session, event.id), keys),
        requests=_requests(session, row),
        groups=_groups(session, row),
        opinions=_opinions(session, row),
        cells=matrix_cells(session, event.id),
        limits=round_limits(session, row),
        base=base,
        elsewhere=_elsewhere(session, row),
    )


def _slots(
    session: Session, row: MatchmakingRound, base: StartingPoint, now: datetime
) -> tuple[SlotRow, ...]:
    blocks = select(round_block.c.block_id).where(round_block.c.round_id == row.id)
    ahead = and_(Slot.block_id.in_(blocks), Slot.starts_at > now, Slot.retired_at.is_(None))
    rows = session.execute(
        select(Slot.id, Slot.public_id, Slot.block_id, Slot.starts_at, Slot.ends_at)
        .where(or_(ahead, Slot.id.in_({held.slot_id for held in base.held})))
        .order_by(Slot.starts_at, Slot.id)
    )
    return tuple(
        SlotRow(id_, public_id, block, minute(start), minute(end))
        for id_, public_id, block, start, end in rows
    )


def _begun(session: Session, row: MatchmakingRound, now: datetime) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Slot)
            .join(round_block, round_block.c.block_id == Slot.block_id)
            .where(round_block.c.round_id == row.id, Slot.retired_at.is_(None), Slot.starts_at <= now)
        )
        or 0
    )


def _places(session: Session, event: Event) -> tuple[PlaceRow, ...]:
    blocks = defaultdict[int, set[int]](set)
    for place_id, block_id in session.execute(
        select(PlaceOpening.place_id, PlaceOpening.block_id)
        .join(Place, Place.id == PlaceOpening.place_id)
        .where(Place.event_id == event.id)
    ):
        blocks[place_id].add(block_id)
    rows = session.execute(
        select(
            Place.id,
            Place.public_id,
            Place.name,
            Pavilion.public_id,
            Place.kind,
            Place.capacity,
            Place.organisation_id,
            Place.retired_at,
        )
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Place.event_id == event.id)
        .order_by(Place.id)
    )
    return tuple(
        PlaceRow(
            id_,
            public_id,
            name,
            pavilion,
            kind,
            capacity,
            organisation,
            frozenset(blocks.get(id_, ())),
            retired is not None,
        )
        for id_, public_id, name, pavilion, kind, capacity, organisation, retired in rows
    )


def _people(
    session: Session, event: Event, base: StartingPoint
) -> tuple[dict[int, Person], dict[int, Person]]:
    """Who takes part, and who does not any more but was at a meeting."""
    attended = {person for held in base.held for person in held.attendees}
    takes_part = Participant.state == ParticipantState.ACTIVE
    rows = session.execute(
        select(
            Participant.id,
            Participant.public_id,
            Participant.name,
            Participant.organisation_id,
            Participant.type_id,
            Participant.guarantee,
            Participant.max_meetings,
            Participant.max_meetings_per_day,
            Participant.takes_any,
            takes_part,
        )
        .where(Participant.event_id == event.id, or_(takes_part, Participant.id.in_(attended)))
        .order_by(Participant.id)
    )
    active: dict[int, Person] = {}
    left: dict[int, Person] = {}
    for *person, here in rows:
        (active if here else left)[person[0]] = Person(*person)
    return active, left


def _stretches(engagements: Engagements, pavilions: Mapping[int, str]) -> dict[int, list[Stretch]]:
    """Engagements in whole minutes; equal ones are one object."""
    made: dict[int, Stretch] = {}
    found: dict[int, list[Stretch]] = {}
    for person, items in engagements.items():
        for one in items:
            if id(one) not in made:
                made[id(one)] = Stretch(
                    minute(one.time.start),
                    minute(one.time.end, up=True),
                    pavilions[one.pavilion_id] if one.pavilion_id is not None else None,
                    CauseKind.VISIT if one.kind is EngagementKind.VISIT else CauseKind.SESSION,
                    one.key,
                )
        found[person] = [made[id(one)] for one in items]
    return found


def _requests(session: Session, row: MatchmakingRound) -> list[Asked]:
    rows = session.execute(
        select(
            Request.from_id,
            Request.to_id,
            Request.state,
            Request.any_representative,
            Request.answered_by_id,
            Request.proposed_id,
        )
        .where(Request.round_id == row.id)
        .order_by(Request.id)
    )
    # Who proposes a colleague has said "not me"; until the colleague and the sender agree, nobody is held to it.
    return [
        Asked(
            each.from_id,
            each.to_id,
            RequestState.DECLINED
            if each.proposed_id is not None and each.state is RequestState.OPEN
            else each.state,
            each.any_representative,
            each.answered_by_id,
        )
        for each in rows
    ]


def _opinions(session: Session, row: MatchmakingRound) -> Opinions:
    rows: Iterable[tuple[int, int, InterestLevel]] = session.execute(
        select(Interest.from_id, Interest.to_id, Interest.level).where(Interest.round_id == row.id)
    )
    return Opinions.of(rows)


def _groups(session: Session, row: MatchmakingRound) -> tuple[GroupAsked, ...]:
    taken = defaultdict[int, list[int]](list)
    optional = defaultdict[int, set[int]](set)
    for call_id, person, may_miss in session.execute(
        select(CallAnswer.call_id, CallAnswer.participant_id, CallAnswer.optional)
        .join(OpenCall, OpenCall.id == CallAnswer.call_id)
        .where(OpenCall.round_id == row.id, CallAnswer.state == AnswerState.TAKEN)
        .order_by(CallAnswer.decided_at, CallAnswer.participant_id)
    ):
        taken[call_id].append(person)
        if may_miss:
            optional[call_id].add(person)
    calls = session.execute(
        select(OpenCall.id, OpenCall.public_id, OpenCall.title, OpenCall.author_id)
        .where(OpenCall.round_id == row.id, OpenCall.state != CallState.WITHDRAWN)
        .order_by(OpenCall.id)
    )
    return tuple(
        GroupAsked(public_id, title, (author, *taken[id_]), frozenset(optional[id_]))
        for id_, public_id, title, author in calls
        if id_ in taken
    )


def _elsewhere(session: Session, row: MatchmakingRound) -> tuple[OtherMeeting, ...]:
    people = defaultdict[int, list[int]](list)
    found: dict[int, tuple[int, int, str, int, int, str]] = {}
    for id_, public_id, start, end, pavilion, place, table, person in session.execute(
        select(
            Meeting.id,
            Meeting.public_id,
            Slot.starts_at,
            Slot.ends_at,
            Pavilion.public_id,
            Meeting.place_id,
            Meeting.table_number,
            MeetingAttendance.participant_id,
        )
        .join(Plan, and_(Plan.id == Meeting.plan_id, Plan.state == PlanState.PUBLISHED))
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .where(
            Plan.event_id == row.event_id,
            Plan.round_id != row.id,
            Meeting.state == MeetingState.PLANNED,
        )
        .order_by(Meeting.id)
    ):
        found[id_] = (minute(start), minute(end), pavilion, place, table, public_id)
        people[id_].append(person)
    return tuple(OtherMeeting(*rest, tuple(people[id_])) for id_, rest in found.items())
