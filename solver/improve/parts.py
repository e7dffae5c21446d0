"""Parts of a problem that may be searched at the same time: no participant, place or order of meetings in two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.arrays import Data, Flags


def split(data: Data, parts: int, seed: int) -> list[Flags]:
    """For each part a flag per meeting: those all of whose people and places belong to it.

    Participants go where most of their wishes are, starting from places dealt out at random by pavilion; what
    lies between parts, or waits for another meeting, is in none this time and may be in one with another seed.
    """
    draw = np.random.default_rng(seed)
    of_pavilion = draw.permutation(len(data.walk)) % parts
    place_owner = of_pavilion[data.place_pavilion]
    first, last = _range_over_sets(data, place_owner)
    side_of = np.repeat(np.arange(len(data.seat_ptr) - 1), np.diff(data.seat_ptr))
    meeting_of_side = np.repeat(np.arange(len(data.value)), np.diff(data.side_ptr))
    meeting_of_extra = np.repeat(np.arange(len(data.value)), np.diff(data.extra_ptr))
    meeting = np.concatenate([meeting_of_side[side_of], meeting_of_extra])
    person = np.concatenate([data.seat, data.extra])
    votes = np.zeros((len(data.most), parts))
    settled = (first == last)[meeting]
    np.add.at(votes, (person[settled], first[meeting[settled]]), 1.0)
    owner = np.argmax(votes + 0.5 * draw.random(votes.shape), axis=1)
    free = (first == last) & (np.diff(data.after_ptr) == 0) & (np.diff(data.before_ptr) == 0)
    strangers = np.zeros(len(data.value), dtype=bool)
    strangers[meeting[owner[person] != first[meeting]]] = True
    free &= ~strangers
    return [(free & (first == part)).astype(np.uint8) for part in range(parts)]


def _range_over_sets(data: Data, owner: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The smallest and the largest owner of the places of each meeting; different when it has none."""
    sets = len(data.place_ptr) - 1
    of_set = np.repeat(np.arange(sets), np.diff(data.place_ptr))
    low, high = np.full(sets, len(data.walk) + 1), np.full(sets, -1)
    np.minimum.at(low, of_set, owner[data.place_idx])
    np.maximum.at(high, of_set, owner[data.place_idx])
    return low[data.place_set], high[data.place_set]
