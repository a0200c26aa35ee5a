"""Categorical automatic differentiation, after Elliott, The simple essence of automatic differentiation (2018).

Differentiable functions are typed arrows. They compose by `>>` (then), `&` (fork) and `*` (cross), and one arrow is
read in many categories: its value, its derivative forward or in reverse, its Jacobian.

>>> from cat_ad import Scalar, add, dup, gradient, mul
>>> square = dup(Scalar) >> mul(Scalar)
>>> magnitude_squared = square * square >> add(Scalar)
>>> magnitude_squared((3.0, 4.0))
np.float64(25.0)
>>> gradient(magnitude_squared)((3.0, 4.0))
(np.float64(6.0), np.float64(8.0))

`help(name)` tells more of each name below. A, B, C, P are objects, I, J, K, T, H dimensions, f and g arrows.

Objects: `class I(Dim, size=3): ...` is a dimension, and `check(A, value)` the value, if it is in A.

    Float[I, J], Int[I], Bool[I]            arrays of numbers, of integers, and of truth values
    Scalar, Index, Truth                    Float[()], Int[()] and Bool[()]
    tuple[A, B], Unit                       products, of two and of none
    Times[I, J], Plus[I, J], Three          the product and the sum of two dimensions, and a dimension of three

Arrows: an `Arrow[A, B]` goes from A to B.

    arrow(function), arrow(function, A)     a function of arrays as an arrow: of its annotations, or from A
    model(function)                         one that applies layers, as a Para
    compose(f, g), fork(f, g), cross(f, g)  f >> g, (f & g) and f * g, of two or more
    each(I, f)                              f on each of I arguments
    scan(I, f), fold(I, f), iterate(2, f)   f along I entries, or twice, with a state that goes from step to step
    primitive(name, A, B, value, derivative)    an arrow of your own from A to B: a Primitive
    Residual(run, rule)                     a derivative that keeps something of the value, for `primitive`
    para(name, P, f, init)                  an arrow f from tuple[P, A] to B, as one from A to B with parameters in P

Structure:

    identity(A)                             A -> A
    dup(A)                                  A -> tuple[A, A]
    exl(A, B)                               tuple[A, B] -> A
    exr(A, B)                               tuple[A, B] -> B
    swap(A, B)                              tuple[A, B] -> tuple[B, A]
    assoc_l(A, B, C)                        tuple[A, tuple[B, C]] -> tuple[tuple[A, B], C]
    assoc_r(A, B, C)                        tuple[tuple[A, B], C] -> tuple[A, tuple[B, C]]
    it(A)                                   A -> Unit
    nest(tuple[A, B, C])                    tuple[A, B, C] -> tuple[A, tuple[B, C]]
    unnest(tuple[A, B, C])                  tuple[A, tuple[B, C]] -> tuple[A, B, C]

Primitives, which let more axes in front through:

    negate(A), reciprocal(A), sqrt(A)       A -> A
    exp(A), log(A), sin(A), cos(A)          A -> A
    tanh(A), sigmoid(A), log_sigmoid(A)     A -> A
    relu(A), softplus(A), step(A), zero(A)  A -> A
    log1p(A), expm1(A), sinh(A), cosh(A), silu(A)   A -> A
    arctan(A), arcsin(A), arccos(A)         A -> A
    erf(A), erfc(A), gelu(A), lgamma(A), digamma(A)     A -> A
    power(A, 2), scale(A, 2.0), shift(A, 2.0)   A -> A
    absolute(A), sign(A), clip(A, 0.0, 1.0)     A -> A
    add(A), sub(A), mul(A), div(A)          tuple[A, A] -> A
    hypot(A), arctan2(A), power(A)          tuple[A, A] -> A
    maximum(A), minimum(A)                  tuple[A, A] -> A
    where(A)                                tuple[Bool[I], A, A] -> A
    less(A), less_equal(A), equal(A)        tuple[A, A] -> Bool[I]
    greater(A), greater_equal(A), not_equal(A)  tuple[A, A] -> Bool[I]
    logical_and(Bool[I]), logical_or(Bool[I])   tuple[Bool[I], Bool[I]] -> Bool[I]
    logical_not(Bool[I])                    Bool[I] -> Bool[I]
    constant(A, a)                          Unit -> A
    dropout(A, 0.5)                         tuple[A, A] -> A
    total(A), mean(A), product(A), norm(A)  A -> Scalar
    largest(A), smallest(A)                 A -> Scalar
    total(Float[I, J], Float[J])            Float[I, J] -> Float[J], and so of these all
    masked_mean(I)                          tuple[Float[I], Int[I]] -> Scalar
    dot(I)                                  tuple[Float[I], Float[I]] -> Scalar
    matvec(I, J)                            tuple[Float[J, I], Float[I]] -> Float[J]
    matmul(I, J, K)                         tuple[Float[I, J], Float[J, K]] -> Float[I, K]
    solve(I)                                tuple[Float[I, I], Float[I]] -> Float[I]
    inverse(I), cholesky(I)                 Float[I, I] -> Float[I, I]
    log_determinant(I)                      Float[I, I] -> Scalar
    symmetric_eigenvalues(I)                Float[I, I] -> Float[I]
    transpose(I, J)                         Float[I, J] -> Float[J, I]
    flatten(I, J)                           Float[I, J] -> Float[Times[I, J]]
    unflatten(I, J)                         Float[Times[I, J]] -> Float[I, J]
    concat(I, J)                            tuple[Float[I], Float[J]] -> Float[Plus[I, J]]
    split(I, J)                             Float[Plus[I, J]] -> tuple[Float[I], Float[J]]
    pad(I, J, K)                            Float[J] -> Float[Plus[I, Plus[J, K]]]
    take(I, J)                              tuple[Float[I], Int[J]] -> Float[J]
    scatter(I, J)                           tuple[Float[J], Int[J]] -> Float[I]
    flip(I), roll(I, 1)                     Float[I] -> Float[I]
    rename(I, T)                            Float[I] -> Float[T]
    lower(I)                                Float[I, I] -> Float[I, I]
    lower_triangle(Three, I)                Float[I] -> Float[Three, Three]
    cumulative_sum(I)                       Float[I] -> Float[I]
    windows(I, Three, K)                    Float[I] -> Float[K, Three]
    contraction(Float[I, J], Float[J, K], Float[I, K])  tuple[Float[I, J], Float[J, K]] -> Float[I, K]
    max_pool(I, J)                          Float[Times[I, J]] -> Float[I]
    entry(I)                                tuple[Float[I], Index] -> Scalar
    lookup(I, J)                            tuple[Float[I, J], Index] -> Float[J]
    positions(I)                            Int[I] -> Int[I]
    causal(I)                               Float[I, I] -> Float[I, I]
    softmax(I), log_softmax(I), rms_norm(I) Float[I] -> Float[I]
    logsumexp(I)                            Float[I] -> Scalar
    cross_entropy(I)                        tuple[Float[I], Index] -> Scalar

Layers: a Para, whose parameters `init(rng)` draws; here f is one from A to A, and g from A to B.

    linear(I, J), dense(I, J)               Float[I] -> Float[J]
    embedding(I, J)                         Index -> Float[J]
    parameter(A, init)                      Unit -> A
    convolution(I, Three, K, J, H)          Float[I, J] -> Float[K, H]
    layer_norm(I)                           Float[I] -> Float[I]
    gru(I, H)                               tuple[Float[H], Float[I]] -> tuple[Float[H], Float[H]]
    lstm(I, H)              tuple[tuple[Float[H], Float[H]], Float[I]] -> tuple[tuple[Float[H], Float[H]], Float[H]]
    residual(f), stack(f, 2)                A -> A
    packed(I, g)                            A -> B

Without parameters, arrows that layers are made of:

    unpack(I, P)                            Float[I] -> P
    pack(I, P)                              P -> Float[I]
    attention(T, H, I)                      Float[T, Times[Three, Times[H, I]]] -> Float[T, Times[H, I]]
    attention_by_parts(T, H, I)             Float[T, Times[Three, Times[H, I]]] -> Float[T, Times[H, I]]
    attention_weights(T, H, I)              Float[T, Times[Three, Times[H, I]]] -> Float[H, T, T]
    queries_keys_values(T, I)           Float[T, Times[Three, I]] -> tuple[tuple[Float[T, I], Float[T, I]], Float[T, I]]
    scores(T, I)                            tuple[Float[T, I], Float[T, I]] -> Float[T, T]
    split_heads(T, H, I)                    Float[T, Times[H, I]] -> Float[H, T, I]
    merge_heads(T, H, I)                    Float[H, T, I] -> Float[T, Times[H, I]]
    pack(P, parameters)                     the vector of which unpack makes these parameters
    pack(I, x, y, z)                        and the vector of these numbers, or of the entries of these arrays

Derivatives of an arrow f, or of a Para, which is an arrow of parameters and input:

    forward(f)(a), reverse(f)(a)            the value, and the derivative there as a function, or its transpose
    jacobian(f)(a), gradient(f)(a), value_and_gradient(f)(a)
    gradient(loss)(parameters, x)           of a Para, in its parameters; and so value_and_gradient
    gradient(function)(x), gradient(function, x)    of a function, within another or not; and so all of these
    tangent(f), reverse_derivative(f)       arrows again; of an arrow to Scalar, too:
    gradient_field(f), hessian_vector_product(f)
    jacobian_field(f), hessian(f)(a)        the Jacobian as an arrow, which each lifts; and of a gradient, its matrix
    check_derivative(f, a)                  raises DerivativeError if it is wrong

Other readings of an arrow:

    cost(f), forward_cost(f), reverse_cost(f), peak(f), modes(f)    operations and memory
    bounds(f)(lower, upper)                 between what its outputs are
    incremental(f)(a)                       the value, and how it changes with a: the category is Incremental()
    expression(f)(a)                        its derivative, as the paper writes it: an Expression
    draw(f, path)                           its picture
    stage(function, target)                 any function of arrays, as a straight line of NumPy or C: Staged
    save(staged, folder)                    what is staged for WebAssembly, as a module and its manifest
    names_in_c[ufunc] = "erf"               what C calls a ufunc that stage does not know

Learning: an Optimizer has a State, and `optimizer.lens(P)` is a Lens, as a step of training is.

    sgd(lr), nesterov(lr, momentum), adagrad(lr), adam(lr)
    training_step(loss, optimizer)          a step, as a lens; scheduled_training_step, with the rate as an argument
    lens(f), learning_rate(lr), ParametricLens

Categories, in which `f.to(category)` reads an arrow; the arrows of a category K from A to B are a Hom[K, A, B]:

    Category, Monoidal, Cartesian, Cocartesian, Biproduct, Linear       what they have, with laws
    check_laws(category)                    raises LawError if one of your own breaks a law of its class
    Interpretation                          a category with a method `primitive`, which says what a primitive means
    Intervals.rules[f] = ...                what it means in a category that has Rules
    D(k)                                    derivatives, in a category k of linear maps:
    Additive(), Matrices(), Dual(k), Cont(k, A), Begin(k, A)
    Functions(), Tangents(), Optics(), Cost(), Intervals(), Syntax(), Diagrams(), Machines(T), whose arrows are a Mealy
    calculate(term).by(equation, term)      terms of variables("f g a"), equal by an Equation, or CalculationError

Errors: CompositionError, SpaceError, InterpretationError, StagingError, StagingWarning, DerivativeError, LawError.
"""

from typing import TYPE_CHECKING

from cat_ad.arrows.abstraction import arrow, model
from cat_ad.arrows.batching import each
from cat_ad.arrows.generators import Interpretation, Primitive, Residual, primitive
from cat_ad.arrows.operations import Rules
from cat_ad.arrows.parametrised import Para, para, parameter
from cat_ad.arrows.products import compose, cross, fork, nest, unnest
from cat_ad.arrows.structure import assoc_l, assoc_r, dup, exl, exr, identity, it, swap
from cat_ad.arrows.terms import Arrow
from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.terms import variables
from cat_ad.categories.biproduct import Biproduct, Cocartesian, Linear
from cat_ad.categories.category import Cartesian, Category, Hom, Monoidal
from cat_ad.categories.functions import Functions
from cat_ad.derivatives.chain_rule import D
from cat_ad.derivatives.checking import check_derivative
from cat_ad.derivatives.forward_and_reverse import forward, gradient, reverse, value_and_gradient
from cat_ad.derivatives.jacobians import jacobian
from cat_ad.derivatives.scanning import fold, iterate, scan
from cat_ad.derivatives.stacking import stack
from cat_ad.errors import (
    CalculationError,
    CompositionError,
    DerivativeError,
    InterpretationError,
    LawError,
    SpaceError,
    StagingError,
    StagingWarning,
)
from cat_ad.learning.convolving import convolution
from cat_ad.learning.layers import dense, embedding, linear, residual
from cat_ad.learning.lenses import Lens, lens
from cat_ad.learning.optimizers import Optimizer, State, adagrad, adam, nesterov, sgd
from cat_ad.learning.packing import pack, packed, unpack
from cat_ad.learning.pooling import max_pool
from cat_ad.learning.recurrent import gru, lstm
from cat_ad.learning.regularizing import dropout, layer_norm
from cat_ad.learning.steps import ParametricLens, learning_rate, scheduled_training_step, training_step
from cat_ad.learning.transformer import (
    Three,
    attention,
    attention_by_parts,
    attention_weights,
    merge_heads,
    queries_keys_values,
    scores,
    split_heads,
)
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.beginning import Begin
from cat_ad.linear_maps.continuation import Cont
from cat_ad.linear_maps.dual import Dual
from cat_ad.linear_maps.matrix import Matrices
from cat_ad.objects.spaces import Bool, Dim, Float, Index, Int, Plus, Scalar, Times, Truth, Unit
from cat_ad.objects.values import check
from cat_ad.primitives.arithmetic import add, div, mul, sub
from cat_ad.primitives.choice import (
    absolute,
    clip,
    equal,
    greater,
    greater_equal,
    largest,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    not_equal,
    sign,
    smallest,
    where,
)
from cat_ad.primitives.concatenation import concat, pad, split
from cat_ad.primitives.constants import constant, zero
from cat_ad.primitives.contractions import dot, matmul, matvec
from cat_ad.primitives.elementary import arccos, arcsin, arctan, arctan2, cosh, expm1, hypot, log1p, power, silu, sinh
from cat_ad.primitives.elementwise import (
    cos,
    exp,
    log,
    log_sigmoid,
    negate,
    reciprocal,
    relu,
    scale,
    shift,
    sigmoid,
    sin,
    softplus,
    sqrt,
    step,
    tanh,
)
from cat_ad.primitives.indexing import entry, lookup, positions, scatter, take
from cat_ad.primitives.layout import flatten, flip, rename, roll, transpose, unflatten
from cat_ad.primitives.lengths import norm
from cat_ad.primitives.linear_algebra import cholesky, inverse, log_determinant, solve, symmetric_eigenvalues
from cat_ad.primitives.masking import causal, lower, lower_triangle, masked_mean
from cat_ad.primitives.multiplying import product
from cat_ad.primitives.named_sums import contraction
from cat_ad.primitives.normalization import rms_norm
from cat_ad.primitives.probabilities import cross_entropy, log_softmax, logsumexp, softmax
from cat_ad.primitives.reductions import mean, total
from cat_ad.primitives.sliding import cumulative_sum, windows
from cat_ad.primitives.special import digamma, erf, erfc, gelu, lgamma
from cat_ad.readings.changes import Incremental, incremental
from cat_ad.readings.costs import Cost, cost, forward_cost, modes, peak, reverse_cost
from cat_ad.readings.diagrams import Diagrams, draw
from cat_ad.readings.intervals import Intervals, bounds
from cat_ad.readings.laws import check_laws
from cat_ad.readings.machines import Machines, Mealy
from cat_ad.readings.syntax import Expression, Syntax, expression
from cat_ad.staging import Staged, stage
from cat_ad.staging.c.names import names_in_c
from cat_ad.staging.wasm.saving import save
from cat_ad.symbolic import at_elements as at_elements  # what derivatives are at variables
from cat_ad.symbolic.jacobian_fields import hessian, jacobian_field
from cat_ad.symbolic.reverse_derivatives import Optics, gradient_field, hessian_vector_product, reverse_derivative
from cat_ad.symbolic.tangent_functor import Tangents, tangent

__version__ = "0.1.0"

__all__ = [
    "Additive",
    "Arrow",
    "Begin",
    "Biproduct",
    "Bool",
    "CalculationError",
    "Cartesian",
    "Category",
    "Cocartesian",
    "CompositionError",
    "Cont",
    "Cost",
    "D",
    "DerivativeError",
    "Diagrams",
    "Dim",
    "Dual",
    "Equation",
    "Expression",
    "Float",
    "Functions",
    "Hom",
    "Incremental",
    "Index",
    "Int",
    "Interpretation",
    "InterpretationError",
    "Intervals",
    "LawError",
    "Lens",
    "Linear",
    "Machines",
    "Matrices",
    "Mealy",
    "Monoidal",
    "Optics",
    "Optimizer",
    "Para",
    "ParametricLens",
    "Plus",
    "Primitive",
    "Residual",
    "Rules",
    "Scalar",
    "SpaceError",
    "Staged",
    "StagingError",
    "StagingWarning",
    "State",
    "Syntax",
    "Tangents",
    "Three",
    "Times",
    "Truth",
    "Unit",
    "absolute",
    "adagrad",
    "adam",
    "add",
    "arccos",
    "arcsin",
    "arctan",
    "arctan2",
    "arrow",
    "assoc_l",
    "assoc_r",
    "attention",
    "attention_by_parts",
    "attention_weights",
    "bounds",
    "calculate",
    "causal",
    "check",
    "check_derivative",
    "check_laws",
    "cholesky",
    "clip",
    "compose",
    "concat",
    "constant",
    "contraction",
    "convolution",
    "cos",
    "cosh",
    "cost",
    "cross",
    "cross_entropy",
    "cumulative_sum",
    "dense",
    "digamma",
    "div",
    "dot",
    "draw",
    "dropout",
    "dup",
    "each",
    "embedding",
    "entry",
    "equal",
    "erf",
    "erfc",
    "exl",
    "exp",
    "expm1",
    "expression",
    "exr",
    "flatten",
    "flip",
    "fold",
    "fork",
    "forward",
    "forward_cost",
    "gelu",
    "gradient",
    "gradient_field",
    "greater",
    "greater_equal",
    "gru",
    "hessian",
    "hessian_vector_product",
    "hypot",
    "identity",
    "incremental",
    "inverse",
    "it",
    "iterate",
    "jacobian",
    "jacobian_field",
    "largest",
    "layer_norm",
    "learning_rate",
    "lens",
    "less",
    "less_equal",
    "lgamma",
    "linear",
    "log",
    "log1p",
    "log_determinant",
    "log_sigmoid",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "logsumexp",
    "lookup",
    "lower",
    "lower_triangle",
    "lstm",
    "masked_mean",
    "matmul",
    "matvec",
    "max_pool",
    "maximum",
    "mean",
    "merge_heads",
    "minimum",
    "model",
    "modes",
    "mul",
    "names_in_c",
    "negate",
    "nest",
    "nesterov",
    "norm",
    "not_equal",
    "pack",
    "packed",
    "pad",
    "para",
    "parameter",
    "peak",
    "positions",
    "power",
    "primitive",
    "product",
    "queries_keys_values",
    "reciprocal",
    "relu",
    "rename",
    "residual",
    "reverse",
    "reverse_cost",
    "reverse_derivative",
    "rms_norm",
    "roll",
    "save",
    "scale",
    "scan",
    "scatter",
    "scheduled_training_step",
    "scores",
    "sgd",
    "shift",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "smallest",
    "softmax",
    "softplus",
    "solve",
    "split",
    "split_heads",
    "sqrt",
    "stack",
    "stage",
    "step",
    "sub",
    "swap",
    "symmetric_eigenvalues",
    "take",
    "tangent",
    "tanh",
    "total",
    "training_step",
    "transpose",
    "unflatten",
    "unnest",
    "unpack",
    "value_and_gradient",
    "variables",
    "where",
    "windows",
    "zero",
]


class _Names(list[str]):
    """Names, of which `in` says that they are not there: so `help`, which asks, leaves them to the tables above."""

    def __contains__(self, name: object) -> bool:
        """Never; see above."""
        return False


if not TYPE_CHECKING:
    __all__ = _Names(__all__)
