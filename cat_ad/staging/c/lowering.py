"""Lowering: the lines of a program, rewritten in the few operations for which loops are written.

A named operation becomes what it means, but for one-hot rows and sums of rows by index, for which there are loops. What
is left besides is elementwise, a view, a reduction, or a product of matrices of one dtype; views of constants are
constants.

>>> from cat_ad.staging.trace.program import traced
>>> from cat_ad.staging.trace.trees import flatten
>>> leaves, form = flatten((np.zeros((2, 3)),))
>>> [line.operation for line in lowered(traced(lambda x: np.vecdot(x, x), form, leaves)).lines]
['multiply', 'sum']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from cat_ad.errors import StagingError
from cat_ad.objects import array_operations as named
from cat_ad.objects.arrays import TERMS, DType, as_dtype, in_rows, widened
from cat_ad.objects.numpy_tricks import of_others
from cat_ad.staging.c.blas import KINDS, Product, product_of
from cat_ad.staging.trace.bodies import Program, body_of, lines_in, with_program
from cat_ad.staging.trace.lines import Argument, Line, Options, Sample, only_number
from cat_ad.staging.trace.program import needed, rewritten
from cat_ad.staging.trace.symbols import Value, write
from cat_ad.staging.trace.views import Views

SHORT = 32  # entries of a row
LONGEST = 2**10  # entries of a row: NumPy sorts more of them quicker, with the call, and searches in them
LONG = 2**14  # terms of a product; BLAS, and tiles, add the sums of some hundred terms each one after the other

POWERS = {-0.5: "inverse_root", 3: "cube"}  # that have a row of their own


def sum_leading(x: Value) -> Value:
    """In runs of `TERMS` rows, so that rounding grows with the logarithm of their number."""
    rows = in_rows(x)
    many, width = rows.shape
    rest = many % TERMS
    if many <= TERMS:
        return rows.sum(0)
    total = sum_leading(rows[: many - rest].reshape(many // TERMS, TERMS, width).sum(1))
    return total + sum_leading(rows[many - rest :]) if rest else total


def matmul(x: Value, y: Value) -> Value:
    """One of more terms in runs of `LONG` terms, as a batch; whether by BLAS or by tiles, it is as exact."""
    many = x.shape[-1]
    if many <= LONG or y.ndim < 2 or np.result_type(x.dtype, y.dtype) not in KINDS:
        return NotImplemented
    if x.ndim == 1:
        return matmul(x[None], y)[..., 0, :]
    whole, columns = many - many % LONG, y.shape[-1]
    in_runs = x[..., :whole].reshape(*x.shape[:-1], whole // LONG, LONG)
    runs = np.moveaxis(in_runs, -2, -3) @ y[..., :whole, :].reshape(*y.shape[:-2], whole // LONG, LONG, columns)
    *batch, _, rows, columns = runs.shape
    total = sum_leading(np.moveaxis(runs, -3, 0).reshape(whole // LONG, -1)).reshape(*batch, rows, columns)
    return total + x[..., whole:] @ y[..., whole:, :] if whole < many else total


def max_last(x: Value) -> Value:
    """Of short rows down the columns: along them a compiler makes branches, and no vectors."""
    if not 0 < x.shape[-1] <= SHORT:
        return named.max_last.meaning(x)
    return in_rows(x).T.max(0).reshape(x.shape[:-1])


def sum_by_index(rows: Value, index: Value, *, size: int) -> Value:
    """One table of rows has a loop; of several, each is a product with one-hot rows."""
    if rows.ndim == 2:
        return NotImplemented
    return named.sum_by_index.meaning(rows, index, size=size)


def cumulative_last(x: Value) -> Value:
    """One after the other."""
    return write("cumsum", x, axis=x.ndim - 1)


def others_last(x: Value) -> Value:
    """Likewise."""
    return of_others(lambda factors: write("cumprod", factors, axis=x.ndim - 1), x)


def mean(x: Value, *, axis: Value, keepdims: bool) -> Value:
    """The sum by their number, in the dtype of NumPy's."""
    if x.dtype.kind == "c":
        return NotImplemented
    wide = widened(x) if x.dtype.kind == "f" else x.astype(np.float64)
    total = wide.sum(axis, keepdims=keepdims)
    return as_dtype(total / (x.size // max(1, total.size)), x.dtype if x.dtype.kind == "f" else wide.dtype)


def var(x: Value, *, axis: Value, ddof: float, keepdims: bool) -> Value:
    """The mean of the squares of the distances from the mean."""
    if x.dtype.kind == "c" or not x.size:
        return NotImplemented
    wide = widened(x) if x.dtype.kind == "f" else x.astype(np.float64)
    distance = wide - mean(wide, axis=axis, keepdims=True)
    total = (distance * distance).sum(axis, keepdims=keepdims)
    return as_dtype(total / max(x.size // total.size - ddof, 0), x.dtype if x.dtype.kind == "f" else wide.dtype)


def std(x: Value, **options: Value) -> Value:
    """The root of `var`."""
    found = var(x, **options)
    return found if found is NotImplemented else np.sqrt(found)


def clip(x: Value, low: Value, high: Value) -> Value:
    """The least of what is at least so much."""
    if x.dtype.kind == "c":
        return NotImplemented
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def searchsorted(x: Value, values: Value, *, side: str) -> Value:
    """How many entries come before each of the values, where nan comes last."""
    if x.size > LONGEST or x.dtype.kind == "c":
        return NotImplemented
    wide = np.result_type(x.dtype, values.dtype)
    x, each = x.astype(wide), values.astype(wide)[..., None]
    before = x < each if side == "left" else x <= each
    last = each != each
    return (before | (last & (x == x) if side == "left" else last)).sum(-1)


WAYS: dict[str, Callable[..., Value]] = {
    **{name: operation.meaning for name, operation in named.NAMED.items() if name != "one_hot"},
    "cumulative_last": cumulative_last,
    "max_last": max_last,
    "others_last": others_last,
    "sum_leading": sum_leading,
    "sum_by_index": sum_by_index,
    **{f.__name__: f for f in (mean, var, std, clip, matmul, searchsorted)},
}


def no_blas(products: Sequence[Product]) -> list[bool]:
    """All are left to tiles."""
    return [False for _ in products]


def lowered(
    program: Program, by_blas: Callable[[Sequence[Product]], Sequence[bool]] = no_blas, are_apart: bool = False
) -> Program:
    """The same program, in a new list of lines; `by_blas` says which of its large products are left to BLAS.

    Where results are apart, each is computed by a line of its own.
    """
    program, products = rewritten(program, WAYS), dict[Product, bool]()
    found = _lowered(program, products, are_apart)
    products.update(zip(products, by_blas([*products]), strict=True))
    return _lowered(program, products, are_apart) if any(products.values()) else found


def _lowered(program: Program, products: dict[Product, bool], are_apart: bool) -> Program:
    lowering = _Lowering(products)
    for line in program.lines:
        lowering.add(line)
    outputs = tuple([lowering.argument(output) for output in program.outputs])
    if are_apart:
        outputs = tuple([lowering.apart(output, outputs[:at]) for at, output in enumerate(outputs)])
    return Program(program.inputs, tuple(needed(lowering.lines, outputs)), outputs, program.form)


class _Lowering:
    """The new lines so far, and for each line of the program what replaces it."""

    def __init__(self, products: dict[Product, bool]) -> None:
        """No lines yet. Which products are left to BLAS; those that are not known yet are added."""
        self.products = products
        self.lines: list[Line] = []
        self.now: dict[Line, Argument] = {}
        self.copies: dict[Line, Line] = {}
        self.views = Views()

    def argument(self, argument: Argument) -> Argument:
        """What replaces it."""
        return self.now.get(argument, argument) if isinstance(argument, Line) else argument

    def add(self, line: Line) -> None:
        """Write this line, or a simpler one that gives the same."""
        arguments = tuple([self.argument(argument) for argument in line.arguments])
        operation = line.operation
        if line.kind == "number" and not line.is_number:  # NumPy's numbers: arrays without axes here
            operation = line.row.entries
        self.now[line] = self.simpler(Line(operation, arguments, line.options, line.sample, line.origin))

    def write(
        self, operation: str, arguments: tuple[Argument, ...], options: Options, like: Line, sample: Sample
    ) -> Line:
        """One more line, of the origin of `like`."""
        return self.keep(Line(operation, arguments, options, sample, like.origin))

    def keep(self, line: Line) -> Line:
        """Write this line, and return it."""
        self.lines.append(line)
        self.views.add(line)
        return line

    def strides(self, x: Argument) -> tuple[int, ...]:
        """In entries, if what this is a view of is contiguous."""
        return self.views.layout(x)[1] if isinstance(x, Line) else np.empty(np.shape(x), np.int8).strides

    def simpler(self, line: Line) -> Argument:
        """The simplest line, or constant, that gives the same."""
        if line.operation == "scan":
            return self.loop(line)
        if line.kind == "view":
            return self.view(line)
        if line.operation == "power" and line.sample.dtype.kind == "f" and not isinstance(line.arguments[1], Line):
            power = POWERS.get(only_number(np.asarray(line.arguments[1])))
            x = self.converted(line.arguments[0], line.sample.dtype, line) if power else None
            return self.write(power, (x,), (), line, line.sample) if power else self.keep(line)
        if line.operation == "asarray":
            return self.write("copy", line.arguments, (), line, line.sample)
        if line.operation == "vecdot" and line.sample.dtype.kind != "c":
            return self.total(line, *line.arguments)
        if line.operation == "matmul":
            return self.product(line, *line.arguments)
        return self.keep(line)

    def loop(self, line: Line) -> Line:
        """A loop of arrays that are in order."""
        arguments = tuple([self.copied(x, line) if _is_view(x) else x for x in line.arguments])
        body = _lowered(body_of(line).program, self.products, are_apart=True)
        return self.keep(replace(line, arguments=arguments, options=with_program(line, body)))

    def apart(self, x: Argument, others: Sequence[Argument]) -> Line:
        """A line that computes this, and none of the others."""
        if isinstance(x, Line) and x.kind not in ("program", "view") and all(x is not other for other in others):
            return x
        sample = x.sample if isinstance(x, Line) else x
        return self.keep(Line("copy", (x,), (), blank(np.shape(sample), sample.dtype)[()]))

    def copied(self, x: Line, line: Line) -> Line:
        """A copy, in order."""
        return self.write("copy", (x,), (), line, blank(shape_of(x), x.sample.dtype))

    def view(self, line: Line) -> Argument:
        """A view; a constant for a view of one; one reshape for two, and none where it changes nothing."""
        of = line.arguments[0]
        if any(lines_in(line.arguments[1:])):
            return self.keep(line)
        if isinstance(of, np.ndarray):
            return line.row.meaning(of, *line.arguments[1:], **dict(line.options))
        if line.operation == "reshape" and of.operation == "reshape":
            of = of.arguments[0]
            line = Line("reshape", (of,), line.options, line.sample, line.origin)
        same = np.shape(of.sample) == line.sample.shape and type(of.sample) is type(line.sample)
        return of if line.operation == "reshape" and same else self.keep(line)

    def total(self, line: Line, x: Argument, y: Argument) -> Line:
        """The sum of the products of entries along the last axis."""
        shape = np.broadcast_shapes(shape_of(x), shape_of(y))
        both = self.write("multiply", (x, y), (), line, blank(shape, line.sample.dtype))
        return self.write("sum", (both,), (("axis", len(shape) - 1),), line, line.sample)

    def product(self, line: Line, x: Argument, y: Argument) -> Line:
        """A product of matrices, or of a vector the sum that it is."""
        if len(shape_of(y)) == 1:
            return self.total(line, x, y)
        x, y = (self.converted(side, line.sample.dtype, line) for side in (x, y))
        large = product_of(line.sample.dtype, [(shape_of(side), self.strides(side)) for side in (x, y)])
        if large and self.products.setdefault(large, False):
            return self.write("matmul", (x, y), (("blas", True),), line, line.sample)
        return self.write("matmul", (x, self.in_order(y, line)), (), line, line.sample)

    def converted(self, x: Argument, dtype: DType, line: Line) -> Argument:
        """The same in this dtype."""
        if dtype_of(x) == dtype:
            return x
        if not isinstance(x, Line):
            return x.astype(dtype)
        return self.write("astype", (x,), (("dtype", dtype),), line, blank(shape_of(x), dtype))

    def in_order(self, x: Argument, line: Line) -> Argument:
        """The same with contiguous rows."""
        if not isinstance(x, Line):
            return np.ascontiguousarray(x)
        if x.sample.shape[-1] == 1 or self.strides(x)[-1] == 1:
            return x
        if x not in self.copies:
            self.copies[x] = self.copied(x, line)
        return self.copies[x]


def _is_view(x: Argument) -> bool:
    return isinstance(x, Line) and x.kind == "view"


def refuse(what: str, line: Line | None = None) -> StagingError:
    """The error for what C cannot express, with the arrow that asked for it."""
    place = f" (in {line.origin})" if line is not None and line.origin else ""
    return StagingError(f'stage: wanted what C can express, got {what}{place}; stage it with target="numpy"')


def blank(shape: tuple[int, ...], dtype: DType) -> Sample:
    """An array of this shape and dtype that takes no memory."""
    return np.broadcast_to(np.zeros((), dtype), shape)


def shape_of(x: Argument) -> tuple[int, ...]:
    """Of a line, an array or a number."""
    return getattr(x.sample if isinstance(x, Line) else x, "shape", ())  # of a number none


def dtype_of(x: Argument) -> DType:
    """Of a line of an array, or of an array."""
    return (x.sample if isinstance(x, Line) else x).dtype
