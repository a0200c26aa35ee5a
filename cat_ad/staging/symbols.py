"""Symbols: arrays that write down what is done to them.

A function of arrays that is run once on symbols leaves a straight line of operations: all of Python that ran between
them, the closures of a categorical derivative too, has evaluated away. A symbol carries an array, one of those that the
function is staged for, so that its shape and dtype, and those of all that comes of it, are what NumPy says.

What cannot be written down raises `StagingError`: a branch on a number in an array, for one.

>>> import numpy as np
>>> trace = Trace()
>>> x = trace.input(np.zeros((2, 3)))
>>> y = np.tanh(x).T @ x
>>> [line.operation for line in trace.lines], y.shape
(['input', 'tanh', 'transpose', 'matmul'], (3, 3))
>>> if (x > 0).all(): pass
Traceback (most recent call last):
cat_ad.errors.StagingError: ...
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeAlias

import numpy as np

from cat_ad.arrays import AnyArray
from cat_ad.errors import StagingError

Argument: TypeAlias = Any  # Any: a Line, a constant array, a number, or a tuple of these
Options: TypeAlias = tuple[tuple[str, Hashable], ...]


@dataclass(eq=False)
class Line:
    """One operation: what it is done to, and what came of it when it was written down."""

    operation: str
    arguments: tuple[Argument, ...]
    options: Options
    sample: Any  # Any: an array or a number
    origin: str = ""

    @property
    def is_number(self) -> bool:
        """Is it a number of Python, and not an array?"""
        return isinstance(self.sample, bool | int | float) and not isinstance(self.sample, np.generic)


@dataclass
class Trace:
    """All lines, in the order in which they were written."""

    lines: list[Line] = field(default_factory=list)

    def input(self, sample: Any) -> Any:  # Any: an array or a number of Python, and a symbol of it
        """A new argument."""
        line = Line("input", (), (), sample)
        self.lines.append(line)
        return symbol(self, line)

    def write(self, operation: str, arguments: Sequence[Argument], options: Options = ()) -> Any:  # Any: as above
        """Do it to the samples, and write it down."""
        lines = tuple([_line(argument) for argument in arguments])
        sample = OPERATIONS[operation](*[_sample(line) for line in lines], **dict(options))
        line = Line(operation, lines, options, sample, _origin(lines))
        self.lines.append(line)
        return symbol(self, line)


def symbol(trace: Trace, line: Line) -> Any:  # Any: an array or a number, for all that the function knows
    """A symbol for the result of a line."""
    return Number(trace, line) if line.is_number else Symbol(trace, line)


def _line(argument: Argument) -> Argument:
    if isinstance(argument, tuple):
        return tuple([_line(part) for part in argument])
    return argument.line if isinstance(argument, Symbol | Number) else argument


def _sample(argument: Argument) -> Any:  # Any: as above
    if isinstance(argument, tuple):
        return tuple([_sample(part) for part in argument])
    return argument.sample if isinstance(argument, Line) else argument


# What can be done ----------------------------------------------------------------------------------------------------


OPERATIONS: dict[str, Callable[..., Any]] = {  # Any: arrays
    "reshape": lambda x, shape: np.reshape(x, shape),
    "transpose": lambda x, axes: np.transpose(x, axes),
    "broadcast_to": lambda x, shape: np.broadcast_to(x, shape),
    "slice": lambda x, *index: x[_index(index)],
    "take": lambda x, *index: x[_index(index)],
    "sum": lambda x, axis: np.add.reduce(x, axis),
    "max": lambda x, axis: np.maximum.reduce(x, axis),
    "min": lambda x, axis: np.minimum.reduce(x, axis),
    "concatenate": lambda *xs, axis: np.concatenate(xs, axis),
    "stack": lambda *xs, axis: np.stack(xs, axis),
    "where": np.where,
    "astype": lambda x, dtype: x.astype(dtype),
    "copy": lambda x: np.array(x),
    "take_along_axis": lambda x, index, axis: np.take_along_axis(x, index, axis),
    **{f"number {name}": getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "pow", "neg")},
}
UFUNCS = {
    **{name: name for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "square", "reciprocal", "negative")},
    **{name: name for name in ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "remainder")},
    **{name: name for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")},
    **{name: name for name in ("logical_and", "logical_or", "logical_not", "absolute", "sign", "positive")},
    **{name: name for name in ("bitwise_and", "bitwise_or", "invert", "matmul", "vecdot")},
}
OPERATIONS |= {name: getattr(np, name) for name in UFUNCS}


def _index(parts: Sequence[Any]) -> Any:  # Any: an index of NumPy
    return tuple([slice(*part[1:]) if isinstance(part, tuple) and part[:1] == ("slice",) else part for part in parts])


def _binary(name: str, of_numbers: str | None = None) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """An operator of symbols, and the same with its sides exchanged."""

    def there(self: Any, other: Any) -> Any:  # Any: a symbol, an array or a number
        if isinstance(other, np.ndarray | np.generic | bool | int | float | Symbol | Number):
            return _apply(name, of_numbers, self, other)
        return NotImplemented

    def back(self: Any, other: Any) -> Any:  # Any: as above
        if isinstance(other, np.ndarray | np.generic | bool | int | float | Symbol | Number):
            return _apply(name, of_numbers, other, self)
        return NotImplemented

    return there, back


class _Written:
    """What symbols of arrays and of numbers share: arithmetic, and that they are no numbers yet."""

    __slots__ = ("line", "trace")

    def __init__(self, trace: Trace, line: Line) -> None:
        """The result of this line."""
        self.trace = trace
        self.line = line

    def __neg__(self) -> Any:  # Any: a symbol, which stands for an array or a number
        return self.trace.write("negative" if isinstance(self.line.sample, np.ndarray) else "number neg", (self,))

    def __abs__(self) -> Any:  # Any: as above
        return self.trace.write("absolute", (self,))

    __add__, __radd__ = _binary("add", "add")
    __sub__, __rsub__ = _binary("subtract", "sub")
    __mul__, __rmul__ = _binary("multiply", "mul")
    __truediv__, __rtruediv__ = _binary("divide", "truediv")
    __pow__, __rpow__ = _binary("power", "pow")
    __mod__, __rmod__ = _binary("remainder")
    __matmul__, __rmatmul__ = _binary("matmul")
    __and__, __rand__ = _binary("bitwise_and")
    __or__, __ror__ = _binary("bitwise_or")
    __gt__, __lt__ = _binary("greater")[0], _binary("less")[0]
    __ge__, __le__ = _binary("greater_equal")[0], _binary("less_equal")[0]
    __eq__ = _binary("equal")[0]
    __ne__ = _binary("not_equal")[0]

    def __bool__(self) -> bool:
        raise refusal("a branch on a value", "use where, or compute both")

    def __float__(self) -> float:
        raise refusal("a number made of an array (float)", "return the array, and make the number outside")

    def __int__(self) -> int:
        raise refusal("a number made of an array (int)", "return the array, and make the number outside")

    def __index__(self) -> int:
        raise refusal("an index or a size made of an array", "give it as a number of Python")

    def __array__(self, *_: object) -> NoReturn:
        raise refusal(
            "an array filled with a symbol, or passed to a function that is not NumPy's own", "use the array API"
        )

    def __iter__(self) -> NoReturn:
        raise refusal("a loop over an array", "loop over its size, and index")

    def __hash__(self) -> int:
        return id(self.line)


class Symbol(_Written):
    """An array of which shape and dtype are known."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array."""
        return np.shape(self.line.sample)

    @property
    def dtype(self) -> np.dtype[Any]:  # Any: of any numbers
        """Of the array."""
        found: np.dtype[Any] = self.line.sample.dtype  # Any: as above
        return found

    @property
    def ndim(self) -> int:
        """Of the array."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Of the array."""
        return int(np.size(self.line.sample))

    @property
    def T(self) -> Any:  # Any: here and below, a symbol, which stands for an array
        """All axes, in reverse."""
        return _transpose(self.trace, self)

    @property
    def mT(self) -> Any:  # Any: as above
        """The last two axes exchanged."""
        axes = [*range(self.ndim)]
        axes[-2:] = axes[:-3:-1]
        return self.trace.write("transpose", (self,), (("axes", tuple(axes)),))

    def reshape(self, *shape: Any) -> Any:  # Any: sizes, or one tuple of them; and as above
        """The entries in another shape."""
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        found = np.empty(self.shape, bool).reshape(sizes).shape if -1 in sizes else tuple(sizes)
        return self if found == self.shape else self.trace.write("reshape", (self,), (("shape", found),))

    def astype(self, dtype: Any, copy: bool = True) -> Any:  # Any: a dtype, and as above
        """The numbers in another dtype."""
        return self.trace.write("astype", (self,), (("dtype", np.dtype(dtype)),))

    def copy(self) -> Any:  # Any: as above
        """A copy."""
        return self.trace.write("copy", (self,))

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:  # Any: axes, and as above
        """The sum along some axes, or all."""
        return _reduced("sum", self, axis, keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Any:  # Any: axes, and as above
        """The greatest along some axes, or all."""
        return _reduced("max", self, axis, keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Any:  # Any: axes, and as above
        """The least along some axes, or all."""
        return _reduced("min", self, axis, keepdims)

    def __getitem__(self, index: Any) -> Any:  # Any: an index of NumPy, and as above
        parts = index if isinstance(index, tuple) else (index,)
        many = any(isinstance(part, Symbol | np.ndarray | list) for part in parts)
        static = [("slice", part.start, part.stop, part.step) if isinstance(part, slice) else part for part in parts]
        return self.trace.write("take" if many else "slice", (self, *static))

    def __setitem__(self, index: object, value: object) -> None:
        raise refusal("a write into an array", "make a new one")

    def __getattr__(self, name: str) -> Any:  # Any: whatever an array would have
        """What symbols have not."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise refusal(f"the attribute {name} of an array", "use the functions of the array API")

    def __array_namespace__(self, **_: object) -> Any:  # Any: as namespaces are
        return NAMESPACE

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:  # Any: arrays
        name = ufunc.__name__
        if method == "reduce" and name in REDUCTIONS and set(options) <= {"axis", "keepdims"}:
            return _reduced(REDUCTIONS[name], *inputs, **options)
        if method != "__call__" or options or name not in UFUNCS:
            raise refusal(f"{name}{'' if method == '__call__' else '.' + method}", "compose it of others")
        return self.trace.write(name, inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:  # Any: NumPy's protocol
        if function not in FUNCTIONS:
            raise refusal(getattr(function, "__name__", "a function"), "compose it of others")
        return FUNCTIONS[function](self.trace, *args, **options)


REDUCTIONS = {"add": "sum", "maximum": "max", "minimum": "min"}


class Number(_Written):
    """A number of Python, such as a learning rate: it is another one at each call, and takes on the dtype of arrays."""

    __slots__ = ()


def _apply(name: str, of_numbers: str | None, left: Any, right: Any) -> Any:  # Any: as above
    trace = next(side.trace for side in (left, right) if isinstance(side, Symbol | Number))
    samples = [_sample(_line(side)) for side in (left, right)]
    if of_numbers and not any(isinstance(sample, np.ndarray) for sample in samples):
        return trace.write(f"number {of_numbers}", (left, right))  # NumPy's numbers have an arithmetic of their own
    if all(type(sample) in (bool, int, float) for sample in samples):
        raise refusal(f"{name} of numbers that vary", "compute it outside")
    if name == "power" and isinstance(right, int | float):  # as NumPy's own operator does
        quick = {2: "square", 0.5: "sqrt", -1: "reciprocal", 1: "positive"}.get(right)
        if quick and isinstance(left, Symbol) and left.dtype.kind == "f":
            return trace.write(quick, (left,))
    return trace.write(name, (left, right))


# NumPy's functions ---------------------------------------------------------------------------------------------------


def _reduced(name: str, x: Any, axis: Any = None, keepdims: bool = False) -> Any:  # Any: symbols and axes
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(sorted(at % max(1, x.ndim) for at in axes))
    found = x.trace.write(name, (x,), (("axis", axes[0] if len(axes) == 1 else axes),))
    return found.reshape(tuple(1 if at in axes else size for at, size in enumerate(x.shape))) if keepdims else found


def _reduction(name: str) -> Callable[..., Any]:
    def reduce(trace: Trace, x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:  # Any: as above
        return _reduced(name, x, axis, keepdims)

    return reduce


def _transpose(trace: Trace, x: Any, axes: Any = None) -> Any:  # Any: as above
    order = tuple(reversed(range(x.ndim))) if axes is None else tuple(axes)
    return x if order == tuple(range(x.ndim)) else trace.write("transpose", (x,), (("axes", order),))


def _broadcast_to(trace: Trace, x: Any, shape: Any) -> Any:  # Any: as above
    sizes = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    return x if x.shape == sizes else trace.write("broadcast_to", (x,), (("shape", sizes),))


def _filled(value: float) -> Callable[..., Any]:
    def filled(trace: Trace, x: Any, dtype: Any = None, **_: object) -> AnyArray:  # Any: as above
        return np.full(x.shape, value, x.dtype if dtype is None else dtype)

    return filled


def _take(trace: Trace, x: Any, index: Any, axis: int = 0) -> Any:  # Any: as above
    before = (slice(None),) * (axis % x.ndim)
    static = [("slice", None, None, None) for _ in before]
    return trace.write("take", (x, *static, index))


def _joined(name: str) -> Callable[..., Any]:
    def joined(trace: Trace, parts: Any, axis: int = 0) -> Any:  # Any: as above
        return trace.write(name, tuple(parts), (("axis", axis),))

    return joined


FUNCTIONS: dict[Any, Callable[..., Any]] = {  # Any: a function of NumPy, and symbols
    np.sum: _reduction("sum"),
    np.max: _reduction("max"),
    np.min: _reduction("min"),
    np.transpose: _transpose,
    np.matrix_transpose: lambda trace, x: x.mT,
    np.reshape: lambda trace, x, shape: x.reshape(shape),
    np.broadcast_to: _broadcast_to,
    np.zeros_like: _filled(0),
    np.ones_like: _filled(1),
    np.concatenate: _joined("concatenate"),
    np.stack: _joined("stack"),
    np.where: lambda trace, condition, x, y: trace.write("where", (condition, x, y)),
    np.astype: lambda trace, x, dtype, copy=True: x.astype(dtype),
    np.copy: lambda trace, x: x.copy(),
    np.take: _take,
    np.take_along_axis: lambda trace, x, index, axis: trace.write("take_along_axis", (x, index), (("axis", axis),)),
    np.expand_dims: lambda trace, x, axis: x.reshape(np.expand_dims(np.empty(x.shape, bool), axis).shape),
    np.squeeze: lambda trace, x, axis=None: x.reshape(np.empty(x.shape, bool).squeeze(axis).shape),
}


class Namespace:
    """NumPy, which asks symbols what to do; except for the functions that do not."""

    def take(self, x: Any, index: Any, axis: int = 0) -> Any:  # Any: arrays or symbols
        """Entries along an axis."""
        if isinstance(index, Symbol):
            return _take(index.trace, x, index, axis)
        return np.take(x, index, axis)

    def asarray(self, x: Any, **options: Any) -> Any:  # Any: as above
        """A symbol as it is."""
        return x if isinstance(x, Symbol) else np.asarray(x, **options)

    def __getattr__(self, name: str) -> Any:  # Any: a function of NumPy
        """That of NumPy."""
        return getattr(np, name)


NAMESPACE = Namespace()


# Where it was written ------------------------------------------------------------------------------------------------

_HERE = str(Path(__file__).parent)
_LIBRARY = Path(__file__).parent.parent
_LINEAR = str(_LIBRARY / "linear")  # where derivatives are composed
_PLUMBING = (_LINEAR, *(str(_LIBRARY / f"{name}.py") for name in ("derivative", "functions", "modes", "trees")))


def _origin(arguments: tuple[Argument, ...]) -> str:
    """The arrow, or the function, that a line comes from: the outermost that is no plumbing."""
    frame: FrameType | None = sys._getframe(2)
    frames = list[FrameType]()
    while frame is not None and not frame.f_code.co_filename.startswith(_PLUMBING):
        if not frame.f_code.co_filename.startswith(_HERE):
            frames.append(frame)
        frame = frame.f_back
    derived = frame is not None and frame.f_code.co_filename.startswith(_LINEAR)
    if frames:
        name = frames[0 if frame is None else -1].f_code.co_qualname.split(".")[0].strip("_")
    else:  # a slope is multiplied: by the arrow that made it
        name = next((part.origin for part in arguments if isinstance(part, Line) and part.origin), "")
    return f"derivative of {name}" if derived and name and not name.startswith("derivative of ") else name


def refusal(what: str, instead: str) -> StagingError:
    """The error of what cannot be staged, with the line of the program that asked for it."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    inside = frame
    while frame is not None and frame.f_code.co_filename.startswith((str(_LIBRARY), "<")):
        frame = frame.f_back
    places = dict.fromkeys(
        f"{Path(at.f_code.co_filename).name}, line {at.f_lineno}" for at in (inside, frame) if at is not None
    )
    return StagingError(f"stage: wanted operations on arrays, got {what} ({' for '.join(places)}); {instead}")
