"""Minutes that people walk, as a cost.

For each person and day the pavilion they were last in is a state that flows from one engagement to the next:
a network with one unit of flow, whose relaxation is as tight as can be for a single person.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from solver.cpsat.variables import Literal, Variables

NAME = "walking minutes"

_NOWHERE = ""


@dataclass(frozen=True, slots=True)
class _Stop:
    """A time at which a person may be (slot) or is (no slot) in a pavilion."""

    start: int
    end: int
    slot: int | None
    pavilions: tuple[str, ...]


def apply(variables: Variables) -> None:
    """Charge every way between consecutive engagements of a day."""
    weight = variables.problem.weights.walking
    if not weight or not variables.walks:
        return
    for person in range(len(variables.problem.participants)):
        for stops in _days(variables, person):
            if _can_walk(variables, stops):
                _charge(variables, person, stops, weight)


def moves(variables: Variables) -> int:
    """How many literals the flows take, without building them."""
    if not variables.problem.weights.walking or not variables.walks:
        return 0
    total = 0
    for person in range(len(variables.problem.participants)):
        for stops in _days(variables, person):
            if _can_walk(variables, stops):
                seen: set[str] = set()
                for stop in stops:
                    if stop.slot is not None:
                        total += len(stop.pavilions) * (len(seen) + 1) + 2 * len(seen)
                    seen.update(stop.pavilions)
    return total


def _days(variables: Variables, person: int) -> list[list[_Stop]]:
    problem = variables.problem
    pavilions: dict[int, list[str]] = defaultdict(list)
    for slot, zone in variables.engaged(person):
        pavilions[slot].append(zone)
    days: dict[int, list[_Stop]] = defaultdict(list)
    for slot in variables.slots_of(person):
        there = tuple(dict.fromkeys(pavilions[slot]))
        days[problem.slot_days[slot]].append(
            _Stop(problem.slots[slot].start, problem.slots[slot].end, slot, there)
        )
    for commitment in problem.participants[person].commitments:
        if commitment.pavilion is not None:
            stop = _Stop(commitment.start, commitment.end, None, (commitment.pavilion,))
            days[problem.day_of(commitment.start)].append(stop)
    return [sorted(stops, key=lambda stop: (stop.start, stop.end)) for stops in days.values()]


def _can_walk(variables: Variables, stops: list[_Stop]) -> bool:
    there = {pavilion for stop in stops for pavilion in stop.pavilions}
    return any(variables.problem.walk(origin, target) for origin in there for target in there)


def _charge(variables: Variables, person: int, stops: list[_Stop], weight: int) -> None:
    model = variables.model
    problem = variables.problem
    state: dict[str, Literal] = {_NOWHERE: variables.true}
    for position, stop in enumerate(stops):
        last = position == len(stops) - 1
        if stop.slot is None:
            (target,) = stop.pavilions
            for origin, here in state.items():
                if origin != _NOWHERE:
                    variables.earn(-weight * problem.walk(origin, target), here)
            state = {target: variables.true}
            continue
        arriving: dict[str, list[Literal]] = defaultdict(list)
        leaving: dict[str, list[Literal]] = defaultdict(list)
        for target in stop.pavilions:
            for origin in state:
                move = variables.new()
                arriving[target].append(move)
                leaving[origin].append(move)
                if origin != _NOWHERE:
                    variables.earn(-weight * problem.walk(origin, target), move)
            model.add(variables.sum(arriving[target]) == variables.present(person, (stop.slot, target)))
        following: dict[str, Literal] = {}
        for pavilion in {**state, **dict.fromkeys(stop.pavilions)}:
            stay: list[Literal] = []
            if pavilion in state:
                kept = variables.new()
                model.add(variables.sum([*leaving[pavilion], kept]) == state[pavilion])
                stay.append(kept)
            if not last:
                now = variables.new()
                model.add(variables.sum(arriving.get(pavilion, []) + stay) == now)
                following[pavilion] = now
        state = following
