"""`check_laws`: is a category one? It tries the laws of its class on random objects and arrows.

A category promises the laws of its classes (`cat_ad.categories.laws`). Counting primitives is a monoidal category, in
which composing and putting side by side add:

>>> from cat_ad import Cartesian, Monoidal
>>> class Counting(Monoidal):
...     def id(self, a): return 0
...     def compose(self, f, g): return f + g
...     def cross(self, f, g): return f + g
...     def primitive(self, arrow): return 1
>>> check_laws(Counting())

but no cartesian one: an arrow that is forked and then dropped has been counted.

>>> class Copying(Counting, Cartesian):
...     def exl(self, a, b): return 0
...     def exr(self, a, b): return 0
...     def fork(self, f, g): return f + g
...     def it(self, a): return 0
>>> check_laws(Copying())
Traceback (most recent call last):
cat_ad.errors.LawError: Copying breaks exl_of_fork, (f & g) ; exl = f: the left is 2, the right 1, where f = ...

What it cannot find: what is wrong only for objects or primitives that are not drawn. More `samples`, other seeds, and
`primitives` of one's own look further.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any, Generic, TypeAlias, cast

import numpy as np

from cat_ad.arrows.given import require_arrow
from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories import codiscrete
from cat_ad.categories.category import Category, K, Law, SomeHom
from cat_ad.categories.codiscrete import Codiscrete, ends
from cat_ad.categories.laws import Sample, SomeSample, laws
from cat_ad.errors import InterpretationError, LawError, MissingError, require_number, require_seed, shortened, told
from cat_ad.objects.spaces import brief
from cat_ad.readings.laws.experiments import difference, shown, unlike
from cat_ad.readings.laws.samples import PRIMITIVES, Sampler, Value, point, read

Equal: TypeAlias = Callable[[SomeHom[K], SomeHom[K]], bool]
Call: TypeAlias = Callable[[SomeHom[K], Value], Value]  # values of the objects of the arrow
Path: TypeAlias = dict[str, SomeArrow]
DEPTH = 2  # of products


def check_laws(
    category: Category[K],
    *,
    equal: Equal[K] | None = None,
    call: Call[K] | None = None,
    primitives: Sequence[SomeArrow] = PRIMITIVES,
    samples: int = 12,
    tolerance: float = 1e-9,
    seed: int = 0,
) -> None:
    """Raise `LawError` for the first law that a category is found to break, with arrows for which it does not hold.

    The arrows are made of those `primitives` to which the category gives a meaning; for D(k), the laws are those of
    what k has. Two arrows of the category are equal if `equal(f, g)` says so. Without `equal`, `call(f, x)` is what an
    arrow gives for a value, and must be the same for both, up to the tolerance, at random values. Without either,
    arrows are compared by their `==`, or called themselves.

    Raises `InterpretationError` for what is no category, for one that refuses all primitives, and for arrows that
    cannot be called or compared.
    """
    if not isinstance(category, Category):
        raise InterpretationError(f"check_laws: wanted a category, got {told(category)}; make one by calling its class")
    require_number("check_laws", "a number of samples of 1 or more", samples, 1.0, inf)
    require_number("check_laws", "a tolerance of 0 or more", tolerance, 0.0, inf)
    require_seed("check_laws", seed)

    def look(f: SomeHom[K], arrow: SomeArrow) -> None:
        if equal is None and call is None:
            _look(category, f, arrow)

    given: list[SomeArrow] = [require_arrow("check_laws", f) for f in primitives]
    sampler = Sampler(category, given, np.random.default_rng(seed), look)
    for number in range(int(samples)):
        path = sampler.path(depth=number * (DEPTH + 1) // int(samples))  # small ones first, which are read easily
        trial = _Trial(category, path, equal, call, tolerance, seed + number)
        for law in laws(type(category)):
            trial.check(law)


def _look(category: Category[K], f: SomeHom[K], arrow: SomeArrow) -> None:
    """Raise `InterpretationError` for an arrow of a category that shows nothing of itself."""
    try:
        shown(category, f, arrow.dom, arrow.cod, np.random.default_rng(0))
    except InterpretationError:
        raise
    except Exception as error:
        raise InterpretationError(
            f"check_laws: wanted an arrow that can be called with a value of {brief(arrow.dom)}, but {describe(arrow)} "
            f"in {category!r} raises {type(error).__name__}: {error}; "
            "give call=lambda f, x: ..., which says how it is called, or equal=lambda f, g: ..."
        ) from error


@dataclass(frozen=True)
class _Trial(Generic[K]):
    """A category, some arrows, and how to compare what a law makes of them."""

    category: Category[K]
    path: Path
    equal: Equal[K] | None
    call: Call[K] | None
    tolerance: float
    seed: int

    def check(self, law: Law) -> None:
        """Raise `LawError` unless the sides of a law are equal, with the arrows that it speaks of."""
        noted = _Noted(_sample(self.path, self._homs))
        try:
            found = self._difference(law, *law(self.category, cast(SomeSample[K], noted)))
        except MissingError as error:
            if error.obj is self.category:
                raise
            return  # which it has only where what it is made of has it: D(k) where k has
        except InterpretationError:  # it says what is lacking
            raise
        except Exception as error:
            raise self._broken(law, noted, f"it raises {type(error).__name__}: {error}") from error
        if found:
            raise self._broken(law, noted, found)

    @cached_property
    def _homs(self) -> dict[str, SomeHom[K]]:
        """The arrows of the category."""
        homs = dict[str, SomeHom[K]]()
        for name, arrow in self.path.items():
            try:
                homs[name] = read(self.category, arrow)
            except Exception as error:
                raise LawError(
                    f"{self.category!r} has a meaning for the primitives of {describe(arrow)}, but when that is read "
                    f"it raises {type(error).__name__}: {error}"
                ) from error
        return homs

    def _difference(self, law: Law, left: SomeHom[K], right: SomeHom[K]) -> str:
        """In words how the sides of a law differ, or ""."""
        if self.equal is not None:
            return "" if self.equal(left, right) else unlike(left, right)
        a, b = self._ends(law)
        one, other = (self._shown(f, a, b, np.random.default_rng(self.seed)) for f in (left, right))
        return difference(one, other, self.tolerance)

    def _shown(self, f: SomeHom[K], a: type, b: type, rng: np.random.Generator) -> Any:  # Any: what is compared
        return shown(self.category, f, a, b, rng) if self.call is None else self.call(f, point(a, rng))

    def _ends(self, law: Law) -> tuple[type, type]:
        """The objects between which the sides of a law go."""
        homs = {name: codiscrete.hom(f.dom, f.cod) for name, f in self.path.items()}
        try:
            return ends(law(Codiscrete(), _sample(self.path, homs))[0])
        except MissingError:
            raise InterpretationError(
                "wanted a law of what every biproduct category has, so that its objects are known; "
                "give equal=lambda f, g: ..."
            ) from None

    def _broken(self, law: Law, noted: _Noted, found: str) -> LawError:
        """The error of a law: what it says, what was found, and the arrows that it speaks of, or else their objects."""
        arrows = [f"{name} = {describe(f)}" for name, f in self.path.items() if name in noted.names]
        objects = [f"{name} = {brief(getattr(noted, name))}" for name in "abcd" if name in noted.names]
        says = f"{law.__name__}, {' '.join((law.__doc__ or '').split())}"
        where = ", ".join(arrows or objects)
        return LawError(f"{self.category!r} breaks {says}: {shortened(found, 400)}, where {where}")


class _Noted:
    """A sample that notes what a law uses of it."""

    def __init__(self, sample: SomeSample[Any]) -> None:  # Any: of any brand
        self.sample = sample
        self.names = set[str]()

    def __getattr__(self, name: str) -> Any:  # Any: an object or an arrow
        self.names.add(name)
        return getattr(self.sample, name)


def _sample(path: Path, homs: dict[str, SomeHom[K]]) -> SomeSample[K]:
    """The objects of a path, and its arrows in a category."""
    return Sample(path["f"].dom, path["g"].dom, path["h"].dom, path["h"].cod, **homs)
