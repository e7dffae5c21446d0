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

from solver.instance.slot_masks import Masks, bits
from solver.problem import Meeting, Problem
from solver.reasons.feasible_slots import CLOSE, FREE, IDLE, NEAR, UNLIMITED, Reach, Venue
from solver.reasons.insertion_gain import Gains
from solver.schedule import Assignment, Reason, Status, Unscheduled


def explain(
    problem: Problem, held: Sequence[Assignment], *, proven: bool, until: Callable[[], bool] | None = None
) -> tuple[Unscheduled, ...]:
    """A reason for each meeting of the problem that is not in `held`.

    `proven` says that no schedule has a higher score. When `until()` turns true the meetings that are left
    get the reason `time-limit`, in words that say so.
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


def unexplained(problem: Problem, status: Status, sentence: str) -> tuple[Unscheduled, ...]:
    """All meetings unscheduled for the one reason that there is no schedule: infeasible or nothing found."""
    reason = Reason.RULE if status is Status.INFEASIBLE else Reason.TIME_LIMIT
    return tuple(Unscheduled(meeting.id, reason, sentence) for meeting in problem.meetings)


def _hurried(meeting: Meeting) -> Unscheduled:
    return Unscheduled(
        meeting.id, Reason.TIME_LIMIT, "The time was up before it was placed or its reason worked out."
    )


class _Explainer:
    def __init__(self, problem: Problem, held: Sequence[Assignment], proven: bool) -> None:
        self.problem = problem
        self.masks = Masks(problem, held)
        self.reach = Reach(problem, self.masks)
        self.gains = Gains(problem, self.masks)
        self.proven = proven
        self.held = {row.meeting: row for row in held}

    def reason(self, meeting: Meeting) -> Unscheduled:
        """The first step that leaves no slot and place, in words."""
        index = self.problem.participant_index
        sides = [[index[name] for name in side] for side in meeting.sides]
        allowed = self.masks.named(meeting.slots)
        if not self.reach.common(sides, allowed, None, FREE):
            return self._no_common_slot(meeting, sides, allowed)
        venues = self.reach.venues(meeting.places)
        left = {venue: self.reach.common(sides, allowed, venue.pavilion, NEAR) for venue in venues}
        if venues and not any(left.values()):
            words = "{} have no common slot with enough time for the way to their commitments"
            return self._say(meeting, Reason.WALKING, words, sides)
        left = {venue: mask & venue.opened for venue, mask in left.items()}
        if not any(left.values()):
            return self._say(meeting, Reason.RULE, "No allowed place is open when {} could meet", sides)
        ordered = self._order(meeting, left)
        if isinstance(ordered, Unscheduled):
            return ordered
        left = ordered
        for step, reason, words in (
            (UNLIMITED, Reason.LIMIT_REACHED, "has reached the limit of meetings"),
            (IDLE, Reason.OUTRANKED, "is in another meeting"),
            (
                CLOSE,
                Reason.WALKING,
                "has not enough time for the way from or to another meeting",
            ),
        ):
            before = left
            left = {v: self.reach.common(sides, mask, v.pavilion, step) for v, mask in left.items() if mask}
            if not any(left.values()):
                return self._blocked(meeting, reason, words, sides, before, step)
        room = {venue: mask & venue.room for venue, mask in left.items()}
        if not any(room.values()):
            words = f"Every allowed place is full when {{}} could meet ({self._slot_names(left)})"
            return self._say(meeting, Reason.PLACE_FULL, words, sides)
        return self._fits(meeting, sides, room)

    def _no_common_slot(self, meeting: Meeting, sides: list[list[int]], allowed: int) -> Unscheduled:
        masks = self.masks
        able = []
        for side in sides:
            mask = 0
            for person in side:
                mask |= masks.free(person)
            able.append(mask & allowed)
        own = "" if meeting.slots is None else " in the slots allowed for it"
        chosen = next(
            numbers
            for size in range(1, len(sides) + 1)
            for numbers in combinations(range(len(sides)), size)
            if not self._shared(allowed, [able[number] for number in numbers])
        )
        who = [sides[number] for number in chosen]
        words = "{} are never available at the same time"
        if len(chosen) == 1:
            words = "{} is never available" if len(who[0]) == 1 else "None of {} is ever available"
            who = _one_by_one(who)
        return self._say(meeting, Reason.NO_COMMON_SLOT, words + own, who)

    def _shared(self, mask: int, masks: Iterable[int]) -> int:
        for other in masks:
            mask &= other
        return mask

    def _order(self, meeting: Meeting, left: dict[Venue, int]) -> dict[Venue, int] | Unscheduled:
        missing = [name for name in meeting.after if name not in self.held]
        if missing:
            return Unscheduled(
                meeting.id, Reason.RULE, f"It comes after meeting {missing[0]!r}, which is not held."
            )
        for name in meeting.after:
            end = self.problem.slot(self.held[name].slot).end
            late = self.masks.starting_from(end)
            left = {venue: mask & late for venue, mask in left.items()}
            if not any(left.values()):
                return Unscheduled(
                    meeting.id, Reason.RULE, f"It comes after meeting {name!r}, which ends too late for it."
                )
        return left

    def _blocked(
        self,
        meeting: Meeting,
        reason: Reason,
        words: str,
        sides: list[list[int]],
        before: dict[Venue, int],
        step: int,
    ) -> Unscheduled:
        """Name the side that blocks everything by itself, or else all sides."""
        for side in sides:
            if not any(
                self.reach.common([side], mask, venue.pavilion, step) for venue, mask in before.items()
            ):
                each = "{}" if len(side) == 1 else "Each of {}"
                return self._say(
                    meeting, reason, f"{each} {words} in every slot that is left", _one_by_one([side])
                )
        return self._say(
            meeting, reason, f"In every slot that is left one of {{}} {words}", _one_by_one(sides)
        )

    def _fits(self, meeting: Meeting, sides: list[list[int]], room: dict[Venue, int]) -> Unscheduled:
        found = self._fitting(room)
        first = next(found)
        where = self._where(*first)
        spread = self.problem.rules.max_break_spread
        if self.proven and spread is None:
            return self._say(
                meeting,
                Reason.OUTRANKED,
                f"{{}} could meet in {where}, but it would not raise the score",
                sides,
            )
        best: int | None = None
        for slot, place in chain([first], found):
            gain = self._gain(meeting, sides, slot, place)
            if gain is not None and (best is None or gain > best):
                best = gain
                where = self._where(slot, place)
            if best is not None and best > 0:
                break
        if best is None:
            return self._say(
                meeting, Reason.RULE, "Wherever {} could meet, breaks would be shared too unevenly", sides
            )
        if best > 0:
            words = f"The time was up: {{}} could still meet in {where}"
            return self._say(meeting, Reason.TIME_LIMIT, words, sides)
        words = f"{{}} could meet in {where}, but it would not raise the score"
        return self._say(meeting, Reason.OUTRANKED, words, sides)

    def _fitting(self, room: dict[Venue, int]) -> Iterator[tuple[int, int]]:
        for venue, mask in room.items():
            for slot in bits(mask):
                for place in venue.places:
                    if (self.masks.opened(place) & ~self.masks.full(place)) >> slot & 1:
                        yield slot, place

    def _where(self, slot: int, place: int) -> str:
        return f"slot {self.problem.slots[slot].id!r} at place {self.problem.places[place].id!r}"

    def _gain(self, meeting: Meeting, sides: list[list[int]], slot: int, place: int) -> int | None:
        there = self.problem.places[place].pavilion

        def able(people: Iterable[int]) -> list[int]:
            return [person for person in people if self.reach.ladder(person, there)[CLOSE] >> slot & 1]

        extras = able(self.problem.participant_index[extra.participant] for extra in meeting.optional)
        return self.gains.of(meeting, [able(side) for side in sides], extras, slot, place)

    def _slot_names(self, left: dict[Venue, int]) -> str:
        mask = 0
        for slots in left.values():
            mask |= slots
        names = [self.problem.slots[slot].id for slot in bits(mask)]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

    def _say(
        self, meeting: Meeting, reason: Reason, words: str, sides: Sequence[Sequence[int]]
    ) -> Unscheduled:
        people = self.problem.participants
        names = [[people[p].id for p in side] for side in sides]
        joined = _listed([" or ".join(side[:3]) + (" or another" if len(side) > 3 else "") for side in names])
        sentence = words.replace("{}", joined, 1) + "."
        return Unscheduled(meeting.id, reason, sentence, tuple(name for side in names for name in side[:3]))


def _one_by_one(sides: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[person] for side in sides for person in side]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
