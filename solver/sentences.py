"""Findings, reasons and violations in words, for the command line and the schedule file: English, with ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from solver.findings import Bearing, Fact, Finding
from solver.schedule import NAMED_OF_A_SIDE, Obstacle, Unscheduled
from solver.violations import Rule, Violation

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
    Fact.CIRCLE: lambda f: f"it would have to come after itself: {_circle(f.meetings)}",
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


def detail(left: Unscheduled) -> str:
    """Why a meeting is not held, as the schedule file says it."""
    if left.finding is not None:
        return sentence(left.finding)
    return f"{_OBSTACLES[left.obstacle](left)}."


def _circle(meetings: Sequence[str]) -> str:
    return " after ".join(repr(name) for name in (*meetings, meetings[0]))


def _everybody(left: Unscheduled) -> str:
    return _join([_one_of(side) for side in left.sides])


def _one_of(side: Sequence[str]) -> str:
    return " or ".join(side[:NAMED_OF_A_SIDE]) + (" or another" if len(side) > NAMED_OF_A_SIDE else "")


def _each(left: Unscheduled) -> str:
    return _join([name for side in left.sides for name in side])


def _never(own: str) -> Callable[[Unscheduled], str]:
    def say(left: Unscheduled) -> str:
        if len(left.sides) > 1:
            return f"{_everybody(left)} are never available at the same time{own}"
        if len(left.sides[0]) == 1:
            return f"{left.sides[0][0]} is never available{own}"
        return f"None of {_each(left)} is ever available{own}"

    return say


def _blocked(words: str) -> Callable[[Unscheduled], str]:
    def say(left: Unscheduled) -> str:
        if len(left.sides) > 1:
            return f"In every slot that is left one of {_each(left)} {words}"
        head = "" if len(left.sides[0]) == 1 else "Each of "
        return f"{head}{_each(left)} {words} in every slot that is left"

    return say


def _few(slots: Sequence[str]) -> str:
    return ", ".join(slots[:3]) + (f" and {len(slots) - 3} more" if len(slots) > 3 else "")


def _meet(left: Unscheduled, still: str) -> str:
    return f"{_everybody(left)} could {still}meet in slot {left.slots[0]!r} at place {left.places[0]!r}"


_OBSTACLES: dict[Obstacle, Callable[[Unscheduled], str]] = {
    Obstacle.NEVER_AVAILABLE: _never(""),
    Obstacle.NEVER_IN_ITS_SLOTS: _never(" in the slots allowed for it"),
    Obstacle.WAY_TO_COMMITMENTS: lambda u: (
        f"{_everybody(u)} have no common slot with enough time for the way to their commitments"
    ),
    Obstacle.PLACES_CLOSED: lambda u: f"No allowed place is open when {_everybody(u)} could meet",
    Obstacle.WAITS_FOR_ITSELF: lambda u: f"It would have to come after itself: {_circle(u.meetings)}",
    Obstacle.EARLIER_NOT_HELD: lambda u: f"It comes after meeting {u.meetings[0]!r}, which is not held",
    Obstacle.EARLIER_ENDS_LATE: lambda u: (
        f"It comes after meeting {u.meetings[0]!r}, which ends too late for it"
    ),
    Obstacle.AT_LIMIT: _blocked("has reached the limit of meetings"),
    Obstacle.IN_ANOTHER_MEETING: _blocked("is in another meeting"),
    Obstacle.WAY_TO_MEETINGS: _blocked("has not enough time for the way from or to another meeting"),
    Obstacle.PLACES_FULL: lambda u: (
        f"Every allowed place is full when {_everybody(u)} could meet ({_few(u.slots)})"
    ),
    Obstacle.NO_GAIN: lambda u: f"{_meet(u, '')}, but it would not raise the score",
    Obstacle.BREAKS_UNEVEN: lambda u: (
        f"Wherever {_everybody(u)} could meet, breaks would be shared too unevenly"
    ),
    Obstacle.TIME_UP: lambda u: f"The time was up: {_meet(u, 'still ')}",
    Obstacle.NOT_TRIED: lambda _: "The time was up before it was placed or its reason worked out",
    Obstacle.NO_SCHEDULE: lambda _: "There is no schedule",
}


def violation_sentence(violation: Violation) -> str:
    """A violation in words, as `solver check` prints it."""
    if violation.many:
        return f"{violation.many} {_COUNTED[violation.rule]}"
    return _VIOLATIONS[violation.rule](violation)


def _of(words: Callable[[Violation], str]) -> Callable[[Violation], str]:
    return lambda v: f"meeting {v.meetings[0]!r}{words(v)}"


def _engagements(violation: Violation) -> str:
    return " and ".join(f"meeting {name!r}" if name else "a commitment" for name in violation.meetings)


def _by(words: Callable[[Violation], str]) -> Callable[[Violation], str]:
    return lambda v: f"participant {v.people[0]!r}: {words(v)}"


_VIOLATIONS: dict[Rule, Callable[[Violation], str]] = {
    Rule.MEETING_UNKNOWN: _of(lambda v: " is not in the problem"),
    Rule.HELD_TWICE: _of(lambda v: " is held twice"),
    Rule.SLOT_OR_PLACE_UNKNOWN: _of(
        lambda v: f" names slot {v.slots[0]!r} and place {v.places[0]!r}, not both known"
    ),
    Rule.SLOT_ALLOWED: _of(lambda v: f": slot {v.slots[0]!r} is not allowed for it"),
    Rule.PLACE_ALLOWED: _of(lambda v: f": place {v.places[0]!r} is not allowed for it"),
    Rule.PLACE_OPEN: _of(lambda v: f": place {v.places[0]!r} is closed in slot {v.slots[0]!r}"),
    Rule.PERSON_UNKNOWN: _of(lambda v: f": participant {v.people[0]!r} is not in the problem"),
    Rule.PERSON_AVAILABLE: _of(lambda v: f": {v.people[0]!r} is not available in slot {v.slots[0]!r}"),
    Rule.EARLIER_HELD: _of(lambda v: f": meeting {v.meetings[1]!r}, which comes before it, is not held"),
    Rule.ORDER: _of(lambda v: f" starts before meeting {v.meetings[1]!r} ends"),
    Rule.ATTENDS_ONCE: _of(lambda v: ": somebody attends twice"),
    Rule.ONE_OF_EACH_SIDE: _of(
        lambda v: f": {v.numbers[0]} participants of side {v.numbers[1]} attend, not 1"
    ),
    Rule.BELONGS: _of(lambda v: f": {v.people[0]!r} attends, but does not belong to it"),
    Rule.REQUIRED: _of(lambda v: " is required, but not held"),
    Rule.LOCKED: _of(lambda v: " is locked, but not held as published"),
    Rule.CAPACITY: lambda v: (
        f"place {v.places[0]!r}: more than {v.numbers[0]} meetings at minute {v.numbers[1]}"
    ),
    Rule.OVERLAP: _by(lambda v: f"{_engagements(v)} overlap"),
    Rule.TIME_TO_WALK: _by(
        lambda v: f"{v.numbers[0]} minutes between {_engagements(v)}, but the way takes {v.numbers[1]}"
    ),
    Rule.MOST_MEETINGS: _by(lambda v: f"{v.numbers[0]} meetings, the limit is {v.numbers[1]}"),
    Rule.MOST_A_DAY: _by(lambda v: f"{v.numbers[0]} meetings on a day, the limit is {v.numbers[1]}"),
    Rule.BREAK_SPREAD: lambda v: (
        f"the breaks of participants differ by {v.numbers[0]}, the limit is {v.numbers[1]}"
    ),
    Rule.HELD_THOUGH_INFEASIBLE: lambda v: "the status is infeasible, but meetings are held",
    Rule.HELD_THOUGH_UNKNOWN: lambda v: "the status is unknown, but meetings are held",
    Rule.EACH_ONCE: lambda v: (
        "held and unscheduled meetings together are not the problem's meetings, each once"
    ),
    Rule.SCORE: lambda v: f"the claimed score is {v.numbers[0]}, the true one {v.numbers[1]}",
    Rule.BOUND: lambda v: f"the bound {v.numbers[0]} is below the score {v.numbers[1]}",
    Rule.OPTIMAL: lambda v: f"called optimal, but the bound is {v.numbers[0]} and the score {v.numbers[1]}",
}

_COUNTED: dict[Rule, str] = {
    Rule.SLOT_ALLOWED: "meetings in slots not allowed for them",
    Rule.PLACE_ALLOWED: "meetings at places not allowed for them",
    Rule.PLACE_OPEN: "meetings at closed places",
    Rule.PERSON_AVAILABLE: "attendees who are not available",
    Rule.ORDER: "meetings before what comes before them",
    Rule.ONE_OF_EACH_SIDE: "sides with somebody who is not of them",
    Rule.REQUIRED: "required meetings not held",
    Rule.CAPACITY: "places with more meetings than they can hold",
    Rule.TIME_TO_WALK: "pairs of engagements too close",
    Rule.MOST_MEETINGS: "participants with too many meetings",
    Rule.MOST_A_DAY: "participants with too many meetings on a day",
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
