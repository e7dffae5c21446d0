"""Records of arrays as kernels see them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from solver.instance.arrays import Flags, Floats, Ints, Longs, Shorts
from solver.jit.pointers import kernel
from solver.jit.views import Addresses, addresses, viewer


class Sample(NamedTuple):
    """One field of each kind."""

    flags: Flags
    shorts: Shorts
    ints: Ints
    longs: Longs
    floats: Floats
    whole: int
    broken: float


SAMPLE = Sample(
    np.array([0, 255], dtype=np.uint8),
    np.array([[-1, 2], [3, -32_768]], dtype=np.int16),
    np.array([-2_000_000_000], dtype=np.int32),
    np.array([1 << 60], dtype=np.int64),
    np.array([0.1, -2.5]),
    -7,
    -0.75,
)
sample_view = viewer(Sample)


@kernel
def _read(row: Addresses) -> tuple[int, int, int, int, float, int, float]:
    s = sample_view(row)
    return s.flags[1], s.shorts[3], s.ints[0], s.longs[0], s.floats[1], s.whole, s.broken


@kernel
def _write(row: Addresses) -> None:
    s = sample_view(row)
    s.floats[0] = s.broken
    s.shorts[2] = s.whole


def test_a_kernel_reads_and_writes_what_the_record_holds() -> None:
    assert _read(addresses(SAMPLE)) == (255, -32_768, -2_000_000_000, 1 << 60, -2.5, -7, -0.75)
    _write(addresses(SAMPLE))
    assert (SAMPLE.floats[0], SAMPLE.shorts[1, 0]) == (-0.75, -7)


def test_an_array_of_another_kind_than_annotated_is_refused() -> None:
    with pytest.raises(TypeError, match="ints is an array of int64, but should be one of int32"):
        addresses(SAMPLE._replace(ints=np.array([1])))


def test_an_array_whose_rows_are_apart_is_refused() -> None:
    with pytest.raises(ValueError, match="contiguous"):
        addresses(SAMPLE._replace(shorts=np.zeros((4, 4), dtype=np.int16)[:, :2]))
