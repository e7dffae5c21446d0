"""What of a meeting is fixed before any search: that it is held, when and where, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from solver.problem import Meeting, OptionalAttendee, Published, Weights


def has_to_be_held(meeting: Meeting) -> bool:
    """Whether a schedule has to hold the meeting."""
    return meeting.required or meeting.locked


def fixed(meeting: Meeting) -> Published | None:
    """Where and when a locked meeting stays; None when it may be held elsewhere."""
    return meeting.published if meeting.locked else None


def fixed_attendees(meeting: Meeting) -> frozenset[str] | None:
    """Exactly who attends a locked meeting; None when that is open."""
    published = fixed(meeting)
    return None if published is None or published.attendees is None else frozenset(published.attendees)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who may take each side, who may come as well, and what those are worth who come as well for certain."""

    sides: tuple[tuple[str, ...], ...]
    optional: tuple[OptionalAttendee, ...]
    value: int


def roster(meeting: Meeting) -> Roster:
    """A meeting's sides and optional attendees. Fixed attendees become a side each, and nobody else may come.

    Where they don't fill the sides one by one, or a stranger is among them, the one side that is left is empty: such
    a meeting can't be held.
    """
    names = fixed_attendees(meeting)
    if names is None:
        return Roster(meeting.sides, meeting.optional, 0)
    coming = [extra for extra in meeting.optional if extra.participant in names]
    sides = tuple(tuple(name for name in side if name in names) for side in meeting.sides)
    sides += tuple((extra.participant,) for extra in coming)
    if len(sides) != len(names) or any(len(side) != 1 for side in sides):
        sides = ((),)
    return Roster(sides, (), sum(extra.value for extra in coming))


def saved(meeting: Meeting, slot: str, place: str, weights: Weights) -> int:
    """What holding the meeting there saves of the penalties for published meetings that are dropped or moved."""
    published = meeting.published
    if published is None:
        return 0
    same = published.slot == slot and published.place == place
    return weights.dropped - (0 if same else weights.moved)
