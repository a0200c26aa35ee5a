"""Five ways to the matrix of a derivative, in coordinates: the library's three, differences, and HIPS autograd."""

# autograd makes its functions at run time:
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false

from collections.abc import Callable

import autograd
import autograd.numpy as anp
import numpy as np
import numpy.typing as npt

from cat_ad import forward, jacobian, reverse
from cat_ad.arrows.terms import SomeArrow
from tests.support.primitives import Twin
from tests.support.trees import Tree, assert_close, coordinates, is_float, leaves, numbers, with_coordinates

Matrix = npt.NDArray[np.float64]


def assert_agreement(f: Twin, a: Tree) -> None:
    """Value and derivative of an arrow and its twin agree at a point, however they are computed."""
    value, expected = f.arrow(a), f.twin(a)
    at_value = coordinates(value, value)
    assert_close(numbers(value), numbers(expected), 1e-12, "value", floor=0.1)
    by_reverse = matrix_by_reverse(f.arrow, a)
    ways = {
        "forward": (matrix_by_forward(f.arrow, a), 1e-12),
        "jacobian": (matrix_by_jacobian(f.arrow, a), 1e-12),
        "autograd": (matrix_by_autograd(f.twin, a), 1e-12),
        "differences": (matrix_by_differences(f.arrow, a), 1e-6),
    }
    small = 0.1 * max(1.0, float(np.linalg.norm(at_value)))  # lesser derivatives of such a value are lost in rounding
    for way, (found, tolerance) in ways.items():
        assert_close(found, by_reverse, tolerance, f"reverse and {way}", small)


def matrix_by_forward(f: SomeArrow, a: Tree) -> Matrix:
    """Columns, the images of the unit vectors."""
    b, push = forward(f)(a)
    units = np.eye(count(a))
    columns = [coordinates(b, push(with_coordinates(a, unit, integer=False))) for unit in units]
    return np.stack(columns, axis=1) if columns else np.zeros((count(b), 0))


def matrix_by_reverse(f: SomeArrow, a: Tree) -> Matrix:
    """Rows, the images of the unit vectors under the transpose."""
    b, pull = reverse(f)(a)
    units = np.eye(count(b))
    rows = [coordinates(a, pull(with_coordinates(b, unit, integer=False))) for unit in units]
    return np.stack(rows) if rows else np.zeros((0, count(a)))


def matrix_by_jacobian(f: SomeArrow, a: Tree) -> Matrix:
    """The blocks of the Jacobian, put together."""
    rows = list(_rows(f(a), a, jacobian(f)(a)))
    return np.concatenate([np.zeros((0, count(a))), *rows])


def _rows(b: Tree, a: Tree, blocks: Tree) -> list[Matrix]:
    """For each array of b, its blocks side by side."""
    if isinstance(b, tuple):
        return [row for part, inside in zip(b, blocks, strict=True) for row in _rows(part, a, inside)]
    if not is_float(b):
        assert blocks is None, "no row belongs to an integer"
        return []
    cut = [block.reshape(b.size, -1) for block in leaves(blocks) if block is not None]
    expected = [(*b.shape, *x.shape) for x in leaves(a) if is_float(x)]
    assert [block.shape for block in leaves(blocks) if block is not None] == expected, "blocks have both shapes"
    return [np.concatenate([np.zeros((b.size, 0)), *cut], axis=1)]


def matrix_by_differences(f: SomeArrow, a: Tree) -> Matrix:
    """Central differences of the value."""
    h, x = 1e-5, coordinates(a, a)

    def value(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        b = f(with_coordinates(a, at, integer=True))
        return coordinates(b, b)

    columns = [(value(x + h * unit) - value(x - h * unit)) / (2 * h) for unit in np.eye(len(x))]
    return np.stack(columns, axis=1) if columns else np.zeros((len(value(x)), 0))


def matrix_by_autograd(f: Callable[[Tree], Tree], a: Tree) -> Matrix:
    """Rows by HIPS autograd, in reverse mode, of a function of autograd.numpy."""

    def value(at: Tree) -> Tree:
        b = f(with_coordinates(a, at, integer=True))
        return anp.concatenate([at[:0], *(anp.ravel(leaf) for leaf in leaves(b) if _is_number(leaf))])

    rows: Matrix = autograd.jacobian(value)(coordinates(a, a)) if count(f(a)) else np.zeros((0, count(a)))
    return rows


def _is_number(leaf: Tree) -> bool:
    return is_float(getattr(leaf, "_value", leaf))  # autograd boxes what it follows


def count(tree: Tree) -> int:
    """The number of coordinates of a tangent."""
    return len(coordinates(tree, tree))
