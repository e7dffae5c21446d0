"""The problem: frozen data that validates itself.

Times are whole minutes since 1970-01-01 UTC. Ids are strings; where one entry names another it holds the same
string object, so that a problem of 100,000 participants stays small. A day is the ordinal of a date in the
problem's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

from solver.errors import ProblemError

LARGEST_SCORE = 1 << 56
"""Scores beyond this would not survive the solvers' 64-bit arithmetic."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which one meeting can be held: from `start` to before `end` (UTC minutes)."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pavilion:
    """A part of the venue; walking minutes lie between two of them."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """Minutes on foot from one pavilion to another."""

    origin: str
    target: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where `capacity` meetings can be held at the same instant, in the slots it is open (None: all)."""

    id: str
    pavilion: str
    capacity: int = 1
    slots: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """A time (UTC minutes) at which a participant is elsewhere; no pavilion: no walking is counted."""

    start: int
    end: int
    pavilion: str | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """A person with available slots (None: all), limits (None: none), guarantee and commitments."""

    id: str
    organisation: str = ""
    slots: tuple[str, ...] | None = None
    max_meetings: int | None = None
    max_meetings_per_day: int | None = None
    guarantee: int = 0
    commitments: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionalAttendee:
    """Somebody who may attend as well, and what that is worth."""

    participant: str
    value: int


@dataclass(frozen=True, slots=True)
class Published:
    """Where a meeting stands in the schedule that people already have."""

    slot: str
    place: str
    attendees: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A wish: exactly one participant of every side meets, in one slot and one place."""

    id: str
    sides: tuple[tuple[str, ...], ...]
    optional: tuple[OptionalAttendee, ...] = ()
    value: int = 1
    required: bool = False
    slots: tuple[str, ...] | None = None
    places: tuple[str, ...] | None = None
    after: tuple[str, ...] = ()
    published: Published | None = None
    locked: bool = False

    def people(self) -> Iterator[str]:
        """Everybody who may attend, sides first."""
        for side in self.sides:
            yield from side
        for extra in self.optional:
            yield extra.participant


@dataclass(frozen=True, slots=True)
class Rules:
    """Hard rules over the whole schedule. `max_break_spread`: None for no limit."""

    max_break_spread: int | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What each term of the score weighs; the score is an integer to be maximised."""

    value: int = 1
    breaks: int = 0
    walking: int = 0
    guarantee: int = 0
    moved: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a schedule is made from. Raises ProblemError, naming the entry, when it makes no sense."""

    name: str
    timezone: str
    slots: tuple[Slot, ...]
    pavilions: tuple[Pavilion, ...] = ()
    walking: tuple[Walk, ...] = ()
    places: tuple[Place, ...] = ()
    participants: tuple[Participant, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    rules: Rules = Rules()
    weights: Weights = Weights()
    slot_index: Mapping[str, int] = field(init=False, repr=False, compare=False)
    place_index: Mapping[str, int] = field(init=False, repr=False, compare=False)
    participant_index: Mapping[str, int] = field(init=False, repr=False, compare=False)
    meeting_index: Mapping[str, int] = field(init=False, repr=False, compare=False)
    slot_days: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _walks: Mapping[tuple[str, str], int] = field(init=False, repr=False, compare=False)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "_zone", _zone(self.timezone))
        put(self, "slot_index", _index("slot", self.slots))
        pavilions = _index("pavilion", self.pavilions)
        put(self, "place_index", _index("place", self.places))
        put(self, "participant_index", _index("participant", self.participants))
        put(self, "meeting_index", _index("meeting", self.meetings))
        _check_slots(self.slots)
        put(self, "slot_days", tuple(self.day_of(slot.start) for slot in self.slots))
        put(self, "_walks", _walks(self.walking, pavilions))
        _check_places(self, pavilions)
        _check_participants(self, pavilions)
        _check_meetings(self)
        _check_after(self)
        _check_weights(self)

    def day_of(self, minute: int) -> int:
        """The ordinal of the date that a UTC minute falls on in the problem's time zone."""
        try:
            return datetime.fromtimestamp(minute * 60, self._zone).toordinal()
        except (OverflowError, ValueError, OSError) as error:
            raise ProblemError(f"minute {minute} lies outside the calendar") from error

    def walk(self, origin: str | None, target: str | None) -> int:
        """Minutes on foot between two pavilions; 0 when one is None, both are the same, or no row."""
        if origin is None or target is None or origin == target:
            return 0
        return self._walks.get((origin, target), 0)

    def slot(self, slot_id: str) -> Slot:
        """The slot of that id; KeyError when there is none."""
        return self.slots[self.slot_index[slot_id]]

    def place(self, place_id: str) -> Place:
        """The place of that id; KeyError when there is none."""
        return self.places[self.place_index[place_id]]

    def participant(self, participant_id: str) -> Participant:
        """The participant of that id; KeyError when there is none."""
        return self.participants[self.participant_index[participant_id]]

    def meeting(self, meeting_id: str) -> Meeting:
        """The meeting of that id; KeyError when there is none."""
        return self.meetings[self.meeting_index[meeting_id]]


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ProblemError(f"timezone {name!r} is not a known time zone") from error


def _index(noun: str, entries: Sequence[_HasId]) -> dict[str, int]:
    index: dict[str, int] = {}
    for position, entry in enumerate(entries):
        if not entry.id:
            raise ProblemError(f"{noun} number {position + 1}: the id is empty")
        index[entry.id] = position
    if len(index) < len(entries):
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                raise ProblemError(f"{noun} {entry.id!r}: the id is used twice")
            seen.add(entry.id)
    return index


def _check_known(
    names: Iterable[str] | None, index: Mapping[str, int], owner: str, relation: str, noun: str
) -> None:
    if names is None:
        return
    seen: set[str] = set()
    for name in names:
        if name not in index:
            raise ProblemError(f"{owner}: {relation} names {noun} {name!r}, which is not in the problem")
        if name in seen:
            raise ProblemError(f"{owner}: {relation} names {noun} {name!r} twice")
        seen.add(name)


def _check_slots(slots: Sequence[Slot]) -> None:
    if not slots:
        raise ProblemError("the problem has no slots; at least one is needed")
    for slot in slots:
        if slot.end <= slot.start:
            raise ProblemError(f"slot {slot.id!r}: it must end at least a minute after it starts")


def _walks(rows: Sequence[Walk], pavilions: Mapping[str, int]) -> dict[tuple[str, str], int]:
    walks: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, 1):
        owner = f"walking_minutes row {number}"
        for end in (row.origin, row.target):
            if end not in pavilions:
                raise ProblemError(f"{owner}: it names pavilion {end!r}, which is not in the problem")
        if row.minutes < 0:
            raise ProblemError(f"{owner}: minutes must not be negative, but is {row.minutes}")
        if row.origin == row.target and row.minutes:
            raise ProblemError(f"{owner}: the way from {row.origin!r} to itself must take 0 minutes")
        if walks.setdefault((row.origin, row.target), row.minutes) != row.minutes:
            raise ProblemError(f"{owner}: an earlier row says otherwise for {row.origin!r} to {row.target!r}")
    for row in rows:
        walks.setdefault((row.target, row.origin), row.minutes)
    return walks


def _check_places(problem: Problem, pavilions: Mapping[str, int]) -> None:
    for place in problem.places:
        owner = f"place {place.id!r}"
        if place.pavilion not in pavilions:
            raise ProblemError(f"{owner}: it names pavilion {place.pavilion!r}, which is not in the problem")
        if place.capacity < 0:
            raise ProblemError(f"{owner}: capacity must not be negative, but is {place.capacity}")
        _check_known(place.slots, problem.slot_index, owner, "slots", "slot")


def _check_participants(problem: Problem, pavilions: Mapping[str, int]) -> None:
    checked: set[int] = set()
    for person in problem.participants:
        owner = f"participant {person.id!r}"
        for name, limit in (
            ("max_meetings", person.max_meetings),
            ("max_meetings_per_day", person.max_meetings_per_day),
            ("guarantee", person.guarantee),
        ):
            if limit is not None and limit < 0:
                raise ProblemError(f"{owner}: {name} must not be negative, but is {limit}")
        if person.slots is not None and id(person.slots) not in checked:
            _check_known(person.slots, problem.slot_index, owner, "slots", "slot")
            checked.add(id(person.slots))
        for number, commitment in enumerate(person.commitments, 1):
            if commitment.end <= commitment.start:
                raise ProblemError(f"{owner}: commitment {number} must end at least a minute after it starts")
            if commitment.pavilion is not None and commitment.pavilion not in pavilions:
                raise ProblemError(
                    f"{owner}: commitment {number} names pavilion {commitment.pavilion!r}, "
                    "which is not in the problem"
                )
            problem.day_of(commitment.start)


def _check_meetings(problem: Problem) -> None:
    people = problem.participant_index
    for meeting in problem.meetings:
        if len(meeting.sides) < 2:
            raise ProblemError(
                f"meeting {meeting.id!r}: it needs two or more sides, but has {len(meeting.sides)}"
            )
        named = list(chain.from_iterable(meeting.sides))
        for extra in meeting.optional:
            named.append(extra.participant)
        if len(set(named)) < len(named) or not all(map(people.__contains__, named)) or not all(meeting.sides):
            _name_bad_attendee(meeting, people)
        if meeting.value < 0:
            raise ProblemError(f"meeting {meeting.id!r}: value must not be negative, but is {meeting.value}")
        for extra in meeting.optional:
            if extra.value < 0:
                raise ProblemError(
                    f"meeting {meeting.id!r}: the value of optional participant {extra.participant!r} "
                    f"must not be negative, but is {extra.value}"
                )
        if meeting.slots is not None:
            _check_known(meeting.slots, problem.slot_index, f"meeting {meeting.id!r}", "slots", "slot")
        if meeting.places is not None:
            _check_known(meeting.places, problem.place_index, f"meeting {meeting.id!r}", "places", "place")
        if meeting.after:
            _check_known(meeting.after, problem.meeting_index, f"meeting {meeting.id!r}", "after", "meeting")
        if meeting.published is not None:
            owner = f"meeting {meeting.id!r}"
            _check_known((meeting.published.slot,), problem.slot_index, owner, "published", "slot")
            _check_known((meeting.published.place,), problem.place_index, owner, "published", "place")
            _check_known(meeting.published.attendees, people, owner, "published", "participant")
        elif meeting.locked:
            raise ProblemError(
                f"meeting {meeting.id!r}: it is locked, but published does not say where it stands"
            )


def _name_bad_attendee(meeting: Meeting, people: Mapping[str, int]) -> None:
    owner = f"meeting {meeting.id!r}"
    sides: dict[str, int] = {}
    for number, side in enumerate(meeting.sides, 1):
        if not side:
            raise ProblemError(f"{owner}: side {number} has no participants")
        for name in side:
            if name not in people:
                raise ProblemError(
                    f"{owner}: side {number} names participant {name!r}, which is not in the problem"
                )
            if sides.get(name) == number:
                raise ProblemError(f"{owner}: side {number} names participant {name!r} twice")
            if name in sides:
                raise ProblemError(
                    f"{owner}: participant {name!r} stands on sides {sides[name]} and {number}"
                )
            sides[name] = number
    extras: set[str] = set()
    for extra in meeting.optional:
        name = extra.participant
        if name not in people:
            raise ProblemError(f"{owner}: optional names participant {name!r}, which is not in the problem")
        if name in sides:
            raise ProblemError(f"{owner}: participant {name!r} is optional and stands on side {sides[name]}")
        if name in extras:
            raise ProblemError(f"{owner}: optional names participant {name!r} twice")
        extras.add(name)


def _check_after(problem: Problem) -> None:
    """Refuse circles: in one, no meeting could ever be held."""
    waits = {meeting.id: meeting.after for meeting in problem.meetings if meeting.after}
    done: set[str] = set()
    for root, earlier in waits.items():
        trail: dict[str, Iterator[str]] = {} if root in done else {root: iter(earlier)}
        while trail:
            current = next(reversed(trail))
            following = next(trail[current], None)
            if following is None:
                trail.popitem()
                done.add(current)
            elif following in trail:
                circle = list(trail)[list(trail).index(following) :]
                names = ", ".join(repr(name) for name in circle[:5])
                raise ProblemError(f"meeting {following!r}: after runs in a circle through {names}")
            elif following in waits and following not in done:
                trail[following] = iter(waits[following])


def _check_weights(problem: Problem) -> None:
    weights = problem.weights
    for name, weight in (
        ("value", weights.value),
        ("break", weights.breaks),
        ("walking", weights.walking),
        ("guarantee", weights.guarantee),
        ("moved", weights.moved),
        ("dropped", weights.dropped),
    ):
        if weight < 0:
            raise ProblemError(f"weights: {name} must not be negative, but is {weight}")
    spread = problem.rules.max_break_spread
    if spread is not None and spread < 0:
        raise ProblemError(f"rules: max_break_spread must not be negative, but is {spread}")
    values = sum(m.value + sum(extra.value for extra in m.optional) for m in problem.meetings)
    published = sum(m.published is not None for m in problem.meetings)
    seats = sum(len(m.sides) + len(m.optional) for m in problem.meetings)
    engagements = seats + sum(len(person.commitments) for person in problem.participants)
    longest = max((row.minutes for row in problem.walking), default=0)
    total = (
        weights.value * values
        + weights.breaks * seats
        + weights.walking * longest * engagements
        + weights.guarantee * sum(person.guarantee for person in problem.participants)
        + (weights.moved + weights.dropped) * published
    )
    if total > LARGEST_SCORE:
        raise ProblemError(
            "weights: the weights and values are so large that scores could pass 2 to the 56th"
        )
