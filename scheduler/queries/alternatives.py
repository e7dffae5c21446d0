"""Where could this meeting go, and what speaks against each choice?

The one answer for the organiser's page, the participant's page and the services that move meetings: the rules are
the solver's, read from the rows as they are now. A test compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.agenda import local_day
from scheduler.domain.alternatives import Fact, Rule
from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.domain.enums import HeldAt, MeetingState, ParticipantState
from scheduler.domain.intervals import Interval
from scheduler.domain.limits import in_a_row
from scheduler.domain.matrix import Cell, governing
from scheduler.domain.walking import Walks
from scheduler.domain.wish_keys import CALL_KEY, people_of
from scheduler.models import (
    Event,
    MatchmakingRound,
    Meeting,
    MeetingAttendance,
    Participant,
    Place,
    PlaceBooking,
    PlaceOpening,
    Plan,
    Slot,
    round_block,
)
from scheduler.queries.engagements import counting_plans, engagements_of
from scheduler.queries.rounds.cells import matrix_cells
from scheduler.queries.rounds.limits import RoundLimits, round_limits
from scheduler.queries.venue.venue import walks

WISHED = 2
"""The people whose wish a meeting is, unless it is a group's."""
UNKNOWN_MATTERS = timedelta(minutes=30)
"""An unknown way speaks against a choice when somebody has less time for it than this."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One time and place for a meeting, with all that speaks against it; `table` is a free one, None: there is none."""

    slot: Slot
    place: Place
    table: int | None
    facts: tuple[Fact, ...]

    @property
    def free(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.facts

    @property
    def impossible(self) -> bool:
        return any(fact.impossible for fact in self.facts)


class Alternatives:
    """The choices of one meeting, by what holds at `now`. Reads in a fixed number of queries, and two per place."""

    def __init__(self, session: Session, event: Event, meeting: Meeting, now: datetime) -> None:
        self._session = session
        self._event_id = event.id
        self._zone: ZoneInfo = event.zone
        self._meeting = meeting
        self._now = now
        self.people: list[Participant] = list(
            session.scalars(
                select(Participant)
                .join(MeetingAttendance, MeetingAttendance.participant_id == Participant.id)
                .where(MeetingAttendance.meeting_id == meeting.id)
                .options(joinedload(Participant.organisation))
                .order_by(MeetingAttendance.side, Participant.name)
            )
        )
        self._plan = session.get_one(Plan, meeting.plan_id)
        self._engaged = engagements_of(
            session, event.id, [one.id for one in self.people], plan=self._plan, without=meeting.id
        )
        self._walks: Walks = walks(session, event.id)
        self._tables: dict[int, dict[int, dict[int, int]]] = {}
        self._open: dict[int, set[int]] = {}

    @cached_property
    def slots(self) -> Sequence[Slot]:
        """The slots of the round that have not begun, and the one where the meeting is."""
        return self._session.scalars(
            select(Slot)
            .where(
                or_(
                    and_(
                        Slot.block_id.in_(self._blocks),
                        Slot.starts_at > self._now,
                        Slot.retired_at.is_(None),
                    ),
                    Slot.id == self._meeting.slot_id,
                )
            )
            .order_by(Slot.starts_at, Slot.ends_at, Slot.id)
        ).all()

    @cached_property
    def places(self) -> Sequence[Place]:
        """The places that the meeting may use: what belongs to nobody, and the stands of those who meet."""
        organisations = {one.organisation_id for one in self.people}
        return self._session.scalars(
            select(Place)
            .where(
                Place.event_id == self._event_id,
                Place.retired_at.is_(None),
                or_(Place.organisation_id.is_(None), Place.organisation_id.in_(organisations)),
            )
            .options(joinedload(Place.pavilion), joinedload(Place.organisation))
            .order_by(Place.pavilion_id, Place.name)
        ).all()

    def at(self, slot: Slot, place: Place, table: int | None = None) -> Alternative:
        """One choice; with `table` that very table, else the meeting's own number where it is free, else any."""
        wanted, taken = self._free_table(slot, place, table)
        facts = [*self._of_time(slot), *self._of_place(slot, place)]
        if wanted is None:
            several = place.capacity if table is None else 1
            facts.append(Fact(Rule.TABLE_TAKEN, by=self._meeting_at(taken), limit=several, needed=table or 0))
        for person in self.people:
            facts += self._of_person(person, slot, place)
        return Alternative(slot, place, wanted, tuple(facts))

    def everywhere(self, place: Place) -> tuple[Alternative, ...]:
        """Every slot that is still to come, at one place."""
        return tuple(self.at(slot, place) for slot in self.slots)

    @cached_property
    def _blocks(self) -> set[int]:
        return set(
            self._session.scalars(
                select(round_block.c.block_id).where(round_block.c.round_id == self._plan.round_id)
            )
        )

    def _of_time(self, slot: Slot) -> Iterator[Fact]:
        if self._meeting.state is MeetingState.PLANNED and self._meeting.slot.starts_at <= self._now:
            yield Fact(Rule.HELD)
        elif slot.starts_at <= self._now:
            yield Fact(Rule.BEGUN)
        if slot.retired_at is not None:
            yield Fact(Rule.TAKEN_OUT)
        elif slot.block_id not in self._blocks:
            yield Fact(Rule.OTHER_ROUND)
        wanted = self._cell.slot_minutes
        if wanted is not None and slot.ends_at - slot.starts_at != timedelta(minutes=wanted):
            yield Fact(Rule.LENGTH, limit=wanted)

    def _of_place(self, slot: Slot, place: Place) -> Iterator[Fact]:
        organisations = {one.organisation_id for one in self.people}
        if place.retired_at is not None:
            yield Fact(Rule.TAKEN_OUT)
        if place.organisation_id is not None and place.organisation_id not in organisations:
            yield Fact(Rule.OTHERS_STAND, place.organisation.name if place.organisation else "")
        yield from self._of_kind(place)
        if place.id not in self._open:
            self._open[place.id] = set(
                self._session.scalars(select(PlaceOpening.block_id).where(PlaceOpening.place_id == place.id))
            )
        opened = self._open[place.id]
        if opened and slot.block_id not in opened:
            yield Fact(Rule.CLOSED)

    def _of_kind(self, place: Place) -> Iterator[Fact]:
        """Whether such meetings are held at places of this kind."""
        common = place.organisation_id is None
        match self._cell.held_at:
            case HeldAt.STAND if common:
                yield Fact(Rule.STAND_ONLY)
            case HeldAt.TABLE:
                near = {other.pavilion_id for other in self.places if other.organisation_id is not None}
                if not common or (near and place.pavilion_id not in near):
                    yield Fact(Rule.TABLE_ONLY)
            case None if common:
                yield from self._stands

    @cached_property
    def _cell(self) -> Cell:
        """What the matching matrix says of this meeting. Meetings of groups are in no cell of it."""
        if self._meeting.wish.startswith(CALL_KEY) or len(self.people) < 2:
            return Cell("")
        named = self._session.execute(
            select(Participant.organisation_id, Participant.type_id).where(
                Participant.event_id == self._event_id,
                Participant.public_id.in_(people_of(self._meeting.wish)),
            )
        ).all()
        types = [one.type_id for one in self.people]
        if len(named) == WISHED:
            # The side of who asked comes first.
            types = [
                kind for of, kind in sorted(named, key=lambda row: row[0] != self.people[0].organisation_id)
            ]
        return governing(matrix_cells(self._session, self._event_id), types[0], types[-1]) or Cell("")

    @cached_property
    def _stands(self) -> tuple[Fact, ...]:
        owners = {place.organisation.name for place in self.places if place.organisation is not None}
        return tuple(Fact(Rule.OWN_STAND, name) for name in sorted(owners))

    def _of_person(self, person: Participant, slot: Slot, place: Place) -> Iterator[Fact]:
        time, engaged = Interval(slot.starts_at, slot.ends_at), self._engaged.get(person.id, [])
        left = person.state is ParticipantState.WITHDRAWN and person.leaves_at is None
        if left or (person.leaves_at is not None and person.leaves_at < slot.ends_at):
            yield Fact(Rule.LEFT, person.name)
            return
        said: set[EngagementKind] = set()
        for one in engaged:
            if one.time.overlaps(time):
                if not one.is_answer:
                    yield Fact(Rule.TAKEN, person.name, one)
                elif one.kind not in said:
                    said.add(one.kind)
                    yield Fact(Rule.BUSY, person.name, one)
            elif not one.is_answer:
                yield from self._of_walk(person, one, time, place.pavilion_id)
        yield from self._of_limits(person, engaged, slot)

    def _of_walk(self, person: Participant, one: Engagement, time: Interval, here: int) -> Iterator[Fact]:
        if one.pavilion_id is None:
            return
        before = one.time.end <= time.start
        gap = time.start - one.time.end if before else one.time.start - time.end
        needed = (
            self._walks.counted(one.pavilion_id, here)
            if before
            else self._walks.counted(here, one.pavilion_id)
        )
        there = int(gap.total_seconds() // 60)
        if needed is None:
            if gap < UNKNOWN_MATTERS:
                yield Fact(Rule.WALK_UNKNOWN, person.name, one, there=there)
        elif there < needed:
            yield Fact(Rule.WALK, person.name, one, needed, there)

    def _of_limits(self, person: Participant, engaged: Iterable[Engagement], slot: Slot) -> Iterator[Fact]:
        rules = self._limits
        limits = rules.of(person.type_id).within(person.max_meetings, person.max_meetings_per_day)
        times = [one.time for one in engaged if one.kind is EngagementKind.MEETING]
        times.append(Interval(slot.starts_at, slot.ends_at))
        day = local_day(slot.starts_at, self._zone)
        that_day = [time for time in times if local_day(time.start, self._zone) == day]
        half = self._in_second_half(slot.starts_at)
        that_half = sum(self._in_second_half(time.start) is half for time in that_day)
        for rule, count, limit in (
            (Rule.PER_DAY, len(that_day), limits.per_day),
            (Rule.PER_HALF_DAY, that_half, limits.per_half_day),
            (Rule.IN_ALL, len(times), limits.meetings),
        ):
            if limit is not None and count > limit:
                yield Fact(rule, person.name, there=count, limit=limit)
        if limits.pause_after is not None:
            pause = limits.pause_minutes or self._shortest
            row = in_a_row(
                ((_minute(time.start), _minute(time.end)) for time in that_day),
                pause,
                _minute(slot.starts_at),
            )
            if row > limits.pause_after:
                yield Fact(Rule.IN_A_ROW, person.name, needed=pause, there=row, limit=limits.pause_after)

    @cached_property
    def _limits(self) -> RoundLimits:
        return round_limits(self._session, self._session.get_one(MatchmakingRound, self._plan.round_id))

    @cached_property
    def _shortest(self) -> int:
        """Minutes of the shortest meeting of the round."""
        return min((_minute(slot.ends_at) - _minute(slot.starts_at) for slot in self.slots), default=0)

    def _in_second_half(self, when: datetime) -> bool:
        local = when.astimezone(self._zone)
        return local.hour * 60 + local.minute >= self._limits.half_day_at

    def _free_table(self, slot: Slot, place: Place, table: int | None) -> tuple[int | None, int | None]:
        """A table that is free for all of the slot, and a meeting that has one."""
        booked = self._booked(place)
        taken: dict[int, int] = {}
        for tick in range(slot.first_tick, slot.first_tick + slot.tick_count):
            taken |= booked.get(tick, {})
        own = self._meeting.table_number if place.id == self._meeting.place_id else 1
        for number in [table] if table is not None else [own, *range(1, place.capacity + 1)]:
            if number not in taken and 1 <= number <= place.capacity:
                return number, None
        in_the_way = taken.get(table) if table is not None else None
        return None, in_the_way if in_the_way is not None else next(iter(taken.values()), None)

    def _booked(self, place: Place) -> dict[int, dict[int, int]]:
        """The meetings at a place's tables, by tick and table number, of all plans that count."""
        if place.id not in self._tables:
            found: dict[int, dict[int, int]] = defaultdict(dict)
            for tick, table, meeting_id in self._session.execute(
                select(PlaceBooking.tick, PlaceBooking.table_number, PlaceBooking.meeting_id)
                .join(Plan, Plan.id == PlaceBooking.plan_id)
                .where(
                    Plan.event_id == self._event_id,
                    counting_plans(self._plan),
                    PlaceBooking.place_id == place.id,
                    PlaceBooking.meeting_id != self._meeting.id,
                )
            ):
                found[tick][table] = meeting_id
            self._tables[place.id] = found
        return self._tables[place.id]

    def _meeting_at(self, meeting_id: int | None) -> Engagement | None:
        """A meeting that has a table, with the names of its people."""
        if meeting_id is None:
            return None
        meeting = self._session.get_one(Meeting, meeting_id)
        names = self._session.scalars(
            select(Participant.name)
            .join(MeetingAttendance, MeetingAttendance.participant_id == Participant.id)
            .where(MeetingAttendance.meeting_id == meeting_id)
            .order_by(MeetingAttendance.side, Participant.name)
        )
        return Engagement(
            EngagementKind.MEETING,
            Interval(meeting.slot.starts_at, meeting.slot.ends_at),
            key=meeting.uid,
            partners=tuple(names),
        )


def _minute(when: datetime) -> int:
    return int(when.timestamp()) // 60


def free_times(session: Session, event: Event, meeting: Meeting, now: datetime) -> tuple[Slot, ...]:
    """The other times at which nothing speaks against the meeting where it is: what participants are offered."""
    found = Alternatives(session, event, meeting, now).everywhere(meeting.place)
    return tuple(one.slot for one in found if one.free and one.slot.id != meeting.slot_id)
