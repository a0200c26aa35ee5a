"""Arrays count what numbers that count themselves do, and what each operation takes."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar, SupportsFloat

import numpy as np
import pytest

import cat_ad as c
from cat_ad import (
    Dim,
    Float,
    InterpretationError,
    Scalar,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.arrays import namespace
from cat_ad.readings.costs import cost
from cat_ad.readings.costs.counting import Counts, measured
from tests.support.primitives import PRIMITIVES, Twin
from tests.support.trees import Tree, leaves, point

ZERO = Counts()


class I(Dim):  # noqa: E742  (a dimension, as everywhere)
    """As many as a test says."""


class J(Dim):
    """As many as a test says."""


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

    def __neg__(self) -> "Number":
        return self._of("others", -self.value)

    def __abs__(self) -> "Number":
        return self._of("others", abs(self.value))

    def __lt__(self, other: SupportsFloat) -> bool:
        Number.noted["others"] += 1
        return self.value < float(other)

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


def counts_itself(f: Twin) -> bool:
    """Is each of its arrows one of these?"""
    return all(step.split()[0] in COUNT_THEMSELVES.split() for step in str(f).split(" >> "))


@pytest.mark.parametrize("f", [f for f in PRIMITIVES if counts_itself(f)], ids=str)
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
    "numpy.linalg.inv": lambda x: namespace(x).linalg.inv(x @ x.T),
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
