"""Arrays that count what is done with them, so that the cost of a function of arrays is found by running it.

A `Counted` array is an array of NumPy that tells a `Meter` what each operation on it takes:

    x * y, x / y, x ** 2        a multiplication for each entry of the result
    x + y, x - y                an addition for each
    a sum of n entries          n - 1 additions; likewise products and maxima
    u @ v over j terms          j multiplications and j - 1 additions for each entry of the result
    any other function          an other operation for each: e^x, tanh x, a power, a sign, a maximum, a comparison
    moving entries, choosing    nothing; nor do operations on integers, which are indices
    a named operation           what it means, in whatever way a library does it (`cat_ad.objects.array_operations`)

It also tells the meter of each array that is made, and when no view of its memory is left. What is not in this table,
such as a sort or an inverse, is refused. What is done with numbers that `numpy.asarray` has taken out of the array is
not seen. An array made from sizes alone, such as a vector of ones, is a constant, and free.

>>> found, counts = measured(lambda x: np.exp(x) @ x, np.arange(4.0))
>>> print(counts)
4 multiplications, 3 additions, 4 others, 5 numbers
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from math import prod
from operator import add
from typing import Any, NoReturn, TypeAlias

import numpy as np

from cat_ad.errors import InterpretationError
from cat_ad.objects.array_operations import cumulative_last, mean_last, one_hot, others_last, sum_by_index
from cat_ad.objects.arrays import ArrayNamespace, DType
from cat_ad.objects.matrix_operations import MATRIX_OPERATIONS
from cat_ad.objects.numpy_tricks import of_others

Tree: TypeAlias = Any  # Any: arrays, or tuples of trees, or what NumPy takes and gives beside them
NumPyArray: TypeAlias = np.ndarray[Any, Any]  # Any: of any shape and type of numbers


@dataclass(frozen=True)
class Counts:
    """What something costs: a commutative monoid under +.

    `multiplications` are of two numbers, divisions included, and `additions` likewise with subtractions; `others` are
    evaluations of any other function of one number or two; `memory` is how many numbers are in all the arrays made.
    """

    multiplications: int = 0
    additions: int = 0
    others: int = 0
    memory: int = 0

    @property
    def operations(self) -> int:
        """Multiplications, additions and others together."""
        return self.multiplications + self.additions + self.others

    def __add__(self, other: Counts) -> Counts:
        """This, and that too."""
        return Counts(*map(add, astuple(self), astuple(other)))

    def __rmul__(self, times: int) -> Counts:
        """This, so many times."""
        return Counts(*(times * each for each in astuple(self)))

    def __str__(self) -> str:
        """In words."""
        words = "multiplications", "additions", "others", "numbers"
        return ", ".join(f"{count:,} {word}" for count, word in zip(astuple(self), words, strict=True))


class Meter:
    """What is counted so far; how many of the numbers made are alive; and the most that were alive at once."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.counts = Counts()
        self.alive = 0
        self.peak = 0
        self._known = set[int]()  # the memory that is alive, by the identity of the array that owns it

    def given(self, tree: Tree) -> Tree:
        """The arrays of a tree, counted from now on; their memory is not, since they were there before."""
        return _tree_map(lambda x: self._counted(x, is_new=False), tree)

    def begun(self, tree: Tree) -> Tree:
        """The same tree, whose constants are counted from now on too."""
        return _tree_map(lambda x: x if self._counts(x) else self._counted(x, is_new=False), tree)

    def found(self, tree: Tree) -> Tree:
        """The arrays of a tree, counted from now on; their memory too, since an operation has just made them."""
        return _tree_map(lambda x: x if self._counts(x) else self._counted(x, is_new=True), tree)

    def note(self, array: NumPyArray, is_new: bool) -> None:
        """Note the memory of an array, unless it is known: alive as long as any view of it is."""
        owner = array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        if id(owner) in self._known:
            return
        made = owner.size if is_new else 0
        self.counts += Counts(memory=made)
        self.alive += made
        self.peak = max(self.peak, self.alive)
        self._known.add(id(owner))
        weakref.finalize(owner, self._gone, id(owner), made).atexit = False

    def _gone(self, owner: int, made: int) -> None:
        self._known.discard(owner)
        self.alive -= made

    def _counts(self, x: NumPyArray) -> bool:
        return isinstance(x, Counted) and x.meter is self

    def _counted(self, x: NumPyArray, is_new: bool) -> Counted:
        self.note(x, is_new)
        counted = x.view(Counted)
        counted.meter = self
        return counted


class Counted(NumPyArray):
    """An array that tells its meter what is done with it. One without a meter is a constant."""

    meter: Meter | None = None

    def __array_finalize__(self, parent: object) -> None:
        """Called by NumPy when it makes a view or a copy of an array."""
        self.meter = getattr(parent, "meter", None)
        if self.meter:
            self.meter.note(self, is_new=True)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Tree, **kwargs: Tree) -> Tree:
        """Called by NumPy for a function that goes entry by entry, a ufunc."""
        meter = _meter_of((inputs, kwargs))
        found = getattr(ufunc, method)(*map(_plain, inputs), **{key: _plain(x) for key, x in kwargs.items()})
        if meter:
            meter.counts += _operations(ufunc, method, tuple(map(_plain, inputs)), found, kwargs)
        return kwargs["out"][0] if kwargs.get("out") else _counted(meter, found)

    def __array_function__(self, func: Tree, types: Tree, args: Tree, kwargs: Tree) -> Tree:
        """Called by NumPy for any other function."""
        if func in WRITTEN_OUT:
            return WRITTEN_OUT[func](*args, **kwargs)
        if func not in KNOWN:
            raise unknown(f"{func.__module__}.{func.__name__}")
        return _counted(_meter_of((args, kwargs)), super().__array_function__(func, types, args, kwargs))

    def none_negative(self) -> bool:
        """Nothing is known of entries: the cost is the same for all."""
        return False

    def __float__(self) -> NoReturn:
        """Refuse: what is done with a number of Python cannot be counted."""
        raise unknown("float")

    def __array_namespace__(self, *, api_version: str | None = None) -> ArrayNamespace:
        """NumPy, with arrays that count."""
        return NAMESPACE

    def __getitem__(self, key: Tree) -> Tree:
        """The entries; a single one is an array too."""
        return _counted(_meter_of((self, key)), super().__getitem__(key))


class _Namespace:
    """The functions of NumPy. The results count, even of those functions that take no array, such as `full`."""

    def __getattr__(self, name: str) -> Tree:
        function = getattr(np, name)
        if isinstance(function, type) or not callable(function):
            return function
        return lambda *args, **kwargs: _counted(_meter_of((args, kwargs)), function(*args, **kwargs))


NAMESPACE = _Namespace()


def measured(run: Callable[..., Tree], *arguments: Tree) -> tuple[Tree, Counts]:
    """What a function of arrays gives, and what that costs.

    Raises `InterpretationError` for what cannot be counted.
    """
    meter = Meter()
    with np.errstate(all="ignore"):  # the cost is the question, not the value
        found = run(*map(meter.given, arguments))
    return plain(found), meter.counts


def plain(tree: Tree) -> Tree:
    """The arrays of a tree as those of NumPy, and those without axes as numbers."""
    return _tree_map(lambda x: _plain(x)[()], tree)


# What an operation takes ---------------------------------------------------------------------------------------------

MULTIPLICATIONS = {np.multiply, np.divide, np.reciprocal, np.square}
ADDITIONS = {np.add, np.subtract}
CONTRACTIONS = {"matmul", "vecdot", "matvec", "vecmat"}

# The functions that move entries and choose among them, and those that NumPy computes by ufuncs.
MOVES = """
    append astype atleast_1d broadcast_arrays broadcast_to concatenate copy copyto diagonal empty_like expand_dims flip
    full_like hstack matrix_transpose moveaxis ndim ones_like ravel repeat reshape result_type roll shape size split
    squeeze stack swapaxes take take_along_axis tile transpose tril triu unstack vstack where zeros_like
"""
TOGETHER = "all amax amin any clip cumulative_prod cumulative_sum max mean min prod std sum var"
KNOWN = {getattr(np, name) for name in (MOVES + TOGETHER).split() if hasattr(np, name)}

# The methods of an array that compute without dispatching to it: refused.
UNASKED = "argmax argmin argpartition argsort cumprod cumsum dot partition round searchsorted sort trace"


def unknown(name: str) -> InterpretationError:
    """The error for what cannot be counted."""
    return InterpretationError(
        f"wanted the cost of {name}, but what it computes is not known; write it in sums and products, as +, *, @, sum"
    )


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refuse(self: Counted, *args: object, **kwargs: object) -> NoReturn:
        raise unknown(f"ndarray.{name}")

    return refuse


for _name in UNASKED.split():
    setattr(Counted, _name, _refusing(_name))


def _operations(ufunc: np.ufunc, method: str, inputs: Tree, found: Tree, kwargs: dict[str, Tree]) -> Counts:
    """What a ufunc takes, entry by entry or along an axis."""
    out = inputs[0] if method == "at" else found[0] if isinstance(found, tuple) else found
    size = np.size(out)
    if ufunc.signature is not None:
        if ufunc.__name__ not in CONTRACTIONS or "axes" in kwargs:
            raise unknown(f"numpy.{ufunc.__name__}")
        terms = np.shape(inputs[0])[kwargs.get("axis", -1)]
        return _if_numbers((*inputs, out), Counts(size * terms, size * max(terms - 1, 0)))
    if method in ("__call__", "outer"):
        times = size
    elif method == "reduce":
        times = max(np.size(inputs[0]) - size, 0)
    elif method == "at":
        times = np.size(inputs[2])
    elif method == "accumulate":
        times = max(size - prod(np.delete(np.shape(out), kwargs.get("axis", 0))), 0)
    else:
        raise unknown(f"numpy.{ufunc.__name__}.{method}")
    if ufunc in MULTIPLICATIONS:
        return _if_numbers((*inputs, out), Counts(multiplications=times))
    return _if_numbers((*inputs, out), Counts(additions=times) if ufunc in ADDITIONS else Counts(others=times))


def _if_numbers(arrays: tuple[Tree, ...], counts: Counts) -> Counts:
    """These counts, or none if all arrays are of integers."""
    return counts if any(np.asarray(x).dtype.kind in "fc" for x in arrays) else Counts()


def _dot(x: NumPyArray, y: NumPyArray) -> Tree:
    if 0 in (np.ndim(x), np.ndim(y)):
        return np.multiply(x, y)
    if np.ndim(y) > 2:
        raise unknown("numpy.dot of more than two axes")
    return np.matmul(x, y)


def _outer(x: NumPyArray, y: NumPyArray) -> Tree:
    return np.multiply.outer(np.ravel(x), np.ravel(y))


def _tensordot(x: NumPyArray, y: NumPyArray, axes: Tree = 2) -> Tree:
    summed = range(-axes, 0) if isinstance(axes, int) else np.atleast_1d(axes[0])
    too = range(axes) if isinstance(axes, int) else np.atleast_1d(axes[1])
    many = len(summed)
    u, v = np.moveaxis(x, summed, range(-many, 0)), np.moveaxis(y, too, range(many))
    rows, columns, terms = u.shape[: u.ndim - many], v.shape[many:], prod(v.shape[:many])
    return np.matmul(np.reshape(u, (-1, terms)), np.reshape(v, (terms, -1))).reshape(rows + columns)


# The functions that NumPy computes without ufuncs, written in terms of ufuncs.
WRITTEN_OUT: dict[Callable[..., Tree], Callable[..., Tree]] = {
    np.dot: _dot,
    np.outer: _outer,
    np.tensordot: _tensordot,
}


# Named operations, where another way is plainer than the meaning that holds on all machines --------------------------


@mean_last.on(NAMESPACE)
def _mean_last(x: NumPyArray) -> Tree:
    """Without the care that no sum overflows."""
    return np.mean(x, axis=-1)


@cumulative_last.on(NAMESPACE)
def _cumulative_last(x: NumPyArray) -> Tree:
    """An addition for each entry but the first."""
    return np.add.accumulate(x, axis=-1)


@others_last.on(NAMESPACE)
def _others_last(x: NumPyArray) -> Tree:
    """Multiplications there, back, and together."""
    return of_others(lambda factors: np.multiply.accumulate(factors, axis=-1), x)


@one_hot.on(NAMESPACE)
def _one_hot(index: NumPyArray, *, size: int, dtype: DType) -> Tree:
    """Rows of a unit matrix."""
    return np.take(NAMESPACE.eye(size, dtype=dtype), index, axis=0)


@sum_by_index.on(NAMESPACE)
def _sum_by_index(rows: NumPyArray, index: NumPyArray, *, size: int) -> Tree:
    """An addition for each entry, to a sum that begins with 0."""
    *tables, many, width = rows.shape
    sums = np.zeros_like(rows, shape=(prod(tables), size, width))
    table = np.broadcast_to(np.arange(prod(tables))[:, None], (prod(tables), many))
    np.add.at(sums, (table, _plain(index).reshape(-1, many)), rows.reshape(-1, many, width))
    return sums.reshape(*tables, size, width)


# Operations on matrices: by elimination n^3 / 3 products and sums for factors, and n^2 for each column solved --------


def _of_matrices(name: str, *arrays: Tree) -> Tree:
    """What NumPy gives, and what that takes of each matrix."""
    meter, rows = _meter_of(arrays), [_plain(x) for x in arrays]
    found = MATRIX_OPERATIONS[name].ways[np](*rows)
    n = rows[0].shape[-1]
    columns = {"solve_matrix": rows[-1].shape[-1], "inverse_matrix": n}.get(name, 0)
    if meter:
        by_rotation = {"eigenvalues_of": 2 * n**3 // 3, "eigenvectors_of": 9 * n**3 // 2}  # Golub & Van Loan 2013, 8.3
        each = by_rotation.get(name, n**3 // 3 + n * n * columns)
        meter.counts += prod(rows[0].shape[:-2]) * Counts(each, each)
    return _counted(meter, found)


for _name in MATRIX_OPERATIONS:
    MATRIX_OPERATIONS[_name].on(NAMESPACE)(partial(_of_matrices, _name))


# Trees ---------------------------------------------------------------------------------------------------------------


def _tree_map(f: Callable[[NumPyArray], Tree], tree: Tree) -> Tree:
    """f of the arrays of a tree, NumPy's numbers included; all else is left as it is."""
    if isinstance(tree, tuple | list):
        return type(tree)([_tree_map(f, part) for part in tree])
    return f(np.asanyarray(tree)) if isinstance(tree, np.ndarray | np.generic) else tree


def _counted(meter: Meter | None, found: Tree) -> Tree:
    return meter.found(found) if meter else _tree_map(lambda x: x.view(Counted), found)


def _plain(x: Tree) -> Tree:
    if isinstance(x, tuple):
        return tuple(map(_plain, x))
    return x.view(np.ndarray) if isinstance(x, Counted) else x


def _meter_of(arguments: Tree) -> Meter | None:
    """The meter of the first array that has one."""
    return next((x.meter for x in _arrays(arguments) if x.meter), None)


def _arrays(tree: Tree) -> Iterator[Counted]:
    if isinstance(tree, Counted):
        yield tree
    elif isinstance(tree, tuple | list | dict):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _arrays(part)
