"""Hubs: whatever holds at most so many meetings, wherever and whenever they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.instance.arrays import Data, Longs
from solver.lagrangian.demand import Demand
from solver.lagrangian.relaxation_limits import space


class Hubs:
    """Numbers the hubs and tells the meetings that each of them limits."""

    def __init__(self, data: Data, wishes: Demand, room: Longs, is_planner: NDArray[np.bool_]) -> None:
        people, alone, possible = len(room), wishes.alone, wishes.possible
        uses = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
        single = data.seat[alone].astype(np.int64)
        keep = ~is_planner[single]
        number = np.full(people, -1, dtype=np.int64)
        named = np.unique(single[keep])
        number[named] = np.arange(len(named))
        most, owed = [room[named]], [data.guarantee[named].astype(np.int64)]
        uses.append((wishes.meeting_of_seat[alone][keep], number[single[keep]]))
        found: dict[tuple[int, ...], int] = {}
        rows: list[tuple[int, int]] = []
        for side in np.flatnonzero(np.diff(data.seat_ptr) != 1).tolist():
            seats = tuple(sorted(data.seat[data.seat_ptr[side] : data.seat_ptr[side + 1]].tolist()))
            rows.append((int(wishes.meeting_of_side[side]), found.setdefault(seats, len(named) + len(found))))
        if rows:
            table = np.array(rows, dtype=np.int64)
            uses.append((table[:, 0], table[:, 1]))
            most.append(np.array([room[list(seats)].sum() for seats in found], dtype=np.int64))
            owed.append(np.array([data.guarantee[list(seats)].sum() for seats in found], dtype=np.int64))
        hubs = len(named) + len(found)
        wanted = np.bincount(data.place_set[possible], minlength=len(data.place_ptr) - 1)
        most_held = space(data)
        scarce = np.flatnonzero(most_held < wanted)
        place_hub = np.full(len(wanted), -1, dtype=np.int64)
        place_hub[scarce] = hubs + np.arange(len(scarce))
        meetings = np.flatnonzero(place_hub[data.place_set] >= 0)
        uses.append((meetings, place_hub[data.place_set[meetings]]))
        most.append(most_held[scarce])
        owed.append(np.zeros(len(scarce), dtype=np.int64))
        meeting = np.concatenate([use[0] for use in uses])
        hub = np.concatenate([use[1] for use in uses])
        order = np.argsort(meeting, kind="stable")
        order = order[possible[meeting[order]]]
        self.ptr = np.searchsorted(meeting[order], np.arange(len(data.value) + 1)).astype(np.int64)
        self.idx = hub[order].astype(np.int64)
        self.most = np.concatenate(most).astype(np.int64)
        self.guarantee = np.concatenate(owed).astype(np.int64)
