"""A schedule as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.instance.arrays import Data, Flags, Ints, Shorts


class State(NamedTuple):
    """What is held: per meeting a slot (-1: not held) and a place, per side who comes, per optional seat
    whether.

    The engagements of participant p (meetings and commitments, by time) are the first `entries[p]` entries
    from `engagement_ptr[p]`; `meeting` is -1 for a commitment. `busy[p, s]` counts the meetings of p that
    overlap slot s, `load[l, i]` the meetings of place l at instant i, `met` and `breaks` those of a
    participant.
    """

    slot: Ints
    place: Ints
    seated: Ints
    joins: Flags
    entries: Ints
    start: Ints
    end: Ints
    pavilion: Ints
    day: Ints
    at: Ints
    meeting: Ints
    busy: Shorts
    load: Ints
    met: Ints
    breaks: Ints


def empty_state(data: Data) -> State:
    """A state in which no meeting is held."""
    people, slots = data.available.shape
    meetings = len(data.value)
    entries = int(data.engagement_ptr[-1])
    state = State(
        slot=np.full(meetings, -1, dtype=np.int32),
        place=np.full(meetings, -1, dtype=np.int32),
        seated=np.full(int(data.side_ptr[-1]), -1, dtype=np.int32),
        joins=np.zeros(len(data.extra), dtype=np.uint8),
        entries=np.zeros(people, dtype=np.int32),
        start=np.zeros(entries, dtype=np.int32),
        end=np.zeros(entries, dtype=np.int32),
        pavilion=np.zeros(entries, dtype=np.int32),
        day=np.zeros(entries, dtype=np.int32),
        at=np.full(entries, -1, dtype=np.int32),
        meeting=np.full(entries, -1, dtype=np.int32),
        busy=np.zeros((people, slots), dtype=np.int16),
        load=np.zeros((len(data.place_capacity), int(data.slot_high.max(initial=0))), dtype=np.int32),
        met=np.zeros(people, dtype=np.int32),
        breaks=np.zeros(people, dtype=np.int32),
    )
    counts = np.diff(data.commitment_ptr)
    state.entries[:] = counts
    owner = np.repeat(np.arange(people), counts)
    target = data.engagement_ptr[owner] + np.arange(len(owner)) - data.commitment_ptr[owner]
    state.start[target] = data.commitment_start
    state.end[target] = data.commitment_end
    state.pavilion[target] = data.commitment_pavilion
    state.day[target] = data.commitment_day
    return state
