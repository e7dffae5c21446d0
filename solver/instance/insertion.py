"""The two moves that all search is made of: hold a meeting, drop a meeting.

Every change keeps every hard rule but the two that need the whole schedule (required meetings, the largest
number of breaks after a meeting was dropped), and returns its exact effect on the score.
"""

from __future__ import annotations

import numpy as np

from solver.instance.arrays import UNLIMITED, Data, Flags, Longs
from solver.instance.solution import State
from solver.instance.timeline import NEVER, cost, enter, leave, prices
from solver.instance.views import data_view, state_view
from solver.jit.pointers import Int, kernel
from solver.jit.views import Addresses


@kernel
def fits_place(d: Data, st: State, place: Int, s: Int) -> bool:
    """Whether a place is open and has room in slot s."""
    if not d.place_open[place * d.slots + s]:
        return False
    for i in range(d.slot_low[s], d.slot_high[s]):  # noqa: SIM110 - generators can't be compiled
        if st.load[place * d.instants + i] >= d.place_capacity[place]:
            return False
    return True


@kernel
def worth(d: Data, m: Int, s: Int, place: Int) -> Int:
    """What holding a meeting there adds to the score apart from its people; the penalty when it is
    required."""
    gain = d.value[m]
    if d.required[m]:
        gain += d.penalty
    if d.was_slot[m] >= 0 and (d.was_slot[m] != s or d.was_place[m] != place):
        gain -= d.weight_moved
    return gain


@kernel
def people_gain(
    d: Data, st: State, m: Int, s: Int, pavilion: Int, choose: Int, enough: Int, most: Int
) -> Int:
    """The best people of meeting m in slot s at a pavilion: minus their costs, plus what optional ones add.

    Returns -NEVER when a side has nobody who can come, and as soon as it is sure not to exceed `enough` if
    nobody gains more than `most` by coming. With `choose` the people are written into the state.
    """
    total = np.int64(0)
    first, last = d.side_ptr[m], d.side_ptr[m + 1]
    for side in range(first, last):
        best, who = NEVER, np.int64(-1)
        for k in range(d.seat_ptr[side], d.seat_ptr[side + 1]):
            price = cost(d, st, d.seat[k], s, pavilion)
            if price < best:
                best, who = price, d.seat[k]
        if who < 0:
            return -NEVER
        total -= best
        if total + (last - side - 1) * most <= enough:
            return -NEVER
        if choose:
            st.seated[side] = who
    for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
        price = cost(d, st, d.extra[o], s, pavilion)
        comes = price < d.extra_value[o]
        if comes:
            total += d.extra_value[o] - price
        if choose:
            st.joins[o] = comes
    return total


@kernel
def most_gained(d: Data, st: State, m: Int) -> Int:
    """What one person of meeting m can gain by coming, at most: a break less, a guarantee met; NEVER where
    that is not worth working out. A way that gets shorter by a stop, as ways that are no shortest ones may,
    is left aside."""
    if d.extra_ptr[m + 1] > d.extra_ptr[m]:
        return NEVER
    most = d.weight_break
    for k in range(d.seat_ptr[d.side_ptr[m]], d.seat_ptr[d.side_ptr[m + 1]]):
        if st.met[d.seat[k]] < d.guarantee[d.seat[k]]:
            return most + d.weight_guarantee
    return most


@kernel
def put(d: Data, st: State, m: Int, s: Int, place: Int) -> None:
    """Hold meeting m in slot s at a place with the people that the state names for it."""
    pavilion = d.place_pavilion[place]
    for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
        enter(d, st, st.seated[side], m, s, pavilion)
    for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
        if st.joins[o]:
            enter(d, st, d.extra[o], m, s, pavilion)
    for i in range(d.slot_low[s], d.slot_high[s]):
        st.load[place * d.instants + i] += 1
    st.slot[m] = s
    st.place[m] = place


@kernel
def drop(d: Data, st: State, m: Int) -> Int:
    """Stop holding meeting m (its people stay named in the state); returns the change of the score."""
    s, place = st.slot[m], st.place[m]
    gain = -worth(d, m, s, place)
    for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
        gain -= leave(d, st, st.seated[side], m)
    for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
        if st.joins[o]:
            gain -= leave(d, st, d.extra[o], m) + d.extra_value[o]
    for i in range(d.slot_low[s], d.slot_high[s]):
        st.load[place * d.instants + i] -= 1
    st.slot[m] = -1
    st.place[m] = -1
    return gain


@kernel
def window(d: Data, st: State, m: Int) -> tuple[Int, Int]:
    """The minutes between which `after` lets meeting m lie; an empty window when one it waits for is not
    held."""
    low, high = -UNLIMITED, UNLIMITED
    for k in range(d.after_ptr[m], d.after_ptr[m + 1]):
        s = st.slot[d.after_idx[k]]
        if s < 0:
            return UNLIMITED, -UNLIMITED
        low = max(low, d.slot_end[s])
    for k in range(d.before_ptr[m], d.before_ptr[m + 1]):
        s = st.slot[d.before_idx[k]]
        if s >= 0:
            high = min(high, d.slot_start[s])
    return low, high


@kernel
def somebody(d: Data, st: State, m: Int, s: Int) -> bool:
    """A quick look whether every side of a meeting has somebody free in slot s."""
    for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
        found = False
        for k in range(d.seat_ptr[side], d.seat_ptr[side + 1]):
            p = d.seat[k]
            if d.available[p * d.slots + s] and not st.busy[p * d.slots + s]:
                found = True
                break
        if not found:
            return False
    return True


MOST_PLACES = 64
"""How many of a meeting's places are looked at in one attempt; a longer list is sampled evenly."""


@kernel
def people_gains(
    d: Data, st: State, m: Int, s: Int, low: Int, high: Int, work: Longs, enough: Int, most: Int
) -> bool:
    """Write what `people_gain` says for the pavilions `d.site_idx[low:high]` to the first `high - low`
    numbers of `work`, which has room for three times as many. False when nobody of a side can come, and
    when no pavilion is worth more than `enough`.
    """
    size = high - low
    for n in range(size):
        work[n] = 0
    for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
        seats, seats_end = d.seat_ptr[side], d.seat_ptr[side + 1]
        found = False
        for k in range(seats, seats_end):
            into = 2 * size if found else size
            if prices(d, st, d.seat[k], s, low, high, work, into):
                if found:
                    for n in range(size):
                        work[size + n] = min(work[size + n], work[2 * size + n])
                found = True
        if not found:
            return False
        top: Int = -NEVER
        for n in range(size):
            work[n] = -NEVER if work[size + n] == NEVER or work[n] == -NEVER else work[n] - work[size + n]
            top = max(top, work[n])
        if top + (d.side_ptr[m + 1] - side - 1) * most <= enough:
            return False
    for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
        if prices(d, st, d.extra[o], s, low, high, work, size):
            for n in range(size):
                if work[n] != -NEVER and work[size + n] < d.extra_value[o]:
                    work[n] += d.extra_value[o] - work[size + n]
    return True


@kernel
def best_seat(d: Data, st: State, m: Int, area: Flags, blink: float, work: Longs) -> tuple[Int, Int, Int]:
    """The best slot and place for meeting m as things stand: (gain, slot, place), slot -1 when there is none.

    Each slot is overlooked with probability `blink`, which keeps a search from doing the same again and
    again. `area[l]` tells whether place l may be used; `work` has room for three numbers per pavilion.
    """
    best: Int = -NEVER
    best_slot: Int = np.int64(-1)
    best_place: Int = np.int64(-1)
    low, high = window(d, st, m)
    places = d.place_set[m]
    p_low, p_high = d.place_ptr[places], d.place_ptr[places + 1]
    v_low, v_high = d.site_ptr[places], d.site_ptr[places + 1]
    step = (p_high - p_low + MOST_PLACES - 1) // MOST_PLACES
    if step < 1:
        return best, best_slot, best_place
    allowed = d.slot_set[m] * d.slots
    most = most_gained(d, st, m)
    dearest = worth(d, m, d.was_slot[m], d.was_place[m])
    for s in range(d.slots):
        if not d.slot_sets[allowed + s] or d.slot_start[s] < low or d.slot_end[s] > high:
            continue
        if not somebody(d, st, m, s):
            continue
        if blink > 0.0 and np.random.random() < blink:
            continue
        if p_high == p_low + 1:
            place = d.place_idx[p_low]
            if area[place] and fits_place(d, st, place, s):
                own = worth(d, m, s, place)
                gain = people_gain(d, st, m, s, d.place_pavilion[place], False, best - own, most)
                if gain != -NEVER:
                    gain += own
                    if gain > best:
                        best, best_slot, best_place = gain, s, place
            continue
        if not people_gains(d, st, m, s, v_low, v_high, work, best - dearest, most):
            continue
        offset = np.random.randint(step) if step > 1 else 0
        n = 0
        for k in range(p_low + offset, p_high, step):
            place = d.place_idx[k]
            pavilion = d.place_pavilion[place]
            while d.site_idx[v_low + n] != pavilion:
                n += 1
            if work[n] == -NEVER or work[n] + dearest <= best:
                continue
            gain = work[n] + worth(d, m, s, place)
            if gain > best and area[place] and fits_place(d, st, place, s):
                best, best_slot, best_place = gain, s, place
    return best, best_slot, best_place


@kernel
def hold(d: Data, st: State, m: Int, s: Int, place: Int) -> Int:
    """Hold meeting m there with its best people; returns the change of the score."""
    gain = people_gain(d, st, m, s, d.place_pavilion[place], True, -NEVER, NEVER) + worth(d, m, s, place)
    put(d, st, m, s, place)
    return gain


@kernel
def seated_gain(d: Data, st: State, m: Int, s: Int, place: Int) -> Int:
    """What holding meeting m there with the people that the state names adds to the score; -NEVER if it
    can't be."""
    if not d.slot_sets[d.slot_set[m] * d.slots + s] or not fits_place(d, st, place, s):
        return -NEVER
    low, high = window(d, st, m)
    if d.slot_start[s] < low or d.slot_end[s] > high:
        return -NEVER
    gain, pavilion = worth(d, m, s, place), d.place_pavilion[place]
    for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
        price = cost(d, st, st.seated[side], s, pavilion) if st.seated[side] >= 0 else NEVER
        if price == NEVER:
            return -NEVER
        gain -= price
    for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
        if st.joins[o]:
            price = cost(d, st, d.extra[o], s, pavilion)
            if price == NEVER:
                return -NEVER
            gain += d.extra_value[o] - price
    return gain


@kernel
def possible_alone(data: Addresses, state: Addresses, found: Flags) -> None:
    """Mark the meetings that can be held at all, `after` aside, as things stand in the state (an empty
    one)."""
    d, st = data_view(data), state_view(state)
    for m in range(len(found)):
        places = d.place_set[m]
        for s in range(d.slots):
            if not d.slot_sets[d.slot_set[m] * d.slots + s] or not somebody(d, st, m, s):
                continue
            known = np.int64(-1)
            for k in range(d.place_ptr[places], d.place_ptr[places + 1]):
                place = d.place_idx[k]
                pavilion = d.place_pavilion[place]
                if pavilion == known or not fits_place(d, st, place, s):
                    continue
                known = pavilion
                if people_gain(d, st, m, s, pavilion, False, -NEVER, NEVER) != -NEVER:
                    found[m] = 1
                    break
            if found[m]:
                break
