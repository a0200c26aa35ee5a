"""Abelian categories (Elliott 2018, appendices A and B): arrows add, and fork and join are sums.

The two identities that begin with u △ v and u ▽ v are printed there with their right sides exchanged. Here is what
follows, and from it the rest.

>>> print(fork_is_a_sum().proof)
  f △ g
= { a pair is the sum of its parts, appendix B }
  (inl ∘ exl + inr ∘ exr) ∘ (f △ g)
= { composition is bilinear, appendix B }
  inl ∘ exl ∘ (f △ g) + inr ∘ exr ∘ (f △ g)
= { exl of a fork, section 4.5 }
  inl ∘ f + inr ∘ exr ∘ (f △ g)
= { exr of a fork, section 4.5 }
  inl ∘ f + inr ∘ g
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.laws import (
    after_plus,
    after_zero,
    both_parts,
    exl_of_fork,
    exr_of_fork,
    fork_by_dup,
    join_by_jam,
    join_of_inl,
    join_of_inr,
    plus_after,
    plus_by_jam,
    plus_zero,
    zero_after,
    zero_plus,
)
from cat_ad.calculations.vocabulary import Arrow, dup, exl, exr, inl, inr, jam, linear_variables, variables, zero

f, g = variables("f g", of=Arrow)
l, m, n, o = linear_variables("l m n o")


@cache
def sum_by_fork() -> Equation:
    """f + g = jam ∘ (f △ g)"""
    return (
        calculate(f + g)
        .by(plus_by_jam, jam @ (f * g) @ dup)
        .by(fork_by_dup, jam @ (f & g))
        .proves("a sum is a fork, then jam", "appendix B")
    )


@cache
def sum_by_join() -> Equation:
    """f + g = (f ▽ g) ∘ dup"""
    return (
        calculate(f + g)
        .by(plus_by_jam, jam @ (f * g) @ dup)
        .by(join_by_jam, (f | g) @ dup)
        .proves("a sum is dup, then a join", "appendix B")
    )


@cache
def fork_is_a_sum() -> Equation:
    """f △ g = inl ∘ f + inr ∘ g"""
    return (
        calculate(f & g)
        .by(both_parts, (inl @ exl + inr @ exr) @ (f & g))
        .by(plus_after, inl @ exl @ (f & g) + inr @ exr @ (f & g))
        .by(exl_of_fork, inl @ f + inr @ exr @ (f & g))
        .by(exr_of_fork, inl @ f + inr @ g)
        .proves("a fork is a sum", "appendix B")
    )


@cache
def join_is_a_sum() -> Equation:
    """l ▽ m = l ∘ exl + m ∘ exr"""
    return (
        calculate(l | m)
        .by(both_parts, (l | m) @ (inl @ exl + inr @ exr))
        .by(after_plus, (l | m) @ inl @ exl + (l | m) @ inr @ exr)
        .by(join_of_inl, l @ exl + (l | m) @ inr @ exr)
        .by(join_of_inr, l @ exl + m @ exr)
        .proves("a join is a sum", "appendix B")
    )


@cache
def fork_with_zero() -> Equation:
    """f △ 0 = inl ∘ f"""
    return (
        calculate(f & zero)
        .by(fork_is_a_sum(), inl @ f + inr @ zero)
        .by(after_zero, inl @ f + zero)
        .by(plus_zero, inl @ f)
        .proves("a fork with 0", "appendix B")
    )


@cache
def fork_of_zero() -> Equation:
    """0 △ g = inr ∘ g"""
    return (
        calculate(zero & g)
        .by(fork_is_a_sum(), inl @ zero + inr @ g)
        .by(after_zero, zero + inr @ g)
        .by(zero_plus, inr @ g)
        .proves("a fork of 0", "appendix B")
    )


@cache
def join_with_zero() -> Equation:
    """l ▽ 0 = l ∘ exl"""
    return (
        calculate(l | zero)
        .by(join_is_a_sum(), l @ exl + zero @ exr)
        .by(zero_after, l @ exl + zero)
        .by(plus_zero, l @ exl)
        .proves("a join with 0", "appendix B")
    )


@cache
def join_of_zero() -> Equation:
    """0 ▽ m = m ∘ exr"""
    return (
        calculate(zero | m)
        .by(join_is_a_sum(), zero @ exl + m @ exr)
        .by(zero_after, zero + m @ exr)
        .by(zero_plus, m @ exr)
        .proves("a join of 0", "appendix B")
    )


@cache
def sum_at_a_join() -> Equation:
    """(n ▽ o) ∘ (f △ g) = n ∘ f + o ∘ g: a row times a column, as in the product of matrices."""
    return (
        calculate((n | o) @ (f & g))
        .by(join_is_a_sum(), (n @ exl + o @ exr) @ (f & g))
        .by(plus_after, n @ exl @ (f & g) + o @ exr @ (f & g))
        .by(exl_of_fork, n @ f + o @ exr @ (f & g))
        .by(exr_of_fork, n @ f + o @ g)
        .proves("a join after a fork", "appendix B")
    )
