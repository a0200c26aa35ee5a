"""Putting the pieces together (Elliott 2018, section 4): what an instance must be, for D⁺ to be a functor.

That it is one says what each operation of the category D of differentiable functions gives where D⁺ is applied; each
calculation goes from there to a term that speaks of arrows of D only, which then defines the operation for all.

>>> print(composition())
composition of D, section 4.1: (q ∘ p) a = (exl (q (exl (p a))), exr (q (exl (p a))) ∘ exr (p a))
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.functors import Functor
from cat_ad.calculations.laws import (
    dup_at,
    exl_at,
    exr_at,
    fork_at,
    fork_by_dup,
    id_at,
    inl_at,
    inr_at,
    jam_at,
    join_at,
    join_by_jam,
    plus_by_jam,
)
from cat_ad.calculations.paper.section_3 import (
    chain_rule,
    cross_rule,
    linear_rule,
    the_derivative,
    the_value,
    value_and_derivative_of_a_composition,
    value_and_derivative_of_a_cross,
    value_and_derivative_of_a_linear_function,
    with_derivative,
)
from cat_ad.calculations.terms import Applied
from cat_ad.calculations.vocabulary import (
    D,
    D_plus,
    Differentiable,
    cos,
    dup,
    exl,
    exp,
    exr,
    identity,
    inl,
    inr,
    jam,
    linear_variables,
    mul,
    negate,
    scale,
    sin,
    variables,
    zero,
)

f, g, h, a, b, u, v, s = variables("f g h a b u v s")
p, q = variables("p q", of=Differentiable)
(l,) = linear_variables("l")

# What it is for D⁺ to be a functor: the equations to solve -----------------------------------------------------------


functor = Functor(D_plus, Differentiable, "section 4")

# Section 4.1: categories ---------------------------------------------------------------------------------------------


@cache
def identity_of_D() -> Equation:
    """id_D a = (a, id)"""
    return (
        calculate(identity[Differentiable](a))
        .by(functor.keeps(identity), D_plus(identity)(a))
        .by(value_and_derivative_of_a_linear_function(), (identity(a), identity))
        .by(id_at, (a, identity))
        .proves("id of D", "section 4.1")
    )


@cache
def composition() -> Equation:
    """(q ∘ p) a = (exl (q (exl (p a))), exr (q (exl (p a))) ∘ exr (p a))

    Where p a = (b, f') and q b = (c, g'), the pair (c, g' ∘ f').
    """
    b = exl(D_plus(f)(a))
    return (
        calculate((D_plus(g) @ D_plus(f))(a))
        .by(functor.keeps_composition, D_plus(g @ f)(a))
        .by(value_and_derivative_of_a_composition(), (exl(D_plus(g)(b)), exr(D_plus(g)(b)) @ exr(D_plus(f)(a))))
        .defines("composition of D", "section 4.1", {D_plus(f): p, D_plus(g): q})
    )


# Section 4.2: monoidal categories ------------------------------------------------------------------------------------


@cache
def cross() -> Equation:
    """(p × q) (a, b) = ((exl (p a), exl (q b)), exr (p a) × exr (q b))

    Where p a = (c, f') and q b = (d, g'), the pair ((c, d), f' × g').
    """
    of_f, of_g = D_plus(f)(a), D_plus(g)(b)
    return (
        calculate((D_plus(f) * D_plus(g))(a, b))
        .by(functor.keeps_cross, D_plus(f * g)(a, b))
        .by(value_and_derivative_of_a_cross(), ((exl(of_f), exl(of_g)), exr(of_f) * exr(of_g)))
        .defines("cross of D", "section 4.2", {D_plus(f): p, D_plus(g): q})
    )


# Sections 4.3 and 4.4: cartesian and cocartesian categories ----------------------------------------------------------


@cache
def projection_left() -> Equation:
    """exl_D (a, b) = (a, exl)"""
    return (
        calculate(exl[Differentiable](a, b))
        .by(functor.keeps(exl), D_plus(exl)(a, b))
        .by(value_and_derivative_of_a_linear_function(), (exl(a, b), exl))
        .by(exl_at, (a, exl))
        .proves("exl of D", "section 4.3")
    )


@cache
def projection_right() -> Equation:
    """exr_D (a, b) = (b, exr)"""
    return (
        calculate(exr[Differentiable](a, b))
        .by(functor.keeps(exr), D_plus(exr)(a, b))
        .by(value_and_derivative_of_a_linear_function(), (exr(a, b), exr))
        .by(exr_at, (b, exr))
        .proves("exr of D", "section 4.3")
    )


@cache
def duplication() -> Equation:
    """dup_D a = ((a, a), dup)"""
    return (
        calculate(dup[Differentiable](a))
        .by(functor.keeps(dup), D_plus(dup)(a))
        .by(value_and_derivative_of_a_linear_function(), (dup(a), dup))
        .by(dup_at, ((a, a), dup))
        .proves("dup of D", "section 4.3")
    )


@cache
def injection_left() -> Equation:
    """inl_D a = ((a, 0), inl)"""
    return (
        calculate(inl[Differentiable](a))
        .by(functor.keeps(inl), D_plus(inl)(a))
        .by(value_and_derivative_of_a_linear_function(), (inl(a), inl))
        .by(inl_at, ((a, zero), inl))
        .proves("inl of D", "section 4.4")
    )


@cache
def injection_right() -> Equation:
    """inr_D a = ((0, a), inr)"""
    return (
        calculate(inr[Differentiable](a))
        .by(functor.keeps(inr), D_plus(inr)(a))
        .by(value_and_derivative_of_a_linear_function(), (inr(a), inr))
        .by(inr_at, ((zero, a), inr))
        .proves("inr of D", "section 4.4")
    )


@cache
def addition() -> Equation:
    """jam_D (a, b) = (a + b, jam)"""
    return (
        calculate(jam[Differentiable](a, b))
        .by(functor.keeps(jam), D_plus(jam)(a, b))
        .by(value_and_derivative_of_a_linear_function(), (jam(a, b), jam))
        .by(jam_at, (a + b, jam))
        .proves("jam of D", "section 4.4")
    )


# Section 4.5: fork and join ------------------------------------------------------------------------------------------


@cache
def derivative_of_a_fork() -> Equation:
    """D (f △ g) a = D f a △ D g a"""
    return (
        calculate(D(f & g)(a))
        .by(fork_by_dup, D((f * g) @ dup)(a))
        .by(chain_rule, D(f * g)(dup(a)) @ D(dup)(a))
        .by(linear_rule, D(f * g)(dup(a)) @ dup)
        .by(dup_at, D(f * g)(a, a) @ dup)
        .by(cross_rule, (D(f)(a) * D(g)(a)) @ dup)
        .by(fork_by_dup, D(f)(a) & D(g)(a))
        .proves("the derivative of a fork", "section 4.5")
    )


@cache
def derivative_of_a_join() -> Equation:
    """D (f ▽ g) (a, b) = D f a ▽ D g b"""
    return (
        calculate(D(f | g)(a, b))
        .by(join_by_jam, D(jam @ (f * g))(a, b))
        .by(chain_rule, D(jam)((f * g)(a, b)) @ D(f * g)(a, b))
        .by(linear_rule, jam @ D(f * g)(a, b))
        .by(cross_rule, jam @ (D(f)(a) * D(g)(b)))
        .by(join_by_jam, D(f)(a) | D(g)(b))
        .proves("the derivative of a join", "section 4.5")
    )


@cache
def derivative_of_a_sum() -> Equation:
    """D (f + g) a = D f a + D g a"""
    return (
        calculate(D(f + g)(a))
        .by(plus_by_jam, D(jam @ (f * g) @ dup)(a))
        .by(fork_by_dup, D(jam @ (f & g))(a))
        .by(chain_rule, D(jam)((f & g)(a)) @ D(f & g)(a))
        .by(linear_rule, jam @ D(f & g)(a))
        .by(derivative_of_a_fork(), jam @ (D(f)(a) & D(g)(a)))
        .by(fork_by_dup, jam @ (D(f)(a) * D(g)(a)) @ dup)
        .by(plus_by_jam, D(f)(a) + D(g)(a))
        .proves("the derivative of a sum", "section 4.5")
    )


@cache
def fork_of_D() -> Equation:
    """(p △ q) a = ((exl (p a), exl (q a)), exr (p a) △ exr (q a))

    Where p a = (b, f') and q a = (c, g'), the pair ((b, c), f' △ g').
    """
    of_f, of_g = D_plus(f)(a), D_plus(g)(a)
    return (
        calculate((D_plus(f) & D_plus(g))(a))
        .by(functor.keeps_fork, D_plus(f & g)(a))
        .by(with_derivative, ((f & g)(a), D(f & g)(a)))
        .by(derivative_of_a_fork(), ((f & g)(a), D(f)(a) & D(g)(a)))
        .by(fork_at, ((f(a), g(a)), D(f)(a) & D(g)(a)))
        .by(the_value, ((exl(of_f), exl(of_g)), D(f)(a) & D(g)(a)))
        .by(the_derivative, ((exl(of_f), exl(of_g)), exr(of_f) & exr(of_g)))
        .defines("fork of D", "section 4.5", {D_plus(f): p, D_plus(g): q})
    )


# Section 4.6: numbers ------------------------------------------------------------------------------------------------


def bilinear(f: Applied) -> Equation:
    """The derivative of a function that is linear in each of its two arguments."""
    return Equation(f"{f} is bilinear", "section 4.6", D(f)(a, b)(u, v), f(u, b) + f(a, v))


scale_at = Equation("scale at a point", "section 4.6", scale(s)(a), mul(s, a))
mul_commutes = Equation("mul is commutative", "section 4.6", mul(a, b), mul(b, a))
derivative_of_sin = Equation("the derivative of sin", "section 4.6", D(sin)(a), scale(cos(a)))
derivative_of_cos = Equation("the derivative of cos", "section 4.6", D(cos)(a), scale(negate(sin(a))))
derivative_of_exp = Equation("the derivative of exp", "section 4.6", D(exp)(a), scale(exp(a)))


@cache
def derivative_of_mul() -> Equation:
    """D mul (a, b) = scale b ▽ scale a: the product rule."""
    return (
        calculate(D(mul)(a, b)(u, v))
        .by(bilinear(mul), mul(u, b) + mul(a, v))
        .by(mul_commutes, mul(b, u) + mul(a, v))
        .by(scale_at, scale(b)(u) + scale(a)(v))
        .by(join_at, (scale(b) | scale(a))(u, v))
        .proves("the derivative of mul", "section 4.6", at=(u, v))
    )
