"""The problem: frozen data that validates itself.

Times are whole minutes since 1970-01-01 UTC. Ids are strings; where one entry names another it holds the same
string object, so that a problem of 100,000 participants stays small. A day is the ordinal of a date in the
problem's time zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from solver import validate
from solver.errors import ProblemError


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
        put(self, "_zone", validate.zone(self.timezone))
        put(self, "slot_index", validate.index("slot", self.slots))
        pavilions = validate.index("pavilion", self.pavilions)
        put(self, "place_index", validate.index("place", self.places))
        put(self, "participant_index", validate.index("participant", self.participants))
        put(self, "meeting_index", validate.index("meeting", self.meetings))
        validate.check_slots(self.slots)
        put(self, "slot_days", validate.slot_days(self))
        put(self, "_walks", validate.walks(self.walking, pavilions))
        validate.check_places(self, pavilions)
        validate.check_participants(self, pavilions)
        validate.check_meetings(self)
        validate.check_weights(self)

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
