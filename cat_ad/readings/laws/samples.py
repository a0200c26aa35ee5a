"""Random objects, arrows and values, for the laws of a category to be tried on.

An arrow is a term, made backwards from the object where it ends: to a product a fork, to an array a primitive that
ends there or a projection. Objects are made of arrays between which there are arrows both ways. A category that is not
cartesian has neither forks nor projections: there all objects have one form, and arrows go from part to part.

>>> from cat_ad.categories.functions import Functions
>>> path = Sampler(Functions(), PRIMITIVES, np.random.default_rng(0)).path(depth=2)
>>> path["f"].dom == path["beside"].dom, path["f"].cod == path["g"].dom
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np

from cat_ad.arrows.generators import linear_primitive
from cat_ad.arrows.printing import describe
from cat_ad.arrows.products import fork
from cat_ad.arrows.structure import dup, exl, exr, identity, it
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import Cartesian, Category, K, Monoidal, SomeHom
from cat_ad.errors import InterpretationError, MissingError
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import UNIT, Dim, Float, Scalar, dimensions, factors, is_array, kind, product
from cat_ad.objects.trees import pruned, tree_map, tree_of
from cat_ad.primitives.arithmetic import add, mul, sub
from cat_ad.primitives.constants import constant
from cat_ad.primitives.elementwise import cos, negate, scale, sigmoid, sin, tanh
from cat_ad.primitives.reductions import mean, total

T = TypeVar("T")
Value: TypeAlias = Any  # Any: of an object that is known only at run time

UNSIZED = 2  # how long a dimension without a size is


class Two(Dim, size=2):
    """Two."""


class Three(Dim, size=3):
    """Three."""


def _copies(a: type, many: int) -> SomeArrow:
    """The same number in every place: linear, and its transpose is the sum."""

    def copies(x: AnyArray) -> AnyArray:
        return np.stack([x] * many, axis=-1)

    def added(v: AnyArray) -> AnyArray:
        return np.sum(v, axis=-1)

    return linear_primitive(Scalar, a, "copies", copies, lambda k: k.linear_map(copies, added))


def _of_array(a: type) -> list[SomeArrow]:
    """Primitives from an array to itself, linear ones among them."""
    to_itself: list[SomeArrow] = [f(a) for f in (sin, cos, tanh, sigmoid, negate, add, sub, mul)]
    value = np.linspace(0.25, 0.75, int(np.prod(_shape(a)))).reshape(_shape(a))
    return [*to_itself, scale(a, 0.5), scale(a, -1.5), constant(a, value)]


def _shape(a: type) -> tuple[int, ...]:
    return tuple(dim.size or UNSIZED for dim in dimensions(a))


PRIMITIVES: Sequence[SomeArrow] = [
    *(f for a in (Scalar, Float[Two], Float[Three]) for f in _of_array(a)),
    *(f(a) for a in (Float[Two], Float[Three]) for f in (total, mean)),
    _copies(Float[Two], 2),
    _copies(Float[Three], 3),
]


COPYING: Sequence[SomeArrow] = dup(Scalar), exl(Scalar, Scalar), exr(Scalar, Scalar), it(Scalar)
BESIDE: SomeArrow = identity(Scalar) * identity(Scalar)


class Sampler:
    """Draws what a law speaks of, in arrows that a category gives a meaning."""

    def __init__(
        self,
        category: Category[K],
        primitives: Sequence[SomeArrow],
        rng: np.random.Generator,
        look: Callable[[SomeHom[K], SomeArrow], object] = lambda f, arrow: f,
    ) -> None:
        """Of the primitives that it refuses, when it reads them or when it is given a `look` at them, none is drawn.

        Raises `InterpretationError` if it refuses all there are.
        """
        self.category, self.look, self.rng = category, look, rng
        self.cartesian = isinstance(category, Cartesian) and all(map(self._has, COPYING))
        self.monoidal = isinstance(category, Monoidal) and self._has(BESIDE)
        self.refused = list[str]()
        self._reached = dict[tuple[type, ...], dict[type, int]]()
        meant = [f for f in primitives if self._means(f)]
        if primitives and not meant:
            raise InterpretationError(
                f"check_laws: wanted a category that gives primitives a meaning, and {category!r} gives none of "
                f"{len(primitives)} one: {self.refused[0]}; say what a primitive is in its method primitive, "
                "or give primitives=[] to try structure alone"
            )
        known = [f for f in meant if self.cartesian or (is_array(f.dom) and is_array(f.cod))]
        self.steps = [step for f in known for step in self._to_arrays(f)]
        self.arrays = [*dict.fromkeys(a for f in known or primitives for a in _arrays(f.dom, f.cod))] or [Scalar]

    def _means(self, f: SomeArrow) -> bool:
        """Has this primitive a meaning?"""
        try:
            hom = read(self.category, f)
        except (InterpretationError, NotImplementedError, LookupError) as error:
            self.refused.append(f"{describe(f)} raises {type(error).__name__}: {error}")
            return False
        try:
            self.look(hom, f)
        except MissingError as error:
            self.refused.append(str(error))
            return False
        return True

    def _has(self, structure: SomeArrow) -> bool:
        """Is this not lacking in a category that this one is made of, as D(k) of k?"""
        try:
            read(self.category, structure)
        except MissingError as error:
            return error.obj is self.category
        return True

    def path(self, depth: int) -> dict[str, SomeArrow]:
        """Arrows such as are in a `Sample`, between objects nested up to so deep."""
        start = self._one_of(self.arrays)
        to = self._far(start)
        arrays = [a for a in to if start in self._far(a)]
        if self.cartesian:
            a, b, c, d = (self._object(arrays, depth) for _ in range(4))
        else:
            form = self._object([start], depth if self.monoidal else 0, unit=False)
            a, b, c, d = (self._like(form, arrays) for _ in range(4))
        ways = {"f": (a, b), "g": (b, c), "h": (c, d), "beside": (a, c), "into": (c, b), "parallel": (a, b)}
        return {name: self.arrow(*way, fuel=1) for name, way in ways.items()}

    def arrow(self, a: type, b: type, fuel: int) -> SomeArrow:
        """An arrow from a to b, with about so many primitives on every way."""
        if not is_array(b):
            return self._to_product(a, b, fuel)
        far = self._far(*_arrays(a))
        nearer = [step for step in self._steps_to(b, far) if fuel > 0 or _distance(step.dom, far) < far[b]]
        projections = [f for f in self._within(a) if f.cod == b]
        if nearer and (fuel > 0 or not projections):
            step = self._one_of([f for f in nearer if _arrays(f.dom)] or nearer)  # a constant shows little
            return _then(self.arrow(a, step.dom, fuel - 1), step)
        return self._one_of(projections)

    def _to_product(self, a: type, b: type, fuel: int) -> SomeArrow:
        parts, others = factors(b), factors(a)
        pairs = [*zip(others, parts, strict=True)] if len(parts) == len(others) == 2 else []
        beside = pairs and all(_in(self._far(*_arrays(x)), y) for x, y in pairs)
        if beside and (not self.cartesian or self.rng.random() < 1 / 2):
            left, right = (self.arrow(x, y, fuel) for x, y in pairs)
            return left * right
        if b == UNIT:
            return it(a)
        first, *rest = [self.arrow(a, part, fuel) for part in parts]
        return fork(first, *rest)

    def _far(self, *start: type) -> dict[type, int]:
        """The arrays to which there is an arrow from those at the start, and how many primitives it has."""
        if (known := self._reached.get(start)) is not None:
            return known
        far = dict.fromkeys(start, 0)
        while new := {f.cod: _distance(f.dom, far) + 1 for f in self.steps if f.cod not in far and _in(far, f.dom)}:
            far |= new
        return self._reached.setdefault(start, far)

    def _steps_to(self, b: type, far: dict[type, int]) -> list[SomeArrow]:
        return [f for f in self.steps if f.cod == b and _in(far, f.dom)]

    def _to_arrays(self, f: SomeArrow) -> list[SomeArrow]:
        return [step for step in _projections(f.cod, f) if is_array(step.cod)] if self.cartesian else [f]

    def _within(self, a: type) -> Iterator[SomeArrow]:
        return _projections(a) if self.cartesian else iter([identity(a)])

    def _object(self, arrays: Sequence[type], depth: int, unit: bool = True) -> type:
        if depth == 0:
            return self._one_of(arrays)
        deep = self._object(arrays, depth - 1, unit)
        other = (
            UNIT if unit and self.rng.random() < 1 / 5 else self._object(arrays, int(self.rng.integers(depth)), unit)
        )
        return product(deep, other) if self.rng.random() < 1 / 2 else product(other, deep)

    def _like(self, form: type, arrays: Sequence[type]) -> type:
        if is_array(form):
            return self._one_of(arrays)
        left, right = factors(form)
        return product(self._like(left, arrays), self._like(right, arrays))

    def _one_of(self, these: Sequence[T]) -> T:
        return these[int(self.rng.integers(len(these)))]


def read(category: Category[K], f: SomeArrow) -> SomeHom[K]:
    """An arrow in a category that may have no more than the arrow needs."""
    if isinstance(category, Cartesian):
        return f.to(category)
    return f._in(cast(Cartesian[K], category))  # it says what it lacks


def point(space: type, rng: np.random.Generator) -> Value:
    """A value of an object: numbers from -1 to 1, and the integers 0 and 1."""

    def drawn(array: type) -> Value:
        shape = _shape(array)
        if kind(array) == "Float":
            return np.asarray(rng.uniform(-1.0, 1.0, shape))
        return np.asarray(rng.integers(0, 2, shape), int if kind(array) == "Int" else bool)

    return tree_map(drawn, tree_of(space))


def tangent(a: Value, rng: np.random.Generator) -> Value:
    """A tangent at a value: `None` at integers, and now and then for the zero of a factor."""
    if not isinstance(a, tuple):
        return np.asarray(rng.uniform(-1.0, 1.0, a.shape)) if a.dtype.kind == "f" else None
    return pruned(tuple([None if rng.random() < 1 / 8 else tangent(part, rng) for part in a]))


def _then(f: SomeArrow, g: SomeArrow) -> SomeArrow:
    return g if f == identity(f.dom) else f >> g


def _projections(a: type, before: SomeArrow | None = None) -> Iterator[SomeArrow]:
    """The identity, and the projections to parts; after another arrow, if one is given."""
    yield identity(a) if before is None else before
    if len(factors(a)) == 2 and not is_array(a):
        left, right = factors(a)
        ways: tuple[SomeArrow, SomeArrow] = exl(left, right), exr(left, right)
        for f in ways:
            yield from _projections(f.cod, f if before is None else before >> f)


def _arrays(*spaces: type) -> list[type]:
    return [a for space in spaces for a in ([space] if is_array(space) else _arrays(*factors(space)))]


def _in(far: dict[type, int], space: type) -> bool:
    return all(a in far for a in _arrays(space))


def _distance(space: type, far: dict[type, int]) -> int:
    return max([far[a] for a in _arrays(space)], default=0)
