"""What cannot be staged is refused, with the operation and the line, and never gives a wrong result."""

from collections.abc import Callable

import numpy as np
import pytest

from cat_ad import (
    Index,
    Scalar,
    SpaceError,
    StagingError,
    dup,
    gradient,
    identity,
    mul,
    reverse,
    sin,
    stage,
)
from tests.support.trees import Tree


def on_value(x: Tree) -> Tree:
    return x if x.sum() > 0 else -x


def to_number(x: Tree) -> Tree:
    return x * float(x[0])


def looped(x: Tree) -> Tree:
    return sum(x)


def written(x: Tree) -> Tree:
    x[0] = 1.0
    return x


def converted(x: Tree) -> Tree:
    return np.asarray(x) + 1


def as_index(x: Tree) -> Tree:
    return np.arange(3)[x.astype(np.int64)[0]]


def in_place(x: Tree) -> Tree:
    x += 1.0
    return x


def filled(x: Tree) -> Tree:
    np.zeros(1)[0] = x[0]
    return x


def in_set(x: Tree) -> Tree:
    return x if x[0] in {0.0, 1.0} else -x


def masked(x: Tree) -> Tree:
    return x[x > 0]


def taken_by_mask(x: Tree) -> Tree:
    return np.take(x, x > 0)


def as_text(x: Tree) -> Tree:
    return f"{x}"


def sliced(x: Tree) -> Tree:
    return x[: x.astype(np.int64)[0]]


def compared_with_text(x: Tree) -> Tree:
    return x == "mean"


def of_text(x: Tree) -> Tree:
    return x.astype(str)


def with_masked_array(x: Tree) -> Tree:
    return np.add(x, np.ma.masked_array(np.ones(3)))


def into_another(x: Tree) -> Tree:
    return np.add(x, 1.0, out=np.zeros(3))


def added_at(x: Tree) -> Tree:
    return np.add.at(x, 1, 2.0)


def put(x: Tree) -> Tree:
    return np.put(x, 1, 2.0)


def copied_into(x: Tree) -> Tree:
    return np.copyto(np.zeros(3), x)


def as_long_as_entries_say(x: Tree) -> Tree:
    return np.nonzero(x)


def where_it_is(x: Tree) -> Tree:
    return np.where(x > 1)


def compared_as_a_whole(x: Tree) -> Tree:
    return np.array_equal(x, x)


def to_objects(x: Tree) -> Tree:
    return np.frompyfunc(abs, 1, 1)(x)


REFUSED: dict[Callable[[Tree], Tree], str] = {
    on_value: "a branch on a value",
    to_number: r"a number made of an array \(float\)",
    looped: "a loop over an array",
    written: "a write into an array",
    converted: "an array filled with a symbol",
    as_index: "made of an array|an array filled",
    in_place: "a write into an array",
    filled: r"a number made of an array \(float\)",
    in_set: "a member of a set",
    masked: "a mask for an index",
    taken_by_mask: "a mask for an index",
    as_text: "a text made of an array",
    sliced: "an index or a size",
    compared_with_text: "a comparison of an array with a str",
    of_text: "an array of <U32",
    with_masked_array: "an array of MaskedArray",
    into_another: r"a write into an array \(in add\)",
    added_at: r"a write into an array \(in add\)",
    put: r"a write into an array \(in put\)",
    copied_into: r"a write into an array \(in copyto\)",
    as_long_as_entries_say: "nonzero, whose result is as long as entries say",
    where_it_is: "where, whose result is as long as entries say",
    compared_as_a_whole: "no array as a result of array_equal",
    to_objects: r"object\[3\] as a result of abs",
}


@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_what_cannot_be_staged_is_refused_by_name_and_line(f: Callable[[Tree], Tree]) -> None:
    """Never a wrong result."""
    first = f.__code__.co_firstlineno
    with pytest.raises(StagingError, match=REFUSED[f]) as caught:
        stage(f)(np.arange(3.0))
    assert f"test_refusals.py, line {first + 1}" in str(caught.value)


def test_another_number_of_arguments_is_refused_with_what_to_do() -> None:
    """Of a staged function, and of a function that it gives; not as an operation on arrays."""
    value_and_pullback: Tree = stage(reverse(mul(Scalar)))
    for f, arguments, message in (
        (stage(gradient(sin(Scalar))), (3.0, 4.0), "one argument, got 2; give the pair (x, y) as one tuple"),
        (stage(mul(Scalar).unchecked), (3.0, 4.0, 5.0), "one argument, got 3; give them as one tuple"),
        (value_and_pullback((3.0, 4.0))[1], (1.0, 2.0), "one argument, got 2; give the pair (x, y) as one tuple"),
        (stage(lambda x: x), (), "one argument, got 0; give each by itself"),
        (stage(lambda: 1.0), (2.0,), "no arguments, got 1; give each by itself"),
        (stage(lambda x, y, z=1.0: x), ((1.0, 2.0),), "2 to 3 arguments, got 1; give each by itself"),
        (stage(lambda x, y, *z: x), (1.0,), "at least 2 arguments, got 1; give each by itself"),
    ):
        call: Tree = f
        with pytest.raises(StagingError) as caught:
            call(*arguments)
        assert str(caught.value) == f"stage: wanted {message}"


def unwanted(x: Tree) -> Tree:
    return x + "a"


WRONG: list[tuple[Callable[[Tree], Tree], Tree]] = [
    *((dup(Scalar) >> mul(Scalar), x) for x in (3, True, np.ones(2), np.asarray(3), [1.0], (1.0, 2.0))),
    *((gradient(sin(Scalar)), 3), (identity(Index), 3.0), (gradient(mul(Scalar)), (3, 4.0)), (unwanted, 1.0)),
]


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_what_a_function_refuses_by_itself_is_refused_in_its_own_words(target: str) -> None:
    """Numbers and arrays of another kind, and what no array does either."""
    for f, x in WRONG:
        with pytest.raises((SpaceError, TypeError)) as expected:
            f(x)
        with pytest.raises(expected.type) as found:
            stage(f, target)(x)
        assert str(found.value) == str(expected.value)


class OfAnotherLibrary:
    """An array that is not one of NumPy."""

    def __array_namespace__(self) -> None: ...


def test_bad_arguments_are_refused() -> None:
    """A target that is none, a number for a function, an argument by name, others that are not there or not NumPy's."""
    with pytest.raises(StagingError, match="target"):
        stage(np.sin, target="fortran")
    with pytest.raises(StagingError, match="function"):
        stage(3)  # type: ignore[call-overload]  # on purpose
    with pytest.raises(StagingError, match="by position"):
        stage(lambda x: x)(x=1.0)
    with pytest.raises(StagingError, match="donate"):
        stage(lambda x: x, donate=(1,))(1.0)
    for donate in (0, None, "0", (0.0,), (True,)):
        with pytest.raises(StagingError, match="donate"):
            stage(lambda x: x, donate=donate)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(StagingError, match=r"jax\.jit compiles what runs on JAX"):
        stage(lambda x: x)(OfAnotherLibrary())
