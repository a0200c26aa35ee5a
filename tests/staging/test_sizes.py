"""Every operation gives what it gives in NumPy, at sizes beside every number that the code of staging knows.

A loop goes wrong where something is just full, or has one entry too many: a tile, a vector, a block, a strip. So these
numbers are read from the source: a new one is covered by itself. Arrays have up to five axes.
"""

import ast
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings

import cat_ad.staging
from cat_ad import stage
from cat_ad.staging.c import target as c_target
from cat_ad.staging.c.products import ROWS
from cat_ad.staging.trace.operations import ROWS as OPERATIONS
from tests.staging.test_stage import DTYPES
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import all_of, assert_close, in_c, leave_to_blas
from tests.support.owned import spoil

MOST_ENTRIES = 2**15  # of an array here
TOGETHER = 20  # functions in one program: a compiler takes longer for more than in proportion
ELEMENTWISE = [row for row in OPERATIONS if row.kind == "entries"]

Random: TypeAlias = np.random.Generator
Program: TypeAlias = Callable[..., Any]  # Any: arrays
Case: TypeAlias = Callable[[Random, int, int], tuple[Program, list[Any]]]  # of a size, and a number of axes


def numbers_in(source: str) -> Iterator[int]:
    """The integers that are written in a source, such as 512 and 2**14; of those that can be a size here."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Constant | ast.BinOp):
            continue
        if {type(part) for part in ast.walk(node)} <= {ast.Constant, ast.BinOp, ast.Pow}:
            value = eval(compile(ast.Expression(node), "<number>", "eval"))
            if type(value) is int and 2 <= value < MOST_ENTRIES:
                yield value


FOLDER = Path(cat_ad.staging.__file__).parent
KNOWN = sorted({n for path in FOLDER.rglob("*.py") for n in numbers_in(path.read_text("utf-8"))})


def test_the_numbers_are_found() -> None:
    """Those of tiles, vectors, blocks, strips, even rows, nesting and arguments are among them."""
    assert {8, 16, 32, 64, 512, 2**14} <= set(KNOWN)


def beside(rng: Random, number: int) -> int:
    """One less, as many, one more; or beside twice as many."""
    return int(number * rng.integers(1, 3) + rng.integers(-1, 2))


def few(rng: Random) -> int:
    """0 seldom, 1 often, or a few."""
    return int(rng.choice([0, 1, 1, 2, 2, 3, 5], p=[0.04, *[0.16] * 6]))


def shape_with(rng: Random, size: int, axes: int) -> tuple[int, ...]:
    """A shape of so many axes, one of which has this size; a large one only two axes together, and some others one."""
    shape = [few(rng) for _ in range(axes)]
    at = rng.permutation(axes)
    shape[at[0]] = size
    if size > 2000 and axes > 1:
        shape[at[1]] = int(rng.integers(60, 140))
        shape[at[0]] = size // shape[at[1]] + int(rng.integers(-1, 2))
    for other in at[1 + (size > 2000) :]:
        shape[other] = 1 if np.prod(shape) > MOST_ENTRIES else shape[other]
    return tuple(shape)


def entries(rng: Random, shape: tuple[int, ...], dtype: type = np.float64) -> Any:
    """Small integers, whose sums are exact; in any order in memory."""
    order = rng.permutation(len(shape)) if rng.random() < 1 / 3 else np.arange(len(shape))
    x: Any = rng.integers(-2, 3, [shape[i] for i in order]).astype(dtype)
    return np.transpose(x, np.argsort(order))


def spread(rng: Random, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that is broadcast to this one."""
    some = [1 if rng.random() < 1 / 4 else size for size in shape]
    return tuple(some[int(rng.integers(len(shape) + 1)) :] if rng.random() < 1 / 4 else some)


def seen(rng: Random, axes: int) -> Program:
    """What is seen of an array with so many axes: it, twice it, its axes in another order, or every other entry."""
    order = tuple(int(i) - axes * int(rng.integers(2)) for i in rng.permutation(axes))
    steps = tuple(slice(None, None, int(step)) for step in rng.choice([1, 1, 1, 2, -1], axes))
    ways: list[Program] = [lambda x: x, lambda x: x * 2, lambda x: np.transpose(x, order), lambda x: x[steps]]
    return ways[rng.integers(len(ways))]


def products(rng: Random, size: int, axes: int, role: int = 0) -> tuple[Program, list[Any]]:
    """Of matrices, and of batches of them that are broadcast; rows, terms or columns are so many."""
    sizes = [few(rng) if rng.random() < 1 / 2 else int(rng.integers(40)) for _ in range(3)]
    sizes[role] = min(size, 1100)
    rows, many, columns = sizes
    batch = tuple(int(n) for n in rng.integers(1, 3, max(0, axes - 2)))
    left, right = (*spread(rng, batch), rows, many), (*spread(rng, batch), many, columns)
    left = left[-1:] if len(left) == 2 and rng.random() < 1 / 6 else left
    right = right[:1] if len(right) == 2 and len(left) > 1 and rng.random() < 1 / 6 else right
    sides: list[tuple[int, ...]] = [left, right]
    turned = [bool(len(shape) > 1 and rng.random() < 1 / 3) for shape in (left, right)]
    shapes = [(*s[:-2], s[-1], s[-2]) if t else s for s, t in zip(sides, turned, strict=True)]

    def run(x: Any, y: Any) -> Any:
        return (x.mT if turned[0] else x) @ (y.mT if turned[1] else y)

    return run, shapes


def sums_of_products(rng: Random, size: int, axes: int) -> tuple[Program, list[Any]]:
    """Along the last axis."""
    shape = shape_with(rng, size, axes)
    one, other = spread(rng, shape), shape
    one = one if one and one[-1] == shape[-1] else shape
    return lambda x, y: (np.vecdot(x, y), np.vecdot(y * 2, x)), [one, other]


def reductions(rng: Random, size: int, axes: int) -> tuple[Program, list[Any]]:
    """Along any axes."""
    shape = tuple(max(1, n) for n in shape_with(rng, size, axes))
    along: Any = tuple(int(i) - axes * int(rng.integers(2)) for i in rng.permutation(axes)[: rng.integers(1, axes + 1)])
    along = along[0] if len(along) == 1 else None if rng.random() < 1 / 6 else along
    see, keep = seen(rng, axes), bool(rng.integers(2))
    functions: list[Any] = [np.mean, np.var, *(getattr(np, row.name) for row in OPERATIONS if row.kind == "reduction")]
    f = functions[rng.integers(len(functions))]
    # Squares of distances from a mean are rounded as they are added, in the order in which they lie in memory.
    in_order = rng.integers(-2, 3, shape).astype(DTYPES[rng.integers(2)])
    return lambda x: f(see(x), axis=along, keepdims=keep), [in_order if f is np.var else shape]


def along_an_axis(rng: Random, size: int, axes: int) -> tuple[Program, list[Any]]:
    """In order, up to each entry, and which is the greatest."""
    shape, axis = tuple(max(1, n) for n in shape_with(rng, min(size, 1100), axes)), int(rng.integers(-axes, axes))
    see, kinds = seen(rng, axes), ("order", "place", "cumulative")
    functions: list[Any] = [getattr(np, row.name) for row in OPERATIONS if row.kind in kinds]
    more = {np.argsort: {"kind": "stable"}}
    return lambda x: [f(see(x), axis=axis, **more.get(f, {})) for f in functions], [shape]


def joins(rng: Random, size: int, axes: int) -> tuple[Program, list[Any]]:
    """Along any axis, of parts that are there, computed, or spread."""
    shape, axis = list(shape_with(rng, size, axes)), int(rng.integers(-axes, axes))
    other = [*shape]
    other[axis] = few(rng)

    def run(x: Any, y: Any) -> Any:
        ones = np.broadcast_to(np.sum(x), y.shape), np.broadcast_to(np.sum(y), y.shape)
        rows = np.concatenate([x, y, y * 2, *ones], axis=axis)
        return rows, np.stack([y, y + 1, y], axis=axis), np.concatenate([y, x, y], axis=axis) + 1

    return run, [tuple(shape), tuple(other)]


def choices(rng: Random, size: int, axes: int) -> tuple[Program, list[Any]]:
    """Of entries along any axis; and sums of rows."""
    shape, axis = tuple(max(1, n) for n in shape_with(rng, size, axes)), int(rng.integers(axes))
    index = rng.integers(-shape[axis], shape[axis], (few(rng), beside(rng, 2)))
    along = rng.integers(-shape[axis], shape[axis], [3 if i == axis else n for i, n in enumerate(shape)])
    rows, wide = shape_with(rng, size, 2)
    named = axis - axes * int(rng.integers(2))  # from the first or from the last
    which = rng.integers(-wide, wide, rows) if wide else np.zeros(rows, np.int64)

    def run(x: Any, y: Any, i: Any, j: Any, k: Any) -> Any:
        hot = k.__array_namespace__().take(np.eye(wide, dtype=y.dtype), k, axis=0) if wide else y
        taken = x[(slice(None),) * axis + (i,)], np.take(x * 2, i, axis=named), np.take_along_axis(x, j, axis=named)
        return (*taken, hot, hot.T @ y)

    return run, [shape, (rows, few(rng)), index, along, which]


def layouts(rng: Random, size: int, axes: int) -> tuple[Program, list[Any]]:
    """Axes in another order, fewer of them, or more; views of views, of what is there or computed."""
    shape = shape_with(rng, size, axes)
    one, two = seen(rng, axes), seen(rng, axes)
    at = int(rng.integers(-axes - 1, axes + 1))

    def run(x: Any) -> Any:
        y = two(one(x))
        flat = y.reshape(-1)
        wide = np.broadcast_to(x, (2, *x.shape)) if axes < 5 else x
        more = np.expand_dims(y, at)
        moved = np.squeeze(more * 2, at), np.squeeze(y) if 1 in y.shape else y, x.T - 1
        return y, y + 1, flat, flat.reshape(y.shape[::-1]) * 2, more, *moved, wide, wide + 1

    return run, [shape]


def entry_by_entry(rng: Random, size: int, axes: int) -> tuple[Program, list[Any]]:
    """Of arrays that are broadcast: eight of all functions, each also of what another one gives; and a few together."""
    shape = shape_with(rng, size, axes)
    some = [ELEMENTWISE[at] for at in rng.permutation(len(ELEMENTWISE))[:8]]

    def run(x: Any, y: Any) -> Any:
        z = x * y - x
        found = [
            np.where(x > y, z, y),
            np.tanh(x) * y,
            np.maximum(x, y) + np.tanh(z.T).T,
            z.astype(np.float32),
            x.copy(),
        ]
        for row in some:
            f: Any = row.meaning
            bits = (x > 0, y != z) if row.in_c("b") else (x.astype(np.int64), z.astype(np.int64))
            pair = (x, z + 1) if row.in_c("f") else bits
            found += [f(*pair[: f.nin]), f(*(pair[1], y > 0)[: f.nin])]
        return found

    return run, [shape, spread(rng, shape)]


PRODUCTS: list[Case] = [partial(products, role=role) for role in range(3)]
CASES: list[Case] = [sums_of_products, reductions, along_an_axis, joins, choices, layouts, entry_by_entry]


def drawn(rng: Random) -> tuple[list[Program], list[tuple[Any, ...]]]:
    """For each number three products and two other cases, all for a large one; and their arguments."""
    functions, arguments = [], []
    for number in KNOWN:
        others = CASES if number > 2000 else [CASES[i] for i in rng.permutation(len(CASES))[:2]]
        for case in (*PRODUCTS, *others):
            axes = int(rng.integers(1 + (number > 2000), 6))
            f, shapes = case(rng, beside(rng, number), axes)
            dtype = DTYPES[rng.integers(2)]
            functions.append(f)
            arguments.append(tuple(entries(rng, x, dtype) if isinstance(x, tuple) else x for x in shapes))
    return functions, arguments


def assert_all_close(functions: Any, arguments: Any, found: Any, expected: Any, tolerance: float) -> None:  # Any: trees
    """Each result beside NumPy's, named by its function and the shapes that it was given."""
    for f, of, one, right in zip(functions, arguments, found, expected, strict=True):
        try:
            assert_close(one, right, tolerance)
        except AssertionError as error:
            raise AssertionError(f"{f.__qualname__} of {[x.shape for x in of]}: {error}") from None


@pytest.mark.filterwarnings("ignore:stage. C calls Python for sort")  # of long rows
@settings(max_examples=1, phases=PHASES)
@given(seed=SEEDS)
def test_every_operation(seed: int) -> None:
    """In C, for vectors of every length, and in NumPy."""
    rng = np.random.default_rng(seed)
    functions, arguments = drawn(rng)
    vector = int(rng.choice(list(ROWS)))
    with pytest.MonkeyPatch.context() as patched, np.errstate(all="ignore"):
        patched.setattr(c_target, "vector_bytes", lambda: vector)
        for at in range(0, len(functions), TOGETHER):
            assert_staged_is_the_same(functions[at : at + TOGETHER], arguments[at : at + TOGETHER])


@settings(max_examples=20, phases=PHASES)
@given(seed=SEEDS)
def test_order_in_memory_only_rounds(seed: int) -> None:
    """Of n squares, added in another order, the sum is as near as n units in the last place of it."""
    rng = np.random.default_rng(seed)
    size, axes, dtype = beside(rng, int(rng.choice(KNOWN))), int(rng.integers(1, 6)), DTYPES[rng.integers(2)]
    x, see = entries(rng, shape_with(rng, max(1, size), axes), dtype), seen(rng, axes)
    if not x.size:
        return
    found, expected = stage(lambda x: np.var(see(x)))(x), np.var(see(x))
    np.testing.assert_allclose(found, expected, x.size * np.finfo(dtype).eps)


def products_of_itself(rng: Random, size: int, axes: int) -> tuple[Program, list[Any]]:
    """Of what is seen of an array, by what is seen of it in another order."""
    shape = (*(int(n) for n in rng.integers(1, 3, axes)), *rng.permutation([few(rng), min(size, 1100)]))
    see = seen(rng, len(shape))
    return lambda x: (see(x) @ see(x).mT, x.mT @ (x * 2).mT.mT), [shape]


@settings(max_examples=1, phases=PHASES)
@given(seed=SEEDS)
def test_every_product_by_blas(seed: int) -> None:
    """Of all sizes, however small: of views and transposes, in batches, and of one array by itself."""
    rng = np.random.default_rng(seed)
    cases = [
        case(rng, beside(rng, n), int(rng.integers(1, 4))) for n in KNOWN for case in (*PRODUCTS, products_of_itself)
    ]
    functions = [f for f, _ in cases]
    dtypes = [DTYPES[int(at)] for at in rng.integers(2, size=len(cases))]
    arguments = [tuple([entries(rng, x, d) for x in shapes]) for (_, shapes), d in zip(cases, dtypes, strict=True)]
    with pytest.MonkeyPatch.context() as patched:
        leave_to_blas(patched)
        for at in range(0, len(functions), TOGETHER):
            assert_staged_is_the_same(functions[at : at + TOGETHER], arguments[at : at + TOGETHER])


def assert_staged_is_the_same(functions: list[Program], arguments: list[tuple[Any, ...]]) -> None:
    """In both targets, what they give together is what NumPy gives."""
    expected = all_of(functions)(*arguments)
    for staged, tolerance in ((in_c(all_of(functions)), 1e-6), (stage(all_of(functions)), 0)):
        for _ in range(2):  # tracing leaves right numbers in memory, and `spoil` wrong ones
            found = staged(*arguments)
            assert_all_close(functions, arguments, found, expected, tolerance)
            spoil(found)
            del found
