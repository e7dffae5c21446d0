"""The arrays of a problem as kernels see them."""

from __future__ import annotations

from typing import NamedTuple

from solver.instance.arrays import Data, Flags, Ints, Longs
from solver.jit.pointers import Addresses, addresses, as_flags, as_ints, as_longs, kernel


class DataView(NamedTuple):
    """The fields of `Data` by pointer.

    Two-dimensional ones lie row after row, `slots`, `pavilions` or `instants` wide.
    """

    slot_start: Ints
    slot_end: Ints
    slot_day: Ints
    slot_low: Ints
    slot_high: Ints
    overlap_ptr: Ints
    overlap_idx: Ints
    fits: Flags
    begin: Ints
    soonest: Ints
    walk: Ints
    place_pavilion: Ints
    place_capacity: Ints
    place_open: Flags
    available: Flags
    most: Ints
    most_a_day: Ints
    guarantee: Ints
    reach: Ints
    commitment_ptr: Ints
    commitment_start: Ints
    commitment_end: Ints
    commitment_pavilion: Ints
    commitment_day: Ints
    engagement_ptr: Ints
    value: Longs
    required: Flags
    slot_set: Ints
    slot_sets: Flags
    place_set: Ints
    place_ptr: Ints
    place_idx: Ints
    site_ptr: Ints
    site_idx: Ints
    side_ptr: Ints
    seat_ptr: Ints
    seat: Ints
    extra_ptr: Ints
    extra: Ints
    extra_value: Longs
    after_ptr: Ints
    after_idx: Ints
    before_ptr: Ints
    before_idx: Ints
    was_slot: Ints
    was_place: Ints
    person_ptr: Ints
    person_idx: Ints
    longest_walk: int
    most_breaks: int
    weight_break: int
    weight_walking: int
    weight_guarantee: int
    weight_moved: int
    penalty: int
    slots: int
    pavilions: int
    instants: int


@kernel
def data_view(row: Addresses) -> DataView:
    """Look at the addresses of `Data`."""
    return DataView(
        as_ints(row[0]),
        as_ints(row[1]),
        as_ints(row[2]),
        as_ints(row[3]),
        as_ints(row[4]),
        as_ints(row[5]),
        as_ints(row[6]),
        as_flags(row[7]),
        as_ints(row[8]),
        as_ints(row[9]),
        as_ints(row[10]),
        as_ints(row[11]),
        as_ints(row[12]),
        as_flags(row[13]),
        as_flags(row[14]),
        as_ints(row[15]),
        as_ints(row[16]),
        as_ints(row[17]),
        as_ints(row[18]),
        as_ints(row[19]),
        as_ints(row[20]),
        as_ints(row[21]),
        as_ints(row[22]),
        as_ints(row[23]),
        as_ints(row[24]),
        as_longs(row[25]),
        as_flags(row[26]),
        as_ints(row[27]),
        as_flags(row[28]),
        as_ints(row[29]),
        as_ints(row[30]),
        as_ints(row[31]),
        as_ints(row[32]),
        as_ints(row[33]),
        as_ints(row[34]),
        as_ints(row[35]),
        as_ints(row[36]),
        as_ints(row[37]),
        as_ints(row[38]),
        as_longs(row[39]),
        as_ints(row[40]),
        as_ints(row[41]),
        as_ints(row[42]),
        as_ints(row[43]),
        as_ints(row[44]),
        as_ints(row[45]),
        as_ints(row[46]),
        as_ints(row[47]),
        row[48],
        row[49],
        row[50],
        row[51],
        row[52],
        row[53],
        row[54],
        row[55],
        row[56],
        row[57],
    )


def data_addresses(data: Data) -> Addresses:
    """What `data_view` looks through; `data` must be kept alive as long as it is used."""
    _people, slots = data.available.shape
    return addresses(data, slots, len(data.walk), int(data.slot_high.max(initial=0)))
