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
from functools import partial

import numpy as np

from cat_ad.errors import StagingError
from cat_ad.objects import array_operations as named
from cat_ad.objects.arrays import TERMS, DType, as_dtype, in_rows, widened
from cat_ad.objects.numpy_tricks import of_others
from cat_ad.staging.c.blas import KINDS, Product, product_of
from cat_ad.staging.trace.bodies import Program, with_program
from cat_ad.staging.trace.lines import Argument, Line, Sample, sample_of
from cat_ad.staging.trace.operations import ROWS, Operation
from cat_ad.staging.trace.program import rewritten
from cat_ad.staging.trace.symbols import NUMBERS, Symbol, Value, Written, write
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


def of_arrays(row: Operation, *numbers: Value) -> Value:
    """Arithmetic of NumPy's numbers, which are arrays without axes here."""
    found = row.meaning(*[x.line.sample if isinstance(x, Written) else x for x in numbers])
    return NotImplemented if type(found) in NUMBERS else as_dtype(write(row.entries, *numbers), found.dtype)


def reshape(x: Value, shape: Value) -> Value:
    """One for two, or none, if the second takes the first back."""
    return Symbol(x._trace, x.line.arguments[0]).reshape(shape) if x.line.operation == "reshape" else NotImplemented


def power(x: Value, exponent: Value) -> Value:
    """By a row of its own."""
    quick = POWERS.get(exponent) if isinstance(x, Symbol) and isinstance(exponent, int | float) else None
    wide = np.result_type(x.dtype, exponent) if quick else x
    return write(quick, as_dtype(x, wide)) if quick and wide.kind == "f" else NotImplemented


def vecdot(x: Value, y: Value) -> Value:
    """The sum of the products of entries along the last axis."""
    dtype = np.result_type(x.dtype, y.dtype)
    return NotImplemented if dtype.kind == "c" else as_dtype((x * y).sum(-1), dtype)


def matmul(x: Value, y: Value) -> Value:
    """Of factors of one dtype; by a vector, the sum that it is."""
    if y.ndim == 1:
        return vecdot(x, y)
    dtype, are_alike = np.result_type(x.dtype, y.dtype), x.dtype == y.dtype
    x, y = as_dtype(x, dtype), as_dtype(y, dtype)
    if x.shape[-1] > LONG and dtype in KINDS:
        return in_runs(x, y)
    return NotImplemented if are_alike else x @ y


def in_runs(x: Value, y: Value) -> Value:
    """A product of many terms in runs of `LONG`, as a batch; whether by BLAS or by tiles, it is as exact."""
    if x.ndim == 1:
        return in_runs(x[None], y)[..., 0, :]
    many = x.shape[-1]
    whole, columns = many - many % LONG, y.shape[-1]
    left = np.moveaxis(x[..., :whole].reshape(*x.shape[:-1], whole // LONG, LONG), -2, -3)
    runs = left @ y[..., :whole, :].reshape(*y.shape[:-2], whole // LONG, LONG, columns)
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
    **{row.name: partial(of_arrays, row) for row in ROWS if row.kind == "number"},
    **{name: operation.meaning for name, operation in named.NAMED.items() if name != "one_hot"},
    "cumulative_last": cumulative_last,
    "max_last": max_last,
    "others_last": others_last,
    "sum_leading": sum_leading,
    "sum_by_index": sum_by_index,
    **{f.__name__: f for f in (reshape, power, vecdot, matmul, mean, var, std, clip, searchsorted)},
}


def no_blas(products: Sequence[Product]) -> list[bool]:
    """All are left to tiles."""
    return [False for _ in products]


def lowered(
    program: Program, by_blas: Callable[[Sequence[Product]], Sequence[bool]] = no_blas, are_apart: bool = False
) -> Program:
    """The same program, in new lines; `by_blas` says which of its large products are left to BLAS.

    Where results are apart, each is computed by a line of its own.
    """
    program, products = rewritten(program, WAYS), dict[Product, bool]()
    ways = {"matmul": partial(of_layout, products)}
    found = rewritten(program, ways)
    products.update(zip(products, by_blas([*products]), strict=True))
    return in_memory(rewritten(program, ways) if any(products.values()) else found, are_apart)


def of_layout(products: dict[Product, bool], x: Value, y: Value) -> Value:
    """A product by BLAS; or by tiles, of rows that are in order. Adds those that BLAS may be asked for."""
    large = product_of(np.result_type(x.dtype, y.dtype), [(side.shape, _strides(side)) for side in (x, y)])
    if large and products.setdefault(large, False):
        return write("gemm", x, y)
    is_in_order = not y.size or y.shape[-1] == 1 or _strides(y)[-1] == 1
    return NotImplemented if is_in_order else write("matmul", x, y.copy())


def _strides(x: Value) -> tuple[int, ...]:
    """In entries, if what this is a view of is contiguous; constants are."""
    if not isinstance(x, Symbol):
        return np.empty(x.shape, np.int8).strides
    seen = [x.line]
    while seen[-1].kind == "view":
        seen.append(seen[-1].arguments[0])
    return Views(reversed(seen)).layout(x.line)[1]


def in_memory(program: Program, are_apart: bool) -> Program:
    """Where loops are given arrays that are in order, and results that `are_apart` have lines of their own."""
    lines, outputs = list[Line](), list[Argument]()

    def copied(x: Argument, origin: str = "") -> Line:
        sample = sample_of(x)
        lines.append(Line("copy", (x,), {}, blank(np.shape(sample), sample.dtype)[()], origin))
        return lines[-1]

    for line in program.lines:
        if line.operation == "scan":
            line.arguments = tuple([copied(x, line.origin) if _is_view(x) else x for x in line.arguments])
            line.options = with_program(line, in_memory(line.options["body"].program, True))
        lines.append(line)
    for x in program.outputs:
        is_own = isinstance(x, Line) and x.kind not in ("program", "view") and all(x is not other for other in outputs)
        outputs.append(x if is_own or not are_apart else copied(x))
    return replace(program, lines=tuple(lines), outputs=tuple(outputs))


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
