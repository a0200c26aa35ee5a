"""Forward mode by beginnings (Elliott 2018, section 14): the mirror image of continuations.

begin f takes a linear map h into the domain of f, and puts f after it. The paper says that it is a functor, and leaves
the operations to the reader.

>>> for operation in (composition(), cross(), projection_left(), duplication(), addition()): print(operation)
composition of Begin, section 14: (q ∘ p) h = q (p h)
cross of Begin, section 14: (p × q) h = p (exl ∘ h) △ q (exr ∘ h)
exl of Begin, section 14: exl_Begin h = exl ∘ h
dup of Begin, section 14: dup_Begin h = h △ h
jam of Begin, section 14: jam_Begin h = exl ∘ h + exr ∘ h
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.functors import Functor
from cat_ad.calculations.laws import dup_by_fork, fork_of_parts
from cat_ad.calculations.paper.appendix_b import fork_of_zero, fork_with_zero, sum_at_a_join, sum_by_fork
from cat_ad.calculations.paper.appendix_c import cross_after_fork, fork_after
from cat_ad.calculations.vocabulary import (
    Begin,
    begin,
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
p, q = variables("p q", of=Begin)

definition = Equation("definition of begin", "section 14", begin(f)(h), f @ h)
functor = Functor(begin, Begin, "section 14")


@cache
def identity_of_Begin() -> Equation:
    """id_Begin h = h: stay there."""
    return (
        calculate(identity[Begin](h))
        .by(functor.keeps(identity), begin(identity)(h))
        .by(definition, h)
        .proves("id of Begin", "section 14")
    )


@cache
def composition() -> Equation:
    """(q ∘ p) h = q (p h): the first one first, so that all is associated from the left."""
    return (
        calculate((begin(g) @ begin(f))(h))
        .by(functor.keeps_composition, begin(g @ f)(h))
        .by(definition, g @ f @ h)
        .by(definition, begin(g)(f @ h))
        .by(definition, begin(g)(begin(f)(h)))
        .defines("composition of Begin", "section 14", {begin(f): p, begin(g): q})
    )


@cache
def cross() -> Equation:
    """(p × q) h = p (exl ∘ h) △ q (exr ∘ h): unfork, each, fork."""
    return (
        calculate((begin(f) * begin(g))(h))
        .by(functor.keeps_cross, begin(f * g)(h))
        .by(definition, (f * g) @ h)
        .by(fork_of_parts, (f * g) @ (exl @ h & exr @ h))
        .by(cross_after_fork(), f @ exl @ h & g @ exr @ h)
        .by(definition, begin(f)(exl @ h) & begin(g)(exr @ h))
        .defines("cross of Begin", "section 14", {begin(f): p, begin(g): q})
    )


@cache
def fork() -> Equation:
    """(p △ q) h = p h △ q h: each, and the fork."""
    return (
        calculate((begin(f) & begin(g))(h))
        .by(functor.keeps_fork, begin(f & g)(h))
        .by(definition, (f & g) @ h)
        .by(fork_after(), f @ h & g @ h)
        .by(definition, begin(f)(h) & begin(g)(h))
        .defines("fork of Begin", "section 14", {begin(f): p, begin(g): q})
    )


@cache
def join() -> Equation:
    """(p ▽ q) h = p (exl ∘ h) + q (exr ∘ h): unfork, each, and the sum."""
    return (
        calculate((begin(f) | begin(g))(h))
        .by(functor.keeps_join, begin(f | g)(h))
        .by(definition, (f | g) @ h)
        .by(fork_of_parts, (f | g) @ (exl @ h & exr @ h))
        .by(sum_at_a_join(), f @ exl @ h + g @ exr @ h)
        .by(definition, begin(f)(exl @ h) + begin(g)(exr @ h))
        .defines("join of Begin", "section 14", {begin(f): p, begin(g): q})
    )


@cache
def projection_left() -> Equation:
    """exl_Begin h = exl ∘ h: unfork, then the left."""
    return (
        calculate(exl[Begin](h))
        .by(functor.keeps(exl), begin(exl)(h))
        .by(definition, exl @ h)
        .proves("exl of Begin", "section 14")
    )


@cache
def projection_right() -> Equation:
    """exr_Begin h = exr ∘ h: unfork, then the right."""
    return (
        calculate(exr[Begin](h))
        .by(functor.keeps(exr), begin(exr)(h))
        .by(definition, exr @ h)
        .proves("exr of Begin", "section 14")
    )


@cache
def duplication() -> Equation:
    """dup_Begin h = h △ h: the fork with itself."""
    return (
        calculate(dup[Begin](h))
        .by(functor.keeps(dup), begin(dup)(h))
        .by(definition, dup @ h)
        .by(dup_by_fork, (identity & identity) @ h)
        .by(fork_after(), h & h)
        .proves("dup of Begin", "section 14")
    )


@cache
def injection_left() -> Equation:
    """inl_Begin h = h △ 0: the fork with 0."""
    return (
        calculate(inl[Begin](h))
        .by(functor.keeps(inl), begin(inl)(h))
        .by(definition, inl @ h)
        .by(fork_with_zero(), h & zero)
        .proves("inl of Begin", "section 14")
    )


@cache
def injection_right() -> Equation:
    """inr_Begin h = 0 △ h: the fork of 0."""
    return (
        calculate(inr[Begin](h))
        .by(functor.keeps(inr), begin(inr)(h))
        .by(definition, inr @ h)
        .by(fork_of_zero(), zero & h)
        .proves("inr of Begin", "section 14")
    )


@cache
def addition() -> Equation:
    """jam_Begin h = exl ∘ h + exr ∘ h: unfork, and the sum."""
    return (
        calculate(jam[Begin](h))
        .by(functor.keeps(jam), begin(jam)(h))
        .by(definition, jam @ h)
        .by(fork_of_parts, jam @ (exl @ h & exr @ h))
        .by(sum_by_fork(), exl @ h + exr @ h)
        .proves("jam of Begin", "section 14")
    )


@cache
def scaling() -> Equation:
    """(scale s)_Begin h = scale s ∘ h"""
    return (
        calculate(scale(s)[Begin](h))
        .by(functor.keeps(scale(s)), begin(scale(s))(h))
        .by(definition, scale(s) @ h)
        .proves("scale of Begin", "section 14")
    )
