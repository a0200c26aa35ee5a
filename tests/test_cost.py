"""Costs are those of closed forms, of numbers that count themselves and of the memory that Python sees, and add up."""

import math
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, replace
from itertools import pairwise
from typing import Any, ClassVar, SupportsFloat, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import (
    Arrow,
    Dim,
    Float,
    InterpretationError,
    Para,
    Scalar,
    SpaceError,
    each,
    matmul,
    reverse_derivative,
    tangent,
)
from cat_ad.arrays import namespace
from cat_ad.arrow import SomeArrow
from cat_ad.association import Association, dimensions_along, every, left, multiplied, right
from cat_ad.category import exl_of_fork, exr_of_fork, fork_after, laws, unit_is_terminal
from cat_ad.cost import Cost, cost, forward_cost, function, modes, peak, reverse_cost
from cat_ad.cost.counting import Counts, measured
from cat_ad.primitives.affine import affine
from cat_ad.spaces import UNIT, dimensions, factors, floats, is_array
from cat_ad.trees import tree_map
from tests.support import codiscrete
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.codiscrete import Codiscrete, ends
from tests.support.primitives import EXTRA, INTEGERS, PRIMITIVES, Twin
from tests.support.trees import Tree, is_float, leaves, numbers, point
from tests.test_laws import paths, sample

SIZES = st.integers(1, 6)
ZERO = Counts()
SomePara: TypeAlias = Para[Any, Any, Any]  # Any: of sizes that are known only at run time


class I(Dim):  # noqa: E742  (a dimension, as everywhere)
    """As many as a test says."""


class J(Dim):
    """As many as a test says."""


class K(Dim):
    """As many as a test says."""


class Batch(Dim):
    """As many as a test says."""


class Four(Dim, size=4):
    """Four."""


class Three(Dim, size=3):
    """Three."""


def dimension(size: int) -> type[Dim]:
    """A new dimension."""
    return type("Size", (Dim,), {}, size=size)


# Closed forms --------------------------------------------------------------------------------------------------------


@given(i=SIZES, j=SIZES, k=SIZES, n=SIZES)
def test_closed_forms(i: int, j: int, k: int, n: int) -> None:
    sizes = {I: i, J: j, K: k, Batch: n}
    assert cost(matmul(I, J, K), sizes) == Counts(i * j * k, i * (j - 1) * k, 0, i * k)
    assert cost(c.matvec(J, I), sizes) == Counts(i * j, i * (j - 1), 0, i)
    assert cost(c.dot(J), sizes) == Counts(j, j - 1, 0, 1)
    assert cost(c.add(Float[I, J]), sizes) == Counts(0, i * j, 0, i * j)
    assert cost(c.mul(Float[I, J]), sizes) == Counts(i * j, 0, 0, i * j)
    assert cost(c.exp(Float[I, J]), sizes) == Counts(0, 0, i * j, i * j)
    assert cost(c.transpose(I, J), sizes) == ZERO
    assert cost(c.total(Float[J]), sizes) == Counts(j, j - 1, 0, 1)  # a product with ones
    layer = Counts(i * j, i * (j - 1) + i, 0, 2 * i)
    assert cost(affine(J, I), sizes) == layer
    assert cost(batch(affine(J, I)), sizes) == n * layer


def batch(f: SomeArrow) -> SomeArrow:
    """Over an axis of examples."""
    return each(Batch, f)


@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize(("i", "j", "k"), [(5, 4, 3), (2, 6, 1), (1, 1, 1)])
def test_a_network_by_hand(i: int, j: int, k: int, n: int) -> None:
    """Two layers, on a batch: forward, and back by two matrix products a layer."""
    first, hidden, last = (dimension(size) for size in (i, j, k))
    network: SomePara = c.linear(first, hidden) >> c.tanh(floats(hidden)) >> c.linear(hidden, last)
    examples: SomePara = each(Batch, network)
    value = Counts(i * j + j * k, i * j + j * k, j, 2 * j + j + 2 * k)
    assert cost(network.arrow) == value
    assert cost(examples.arrow, {Batch: n}) == n * value
    slopes = 2 * j
    to_weights, to_inputs, to_biases = n * (i * j + j * k), n * (i * j + j * k), n * (j + k)  # these by ones
    over_rows = (n - 1) * (i * j + j * k + j + k)
    back = modes(examples.arrow, {Batch: n}).reverse.linear
    assert back.multiplications == to_weights + to_inputs + to_biases + n * slopes
    assert back.additions == over_rows + n * (i * (j - 1) + j * (k - 1)) + n * j
    assert back.others == 0


# Numbers that count themselves ---------------------------------------------------------------------------------------


class Number:
    """A number that notes every operation on any."""

    noted: ClassVar = Counter[str]()

    def __init__(self, value: float) -> None:
        """Note nothing yet."""
        self.value = value

    def _of(self, kind: str, value: float) -> "Number":
        Number.noted[kind] += 1
        return Number(value)

    def __mul__(self, other: SupportsFloat) -> "Number":
        return self._of("multiplications", self.value * float(other))

    def __truediv__(self, other: SupportsFloat) -> "Number":
        return self._of("multiplications", self.value / float(other))

    def __rtruediv__(self, other: SupportsFloat) -> "Number":
        return self._of("multiplications", float(other) / self.value)

    def __add__(self, other: SupportsFloat) -> "Number":
        return self._of("additions", self.value + float(other))

    def __sub__(self, other: SupportsFloat) -> "Number":
        return self._of("additions", self.value - float(other))

    def __pow__(self, n: SupportsFloat) -> "Number":
        return self._of("others", self.value ** float(n))

    def __float__(self) -> float:
        return self.value

    __rmul__, __radd__ = __mul__, __add__


def method(function: Callable[[float], float]) -> Callable[[Number], Number]:
    """What NumPy asks of a number for a function that goes entry by entry."""
    return lambda x: x._of("others", function(x.value))


for _function in (math.exp, math.log, math.sqrt, math.sin, math.cos, math.tanh):
    setattr(Number, _function.__name__, method(_function))


def numbers_in(tree: Tree) -> Tree:
    """The same tree of numbers that count."""
    if isinstance(tree, tuple):
        return tuple(map(numbers_in, tree))
    return np.frompyfunc(Number, 1, 1)(tree) if tree.ndim else np.array(Number(float(tree)), object)


COUNT_THEMSELVES = """
    negate scale exp log sqrt reciprocal power sin cos tanh sigmoid add sub mul div dot matvec matmul affine total mean
    transpose flatten unflatten unpack nest unnest
"""


@pytest.mark.parametrize("f", [f for f in PRIMITIVES if repr(f).split()[0] in COUNT_THEMSELVES.split()], ids=repr)
def test_numbers_that_count_themselves_agree(f: Twin) -> None:
    """Of each of NumPy's loops, in Python."""
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    Number.noted.clear()
    f.arrow.unchecked(numbers_in(a))
    found = cost(f.arrow, a)
    assert Number.noted == Counter(
        multiplications=found.multiplications, additions=found.additions, others=found.others
    )


# What each operation takes -------------------------------------------------------------------------------------------

along_columns: Any = np.vecdot  # Any: NumPy's types do not know of its axis
X: Tree = np.arange(1.0, 13.0).reshape(3, 4)
OPERATIONS: dict[str, tuple[Callable[[Tree], Tree], Counts]] = {
    "multiply": (lambda x: x * 2.0, Counts(12, 0, 0, 12)),
    "divide": (lambda x: 1.0 / x, Counts(12, 0, 0, 12)),
    "square": (lambda x: x**2, Counts(12, 0, 0, 12)),
    "broadcast": (lambda x: x[0] - x, Counts(0, 12, 0, 12)),
    "outer": (lambda x: np.multiply.outer(x, x[0]), Counts(48, 0, 0, 48)),
    "power": (lambda x: x**2.5, Counts(0, 0, 12, 12)),
    "compare": (lambda x: x > 2.0, Counts(0, 0, 12, 12)),
    "maximum": (lambda x: np.maximum(x, 2.0), Counts(0, 0, 12, 12)),
    "sum": (lambda x: x.sum(), Counts(0, 11, 0, 1)),
    "sum of rows": (lambda x: np.sum(x, axis=0), Counts(0, 8, 0, 4)),
    "product": (lambda x: np.prod(x, axis=1), Counts(9, 0, 0, 3)),
    "greatest": (lambda x: np.max(x, axis=-1), Counts(0, 0, 9, 3)),
    "mean": (lambda x: np.mean(x, axis=1), Counts(3, 9, 0, 3)),
    "variance": (lambda x: np.var(x), Counts(14, 34, 0, 14)),
    "running sum": (lambda x: np.add.accumulate(x, axis=1), Counts(0, 9, 0, 12)),
    "matrix product": (lambda x: x @ x.T, Counts(36, 27, 0, 9)),
    "inner products": (lambda x: along_columns(x, x, axis=0), Counts(12, 8, 0, 4)),
    "tensordot": (lambda x: np.tensordot(x, x, 2), Counts(12, 11, 0, 1)),
    "tensordot of axes": (lambda x: np.tensordot(x, x, ([0], [0])), Counts(48, 32, 0, 16)),
    "outer of rows": (lambda x: np.outer(x[0], x[1]), Counts(16, 0, 0, 16)),
    "clip": (lambda x: np.clip(x, 2.0, 3.0), Counts(0, 0, 12, 12)),
    "any": (lambda x: np.any(x > 2.0), Counts(0, 0, 12, 13)),
    "dot": (lambda x: np.dot(x[0], x[1]), Counts(4, 3, 0, 1)),
    "dot with a number": (lambda x: np.dot(x, 2.0), Counts(12, 0, 0, 12)),
    "views": (lambda x: x.T.reshape(2, 3, 2)[0].mT, Counts(0, 0, 0, 12)),  # a transposed matrix is copied
    "a view": (lambda x: x.reshape(2, 6)[:, ::2], ZERO),
    "concatenate": (lambda x: np.concatenate([x, x]), Counts(0, 0, 0, 24)),
    "choose": (lambda x: np.where(np.tri(3, 4), x, 0.0), Counts(0, 0, 0, 12)),
    "rows": (lambda x: x[[0, 0, 1]], Counts(0, 0, 0, 12)),
    "a number": (lambda x: x[0, 0] * x[0, 1], Counts(1, 0, 0, 3)),
    "zeros": (lambda x: np.zeros_like(x) + x, Counts(0, 12, 0, 24)),
    "integers": (lambda x: np.arange(3) * 2 + 1, ZERO),
    "indices": (lambda x: (x.astype(int) * 2 % 3).astype(float), Counts(0, 0, 0, 48)),
    "in place": (lambda x: np.add(x, x, out=x), Counts(0, 12, 0, 0)),
    "two results": (lambda x: np.modf(x), Counts(0, 0, 12, 24)),
    "nothing": (lambda x: np.sum(x[:0], axis=0), Counts(0, 0, 0, 4)),
}


@pytest.mark.parametrize(("run", "expected"), OPERATIONS.values(), ids=OPERATIONS)
def test_what_an_operation_takes(run: Callable[[Tree], Tree], expected: Counts) -> None:
    """Beside its value, which is NumPy's."""
    found, counts = measured(run, X.copy())
    assert counts == expected
    for x, y in zip(leaves(found), leaves(run(X.copy())), strict=True):
        assert np.array_equal(x, y)
        assert (x.dtype, x.shape) == (y.dtype, y.shape)


REFUSED: dict[str, Callable[[Tree], Tree]] = {
    "numpy.inv": lambda x: namespace(x).linalg.inv(x @ x.T),
    "numpy.add.reduceat": lambda x: np.add.reduceat(x, [0, 1]),
    "numpy.matmul": lambda x: np.matmul(x, x.T, axes=[(0, 1), (0, 1), (0, 1)]),
    "numpy.dot of more than two axes": lambda x: np.dot(x, x[:, :, None]),
    "numpy.einsum": lambda x: np.einsum("ij,ij->", x, x),
    "ndarray.argmax": lambda x: x.argmax(),
}


@pytest.mark.parametrize(("name", "run"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_counted_is_refused(name: str, run: Callable[[Tree], Tree]) -> None:
    """In a primitive too."""
    f: SomeArrow = c.primitive("mine", Float[I, J], Scalar, run, lambda x, y, k: k.scale(0.0))
    with pytest.raises(InterpretationError) as caught:
        cost(f, X)
    assert str(caught.value) == (
        f"wanted the cost of {name}, but what it computes is not known; write it in sums and products, as +, *, @, sum"
    )


# Values, sizes and primitives ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [*PRIMITIVES, *INTEGERS, *EXTRA], ids=repr)
def test_every_primitive_has_a_cost(f: Twin) -> None:
    """Its value is that of the arrow, and its cost the same at all points."""
    for seed in range(3):
        a = point(f.arrow.dom, np.random.default_rng(seed), *f.domain)
        b, counts = function(f.arrow.to(Cost()))(a)
        for x, y in zip(leaves(b), leaves(f.arrow(a)), strict=True):
            assert np.array_equal(x, y)
            assert x.dtype == y.dtype
        assert counts == cost(f.arrow, a) == cost(f.arrow, dict.fromkeys((I, J), 3))
        assert modes(f.arrow, a).value == counts


def test_single_precision_stays() -> None:
    a: Tree = np.ones(5, np.float32)
    f = c.softmax(I)
    b, counts = function(f.to(Cost()))(a)
    assert b.dtype == np.float32
    assert counts == cost(f, {I: 5})


# Laws ----------------------------------------------------------------------------------------------------------------

CHEAPER_RIGHT, CHEAPER_LEFT = (exl_of_fork, exr_of_fork, unit_is_terminal), (fork_after,)


@settings(max_examples=25, phases=PHASES, deadline=None)
@given(path=paths(), seed=SEEDS)
def test_the_laws(path: tuple[Twin, ...], seed: int) -> None:
    """Both sides cost the same, but for four laws, which do work twice or leave it out."""
    arrows = [f.arrow for f in path]
    costs = sample(arrows, *(f.to(Cost()) for f in arrows))
    of_objects = sample(arrows, *(codiscrete.hom(f.dom, f.cod) for f in arrows))
    for law in laws(Cost):
        dom, _ = ends(law(Codiscrete(), of_objects)[0])
        a = point(dom, np.random.default_rng(seed))
        (x, before), (y, after) = (function(side)(a) for side in law(Cost(), costs))
        assert np.array_equal(numbers(x), numbers(y)), law.__doc__
        if law in CHEAPER_RIGHT:
            assert at_most(after, before), law.__doc__
        elif law in CHEAPER_LEFT:
            assert at_most(before, after), law.__doc__
        else:
            assert before == after, law.__doc__


def at_most(left: Counts, right: Counts) -> bool:
    """In each count."""
    return all(x <= y for x, y in zip(astuple(left), astuple(right), strict=True))


@settings(max_examples=25, phases=PHASES, deadline=None)
@given(data=st.data(), seed=SEEDS)
def test_costs_add_up(data: st.DataObject, seed: int) -> None:
    """Of composition, fork and cross; and peaks are at most as much."""
    a, b, d = (data.draw(objects(1)) for _ in range(3))
    f, beside, g = (data.draw(twins(*ways, fuel=1)).arrow for ways in ((a, b), (a, d), (b, d)))
    x = point(a, np.random.default_rng(seed))
    y = f(x)
    assert cost(f >> g, x) == cost(f, x) + cost(g, y)
    assert cost(f & beside, x) == cost(f, x) + cost(beside, x)
    assert cost(f * g, (x, y)) == cost(f, x) + cost(g, y)
    assert peak(f, x) <= peak(f >> g, x) <= peak(f, x) + peak(g, y)
    assert peak(f, x) <= cost(f, x).memory


@given(counts=st.lists(st.builds(Counts, *[st.integers(0, 9)] * 4), min_size=3, max_size=3), times=st.integers(0, 5))
def test_counts_are_a_commutative_monoid(counts: list[Counts], times: int) -> None:
    x, y, z = counts
    assert (x + y) + z == x + (y + z)
    assert x + y == y + x
    assert x + ZERO == x
    assert times * x == sum([x] * times, ZERO)
    assert (x + y).operations == x.operations + y.operations


def test_the_four_laws_that_fail() -> None:
    """A sine forked and forgotten is computed; one computed before a fork is computed once."""
    f, s = c.sin(Scalar), c.cos(Scalar)
    once, twice = Counts(0, 0, 1, 1), Counts(0, 0, 2, 2)
    assert (cost((f & s) >> c.exl(Scalar, Scalar)), cost(f)) == (twice, once)
    assert (cost((f & s) >> c.exr(Scalar, Scalar)), cost(s)) == (twice, once)
    assert (cost(f >> c.it(Scalar)), cost(c.it(Scalar))) == (once, ZERO)
    assert (cost(f >> (s & s)), cost((f >> s) & (f >> s))) == (once + twice, twice + twice)


# Association (section 11) --------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(dims=st.lists(st.integers(1, 6), min_size=2, max_size=6))
def test_a_chain_of_matrices_costs_what_its_association_says(dims: list[int]) -> None:
    """In every order: by counting arrays, and as an arrow of matrix products."""
    matrices = [np.ones((after, before)) for before, after in pairwise(dims)]
    places = [dimension(size) for size in dims]
    for order in every(dims):
        _, counts = measured(lambda *parts, order=order: order.fold(parts, multiplied), *matrices)
        assert counts.multiplications == order.cost
        assert cost(product_of(places, order)).multiplications == order.cost


def product_of(places: list[type[Dim]], order: Association) -> SomeArrow:
    """The arrow that multiplies matrices between these places in an order."""

    def then(first: tuple[SomeArrow, int, int], second: tuple[SomeArrow, int, int]) -> tuple[SomeArrow, int, int]:
        (f, i, j), (g, _, k) = first, second
        return f * g >> matmul(places[i], places[j], places[k]), i, k

    leaf: list[tuple[SomeArrow, int, int]] = [
        (c.identity(floats(i, j)), at, at + 1) for at, (i, j) in enumerate(pairwise(places))
    ]
    return order.fold(leaf, then)[0]


def test_the_jacobian_of_a_chain_costs_what_its_association_says() -> None:
    """Multiplying the matrices of its parts takes what is told beforehand, and reverse mode less than forward."""
    f = c.sin(Float[Four]) >> c.dup(Float[Four]) >> c.mul(Float[Four]) >> c.total(Float[Four])
    a: Tree = np.ones(4)
    dims = dimensions_along(f, a)
    assert right(dims).cost < left(dims).cost
    both = modes(f, a)
    assert (both.inputs, both.outputs) == (dims[0], dims[-1])
    assert both.reverse.jacobian(1).operations < both.forward.jacobian(4).operations


# Derivatives ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", PRIMITIVES, ids=repr)
def test_the_modes_cost_what_they_do(f: Twin) -> None:
    """The public functions themselves, run on arrays that count; they fill in zeros for `None`."""
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    da = filled(a)
    _, counts = measured(lambda a, da: c.forward(f.arrow)(a)[1](da), a, da)
    assert same_operations(counts, forward_cost(f.arrow, a))
    _, counts = measured(lambda a, db: c.reverse(f.arrow)(a)[1](db), a, filled(f.arrow(a)))
    assert same_operations(counts, reverse_cost(f.arrow, a))


def filled(like: Tree) -> Tree:
    """A tangent of ones."""
    if isinstance(like, tuple):
        return tuple(map(filled, like))
    return np.ones_like(like) if is_float(like) else None


def same_operations(x: Counts, y: Counts) -> bool:
    """All but the memory."""
    return replace(x, memory=0) == replace(y, memory=0)


def network(n: int) -> Arrow[Any, Scalar]:  # Any: weights
    """A network with n inputs, and one number as its output."""
    layers = c.linear(dimension(n), Three) >> c.tanh(Float[Three]) >> c.linear(Three, Four)
    return (layers >> c.softmax(Four) >> c.total(Float[Four])).arrow


@pytest.mark.parametrize("n", [1, 10, 100, 1000])
def test_a_gradient_is_cheap(n: int) -> None:
    """At most five times the function, however many inputs; the same by tangents takes one push for each."""
    f = network(n)
    found = modes(f)
    assert found.inputs > 3 * n
    assert reverse_cost(f).operations <= 5 * cost(f).operations
    assert cost(reverse_derivative(f)).operations <= 5 * cost(f).operations
    assert cost(tangent(f)).operations <= 5 * cost(f).operations
    assert found.reverse.jacobian(1) == reverse_cost(f)
    assert found.forward.jacobian(found.inputs).operations >= found.inputs * cost(f).operations


@pytest.mark.parametrize("f", [c.tanh(Float[Four]), c.sin(Float[Four]) >> c.exp(Float[Four]), c.matmul(I, Four, J)])
def test_derivatives_as_arrows_cost_what_the_closures_do(f: SomeArrow) -> None:
    """`tangent` gives the value beside, as `forward` does."""
    sizes = {I: 2, J: 3}
    assert same_operations(cost(tangent(f), sizes), forward_cost(f, sizes))


def waves(layers: int) -> SomeArrow:
    """A chain of sines."""
    return c.compose(*[c.sin(Float[I])] * layers)


def test_reverse_mode_remembers_every_layer() -> None:
    """Forward mode, as an arrow, needs no more memory for more layers; reverse mode keeps a number for each entry."""
    a = np.ones(100)
    for layers in (2, 8, 32):
        f = waves(layers)
        assert peak(f, a) == 200
        assert peak(tangent(f), (a, a)) == 500
        assert peak(reverse_derivative(f), (a, a)) >= 100 * layers
        found = modes(f, a)
        assert found.reverse.kept == 100 * layers  # the cosines
        assert found.reverse.peak <= 100 * (layers + 2)


def test_nothing_is_kept_of_a_linear_arrow() -> None:
    f = c.transpose(I, J) >> c.scale(Float[J, I], 2.0)
    found = modes(f, {I: 3, J: 4}).reverse
    assert (found.kept, found.value, found.linear) == (0, Counts(12, memory=12), Counts(12, memory=12))


PEAKS: dict[str, SomeArrow] = {
    "chain": waves(5),
    "fork": (waves(3) & (c.exp(Float[I]) >> c.tanh(Float[I]))) >> c.mul(Float[I]) >> c.total(Float[I]),
    "products": c.matmul(I, I, I) >> c.tanh(Float[I, I]) >> c.transpose(I, I),
    "softmax": each(I, c.softmax(J)),
    "layer": batch((c.linear(Four, Three) >> c.tanh(Float[Three])).arrow),
}


@pytest.mark.parametrize("name", PEAKS)
def test_peaks_are_what_python_sees(name: str) -> None:
    """NumPy tells tracemalloc of its memory: eight bytes for each number."""
    f, sizes = PEAKS[name], {I: 200, J: 200, Batch: 200}
    a = tree_map(np.asarray, argument(f.dom, sizes))
    f(a)  # what is remembered is there now
    tracemalloc.start()
    try:
        f(a)
        _, seen = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seen == pytest.approx(8 * peak(f, sizes), abs=8000)


def argument(space: type, sizes: dict[type[Dim], int]) -> Tree:
    """Ones."""
    if not is_array(space):
        return tuple(argument(part, sizes) for part in factors(space))
    return np.ones([sizes.get(dim, dim.size) or 0 for dim in dimensions(space)])


# Constants, texts and errors -----------------------------------------------------------------------------------------


def test_what_is_done_with_constants_counts() -> None:
    """The constant itself is free."""
    ones: Tree = np.ones(4)
    f = c.constant(Float[Four], ones) >> c.exp(Float[Four]) >> c.tanh(Float[Four])
    twice = Counts(0, 0, 8, 8)
    assert cost(f) == cost(f, ()) == twice
    assert modes(f).value == forward_cost(f) == modes(f).reverse.value
    assert peak(f) == 8
    assert cost(c.identity(UNIT)) == ZERO


def test_integers_have_no_derivative_to_pay_for() -> None:
    f = c.positions(J)
    assert forward_cost(f, {J: 4}) == reverse_cost(f, {J: 4}) == Counts(memory=8)
    assert (modes(f, {J: 4}).inputs, modes(f, {J: 4}).outputs) == (0, 0)


def test_a_cost_is_a_line() -> None:
    assert str(Counts(1234567, 2, 3, 4)) == "1,234,567 multiplications, 2 additions, 3 others, 4 numbers"
    assert repr(Counts(1, 2)) == "Counts(multiplications=1, additions=2, others=0, memory=0)"


ASK = pytest.mark.parametrize("ask", [cost, forward_cost, reverse_cost, peak, modes], ids=lambda ask: ask.__name__)


@ASK
def test_errors(ask: Any) -> None:  # Any: what a type checker refuses is the point
    f, name = c.tanh(Float[I]), ask.__name__
    asked = f"{name}(tanh: Float[I] -> Float[I])"
    for at in (None, {}, {J: 3}):
        with pytest.raises(SpaceError) as caught:
            ask(f, at)
        assert str(caught.value) == f"{asked}: wanted a size for I, found none; pass {{I: 32}}, or an argument"
    for size in (0, -1, True, 2.0, "3"):
        with pytest.raises(SpaceError) as caught:
            ask(f, {I: size})
        assert str(caught.value) == f"{asked}: wanted a positive integer for I, got {size!r}"
    with pytest.raises(SpaceError, match=r"wanted Float\[Four=4\], got float64\[5\]: dimension 1: Four is 4, not 5"):
        ask(c.tanh(Float[Four]), {Four: 5})
    with pytest.raises(SpaceError, match=r"wanted an array, got list"):
        ask(f, [1.0, 2.0])
    with pytest.raises(SpaceError, match=rf"^{name}: wanted an arrow, got Para; of a parametrised arrow, pass its"):
        ask(c.linear(Four, Three))
