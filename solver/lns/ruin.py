"""The ruin operators: three ways to choose a few meetings that lie near each other, and to drop them."""

from __future__ import annotations

import numpy as np

from solver.instance.arrays import Data, Flags
from solver.instance.insertion import drop
from solver.instance.solution import State
from solver.jit.pointers import Int, kernel
from solver.lns.parameters import OPERATORS, Parameters
from solver.lns.scratch import MOST_DROPPED, Scratch

STRINGS, STRETCH, WALK = range(len(OPERATORS))


@kernel
def take(d: Data, st: State, sc: Scratch, m: Int, mine: Flags, number: Int) -> tuple[Int, Int]:
    """Drop meeting m and whatever must come after it, and record it. Returns (change of score, how many
    recorded)."""
    gain = np.int64(0)
    if st.slot[m] < 0 or not mine[m] or number >= sc.size:
        return gain, number
    for k in range(d.before_ptr[m], d.before_ptr[m + 1]):
        follower = d.before_idx[k]
        if st.slot[follower] >= 0:
            if not mine[follower]:
                return gain, number
            more, number = take(d, st, sc, follower, mine, number)
            gain += more
            if st.slot[follower] >= 0:
                return gain, number
    if number >= sc.size:
        return gain, number
    sc.dropped[number] = m
    sc.slot[number] = st.slot[m]
    sc.place[number] = st.place[m]
    sides = sc.sides
    for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
        sc.seated[number * sides + side - d.side_ptr[m]] = st.seated[side]
    extras = sc.extras
    for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
        sc.joins[number * extras + o - d.extra_ptr[m]] = st.joins[o]
    gain += drop(d, st, m)
    return gain, number + 1


@kernel
def take_string(
    d: Data, st: State, sc: Scratch, p: Int, minute: Int, length: Int, mine: Flags, number: Int,
) -> tuple[Int, Int]:  # fmt: skip
    """Drop up to `length` meetings of p that lie around a minute, next to each other in the agenda."""
    gain = np.int64(0)
    first = d.engagement_ptr[p]
    i = first
    while i < first + st.entries[p] and st.start[i] < minute:
        i += 1
    i = max(first, i - np.random.randint(length))
    for _ in range(length):
        while i < first + st.entries[p] and st.meeting[i] < 0:
            i += 1
        if i >= first + st.entries[p]:
            break
        if number >= MOST_DROPPED:
            break
        before = number
        more, number = take(d, st, sc, st.meeting[i], mine, number)
        gain += more
        if number == before:
            i += 1
    return gain, number


@kernel
def add_trials(
    d: Data, st: State, sc: Scratch, p: Int, mine: Flags, step: Int, tries: Int, most: Int,
) -> Int:  # fmt: skip
    """List up to `most` meetings of p that are not held, as candidates; returns how many are listed in
    all."""
    low, high = d.person_ptr[p], d.person_ptr[p + 1]
    if high == low:
        return tries
    k = low + np.random.randint(high - low)
    for _ in range(min(high - low, 4 * most)):
        m = d.person_idx[k]
        if st.slot[m] < 0 and mine[m] and sc.mark[m] != step and tries < sc.size:
            sc.mark[m] = step
            sc.trial[tries] = m
            tries += 1
            most -= 1
            if most <= 0:
                break
        k += 1
        if k >= high:
            k = low
    return tries


@kernel
def some_attendee(d: Data, st: State, m: Int) -> Int:
    """A random participant of a meeting: one who attends when it is held, else one who may."""
    side = d.side_ptr[m] + np.random.randint(d.side_ptr[m + 1] - d.side_ptr[m])
    if st.slot[m] >= 0:
        return st.seated[side]
    if d.seat_ptr[side + 1] == d.seat_ptr[side]:
        return -1
    return d.seat[d.seat_ptr[side] + np.random.randint(d.seat_ptr[side + 1] - d.seat_ptr[side])]


@kernel
def remove_strings(
    d: Data, st: State, sc: Scratch, par: Parameters, seed: Int, minute: Int, mine: Flags, step: Int, tries: Int,
) -> tuple[Int, Int, Int]:  # fmt: skip
    """Adjacent string removal (Christiaens and Vanden Berghe): strings around one minute in the agendas of the
    seed's people, and the seed."""
    gain, number = np.int64(0), np.int64(0)
    for side in range(d.side_ptr[seed], d.side_ptr[seed + 1]):
        if st.slot[seed] >= 0:
            q = st.seated[side]
        elif d.seat_ptr[side + 1] > d.seat_ptr[side]:
            q = d.seat[d.seat_ptr[side] + np.random.randint(d.seat_ptr[side + 1] - d.seat_ptr[side])]
        else:
            continue
        length = par.string_least + np.random.randint(par.string_range)
        more, number = take_string(d, st, sc, q, minute, length, mine, number)
        gain += more
        tries = add_trials(d, st, sc, q, mine, step, tries, par.string_trials)
    more, number = take(d, st, sc, seed, mine, number)
    return gain + more, number, tries


@kernel
def remove_stretch(
    d: Data, st: State, sc: Scratch, par: Parameters, p: Int, minute: Int, mine: Flags, step: Int, tries: Int,
) -> tuple[Int, Int, Int]:  # fmt: skip
    """One agenda, whole or a long stretch of it, with a string at some of those whom it met."""
    length = par.stretch_least + np.random.randint(par.stretch_range)
    gain, number = take_string(d, st, sc, p, minute - par.stretch_before, length, mine, np.int64(0))
    tries = add_trials(d, st, sc, p, mine, step, tries, par.stretch_trials)
    first = number
    for n in range(first):
        if np.random.random() < par.stretch_partners:
            m = sc.dropped[n]
            q = sc.seated[n * sc.sides + np.random.randint(d.side_ptr[m + 1] - d.side_ptr[m])]
            at = d.slot_start[sc.slot[n]]
            length = par.partner_least + np.random.randint(par.partner_range)
            more, number = take_string(d, st, sc, q, at, length, mine, number)
            gain += more
    return gain, number, tries


@kernel
def remove_walk(
    d: Data, st: State, sc: Scratch, par: Parameters, seed: Int, p: Int, mine: Flags, step: Int, tries: Int,
) -> tuple[Int, Int, Int]:  # fmt: skip
    """Related removal (Shaw) along a random walk: a meeting, one of its people, another meeting of theirs, and
    so on."""
    gain, number, m = np.int64(0), np.int64(0), seed
    for _ in range(par.walk_least + np.random.randint(par.walk_range)):
        more, number = take(d, st, sc, m, mine, number)
        gain += more
        if number >= MOST_DROPPED:
            break
        tries = add_trials(d, st, sc, p, mine, step, tries, par.walk_trials)
        held = st.entries[p]
        if held == 0:
            break
        other = st.meeting[d.engagement_ptr[p] + np.random.randint(held)]
        if other < 0:
            continue
        m = other
        q = some_attendee(d, st, m)
        if q >= 0:
            p = q
    return gain, number, tries


@kernel
def ruin(
    d: Data, st: State, sc: Scratch, par: Parameters, seed: Int, mine: Flags, step: Int,
) -> tuple[Int, Int, Int, Int]:  # fmt: skip
    """Drop meetings around a seed meeting; returns (operator, change of score, how many dropped, how many to
    try)."""
    tries = np.int64(0)
    if st.slot[seed] >= 0:
        minute = d.slot_start[st.slot[seed]]
    else:
        minute = d.slot_start[np.random.randint(d.slots)]
        sc.mark[seed] = step
        sc.trial[0] = seed
        tries += 1
    kind = np.random.random()
    p = some_attendee(d, st, seed)
    if kind < par.share_strings:
        operator = STRINGS
    elif kind < par.share_strings + par.share_stretch:
        operator = STRETCH
    else:
        operator = WALK
    gain, number = np.int64(0), np.int64(0)
    if p < 0:
        return operator, gain, number, tries
    if operator == STRINGS:
        gain, number, tries = remove_strings(d, st, sc, par, seed, minute, mine, step, tries)
    elif operator == STRETCH:
        gain, number, tries = remove_stretch(d, st, sc, par, p, minute, mine, step, tries)
    else:
        gain, number, tries = remove_walk(d, st, sc, par, seed, p, mine, step, tries)
    return operator, gain, number, tries
