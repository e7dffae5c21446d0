"""Parts of a problem that may be searched at the same time: no participant, place or order of meetings in two."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.instance.arrays import Data, Flags
from solver.instance.solution import State


class Part(NamedTuple):
    """Flags of the meetings that may be touched and of the places that may be used."""

    meetings: Flags
    places: Flags


def split(data: Data, state: State, parts: int, seed: int) -> list[Part]:
    """Deal pavilions, and with them places and people, to parts.

    Participants go where most of their wishes are, starting from pavilions dealt out at random. A meeting
    with places in several parts goes with its people, and keeps to the places of their part. What lies between
    parts, or waits for another meeting, is in none this time and may be in one with another seed.
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
    settled = (first == last)[meeting]
    votes = np.bincount(
        person[settled].astype(np.int64) * parts + first[meeting[settled]], minlength=len(data.most) * parts
    ).reshape(-1, parts)
    owner = np.argmax(votes + 0.5 * draw.random(votes.shape), axis=1)
    lowest, highest = np.full(len(data.value), parts), np.full(len(data.value), -1)
    np.minimum.at(lowest, meeting, owner[person])
    np.maximum.at(highest, meeting, owner[person])
    roams = first < last
    free = (lowest == highest) & (roams | ((first == last) & (lowest == first)))
    free &= (np.diff(data.after_ptr) == 0) & (np.diff(data.before_ptr) == 0)
    held = np.flatnonzero(state.place >= 0)
    free[held] &= place_owner[state.place[held]] == lowest[held]
    return [
        Part((free & (lowest == part)).astype(np.uint8), (place_owner == part).astype(np.uint8))
        for part in range(parts)
    ]


def _range_over_sets(data: Data, owner: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The smallest and the largest owner of the places of each meeting; different when it has none."""
    sets = len(data.place_ptr) - 1
    of_set = np.repeat(np.arange(sets), np.diff(data.place_ptr))
    low, high = np.full(sets, len(data.walk) + 1), np.full(sets, -1)
    np.minimum.at(low, of_set, owner[data.place_idx])
    np.maximum.at(high, of_set, owner[data.place_idx])
    return low[data.place_set], high[data.place_set]
