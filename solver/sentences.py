"""Findings in words, for the command line and the schedule file: English, with ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from solver.findings import Bearing, Fact, Finding

NAMED = 6
"""Ids that a sentence lists before it only counts the rest."""


def sentence(finding: Finding) -> str:
    """A finding as one sentence."""
    if finding.fact in _OF_ONE_MEETING:
        head = "can't be held:" if finding.bearing is Bearing.IMPOSSIBLE else "must be held, but"
        return f"Meeting {finding.meetings[0]!r} {head} {_OF_ONE_MEETING[finding.fact](finding)}."
    return _SENTENCES[finding.fact](finding)


def _overbooked(words: str) -> Callable[[Finding], str]:
    def say(finding: Finding) -> str:
        must, room = finding.numbers
        return f"Participant {finding.people[0]!r} has {must} required meetings{words} {room}: {must - room} too many."

    return say


def _listed_meetings(finding: Finding) -> str:
    return _listed(finding.meetings, finding.numbers[0])


def _person_over_limit(finding: Finding) -> str:
    must, room = finding.numbers
    return (
        f"Participant {finding.people[0]!r} has {must} required meetings ({_listed_meetings(finding)}), but their "
        f"free slots and limits leave room for {room}: {must - room} too many."
    )


def _person_short_of_slots(finding: Finding) -> str:
    must, room = finding.numbers
    return (
        f"Participant {finding.people[0]!r} has {must} required meetings ({_listed_meetings(finding)}) that are "
        f"possible only in {_listed(finding.slots)}, with room for {room}: {must - room} too many."
    )


def _places_short_of_slots(finding: Finding) -> str:
    must, room = finding.numbers
    return (
        f"{must} required meetings ({_listed_meetings(finding)}) are possible only in {_listed(finding.slots)}, "
        f"where the places hold {room}: {must - room} too many."
    )


def _places_overbooked(finding: Finding) -> str:
    must, room = finding.numbers
    where = _named(finding.places)
    return f"{must} required meetings may go only to {where}, with room for {room}: {must - room} too many."


def _chain(finding: Finding) -> str:
    first, *_earlier, last = finding.meetings
    steps = ", ".join(f"{later!r} after {earlier!r}" for later, earlier in pairwise(finding.meetings))
    if len(finding.slots) == 4:
        begins = f"{last!r} is possible from slot {finding.slots[0]!r} to slot {finding.slots[1]!r}"
        ends = f"{first!r} is possible from slot {finding.slots[2]!r} to slot {finding.slots[3]!r}"
        return f"the meetings before it leave no time: {steps}; {begins}, {ends}"
    return f"the meetings before it leave no time: {steps}; {last!r} is possible in no slot"


def _conflict(finding: Finding) -> str:
    head = f"{finding.numbers[0]} required or locked meetings can't all be held: {_listed_meetings(finding)}"
    if finding.fact is Fact.CONFLICT_OF_BREAKS:
        limit = finding.numbers[1]
        return f"{head}, when the breaks of any two participants may differ by {limit} at most."
    return f"{head}."


def _rivals(finding: Finding) -> str:
    people = [f"{name!r} ({n} of them)" for name, n in zip(finding.people, finding.numbers, strict=True)]
    return f"They compete for the time of {_join(people)}."


_OF_ONE_MEETING: dict[Fact, Callable[[Finding], str]] = {
    Fact.NO_COMMON_SLOT: lambda _: "its sides are never available at the same time in a slot allowed for it",
    Fact.NOWHERE_OPEN: lambda _: (
        "in no slot that its sides share are people near enough and an allowed place open"
    ),
    Fact.LOCKED_ELSEWHERE: lambda f: f"slot {f.slots[0]!r} at place {f.places[0]!r} is not possible for it",
    Fact.SIDE_MISFILLED: lambda f: f"{f.numbers[0]} published attendees stand on side {f.numbers[1]}, not 1",
    Fact.STRANGER: lambda f: f"published attendee {f.people[0]!r} does not belong to it",
    Fact.ATTENDEE_AWAY: lambda f: f"published attendee {f.people[0]!r} can't attend in slot {f.slots[0]!r}",
    Fact.CHAIN: lambda f: _chain(f) if len(f.meetings) > 1 else "there is no slot and place for it",
}

_SENTENCES: dict[Fact, Callable[[Finding], str]] = {
    Fact.AFTER_IMPOSSIBLE: lambda f: (
        f"Meeting {f.meetings[0]!r} must be held after meeting {f.meetings[1]!r}, which can't be held."
    ),
    Fact.NOT_WITH_EARLIER: lambda f: (
        f"Meeting {f.meetings[0]!r} can't be held with what must come before it: "
        f"{_listed(f.meetings[1:], f.numbers[0])}."
    ),
    Fact.PERSON_OVERBOOKED: _overbooked(", but room for"),
    Fact.PERSON_OVERBOOKED_WITH_EARLIER: _overbooked(", with those that must come before them, but room for"),
    Fact.PERSON_OVER_LIMIT: _person_over_limit,
    Fact.PERSON_SHORT_OF_SLOTS: _person_short_of_slots,
    Fact.PERSON_CROWDED: lambda f: (
        f"Participant {f.people[0]!r} is wanted in {f.numbers[0]} meetings, but has room for {f.numbers[1]}."
    ),
    Fact.PLACES_OVERBOOKED: _places_overbooked,
    Fact.PLACES_SHORT_OF_SLOTS: _places_short_of_slots,
    Fact.PLACES_CROWDED: lambda f: (
        f"{f.numbers[0]} meetings may go only to {_named(f.places)}, with room for {f.numbers[1]}."
    ),
    Fact.CONFLICT: _conflict,
    Fact.CONFLICT_OF_BREAKS: _conflict,
    Fact.MINIMAL: lambda _: "If any one of them were left out, the others could be held.",
    Fact.RIVALS: _rivals,
    Fact.NOT_FOUND: lambda _: "No schedule that holds every rule was found in the time.",
}


def _named(names: Sequence[str]) -> str:
    if not names:
        return "no place"
    if len(names) <= 3:
        return ", ".join(names)
    return f"{', '.join(names[:3])} and {len(names) - 3} other places"


def _listed(names: Sequence[str], count: int | None = None) -> str:
    shown = [repr(name) for name in names[:NAMED]]
    more = (len(names) if count is None else count) - len(shown)
    return _join([*shown, f"{more} more"] if more > 0 else shown)


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "nothing"
