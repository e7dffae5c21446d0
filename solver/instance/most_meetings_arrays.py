"""How many meetings fit one after the other, for every participant or place at once: `most_meetings` over arrays."""

from __future__ import annotations

import numpy as np

from solver.instance.arrays import Data, Flags, Longs


def most_by_participant(data: Data) -> Longs:
    """`most_attended` of every participant at once."""
    daily = data.most_a_day.astype(np.int64)
    by_day = np.zeros(len(data.most), dtype=np.int64)
    for day in np.unique(data.slot_day).tolist():
        by_day += np.minimum(most_in_rows(data, data.available, np.flatnonzero(data.slot_day == day)), daily)
    everything = most_in_rows(data, data.available, np.arange(data.slots))
    return np.minimum(np.minimum(everything, by_day), data.most)


def most_in_rows(data: Data, able: Flags, slots: Longs) -> Longs:
    """`most_disjoint` of some slots for every row of a table of rows by slots: of those that the row marks."""
    last = np.full(len(able), -1, dtype=np.int64)
    count = np.zeros(len(able), dtype=np.int64)
    for s in slots[np.argsort(data.slot_end[slots], kind="stable")].tolist():
        fits = (able[:, s] > 0) & (data.slot_start[s] >= last)
        last[fits] = data.slot_end[s]
        count += fits
    return count
