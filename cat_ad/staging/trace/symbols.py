"""Symbols: arrays that write down what is done to them.

A function of arrays that is run once on symbols leaves a straight line of operations. All that Python did between them
is gone, the closures of a derivative too.

What cannot be written down raises `StagingError`: for example, a branch on a number in an array.

>>> import numpy as np
>>> trace = Trace()
>>> x = symbol(trace, trace.input(np.zeros((2, 3))))
>>> y = np.tanh(x).T @ x
>>> [line.operation for line in trace.lines], y.shape
(['input', 'tanh', 'transpose', 'matmul'], (3, 3))
>>> if (x > 0).all(): pass
Traceback (most recent call last):
cat_ad.errors.StagingError: ...
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from inspect import signature
from types import EllipsisType
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from cat_ad.staging.trace.lines import Argument, Line, Trace, trace_for
from cat_ad.staging.trace.operations import ROWS, knows
from cat_ad.staging.trace.origins import INSTEAD, refusal

_REDUCTIONS = {row.meaning: row.name for row in ROWS if row.kind == "reduction"}

Value: TypeAlias = Any  # Any: a symbol, which stands for an array or a number; or one of these itself


NUMBERS = bool, int, float, complex  # of Python


def symbol(trace: Trace, line: Line) -> Value:
    """A symbol for the result of a line."""
    return Number(trace, line) if line.is_number else Symbol(trace, line)


def as_array(x: Value) -> Value:
    """An array, or a symbol of one."""
    return x.to_array() if isinstance(x, Written) else np.asarray(x)


def write(operation: str, *arguments: Value, **options: Hashable) -> Value:
    """Do this to what the symbols among the arguments stand for, and write it down."""
    trace = trace_for([argument._trace for argument in arguments if isinstance(argument, Written)])
    if operation in trace.ways and (found := trace.ways[operation](*arguments, **options)) is not NotImplemented:
        return found
    lines = [written(argument, trace) for argument in arguments]
    return symbol(trace, trace.write(operation, lines, options))


def written(x: Value, trace: Trace) -> Argument:
    """What a line has for an argument: a line for a symbol, a tuple for a slice, a number itself, or else an array."""
    if isinstance(x, Written):
        return trace.here(x.line, x._trace)
    if isinstance(x, slice):
        return ("slice", *[None if at is None else operator.index(at) for at in (x.start, x.stop, x.step)])
    if isinstance(x, np.ndarray | np.generic | EllipsisType) or x is None:
        return x
    number: Value = next((kind for kind in NUMBERS if isinstance(x, kind)), np.asarray)
    return number(x)  # of a subclass too, which may print as anything


def _binary(name: str, of_numbers: str = "") -> tuple[Callable[..., Value], Callable[..., Value]]:
    """An operator of symbols, and the same with its sides exchanged."""

    def there(self: Value, other: Value) -> Value:
        return _operate(name, of_numbers, self, other) if _is_operand(other) else _unequal(name, self, other)

    def back(self: Value, other: Value) -> Value:
        return _operate(name, of_numbers, other, self) if _is_operand(other) else NotImplemented

    return there, back


def _is_operand(x: object) -> bool:
    return isinstance(x, np.ndarray | np.generic | bool | int | float | complex | list | tuple | Written)


def _unequal(name: str, x: Value, other: object) -> Value:
    """Where no class can compare the two, Python finds them unequal; NumPy finds each entry unequal."""
    if isinstance(x, Symbol) and name in ("equal", "not_equal"):
        raise refusal(f"a comparison of an array with a {type(other).__name__}", "ask outside")
    return NotImplemented


def _operate(name: str, of_numbers: str, left: Value, right: Value) -> Value:
    """What an operator of Python does: between two numbers, the arithmetic of Python or of NumPy's own numbers."""
    samples = [side.line.sample if isinstance(side, Written) else side for side in (left, right)]
    if of_numbers and not any(isinstance(sample, np.ndarray | list | tuple) for sample in samples):
        return write(f"number {of_numbers}", left, right)
    if all(type(sample) in (bool, int, float) for sample in samples):
        raise refusal(f"{name} of numbers that vary", "compute it outside")
    return _power(left, right) if name == "power" else write(name, left, right)


def _power(x: Value, exponent: Value) -> Value:
    """As NumPy's own operator does it: by a quicker function for some exponents, if they do not vary."""
    plain = isinstance(x, Symbol) and x.dtype.kind in "iuf"
    if plain and type(exponent) in (int, float):
        quick = {2: "square", 0.5: "sqrt", -1: "reciprocal", 1: "positive"} if x.dtype.kind == "f" else {}
        return write(quick[exponent], x) if exponent in quick else write("power", x, exponent)
    varies = exponent.line.sample if isinstance(exponent, Written) else exponent
    return write("power" if np.ndim(varies) else "number pow", x, exponent)


class Written:
    """What symbols of arrays and of numbers share: they do arithmetic, and have no value yet."""

    __slots__ = ("_trace", "line")

    def __init__(self, trace: Trace, line: Line) -> None:
        """The result of this line."""
        self._trace = trace
        self.line = line

    __add__, __radd__ = _binary("add", "add")
    __sub__, __rsub__ = _binary("subtract", "sub")
    __mul__, __rmul__ = _binary("multiply", "mul")
    __truediv__, __rtruediv__ = _binary("divide", "truediv")
    __pow__, __rpow__ = _binary("power", "pow")
    __mod__, __rmod__ = _binary("remainder")
    __matmul__, __rmatmul__ = _binary("matmul")
    __floordiv__, __rfloordiv__ = _binary("floor_divide")
    __lshift__, __rlshift__ = _binary("left_shift")
    __rshift__, __rrshift__ = _binary("right_shift")
    __xor__, __rxor__ = _binary("bitwise_xor")
    __and__, __rand__ = _binary("bitwise_and")
    __or__, __ror__ = _binary("bitwise_or")
    __gt__, __lt__ = _binary("greater")[0], _binary("less")[0]
    __ge__, __le__ = _binary("greater_equal")[0], _binary("less_equal")[0]
    __eq__ = _binary("equal")[0]
    __ne__ = _binary("not_equal")[0]

    def none_negative(self) -> bool:
        """Is it known that no entry is negative?"""
        return self._trace.none_negative(self.line)

    def to_array(self) -> Value:
        """An array: of a number it is one without axes, as an arrow takes a number of Python for a scalar."""
        return write("asarray", self) if self.line.is_number else self

    def __neg__(self) -> Value:
        return write("negative" if isinstance(self.line.sample, np.ndarray) else "number neg", self)

    def __bool__(self) -> bool:
        raise refusal("a branch on a value", "use where, or compute both")

    def __float__(self) -> float:
        raise refusal("a number made of an array (float)", "return the array, and make the number outside")

    def __int__(self) -> int:
        raise refusal("a number made of an array (int)", "return the array, and make the number outside")

    def __index__(self) -> int:
        raise refusal("an index or a size made of an array", "give it as a number of Python")

    def __str__(self) -> str:
        raise refusal("a text made of an array", "return the array, and print it outside")

    def __hash__(self) -> int:
        raise refusal("a key or a member of a set made of an array", "use where")

    def __array__(self, *_: object) -> NoReturn:
        raise refusal(
            "an array filled with a symbol, or passed to a function that is not NumPy's own",
            "use stack or concatenate, and the functions of the array API",
        )

    def __iter__(self) -> NoReturn:
        raise refusal("a loop over an array", "loop over its size, and index")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Value, **options: Value) -> Value:
        name = ufunc.__name__
        of = _REDUCTIONS.get(getattr(ufunc, method))
        if of and set(options) <= {"axis", "keepdims"}:
            return reduced(of, inputs[0], options.get("axis", 0), options.get("keepdims", False))
        if any(x is not None for x in options.get("out", ())) or method == "at":
            raise refusal(f"a write into an array (in {name})", "make a new one")
        if method == "__call__" and not options and knows(ufunc):
            return write(name, *inputs)
        title = name if method == "__call__" else f"{name}_{method}"
        return FUNCTIONS["call"](title, getattr(ufunc, method), *inputs, **options)


class Number(Written):
    """A number of Python, such as a learning rate: at each call it is another one; it takes on the dtype of arrays."""

    __slots__ = ()


FUNCTIONS: dict[Value, Callable[..., Value]] = {}  # what NumPy's functions do with symbols; "call" is of all others
SIZED_BY_ENTRIES = (  # functions whose result is as long as entries say; `where` is, of a condition alone
    *("nonzero", "flatnonzero", "argwhere", "where", "extract", "compress", "trim_zeros", "bincount"),
    *("unique", "unique_all", "unique_counts", "unique_inverse", "unique_values"),
    *("union1d", "intersect1d", "setdiff1d", "setxor1d"),
)


def _reduction(name: str) -> Callable[..., Value]:
    """A method of arrays: a reduction along some axes, or all."""
    return lambda self, axis=None, *, keepdims=False: reduced(name, self, axis, keepdims)


class Symbol(Written):
    """An array of which shape and dtype are known."""

    __slots__ = ()

    def __del__(self) -> None:
        self.line.forget()

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each axis."""
        return np.shape(self.line.sample)

    @property
    def dtype(self) -> np.dtype:
        """The type of the entries."""
        found: np.dtype = self.line.sample.dtype
        return found

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        return int(np.size(self.line.sample))

    def __len__(self) -> int:
        return len(self.line.sample)

    @property
    def T(self) -> Value:
        """All axes, in reverse."""
        return transposed(self, range(self.ndim)[::-1])

    @property
    def mT(self) -> Value:
        """The last two axes exchanged."""
        if self.ndim < 2:
            raise ValueError("matrix transpose with ndim < 2 is undefined")
        *others, rows, columns = range(self.ndim)
        return transposed(self, (*others, columns, rows))

    def reshape(self, *shape: Value) -> Value:
        """The entries in another shape, which may be one tuple."""
        found = np.empty(self.shape, bool).reshape(*shape).shape
        return self if found == self.shape else write("reshape", self, shape=found)

    def astype(self, dtype: Value, copy: bool = True) -> Value:
        """The numbers in another dtype."""
        return write("astype", self, dtype=np.dtype(dtype))

    def copy(self) -> Value:
        """A copy."""
        return write("copy", self)

    sum, prod, max, min = (_reduction(name) for name in ("sum", "prod", "max", "min"))
    any, all = _reduction("any"), _reduction("all")

    def __abs__(self) -> Value:
        return write("absolute", self)

    def __pos__(self) -> Value:
        return write("positive", self)

    def __invert__(self) -> Value:
        return write("invert", self)

    def __getitem__(self, index: Value) -> Value:
        parts = [index_part(part) for part in (index if isinstance(index, tuple) else (index,))]
        many = any(isinstance(part, Symbol | np.ndarray) for part in parts)
        return write("take" if many else "slice", self, *parts)

    def __setitem__(self, index: object, value: object) -> None:
        raise refusal("a write into an array", "make a new one")

    def _in_place(self, other: Value) -> Value:
        """An operator such as `+=`: it makes a new number, but writes into an array, which others may hold."""
        if isinstance(self.line.sample, np.ndarray):
            raise refusal("a write into an array", "make a new one")
        return NotImplemented

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __imod__ = __ipow__ = __imatmul__ = __iand__ = __ior__ = _in_place
    __ifloordiv__ = __ilshift__ = __irshift__ = __ixor__ = _in_place

    def __getattr__(self, name: str) -> Value:
        """Any attribute that symbols do not have."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise refusal(f"the attribute {name} of an array", INSTEAD)

    def __array_namespace__(self, **_: object) -> Value:
        return NAMESPACE

    def __array_function__(self, function: Value, types: Value, args: Value, options: Value) -> Value:
        if function in FUNCTIONS and _takes(FUNCTIONS[function], args, options):
            return FUNCTIONS[function](*args, **options)
        if function.__name__ in SIZED_BY_ENTRIES:
            raise refusal(f"{function.__name__}, whose result is as long as entries say", "use where, or argsort")
        return FUNCTIONS["call"](function.__name__, function, *args, **options)


def reduced(name: str, x: Symbol, axis: Value = None, keepdims: bool = False) -> Value:
    """A reduction along some axes, or all."""
    axes = range(x.ndim) if axis is None or (x.ndim == 0 and axis in (0, -1)) else normalize_axis_tuple(axis, x.ndim)
    axes = tuple(sorted(axes))
    found = write(name, x, axis=axes[0] if len(axes) == 1 else axes)
    return found.reshape(tuple(1 if at in axes else size for at, size in enumerate(x.shape))) if keepdims else found


def _takes(implementation: Callable[..., Value], args: Value, options: Value) -> bool:
    """Does it know these arguments and options?"""
    try:
        signature(implementation).bind(*args, **options)
    except TypeError:
        return False
    return True


def transposed(x: Symbol, axes: Sequence[int]) -> Value:
    """The axes in this order."""
    order = normalize_axis_tuple(axes, x.ndim)
    return x if order == tuple(range(x.ndim)) else write("transpose", x, axes=order)


def index_part(part: Value) -> Value:
    """A part of an index as NumPy understands it: a list is an array, and an array without axes is a number."""
    found: Value = np.asarray(part) if isinstance(part, list | tuple | np.generic) else part
    if isinstance(found, bool) or getattr(found, "dtype", None) == np.bool_:
        raise refusal("a mask for an index, whose entries say how many it takes", "use where, or an array of integers")
    return operator.index(found) if isinstance(found, np.ndarray) and found.ndim == 0 else found


class Namespace:
    """NumPy, but for two functions, which in NumPy do not ask all of their arguments what to do."""

    def take(self, x: Value, index: Value, axis: Value = None) -> Value:
        """Entries along an axis; without one, of all entries in a row."""
        return FUNCTIONS[np.take](x, index, axis) if isinstance(index, Symbol) else np.take(x, index, axis)

    def asarray(self, x: Value, *, dtype: Value = None, copy: bool | None = None) -> Value:
        """The array itself, if it has this dtype; a symbol is an array."""
        if not isinstance(x, Symbol):
            return np.asarray(x, dtype=dtype, copy=copy)
        return x.astype(dtype) if dtype not in (None, x.dtype) else x.copy() if copy else x

    def __getattr__(self, name: str) -> Value:
        """What NumPy has by this name."""
        return getattr(np, name)


NAMESPACE = Namespace()
