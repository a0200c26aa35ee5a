"""The laws of categories (Elliott 2018, sections 4.1 to 4.3), which `check_laws` tries.

A law is a function from a category and a `Sample` of its arrows to the two sides of an equation. Each class has its own
`laws`, beside those of the classes above it. In the equations `f ; g` is first f, then g; `f & g` is the paper's fork,
`f * g` its cross. The laws of categories whose arrows add are beside them, in `cat_ad.categories.biproduct`.

>>> for law in laws(Cartesian)[:5]: print(f"{law.__name__}: {law.__doc__}")
left_identity: id ; f = f
right_identity: f ; id = f
associativity: (f ; g) ; h = f ; (g ; h)
chain_composes: chain(f, g, h) = (f ; g) ; h
cross_of_identities: id * id = id
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeAlias

from cat_ad.categories.category import A, B, C, Cartesian, Category, D, Hom, K, Law, Monoidal, SomeHom
from cat_ad.objects.spaces import product


@dataclass(frozen=True)
class Sample(Generic[K, A, B, C, D]):
    """Objects and arrows for a law to speak about: a path A to B to C to D, and one more arrow for each corner."""

    a: type[A]
    b: type[B]
    c: type[C]
    d: type[D]
    f: Hom[K, A, B]
    g: Hom[K, B, C]
    h: Hom[K, C, D]
    beside: Hom[K, A, C]  # another arrow out of A
    into: Hom[K, C, B]  # another arrow into B
    parallel: Hom[K, A, B]  # another arrow from A to B


SomeSample: TypeAlias = Sample[K, Any, Any, Any, Any]  # Any: a law holds for all objects
Sides: TypeAlias = tuple[SomeHom[K], SomeHom[K]]


def laws(category: type[Category[K]]) -> tuple[Law, ...]:
    """All laws that a class of categories promises, its own and those of the classes above it."""
    classes = [c for c in reversed(category.__mro__) if issubclass(c, Category) and "laws" in vars(c)]
    return tuple(law for c in classes for law in c.laws)


def left_identity(k: Category[K], s: SomeSample[K]) -> Sides[K]:
    """id ; f = f"""
    return k.compose(k.id(s.a), s.f), s.f


def right_identity(k: Category[K], s: SomeSample[K]) -> Sides[K]:
    """f ; id = f"""
    return k.compose(s.f, k.id(s.b)), s.f


def associativity(k: Category[K], s: SomeSample[K]) -> Sides[K]:
    """(f ; g) ; h = f ; (g ; h)"""
    return k.compose(k.compose(s.f, s.g), s.h), k.compose(s.f, k.compose(s.g, s.h))


def chain_composes(k: Category[K], s: SomeSample[K]) -> Sides[K]:
    """chain(f, g, h) = (f ; g) ; h"""
    return k.chain([s.f, s.g, s.h]), k.compose(k.compose(s.f, s.g), s.h)


Category.laws = (left_identity, right_identity, associativity, chain_composes)


def cross_of_identities(k: Monoidal[K], s: SomeSample[K]) -> Sides[K]:
    """id * id = id"""
    return k.cross(k.id(s.a), k.id(s.b)), k.id(product(s.a, s.b))


def interchange(k: Monoidal[K], s: SomeSample[K]) -> Sides[K]:
    """(g * f) ; (h * g) = (g ; h) * (f ; g)"""
    return (
        k.compose(k.cross(s.g, s.f), k.cross(s.h, s.g)),
        k.cross(k.compose(s.g, s.h), k.compose(s.f, s.g)),
    )


Monoidal.laws = (cross_of_identities, interchange)


def exl_of_fork(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """(f & g) ; exl = f"""
    return k.compose(k.fork(s.f, s.beside), k.exl(s.b, s.c)), s.f


def exr_of_fork(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """(f & g) ; exr = g"""
    return k.compose(k.fork(s.f, s.beside), k.exr(s.b, s.c)), s.beside


def fork_of_projections(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """exl & exr = id"""
    return k.fork(k.exl(s.a, s.b), k.exr(s.a, s.b)), k.id(product(s.a, s.b))


def fork_after(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """f ; (g & h) = (f ; g) & (f ; h)"""
    other = k.compose(s.g, s.into)
    return k.compose(s.f, k.fork(s.g, other)), k.fork(k.compose(s.f, s.g), k.compose(s.f, other))


def cross_by_fork(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """f * g = (exl ; f) & (exr ; g)"""
    left, right = k.compose(k.exl(s.a, s.c), s.f), k.compose(k.exr(s.a, s.c), s.h)
    return k.cross(s.f, s.h), k.fork(left, right)


def fork_by_dup(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """f & g = dup ; (f * g)"""
    return k.fork(s.f, s.beside), k.compose(k.dup(s.a), k.cross(s.f, s.beside))


def swap_twice(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """swap ; swap = id"""
    return k.compose(k.swap(s.a, s.b), k.swap(s.b, s.a)), k.id(product(s.a, s.b))


def swap_is_natural(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """(f * g) ; swap = swap ; (g * f)"""
    return k.compose(k.cross(s.f, s.h), k.swap(s.b, s.d)), k.compose(k.swap(s.a, s.c), k.cross(s.h, s.f))


def assoc_there_and_back(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """assoc_l ; assoc_r = id"""
    return (
        k.compose(k.assoc_l(s.a, s.b, s.c), k.assoc_r(s.a, s.b, s.c)),
        k.id(product(s.a, product(s.b, s.c))),
    )


def assoc_back_and_there(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """assoc_r ; assoc_l = id"""
    return (
        k.compose(k.assoc_r(s.a, s.b, s.c), k.assoc_l(s.a, s.b, s.c)),
        k.id(product(product(s.a, s.b), s.c)),
    )


def assoc_is_natural(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """(f * (g * h)) ; assoc_l = assoc_l ; ((f * g) * h)"""
    return (
        k.compose(k.cross(s.f, k.cross(s.g, s.h)), k.assoc_l(s.b, s.c, s.d)),
        k.compose(k.assoc_l(s.a, s.b, s.c), k.cross(k.cross(s.f, s.g), s.h)),
    )


def unit_is_terminal(k: Cartesian[K], s: SomeSample[K]) -> Sides[K]:
    """f ; it = it"""
    return k.compose(s.f, k.it(s.b)), k.it(s.a)


Cartesian.laws = (
    exl_of_fork,
    exr_of_fork,
    fork_of_projections,
    fork_after,
    cross_by_fork,
    fork_by_dup,
    swap_twice,
    swap_is_natural,
    assoc_there_and_back,
    assoc_back_and_there,
    assoc_is_natural,
    unit_is_terminal,
)
