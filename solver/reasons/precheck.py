"""Cheap findings before any solving: what is impossible, and where demand is larger than room.

Counting only, so it takes seconds even for a hundred thousand participants. Meetings are looked at one by one
when there are few of them or when they must be held; an impossible one among the others is named by the
reasons of the finished schedule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from solver.findings import Bearing, Fact, Finding
from solver.instance.locked import fixed, has_to_be_held
from solver.instance.most_meetings import most_attended, most_in_mask
from solver.instance.precedence import must_be_held
from solver.instance.slot_masks import Masks
from solver.problem import Meeting, Problem, Published
from solver.reasons.feasible_slots import FREE, NEAR, Reach
from solver.reasons.max_flow import too_many

LOOKED_AT = 50_000
"""Up to so many meetings each one is looked at."""


def precheck(problem: Problem) -> tuple[Finding, ...]:
    """All findings, those that rule out any schedule first."""
    masks = Masks(problem, ())
    found = [
        *_meetings(problem, masks),
        *_people(problem, masks),
        *_places(problem, masks),
    ]
    order = list(Bearing)
    return tuple(sorted(found, key=lambda finding: order.index(finding.bearing)))


def _meetings(problem: Problem, masks: Masks) -> Iterator[Finding]:
    reach = Reach(problem, masks)
    few = len(problem.meetings) <= LOOKED_AT
    impossible: set[str] = set()
    for meeting in problem.meetings:
        if not few and not has_to_be_held(meeting):
            continue
        found = _impossible(problem, reach, meeting)
        if found is not None:
            impossible.add(meeting.id)
            yield found
    for number in must_be_held(problem):
        meeting = problem.meetings[number]
        for name in meeting.after:
            if name in impossible:
                yield Finding(Bearing.INFEASIBLE, Fact.AFTER_IMPOSSIBLE, meetings=(meeting.id, name))


def _impossible(problem: Problem, reach: Reach, meeting: Meeting) -> Finding | None:
    """Why a meeting can't be held even if it were the only one, or None."""
    masks, index = reach.masks, problem.participant_index
    bearing = Bearing.INFEASIBLE if has_to_be_held(meeting) else Bearing.IMPOSSIBLE
    sides = [[index[name] for name in side] for side in meeting.sides]
    allowed = reach.common(sides, masks.times.named(meeting.slots), None, FREE)
    if not allowed:
        return Finding(bearing, Fact.NO_COMMON_SLOT, (meeting.id,))
    found = {
        venue.pavilion: (venue, reach.common(sides, allowed, venue.pavilion, NEAR) & venue.opened)
        for venue in reach.venues(meeting.places)
    }
    if not any(mask for _, mask in found.values()):
        return Finding(bearing, Fact.NOWHERE_OPEN, (meeting.id,))
    published = fixed(meeting)
    if published is None:
        return None
    slot, place = problem.slot_index[published.slot], problem.place_index[published.place]
    pavilion = problem.places[place].pavilion
    venue, mask = found.get(pavilion, (None, 0))
    if venue is None or place not in venue.places or not (mask & masks.opened(place)) >> slot & 1:
        where = ((published.slot,), (published.place,))
        return Finding(bearing, Fact.LOCKED_ELSEWHERE, (meeting.id,), (), *where)
    if published.attendees is None:
        return None
    return _wrong_attendees(reach, meeting, published, slot, pavilion)


def _wrong_attendees(
    reach: Reach, meeting: Meeting, published: Published, slot: int, pavilion: str
) -> Finding | None:
    must = Bearing.INFEASIBLE
    rest = set(published.attendees or ())
    for number, side in enumerate(meeting.sides, 1):
        here = rest.intersection(side)
        if len(here) != 1:
            return Finding(must, Fact.SIDE_MISFILLED, (meeting.id,), numbers=(len(here), number))
        rest -= here
    extra = rest.difference(entry.participant for entry in meeting.optional)
    if extra:
        return Finding(must, Fact.STRANGER, (meeting.id,), people=(min(extra),))
    for name in published.attendees or ():
        person = reach.problem.participant_index[name]
        if not reach.ladder(person, pavilion)[NEAR] >> slot & 1:
            return Finding(must, Fact.ATTENDEE_AWAY, (meeting.id,), people=(name,), slots=(published.slot,))
    return None


def _certain(meetings: Iterable[Meeting]) -> Counter[str]:
    """How many of the meetings each participant attends for certain: as the only one of a side."""
    return Counter(side[0] for meeting in meetings for side in meeting.sides if len(side) == 1)


def _people(problem: Problem, masks: Masks) -> Iterator[Finding]:
    held = [problem.meetings[number] for number in must_be_held(problem)]
    required = _certain(held)
    earlier = _certain(meeting for meeting in held if not has_to_be_held(meeting))
    wished = _certain(problem.meetings)
    for number, person in enumerate(problem.participants):
        if not wished[person.id] and not person.guarantee:
            continue
        room = most_attended(problem, masks, number)
        must, want = required[person.id], wished[person.id]
        if must > room:
            fact = Fact.PERSON_OVERBOOKED_WITH_EARLIER if earlier[person.id] else Fact.PERSON_OVERBOOKED
            yield Finding(Bearing.INFEASIBLE, fact, people=(person.id,), numbers=(must, room))
        elif want > room:
            yield Finding(Bearing.CROWDED, Fact.PERSON_CROWDED, people=(person.id,), numbers=(want, room))


def _places(problem: Problem, masks: Masks) -> Iterator[Finding]:
    """Meetings against what the places that they may go to can hold."""
    wished = Counter(meeting.places for meeting in problem.meetings)
    required = Counter(problem.meetings[number].places for number in must_be_held(problem))
    rooms = [place.capacity * most_in_mask(masks, masks.opened(x)) for x, place in enumerate(problem.places)]
    everywhere = range(len(rooms))
    options = {
        names: everywhere if names is None else [problem.place_index[x] for x in names] for names in wished
    }
    overfull = False
    for names, want in wished.items():
        room = sum(rooms[x] for x in options[names])
        must = required[names]
        places = tuple(problem.places[x].id for x in options[names])
        if must > room:
            overfull = True
            yield Finding(Bearing.INFEASIBLE, Fact.PLACES_OVERBOOKED, places=places, numbers=(must, room))
        elif want > room:
            yield Finding(Bearing.CROWDED, Fact.PLACES_CROWDED, places=places, numbers=(want, room))
    if not overfull:
        yield from _places_together(problem, list(required), required, options, rooms)


def _places_together(
    problem: Problem,
    lists: Sequence[tuple[str, ...] | None],
    required: Counter[tuple[str, ...] | None],
    options: Mapping[tuple[str, ...] | None, Sequence[int]],
    rooms: Sequence[int],
) -> Iterator[Finding]:
    """Required meetings with different lists of places that have too few together."""
    short = too_many([required[names] for names in lists], [options[names] for names in lists], rooms)
    if short:
        must = sum(required[lists[i]] for i in short)
        places = sorted({x for i in short for x in options[lists[i]]})
        room = sum(rooms[x] for x in places)
        together = tuple(problem.places[x].id for x in places)
        yield Finding(Bearing.INFEASIBLE, Fact.PLACES_OVERBOOKED, places=together, numbers=(must, room))
