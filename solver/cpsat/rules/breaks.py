"""Idle time between meetings: its cost, and how unevenly it may be shared.

A break lies between two consecutive meetings of a day when a slot fits between them that touches no
commitment. So the meeting in a slot ends a break unless it is the first of its day or the person meets in one
of the slots *near before* it: earlier on the day, with no idle slot between. (Were the last meeting not near,
no earlier one could be: what fits into the shorter gap fits into the longer one.)
"""

from __future__ import annotations

from collections import defaultdict

from ortools.sat.python import cp_model

from solver.cpsat.variables import Literal, Variables
from solver.instance.slot_times import SlotTimes

NAME = "breaks"
SPREAD_NAME = "breaks shared evenly"


def apply(variables: Variables) -> None:
    """Count breaks where they cost something or their spread is limited."""
    problem = variables.problem
    weight = problem.weights.breaks
    limit = problem.rules.max_break_spread
    if not weight and limit is None:
        return
    times = SlotTimes(problem)
    totals: list[list[Literal]] = []
    for person in range(len(problem.participants)):
        breaks = _count(variables, times, person, exact=limit is not None)
        totals.append(breaks)
        for literal in breaks:
            variables.earn(-weight, literal)
    if limit is not None:
        _limit_spread(variables, totals, limit)


def _count(variables: Variables, times: SlotTimes, person: int, exact: bool) -> list[Literal]:
    """A literal for each slot whose meeting may end a break; unless `exact`, only cost holds it down."""
    model = variables.model
    clear = times.clear_of(variables.problem.participants[person].commitments)
    by_day: dict[int, list[int]] = defaultdict(list)
    for slot in variables.slots_of(person):
        by_day[variables.problem.slot_days[slot]].append(slot)
    breaks: list[Literal] = []
    for slots in by_day.values():
        begun = _begun(variables, person, slots)
        for position, slot in enumerate(slots):
            over = [other for other in slots[:position] if times.earlier[slot] >> other & 1]
            near = [other for other in over if not times.idle(other, slot, clear)]
            if len(near) == len(over):
                continue
            busy = variables.busy(person, slot)
            earlier = [variables.busy(person, other) for other in near]
            ends = variables.new()
            # a meeting that is not over yet may count here: then the person is not busy in this slot
            before = begun[over[-1]]
            model.add_bool_or([ends, ~busy, ~before, *earlier])
            if exact:
                model.add_implication(ends, busy)
                model.add_implication(ends, before)
                for other in earlier:
                    model.add_implication(ends, ~other)
            breaks.append(ends)
    return breaks


def _begun(variables: Variables, person: int, slots: list[int]) -> dict[int, Literal]:
    """For each slot of a day whether the person has met by it, in order of time."""
    begun: dict[int, Literal] = {}
    last: Literal | None = None
    for slot in slots:
        busy = variables.busy(person, slot)
        if last is None:
            last = busy
        else:
            now = variables.new()
            variables.model.add_bool_or([~now, last, busy])
            variables.model.add_implication(last, now)
            variables.model.add_implication(busy, now)
            last = now
        begun[slot] = last
    return begun


def _limit_spread(variables: Variables, totals: list[list[Literal]], limit: int) -> None:
    model = variables.model
    most = max((len(breaks) for breaks in totals), default=0)
    least = model.new_int_var(0, most, "fewest breaks")
    for breaks in totals:
        count = cp_model.LinearExpr.sum(breaks)
        model.add(count >= least)
        model.add(count <= least + limit)
