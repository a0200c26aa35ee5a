"""Structure: the arrows that every cartesian category has (Elliott 2018, sections 4.1 and 4.3).

They move values and compute nothing:

>>> from cat_ad import Scalar
>>> swap(Scalar, Scalar)((1.0, 2.0))
(array(2.), array(1.))
>>> dup(Scalar) >> exl(Scalar, Scalar) == identity(Scalar)
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from typing_extensions import TypeForm

from cat_ad.arrows.printing import Piece
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A, B, C, Cartesian, Hom, K, SomeHom
from cat_ad.categories.functions import Function, Functions, function
from cat_ad.objects.spaces import UNIT, Unit, as_object, product, require_object


class _Reading(Protocol[A, B]):
    def __call__(self, category: Cartesian[K], /) -> Hom[K, A, B]: ...


@dataclass(frozen=True, eq=False, repr=False)
class _Structure(Arrow[A, B]):
    """An arrow that every cartesian category has."""

    name: str
    reading: _Reading[A, B]

    def __post_init__(self) -> None:
        require_object(self.name, self.dom)

    def _in(self, category: Cartesian[K]) -> Hom[K, A, B]:
        return self.reading(category)

    def trace(self, machine: Machine[SomeArrow]) -> None:
        read: SomeHom[Function] = self.reading(Functions())
        machine.change(function(read))

    @property
    def shared(self) -> Arrow[A, B]:
        return self

    def pieces(self) -> Sequence[Piece]:
        return (self.name,)


def identity(a: TypeForm[A]) -> Arrow[A, A]:
    """id: A -> A"""
    a = as_object(a)
    return _Structure(a, a, "id", lambda k: k.id(a))


def exl(a: TypeForm[A], b: TypeForm[B]) -> Arrow[tuple[A, B], A]:
    """exl: A x B -> A"""
    a, b = as_object(a), as_object(b)
    return _Structure(product(a, b), a, "exl", lambda k: k.exl(a, b))


def exr(a: TypeForm[A], b: TypeForm[B]) -> Arrow[tuple[A, B], B]:
    """exr: A x B -> B"""
    a, b = as_object(a), as_object(b)
    return _Structure(product(a, b), b, "exr", lambda k: k.exr(a, b))


def dup(a: TypeForm[A]) -> Arrow[A, tuple[A, A]]:
    """dup: A -> A x A"""
    a = as_object(a)
    return _Structure(a, product(a, a), "dup", lambda k: k.dup(a))


def swap(a: TypeForm[A], b: TypeForm[B]) -> Arrow[tuple[A, B], tuple[B, A]]:
    """swap: A x B -> B x A"""
    a, b = as_object(a), as_object(b)
    return _Structure(product(a, b), product(b, a), "swap", lambda k: k.swap(a, b))


def assoc_l(a: TypeForm[A], b: TypeForm[B], c: TypeForm[C]) -> Arrow[tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
    """assoc_l: A x (B x C) -> (A x B) x C"""
    a, b, c = as_object(a), as_object(b), as_object(c)
    there, back = product(a, product(b, c)), product(product(a, b), c)
    return _Structure(there, back, "assoc_l", lambda k: k.assoc_l(a, b, c))


def assoc_r(a: TypeForm[A], b: TypeForm[B], c: TypeForm[C]) -> Arrow[tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
    """assoc_r: (A x B) x C -> A x (B x C)"""
    a, b, c = as_object(a), as_object(b), as_object(c)
    there, back = product(product(a, b), c), product(a, product(b, c))
    return _Structure(there, back, "assoc_r", lambda k: k.assoc_r(a, b, c))


def it(a: TypeForm[A]) -> Arrow[A, Unit]:
    """it: A -> Unit, the one arrow to the terminal object."""
    a = as_object(a)
    return _Structure(a, UNIT, "it", lambda k: k.it(a))
