"""What the library remembers is bounded, however many sizes, classes and programs it has seen."""

import ast
import gc
import tracemalloc
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import FunctionType, ModuleType
from weakref import ReferenceType, ref

import numpy as np
import pytest

import cat_ad
from cat_ad import (
    Dim,
    Float,
    Scalar,
    adam,
    attention,
    bounds,
    check,
    cost,
    dense,
    each,
    jacobian,
    linear,
    packed,
    residual,
    reverse,
    reverse_derivative,
    stage,
    tanh,
    total,
    value_and_gradient,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects import array_operations, arrays
from cat_ad.objects.spaces import times

SOURCES = sorted(Path(cat_ad.__file__).parent.rglob("*.py"))


class Time(Dim):
    """As long as it comes."""


class Heads(Dim, size=2):
    """Two."""


class Head(Dim, size=1):
    """One."""


def unbounded(tree: ast.Module) -> Iterator[str]:
    """The functions whose results are remembered for ever, for more than one argument."""
    named = {name: f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for name in f.decorator_list}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "cache":
            if node not in named or ast.unparse(named[node].args):
                yield named[node].name if node in named else ast.unparse(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("cache") and "None" in ast.unparse(node):
            yield ast.unparse(node)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_cache_of_results_is_bounded(path: Path) -> None:
    """Of functions within functions too: `cache` is for functions of nothing, `lru_cache` has a size."""
    text = path.read_text(encoding="utf-8")
    assert "cache" not in text or not set(unbounded(ast.parse(text)))


def test_an_unbounded_cache_would_be_found() -> None:
    """However it is written."""
    text = "@cache\ndef f(x): ...\n@lru_cache(maxsize=None)\ndef g(x): ...\n@cache\ndef h(): ...\nk = cache(f)\n"
    assert list(unbounded(ast.parse(text))) == ["f", "lru_cache(maxsize=None)", "cache"]


def containers() -> Iterator[tuple[str, dict[object, object] | list[object] | set[object]]]:
    """What modules, and the functions in them, hold and can add to."""
    for found in walk_packages(cat_ad.__path__, "cat_ad."):
        module: ModuleType = import_module(found.name)
        for name, value in vars(module).items():
            cells = value.__closure__ or () if isinstance(value, FunctionType) else ()
            for held in (value, *(cell.cell_contents for cell in cells)):
                if isinstance(held, dict | list | set) and not name.startswith("__"):
                    yield f"{module.__name__}.{name}", held


def test_modules_remember_no_more_than_many() -> None:
    """After more classes of arrays, sizes and dtypes than that; each is found where it is held."""
    before = {name: len(held) for name, held in containers()}
    grown = {f"cat_ad.objects.{name}" for name in ("arrays._namespaces", "numpy_tricks._weights", "numpy_tricks._eye")}
    assert grown <= set(before)
    weigh: SomeArrow = attention(Time, Heads, Head)
    for size in range(1, arrays.MANY + 10):
        arrays.namespace(type("Subclass", (np.ndarray,), {}).__call__(size))
        array_operations.sum_last(np.ones((2, size)))
        array_operations.one_hot(np.zeros(1, int), size=size, dtype=np.dtype(float))
        weigh(np.ones((size, 6)))
    gc.collect()
    for name, held in containers():
        assert len(held) <= max(before[name], arrays.MANY), name


def test_attention_keeps_masks_of_few_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of these would be sixty times what it may keep."""
    monkeypatch.setattr(arrays, "KEPT", 2**20)
    weigh: SomeArrow = attention(Time, Heads, Head)
    run = reverse(weigh)
    tracemalloc.start()
    try:
        for size in range(100, 300, 2):
            _, pull = run(np.ones((size, 6)))
            pull(np.ones((size, 2)))
            del pull
        assert tracemalloc.get_traced_memory()[0] < 4 * arrays.KEPT
    finally:
        tracemalloc.stop()


def test_what_is_kept_is_made_once_and_what_is_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its bytes."""
    monkeypatch.setattr(arrays, "KEPT", 1000)
    made = list[int]()

    @arrays.kept
    def ones(xp: arrays.ArrayNamespace, size: int) -> arrays.AnyArray:
        made.append(size)
        return xp.ones(size)

    for size in (50, 75, 50, 126, 75, 126, 125, 75, 125):  # numbers of eight bytes
        assert len(ones(np, size)) == size
    assert made == [50, 75, 126, 126, 125, 75, 125]


def test_a_boundary_remembers_few_shapes() -> None:
    """And checks again those that it has forgotten."""
    f: SomeArrow = tanh(Float[Time])
    for size in (*range(2 * arrays.MANY), 0):
        assert f(np.zeros(size)).shape == (size,)
    assert len(f.boundary._passed) <= arrays.MANY


def rebuilt(target: str) -> list[ReferenceType[object]]:
    """All dimensions, and some objects, of a model that is made, checked, trained for a step, and thrown away."""

    class Batch(Dim):
        """Open."""

    class Inputs(Dim, size=3):
        """Three."""

    class Hidden(Dim, size=4):
        """Four."""

    def error(f: Callable[[], object]) -> None:
        with pytest.raises(TypeError):
            f()

    flat = times(Inputs, Hidden)
    model = each(Batch, linear(Inputs, Hidden) >> residual(linear(Hidden, Hidden) >> tanh(Float[Hidden])))
    loss = model >> total(Float[Batch, Hidden])
    params, x = model.init(np.random.default_rng(0)), np.ones((5, 3))
    optimizer = adam(0.1)
    slopes = value_and_gradient(loss.arrow)
    for run in (slopes, stage(slopes, target)):
        _, gradient = run((params, check(Float[Batch, Inputs], x)))
        optimizer.step(optimizer.init(params), params, gradient[0])
    packed(flat, dense(Hidden, Inputs)).init(np.random.default_rng(0))
    point = check(Float[Hidden], np.ones(4))
    jacobian(tanh(Float[Hidden]))(point)
    reverse_derivative(total(Float[Hidden]))((point, check(Scalar, 1.0)))
    bounds(tanh(Float[Hidden]))(point, point)
    cost(loss.arrow, {Batch: 2})
    error(lambda: check(Float[Hidden], np.ones(3)))
    wrong: SomeArrow = linear(Inputs, Hidden).arrow
    error(lambda: wrong >> wrong)
    return [ref(part) for part in (Batch, Inputs, Hidden, flat, Float[Batch, Hidden], loss, loss.arrow)]


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_what_a_model_was_made_of_is_freed_with_it(target: str) -> None:
    """Every dimension, object and arrow, at the next collection; one that is made again adds nothing."""
    numbers = list[int]()
    for _ in range(4):
        parts = rebuilt(target)
        gc.collect()
        assert [part() for part in parts if part() is not None] == []
        numbers.append(len(gc.get_objects()))
    assert numbers[-1] - numbers[1] < 2 * 5
