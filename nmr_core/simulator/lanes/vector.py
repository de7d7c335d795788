"""A vector of as many numbers as the processor handles at once, as a type of numba.

Every operation acts on each lane by itself and rounds it as a single number would be rounded, so
the bytes of a lane depend neither on its neighbours nor on the number of lanes. Numbers that meet
a vector are spread over its lanes.

- pointer, shifted, load, store, spread: between a vector and memory
- + - * and fma: arithmetic; fma(a, b, c) = a b + c is rounded once
- choose: lane by lane one of two vectors
- low_pairs, high_pairs: the two halves of a perfect shuffle, for transposing
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

from nmr_core.simulator.lanes.width import HAS_FMA, VECTOR_BYTES

INDEX = ir.IntType(32)


class Vec(types.Type):
    """A vector of float32 or float64."""

    def __init__(self, dtype: types.Float):
        self.dtype = dtype
        self.n_lanes = 8 * VECTOR_BYTES // dtype.bitwidth
        super().__init__(name=f"Vec({dtype} x {self.n_lanes})")


@register_model(Vec)
class VecModel(models.PrimitiveModel):
    """In LLVM a vector is <n_lanes x float> or <n_lanes x double>."""

    def __init__(self, manager: Any, vec: Vec):
        number = manager.lookup(vec.dtype).get_value_type()
        super().__init__(manager, vec, ir.VectorType(number, vec.n_lanes))


def _shuffle(builder: Any, a: Any, b: Any, lanes: list[int]) -> Any:
    """Vector of the given lanes of a (0 to n - 1) and b (n to 2n - 1)."""
    mask = ir.Constant(ir.VectorType(INDEX, len(lanes)), lanes)
    return builder.shuffle_vector(a, b, mask)


def _vector(context: Any, builder: Any, vec: Vec, kind: Any, value: Any) -> Any:
    """The value itself if it is a vector, else the number in every lane."""
    if isinstance(kind, Vec):
        return value
    number = context.cast(builder, value, kind, vec.dtype)
    empty = ir.Constant(context.get_value_type(vec), ir.Undefined)
    first = builder.insert_element(empty, number, ir.Constant(INDEX, 0))
    return _shuffle(builder, first, first, [0] * vec.n_lanes)


def _vec_among(*kinds: Any) -> Vec | None:
    """The type of the result of an operation: that of the vectors among its operands."""
    vectors = {kind for kind in kinds if isinstance(kind, Vec)}
    others = [kind for kind in kinds if not isinstance(kind, Vec | types.Number)]
    return vectors.pop() if len(vectors) == 1 and not others else None


def _operator(symbol: Callable, instruction: str) -> None:
    """Let numba compile ``a symbol b`` of two vectors, or of a vector and a number."""

    @type_callable(symbol)
    def result_type(context: Any) -> Callable:
        return _vec_among

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (
            _vector(context, builder, sig.return_type, kind, value)
            for kind, value in zip(sig.args, args, strict=True)
        )
        return getattr(builder, instruction)(a, b)

    for kinds in ((Vec, Vec), (Vec, types.Number), (types.Number, Vec)):
        lower_builtin(symbol, *kinds)(code)


_operator(operator.add, "fadd")
_operator(operator.sub, "fsub")
_operator(operator.mul, "fmul")


@type_callable(operator.neg)
def _negative_type(context: Any) -> Callable:
    return _vec_among


@lower_builtin(operator.neg, Vec)
def _negative(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fneg(args[0])


def _multiply_add(context: Any, builder: Any, vec: Vec, kinds: Any, values: Any) -> Any:
    """a b + c of three vectors or numbers, rounded once where the processor can."""
    a, b, c = (
        _vector(context, builder, vec, kind, value)
        for kind, value in zip(kinds, values, strict=True)
    )
    if not HAS_FMA:
        return builder.fadd(builder.fmul(a, b), c)
    name = f"llvm.fma.v{vec.n_lanes}f{vec.dtype.bitwidth}"
    kind = ir.FunctionType(a.type, [a.type] * 3)
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), (a, b, c))


@intrinsic
def fma(typing, a, b, c):
    """a b + c, rounded once where the processor can."""
    vec = _vec_among(a, b, c)

    def code(context, builder, sig, args):
        return _multiply_add(context, builder, vec, sig.args, args)

    return vec(a, b, c), code


@intrinsic
def fnma(typing, a, b, c):
    """c - a b, rounded once where the processor can."""
    vec = _vec_among(a, b, c)

    def code(context, builder, sig, args):
        negative = builder.fneg(args[0])
        return _multiply_add(context, builder, vec, sig.args, (negative, *args[1:]))

    return vec(a, b, c), code


@intrinsic
def choose(typing, condition, a, b):
    """In every lane a where the condition is > 0, else b."""

    def code(context, builder, sig, args):
        zero = ir.Constant(args[0].type, None)
        return builder.select(builder.fcmp_ordered(">", args[0], zero), args[1], args[2])

    return a(condition, a, b), code


@intrinsic
def pointer(typing, array):
    """Pointer to the first number of a contiguous array.

    Compiled functions hand pointers to each other: an array would be counted at every call.
    """

    def code(context, builder, sig, args):
        return context.make_array(array)(context, builder, value=args[0]).data

    return types.CPointer(array.dtype)(array), code


@intrinsic
def shifted(typing, numbers, i):
    """Pointer to number i."""

    def code(context, builder, sig, args):
        return builder.gep(*_at(args))

    return numbers(numbers, types.intp), code


@intrinsic
def load(typing, numbers, i):
    """The n_lanes numbers from index i on."""
    vec = Vec(numbers.dtype)

    def code(context, builder, sig, args):
        place = builder.bitcast(builder.gep(*_at(args)), context.get_value_type(vec).as_pointer())
        value = builder.load(place)
        value.align = vec.dtype.bitwidth // 8
        return value

    return vec(numbers, types.intp), code


@intrinsic
def spread(typing, numbers, i):
    """Number i, in every lane."""
    vec = Vec(numbers.dtype)

    def code(context, builder, sig, args):
        number = builder.load(builder.gep(*_at(args)))
        return _vector(context, builder, vec, vec.dtype, number)

    return vec(numbers, types.intp), code


@intrinsic
def store(typing, numbers, i, vec):
    """Write a vector from index i on."""

    def code(context, builder, sig, args):
        place = builder.bitcast(builder.gep(*_at(args)), args[2].type.as_pointer())
        builder.store(args[2], place, align=vec.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(numbers, types.intp, vec), code


@intrinsic
def prefetch(typing, numbers, i):
    """Ask for the numbers from index i on, which will be changed soon."""

    def code(context, builder, sig, args):
        place = builder.bitcast(builder.gep(*_at(args)), ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [place.type, INDEX, INDEX, INDEX])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        to_write, closest, data = (ir.Constant(INDEX, value) for value in (1, 3, 1))
        builder.call(function, (place, to_write, closest, data))
        return context.get_dummy_value()

    return types.void(numbers, types.intp), code


def _at(args: Any) -> tuple[Any, list]:
    """Pointer and index, as LLVM takes them."""
    return args[0], [args[1]]


def _pairs(half: int) -> Callable:
    """Interleave the lower (0) or the upper (1) halves of two vectors."""

    @intrinsic
    def interleave(typing, a, b):
        n = a.n_lanes
        lanes = [k + side * n for k in range(half * n // 2, (half + 1) * n // 2) for side in (0, 1)]

        def code(context, builder, sig, args):
            return _shuffle(builder, args[0], args[1], lanes)

        return a(a, b), code

    return interleave


low_pairs = _pairs(0)
high_pairs = _pairs(1)
