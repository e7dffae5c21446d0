"""What was found out about a problem, as records: a fact by its name, and the ids and numbers that it is about.

Words are found where they are shown: for the command line in `solver.sentences`, by an application in its own
language. So facts can be translated, filtered, counted and linked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MOST_LISTED = 12
"""Meetings that a finding names; where there are more, its first number counts them all."""


class Bearing(StrEnum):
    """What a finding means for the schedule."""

    INFEASIBLE = "infeasible"
    """It proves that there is no schedule."""
    IMPOSSIBLE = "impossible"
    """A meeting that need not be held can't be."""
    CROWDED = "crowded"
    """More is wanted than there is room for."""
    UNKNOWN = "unknown"
    """It proves nothing."""


class Fact(StrEnum):
    """The facts, each with what its finding lists, in this order.

    "The meeting" is the first of `meetings`; "must" and "want" count meetings, "room" what can be held of them.
    """

    NO_COMMON_SLOT = "no-common-slot"
    """The meeting's sides are never available at the same time in a slot allowed for it."""
    NOWHERE_OPEN = "nowhere-open"
    """In no slot that its sides share are people near enough and an allowed place open."""
    LOCKED_ELSEWHERE = "locked-elsewhere"
    """The slot and place at which the meeting is locked are not possible for it. Lists: slot, place."""
    SIDE_MISFILLED = "side-misfilled"
    """Not one published attendee stands on a side. Numbers: how many do, which side."""
    STRANGER = "stranger"
    """A published attendee does not belong to the meeting. Lists: person."""
    ATTENDEE_AWAY = "attendee-away"
    """A published attendee can't attend where the meeting is locked. Lists: person, slot."""
    AFTER_IMPOSSIBLE = "after-impossible"
    """The meeting must be held after the second one, which can't be."""
    CIRCLE = "circle"
    """The meeting must be held, and waits for itself: each of `meetings` comes after the next, the last after it."""
    CHAIN = "chain"
    """The meetings before it leave no time: each of `meetings` comes after the next. Lists: first and last possible
    slot of the last meeting, then of the first; none where there is none."""
    NOT_WITH_EARLIER = "not-with-earlier"
    """The meeting can't be held with the others, which must come before it."""
    PERSON_OVERBOOKED = "person-overbooked"
    """A participant must attend more meetings than they have room for. Numbers: must, room."""
    PERSON_OVERBOOKED_WITH_EARLIER = "person-overbooked-with-earlier"
    """The same, with the meetings that must come before those. Numbers: must, room."""
    PERSON_OVER_LIMIT = "person-over-limit"
    """Free slots and limits of a participant leave less room. Numbers: must, room."""
    PERSON_SHORT_OF_SLOTS = "person-short-of-slots"
    """A participant's required meetings are possible only in these slots. Numbers: must, room."""
    PERSON_CROWDED = "person-crowded"
    """A participant is wanted in more meetings than they have room for. Numbers: want, room."""
    PLACES_OVERBOOKED = "places-overbooked"
    """More required meetings may go only to these places than they hold. Numbers: must, room."""
    PLACES_SHORT_OF_SLOTS = "places-short-of-slots"
    """Required meetings are possible only in these slots, where the places hold fewer. Numbers: must, room."""
    PLACES_CROWDED = "places-crowded"
    """More meetings may go only to these places than they hold. Numbers: want, room."""
    CONFLICT = "conflict"
    """Required or locked meetings can't all be held. Numbers: how many."""
    CONFLICT_OF_BREAKS = "conflict-of-breaks"
    """The same, when breaks may differ only so much. Numbers: how many, the limit."""
    MINIMAL = "minimal"
    """If any one of the meetings of the conflict were left out, the others could be held."""
    RIVALS = "rivals"
    """Participants for whose time the meetings compete. Numbers: how many meetings of each."""
    NOT_FOUND = "not-found"
    """No schedule that holds every rule was found in the time."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact. What it does not speak of is empty; `Fact` says what stands where."""

    bearing: Bearing
    fact: Fact
    meetings: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


def some(meetings: Iterable[str]) -> tuple[str, ...]:
    """The first meetings of a long list."""
    return tuple(meetings)[:MOST_LISTED]
