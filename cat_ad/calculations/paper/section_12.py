"""Reverse mode by continuations (Elliott 2018, section 12): what an instance must be, for cont to be a functor.

cont f takes a continuation h, a linear map out of the codomain of f, and puts f before it. Theorem 4 says what follows.

>>> for operation in (composition(), cross(), projection_left(), duplication(), addition()): print(operation)
composition of Cont, theorem 4: (q ∘ p) h = p (q h)
cross of Cont, theorem 4: (p × q) h = p (h ∘ inl) ▽ q (h ∘ inr)
exl of Cont, theorem 4: exl_Cont h = h ▽ 0
dup of Cont, theorem 4: dup_Cont h = h ∘ inl + h ∘ inr
jam of Cont, theorem 4: jam_Cont h = h ▽ h
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.functors import Functor
from cat_ad.calculations.laws import jam_by_join, join_of_parts
from cat_ad.calculations.paper.appendix_b import join_of_zero, join_with_zero, sum_at_a_join, sum_by_join
from cat_ad.calculations.paper.appendix_c import join_after_cross, join_before
from cat_ad.calculations.vocabulary import (
    Cont,
    cont,
    dup,
    exl,
    exr,
    identity,
    inl,
    inr,
    jam,
    scale,
    variables,
    zero,
)

f, g, h, s = variables("f g h s")
p, q = variables("p q", of=Cont)

definition = Equation("definition of cont", "section 12", cont(f)(h), h @ f)
functor = Functor(cont, Cont, "theorem 4")


@cache
def identity_of_Cont() -> Equation:
    """id_Cont h = h: go on."""
    return (
        calculate(identity[Cont](h))
        .by(functor.keeps(identity), cont(identity)(h))
        .by(definition, h)
        .proves("id of Cont", "theorem 4")
    )


@cache
def composition() -> Equation:
    """(q ∘ p) h = p (q h): the last one first, so that all is associated from the right."""
    return (
        calculate((cont(g) @ cont(f))(h))
        .by(functor.keeps_composition, cont(g @ f)(h))
        .by(definition, h @ g @ f)
        .by(definition, cont(f)(h @ g))
        .by(definition, cont(f)(cont(g)(h)))
        .defines("composition of Cont", "theorem 4", {cont(f): p, cont(g): q})
    )


@cache
def cross() -> Equation:
    """(p × q) h = p (h ∘ inl) ▽ q (h ∘ inr): unjoin, each, join."""
    return (
        calculate((cont(f) * cont(g))(h))
        .by(functor.keeps_cross, cont(f * g)(h))
        .by(definition, h @ (f * g))
        .by(join_of_parts, (h @ inl | h @ inr) @ (f * g))
        .by(join_after_cross(), h @ inl @ f | h @ inr @ g)
        .by(definition, cont(f)(h @ inl) | cont(g)(h @ inr))
        .defines("cross of Cont", "theorem 4", {cont(f): p, cont(g): q})
    )


@cache
def fork() -> Equation:
    """(p △ q) h = p (h ∘ inl) + q (h ∘ inr): unjoin, each, and the sum."""
    return (
        calculate((cont(f) & cont(g))(h))
        .by(functor.keeps_fork, cont(f & g)(h))
        .by(definition, h @ (f & g))
        .by(join_of_parts, (h @ inl | h @ inr) @ (f & g))
        .by(sum_at_a_join(), h @ inl @ f + h @ inr @ g)
        .by(definition, cont(f)(h @ inl) + cont(g)(h @ inr))
        .defines("fork of Cont", "theorem 4", {cont(f): p, cont(g): q})
    )


@cache
def join() -> Equation:
    """(p ▽ q) h = p h ▽ q h: each, and the join."""
    return (
        calculate((cont(f) | cont(g))(h))
        .by(functor.keeps_join, cont(f | g)(h))
        .by(definition, h @ (f | g))
        .by(join_before(), h @ f | h @ g)
        .by(definition, cont(f)(h) | cont(g)(h))
        .defines("join of Cont", "theorem 4", {cont(f): p, cont(g): q})
    )


@cache
def projection_left() -> Equation:
    """exl_Cont h = h ▽ 0: inl, then join."""
    return (
        calculate(exl[Cont](h))
        .by(functor.keeps(exl), cont(exl)(h))
        .by(definition, h @ exl)
        .by(join_with_zero(), h | zero)
        .proves("exl of Cont", "theorem 4")
    )


@cache
def projection_right() -> Equation:
    """exr_Cont h = 0 ▽ h: inr, then join."""
    return (
        calculate(exr[Cont](h))
        .by(functor.keeps(exr), cont(exr)(h))
        .by(definition, h @ exr)
        .by(join_of_zero(), zero | h)
        .proves("exr of Cont", "theorem 4")
    )


@cache
def duplication() -> Equation:
    """dup_Cont h = h ∘ inl + h ∘ inr: unjoin, then jam: what is used twice has the sum of two derivatives."""
    return (
        calculate(dup[Cont](h))
        .by(functor.keeps(dup), cont(dup)(h))
        .by(definition, h @ dup)
        .by(join_of_parts, (h @ inl | h @ inr) @ dup)
        .by(sum_by_join(), h @ inl + h @ inr)
        .proves("dup of Cont", "theorem 4")
    )


@cache
def injection_left() -> Equation:
    """inl_Cont h = h ∘ inl: unjoin, then exl."""
    return (
        calculate(inl[Cont](h))
        .by(functor.keeps(inl), cont(inl)(h))
        .by(definition, h @ inl)
        .proves("inl of Cont", "theorem 4")
    )


@cache
def injection_right() -> Equation:
    """inr_Cont h = h ∘ inr: unjoin, then exr."""
    return (
        calculate(inr[Cont](h))
        .by(functor.keeps(inr), cont(inr)(h))
        .by(definition, h @ inr)
        .proves("inr of Cont", "theorem 4")
    )


@cache
def addition() -> Equation:
    """jam_Cont h = h ▽ h: dup, then join."""
    return (
        calculate(jam[Cont](h))
        .by(functor.keeps(jam), cont(jam)(h))
        .by(definition, h @ jam)
        .by(jam_by_join, h @ (identity | identity))
        .by(join_before(), h | h)
        .proves("jam of Cont", "theorem 4")
    )


@cache
def scaling() -> Equation:
    """(scale s)_Cont h = h ∘ scale s"""
    return (
        calculate(scale(s)[Cont](h))
        .by(functor.keeps(scale(s)), cont(scale(s))(h))
        .by(definition, h @ scale(s))
        .proves("scale of Cont", "theorem 4")
    )
