"""What is linear can be read in any category of linear maps, where no point tells the shapes."""

import numpy as np
import pytest

from cat_ad import (
    Additive,
    Dim,
    Dual,
    Float,
    InterpretationError,
    Matrices,
    Scalar,
    SpaceError,
    flatten,
    mean,
    reverse,
    total,
    transpose,
    unflatten,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.linear_maps import additive, matrix
from cat_ad.linear_maps.dual import turned
from cat_ad.linear_maps.matrix import Axes
from cat_ad.objects.spaces import dimensions


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class J(Dim, size=3):
    """Three."""


class N(Dim):
    """As many as there are."""


LINEAR: list[SomeArrow] = [
    *(total(Float[I, J]), mean(Float[I, J]), total(Scalar), mean(Float[I])),
    *(flatten(I, J), flatten(N, J), flatten(I, N), unflatten(I, J), unflatten(I, N), unflatten(N, J)),
    *(transpose(I, J), flatten(I, J) >> unflatten(I, J) >> transpose(I, J) >> mean(Float[J, I])),
]


@pytest.mark.parametrize("f", LINEAR, ids=[f"{f} {i}" for i, f in enumerate(LINEAR)])
def test_a_linear_arrow_is_its_derivative_in_every_category(f: SomeArrow) -> None:
    """As a function, transposed, and as a matrix."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=[6] if str(f).startswith("unflatten") else [dim.size or 3 for dim in dimensions(f.dom)])
    y = f(x)
    w = rng.normal(size=np.shape(y))
    np.testing.assert_array_equal(additive.function(f.to(Additive()))(x), y)
    np.testing.assert_array_equal(additive.function(turned(f.to(Dual(Additive()))))(w), reverse(f)(x)[1](w))
    _, entries = matrix.function(f.to(Matrices()))(Axes(x.shape))
    np.testing.assert_allclose(entries @ x.ravel(), np.ravel(y), atol=1e-15)


def test_where_dimensions_do_not_tell_the_sizes_it_is_said() -> None:
    """Only transposed, and in a typed error; and a product has no one scale."""
    unsized: list[SomeArrow] = [total(Float[N]), mean(Float[N, I]), flatten(N, N)]
    for f in unsized:
        pull = additive.function(turned(f.to(Dual(Additive()))))
        with pytest.raises(SpaceError, match=r"^(total|mean|flatten): wanted (sizes|a size)"):
            pull(np.ones(4) if f.cod is not Scalar else np.ones(()))
    with pytest.raises(InterpretationError, match=r"^scale: wanted one array"):
        matrix.function(Matrices().scale(2.0))((Axes(()), Axes(())))
