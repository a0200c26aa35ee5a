"""The boundary of a call: what does not belong is refused, by shapes and dtypes and never by contents."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import rshift
from tempfile import TemporaryFile
from typing import Any, NamedTuple, TypeAlias

import jaxtyping
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cat_ad import (
    Additive,
    Begin,
    Cont,
    D,
    Dim,
    Dual,
    Float,
    Index,
    Int,
    Matrices,
    Scalar,
    SpaceError,
    Times,
    add,
    check,
    cos,
    each,
    exl,
    exp,
    forward,
    identity,
    jacobian,
    linear,
    log,
    lookup,
    negate,
    reciprocal,
    relu,
    reverse,
    sigmoid,
    sin,
    sqrt,
    tanh,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import products
from tests.support.trees import Tree

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of these tests


class Open(Dim):
    """As long as its arrays say."""


class Pair(Dim, size=2):
    """Two."""


FORMS = st.builds(
    lambda form, dims: form[tuple(dims)],
    st.sampled_from([Float, Int]),
    st.lists(st.sampled_from([Open, Pair, Times[Open, Pair], Times[Pair, Pair]]), max_size=2),
)
ARRAYS = st.builds(np.zeros, st.lists(st.sampled_from([1, 2, 4]), max_size=2), st.sampled_from(["f4", "f8", "i8", "?"]))


@given(st.lists(st.tuples(FORMS, ARRAYS), min_size=1, max_size=3))
def test_a_value_belongs_if_jaxtyping_says_so(pairs: list[tuple[Bad, Tree]]) -> None:
    """Of all its arrays together."""
    forms, arrays = zip(*pairs, strict=True)
    with jaxtyping.jaxtyped("context"):
        belongs = all(map(isinstance, arrays, forms))
    if belongs:
        assert check(products(*forms), arrays) == arrays
    else:
        with pytest.raises(SpaceError, match="check: wanted "):
            check(products(*forms), arrays)


def unseen(value: Bad) -> Bad:
    """A value of which the type checker knows nothing."""
    return value


class Hidden(Dim, size=3):
    """Three."""


class Flat(Dim, size=2):
    """Two."""


class Batch(Dim):
    """As many as there are."""


SECRET = 12345.678  # the contents of all arrays: no error may print them
VECTOR: Tree = np.full(3, SECRET)
TABLE: Tree = np.full((3, 2), SECRET)

H: SomeArrow = tanh(Float[Hidden])
LONG: SomeArrow = reduce(rshift, [H] * 10)
LOOKUP: SomeArrow = lookup(Hidden, Flat)
BATCHED: SomeArrow = each(Batch, add(Float[Hidden]))
PASS = "pass one of NumPy, or of a library that keeps to the array API standard"

CALLS: dict[str, tuple[SomeArrow, Bad, str, str]] = {
    "size": (H, np.full(4, SECRET), "float64[4]", "dimension 1: Hidden is 3, not 4"),
    "too many dimensions": (
        H,
        np.full((3, 3), SECRET),
        "float64[3, 3]",
        "wanted 1 dimensions, got 2; each lifts an arrow over one more",
    ),
    "a number for an array": (H, SECRET, "float", f"wanted an array, got float; {PASS}"),
    "list": (H, [SECRET] * 3, "list", "wanted an array, got list; numpy.asarray(..., float) makes one"),
    "generator": (H, (x for x in [SECRET] * 3), "generator", f"wanted an array, got generator; {PASS}"),
    "tuple of numbers": (
        H,
        (SECRET, SECRET, SECRET),
        "tuple[float, float, float]",
        "wanted an array, got tuple[float, float, float]; numpy.asarray(..., float) makes one",
    ),
    "an arrow": (H, H, "Primitive", "wanted an array, got Primitive; arrows compose by >>"),
    "an object": (
        H,
        Float[Hidden],
        "the object Float[Hidden]",
        f"wanted an array, got the object Float[Hidden]; {PASS}",
    ),
    "an integer for a number": (sin(Scalar), 12345, "int", "wanted an array, got int; write it with a point, as 1.0"),
    "a number for an index": (
        LOOKUP,
        (TABLE, SECRET),
        "tuple[float64[3, 2], float]",
        "factor 2, wanted an array, got float; write it without a point, as 1",
    ),
    "long double": (
        H,
        VECTOR.astype(np.longdouble),
        "float128[3]",
        "wanted floating-point numbers of at most 64 bits, got float128; .astype converts",
    ),
    "other byte order": (
        H,
        VECTOR.astype(VECTOR.dtype.newbyteorder()),
        f"{VECTOR.dtype.newbyteorder()}[3]",
        f'wanted the byte order of this machine, got {VECTOR.dtype.newbyteorder()}; .astype("float64") converts',
    ),
    "masked": (
        H,
        np.ma.masked_less(VECTOR, 0),
        "MaskedArray float64[3]",
        "wanted a plain array, got the subclass MaskedArray; numpy.asarray takes its numbers",
    ),
    "list in a tuple": (
        add(Float[Hidden]),
        (VECTOR, [SECRET] * 3),
        "tuple[float64[3], list]",
        "factor 2, wanted an array, got list; numpy.asarray(..., float) makes one",
    ),
    "list for a tuple": (
        add(Float[Hidden]),
        [VECTOR, VECTOR],
        "list",
        "wanted a tuple of 2, got list; tuple(...) makes one",
    ),
    "None": (H, None, "NoneType", f"wanted an array, got NoneType; {PASS}"),
    "string": (H, "12345.678", "str", f"wanted an array, got str; {PASS}"),
    "integers": (H, np.full(3, 12345), "int64[3]", "wanted floating-point numbers, got int64; .astype converts"),
    "truth values": (H, VECTOR > 0, "bool[3]", "wanted floating-point numbers, got bool; .astype converts"),
    "complex": (H, VECTOR * 1j, "complex128[3]", "wanted floating-point numbers, got complex128; .astype converts"),
    "objects": (H, VECTOR.astype(object), "object[3]", "wanted floating-point numbers, got object; .astype converts"),
    "complex number": (sin(Scalar), SECRET * 1j, "complex", f"wanted an array, got complex; {PASS}"),
    "float index": (
        LOOKUP,
        (TABLE, np.asarray(1.0)),
        "tuple[float64[3, 2], float64[]]",
        "factor 2, wanted integer numbers, got float64; .astype converts",
    ),
    "transposed": (
        LOOKUP,
        (TABLE.T, 1),
        "tuple[float64[2, 3], int64[]]",
        "factor 1, dimension 1: Hidden is 3, not 2",
    ),
    "array for a pair": (add(Float[Hidden]), VECTOR, "float64[3]", "wanted a tuple of 2, got float64[3]"),
    "triple for a pair": (
        add(Float[Hidden]),
        (VECTOR, VECTOR, VECTOR),
        "tuple[float64[3], float64[3], float64[3]]",
        "wanted a tuple of 2, got one of 3",
    ),
    "nesting": (
        exl(tuple[Scalar, Scalar], Scalar),
        (SECRET, (SECRET, SECRET)),
        "tuple[float, tuple[float, float]]",
        "factor 1, wanted a tuple of 2, got float",
    ),
    "two sizes of one dimension": (
        BATCHED,
        (np.full((2, 3), SECRET), np.full((4, 3), SECRET)),
        "tuple[float64[2, 3], float64[4, 3]]",
        "factor 2, dimension 1: Batch is 2, not 4",
    ),
    "long chain": (LONG, np.full(4, SECRET), "float64[4]", "dimension 1: Hidden is 3, not 4"),
}


@pytest.mark.parametrize(("f", "a", "got", "why"), CALLS.values(), ids=CALLS)
def test_what_is_outside_the_domain(f: SomeArrow, a: Bad, got: str, why: str) -> None:
    """The error names the arrow, its domain, the shapes and dtypes given, and where they first fail."""
    texts = []
    for ask in (f, forward(f), reverse(f), jacobian(f)):
        with pytest.raises(SpaceError) as caught:
            ask(a)
        assert caught.value.__context__ is None
        texts.append(str(caught.value))
    assert set(texts) == {texts[0]}
    assert texts[0].endswith(f", got {got}: {why}")
    assert texts[0].startswith(f"{'tanh >> ... 8 more ... >> tanh' if f is LONG else f}: ")
    assert "12345" not in texts[0]


def test_the_whole_text_of_a_refused_call() -> None:
    """What was asked, what was wanted, what was found, and where they part."""
    with pytest.raises(SpaceError) as caught:
        BATCHED((np.full((2, 3), SECRET), np.full((4, 3), SECRET)))
    assert str(caught.value) == (
        "add: tuple[Float[Batch, Hidden], Float[Batch, Hidden]] -> Float[Batch, Hidden]: "
        "wanted tuple[Float[Batch, Hidden=3], Float[Batch, Hidden=3]], "
        "got tuple[float64[2, 3], float64[4, 3]]: factor 2, dimension 1: Batch is 2, not 4"
    )


def test_a_right_call_does_not_open_the_door() -> None:
    """What was refused before is refused after, whatever has passed meanwhile."""
    f: SomeArrow = tanh(Float[Batch])
    for a in (VECTOR, np.zeros(5), VECTOR.astype(np.float32)):
        f(a)
        for wrong in (a.tolist(), a[None], a.astype(int), a * 1j):
            with pytest.raises(SpaceError):
                f(wrong)


class Counting(np.ndarray):
    """A subclass with operations of its own."""

    def __mul__(self, other: Bad) -> Bad:
        """Not the product."""
        return self


class Standard(np.ndarray):
    """A subclass that says that it keeps to the standard, such as one that counts what is done with it."""

    def __array_namespace__(self, **_: object) -> Bad:
        """NumPy's functions."""
        return np


class Named(NamedTuple):
    """A pair with names."""

    left: Tree
    right: Tree


@dataclass
class Column:
    """What has a shape and a dtype, as the columns of other libraries, and is no array of the standard."""

    values: Tree

    @property
    def shape(self) -> tuple[int, ...]:
        """As of an array."""
        return tuple(self.values.shape)

    @property
    def dtype(self) -> Bad:
        """As of an array."""
        return self.values.dtype


def mapped(x: Tree) -> Tree:
    """An array in the memory of a file."""
    with TemporaryFile() as file:
        array = np.memmap(file, x.dtype, "w+", shape=x.shape or (1,))
    array = array.reshape(x.shape)
    array[...] = x
    return array


PLAIN: tuple[Callable[[Tree], Tree], ...] = (lambda x: x, lambda x: x.T, lambda x: x[()], mapped)
NOT_PLAIN: tuple[Callable[[Tree], Tree], ...] = (
    np.ma.asarray,
    lambda x: np.ma.masked_array(x, mask=True),
    lambda x: x.view(np.recarray),
    lambda x: x.view(np.matrix) if x.ndim == 2 else x.view(Counting),
    lambda x: x.view(Counting),
    Column,
    lambda x: x.tolist() if x.ndim else [x.tolist()],
)
FLOATS, INTEGERS = "efd", "bBhHiIlLqQ"
OTHERS = ["g", "F", "D", "?", "O", "S3", "U3", "M8[s]", "m8[s]", [("x", "f8")]]


@given(data=st.data())
def test_only_arrays_are_arrays(data: st.DataObject) -> None:
    """What passes is a plain array of this kind, and the numbers given; all else is refused, also after such a pass.

    Of every dtype of NumPy, in both byte orders; plain, in a file, as an entry, and as what only resembles an array.
    """
    space: Bad = data.draw(st.sampled_from([unseen(Float), unseen(Int)]))
    dtype = np.dtype(data.draw(st.sampled_from([*FLOATS, *INTEGERS, *map(unseen, OTHERS)])))
    order: Bad = data.draw(st.sampled_from("=<>"))
    dtype = dtype.newbyteorder(order)
    make = data.draw(st.sampled_from([*PLAIN, *NOT_PLAIN]))
    size, rank = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 5))
    assume(not (make is mapped and size == 0) and not (dtype.hasobject and make in PLAIN))  # whose entry is any object
    dims = tuple(type(f"N{at}", (Dim,), {}) for at in range(rank))
    plain: Tree = np.zeros((size,) * rank, np.float64 if space is Float else np.int64)
    f: SomeArrow = identity(unseen(space)[dims])
    g: SomeArrow = identity(products(f.dom, f.dom))
    assert check(f.dom, plain) is plain
    f(plain)
    value = make(np.zeros((size,) * rank, dtype))
    kinds = FLOATS if space is Float else INTEGERS
    if make in PLAIN and dtype.char in kinds and np.asarray(value).dtype.isnative:
        for found in (f(value), check(f.dom, value), *g(Named(value, plain))[:1]):
            assert type(found) in (np.ndarray, dtype.type)
            assert found.dtype == np.asarray(value).dtype
            np.testing.assert_array_equal(found, np.asarray(value))
        assert type(g(Named(value, value))) is tuple
        return
    for attempt in (
        f,
        forward(f),
        reverse(f),
        lambda x: check(f.dom, x),
        lambda x: g((plain, x)),
        forward(f)(plain)[1],
    ):
        with pytest.raises(SpaceError, match=r"wanted .*, got ") as caught:
            attempt(value)
        assert caught.value.__context__ is None


def test_a_subclass_that_gives_its_namespace_keeps_to_the_standard() -> None:
    """It is an array of another library, as it were, at a point and as a tangent."""
    x = VECTOR.view(Standard)
    assert check(Float[Hidden], unseen(x)) is unseen(x)
    calls: list[Callable[[Tree], Tree]] = [H, lambda x: forward(H)(x)[0], lambda x: reverse(H)(VECTOR)[1](x)]
    for of in calls:
        np.testing.assert_array_equal(np.asarray(of(x)), of(VECTOR))
    with pytest.raises(SpaceError, match=r"dimension 1: Hidden is 3, not 2"):
        H(x[:2])


NUMBERS = [sin, cos, exp, tanh, sigmoid, sqrt, log, reciprocal, relu, negate]
LINEAR: list[Bad] = [Additive(), Dual(Additive()), Matrices(), Cont(Additive(), Scalar), Begin(Additive(), Scalar)]


@given(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=4), st.sampled_from(LINEAR), st.sampled_from([0.5, 2.0]))
def test_what_is_read_takes_a_number_of_python_as_a_call_does(fs: list[Bad], k: Bad, at: float) -> None:
    """And gives the same number; of what is no number, the error says that what is read checks nothing."""
    f: SomeArrow = reduce(rshift, [g(Scalar) for g in fs])
    read: Bad = f.to(D(k))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(read(at)[0], f(at))
    for wrong in (None, "2.0", [at]):
        with pytest.raises(SpaceError, match=r"^wanted an array, got .*; f.to\(\.\.\.\) checks nothing") as caught:
            unseen(sin(Scalar).to(D(k)))(wrong)
        assert caught.value.__context__ is None


def test_what_has_passed_opens_no_door_to_another_nesting() -> None:
    """The same three numbers in the same order belong to one product and not to another."""
    f: SomeArrow = identity(tuple[Scalar, tuple[Scalar, Scalar]])
    one: Tree = np.asarray(SECRET)
    f((one, (one, one)))
    for wrong in (((one, one), one), (one, one, one), (one, (one,)), ((one, (one, one)),)):
        with pytest.raises(SpaceError):
            f(wrong)


TANGENTS: dict[str, tuple[SomeArrow, Tree, Bad, str]] = {
    "list": (H, VECTOR, [SECRET] * 3, "Float[Hidden], float64[3], got list"),
    "size": (H, VECTOR, np.full(4, SECRET), "Float[Hidden], float64[3], got float64[4]"),
    "integers": (H, VECTOR, np.full(3, 12345), "Float[Hidden], float64[3], got int64[3]"),
    "complex": (H, VECTOR, VECTOR * 1j, "Float[Hidden], float64[3], got complex128[3]"),
    "string": (H, VECTOR, "12345.678", "Float[Hidden], float64[3], got str"),
    "array for a pair": (
        identity(tuple[Float[Hidden], Float[Hidden]]),
        (VECTOR, VECTOR),
        VECTOR,
        "tuple[Float[Hidden], Float[Hidden]], tuple[float64[3], float64[3]], got float64[3]",
    ),
    "of an integer": (
        identity(tuple[Float[Hidden], Index]),
        (VECTOR, np.asarray(1)),
        (VECTOR, np.asarray(1)),
        "Index, None, got int64[]",
    ),
}


@pytest.mark.parametrize(("f", "a", "tangent", "text"), TANGENTS.values(), ids=TANGENTS)
def test_what_is_no_tangent(f: SomeArrow, a: Tree, tangent: Bad, text: str) -> None:
    """The error of a pushforward or pullback says what the value is at which it wanted a tangent."""
    for ask in (forward(f)(a)[1], reverse(f)(a)[1]):
        with pytest.raises(SpaceError) as caught:
            ask(tangent)
        assert str(caught.value).startswith(f"{f}: ")
        assert f": wanted a tangent of {text}; a tangent has the shape of its value" in str(caught.value)
        assert "12345" not in str(caught.value)
        assert caught.value.__context__ is None


def test_a_layer_names_itself_at_a_call() -> None:
    """Of parameters or inputs that do not belong, by shapes."""
    layer: Bad = linear(Flat, Hidden)
    parameters = layer.init(np.random.default_rng(0))
    for p, a in ((parameters, VECTOR), (parameters[::-1], VECTOR[:2]), (list(parameters), VECTOR[:2])):
        with pytest.raises(SpaceError, match=r"wanted .* got .* factor [12], ") as caught:
            layer(p, a)
        assert "12345" not in str(caught.value)
