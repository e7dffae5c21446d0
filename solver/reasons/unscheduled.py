"""Why a meeting is not in a schedule. Every reason is true of that schedule as it stands.

The slots and places of a meeting are narrowed down step by step; the reason is the step that leaves nothing:

1. `no-common-slot`: no allowed slot in which somebody of every side is available and without commitment.
2. `walking`: in every such slot the way from or to somebody's commitment takes too long.
3. `rule`: no allowed place is open then; a meeting that has to come before is not held, or ends too late.
4. `limit-reached`: in what is left, everybody of a side has as many meetings as their limit allows.
5. `outranked`: in what is left, everybody of a side is in another meeting.
6. `walking`: in what is left, the way from or to another meeting takes too long.
7. `place-full`: in what is left, every allowed place is full.
8. Something is left: `outranked` when holding it there would not raise the score, `rule` when it would spread
   breaks too unevenly, `time-limit` when it would raise the score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, combinations

from solver.findings import Finding
from solver.instance.slot_masks import Masks, bits
from solver.problem import Meeting, Problem
from solver.reasons.feasible_slots import CLOSE, FREE, NEAR, UNLIMITED, UNTAKEN, Reach, Venue
from solver.reasons.insertion_gain import Gains
from solver.schedule import Assignment, Obstacle, Reason, Status, Unscheduled


def explain(
    problem: Problem, held: Sequence[Assignment], *, proven: bool, until: Callable[[], bool] | None = None
) -> tuple[Unscheduled, ...]:
    """A reason for each meeting of the problem that is not in `held`.

    `proven` says that no schedule has a higher score. When `until()` turns true the meetings that are left
    get the reason `time-limit` and the obstacle `not-tried`.
    """
    there = {row.meeting for row in held}
    hurried = until is not None and until()
    if hurried:
        return tuple([_hurried(meeting) for meeting in problem.meetings if meeting.id not in there])
    explainer = _Explainer(problem, held, proven)
    found: list[Unscheduled] = []
    for meeting in problem.meetings:
        if meeting.id in there:
            continue
        hurried = hurried or (until is not None and until())
        found.append(_hurried(meeting) if hurried else explainer.reason(meeting))
    return tuple(found)


def unexplained(problem: Problem, status: Status, finding: Finding) -> tuple[Unscheduled, ...]:
    """All meetings unscheduled for the one reason that there is no schedule: infeasible or nothing found."""
    reason = Reason.RULE if status is Status.INFEASIBLE else Reason.TIME_LIMIT
    return tuple(
        Unscheduled(meeting.id, reason, Obstacle.NO_SCHEDULE, finding=finding) for meeting in problem.meetings
    )


def _hurried(meeting: Meeting) -> Unscheduled:
    return Unscheduled(meeting.id, Reason.TIME_LIMIT, Obstacle.NOT_TRIED)


class _Explainer:
    def __init__(self, problem: Problem, held: Sequence[Assignment], proven: bool) -> None:
        self.problem = problem
        self.masks = Masks(problem, held)
        self.reach = Reach(problem, self.masks)
        self.gains = Gains(problem, self.masks)
        self.proven = proven
        self.held = {row.meeting: row for row in held}

    def reason(self, meeting: Meeting) -> Unscheduled:
        """The first step that leaves no slot and place."""
        index = self.problem.participant_index
        sides = [[index[name] for name in side] for side in meeting.sides]
        allowed = self.masks.times.named(meeting.slots)
        if not self.reach.common(sides, allowed, None, FREE):
            return self._no_common_slot(meeting, sides, allowed)
        venues = self.reach.venues(meeting.places)
        left = {venue: self.reach.common(sides, allowed, venue.pavilion, NEAR) for venue in venues}
        if venues and not any(left.values()):
            return self._found(meeting, Reason.WALKING, Obstacle.WAY_TO_COMMITMENTS, sides)
        left = {venue: mask & venue.opened for venue, mask in left.items()}
        if not any(left.values()):
            return self._found(meeting, Reason.RULE, Obstacle.PLACES_CLOSED, sides)
        ordered = self._order(meeting, left)
        if isinstance(ordered, Unscheduled):
            return ordered
        left = ordered
        for step, reason, obstacle in (
            (UNLIMITED, Reason.LIMIT_REACHED, Obstacle.AT_LIMIT),
            (UNTAKEN, Reason.OUTRANKED, Obstacle.IN_ANOTHER_MEETING),
            (CLOSE, Reason.WALKING, Obstacle.WAY_TO_MEETINGS),
        ):
            before = left
            left = {v: self.reach.common(sides, mask, v.pavilion, step) for v, mask in left.items() if mask}
            if not any(left.values()):
                return self._found(meeting, reason, obstacle, self._blocking(sides, before, step))
        room = {venue: mask & venue.room for venue, mask in left.items()}
        if not any(room.values()):
            return self._found(meeting, Reason.PLACE_FULL, Obstacle.PLACES_FULL, sides, self._slots(left))
        return self._fits(meeting, sides, room)

    def _no_common_slot(self, meeting: Meeting, sides: list[list[int]], allowed: int) -> Unscheduled:
        masks = self.masks
        able = []
        for side in sides:
            mask = 0
            for person in side:
                mask |= masks.free(person)
            able.append(mask & allowed)
        chosen = next(
            numbers
            for size in range(1, len(sides) + 1)
            for numbers in combinations(range(len(sides)), size)
            if not self._shared(allowed, [able[number] for number in numbers])
        )
        obstacle = Obstacle.NEVER_AVAILABLE if meeting.slots is None else Obstacle.NEVER_IN_ITS_SLOTS
        return self._found(meeting, Reason.NO_COMMON_SLOT, obstacle, [sides[number] for number in chosen])

    def _shared(self, mask: int, masks: Iterable[int]) -> int:
        for other in masks:
            mask &= other
        return mask

    def _order(self, meeting: Meeting, left: dict[Venue, int]) -> dict[Venue, int] | Unscheduled:
        missing = [name for name in meeting.after if name not in self.held]
        if missing:
            return Unscheduled(meeting.id, Reason.RULE, Obstacle.EARLIER_NOT_HELD, meetings=(missing[0],))
        for name in meeting.after:
            end = self.problem.slot(self.held[name].slot).end
            late = self.masks.times.beginning_from(end)
            left = {venue: mask & late for venue, mask in left.items()}
            if not any(left.values()):
                return Unscheduled(meeting.id, Reason.RULE, Obstacle.EARLIER_ENDS_LATE, meetings=(name,))
        return left

    def _blocking(self, sides: list[list[int]], before: dict[Venue, int], step: int) -> list[list[int]]:
        """The side that blocks everything by itself, or else all sides."""
        for side in sides:
            if not any(
                self.reach.common([side], mask, venue.pavilion, step) for venue, mask in before.items()
            ):
                return [side]
        return sides

    def _fits(self, meeting: Meeting, sides: list[list[int]], room: dict[Venue, int]) -> Unscheduled:
        found = self._fitting(room)
        where = first = next(found)
        if self.proven and self.problem.rules.max_break_spread is None:
            return self._meet(meeting, Reason.OUTRANKED, Obstacle.NO_GAIN, sides, *where)
        best: int | None = None
        for slot, place in chain([first], found):
            gain = self._gain(meeting, sides, slot, place)
            if gain is not None and (best is None or gain > best):
                best = gain
                where = slot, place
            if best is not None and best > 0:
                break
        if best is None:
            return self._found(meeting, Reason.RULE, Obstacle.BREAKS_UNEVEN, sides)
        if best > 0:
            return self._meet(meeting, Reason.TIME_LIMIT, Obstacle.TIME_UP, sides, *where)
        return self._meet(meeting, Reason.OUTRANKED, Obstacle.NO_GAIN, sides, *where)

    def _fitting(self, room: dict[Venue, int]) -> Iterator[tuple[int, int]]:
        for venue, mask in room.items():
            for slot in bits(mask):
                for place in venue.places:
                    if (self.masks.opened(place) & ~self.masks.full(place)) >> slot & 1:
                        yield slot, place

    def _gain(self, meeting: Meeting, sides: list[list[int]], slot: int, place: int) -> int | None:
        there = self.problem.places[place].pavilion

        def able(people: Iterable[int]) -> list[int]:
            return [person for person in people if self.reach.ladder(person, there)[CLOSE] >> slot & 1]

        extras = able(self.problem.participant_index[extra.participant] for extra in meeting.optional)
        return self.gains.of(meeting, [able(side) for side in sides], extras, slot, place)

    def _slots(self, left: dict[Venue, int]) -> tuple[str, ...]:
        mask = 0
        for slots in left.values():
            mask |= slots
        return tuple(self.problem.slots[slot].id for slot in bits(mask))

    def _meet(
        self,
        meeting: Meeting,
        reason: Reason,
        obstacle: Obstacle,
        sides: list[list[int]],
        slot: int,
        place: int,
    ) -> Unscheduled:
        slots, places = (self.problem.slots[slot].id,), (self.problem.places[place].id,)
        return self._found(meeting, reason, obstacle, sides, slots, places)

    def _found(
        self,
        meeting: Meeting,
        reason: Reason,
        obstacle: Obstacle,
        sides: list[list[int]],
        slots: tuple[str, ...] = (),
        places: tuple[str, ...] = (),
    ) -> Unscheduled:
        people = self.problem.participants
        names = tuple(tuple(people[p].id for p in side) for side in sides)
        return Unscheduled(meeting.id, reason, obstacle, names, slots=slots, places=places)
