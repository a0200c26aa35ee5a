"""Gradients, and the axioms of reverse derivatives (Cockett et al. 2019, arXiv 1910.07065), calculated.

The reverse derivative R f takes a point and a covector, and applies the dual of the derivative there. From the rules of
section 3, and from dot⁻¹ being linear, follow all axioms but the last one, which says that the second derivative is
symmetric: that is a theorem of analysis, and is stated here.

>>> print(gradient_of_inner().proof)
  ∇ inner (a, b)
= { definition of the gradient, section 13 }
  dot⁻¹ (D inner (a, b))
= { the derivative of inner, section 4.6 }
  dot⁻¹ (dot b ▽ dot a)
= { dot⁻¹ of a join, appendix C.4 }
  (dot⁻¹ (dot b), dot⁻¹ (dot a))
= { dot⁻¹ is the inverse of dot, section 13 }
  (b, a)
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.laws import (
    after_plus,
    after_zero,
    compose_at,
    fork_at,
    id_at,
    id_is_ti,
    inr_at,
    join_at,
    linear_at_sum,
    plus_after,
    ti_is_the_only,
    zero_after,
    zero_by_it,
)
from cat_ad.calculations.paper.appendix_b import fork_of_zero, join_of_zero, join_with_zero, sum_at_a_join
from cat_ad.calculations.paper.appendix_c import (
    dot_of_pair,
    dot_of_sum,
    dot_of_undot,
    dot_of_zero,
    undot_of_dot,
    undot_of_join,
    undot_of_sum,
    undot_of_zero,
)
from cat_ad.calculations.paper.section_3 import chain_rule, linear_rule
from cat_ad.calculations.paper.section_4 import bilinear, derivative_of_a_fork, derivative_of_a_sum
from cat_ad.calculations.vocabulary import (
    D,
    R,
    adjoint,
    constant,
    dot,
    exl,
    exr,
    gradient,
    identity,
    inner,
    inr,
    it,
    linear_variables,
    matvec,
    outer,
    ti,
    transposed,
    undot,
    variables,
    zero,
)

f, g, a, b, u, v, x, y = variables("f g a b u v x y")
(l,) = linear_variables("l")
matrix, other = variables("m n")

definition = Equation("definition of R", "Cockett et al. 2019", R(f)(a, u), undot(dot(u) @ D(f)(a)))
definition_of_gradient = Equation("definition of the gradient", "section 13", gradient(f)(a), undot(D(f)(a)))

# Gradients -----------------------------------------------------------------------------------------------------------

inner_is_dot = Equation("definition of inner", "section 13", inner(a, b), dot(a)(b))
inner_commutes = Equation("inner is commutative", "section 13", inner(a, b), inner(b, a))
inner_with_product = Equation("the outer product", "section 13", dot(v)(matvec(matrix, b)), dot(outer(v, b))(matrix))
transpose = Equation("the transpose", "section 13", dot(v)(matvec(matrix, u)), dot(matvec(transposed(matrix), v))(u))


@cache
def derivative_of_inner() -> Equation:
    """D inner (a, b) = dot b ▽ dot a"""
    return (
        calculate(D(inner)(a, b)(u, v))
        .by(bilinear(inner), inner(u, b) + inner(a, v))
        .by(inner_commutes, inner(b, u) + inner(a, v))
        .by(inner_is_dot, dot(b)(u) + dot(a)(v))
        .by(join_at, (dot(b) | dot(a))(u, v))
        .proves("the derivative of inner", "section 4.6", at=(u, v))
    )


@cache
def gradient_of_inner() -> Equation:
    """∇ inner (a, b) = (b, a): of each its gradient is the other."""
    return (
        calculate(gradient(inner)(a, b))
        .by(definition_of_gradient, undot(D(inner)(a, b)))
        .by(derivative_of_inner(), undot(dot(b) | dot(a)))
        .by(undot_of_join(), (undot(dot(b)), undot(dot(a))))
        .by(undot_of_dot, (b, a))
        .proves("the gradient of the inner product", "section 13")
    )


@cache
def derivative_of_matvec() -> Equation:
    """dot v ∘ D matvec (m, a) = dot (v ⊗ a, matvec (mᵀ, v))"""
    return (
        calculate((dot(v) @ D(matvec)(matrix, a))(other, u))
        .by(compose_at, dot(v)(D(matvec)(matrix, a)(other, u)))
        .by(bilinear(matvec), dot(v)(matvec(other, a) + matvec(matrix, u)))
        .by(linear_at_sum, dot(v)(matvec(other, a)) + dot(v)(matvec(matrix, u)))
        .by(inner_with_product, dot(outer(v, a))(other) + dot(v)(matvec(matrix, u)))
        .by(transpose, dot(outer(v, a))(other) + dot(matvec(transposed(matrix), v))(u))
        .by(join_at, (dot(outer(v, a)) | dot(matvec(transposed(matrix), v)))(other, u))
        .by(dot_of_pair, dot(outer(v, a), matvec(transposed(matrix), v))(other, u))
        .proves("dot after the derivative of matvec", "section 13", at=(other, u))
    )


@cache
def reverse_derivative_of_matvec() -> Equation:
    """R matvec ((m, a), v) = (v ⊗ a, matvec (mᵀ, v))"""
    return (
        calculate(R(matvec)((matrix, a), v))
        .by(definition, undot(dot(v) @ D(matvec)(matrix, a)))
        .by(derivative_of_matvec(), undot(dot(outer(v, a), matvec(transposed(matrix), v))))
        .by(undot_of_dot, (outer(v, a), matvec(transposed(matrix), v)))
        .proves("the reverse derivative of matvec", "section 13")
    )


# The axioms ----------------------------------------------------------------------------------------------------------


@cache
def axiom_1() -> Equation:
    """R (f + g) (a, u) = R f (a, u) + R g (a, u)"""
    return (
        calculate(R(f + g)(a, u))
        .by(definition, undot(dot(u) @ D(f + g)(a)))
        .by(derivative_of_a_sum(), undot(dot(u) @ (D(f)(a) + D(g)(a))))
        .by(after_plus, undot(dot(u) @ D(f)(a) + dot(u) @ D(g)(a)))
        .by(undot_of_sum(), undot(dot(u) @ D(f)(a)) + undot(dot(u) @ D(g)(a)))
        .by(definition, R(f)(a, u) + R(g)(a, u))
        .proves("RD.1", "Cockett et al. 2019")
    )


@cache
def axiom_1_of_zero() -> Equation:
    """R 0 (a, u) = 0"""
    return (
        calculate(R(zero)(a, u))
        .by(definition, undot(dot(u) @ D(zero)(a)))
        .by(linear_rule, undot(dot(u) @ zero))
        .by(after_zero, undot(zero))
        .by(undot_of_zero(), zero)
        .proves("RD.1 of 0", "Cockett et al. 2019")
    )


@cache
def axiom_2() -> Equation:
    """R f (a, u + v) = R f (a, u) + R f (a, v)"""
    return (
        calculate(R(f)(a, u + v))
        .by(definition, undot(dot(u + v) @ D(f)(a)))
        .by(dot_of_sum, undot((dot(u) + dot(v)) @ D(f)(a)))
        .by(plus_after, undot(dot(u) @ D(f)(a) + dot(v) @ D(f)(a)))
        .by(undot_of_sum(), undot(dot(u) @ D(f)(a)) + undot(dot(v) @ D(f)(a)))
        .by(definition, R(f)(a, u) + R(f)(a, v))
        .proves("RD.2", "Cockett et al. 2019")
    )


@cache
def axiom_2_of_zero() -> Equation:
    """R f (a, 0) = 0"""
    return (
        calculate(R(f)(a, zero))
        .by(definition, undot(dot(zero) @ D(f)(a)))
        .by(dot_of_zero, undot(zero @ D(f)(a)))
        .by(zero_after, undot(zero))
        .by(undot_of_zero(), zero)
        .proves("RD.2 of 0", "Cockett et al. 2019")
    )


@cache
def axiom_3_of_id() -> Equation:
    """R id (a, u) = u"""
    return (
        calculate(R(identity)(a, u))
        .by(definition, undot(dot(u) @ D(identity)(a)))
        .by(linear_rule, undot(dot(u)))
        .by(undot_of_dot, u)
        .proves("RD.3 of id", "Cockett et al. 2019")
    )


@cache
def axiom_3_of_exl() -> Equation:
    """R exl (a, u) = (u, 0)"""
    return (
        calculate(R(exl)(a, u))
        .by(definition, undot(dot(u) @ D(exl)(a)))
        .by(linear_rule, undot(dot(u) @ exl))
        .by(join_with_zero(), undot(dot(u) | zero))
        .by(undot_of_join(), (undot(dot(u)), undot(zero)))
        .by(undot_of_dot, (u, undot(zero)))
        .by(undot_of_zero(), (u, zero))
        .proves("RD.3 of exl", "Cockett et al. 2019")
    )


@cache
def axiom_3_of_exr() -> Equation:
    """R exr (a, u) = (0, u)"""
    return (
        calculate(R(exr)(a, u))
        .by(definition, undot(dot(u) @ D(exr)(a)))
        .by(linear_rule, undot(dot(u) @ exr))
        .by(join_of_zero(), undot(zero | dot(u)))
        .by(undot_of_join(), (undot(zero), undot(dot(u))))
        .by(undot_of_dot, (undot(zero), u))
        .by(undot_of_zero(), (zero, u))
        .proves("RD.3 of exr", "Cockett et al. 2019")
    )


@cache
def axiom_4() -> Equation:
    """R (f △ g) (a, (u, v)) = R f (a, u) + R g (a, v)"""
    return (
        calculate(R(f & g)(a, (u, v)))
        .by(definition, undot(dot(u, v) @ D(f & g)(a)))
        .by(derivative_of_a_fork(), undot(dot(u, v) @ (D(f)(a) & D(g)(a))))
        .by(dot_of_pair, undot((dot(u) | dot(v)) @ (D(f)(a) & D(g)(a))))
        .by(sum_at_a_join(), undot(dot(u) @ D(f)(a) + dot(v) @ D(g)(a)))
        .by(undot_of_sum(), undot(dot(u) @ D(f)(a)) + undot(dot(v) @ D(g)(a)))
        .by(definition, R(f)(a, u) + R(g)(a, v))
        .proves("RD.4", "Cockett et al. 2019")
    )


@cache
def axiom_5() -> Equation:
    """R (g ∘ f) (a, u) = R f (a, R g (f a, u))"""
    return (
        calculate(R(g @ f)(a, u))
        .by(definition, undot(dot(u) @ D(g @ f)(a)))
        .by(chain_rule, undot(dot(u) @ D(g)(f(a)) @ D(f)(a)))
        .by(dot_of_undot, undot(dot(undot(dot(u) @ D(g)(f(a)))) @ D(f)(a)))
        .by(definition, undot(dot(R(g)(f(a), u)) @ D(f)(a)))
        .by(definition, R(f)(a, R(g)(f(a), u)))
        .proves("RD.5", "Cockett et al. 2019")
    )


@cache
def axiom_4_of_it() -> Equation:
    """R it (a, u) = 0"""
    return (
        calculate(R(it)(a, u))
        .by(definition, undot(dot(u) @ D(it)(a)))
        .by(linear_rule, undot(dot(u) @ it))
        .by(id_is_ti, undot(dot(u) @ ti @ it))
        .by(ti_is_the_only, undot(ti @ it))
        .by(zero_by_it, undot(zero))
        .by(undot_of_zero(), zero)
        .proves("RD.4 of it", "Cockett et al. 2019")
    )


constant_at = Equation("a constant function at a point", "section 2", constant(a)(u), a)
derivative_of_constant = Equation("the derivative of a constant", "section 2", D(constant(a))(u), zero)
adjoint_at = Equation("definition of †", "section 13", adjoint(l)(u), undot(dot(u) @ l))


@cache
def reverse_derivative_at_a_point() -> Equation:
    """R f ∘ (const a △ id) = (D f a)†: at a point, the reverse derivative is linear."""
    at_a = constant(a) & identity
    return (
        calculate((R(f) @ at_a)(u))
        .by(compose_at, R(f)(at_a(u)))
        .by(fork_at, R(f)(constant(a)(u), identity(u)))
        .by(constant_at, R(f)(a, identity(u)))
        .by(id_at, R(f)(a, u))
        .by(definition, undot(dot(u) @ D(f)(a)))
        .by(adjoint_at, adjoint(D(f)(a))(u))
        .proves("the reverse derivative at a point", "Cockett et al. 2019", at=u)
    )


@cache
def axiom_6() -> Equation:
    """D (R f) (a, u) (0, v) = R f (a, v): what is linear is its own derivative."""
    at_a = constant(a) & identity
    return (
        calculate(D(R(f))(a, u)(zero, v))
        .by(inr_at, D(R(f))(a, u)(inr(v)))
        .by(fork_of_zero(), D(R(f))(a, u)((zero & identity)(v)))
        .by(linear_rule, D(R(f))(a, u)((zero & D(identity)(u))(v)))
        .by(derivative_of_constant, D(R(f))(a, u)((D(constant(a))(u) & D(identity)(u))(v)))
        .by(derivative_of_a_fork(), D(R(f))(a, u)(D(at_a)(u)(v)))
        .by(constant_at, D(R(f))(constant(a)(u), u)(D(at_a)(u)(v)))
        .by(id_at, D(R(f))(constant(a)(u), identity(u))(D(at_a)(u)(v)))
        .by(fork_at, D(R(f))(at_a(u))(D(at_a)(u)(v)))
        .by(compose_at, (D(R(f))(at_a(u)) @ D(at_a)(u))(v))
        .by(chain_rule, D(R(f) @ at_a)(u)(v))
        .by(reverse_derivative_at_a_point(), D(adjoint(D(f)(a)))(u)(v))
        .by(linear_rule, adjoint(D(f)(a))(v))
        .by(adjoint_at, undot(dot(v) @ D(f)(a)))
        .by(definition, R(f)(a, v))
        .proves("RD.6", "Cockett et al. 2019")
    )


symmetry = Equation(
    "RD.7, the second derivative is symmetric",
    "Cockett et al. 2019",
    inner(D(R(f))(a, u)(x, zero), y),
    inner(x, D(R(f))(a, u)(y, zero)),
)
