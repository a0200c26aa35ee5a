"""What `D(k)` gives, as plain functions: forward, reverse, gradient.

>>> import numpy as np
>>> from cat_ad import Dim, Float, dot, dup
>>> class N(Dim): ...
>>> squared_norm = dup(Float[N]) >> dot(N)
>>> gradient(squared_norm)(np.array([1.0, 2.0]))
array([2., 4.])
>>> value, pushforward = forward(squared_norm)(np.array([1.0, 2.0]))
>>> pushforward(np.array([1.0, 0.0]))
np.float64(2.0)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cat_ad.arrows.elements import Given
from cat_ad.arrows.given import HasArrow, call_of, require_arrow
from cat_ad.arrows.parametrised import P, Para
from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.category import A, B
from cat_ad.derivatives.chain_rule import D, function
from cat_ad.derivatives.guarding import guarded
from cat_ad.derivatives.of_functions import Derivative, of_functions
from cat_ad.derivatives.partial_derivatives import along_first
from cat_ad.errors import SpaceError
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.objects.arrays import as_dtype, namespace
from cat_ad.objects.ownership import copied, own
from cat_ad.objects.spaces import Scalar, brief, factors, is_array, kind, show
from cat_ad.objects.tangents import Tangent, applied
from cat_ad.objects.trees import pruned
from cat_ad.objects.values import Deferred, after_parameters, has_kind, in_parts, letters
from cat_ad.objects.values import describe as describe_value

if TYPE_CHECKING:
    from cat_ad.derivatives.derivative_types import Forward, Gradient, Reverse, ValueAndGradient
    from cat_ad.objects.array_types import Function, OfParameters

X = TypeVar("X")


def _forward(forward: Derivative) -> Forward:
    return of_functions(forward)


def _reverse(reverse: Derivative) -> Reverse:
    return of_functions(reverse)


def _value_and_gradient(value_and_gradient: Derivative) -> ValueAndGradient:
    return of_functions(value_and_gradient)


def _gradient(gradient: Derivative) -> Gradient:
    return of_functions(gradient)


@_forward
def forward(f: HasArrow[A, B], *, guard: bool = False) -> Function[A, tuple[B, Function[A, B]]]:
    """Forward mode: a in A to (f(a), the derivative at a as a function from A to B).

    A tangent of an integer is `None`, and `None` stands for zero in any place of the argument. Raises `SpaceError`
    for a value outside A, or a tangent that has not the shape of the value.

    The derivative reads the arrays of a when it is called. If they are written over in between, what it gives is the
    derivative at no point. With `guard` it raises `DerivativeError` instead, and reads all of a at each call for that.
    Results are the caller's own (`cat_ad.objects.ownership`): they may be written to at any time.
    """
    f, form = require_arrow("forward", f), call_of("forward", f)
    run, fill = function(f.to(D(Additive()))), filling(f.cod)

    def at(a: A) -> tuple[B, Function[A, B]]:
        a = f.boundary(a)
        b, derivative = run(a)
        push = additive.function(derivative)

        def pushforward(da: A) -> B:
            pushed: B = fill(b, applied(push, pruned(_tangent(f, f.dom, a, da))))
            return own(pushed, da, a)

        along = guarded(lambda: describe(f), a, pushforward) if guard else pushforward
        return copied(b), _of_parts("pushforward", f.dom, along)

    return in_parts(form, f.dom, at)


@_reverse
def reverse(f: HasArrow[A, B], *, guard: bool = False) -> Function[A, tuple[B, Function[B, A]]]:
    """Reverse mode: a in A to (f(a), the transposed derivative at a as a function from B to A).

    Zeros, integers, errors, arrays of a that are written over, and `guard`: all as in `forward`.
    """
    f, form = require_arrow("reverse", f), call_of("reverse", f)
    run, fill = function(f.to(D(Dual(Additive())))), filling(f.dom)

    def at(a: A) -> tuple[B, Function[B, A]]:
        a = f.boundary(a)
        b, derivative = run(a)
        pull = additive.function(turned(derivative))

        def pullback(db: B) -> A:
            pulled: A = fill(a, applied(pull, pruned(_tangent(f, f.cod, b, db))))
            return own(pulled, db, a)

        back = guarded(lambda: describe(f), a, pullback) if guard else pullback
        return copied(b), _of_parts("pullback", f.cod, back)

    return in_parts(form, f.dom, at)


@_value_and_gradient
def value_and_gradient(f: Arrow[A, Scalar] | Para[P, X, Scalar]) -> Callable[..., tuple[Scalar, A | P]]:
    """f(a) and its gradient at a, which has the structure of A, with `None` in the place of an integer.

    Of a parametrised arrow it is a function of parameters and input, and the gradient is that in the parameters. The
    input counts as constant, and no work is done for its slope (`cat_ad.derivatives.partial_derivatives`). Raises
    `SpaceError` if f does not end in `Scalar`, or for a value outside A.
    """
    either: HasArrow[Given, Scalar] = f
    arrow = require_arrow("gradient", either)
    if arrow.cod is not Scalar:
        raise SpaceError(f"gradient: wanted an arrow to {show(Scalar)}, got {describe(arrow)}; end it by total or mean")
    if isinstance(f, Para):
        return _in_parameters(f)
    return _in_all(arrow)


def _in_all(f: Arrow[A, Scalar]) -> Function[A, tuple[Scalar, A]]:
    run, fill = function(f.to(D(Dual(Additive())))), filling(f.dom)

    def at(a: A) -> tuple[Scalar, A]:
        a = f.boundary(a)
        b, derivative = run(a)
        one = namespace(b).asarray(1, dtype=b.dtype)
        slope: A = fill(a, additive.function(turned(derivative))(one))
        return own((b, slope), a)

    return in_parts(call_of("value_and_gradient", f), f.dom, at)


def _in_parameters(f: Para[P, X, Scalar]) -> OfParameters[P, X, tuple[Scalar, P]]:
    run, fill = function(along_first(f.arrow).to(D(Dual(Additive())))), filling(f.parameters)

    def at(parameters: P, x: X) -> tuple[Scalar, P]:
        a = f.boundary((parameters, x))
        b, derivative = run(a)
        one = namespace(b).asarray(1, dtype=b.dtype)
        slope, _ = additive.function(turned(derivative))(one) or (None, None)
        filled: P = fill(a[0], slope)
        return own((b, filled), a)

    return after_parameters("value_and_gradient(f)(parameters, x)", f.dom, at)


@_gradient
def gradient(f: Arrow[A, Scalar] | Para[P, X, Scalar]) -> Callable[..., A | P]:
    """The gradient of an arrow to `Scalar`, or of a parametrised one in its parameters; see `value_and_gradient`."""
    both: Given = value_and_gradient(f)
    if isinstance(f, Para):
        return after_parameters("gradient(f)(parameters, x)", f.dom, lambda parameters, x: both(parameters, x)[1])
    return in_parts(call_of("gradient", f), f.dom, lambda a: both(a)[1])


def _of_parts(name: str, space: object, derivative: Callable[[A], B]) -> Function[A, B]:
    """A derivative at a point, whose argument, a tangent of a product, may be given in its parts."""
    alone: Given = derivative
    return alone if is_array(space) else in_parts(f"{name}({letters(space)})", space, derivative)


def filling(space: object) -> Callable[[Tangent, Tangent], Tangent]:
    """The function that gives a tangent in the dtypes of its value, with zeros for each `None`, but at integers."""
    if not is_array(space):
        parts = tuple(map(filling, factors(space)))
        zero = (None,) * len(parts)

        def fill_all(like: Tangent, tangent: Tangent) -> Tangent:
            return tuple([fill(x, t) for fill, x, t in zip(parts, like, tangent or zero, strict=True)])

        return fill_all
    if kind(space) == "Float":
        return lambda like, tangent: (
            namespace(like).zeros_like(like) if tangent is None else as_dtype(tangent, like.dtype)
        )
    return lambda like, tangent: None


def _tangent(f: Arrow[A, B], space: object, like: Tangent, given: Tangent) -> Tangent:
    """The tangent that was given, checked against the value at which it is one."""
    if given is None:
        return None
    if is_array(space):
        if kind(space) == "Float" and type(given) is float and like.shape == ():
            return namespace(like).asarray(given, dtype=like.dtype)
        if not hasattr(given, "shape") and isinstance(given, Deferred):  # such a number, known later
            later = given.to_array()
            given = as_dtype(later, like.dtype) if later.dtype.kind == "f" else later
        fits = kind(space) == "Float" and getattr(given, "shape", None) == like.shape
        alike = type(given) is type(like) and getattr(given, "dtype", None) == like.dtype
        if fits and (alike or has_kind(space, given)):  # the second takes long
            return given
        wanted = describe_value(like) if kind(space) == "Float" else "None"
    elif type(given) is tuple and len(given) == len(factors(space)):
        inside = zip(factors(space), like, given, strict=True)
        return tuple([_tangent(f, part, at, u) for part, at, u in inside])
    else:
        wanted = describe_value(like)
    raise SpaceError(
        f"{describe(f)}: wanted a tangent of {brief(space)}, {wanted}, got {describe_value(given)}; "
        "a tangent has the shape of its value, an integer's is None, and None is zero anywhere"
    )
