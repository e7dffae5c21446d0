"""What an engagement costs in the agenda of a participant, and writing it there."""

from __future__ import annotations

import numpy as np

from solver.instance.arrays import UNLIMITED, Data, Longs
from solver.instance.solution import State
from solver.jit.pointers import Int, kernel

NEVER = np.int64(1) << 60
"""The cost of what a hard rule forbids."""


@kernel
def first_from(d: Data, minute: Int) -> Int:
    """The number of slots that start before a minute."""
    low, high = 0, d.slots
    while low < high:
        middle = (low + high) // 2
        if d.slot_start[middle] < minute:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def idle(d: Data, p: Int, first: Int, second: Int) -> Int:
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
def around(
    d: Data, st: State, p: Int, s: Int, low: Int, high: Int, day: Int,
) -> tuple[Int, Int, Int]:  # fmt: skip
    """The pavilions before and after an engagement in slot s between the entries before `low` and from
    `high` on, and the breaks that it adds."""
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
    breaks = 0
    if before >= 0:
        breaks += idle(d, p, before, s)
        if after >= 0:
            breaks -= idle(d, p, before, after)
    if after >= 0:
        breaks += idle(d, p, s, after)
    return left, right, breaks


@kernel
def change(
    d: Data, st: State, p: Int, s: Int, pavilion: Int, low: Int, high: Int, day: Int,
) -> tuple[Int, Int]:  # fmt: skip
    """Minutes and breaks that an engagement in slot s between the entries before `low` and from `high` on
    adds."""
    left, right, breaks = around(d, st, p, s, low, high, day)
    minutes = d.walk[left * d.pavilions + pavilion] + d.walk[pavilion * d.pavilions + right]
    return minutes - d.walk[left * d.pavilions + right], breaks


@kernel
def entry_in(d: Data, st: State, p: Int, s: Int) -> Int:
    """Where in the agenda of participant p a meeting in slot s would be written, wherever it is held; -1 when
    p can't come."""
    if not d.available[p * d.slots + s] or st.busy[p * d.slots + s] or st.met[p] >= d.most[p]:
        return -1
    first = d.engagement_ptr[p]
    last = first + st.entries[p]
    if d.most_a_day[p] < UNLIMITED:
        today = 0
        for k in range(first, last):
            if st.day[k] == d.slot_day[s] and st.meeting[k] >= 0:
                today += 1
        if today >= d.most_a_day[p]:
            return -1
    while last > first and st.start[last - 1] > d.slot_start[s]:
        last -= 1
    return last


@kernel
def cost(d: Data, st: State, p: Int, s: Int, pavilion: Int) -> Int:
    """What it costs participant p to meet in slot s at a pavilion as well; NEVER when a hard rule forbids
    it."""
    i = entry_in(d, st, p, s)
    if i < 0:
        return NEVER
    a, b = d.slot_start[s], d.slot_end[s]
    first = d.engagement_ptr[p]
    last = first + st.entries[p]
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
    minutes, breaks = change(d, st, p, s, pavilion, i, i, d.slot_day[s])
    if d.most_breaks < UNLIMITED and breaks > 0 and st.breaks[p] + breaks > d.most_breaks:
        return NEVER
    price = d.weight_walking * np.int64(minutes) + d.weight_break * np.int64(breaks)
    if st.met[p] < d.guarantee[p]:
        price -= d.weight_guarantee
    return price


@kernel
def prices(d: Data, st: State, p: Int, s: Int, low: Int, high: Int, out: Longs, at: Int) -> bool:
    """Write what `cost` says for the pavilions `d.site_idx[low:high]` to `out` from `at` on.

    False when participant p can't meet in slot s anywhere.
    """
    i = entry_in(d, st, p, s)
    if i < 0:
        return False
    a, b = d.slot_start[s], d.slot_end[s]
    first = d.engagement_ptr[p]
    last = first + st.entries[p]
    left, right, breaks = around(d, st, p, s, i, i, d.slot_day[s])
    if d.most_breaks < UNLIMITED and breaks > 0 and st.breaks[p] + breaks > d.most_breaks:
        return False
    wide = d.pavilions
    fixed = d.weight_break * np.int64(breaks)
    fixed -= d.weight_walking * d.walk[left * wide + right]
    if st.met[p] < d.guarantee[p]:
        fixed -= d.weight_guarantee
    for k in range(low, high):
        v = d.site_idx[k]
        out[at + k - low] = fixed + d.weight_walking * (d.walk[left * wide + v] + d.walk[v * wide + right])
    if d.longest_walk:
        j = i - 1
        while j >= first and a - st.start[j] < d.reach[p]:
            gap, row = a - st.end[j], st.pavilion[j] * wide
            if gap < d.longest_walk:
                for k in range(low, high):
                    if gap < d.walk[row + d.site_idx[k]]:
                        out[at + k - low] = NEVER
            j -= 1
        j = i
        while j < last and st.start[j] - b < d.longest_walk:
            gap, column = st.start[j] - b, st.pavilion[j]
            for k in range(low, high):
                if gap < d.walk[d.site_idx[k] * wide + column]:
                    out[at + k - low] = NEVER
            j += 1
    return True


@kernel
def enter(d: Data, st: State, p: Int, m: Int, s: Int, pavilion: Int) -> None:
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
def leave(d: Data, st: State, p: Int, m: Int) -> Int:
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
