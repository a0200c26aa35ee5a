"""One annotation, two checkers: here the one at run time, jaxtyping with beartype."""

import copy
import gc
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, TypeVarTuple, cast

import jaxtyping
import numpy as np
import pytest
from beartype import beartype
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import Dim, Float, Index, Int, Scalar, SpaceError, Times, Unit, check
from cat_ad.objects.differences import first_difference
from cat_ad.objects.spaces import products, require_object, show, times
from tests.support.trees import Tree

I = TypeVar("I", bound=Dim)
J = TypeVar("J", bound=Dim)
S = TypeVarTuple("S")

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests
F = TypeVar("F", bound=Callable[..., object])


def typechecked(f: F) -> F:
    """Check the annotations of a function at its calls."""
    checked: F = jaxtyping.jaxtyped(typechecker=beartype)(f)
    return checked


def unseen(value: Bad) -> Bad:
    """A value of which the type checker knows nothing."""
    return value


class Batch(Dim):
    """As many as there are."""


class Hidden(Dim, size=3):
    """Three."""


class Flat(Dim, size=6):
    """Six."""


@typechecked
def layer(x: Float[Batch, Hidden], w: Float[Flat, Hidden]) -> Float[Batch, Flat]:
    """As one writes it for mypy."""
    y: Float[Batch, Flat] = unseen(x @ w.T)
    return y


@typechecked
def transposed(x: Float[I, J]) -> Float[J, I]:
    """Of any dimensions."""
    y: Float[J, I] = unseen(x.T)
    return y


@typechecked
def flattened(x: Float[I, J]) -> Float[Times[I, J]]:
    """Of dimensions that are multiplied."""
    y: Float[Times[I, J]] = unseen(x.ravel())
    return y


@typechecked
def first(x: Float[I, *S]) -> Float[*S]:
    """Of any dimensions, and then as many more."""
    y: Float[*S] = x[0]
    return y


@typechecked
def wrong(x: Float[I, J]) -> Float[J, I]:
    """A function that does not do what it says."""
    y: Float[J, I] = unseen(x)
    return y


@typechecked
def count(x: Int[Batch], n: Index, y: tuple[Scalar, Unit]) -> Scalar:
    """Integers, indices, products and Unit."""
    z: Scalar = unseen(np.asarray(1.0))
    return z


ACCEPTED: dict[str, tuple[Bad, tuple[Bad, ...]]] = {
    "a layer": (layer, (np.zeros((2, 3)), np.zeros((6, 3)))),
    "of another batch": (layer, (np.zeros((5, 3)), np.zeros((6, 3)))),
    "of no batch at all": (layer, (np.zeros((0, 3)), np.zeros((6, 3)))),
    "in single precision": (layer, (np.zeros((2, 3), np.float32), np.zeros((6, 3), np.float32))),
    "any matrix": (transposed, (np.zeros((4, 5)),)),
    "a product of dimensions": (flattened, (np.zeros((4, 5)),)),
    "a vector": (first, (np.zeros(2),)),
    "a cube": (first, (np.zeros((2, 3, 4)),)),
    "a square": (wrong, (np.zeros((3, 3)),)),
    "integers": (count, (np.zeros(2, int), np.asarray(1), (np.asarray(1.0), ()))),
}

REFUSED: dict[str, tuple[Bad, tuple[Bad, ...]]] = {
    "a size": (layer, (np.zeros((2, 4)), np.zeros((6, 3)))),
    "a size of the weights": (layer, (np.zeros((2, 3)), np.zeros((5, 3)))),
    "the order of dimensions": (layer, (np.zeros((2, 3)), np.zeros((3, 6)))),
    "the number of dimensions": (layer, (np.zeros(3), np.zeros((6, 3)))),
    "kind": (layer, (np.zeros((2, 3), int), np.zeros((6, 3)))),
    "list": (layer, ([[1.0, 2.0, 3.0]], np.zeros((6, 3)))),
    "complex": (layer, (np.zeros((2, 3), complex), np.zeros((6, 3)))),
    "a result": (wrong, (np.zeros((2, 3)),)),
    "no axis to drop": (first, (np.zeros(()),)),
    "floats for integers": (count, (np.zeros(2), np.asarray(1), (np.asarray(1.0), ()))),
    "a product": (count, (np.zeros(2, int), np.asarray(1), (np.asarray(1.0),))),
    "Unit": (count, (np.zeros(2, int), np.asarray(1), (np.asarray(1.0), (1,)))),
}


@pytest.mark.parametrize(("f", "arguments"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_call_of_these_shapes_is_accepted(f: Bad, arguments: tuple[Bad, ...]) -> None:
    """The annotation that mypy reads is checked at run time."""
    f(*arguments)


@pytest.mark.parametrize(("f", "arguments"), REFUSED.values(), ids=REFUSED)
def test_a_call_of_other_shapes_is_refused(f: Bad, arguments: tuple[Bad, ...]) -> None:
    """By jaxtyping's own error."""
    with pytest.raises(jaxtyping.TypeCheckError):
        f(*arguments)


def test_an_open_dimension_is_bound_once_in_a_call() -> None:
    """By the first array that has it, in a signature and in an object."""

    @typechecked
    def add(x: Float[Batch], y: Float[Batch]) -> Float[Batch]:
        """Of two batches of one length."""
        z: Float[Batch] = unseen(x + y)
        return z

    for length in (2, 3, 0):
        add(unseen(np.zeros(length)), unseen(np.zeros(length)))
    with pytest.raises(jaxtyping.TypeCheckError):
        add(unseen(np.zeros(2)), unseen(np.zeros(1)))
    pair: Bad = tuple[Float[Batch], tuple[Float[Batch, Hidden], Unit]]
    right: Tree = np.zeros(2), (np.zeros((2, 3)), ())
    found: Tree = check(pair, right)
    assert (found[0] is right[0], found[1][0] is right[1][0]) == (True, True)
    with pytest.raises(SpaceError, match=r"factor 2, factor 1, dimension 1: Batch is 2, not 4$"):
        check(pair, (np.zeros(2), (np.zeros((4, 3)), ())))


def another(size: int | None) -> type[Dim]:
    """A class made inside a function, whose size comes from outside."""

    class Hidden(Dim, size=size):
        """Of the same name as another."""

    return Hidden


def test_two_dimensions_of_one_name_are_two() -> None:
    """In an object and in a call; so are two open ones, though their lengths may agree."""
    one, two = another(None), another(None)
    form: Bad = Float
    assert form[one] != form[two]
    told = "dimension 1: Hidden#1 is not Hidden#2; they are two classes of one name"
    assert first_difference(form[one], form[two]) == told
    both: Bad = tuple[form[one], form[two]]
    check(both, (np.zeros(2), np.zeros(3)))
    check(both, (np.zeros(2), np.zeros(2)))
    with pytest.raises(SpaceError, match="Hidden is 4, not 3"):
        check(form[another(4)], np.zeros(3))


WORDS = ("X", "X_2", "X_3", "_X", "X_", "I", "S", "None", "for", "ﬁ", "fi", "é", "Dim", "Times", "_", "__", "")
NO_WORDS = ("3", "٣", "²", "1_0", "*", "*X", "#", "#X", "X#", "...", "?X", "X=2", "=3", "X,", "a b", "x+y", "\u2028")
ODD = st.sampled_from(WORDS + NO_WORDS) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)


@given(st.lists(ODD, min_size=2, max_size=4), st.data())
def test_each_dimension_has_an_axis_of_its_own_whatever_its_name(names: list[str], data: st.DataObject) -> None:
    """Beside dimensions and type variables of that name, in one array and in a product; and it is bound once."""
    form: Bad = Float
    dims: list[Bad] = [type(name, (Dim,), {}) for name in names]
    dims += [times(dims[0], dims[1]), times(dims[1], dims[0])]
    sizes = tuple(data.draw(st.permutations(range(1, len(dims) + 1))))
    space = form[tuple(dims)]
    check(space, np.zeros(sizes))
    check(products(*(form[dim] for dim in dims)), tuple(map(np.zeros, sizes)))

    at = data.draw(st.integers(0, len(dims) - 1))
    other = tuple(size + (i == at) for i, size in enumerate(sizes))
    with pytest.raises(SpaceError, match=f"(?s)dimension {at + 1}: .* is {sizes[at]}, not {sizes[at] + 1}"):
        check(products(space, space), (np.zeros(sizes), np.zeros(other)))

    with jaxtyping.jaxtyped("context"):  # as a call of a function that has type variables too
        several = form[(I, *cast(Bad, S), *dims)]
        assert isinstance(np.zeros((8, 7, 9, *sizes)), several)
        assert isinstance(np.zeros((8, 7, 9, *sizes)), several)
        assert not isinstance(np.zeros((8, 7, 9, *other)), several)


def test_two_dimensions_of_one_name_in_one_object_are_told_apart() -> None:
    """By numbers, where nothing else tells them; one that is freed leaves nothing."""
    form: Bad = Float
    one, two = (type("Zwilling", (Dim,), {}) for _ in range(2))
    assert show(form[one, two]) == "Float[Zwilling#1, Zwilling#2]"
    assert show(form[two]) == "Float[Zwilling]"
    del one
    gc.collect()
    one = type("Zwilling", (Dim,), {})
    assert show(form[one, two]) == "Float[Zwilling#1, Zwilling#2]"


def test_names_that_look_like_numbered_ones_stay_as_they_are() -> None:
    """A class of the name that an axis would have is told by it; and two of one name by their modules, or functions."""
    form: Bad = Float
    first, second, like = (type(name, (Dim,), {}) for name in ("Zug", "Zug", "Zug_2"))
    assert show(form[first, like]) == "Float[Zug, Zug_2]"
    assert show(form[like]) == "Float[Zug_2]"
    assert first_difference(form[like], form[second]) == "dimension 1: Zug_2 is not Zug"
    here, there = (type("Zug", (Dim,), {"__module__": module}) for module in ("here", "there.far"))
    assert show(form[here, like, there]) == "Float[here.Zug, Zug_2, there.far.Zug]"
    assert (
        first_difference(form[times(here, like)], form[times(there, like)])
        == "dimension 1: Times[here.Zug, Zug_2] is not Times[there.far.Zug, Zug_2]; they are two classes of one name"
    )
    inside = type("Zug", (Dim,), {"__qualname__": "train.<locals>.Zug"})
    assert show(tuple[form[first], form[inside]]) == "tuple[Float[Zug], Float[train.<locals>.Zug]]"


def test_a_size_may_come_from_a_command_line() -> None:
    """A local class is a dimension like any other, and its size any kind of integer."""
    assert another(5).size == another(np.int64(5).item()).size == 5
    assert another(None).size is None
    form: Bad = Float
    assert check(form[another(5)], np.zeros(5)).shape == (5,)


def test_objects_are_equal_when_they_are_written_alike() -> None:
    """The same kind and the same classes, in the same order; a product by its factors."""
    spaces: list[Bad] = [Scalar, Index, Float[Hidden], Int[Hidden], Float[Hidden, Flat], Float[Flat, Hidden], Unit]
    for at, left in enumerate(spaces):
        for where, right in enumerate(spaces):
            assert (left == right) == (at == where)
            assert (first_difference(left, right) == "") == (at == where)
    again: Bad = Float
    assert again[Hidden, Flat] is Float[Hidden, Flat]
    assert tuple[Float[Hidden], Scalar] == tuple[again[Hidden], Scalar]


def test_the_product_of_dimensions_is_one_dimension() -> None:
    """`Times[I, J]` is one class for each I and J; its size is the product of theirs, if both have one."""
    times: Bad = Times
    assert times[Hidden, Flat] is Times[Hidden, Flat]
    assert times[Hidden, Flat] is not times[Flat, Hidden]
    assert times[Hidden, Flat].size == 18
    assert times[Hidden, times[Hidden, Flat]].size == 54
    assert times[Batch, Hidden].size is None
    check(Float[Times[Hidden, Flat]], np.zeros(18))
    with pytest.raises(SpaceError, match=r"Times\[Hidden, Flat\] is 18, not 17"):
        check(Float[Times[Hidden, Flat]], np.zeros(17))


SHOWN: dict[str, tuple[Bad, str]] = {
    "array": (Float[Batch, Hidden], "Float[Batch, Hidden=3]"),
    "integers": (Int[Flat], "Int[Flat=6]"),
    "scalar": (Scalar, "Scalar"),
    "index": (Index, "Index"),
    "unit": (Unit, "Unit"),
    "product": (tuple[Scalar, tuple[Float[Hidden], Unit]], "tuple[Scalar, tuple[Float[Hidden=3], Unit]]"),
    "product of dimensions": (Float[Times[Batch, Hidden]], "Float[Times[Batch, Hidden]]"),
}


@pytest.mark.parametrize(("space", "text"), SHOWN.values(), ids=SHOWN)
def test_an_object_shows_as_it_is_written(space: Bad, text: str) -> None:
    """With the sizes of dimensions when asked."""
    assert show(space, sizes=True) == text
    assert show(space) == text.replace("=3", "").replace("=6", "")


def test_python_prints_an_object_as_it_is_written_too() -> None:
    """With sizes, and in products, which are Python's own."""

    class Printed(Dim, size=2):
        """Of a name that no other has."""

    assert repr(tuple[Scalar, tuple[Index, Float[Printed]]]) == "tuple[Scalar, tuple[Index, Float[Printed=2]]]"
    assert repr(Int[Printed]) == "Int[Printed=2]"


def test_a_number_is_taken_for_a_scalar_or_an_index() -> None:
    """A Python float and a Python int, where these are wanted, also inside a product; and nothing else."""
    found: Tree = check(tuple[Scalar, tuple[Index, Scalar]], (1.5, (2, np.float64(2.5))))
    assert [x.dtype.kind for x in (found[0], found[1][0], found[1][1])] == ["f", "i", "f"]
    wrongs: list[tuple[Bad, Bad]] = [(Scalar, 1), (Index, 1.0), (Scalar, True), (Index, False), (Scalar, 1j)]
    for space, value in wrongs:
        with pytest.raises(SpaceError):
            check(space, value)


class Outer:
    """A class with a dimension in it."""

    class Inner(Dim, size=2):
        """Two."""


DIMS: list[Bad] = [Batch, Hidden, Flat, Outer.Inner, Times[Hidden, Flat], Times[Batch, Times[Hidden, Outer.Inner]]]
ARRAYS = st.lists(st.sampled_from(DIMS), max_size=5).flatmap(
    lambda dims: st.sampled_from([unseen(Float)[tuple(dims)], unseen(Int)[tuple(dims)]])
)
OBJECTS = st.recursive(ARRAYS, lambda parts: st.lists(parts, max_size=3).map(lambda found: products(*found)))


@given(OBJECTS | st.sampled_from([*DIMS, Float, Int, Times, Dim]))
def test_an_object_is_its_own_copy_and_comes_back_from_pickle(space: Bad) -> None:
    """As the same object, which checks as before, and to equal objects under every protocol."""
    copies = [copy.copy(space), copy.deepcopy([space])[0]]
    copies += [pickle.loads(pickle.dumps(space, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for found in copies:
        assert found is space or (found == space and show(found, sizes=True) == show(space, sizes=True))
        if space not in (*DIMS, Float, Int, Times, Dim):
            require_object("test", found)
            assert first_difference(found, space) == ""


def test_a_pickled_object_comes_back_in_another_process() -> None:
    """Where its dimensions are imported from the module that has them."""
    spaces: Bad = [Float[Batch, Hidden], Scalar, Unit, products(Int[Times[Hidden, Flat]], Index)]
    text = (
        f"import pickle; from tests.objects.test_spaces import *; found = pickle.loads({pickle.dumps(spaces)!r}); "
        "assert found == [Float[Batch, Hidden], Scalar, Unit, products(Int[Times[Hidden, Flat]], Index)]; "
        "check(found[0], np.zeros((2, 3)))"
    )
    subprocess.run([sys.executable, "-c", text.replace("tests.objects.test_spaces", __name__)], check=True)


def test_an_object_that_would_not_come_back_is_refused() -> None:
    """A dimension in a function has no place where another process could find it."""

    class Local(Dim, size=2):
        """Here only."""

    for space in (Float[Local], Int[Hidden, Local], tuple[Scalar, Float[Times[Hidden, Local]]]):
        with pytest.raises(SpaceError, match=r"^wanted to pickle (Float|Int)\[.*Local.*\], found that .*Local; define"):
            pickle.dumps(space)
        assert copy.deepcopy(space) == space


NO_SPACES: dict[str, Bad] = {
    "Times of one": lambda: unseen(Times)[Hidden],
    "Times of three": lambda: unseen(Times)[Hidden, Flat, Batch],
    "Times of numbers": lambda: unseen(Times)[2, 3],
    "Times of an object": lambda: unseen(Times)[Hidden, Scalar],
    "Times of Times": lambda: unseen(Times)[Times, Hidden],
    "a list": lambda: unseen(Float)[[Hidden]],
    "Dim": lambda: unseen(Float)[Dim],
    "a size beyond all arrays": lambda: type("Wide", (Dim,), {}, size=2**64),
    "a product beyond all arrays": lambda: unseen(Times)[(type("Wide", (Dim,), {}, size=2**40),) * 2],
    "any dimension": lambda: require_object("identity", unseen(Float)[unseen(I)]),
    "any dimensions": lambda: require_object("identity", products(Scalar, unseen(Float)[Hidden, *unseen(S)])),
}


@pytest.mark.parametrize("attempt", NO_SPACES.values(), ids=NO_SPACES)
def test_what_makes_no_object(attempt: Callable[[], object]) -> None:
    """Is refused where it is written, in one error."""
    with pytest.raises(SpaceError, match=r"wanted .*, got .*; ") as caught:
        attempt()
    assert caught.value.__context__ is None
