"""The two moves that all search is made of: hold a meeting, drop a meeting.

Every change keeps every hard rule but the two that need the whole schedule (required meetings, the largest
number of breaks after a meeting was dropped), and returns its exact effect on the score.
"""

from __future__ import annotations

import numpy as np

from solver.arrays import UNLIMITED, Flags
from solver.improve.state import StateView, state_view
from solver.kernels import Addresses, Int, kernel
from solver.views import DataView, data_view

NEVER = np.int64(1) << 60
"""The cost of what a hard rule forbids."""


@kernel
def first_from(d: DataView, minute: Int) -> Int:
    """The number of slots that start before a minute."""
    low, high = 0, d.slots
    while low < high:
        middle = (low + high) // 2
        if d.begin[middle] < minute:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def idle(d: DataView, p: Int, first: Int, second: Int) -> Int:
    """Whether a slot fits between two slots of a participant, clear of the participant's commitments."""
    if not d.fits[first * d.slots + second]:
        return 0
    low, high = d.commitment_ptr[p], d.commitment_ptr[p + 1]
    a, b = d.slot_end[first], d.slot_start[second]
    clear = True
    for c in range(low, high):
        if d.commitment_start[c] < b and d.commitment_end[c] > a:
            clear = False
            break
    if clear:
        return 1
    for c in range(low, high):
        if d.commitment_start[c] >= b:
            break
        if d.commitment_end[c] <= a:
            continue
        if d.soonest[first_from(d, a)] <= d.commitment_start[c]:
            return 1
        a = max(a, d.commitment_end[c])
    return 1 if d.soonest[first_from(d, a)] <= b else 0


@kernel
def change(
    d: DataView, st: StateView, p: Int, s: Int, pavilion: Int, low: Int, high: Int, day: Int,
) -> tuple[Int, Int]:  # fmt: skip
    """Minutes and breaks that an engagement in slot s between the entries before `low` and from `high` on
    adds."""
    nowhere = d.pavilions - 1
    first = d.engagement_ptr[p]
    last = first + st.entries[p]
    left, right, before, after = nowhere, nowhere, -1, -1
    j = low - 1
    while j >= first and st.day[j] == day and (left == nowhere or before < 0):
        if left == nowhere:
            left = st.pavilion[j]
        if before < 0:
            before = st.at[j]
        j -= 1
    j = high
    while j < last and st.day[j] == day and (right == nowhere or after < 0):
        if right == nowhere:
            right = st.pavilion[j]
        if after < 0:
            after = st.at[j]
        j += 1
    minutes = d.walk[left * d.pavilions + pavilion] + d.walk[pavilion * d.pavilions + right]
    minutes -= d.walk[left * d.pavilions + right]
    breaks = 0
    if before >= 0:
        breaks += idle(d, p, before, s)
        if after >= 0:
            breaks -= idle(d, p, before, after)
    if after >= 0:
        breaks += idle(d, p, s, after)
    return minutes, breaks


@kernel
def cost(d: DataView, st: StateView, p: Int, s: Int, pavilion: Int) -> Int:
    """What it costs participant p to meet in slot s at a pavilion as well; NEVER when a hard rule forbids
    it."""
    if not d.available[p * d.slots + s] or st.busy[p * d.slots + s] or st.met[p] >= d.most[p]:
        return NEVER
    a, b, day = d.slot_start[s], d.slot_end[s], d.slot_day[s]
    first = d.engagement_ptr[p]
    last = first + st.entries[p]
    i = last
    while i > first and st.start[i - 1] > a:
        i -= 1
    if d.longest_walk:
        j = i - 1
        while j >= first and a - st.start[j] < d.reach[p]:
            if a - st.end[j] < d.walk[st.pavilion[j] * d.pavilions + pavilion]:
                return NEVER
            j -= 1
        j = i
        while j < last and st.start[j] - b < d.longest_walk:
            if st.start[j] - b < d.walk[pavilion * d.pavilions + st.pavilion[j]]:
                return NEVER
            j += 1
    if d.most_a_day[p] < UNLIMITED:
        today = 0
        for k in range(first, last):
            if st.day[k] == day and st.meeting[k] >= 0:
                today += 1
        if today >= d.most_a_day[p]:
            return NEVER
    minutes, breaks = change(d, st, p, s, pavilion, i, i, day)
    if d.most_breaks < UNLIMITED and breaks > 0 and st.breaks[p] + breaks > d.most_breaks:
        return NEVER
    price = d.weight_walking * np.int64(minutes) + d.weight_break * np.int64(breaks)
    if st.met[p] < d.guarantee[p]:
        price -= d.weight_guarantee
    return price


@kernel
def enter(d: DataView, st: StateView, p: Int, m: Int, s: Int, pavilion: Int) -> None:
    """Write a meeting into the agenda of a participant for whom it was found possible."""
    a, day = d.slot_start[s], d.slot_day[s]
    first = d.engagement_ptr[p]
    last = first + st.entries[p]
    i = last
    while i > first and st.start[i - 1] > a:
        i -= 1
    _, breaks = change(d, st, p, s, pavilion, i, i, day)
    for j in range(last, i, -1):
        st.start[j] = st.start[j - 1]
        st.end[j] = st.end[j - 1]
        st.pavilion[j] = st.pavilion[j - 1]
        st.day[j] = st.day[j - 1]
        st.at[j] = st.at[j - 1]
        st.meeting[j] = st.meeting[j - 1]
    st.start[i] = a
    st.end[i] = d.slot_end[s]
    st.pavilion[i] = pavilion
    st.day[i] = day
    st.at[i] = s
    st.meeting[i] = m
    st.entries[p] += 1
    st.met[p] += 1
    st.breaks[p] += breaks
    for k in range(d.overlap_ptr[s], d.overlap_ptr[s + 1]):
        st.busy[p * d.slots + d.overlap_idx[k]] += 1


@kernel
def leave(d: DataView, st: StateView, p: Int, m: Int) -> Int:
    """Take a meeting out of a participant's agenda; returns what that costs the participant."""
    first = d.engagement_ptr[p]
    last = first + st.entries[p]
    i = first
    while st.meeting[i] != m:
        i += 1
    s = st.at[i]
    minutes, breaks = change(d, st, p, s, st.pavilion[i], i, i + 1, st.day[i])
    for j in range(i, last - 1):
        st.start[j] = st.start[j + 1]
        st.end[j] = st.end[j + 1]
        st.pavilion[j] = st.pavilion[j + 1]
        st.day[j] = st.day[j + 1]
        st.at[j] = st.at[j + 1]
        st.meeting[j] = st.meeting[j + 1]
    st.entries[p] -= 1
    st.met[p] -= 1
    st.breaks[p] -= breaks
    for k in range(d.overlap_ptr[s], d.overlap_ptr[s + 1]):
        st.busy[p * d.slots + d.overlap_idx[k]] -= 1
    price = -(d.weight_walking * np.int64(minutes) + d.weight_break * np.int64(breaks))
    if st.met[p] < d.guarantee[p]:
        price += d.weight_guarantee
    return price


@kernel
def fits_place(d: DataView, st: StateView, place: Int, s: Int) -> bool:
    """Whether a place is open and has room in slot s."""
    if not d.place_open[place * d.slots + s]:
        return False
    for i in range(d.slot_low[s], d.slot_high[s]):  # noqa: SIM110 - generators can't be compiled
        if st.load[place * d.instants + i] >= d.place_capacity[place]:
            return False
    return True


@kernel
def worth(d: DataView, m: Int, s: Int, place: Int) -> Int:
    """What holding a meeting there adds to the score apart from its people; the penalty when it is
    required."""
    gain = d.value[m]
    if d.required[m]:
        gain += d.penalty
    if d.was_slot[m] >= 0 and (d.was_slot[m] != s or d.was_place[m] != place):
        gain -= d.weight_moved
    return gain


@kernel
def people_gain(d: DataView, st: StateView, m: Int, s: Int, pavilion: Int, choose: Int) -> Int:
    """The best people of meeting m in slot s at a pavilion: minus their costs, plus what optional ones add.

    Returns -NEVER when a side has nobody who can come. With `choose` the people are written into the state.
    """
    total = np.int64(0)
    for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
        best, who = NEVER, np.int64(-1)
        for k in range(d.seat_ptr[side], d.seat_ptr[side + 1]):
            price = cost(d, st, d.seat[k], s, pavilion)
            if price < best:
                best, who = price, d.seat[k]
        if who < 0:
            return -NEVER
        total -= best
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
def put(d: DataView, st: StateView, m: Int, s: Int, place: Int) -> None:
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
def drop(d: DataView, st: StateView, m: Int) -> Int:
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
def window(d: DataView, st: StateView, m: Int) -> tuple[Int, Int]:
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
def somebody(d: DataView, st: StateView, m: Int, s: Int) -> bool:
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
def best_seat(d: DataView, st: StateView, m: Int, blink: float) -> tuple[Int, Int, Int]:
    """The best slot and place for meeting m as things stand: (gain, slot, place), slot -1 when there is none.

    Each slot is overlooked with probability `blink`, which keeps a search from doing the same again and
    again.
    """
    best: Int = -NEVER
    best_slot: Int = np.int64(-1)
    best_place: Int = np.int64(-1)
    low, high = window(d, st, m)
    places = d.place_set[m]
    p_low, p_high = d.place_ptr[places], d.place_ptr[places + 1]
    step = (p_high - p_low + MOST_PLACES - 1) // MOST_PLACES
    if step < 1:
        return best, best_slot, best_place
    allowed = d.slot_set[m] * d.slots
    for s in range(d.slots):
        if not d.slot_sets[allowed + s] or d.slot_start[s] < low or d.slot_end[s] > high:
            continue
        if not somebody(d, st, m, s):
            continue
        if blink > 0.0 and np.random.random() < blink:
            continue
        known: Int = np.int64(-1)
        people = np.int64(0)
        offset = np.random.randint(step) if step > 1 else 0
        for k in range(p_low + offset, p_high, step):
            place = d.place_idx[k]
            pavilion = d.place_pavilion[place]
            if pavilion == known and people == -NEVER:
                continue
            if not fits_place(d, st, place, s):
                continue
            if pavilion != known:
                known = pavilion
                people = people_gain(d, st, m, s, pavilion, False)
                if people == -NEVER:
                    continue
            gain = people + worth(d, m, s, place)
            if gain > best:
                best, best_slot, best_place = gain, s, place
    return best, best_slot, best_place


@kernel
def hold(d: DataView, st: StateView, m: Int, s: Int, place: Int) -> Int:
    """Hold meeting m there with its best people; returns the change of the score."""
    gain = people_gain(d, st, m, s, d.place_pavilion[place], True) + worth(d, m, s, place)
    put(d, st, m, s, place)
    return gain


@kernel
def seated_gain(d: DataView, st: StateView, m: Int, s: Int, place: Int) -> Int:
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
                if people_gain(d, st, m, s, pavilion, False) != -NEVER:
                    found[m] = 1
                    break
            if found[m]:
                break
