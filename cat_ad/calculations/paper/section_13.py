"""Gradients and duality (Elliott 2018, section 13): what an instance must be, for asDual to be a functor.

A linear map to numbers is dot u for one u, so that a continuation of numbers takes a point to a point: asDual is that.
Of theorem 5 every operation of the dual is one of linear maps, turned around: exl is inl, dup is jam.

>>> for operation in (composition(), cross(), projection_left(), duplication(), addition(), fork()): print(operation)
composition of Dual, theorem 5: (q ∘ p) u = p (q u)
cross of Dual, theorem 5: (p × q) (u, v) = (p u, q v)
exl of Dual, theorem 5: exl_Dual u = inl u
dup of Dual, theorem 5: dup_Dual (u, v) = jam (u, v)
jam of Dual, theorem 5: jam_Dual u = dup u
fork of Dual, corollary 5.1: (p △ q) (u, v) = p u + q v
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.functors import Functor
from cat_ad.calculations.laws import compose_at, dup_at, exl_at, exr_at, fork_at, inl_at, inr_at, jam_at, join_at
from cat_ad.calculations.paper import section_12
from cat_ad.calculations.paper.appendix_c import (
    dot_of_pair_then_inl,
    dot_of_pair_then_inr,
    dot_of_scale,
    dot_of_sum,
    dot_of_undot,
    undot_of_dot,
    undot_of_join,
    undot_of_sum,
    undot_of_zero,
)
from cat_ad.calculations.vocabulary import (
    Cont,
    Dual,
    as_dual,
    cont,
    dot,
    dual,
    dup,
    exl,
    exr,
    identity,
    inl,
    inr,
    jam,
    linear_variables,
    scale,
    undot,
    variables,
    zero,
)

h, s, u, v = variables("h s u v")
f, g = variables("f g", of=Cont)  # continuations of numbers
p, q = variables("p q", of=Dual)
l, m = linear_variables("l m")

definition = Equation("definition of asDual", "section 13", as_dual(f)(u), undot(f(dot(u))))
turned = Equation("an arrow of the dual is a linear map, turned around", "section 13", dual(l)(u), l(u))
functor = Functor(as_dual, Dual, "theorem 5", start=Cont)


@cache
def identity_of_Dual() -> Equation:
    """id_Dual u = u"""
    return (
        calculate(identity[Dual](u))
        .by(functor.keeps(identity), as_dual(identity[Cont])(u))
        .by(definition, undot(identity[Cont](dot(u))))
        .by(section_12.identity_of_Cont(), undot(dot(u)))
        .by(undot_of_dot, u)
        .proves("id of Dual", "theorem 5")
    )


@cache
def composition() -> Equation:
    """(q ∘ p) u = p (q u)"""
    return (
        calculate((as_dual(g) @ as_dual(f))(u))
        .by(functor.keeps_composition, as_dual(g @ f)(u))
        .by(definition, undot((g @ f)(dot(u))))
        .by(section_12.composition(), undot(f(g(dot(u)))))
        .by(dot_of_undot, undot(f(dot(undot(g(dot(u)))))))
        .by(definition, as_dual(f)(undot(g(dot(u)))))
        .by(definition, as_dual(f)(as_dual(g)(u)))
        .defines("composition of Dual", "theorem 5", {as_dual(f): p, as_dual(g): q})
    )


@cache
def cross() -> Equation:
    """(p × q) (u, v) = (p u, q v)"""
    return (
        calculate((as_dual(f) * as_dual(g))(u, v))
        .by(functor.keeps_cross, as_dual(f * g)(u, v))
        .by(definition, undot((f * g)(dot(u, v))))
        .by(section_12.cross(), undot(f(dot(u, v) @ inl) | g(dot(u, v) @ inr)))
        .by(dot_of_pair_then_inl(), undot(f(dot(u)) | g(dot(u, v) @ inr)))
        .by(dot_of_pair_then_inr(), undot(f(dot(u)) | g(dot(v))))
        .by(undot_of_join(), (undot(f(dot(u))), undot(g(dot(v)))))
        .by(definition, (as_dual(f)(u), as_dual(g)(v)))
        .defines("cross of Dual", "theorem 5", {as_dual(f): p, as_dual(g): q})
    )


@cache
def projection_left() -> Equation:
    """exl_Dual u = inl u: a projection becomes an injection."""
    return (
        calculate(exl[Dual](u))
        .by(functor.keeps(exl), as_dual(exl[Cont])(u))
        .by(definition, undot(exl[Cont](dot(u))))
        .by(section_12.projection_left(), undot(dot(u) | zero))
        .by(undot_of_join(), (undot(dot(u)), undot(zero)))
        .by(undot_of_dot, (u, undot(zero)))
        .by(undot_of_zero(), (u, zero))
        .by(inl_at, inl(u))
        .proves("exl of Dual", "theorem 5")
    )


@cache
def projection_right() -> Equation:
    """exr_Dual u = inr u: a projection becomes an injection."""
    return (
        calculate(exr[Dual](u))
        .by(functor.keeps(exr), as_dual(exr[Cont])(u))
        .by(definition, undot(exr[Cont](dot(u))))
        .by(section_12.projection_right(), undot(zero | dot(u)))
        .by(undot_of_join(), (undot(zero), undot(dot(u))))
        .by(undot_of_dot, (undot(zero), u))
        .by(undot_of_zero(), (zero, u))
        .by(inr_at, inr(u))
        .proves("exr of Dual", "theorem 5")
    )


@cache
def duplication() -> Equation:
    """dup_Dual (u, v) = jam (u, v): copying becomes adding."""
    return (
        calculate(dup[Dual](u, v))
        .by(functor.keeps(dup), as_dual(dup[Cont])(u, v))
        .by(definition, undot(dup[Cont](dot(u, v))))
        .by(section_12.duplication(), undot(dot(u, v) @ inl + dot(u, v) @ inr))
        .by(dot_of_pair_then_inl(), undot(dot(u) + dot(u, v) @ inr))
        .by(dot_of_pair_then_inr(), undot(dot(u) + dot(v)))
        .by(dot_of_sum, undot(dot(u + v)))
        .by(undot_of_dot, u + v)
        .by(jam_at, jam(u, v))
        .proves("dup of Dual", "theorem 5")
    )


@cache
def injection_left() -> Equation:
    """inl_Dual (u, v) = exl (u, v): an injection becomes a projection."""
    return (
        calculate(inl[Dual](u, v))
        .by(functor.keeps(inl), as_dual(inl[Cont])(u, v))
        .by(definition, undot(inl[Cont](dot(u, v))))
        .by(section_12.injection_left(), undot(dot(u, v) @ inl))
        .by(dot_of_pair_then_inl(), undot(dot(u)))
        .by(undot_of_dot, u)
        .by(exl_at, exl(u, v))
        .proves("inl of Dual", "theorem 5")
    )


@cache
def injection_right() -> Equation:
    """inr_Dual (u, v) = exr (u, v): an injection becomes a projection."""
    return (
        calculate(inr[Dual](u, v))
        .by(functor.keeps(inr), as_dual(inr[Cont])(u, v))
        .by(definition, undot(inr[Cont](dot(u, v))))
        .by(section_12.injection_right(), undot(dot(u, v) @ inr))
        .by(dot_of_pair_then_inr(), undot(dot(v)))
        .by(undot_of_dot, v)
        .by(exr_at, exr(u, v))
        .proves("inr of Dual", "theorem 5")
    )


@cache
def addition() -> Equation:
    """jam_Dual u = dup u: adding becomes copying."""
    return (
        calculate(jam[Dual](u))
        .by(functor.keeps(jam), as_dual(jam[Cont])(u))
        .by(definition, undot(jam[Cont](dot(u))))
        .by(section_12.addition(), undot(dot(u) | dot(u)))
        .by(undot_of_join(), (undot(dot(u)), undot(dot(u))))
        .by(undot_of_dot, (u, u))
        .by(dup_at, dup(u))
        .proves("jam of Dual", "theorem 5")
    )


@cache
def scaling() -> Equation:
    """(scale s)_Dual u = scale s u"""
    return (
        calculate(scale(s)[Dual](u))
        .by(functor.keeps(scale(s)), as_dual(scale(s)[Cont])(u))
        .by(definition, undot(scale(s)[Cont](dot(u))))
        .by(section_12.scaling(), undot(dot(u) @ scale(s)))
        .by(dot_of_scale, undot(dot(scale(s)(u))))
        .by(undot_of_dot, scale(s)(u))
        .proves("scale of Dual", "theorem 5")
    )


# Corollary 5.1: fork and join are dual -------------------------------------------------------------------------------


@cache
def fork() -> Equation:
    """(p △ q) (u, v) = p u + q v"""
    return (
        calculate((as_dual(f) & as_dual(g))(u, v))
        .by(functor.keeps_fork, as_dual(f & g)(u, v))
        .by(definition, undot((f & g)(dot(u, v))))
        .by(section_12.fork(), undot(f(dot(u, v) @ inl) + g(dot(u, v) @ inr)))
        .by(dot_of_pair_then_inl(), undot(f(dot(u)) + g(dot(u, v) @ inr)))
        .by(dot_of_pair_then_inr(), undot(f(dot(u)) + g(dot(v))))
        .by(undot_of_sum(), undot(f(dot(u))) + undot(g(dot(v))))
        .by(definition, as_dual(f)(u) + as_dual(g)(v))
        .defines("fork of Dual", "corollary 5.1", {as_dual(f): p, as_dual(g): q})
    )


@cache
def join() -> Equation:
    """(p ▽ q) u = (p u, q u)"""
    return (
        calculate((as_dual(f) | as_dual(g))(u))
        .by(functor.keeps_join, as_dual(f | g)(u))
        .by(definition, undot((f | g)(dot(u))))
        .by(section_12.join(), undot(f(dot(u)) | g(dot(u))))
        .by(undot_of_join(), (undot(f(dot(u))), undot(g(dot(u)))))
        .by(definition, (as_dual(f)(u), as_dual(g)(u)))
        .defines("join of Dual", "corollary 5.1", {as_dual(f): p, as_dual(g): q})
    )


@cache
def fork_is_join() -> Equation:
    """dual l △ dual m = dual (l ▽ m)"""
    return (
        calculate((dual(l) & dual(m))(u, v))
        .by(fork(), dual(l)(u) + dual(m)(v))
        .by(turned, l(u) + m(v))
        .by(join_at, (l | m)(u, v))
        .by(turned, dual(l | m)(u, v))
        .proves("a fork of the dual is a join", "corollary 5.1", at=(u, v))
    )


@cache
def join_is_fork() -> Equation:
    """dual l ▽ dual m = dual (l △ m)"""
    return (
        calculate((dual(l) | dual(m))(u))
        .by(join(), (dual(l)(u), dual(m)(u)))
        .by(turned, (l(u), m(u)))
        .by(fork_at, (l & m)(u))
        .by(turned, dual(l & m)(u))
        .proves("a join of the dual is a fork", "corollary 5.1", at=u)
    )


@cache
def transposition() -> Equation:
    """dot (asDual (cont l) v) u = dot v (l u): to take the dual is to transpose."""
    return (
        calculate(dot(as_dual(cont(l))(v))(u))
        .by(definition, dot(undot(cont(l)(dot(v))))(u))
        .by(dot_of_undot, cont(l)(dot(v))(u))
        .by(section_12.definition, (dot(v) @ l)(u))
        .by(compose_at, dot(v)(l(u)))
        .proves("the dual is the transpose", "section 13")
    )
