"""How the compiled kernels are made and how they see arrays.

A kernel gets its arrays as one array of addresses and looks at them through bare pointers. Tuples of numpy
arrays would do too, but every call between kernels would copy and count some 400 words: twenty times slower
to run and thirty times slower to compile. The price: nobody checks an index, and the caller keeps the arrays
alive. A kernel never takes the address of an array that it made itself: the compiler frees an array after its
last mention, and a pointer is none.
"""

# Numba's points of extension carry no types.
# mypy: disable-error-code="no-untyped-call, untyped-decorator, misc, attr-defined"
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import njit, types
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, lower_builtin, models, register_model

from solver.jit.cache import folder

Function = TypeVar("Function", bound=Callable[..., Any])

Int = Any
"""A whole number inside a kernel, be it the interpreter's or numpy's."""


numba.config.CACHE_DIR = str(folder())


def kernel(function: Function) -> Function:
    """Compile a function to machine code that needs no interpreter's lock; it is kept on disk between
    runs."""
    return cast(Function, njit(nogil=True, cache=True)(function))


class Pointer(types.Type):
    """A bare pointer to items of one width.

    What is read becomes a 64-bit number, so that kernels need compiling for one kind of number only.
    """

    def __init__(self, item: Any, read: Any) -> None:
        self.item, self.read = item, read
        super().__init__(name=f"Pointer({item}, {read})")

    @property
    def mangling_args(self) -> tuple[str, tuple[Any, ...]]:
        """What tells this type from others in the names of compiled functions."""
        return "Pointer", (self.item,)


@register_model(Pointer)
class _PointerModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Pointer) -> None:
        super().__init__(manager, kind, manager.lookup(kind.item).get_data_type().as_pointer())


@infer_global(operator.getitem)
class _Read(AbstractTemplate):
    def generic(self, arguments: Any, _keywords: Any) -> Any:
        if isinstance(arguments[0], Pointer) and isinstance(arguments[1], types.Integer):
            return signature(arguments[0].read, arguments[0], types.intp)
        return None


@infer_global(operator.setitem)
class _Write(AbstractTemplate):
    def generic(self, arguments: Any, _keywords: Any) -> Any:
        if isinstance(arguments[0], Pointer) and isinstance(arguments[1], types.Integer):
            return signature(types.none, arguments[0], types.intp, arguments[0].item)
        return None


@lower_builtin(operator.getitem, Pointer, types.intp)
def _read(context: Any, builder: Any, call: Any, arguments: Any) -> Any:
    kind = call.args[0]
    found = context.unpack_value(builder, kind.item, builder.gep(arguments[0], [arguments[1]]))
    return context.cast(builder, found, kind.item, kind.read)


@lower_builtin(operator.setitem, Pointer, types.intp, types.Any)
def _write(context: Any, builder: Any, call: Any, arguments: Any) -> Any:
    context.pack_value(builder, call.args[0].item, arguments[2], builder.gep(arguments[0], [arguments[1]]))
    return context.get_dummy_value()


def _pointer(item: Any, read: Any) -> Any:
    def typed(_context: Any, _address: Any) -> Any:
        def generate(context: Any, builder: Any, call: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(call.return_type))

        return Pointer(item, read)(types.int64), generate

    return intrinsic(typed)


as_flags = _pointer(types.uint8, types.int64)
as_shorts = _pointer(types.int16, types.int64)
as_ints = _pointer(types.int32, types.int64)
as_longs = _pointer(types.int64, types.int64)
as_floats = _pointer(types.float64, types.float64)
