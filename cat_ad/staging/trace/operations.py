"""The table of operations: a line of a program is one of these, and this is all that is said of each by its name.

A row says what NumPy does, which is what the operation means, and from which shapes and dtypes are known; how that is
written in Python, with a new array for the result, or into one that is there; how an entry is written in C, and by how
many units in the last place that may differ. A new operation is a row; the tests read them.

In the templates, `{x}`, `{y}` and `{z}` are arguments, `{xs}` all of them, `{options}` the others by name; `{f}` is
the function itself, `{np.add}` another one of NumPy. In C, `{f}` ends a name of <math.h>, as of `sinf`, and `{t}` one
of `cat_ad.staging.c.functions`.

>>> OPERATIONS["sum"].meaning(np.ones((2, 3)), axis=1)
array([3., 3.])
>>> OPERATIONS["slice"].meaning(np.arange(5), ("slice", 1, None, 2))
array([1, 3])
>>> OPERATIONS["log"].c
'log{f}({x})'
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from cat_ad.objects.array_operations import NAMED
from cat_ad.objects.matrix_operations import MATRIX_OPERATIONS

Kind: TypeAlias = Literal[
    "number",  # arithmetic on numbers of Python
    "view",  # whose result looks at the memory of its argument
    "entries",  # a ufunc, entry by entry
    "move",  # also entry by entry, but by no ufunc
    "take",  # entries at indices
    "reduction",  # of entries along some axes
    "place",  # of an entry along an axis
    "cumulative",  # up to each entry along an axis
    "order",  # of the entries along an axis
    "join",  # of several arrays
    "product",  # of matrices or vectors
    "rows",  # sums of rows by index
    "whole",  # composed of others, or beyond C
    "program",  # of the program, and not of arrays
]
CALLED = "{f}({xs}{options})"
FLOATS, INTEGERS, BOOLS = "f", "iu", "b"  # kinds of dtypes


@dataclass(frozen=True)
class Operation:
    """One row."""

    name: str
    kind: Kind
    meaning: Callable[..., Any]  # Any: arrays and numbers
    made: str = CALLED
    into: str = ""  # where NumPy can be told where to write, the statement that writes to {out}
    c: str = ""  # the expression of an entry; of a reduction, what combines two
    of: str = FLOATS + INTEGERS + BOOLS  # the kinds of the dtypes for which this C is right
    integers: str = ""  # another expression for integers
    bools: str = ""
    computed: Literal["result", "arguments", "bool"] = "result"  # in the type of which
    start: str = ""  # of a reduction, in C
    ulps: int = 0
    entries: str = ""  # of numbers of Python, the operation on arrays

    def in_c(self, kind: str) -> str:
        """The expression for this kind of dtype, or nothing."""
        others = {"b": self.bools or self.integers, "i": self.integers, "u": self.integers}
        return others.get(kind) or (self.c if kind in self.of else "")


def _index(parts: Sequence[Any]) -> Any:  # Any: an index of NumPy; a slice is a tuple here, which has a hash
    return tuple([slice(*part[1:]) if isinstance(part, tuple) else part for part in parts])


def _nothing(*_: object) -> None:
    """What is no operation on arrays has no samples of its own."""


def entries(ufunc: np.ufunc, c: str = "", of: str = FLOATS, **more: Any) -> Operation:  # Any: as above
    """The row of a ufunc."""
    out = "out={out}" if ufunc in (np.maximum, np.minimum) else "{out}"  # which warn where it has no name
    return Operation(ufunc.__name__, "entries", ufunc, "{f}({xs})", f"{{f}}({{xs}}, {out})", c, of, **more)


def of_library(ufunc: np.ufunc, name: str) -> Operation:
    """The row of a ufunc that a function of <math.h> computes."""
    return entries(ufunc, f"{name}{{f}}({'{x}' if ufunc.nin == 1 else '{x}, {y}'})", ulps=8)


EVERY = FLOATS + INTEGERS + BOOLS
NUMBERS = FLOATS + INTEGERS
WHOLE = INTEGERS + BOOLS
SAME_IN_C = (
    *("exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "hypot", "sin", "cos", "tan", "sinh", "cosh"),
    *("fabs", "fmod", "fmax", "fmin", "copysign", "nextafter"),
)
ARCS = "sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh"  # arcsin is asin in C
OF_SCIPY = {"erf": "erf", "erfc": "erfc", "gammaln": "lgamma"}
BY_AXIS = "{f}({xs}, {axis})"
REDUCE, REDUCE_INTO = "{{np.{0}}}.reduce({{x}}, {{axis}})", "{{np.{0}}}.reduce({{x}}, {{axis}}, None, {{out}})"
JOINED, JOINED_INTO = "{f}({parts}, {axis})", "{f}({parts}, {axis}, {out})"
OLD = np.lib.NumpyVersion(np.__version__) < "2.2.0"
COPIED = "{np.copyto}({out}, {x}, 'unsafe')"


def reduction(name: str, ufunc: np.ufunc, c: str, start: str) -> Operation:
    """The row of a reduction by a ufunc."""
    made, into = (text.format(ufunc.__name__) for text in (REDUCE, REDUCE_INTO))
    into = "" if OLD and start in ("lowest", "highest") else into  # which errs with arrays of negative strides
    return Operation(name, "reduction", ufunc.reduce, made, into, c, start=start)


def number(name: str, made: str, entries: str, c: str) -> Operation:
    """The row of an operator of Python between numbers."""
    return Operation(f"number {name}", "number", getattr(operator, name), made, c=c, entries=entries)


ROWS = [
    # numbers of Python -----------------------------------------------------------------------------------------------
    number("add", "{x} + {y}", "add", "{x} + {y}"),
    number("sub", "{x} - {y}", "subtract", "{x} - {y}"),
    number("mul", "{x} * {y}", "multiply", "{x} * {y}"),
    number("truediv", "{x} / {y}", "divide", "(double){x} / {y}"),
    number("pow", "{x} ** {y}", "power", "pow({x}, {y})"),
    number("neg", "-{x}", "negative", "-{x}"),
    # views -----------------------------------------------------------------------------------------------------------
    Operation("reshape", "view", lambda x, shape: np.reshape(x, shape), "{x}.reshape({shape})"),
    Operation("transpose", "view", lambda x, axes: np.transpose(x, axes), "{x}.transpose({axes})"),
    Operation("broadcast_to", "view", lambda x, shape: np.broadcast_to(x, shape), "{f}({x}, {shape})"),
    Operation("slice", "view", lambda x, *index: x[_index(index)], "{x}[{index}]"),
    # entry by entry --------------------------------------------------------------------------------------------------
    entries(np.add, "{x} + {y}", EVERY),
    entries(np.subtract, "{x} - {y}", NUMBERS),
    entries(np.multiply, "{x} * {y}", EVERY),
    entries(np.divide, "{x} / {y}"),
    entries(np.floor_divide, "floor_divide_{t}({x}, {y})", NUMBERS),
    entries(np.remainder, "remainder_{t}({x}, {y})", NUMBERS),
    entries(np.power, "pow{f}({x}, {y})", integers="power_{t}({x}, {y})", ulps=8),
    entries(np.maximum, "maximum_{t}({x}, {y})", EVERY),
    entries(np.minimum, "minimum_{t}({x}, {y})", EVERY),
    entries(np.logaddexp, "logaddexp_{t}({x}, {y})", ulps=8),
    entries(np.exp, "exp_{t}({x})", ulps=4),
    entries(np.tanh, "tanh_{t}({x})", ulps=4),
    *(of_library(getattr(np, name), name) for name in SAME_IN_C),
    *(of_library(getattr(np, f"arc{name}"), f"a{name}") for name in ARCS),
    *(entries(getattr(np, name), f"{name}{{f}}({{x}})", integers="{x}") for name in ("floor", "ceil", "trunc")),
    entries(np.rint, "rint{f}({x})"),
    entries(np.square, "{x} * {x}", NUMBERS),
    entries(np.reciprocal, "1 / {x}"),
    entries(np.negative, "-{x}", NUMBERS),
    entries(np.positive, "{x}", EVERY),
    entries(np.absolute, "fabs{f}({x})", integers="({x} < 0 ? -{x} : {x})"),
    entries(np.sign, "sign_{t}({x})", EVERY),
    *(
        entries(f, f"{{x}} {c} {{y}}", EVERY, computed="arguments")
        for f, c in (
            *((np.greater, ">"), (np.greater_equal, ">="), (np.less, "<")),
            *((np.less_equal, "<="), (np.equal, "=="), (np.not_equal, "!=")),
        )
    ),
    entries(np.isnan, "{x} != {x}", EVERY, computed="arguments"),
    entries(np.isfinite, "{x} - {x} == 0", EVERY, computed="arguments"),
    entries(np.isinf, "{x} == {x} && {x} - {x} != 0", EVERY, computed="arguments"),
    entries(np.signbit, "signbit({x}) != 0", integers="{x} < 0", computed="arguments"),
    entries(np.logical_and, "{x} && {y}", EVERY, computed="bool"),
    entries(np.logical_or, "{x} || {y}", EVERY, computed="bool"),
    entries(np.logical_xor, "{x} != {y}", EVERY, computed="bool"),
    entries(np.logical_not, "!{x}", EVERY, computed="bool"),
    entries(np.bitwise_and, "{x} & {y}", WHOLE),
    entries(np.bitwise_or, "{x} | {y}", WHOLE),
    entries(np.bitwise_xor, "{x} ^ {y}", WHOLE),
    entries(np.invert, "~{x}", INTEGERS, bools="!{x}"),
    entries(np.left_shift, "left_shift_{t}({x}, {y})", INTEGERS),
    entries(np.right_shift, "right_shift_{t}({x}, {y})", INTEGERS),
    Operation(
        *("where", "move", np.where, "{f}({xs})"),
        into="{np.copyto}({out}, {z}); {np.copyto}({out}, {y}, 'same_kind', {x})",
        c="{x} ? {y} : {z}",
    ),
    Operation("astype", "move", lambda x, dtype: x.astype(dtype), "{x}.astype({dtype})", COPIED, "{x}"),
    Operation("copy", "move", lambda x: np.copy(x), into=COPIED, c="{x}"),
    Operation("asarray", "move", np.asarray, c="{x}"),  # of a number of Python
    Operation("inverse_root", "move", lambda x: x**-0.5, c="inverse_root_{t}({x})", of=FLOATS),
    Operation("cube", "move", lambda x: x * x * x, c="{x} * {x} * {x}", of=FLOATS),
    # entries at indices ----------------------------------------------------------------------------------------------
    Operation("take", "take", lambda x, *index: x[_index(index)], "{x}[{index}]"),
    Operation("take_along_axis", "take", lambda x, index, axis: np.take_along_axis(x, index, axis), BY_AXIS),
    Operation("one_hot", "take", NAMED["one_hot"].ways[np]),
    # along axes ------------------------------------------------------------------------------------------------------
    reduction("sum", np.add, "+", "0"),
    reduction("prod", np.multiply, "*", "1"),
    reduction("max", np.maximum, "maximum_{t}", "lowest"),
    reduction("min", np.minimum, "minimum_{t}", "highest"),
    reduction("any", np.logical_or, "||", "0"),
    reduction("all", np.logical_and, "&&", "1"),
    Operation("argmax", "place", lambda x, axis: np.argmax(x, axis), BY_AXIS, c=">"),
    Operation("argmin", "place", lambda x, axis: np.argmin(x, axis), BY_AXIS, c="<"),
    Operation("cumsum", "cumulative", lambda x, axis: np.cumsum(x, axis), BY_AXIS, c="+", start="0"),
    Operation("cumprod", "cumulative", lambda x, axis: np.cumprod(x, axis), BY_AXIS, c="*", start="1"),
    Operation("sort", "order", lambda x, axis: np.sort(x, axis), BY_AXIS),
    Operation("argsort", "order", lambda x, axis, kind: np.argsort(x, axis, kind), "{f}({x}, {axis}, {kind})"),
    # several arrays --------------------------------------------------------------------------------------------------
    Operation("concatenate", "join", lambda *xs, axis: np.concatenate(xs, axis), JOINED, JOINED_INTO),
    Operation("stack", "join", lambda *xs, axis: np.stack(xs, axis), JOINED, JOINED_INTO),
    Operation("matmul", "product", np.matmul, "{f}({xs})", "{f}({xs}, {out})"),
    Operation("gemm", "product", np.matmul, "{f}({xs})", "{f}({xs}, {out})"),  # by BLAS, in C
    Operation("vecdot", "product", np.vecdot, "{f}({xs})", "{f}({xs}, {out})"),
    Operation("sum_by_index", "rows", NAMED["sum_by_index"].ways[np]),
    # composed, or beyond C -------------------------------------------------------------------------------------------
    *(
        Operation(name, "whole", operation.ways[np])
        for name, operation in (NAMED | MATRIX_OPERATIONS).items()
        if name not in ("one_hot", "sum_by_index")
    ),
    *(Operation(f.__name__, "whole", f) for f in (np.mean, np.var, np.std, np.clip, np.searchsorted)),
    *(Operation(name, "program", _nothing) for name in ("input", "scan", "part", "call", "pick")),
]
OPERATIONS: dict[str, Operation] = {row.name: row for row in ROWS}


def can_be_named(ufunc: np.ufunc) -> bool:
    """Can it be named by `names_in_c`: does it take one or two real numbers, to one?"""
    is_real = {"d->d", "dd->d"} & {*ufunc.types}
    return bool(is_real) and not ufunc.signature and ufunc.__name__.isidentifier()


def knows(ufunc: np.ufunc) -> bool:
    """Is there a row of this ufunc? One of real numbers to one number, entry by entry, whatever its name, gets one."""
    name, kinds = ufunc.__name__, {kind for kinds in ufunc.types for kind in kinds} - {"O"}
    if name not in OPERATIONS and name.isidentifier() and ufunc.nout == 1 and not ufunc.signature and kinds:
        named = OF_SCIPY.get(name) if can_be_named(ufunc) else None
        OPERATIONS[name] = of_library(ufunc, named) if named else entries(ufunc)
    return name in OPERATIONS and OPERATIONS[name].meaning is ufunc
