"""Lemmas of the proofs (Elliott 2018, appendix C): of cross, fork and join, of dot, and of exchange."""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.laws import (
    after_zero,
    cross_by_fork,
    cross_by_join,
    exl_of_fork,
    exr_of_fork,
    fork_of_parts,
    join_of_inl,
    join_of_inr,
    join_of_parts,
)
from cat_ad.calculations.paper.appendix_b import fork_of_zero, fork_with_zero
from cat_ad.calculations.vocabulary import dot, exl, exr, inl, inr, linear_variables, scale, undot, variables, zero

f, g, h, i, s, u, v = variables("f g h i s u v")
l, m, n, o = linear_variables("l m n o")

# Appendix C.3: cross, fork and join ----------------------------------------------------------------------------------


@cache
def fork_after() -> Equation:
    """(f △ g) ∘ h = f ∘ h △ g ∘ h"""
    both = (f & g) @ h
    return (
        calculate(both)
        .by(fork_of_parts, exl @ both & exr @ both)
        .by(exl_of_fork, f @ h & exr @ both)
        .by(exr_of_fork, f @ h & g @ h)
        .proves("a fork after an arrow", "appendix C.3")
    )


@cache
def join_before() -> Equation:
    """n ∘ (l ▽ m) = n ∘ l ▽ n ∘ m"""
    both = n @ (l | m)
    return (
        calculate(both)
        .by(join_of_parts, both @ inl | both @ inr)
        .by(join_of_inl, n @ l | both @ inr)
        .by(join_of_inr, n @ l | n @ m)
        .proves("a join before an arrow", "appendix C.3")
    )


@cache
def cross_after_fork() -> Equation:
    """(h × i) ∘ (f △ g) = h ∘ f △ i ∘ g"""
    return (
        calculate((h * i) @ (f & g))
        .by(cross_by_fork, (h @ exl & i @ exr) @ (f & g))
        .by(fork_after(), h @ exl @ (f & g) & i @ exr @ (f & g))
        .by(exl_of_fork, h @ f & i @ exr @ (f & g))
        .by(exr_of_fork, h @ f & i @ g)
        .proves("a cross after a fork", "appendix C.3")
    )


@cache
def join_after_cross() -> Equation:
    """(n ▽ o) ∘ (l × m) = n ∘ l ▽ o ∘ m"""
    return (
        calculate((n | o) @ (l * m))
        .by(cross_by_join, (n | o) @ (inl @ l | inr @ m))
        .by(join_before(), (n | o) @ inl @ l | (n | o) @ inr @ m)
        .by(join_of_inl, n @ l | (n | o) @ inr @ m)
        .by(join_of_inr, n @ l | o @ m)
        .proves("a join after a cross", "appendix C.3")
    )


@cache
def cross_after_cross() -> Equation:
    """(h × i) ∘ (f × g) = h ∘ f × i ∘ g"""
    return (
        calculate((h * i) @ (f * g))
        .by(cross_by_fork, (h * i) @ (f @ exl & g @ exr))
        .by(cross_after_fork(), h @ f @ exl & i @ g @ exr)
        .by(cross_by_fork, (h @ f) * (i @ g))
        .proves("a cross after a cross", "section 4.2")
    )


# Appendix C.4: dot products ------------------------------------------------------------------------------------------

undot_of_dot = Equation("dot⁻¹ is the inverse of dot", "section 13", undot(dot(u)), u)
dot_of_undot = Equation("dot⁻¹ is the inverse of dot", "section 13", dot(undot(f)), f)
dot_of_sum = Equation("dot is linear", "appendix C.4", dot(u + v), dot(u) + dot(v))
dot_of_zero = Equation("dot is linear", "appendix C.4", dot(zero), zero)
dot_of_scale = Equation("dot is linear", "appendix C.4", dot(scale(s)(u)), dot(u) @ scale(s))
dot_of_pair = Equation("dot of a pair", "appendix C.4", dot(u, v), dot(u) | dot(v))


@cache
def undot_of_sum() -> Equation:
    """dot⁻¹ (f + g) = dot⁻¹ f + dot⁻¹ g"""
    return (
        calculate(undot(f + g))
        .by(dot_of_undot, undot(dot(undot(f)) + dot(undot(g))))
        .by(dot_of_sum, undot(dot(undot(f) + undot(g))))
        .by(undot_of_dot, undot(f) + undot(g))
        .proves("dot⁻¹ is linear", "appendix C.4")
    )


@cache
def undot_of_zero() -> Equation:
    """dot⁻¹ 0 = 0"""
    return (
        calculate(undot(zero))
        .by(dot_of_zero, undot(dot(zero)))
        .by(undot_of_dot, zero)
        .proves("dot⁻¹ is linear", "appendix C.4")
    )


@cache
def undot_of_join() -> Equation:
    """dot⁻¹ (f ▽ g) = (dot⁻¹ f, dot⁻¹ g)"""
    return (
        calculate(undot(f | g))
        .by(dot_of_undot, undot(dot(undot(f)) | dot(undot(g))))
        .by(dot_of_pair, undot(dot(undot(f), undot(g))))
        .by(undot_of_dot, (undot(f), undot(g)))
        .proves("dot⁻¹ of a join", "appendix C.4")
    )


@cache
def dot_of_pair_then_inl() -> Equation:
    """dot (u, v) ∘ inl = dot u: the left part of unjoin."""
    return (
        calculate(dot(u, v) @ inl)
        .by(dot_of_pair, (dot(u) | dot(v)) @ inl)
        .by(join_of_inl, dot(u))
        .proves("unjoin of dot", "appendix C.4")
    )


@cache
def dot_of_pair_then_inr() -> Equation:
    """dot (u, v) ∘ inr = dot v: the right part of unjoin."""
    return (
        calculate(dot(u, v) @ inr)
        .by(dot_of_pair, (dot(u) | dot(v)) @ inr)
        .by(join_of_inr, dot(v))
        .proves("unjoin of dot", "appendix C.4")
    )


# Appendix C.6: exchange ----------------------------------------------------------------------------------------------


@cache
def exchange() -> Equation:
    """(l ▽ m) △ (n ▽ o) = (l △ n) ▽ (m △ o): rows of columns are columns of rows."""
    both = (l | m) & (n | o)
    return (
        calculate(both)
        .by(join_of_parts, both @ inl | both @ inr)
        .by(fork_after(), (l | m) @ inl & (n | o) @ inl | (l | m) @ inr & (n | o) @ inr)
        .by(join_of_inl, l & n | (l | m) @ inr & (n | o) @ inr)
        .by(join_of_inr, l & n | m & o)
        .proves("the exchange law", "appendix C.6")
    )


transpose = exl * exl & exr * exr  # from ((a, b), (c, d)) to ((a, c), (b, d))


@cache
def fork_of_crosses() -> Equation:
    """((exl × exl) △ (exr × exr)) ∘ ((f △ h) × (g △ i)) = (f × g) △ (h × i)

    Of two, what crossI fᵢ △ crossI gᵢ is of many.
    """
    forks = (f & h) * (g & i)
    return (
        calculate(transpose @ forks)
        .by(fork_after(), (exl * exl) @ forks & (exr * exr) @ forks)
        .by(cross_after_cross(), (exl @ (f & h)) * (exl @ (g & i)) & (exr @ (f & h)) * (exr @ (g & i)))
        .by(exl_of_fork, f * g & (exr @ (f & h)) * (exr @ (g & i)))
        .by(exr_of_fork, f * g & h * i)
        .proves("a fork of crosses is a cross of forks, transposed", "appendix C.6")
    )


@cache
def fork_into_left() -> Equation:
    """((exl × exl) △ (exr × exr)) ∘ inl ∘ (f △ g) = inl ∘ f △ inl ∘ g"""
    both = (f & g) & zero
    return (
        calculate(transpose @ inl @ (f & g))
        .by(fork_with_zero(), transpose @ both)
        .by(fork_after(), (exl * exl) @ both & (exr * exr) @ both)
        .by(cross_after_fork(), (exl @ (f & g) & exl @ zero) & (exr @ (f & g) & exr @ zero))
        .by(exl_of_fork, (f & exl @ zero) & (exr @ (f & g) & exr @ zero))
        .by(exr_of_fork, (f & exl @ zero) & (g & exr @ zero))
        .by(after_zero, (f & zero) & (g & zero))
        .by(fork_with_zero(), inl @ f & inl @ g)
        .proves("a fork into the left", "appendix C.6")
    )


@cache
def fork_into_right() -> Equation:
    """((exl × exl) △ (exr × exr)) ∘ inr ∘ (f △ g) = inr ∘ f △ inr ∘ g"""
    both = zero & (f & g)
    return (
        calculate(transpose @ inr @ (f & g))
        .by(fork_of_zero(), transpose @ both)
        .by(fork_after(), (exl * exl) @ both & (exr * exr) @ both)
        .by(cross_after_fork(), (exl @ zero & exl @ (f & g)) & (exr @ zero & exr @ (f & g)))
        .by(exl_of_fork, (exl @ zero & f) & (exr @ zero & exr @ (f & g)))
        .by(exr_of_fork, (exl @ zero & f) & (exr @ zero & g))
        .by(after_zero, (zero & f) & (zero & g))
        .by(fork_of_zero(), inr @ f & inr @ g)
        .proves("a fork into the right", "appendix C.6")
    )
