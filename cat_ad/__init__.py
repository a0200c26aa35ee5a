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
"""

from cat_ad.arrows.batching import each
from cat_ad.arrows.generators import Primitive, primitive
from cat_ad.arrows.parametrised import Para, para, parameter, stack
from cat_ad.arrows.products import compose, cross, fork
from cat_ad.arrows.terms import Arrow, assoc_l, assoc_r, dup, exl, exr, identity, it, swap
from cat_ad.categories.biproduct import Biproduct, Cocartesian, Linear
from cat_ad.categories.category import Cartesian, Category, Hom, Monoidal
from cat_ad.derivatives.chain_rule import D
from cat_ad.derivatives.checking import check_derivative
from cat_ad.derivatives.forward_and_reverse import forward, gradient, reverse, value_and_gradient
from cat_ad.derivatives.jacobians import jacobian
from cat_ad.errors import (
    CompositionError,
    DerivativeError,
    InterpretationError,
    SpaceError,
    StagingError,
    StagingWarning,
)
from cat_ad.learning.layers import dense, embedding, linear, residual
from cat_ad.learning.lenses import Lens, lens
from cat_ad.learning.optimizers import Optimizer, State, adagrad, adam, nesterov, sgd
from cat_ad.learning.packing import pack, packed, unpack
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
from cat_ad.objects.spaces import Dim, Float, Index, Int, Scalar, Times, Unit
from cat_ad.objects.values import check
from cat_ad.primitives.arithmetic import add, div, mul, sub
from cat_ad.primitives.constants import constant, zero
from cat_ad.primitives.contractions import dot, matmul, matvec
from cat_ad.primitives.elementwise import (
    cos,
    exp,
    log,
    log_sigmoid,
    negate,
    power,
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
from cat_ad.primitives.indexing import lookup, positions
from cat_ad.primitives.layout import flatten, transpose, unflatten
from cat_ad.primitives.masking import causal, masked_mean
from cat_ad.primitives.normalization import rms_norm
from cat_ad.primitives.probabilities import cross_entropy, log_softmax, logsumexp, softmax
from cat_ad.primitives.reductions import mean, total
from cat_ad.readings.changes import Incremental, incremental
from cat_ad.readings.costs import Cost, cost, forward_cost, modes, peak, reverse_cost
from cat_ad.readings.diagrams import Diagrams, draw
from cat_ad.readings.intervals import Intervals, bounds
from cat_ad.readings.machines import Machines, Mealy
from cat_ad.readings.syntax import Expression, Syntax, expression
from cat_ad.staging import Staged, stage
from cat_ad.symbolic.reverse_derivatives import Optics, gradient_field, hessian_vector_product, reverse_derivative
from cat_ad.symbolic.tangent_functor import Tangents, tangent

__all__ = [
    "Additive",
    "Arrow",
    "Begin",
    "Biproduct",
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
    "Expression",
    "Float",
    "Hom",
    "Incremental",
    "Index",
    "Int",
    "InterpretationError",
    "Intervals",
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
    "Primitive",
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
    "Unit",
    "adagrad",
    "adam",
    "add",
    "assoc_l",
    "assoc_r",
    "attention",
    "attention_by_parts",
    "attention_weights",
    "bounds",
    "causal",
    "check",
    "check_derivative",
    "compose",
    "constant",
    "cos",
    "cost",
    "cross",
    "cross_entropy",
    "dense",
    "div",
    "dot",
    "draw",
    "dup",
    "each",
    "embedding",
    "exl",
    "exp",
    "expression",
    "exr",
    "flatten",
    "fork",
    "forward",
    "forward_cost",
    "gradient",
    "gradient_field",
    "hessian_vector_product",
    "identity",
    "incremental",
    "it",
    "jacobian",
    "learning_rate",
    "lens",
    "linear",
    "log",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "lookup",
    "masked_mean",
    "matmul",
    "matvec",
    "mean",
    "merge_heads",
    "modes",
    "mul",
    "negate",
    "nesterov",
    "pack",
    "packed",
    "para",
    "parameter",
    "peak",
    "positions",
    "power",
    "primitive",
    "queries_keys_values",
    "reciprocal",
    "relu",
    "residual",
    "reverse",
    "reverse_cost",
    "reverse_derivative",
    "rms_norm",
    "scale",
    "scheduled_training_step",
    "scores",
    "sgd",
    "shift",
    "sigmoid",
    "sin",
    "softmax",
    "softplus",
    "split_heads",
    "sqrt",
    "stack",
    "stage",
    "step",
    "sub",
    "swap",
    "tangent",
    "tanh",
    "total",
    "training_step",
    "transpose",
    "unflatten",
    "unpack",
    "value_and_gradient",
    "zero",
]
