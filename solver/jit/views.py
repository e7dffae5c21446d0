"""Records of arrays as kernels see them: the annotations of a record say how each field is looked at.

A record is a NamedTuple of arrays and whole or broken numbers. `addresses` turns one into a row of numbers, and
the kernel made by `viewer` turns the row into the same record with pointers instead of arrays. Arrays of two
dimensions lie row after row.
"""

# Numba's points of extension carry no types.
# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from solver.jit.pointers import Pointer

Record = TypeVar("Record", bound=tuple[Any, ...])

Addresses = NDArray[np.int64]

_POINTERS = {
    np.bool_: Pointer(types.uint8, types.int64),
    np.uint8: Pointer(types.uint8, types.int64),
    np.int16: Pointer(types.int16, types.int64),
    np.int32: Pointer(types.int32, types.int64),
    np.int64: Pointer(types.int64, types.int64),
    np.float64: Pointer(types.float64, types.float64),
}


def addresses(record: tuple[Any, ...]) -> Addresses:
    """What a viewer of the record's class looks through; the record must be kept alive as long as it is used.

    Raises TypeError for an array of another kind than its annotation says, ValueError for one whose rows do not
    lie one after the other.
    """
    row = []
    for (name, kind), value in zip(_fields(type(record)), record, strict=True):
        if kind is int:
            row.append(int(value))
        elif kind is float:
            row.append(int(np.float64(value).view(np.int64)))
        elif value.dtype != kind:
            raise TypeError(f"{name} is an array of {value.dtype}, but should be one of {np.dtype(kind)}")
        elif not value.flags.c_contiguous:
            raise ValueError(f"kernels need contiguous arrays, and {name} is none")
        else:
            row.append(value.ctypes.data)
    return np.array(row, dtype=np.int64)


def viewer(kind: type[Record]) -> Callable[[Addresses], Record]:
    """The function by which kernels look at a record of some class through its addresses."""
    fields = [_seen(hint) for _name, hint in _fields(kind)]

    def typed(_context: Any, row: Any) -> Any:
        view = types.NamedTuple(fields, kind)

        def generate(context: Any, builder: Any, call: Any, arguments: Any) -> Any:
            numbers = context.make_array(call.args[0])(context, builder, arguments[0]).data
            items = []
            for n, field in enumerate(fields):
                item = builder.load(builder.gep(numbers, [ir.Constant(ir.IntType(64), n)]))
                if isinstance(field, Pointer):
                    item = builder.inttoptr(item, context.get_value_type(field))
                elif field == types.float64:
                    item = builder.bitcast(item, ir.DoubleType())
                items.append(item)
            return context.make_tuple(builder, view, items)

        return view(row), generate

    return cast(Callable[[Addresses], Record], intrinsic(typed))


@cache
def _fields(kind: type[tuple[Any, ...]]) -> tuple[tuple[str, Any], ...]:
    """The names of a record's fields, and `int`, `float` or what their arrays hold."""
    fields = []
    for name, hint in get_type_hints(kind).items():
        # the hint of an array is ndarray[shape, dtype[item]]
        fields.append((name, hint if hint in (int, float) else get_args(get_args(hint)[1])[0]))
    return tuple(fields)


def _seen(kind: Any) -> Any:
    """What a kernel sees of a field."""
    return {int: types.int64, float: types.float64}.get(kind) or _POINTERS[kind]
