"""What makes a problem usable. Every function raises ProblemError, which names the entry and the rule it breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from solver.errors import ProblemError

if TYPE_CHECKING:
    from solver.problem import Meeting, Problem, Slot, Walk

LARGEST_SCORE = 1 << 56
"""Scores beyond this would not survive the solvers' 64-bit arithmetic."""


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


def zone(name: str) -> ZoneInfo:
    """The time zone of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ProblemError(f"timezone {name!r} is not a known time zone") from error


def index(noun: str, entries: Sequence[_HasId]) -> dict[str, int]:
    """The position of each id; ids are not empty and each is used once."""
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


def check_slots(slots: Sequence[Slot]) -> None:
    """There is a slot, and every slot lasts."""
    if not slots:
        raise ProblemError("the problem has no slots; at least one is needed")
    for slot in slots:
        if slot.end <= slot.start:
            raise ProblemError(f"slot {slot.id!r}: it must end at least a minute after it starts")


def slot_days(problem: Problem) -> tuple[int, ...]:
    """The day of each slot. Raises ProblemError for one that lies outside the calendar."""
    days = []
    for slot in problem.slots:
        try:
            days.append(problem.day_of(slot.start))
        except ProblemError as error:
            raise ProblemError(f"slot {slot.id!r}: {error}") from error
    return tuple(days)


def walks(rows: Sequence[Walk], pavilions: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Minutes by pair of pavilions; a row holds for the way back unless that has its own."""
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


def check_places(problem: Problem, pavilions: Mapping[str, int]) -> None:
    """Places stand in known pavilions and open in known slots."""
    for place in problem.places:
        owner = f"place {place.id!r}"
        if place.pavilion not in pavilions:
            raise ProblemError(f"{owner}: it names pavilion {place.pavilion!r}, which is not in the problem")
        if place.capacity < 0:
            raise ProblemError(f"{owner}: capacity must not be negative, but is {place.capacity}")
        _check_known(place.slots, problem.slot_index, owner, "slots", "slot")


def check_participants(problem: Problem, pavilions: Mapping[str, int]) -> None:
    """Limits are not negative, slots and pavilions known, commitments last."""
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
            try:
                problem.day_of(commitment.start)
            except ProblemError as error:
                raise ProblemError(f"{owner}: commitment {number}: {error}") from error


def check_meetings(problem: Problem) -> None:
    """Sides, optional attendees, lists, published and locked make sense."""
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


def check_weights(problem: Problem) -> None:
    """Weights are not negative, and no score can leave the range of the solvers."""
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
