"""The page of the paper and the library agree, and the page needs nothing else."""

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Scalar
from cat_ad.arrows.terms import SomeArrow
from experiments import essence

R2: TypeAlias = tuple[float, float]
Term: TypeAlias = Callable[[essence.Numeric[Any]], essence.Hom[Any, R2, R2]]  # Any: of any category

PAIR = c.identity(tuple[Scalar, Scalar])
BLOCKS: dict[str, tuple[Term, SomeArrow]] = {
    "swap": (lambda k: k.fork(k.exr(), k.exl()), c.exr(Scalar, Scalar) & c.exl(Scalar, Scalar)),
    "waves": (lambda k: k.cross(k.sin(), k.cos()), c.sin(Scalar) * c.cos(Scalar)),
    "both": (lambda k: k.fork(k.add(), k.mul()), c.add(Scalar) & c.mul(Scalar)),
    "kept": (
        lambda k: k.fork(k.exl(), k.compose(k.sin(), k.mul())),
        c.exl(Scalar, Scalar) & (c.mul(Scalar) >> c.sin(Scalar)),
    ),
    "copies": (lambda k: k.compose(k.dup(), k.add()), c.add(Scalar) >> c.dup(Scalar)),
    "squares": (lambda k: k.cross(essence.sqr(k), k.id()), (c.dup(Scalar) >> c.mul(Scalar)) * c.identity(Scalar)),
    "the paper's": (essence.cos_sin_prod, c.mul(Scalar) >> (c.cos(Scalar) & c.sin(Scalar))),
}
numbers = st.floats(-2, 2)


@given(
    path=st.lists(st.sampled_from(sorted(BLOCKS)), max_size=6),
    at=st.tuples(numbers, numbers),
    d=st.tuples(numbers, numbers),
)
def test_the_library_agrees(path: list[str], at: R2, d: R2) -> None:
    """A term that is composed of such blocks has the same value, and the same derivative along and back."""
    arrow: SomeArrow = PAIR
    for name in path:
        arrow = arrow >> BLOCKS[name][1]

    def term(k: essence.Numeric[Any]) -> essence.Hom[Any, R2, R2]:
        made: essence.Hom[Any, R2, R2] = k.id()
        for name in path:
            made = k.compose(BLOCKS[name][0](k), made)
        return made

    value, push = term(essence.D(essence.Additive()))(at)
    again, pull = term(essence.D(essence.Dual(essence.Additive())))(at)
    assert value == again
    expected, pushed = c.forward(arrow)(at)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(push(d), pushed(d), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(pull(d), c.reverse(arrow)(at)[1](d), rtol=1e-9, atol=1e-9)


def test_it_imports_nothing_but_what_python_has() -> None:
    tree = ast.parse(Path(essence.__file__).read_text())
    names = {
        node.module.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    assert names <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))
