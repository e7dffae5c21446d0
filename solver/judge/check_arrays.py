"""The rules and the score over whole columns at once: for a stop request, which leaves no time for the judge.

A hundred thousand participants take the judge of `solver.judge.check` some seconds, and this half of one. It knows the
problem only through `solver.instance.arrays`, so it is no replacement: what it finds wrong is wrong, and tests hold
it to the judge's verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray

from solver.instance.columns import Columns
from solver.instance.locked import roster
from solver.instance.slot_times import SlotTimes, in_order_of_time
from solver.judge.check import Verdict
from solver.schedule import Measures
from solver.violations import Rule, Violation

Column = NDArray[np.int64]


def judge(columns: Columns) -> Verdict:
    """What `solver.judge.check.check` finds, counted instead of named."""
    faults: list[Violation] = []
    problem, data = columns.arrays.problem, columns.arrays.data
    held = np.flatnonzero(columns.slot >= 0)
    slot, place = columns.slot[held].astype(np.int64), columns.place[held].astype(np.int64)

    def refuse(wrong: NDArray[np.bool_], rule: Rule) -> None:
        if wrong.any():
            faults.append(Violation(rule, many=int(wrong.sum())))

    refuse(data.slot_sets[data.slot_set[held], slot] == 0, Rule.SLOT_ALLOWED)
    sets = np.repeat(np.arange(len(data.place_ptr) - 1), np.diff(data.place_ptr))
    allowed = sets * len(problem.places) + data.place_idx
    refuse(
        ~np.isin(data.place_set[held] * len(problem.places) + place, allowed),
        Rule.PLACE_ALLOWED,
    )
    refuse(data.place_open[place, slot] == 0, Rule.PLACE_OPEN)
    refuse((columns.slot < 0) & (data.required > 0), Rule.REQUIRED)
    meeting, person = _attendance(columns, refuse)
    at = columns.slot[meeting].astype(np.int64)
    refuse(data.available[person, at] == 0, Rule.PERSON_AVAILABLE)
    _judge_places(columns, slot, place, refuse)
    waiting = np.repeat(np.arange(len(data.value)), np.diff(data.after_ptr))
    waits = columns.slot[waiting] >= 0
    waiting, earlier = waiting[waits], data.after_idx[waits]
    early = columns.slot[earlier]
    late = (early < 0) | (data.slot_end[early] > data.slot_start[columns.slot[waiting]])
    refuse(late, Rule.ORDER)
    met = np.bincount(person, minlength=len(data.most))
    refuse(met > data.most, Rule.MOST_MEETINGS)
    days = int(data.slot_day.max(initial=0)) + 1
    often = np.bincount(person * days + data.slot_day[at], minlength=days * len(met))
    refuse(often > np.repeat(data.most_a_day, days), Rule.MOST_A_DAY)
    breaks, minutes = _agendas(columns, person, at, columns.place[meeting].astype(np.int64), refuse)
    spread = int(breaks.max() - breaks.min()) if len(breaks) else 0
    limit = problem.rules.max_break_spread
    if limit is not None and spread > limit:
        faults.append(Violation(Rule.BREAK_SPREAD, numbers=(spread, limit)))
    value, moved, dropped = _values(columns, held)
    shortfall = int(np.maximum(0, data.guarantee.astype(np.int64) - met).sum())
    weights = problem.weights
    squares = int((met * met).sum())
    return Verdict(
        tuple(faults),
        len(faults),
        weights.value * value
        - weights.breaks * int(breaks.sum())
        - weights.walking * minutes
        - weights.guarantee * shortfall
        - weights.moved * moved
        - weights.dropped * dropped,
        Measures(
            held=len(held),
            wanted=len(problem.meetings),
            value=value,
            breaks=int(breaks.sum()),
            walking_minutes=minutes,
            guarantee_shortfall=shortfall,
            moved=moved,
            dropped=dropped,
            break_spread=spread,
            participants_without_meeting=int((met == 0).sum()),
            jain_index=round(int(met.sum()) ** 2 / (len(met) * squares), 4) if squares else None,
        ),
    )


Refuse = Callable[[NDArray[np.bool_], Rule], None]


def _attendance(columns: Columns, refuse: Refuse) -> tuple[Column, Column]:
    """Who attends what: meeting and participant of every filled seat."""
    data = columns.arrays.data
    of_side = np.repeat(np.arange(len(data.value)), np.diff(data.side_ptr))
    sides = np.flatnonzero(columns.slot[of_side] >= 0)
    people = len(data.most)
    choices = np.diff(data.seat_ptr)
    one = choices[sides] == 1
    wrong = data.seat[data.seat_ptr[sides[one]]] != columns.seated[sides[one]]
    refuse(wrong, Rule.ONE_OF_EACH_SIDE)
    several = np.repeat(choices != 1, choices)
    of_seat = np.repeat(np.arange(len(of_side), dtype=np.int64), choices)[several]
    seats, mine = of_seat * people + data.seat[several], sides[~one]
    refuse(~np.isin(mine * people + columns.seated[mine], seats), Rule.ONE_OF_EACH_SIDE)
    of_extra = np.repeat(np.arange(len(data.value)), np.diff(data.extra_ptr))
    extras = np.flatnonzero((columns.slot[of_extra] >= 0) & (columns.joins > 0))
    meeting = np.concatenate([of_side[sides], of_extra[extras]])
    return meeting, np.concatenate([columns.seated[sides], data.extra[extras]]).astype(np.int64)


def _judge_places(columns: Columns, slot: Column, place: Column, refuse: Refuse) -> None:
    data = columns.arrays.data
    low, high = data.slot_low[slot].astype(np.int64), data.slot_high[slot].astype(np.int64)
    width = int(data.slot_high.max(initial=0)) + 1
    covered = np.repeat(np.arange(len(slot)), high - low)
    instant = np.arange(len(covered)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    load = np.bincount(
        place[covered] * width + low[covered] + instant, minlength=width * len(data.place_capacity)
    )
    most = np.repeat(data.place_capacity, width)
    refuse(load > most, Rule.CAPACITY)


def _agendas(
    columns: Columns, person: Column, slot: Column, place: Column, refuse: Refuse
) -> tuple[Column, int]:
    """Breaks of each participant and all minutes on foot; overlaps and ways that are too long are refused."""
    data = columns.arrays.data
    owner = np.repeat(np.arange(len(data.most)), np.diff(data.commitment_ptr))
    who = np.concatenate([person, owner])
    start = np.concatenate([data.slot_start[slot], data.commitment_start]).astype(np.int64)
    end = np.concatenate([data.slot_end[slot], data.commitment_end]).astype(np.int64)
    where = np.concatenate([data.place_pavilion[place], data.commitment_pavilion]).astype(np.int64)
    day = np.concatenate([data.slot_day[slot], data.commitment_day]).astype(np.int64)
    held = np.concatenate([slot, np.full(len(owner), -1)])
    order = np.lexsort((end, start, who))
    who, start, end, where, day, held = (x[order] for x in (who, start, end, where, day, held))
    farthest = max(int(data.longest_walk), 0)
    step = 1
    while step < len(who):
        gap = start[step:] - end[:-step]
        near = (who[:-step] == who[step:]) & (gap < max(1, farthest))
        if not near.any():
            break
        near &= (held[:-step] >= 0) | (held[step:] >= 0)
        too_far = (gap < 0) | (gap < data.walk[where[:-step], where[step:]])
        refuse(near & too_far, Rule.TIME_TO_WALK)
        step += 1
    nowhere = len(data.walk) - 1
    there = np.flatnonzero(where < nowhere)
    a, b = there[:-1], there[1:]
    next_to = (who[a] == who[b]) & (day[a] == day[b])
    minutes = int(data.walk[where[a[next_to]], where[b[next_to]]].astype(np.int64).sum())
    met = np.flatnonzero(held >= 0)
    a, b = met[:-1], met[1:]
    pairs = (who[a] == who[b]) & (day[a] == day[b])
    a, b = a[pairs], b[pairs]
    idle = data.fits[held[a], held[b]] > 0
    # only where a commitment lies between two meetings can it take the idle slot away
    farther = int(max(start.max(initial=0), end.max(initial=0))) + 1
    begun = np.searchsorted(owner * farther + data.commitment_start, who[a] * farther + start[b])
    latest = np.append(-1, np.maximum.accumulate(owner * farther + data.commitment_end))[begun]
    problem = columns.arrays.problem
    times = SlotTimes(problem, in_order_of_time(problem))
    for i in np.flatnonzero(idle & (latest > who[a] * farther + end[a])).tolist():
        clear = times.clear_of(problem.participants[who[a[i]]].commitments)
        idle[i] = times.idle(held[a[i]], held[b[i]], clear)
    return np.bincount(who[a][idle], minlength=len(data.most)), minutes


def _values(columns: Columns, held: Column) -> tuple[int, int, int]:
    """The unweighted value, how many published meetings moved, and how many were dropped."""
    problem, data = columns.arrays.problem, columns.arrays.data
    meetings = problem.meetings
    value = sum([meetings[m].value for m in held.tolist()])
    for m in held[np.array([bool(meetings[m].optional) for m in held.tolist()], dtype=bool)].tolist():
        people = roster(meetings[m])
        here = columns.joins[data.extra_ptr[m] : data.extra_ptr[m + 1]]
        value += people.value
        value += sum(extra.value for extra, joins in zip(people.optional, here, strict=True) if joins)
    published_ = data.was_slot >= 0
    gone = published_ & (columns.slot < 0)
    moved = published_ & ~gone & ((columns.slot != data.was_slot) | (columns.place != data.was_place))
    return cast(int, value), int(moved.sum()), int(gone.sum())
