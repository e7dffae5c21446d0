"""Who is priced how: the problem split into planners and hubs, which only the meetings tie together.

A *planner* is a participant who may have to walk between pavilions: their best plan is found exactly from the
table of `plans.py`. A *hub* is anything that holds at most so many meetings: a participant for whom walking
is no matter, a side of several representatives, a set of places. Everything here over-estimates what is
possible.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.arrays import UNLIMITED, Arrays, Data, Longs
from solver.bound.plans import MOST_GROUPS, all_plan_costs
from solver.improve.moves import possible_alone
from solver.improve.state import empty_state, state_addresses
from solver.views import data_addresses

Floats = NDArray[np.float64]


class Agents(NamedTuple):
    """Planners with their entries and tables, hubs with their limits, and which meetings they share.

    Entry e of planner i (`entry_ptr`) is a wish for meeting `entry_meeting[e]`, in group `entry_group[e]` of
    the planner's pavilions (-1: no walk is known of); `entry_kind` 0: the meeting's own value goes to this
    entry, 1: it gets a share of it, 2: an optional seat worth `entry_value[e]`. `table` row i holds, less
    what the sessions alone cost, the cost of every set of pavilions. `constant` + the sum of all agents'
    best is a bound.
    """

    value: Floats
    carrier: Longs
    planner: Longs
    planner_most: Longs
    planner_guarantee: Longs
    entry_ptr: Longs
    entry_meeting: Longs
    entry_group: Longs
    entry_kind: Longs
    entry_value: Floats
    group_count: Longs
    table_ptr: Longs
    table: Floats
    hub_ptr: Longs
    hub_idx: Longs
    hub_most: Longs
    hub_guarantee: Longs
    weight_guarantee: float
    constant: float


def make_agents(arrays: Arrays, stop: Callable[[], bool] = lambda: False) -> Agents | None:
    """Split a problem. None when `stop` says so before the tables are done."""
    data = arrays.data
    people = len(data.most)
    room = _room(data)
    side_of = np.repeat(np.arange(len(data.seat_ptr) - 1), np.diff(data.seat_ptr))
    alone = np.diff(data.seat_ptr)[side_of] == 1
    meeting_of_side = np.repeat(np.arange(len(data.value)), np.diff(data.side_ptr))
    meeting_of_extra = np.repeat(np.arange(len(data.value)), np.diff(data.extra_ptr))
    # Wishes of single people: (person, meeting, 1 for an optional seat).
    person = np.concatenate([data.seat[alone], data.extra]).astype(np.int64)
    meeting = np.concatenate([meeting_of_side[side_of[alone]], meeting_of_extra])
    optional = np.repeat(np.array([0, 1], dtype=np.int64), [int(alone.sum()), len(data.extra)])
    worth = np.concatenate([np.zeros(int(alone.sum())), data.extra_value.astype(np.float64)])
    possible = _possible(data)
    order = np.argsort(person, kind="stable")
    order = order[possible[meeting[order]]]
    person, meeting, optional, worth = person[order], meeting[order], optional[order], worth[order]
    pavilion = _pavilions(data)[meeting]
    others = np.zeros(people, dtype=bool)
    others[data.seat[~alone]] = True
    sessions = _session_walks(data, data.walk)

    groups = _Groups(people, person, pavilion, others, len(data.walk) - 1)
    walkers = groups.walkers(data)
    closure = _closure(data.walk)
    tables = np.zeros(int(groups.table_ptr(walkers)[-1]))
    if not _fill_tables(data, closure, walkers, groups, tables, stop):
        return None
    table_ptr = groups.table_ptr(walkers)
    base = sessions[walkers] * data.weight_walking
    tables -= np.repeat(base.astype(np.float64), np.diff(table_ptr))

    # Those for whom every plan costs the same are better off as hubs.
    spread = np.maximum.reduceat(tables, table_ptr[:-1]) if len(walkers) else np.zeros(0)
    low = np.minimum.reduceat(tables, table_ptr[:-1]) if len(walkers) else np.zeros(0)
    is_planner = np.zeros(people, dtype=bool)
    is_planner[walkers[(spread > 0) | (low < 0)]] = True
    is_planner[person[optional == 1]] = True
    row_of = np.full(people, -1)
    row_of[walkers] = np.arange(len(walkers))
    planners = np.flatnonzero(is_planner)
    pieces, counts = [], []
    for p in planners.tolist():
        row = row_of[p]
        piece = tables[table_ptr[row] : table_ptr[row + 1]] if row >= 0 else np.zeros(1)
        pieces.append(piece)
        counts.append(groups.count[p] if row >= 0 else 0)
    mine = is_planner[person]
    entry_person, entry_meeting, entry_kind = person[mine], meeting[mine], optional[mine] * 2
    entry_group = np.where(row_of[entry_person] >= 0, groups.group_of[mine], -1)
    first = np.full(len(data.value), -1, dtype=np.int64)
    entries = np.arange(len(entry_person))
    full = entry_kind == 0
    first[entry_meeting[full][::-1]] = entries[full][::-1]
    entry_kind[full & (first[entry_meeting] != entries)] = 1

    hubs = _Hubs(data, room, is_planner, alone, side_of, meeting_of_side, possible)
    # A hub's sessions may be joined by a shorter way through its meetings where ways are not shortest ways.
    hidden = (sessions - _session_walks(data, closure))[~is_planner].sum() * data.weight_walking
    # A guarantee met partly alone and partly as a representative is counted in both: never too little.
    return Agents(
        value=np.where(possible, data.value, 0).astype(np.float64),
        carrier=first,
        planner=planners.astype(np.int64),
        planner_most=room[planners],
        planner_guarantee=data.guarantee[planners].astype(np.int64),
        entry_ptr=np.searchsorted(entry_person, np.append(planners, people)).astype(np.int64),
        entry_meeting=entry_meeting.astype(np.int64),
        entry_group=entry_group.astype(np.int64),
        entry_kind=entry_kind.astype(np.int64),
        entry_value=worth[mine],
        group_count=np.array(counts, dtype=np.int64),
        table_ptr=np.concatenate([[0], np.cumsum([len(p) for p in pieces])]).astype(np.int64),
        table=np.concatenate([*pieces, np.zeros(0)]),
        hub_ptr=hubs.ptr,
        hub_idx=hubs.idx,
        hub_most=hubs.most,
        hub_guarantee=hubs.guarantee,
        weight_guarantee=float(data.weight_guarantee),
        constant=float(arrays.floor) + float(hidden),
    )


class _Groups:
    """The pavilions of every participant's wishes, the most frequent `MOST_GROUPS` of them told apart."""

    def __init__(
        self, people: int, person: Longs, pavilion: Longs, others: NDArray[np.bool_], nowhere: int
    ) -> None:
        self.others = others
        self.group_of = np.full(len(person), -1, dtype=np.int64)
        known = np.flatnonzero(pavilion != nowhere)
        key, inverse, counts = np.unique(
            person[known] * (nowhere + 1) + pavilion[known], return_inverse=True, return_counts=True
        )
        owner = key // (nowhere + 1)
        order = np.lexsort((-counts, owner))
        start = np.searchsorted(owner[order], np.arange(people + 1))
        rank = np.empty(len(key), dtype=np.int64)
        rank[order] = np.arange(len(key)) - start[owner[order]]
        self.group_of[known] = np.where(rank[inverse] < MOST_GROUPS, rank[inverse], -1)
        self.count = np.minimum(np.diff(start), MOST_GROUPS).astype(np.int64)
        self._start, self._pavilion = start, (key % (nowhere + 1))[order]
        self.loose = others.astype(np.int64)
        np.maximum.at(self.loose, person[self.group_of < 0], 1)

    def walkers(self, data: Data) -> Longs:
        """Those who may have to walk or wait: wanted in some pavilion, and in another or with a session."""
        sessions = np.diff(data.commitment_ptr) > 0
        return np.flatnonzero((self.count > 1) | ((self.count == 1) & sessions)).astype(np.int64)

    def table_ptr(self, walkers: Longs) -> Longs:
        """Where each walker's table begins."""
        return np.concatenate([[0], np.cumsum(1 << self.count[walkers])]).astype(np.int64)

    def pavilions(self, people: Longs) -> tuple[Longs, Longs]:
        """The pavilions told apart, for some people one after the other."""
        ptr = np.concatenate([[0], np.cumsum(self.count[people])]).astype(np.int64)
        rows = np.repeat(self._start[people] - ptr[:-1], self.count[people]) + np.arange(int(ptr[-1]))
        return ptr, self._pavilion[rows].astype(np.int64)


def _fill_tables(
    data: Data, closure: Longs, walkers: Longs, groups: _Groups, tables: Floats, stop: Callable[[], bool]
) -> bool:
    row = data_addresses(data)
    ptr = groups.table_ptr(walkers)
    ends = data.slot_end
    disjoint = bool(np.all(ends[:-1] <= data.slot_start[1:]))
    cut, weight = 0, (1 << groups.count[walkers]) * (groups.count[walkers] + 2) ** 2
    total = np.cumsum(weight)
    while cut < len(walkers):
        if stop():
            return False
        to = max(cut + 1, int(np.searchsorted(total, total[cut] + 2_000_000)))
        some = walkers[cut:to]
        group_ptr, pavilions = groups.pavilions(some)
        all_plan_costs(
            row, closure, disjoint, some, group_ptr, pavilions, groups.loose[some],
            ptr[cut : to + 1] - ptr[cut], tables[ptr[cut] : ptr[to]],
        )  # fmt: skip
        cut = to
    return True


class _Hubs:
    """Numbers the hubs and tells the meetings that each of them limits."""

    def __init__(
        self, data: Data, room: Longs, is_planner: NDArray[np.bool_], alone: NDArray[np.bool_],
        side_of: Longs, meeting_of_side: Longs, possible: NDArray[np.bool_],
    ) -> None:  # fmt: skip
        people = len(room)
        uses = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
        single = data.seat[alone].astype(np.int64)
        keep = ~is_planner[single]
        number = np.full(people, -1, dtype=np.int64)
        named = np.unique(single[keep])
        number[named] = np.arange(len(named))
        most, owed = [room[named]], [data.guarantee[named].astype(np.int64)]
        uses.append((meeting_of_side[side_of[alone]][keep], number[single[keep]]))
        found: dict[tuple[int, ...], int] = {}
        rows: list[tuple[int, int]] = []
        for side in np.flatnonzero(np.diff(data.seat_ptr) != 1).tolist():
            seats = tuple(sorted(data.seat[data.seat_ptr[side] : data.seat_ptr[side + 1]].tolist()))
            rows.append((int(meeting_of_side[side]), found.setdefault(seats, len(named) + len(found))))
        if rows:
            table = np.array(rows, dtype=np.int64)
            uses.append((table[:, 0], table[:, 1]))
            most.append(np.array([room[list(seats)].sum() for seats in found], dtype=np.int64))
            owed.append(np.array([data.guarantee[list(seats)].sum() for seats in found], dtype=np.int64))
        hubs = len(named) + len(found)
        wanted = np.bincount(data.place_set[possible], minlength=len(data.place_ptr) - 1)
        space = _space(data)
        scarce = np.flatnonzero(space < wanted)
        place_hub = np.full(len(wanted), -1, dtype=np.int64)
        place_hub[scarce] = hubs + np.arange(len(scarce))
        meetings = np.flatnonzero(place_hub[data.place_set] >= 0)
        uses.append((meetings, place_hub[data.place_set[meetings]]))
        most.append(space[scarce])
        owed.append(np.zeros(len(scarce), dtype=np.int64))
        meeting = np.concatenate([use[0] for use in uses])
        hub = np.concatenate([use[1] for use in uses])
        order = np.argsort(meeting, kind="stable")
        order = order[possible[meeting[order]]]
        self.ptr = np.searchsorted(meeting[order], np.arange(len(data.value) + 1)).astype(np.int64)
        self.idx = hub[order].astype(np.int64)
        self.most = np.concatenate(most).astype(np.int64)
        self.guarantee = np.concatenate(owed).astype(np.int64)


def _room(data: Data) -> Longs:
    """How many meetings each participant can hold at most: slots that don't overlap, and the limits."""
    people = len(data.most)
    free = np.full(people, -1, dtype=np.int64)
    held = np.zeros(people, dtype=np.int64)
    days = int(data.slot_day.max(initial=0)) + 1
    a_day = np.zeros((people, days), dtype=np.int64)
    for s in np.argsort(data.slot_end, kind="stable").tolist():
        fits = (data.available[:, s] > 0) & (data.slot_start[s] >= free)
        free[fits] = data.slot_end[s]
        a_day[fits, data.slot_day[s]] += 1
    held = np.minimum(a_day, data.most_a_day[:, None]).sum(axis=1)
    return np.asarray(np.minimum(held, data.most), dtype=np.int64)


def _possible(data: Data) -> NDArray[np.bool_]:
    """Which meetings can be held at all when nothing else is."""
    state = empty_state(data)
    found = np.zeros(len(data.value), dtype=np.uint8)
    possible_alone(data_addresses(data), state_addresses(state), found)
    return found.astype(bool)


def _space(data: Data) -> Longs:
    """How many meetings the places of each place set can hold at most over all slots."""
    places = len(data.place_capacity)
    free = np.full(places, -1, dtype=np.int64)
    turns = np.zeros(places, dtype=np.int64)
    for s in np.argsort(data.slot_end, kind="stable").tolist():
        fits = (data.place_open[:, s] > 0) & (data.slot_start[s] >= free)
        free[fits] = data.slot_end[s]
        turns[fits] += 1
    total = turns * data.place_capacity
    sums = np.concatenate([[0], np.cumsum(total[data.place_idx])])
    space = sums[data.place_ptr[1:]] - sums[data.place_ptr[:-1]]
    return np.asarray(np.minimum(space, UNLIMITED), dtype=np.int64)


def _pavilions(data: Data) -> Longs:
    """The one pavilion of each meeting's places; the last number when there are several or none."""
    nowhere = len(data.walk) - 1
    of_set = np.full(len(data.place_ptr) - 1, nowhere, dtype=np.int64)
    for i in range(len(of_set)):
        where = np.unique(data.place_pavilion[data.place_idx[data.place_ptr[i] : data.place_ptr[i + 1]]])
        if len(where) == 1:
            of_set[i] = where[0]
    return of_set[data.place_set]


def _closure(walk: NDArray[np.int32]) -> Longs:
    """Shortest ways between pavilions; to and from nowhere it is 0 minutes."""
    shortest = walk[:-1, :-1].astype(np.int64)
    for k in range(len(shortest)):
        np.minimum(shortest, shortest[:, k : k + 1] + shortest[k : k + 1, :], out=shortest)
    closed = np.zeros(walk.shape, dtype=np.int64)
    closed[:-1, :-1] = shortest
    return closed


def _session_walks(data: Data, walk: NDArray[np.int32] | Longs) -> Longs:
    """The minutes that each participant walks between sessions when they meet nobody."""
    nowhere = len(data.walk) - 1
    owner = np.repeat(np.arange(len(data.most)), np.diff(data.commitment_ptr))
    at = np.flatnonzero(data.commitment_pavilion != nowhere)
    same = (owner[at][1:] == owner[at][:-1]) & (data.commitment_day[at][1:] == data.commitment_day[at][:-1])
    a, b = data.commitment_pavilion[at][:-1][same], data.commitment_pavilion[at][1:][same]
    minutes = np.zeros(len(data.most), dtype=np.int64)
    np.add.at(minutes, owner[at][1:][same], np.asarray(walk)[a, b].astype(np.int64))
    return minutes

