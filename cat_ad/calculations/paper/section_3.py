"""Rules for differentiation (Elliott 2018, section 3): three theorems about limits, from which all else is calculated.

The first and the third are enough: the second follows.

>>> print(the_cross_rule().proof)
  D (f × g) (a, b)
= { an arrow is the fork of its parts, section 4.5 }
  exl ∘ D (f × g) (a, b) △ exr ∘ D (f × g) (a, b)
= { the linear rule, theorem 3 }
  D exl ((f × g) (a, b)) ∘ D (f × g) (a, b) △ D exr ((f × g) (a, b)) ∘ D (f × g) (a, b)
= { the chain rule, theorem 1 }
  D (exl ∘ (f × g)) (a, b) △ D (exr ∘ (f × g)) (a, b)
= { cross is a fork, section 4.5 }
  D (exl ∘ (f ∘ exl △ g ∘ exr)) (a, b) △ D (exr ∘ (f ∘ exl △ g ∘ exr)) (a, b)
= { exl of a fork, section 4.5 }
  D (f ∘ exl) (a, b) △ D (exr ∘ (f ∘ exl △ g ∘ exr)) (a, b)
= { exr of a fork, section 4.5 }
  D (f ∘ exl) (a, b) △ D (g ∘ exr) (a, b)
= { the chain rule, theorem 1 }
  D f (exl (a, b)) ∘ D exl (a, b) △ D g (exr (a, b)) ∘ D exr (a, b)
= { the linear rule, theorem 3 }
  D f (exl (a, b)) ∘ exl △ D g (exr (a, b)) ∘ exr
= { exl of a pair, section 4.3 }
  D f a ∘ exl △ D g (exr (a, b)) ∘ exr
= { exr of a pair, section 4.3 }
  D f a ∘ exl △ D g b ∘ exr
= { cross is a fork, section 4.5 }
  D f a × D g b
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.laws import (
    compose_at,
    cross_at,
    cross_by_fork,
    exl_at,
    exl_of_fork,
    exr_at,
    exr_of_fork,
    fork_of_parts,
)
from cat_ad.calculations.vocabulary import D, D_plus, exl, exr, linear_variables, variables

f, g, a, b = variables("f g a b")
(l,) = linear_variables("l")

chain_rule = Equation("the chain rule", "theorem 1", D(g @ f)(a), D(g)(f(a)) @ D(f)(a))
cross_rule = Equation("the cross rule", "theorem 2", D(f * g)(a, b), D(f)(a) * D(g)(b))
linear_rule = Equation("the linear rule", "theorem 3", D(l)(a), l)

with_derivative = Equation("definition of D⁺", "section 3.1", D_plus(f)(a), (f(a), D(f)(a)))
the_value = Equation("the value, with the derivative", "section 3.1", f(a), exl(D_plus(f)(a)))
the_derivative = Equation("the derivative, with the value", "section 3.1", D(f)(a), exr(D_plus(f)(a)))


@cache
def the_cross_rule() -> Equation:
    """D (f × g) (a, b) = D f a × D g b: so theorem 2 follows from theorems 1 and 3."""
    start = D(f * g)(a, b)
    return (
        calculate(start)
        .by(fork_of_parts, exl @ start & exr @ start)
        .by(linear_rule, D(exl)((f * g)(a, b)) @ start & D(exr)((f * g)(a, b)) @ start)
        .by(chain_rule, D(exl @ (f * g))(a, b) & D(exr @ (f * g))(a, b))
        .by(cross_by_fork, D(exl @ (f @ exl & g @ exr))(a, b) & D(exr @ (f @ exl & g @ exr))(a, b))
        .by(exl_of_fork, D(f @ exl)(a, b) & D(exr @ (f @ exl & g @ exr))(a, b))
        .by(exr_of_fork, D(f @ exl)(a, b) & D(g @ exr)(a, b))
        .by(chain_rule, D(f)(exl(a, b)) @ D(exl)(a, b) & D(g)(exr(a, b)) @ D(exr)(a, b))
        .by(linear_rule, D(f)(exl(a, b)) @ exl & D(g)(exr(a, b)) @ exr)
        .by(exl_at, D(f)(a) @ exl & D(g)(exr(a, b)) @ exr)
        .by(exr_at, D(f)(a) @ exl & D(g)(b) @ exr)
        .by(cross_by_fork, D(f)(a) * D(g)(b))
        .proves("the cross rule", "theorem 2")
    )


@cache
def value_and_derivative_of_a_composition() -> Equation:
    """D⁺ (g ∘ f) a = (exl (D⁺ g (exl (D⁺ f a))), exr (D⁺ g (exl (D⁺ f a))) ∘ exr (D⁺ f a))

    Where D⁺ f a = (b, f') and D⁺ g b = (c, g'), the pair (c, g' ∘ f').
    """
    b = exl(D_plus(f)(a))
    return (
        calculate(D_plus(g @ f)(a))
        .by(with_derivative, ((g @ f)(a), D(g @ f)(a)))
        .by(chain_rule, ((g @ f)(a), D(g)(f(a)) @ D(f)(a)))
        .by(compose_at, (g(f(a)), D(g)(f(a)) @ D(f)(a)))
        .by(the_derivative, (g(f(a)), exr(D_plus(g)(f(a))) @ exr(D_plus(f)(a))))
        .by(the_value, (exl(D_plus(g)(f(a))), exr(D_plus(g)(f(a))) @ exr(D_plus(f)(a))))
        .by(the_value, (exl(D_plus(g)(b)), exr(D_plus(g)(b)) @ exr(D_plus(f)(a))))
        .proves("the value and the derivative of a composition", "corollary 1.1")
    )


@cache
def value_and_derivative_of_a_cross() -> Equation:
    """D⁺ (f × g) (a, b) = ((exl (D⁺ f a), exl (D⁺ g b)), exr (D⁺ f a) × exr (D⁺ g b))

    Where D⁺ f a = (c, f') and D⁺ g b = (d, g'), the pair ((c, d), f' × g').
    """
    p, q = D_plus(f)(a), D_plus(g)(b)
    return (
        calculate(D_plus(f * g)(a, b))
        .by(with_derivative, ((f * g)(a, b), D(f * g)(a, b)))
        .by(cross_rule, ((f * g)(a, b), D(f)(a) * D(g)(b)))
        .by(cross_at, ((f(a), g(b)), D(f)(a) * D(g)(b)))
        .by(the_derivative, ((f(a), g(b)), exr(p) * exr(q)))
        .by(the_value, ((exl(p), exl(q)), exr(p) * exr(q)))
        .proves("the value and the derivative of a cross", "corollary 2.1")
    )


@cache
def value_and_derivative_of_a_linear_function() -> Equation:
    """D⁺ l a = (l a, l)"""
    return (
        calculate(D_plus(l)(a))
        .by(with_derivative, (l(a), D(l)(a)))
        .by(linear_rule, (l(a), l))
        .proves("the value and the derivative of a linear function", "corollary 3.1")
    )
