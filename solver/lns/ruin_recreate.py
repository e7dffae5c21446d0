"""Ruin and recreate: drop a few meetings that lie near each other, hold what fits best, keep what is worth
it.

After P. Shaw (large neighbourhood search, 1998), G. Schrimpf et al. (ruin and recreate, 2000) and J.
Christiaens and G. Vanden Berghe (slack induction by string removals, 2020), with an annealed acceptance. One
step touches a handful of agendas, so its time does not grow with the problem.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.instance.arrays import Data, Flags, Ints, Longs
from solver.instance.insertion import best_seat, drop, hold, put, seated_gain
from solver.instance.solution import StateView, state_view
from solver.instance.timeline import NEVER
from solver.jit.pointers import Addresses, Int, addresses, as_flags, as_ints, as_longs, kernel
from solver.jit.views import DataView, data_view

MOST_DROPPED = 24
"""Meetings that one step may drop; the neighbourhood stays near constant however long the lists are."""

MOST_TRIED = 40
"""Meetings that one step may try to hold."""

MOST_FOLLOWERS = 200


class Scratch(NamedTuple):
    """Room for the record of one step: what was dropped, from where and with whom, and what is to be
    tried."""

    dropped: Ints
    slot: Ints
    place: Ints
    seated: Ints
    joins: Flags
    trial: Ints
    key: Longs
    mark: Ints
    counts: Longs
    work: Longs


class ScratchView(NamedTuple):
    """The fields of `Scratch` by pointer, and how many entries, sides and optional seats there is room
    for."""

    dropped: Ints
    slot: Ints
    place: Ints
    seated: Ints
    joins: Flags
    trial: Ints
    key: Longs
    mark: Ints
    counts: Longs
    work: Longs
    size: int
    sides: int
    extras: int


def make_scratch(data: Data) -> tuple[Scratch, Addresses]:
    """Scratch space for one thread, and its addresses."""
    sides = max(1, int(np.diff(data.side_ptr).max(initial=1)))
    extras = max(1, int(np.diff(data.extra_ptr).max(initial=1)))
    size = MOST_DROPPED + MOST_FOLLOWERS + MOST_TRIED
    scratch = Scratch(
        dropped=np.zeros(size, dtype=np.int32),
        slot=np.zeros(size, dtype=np.int32),
        place=np.zeros(size, dtype=np.int32),
        seated=np.zeros(size * sides, dtype=np.int32),
        joins=np.zeros(size * extras, dtype=np.uint8),
        trial=np.zeros(2 * size, dtype=np.int32),
        key=np.zeros(2 * size, dtype=np.int64),
        mark=np.full(len(data.value), -1, dtype=np.int32),
        counts=np.zeros(4, dtype=np.int64),
        work=work_space(data),
    )
    return scratch, addresses(scratch, size, sides, extras)


def work_space(data: Data) -> Longs:
    """Room for what `best_seat` works out for every pavilion."""
    return np.zeros(3 * len(data.walk), dtype=np.int64)


@kernel
def scratch_view(row: Addresses) -> ScratchView:
    """Look at the addresses of a `Scratch`."""
    return ScratchView(
        as_ints(row[0]), as_ints(row[1]), as_ints(row[2]), as_ints(row[3]), as_flags(row[4]), as_ints(row[5]),
        as_longs(row[6]), as_ints(row[7]), as_longs(row[8]), as_longs(row[9]), row[10], row[11],
        row[12],
    )  # fmt: skip


@kernel
def take(d: DataView, st: StateView, sc: ScratchView, m: Int, mine: Flags, number: Int) -> tuple[Int, Int]:
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
    d: DataView, st: StateView, sc: ScratchView, p: Int, minute: Int, length: Int, mine: Flags, number: Int,
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
    d: DataView, st: StateView, sc: ScratchView, p: Int, mine: Flags, step: Int, tries: Int, most: Int,
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
def some_attendee(d: DataView, st: StateView, m: Int) -> Int:
    """A random participant of a meeting: one who attends when it is held, else one who may."""
    side = d.side_ptr[m] + np.random.randint(d.side_ptr[m + 1] - d.side_ptr[m])
    if st.slot[m] >= 0:
        return st.seated[side]
    if d.seat_ptr[side + 1] == d.seat_ptr[side]:
        return -1
    return d.seat[d.seat_ptr[side] + np.random.randint(d.seat_ptr[side + 1] - d.seat_ptr[side])]


@kernel
def ruin(
    d: DataView, st: StateView, sc: ScratchView, seed: Int, mine: Flags, step: Int,
) -> tuple[Int, Int, Int]:  # fmt: skip
    """Drop meetings around a seed meeting; returns (change of score, how many dropped, how many to try)."""
    number, tries, gain = np.int64(0), np.int64(0), np.int64(0)
    if st.slot[seed] >= 0:
        minute = d.slot_start[st.slot[seed]]
    else:
        minute = d.slot_start[np.random.randint(d.slots)]
        sc.mark[seed] = step
        sc.trial[0] = seed
        tries += 1
    sides = d.side_ptr[seed + 1] - d.side_ptr[seed]
    kind = np.random.random()
    p = some_attendee(d, st, seed)
    if p < 0:
        return gain, 0, tries
    if kind < 0.45:
        # Strings around one minute in the agendas of the seed's people.
        for n in range(sides):
            side = d.side_ptr[seed] + n
            if st.slot[seed] >= 0:
                q = st.seated[side]
            elif d.seat_ptr[side + 1] > d.seat_ptr[side]:
                q = d.seat[d.seat_ptr[side] + np.random.randint(d.seat_ptr[side + 1] - d.seat_ptr[side])]
            else:
                continue
            more, number = take_string(d, st, sc, q, minute, 1 + np.random.randint(4), mine, number)
            gain += more
            tries = add_trials(d, st, sc, q, mine, step, tries, np.int64(4))
        more, number = take(d, st, sc, seed, mine, number)
        gain += more
    elif kind < 0.80:
        # One agenda, whole or a long stretch of it, with a string at those whom it met.
        more, number = take_string(d, st, sc, p, minute - 200, 3 + np.random.randint(6), mine, number)
        gain += more
        tries = add_trials(d, st, sc, p, mine, step, tries, np.int64(6))
        first = number
        for n in range(first):
            if np.random.random() < 0.5:
                m = sc.dropped[n]
                q = sc.seated[n * sc.sides + np.random.randint(d.side_ptr[m + 1] - d.side_ptr[m])]
                at = d.slot_start[sc.slot[n]]
                more, number = take_string(d, st, sc, q, at, 1 + np.random.randint(2), mine, number)
                gain += more
    else:
        # A walk through the community: a meeting, one of its people, another meeting of theirs, and so on.
        m = seed
        for _ in range(2 + np.random.randint(8)):
            more, number = take(d, st, sc, m, mine, number)
            gain += more
            if number >= MOST_DROPPED:
                break
            tries = add_trials(d, st, sc, p, mine, step, tries, np.int64(2))
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
def undo(d: DataView, st: StateView, sc: ScratchView, tries: Int, number: Int) -> None:
    """Put back what a step dropped and drop what it held: the state as it was before."""
    for t in range(tries - 1, -1, -1):
        m = sc.trial[t]
        if st.slot[m] >= 0:
            drop(d, st, m)
    sides = sc.sides
    extras = sc.extras
    for n in range(number - 1, -1, -1):
        m = sc.dropped[n]
        for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
            st.seated[side] = sc.seated[n * sides + side - d.side_ptr[m]]
        for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
            st.joins[o] = sc.joins[n * extras + o - d.extra_ptr[m]]
        put(d, st, m, sc.slot[n], sc.place[n])


@kernel
def sort_trials(d: DataView, st: StateView, sc: ScratchView, tries: Int) -> None:
    """Order the candidates: at random, by value, or those first that wait for nothing and are dearest."""
    rule = np.random.random()
    for t in range(tries):
        m = sc.trial[t]
        if rule < 0.4:
            sc.key[t] = np.random.randint(1 << 30)
        else:
            sc.key[t] = -d.value[m] * 1000 - np.random.randint(1 + 300 * max(1, d.value[m]))
        if d.required[m]:
            sc.key[t] -= np.int64(1) << 50
    for t in range(1, tries):
        key, m = sc.key[t], sc.trial[t]
        i = t - 1
        while i >= 0 and sc.key[i] > key:
            sc.key[i + 1] = sc.key[i]
            sc.trial[i + 1] = sc.trial[i]
            i -= 1
        sc.key[i + 1] = key
        sc.trial[i + 1] = m


@kernel
def spread_kept(d: DataView, st: StateView, sc: ScratchView, number: Int, tries: Int) -> bool:
    """Whether nobody touched by a step has more breaks than the rule allows."""
    sides = sc.sides
    for n in range(number):
        m = sc.dropped[n]
        for side in range(d.side_ptr[m + 1] - d.side_ptr[m]):
            if st.breaks[sc.seated[n * sides + side]] > d.most_breaks:
                return False
        for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
            if st.breaks[d.extra[o]] > d.most_breaks:
                return False
    return True


@kernel
def search(
    data: Addresses, state: Addresses, scratch: Addresses, pool: Longs, mine: Flags, area: Flags, steps: Int,
    hot: float, cold: float, seed: Int,
) -> Int:  # fmt: skip
    """Do `steps` steps of ruin and recreate, the temperature falling from hot to cold; returns the change of
    score.

    `pool` are the meetings from which seeds are drawn, `mine[m]` tells which may be touched, `area[l]`
    which places may be used. The state stays
    consistent after every step.
    """
    d, st, sc = data_view(data), state_view(state), scratch_view(scratch)
    touchable, places = as_flags(mine.ctypes.data), as_flags(area.ctypes.data)
    np.random.seed(seed)
    total = np.int64(0)
    rule = d.most_breaks < (1 << 30)
    for n in range(steps):
        step = sc.counts[0] % ((1 << 31) - 2)
        sc.counts[0] += 1
        temperature = hot * (cold / hot) ** (n / steps)
        start = pool[np.random.randint(len(pool))]
        gain, number, tries = ruin(d, st, sc, start, touchable, step)
        for t in range(number):
            m = sc.dropped[t]
            if sc.mark[m] != step:
                sc.mark[m] = step
                sc.trial[tries] = m
                tries += 1
        sort_trials(d, st, sc, tries)
        noise = 2.0 * temperature
        for t in range(tries):
            m = sc.trial[t]
            more, s, place = best_seat(d, st, m, places, 0.02, sc.work)
            if s >= 0 and more > -noise * np.random.random():
                gain += hold(d, st, m, s, place)
        keep = gain >= 0 or -gain < temperature * -np.log(np.random.random())
        if keep and rule:
            keep = spread_kept(d, st, sc, number, tries)
        if keep:
            total += gain
        else:
            undo(d, st, sc, tries, number)
    return total


@kernel
def fill(data: Addresses, state: Addresses, order: Longs, mine: Flags, area: Flags, room: Longs) -> Int:
    """Hold the meetings of `order`, one after the other, each where it is best as things stand, if it
    gains. `room` is the caller's `work_space`."""
    d, st = data_view(data), state_view(state)
    places = as_flags(area.ctypes.data)
    work = as_longs(room.ctypes.data)
    total = np.int64(0)
    for m in order:
        if st.slot[m] >= 0 or not mine[m]:
            continue
        gain, s, place = best_seat(d, st, m, places, 0.0, work)
        if s >= 0 and gain > 0:
            total += hold(d, st, m, s, place)
    return total


@kernel
def load(data: Addresses, state: Addresses, meetings: Longs, slots: Longs, places: Longs) -> tuple[Int, Int]:
    """Hold the meetings as told, with the people that the state names for them; what breaks a rule is left
    out.

    Returns the change of the score and how many were left out.
    """
    d, st = data_view(data), state_view(state)
    total, left_out = np.int64(0), 0
    for i in range(len(meetings)):
        m, s, place = meetings[i], slots[i], places[i]
        gain = seated_gain(d, st, m, s, place) if st.slot[m] < 0 else -NEVER
        if gain == -NEVER:
            left_out += 1
        else:
            put(d, st, m, s, place)
            total += gain
    return total, left_out
