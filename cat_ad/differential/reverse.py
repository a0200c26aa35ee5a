"""The reverse derivative of an arrow is an arrow: `reverse_derivative(f): A x B -> A`, from a point and a cotangent.

The arrow is read in a category of optics, in which an arrow from A to B is a pair: forward, which keeps a residual R,
and backward, which uses it:

    forward: A -> R x B        backward: R x B -> A        reverse_derivative(f) = (forward ; exl) * id ; backward

Going backward, the second of a composition comes first. No value is computed twice, however deep the nesting, and R
shows the memory of reverse mode. (The pullbacks of exl, exr and it make zeros, as the axioms say; the closures of
reverse mode pass on `None` instead, and so cost less where much is projected away.)

The axioms of a reverse derivative category (Cockett, Cruttwell, Gallagher, Lemay, MacAdam, Plotkin & Pronk 2019), with
R[f] for reverse_derivative(f) and D[f](a, u) for R[R[f]]((a, 0), u) ; exr:

    1  R[f + g] = R[f] + R[g]                               and R[0] = 0
    2  R[f](a, u + v) = R[f](a, u) + R[f](a, v)             and R[f](a, 0) = 0
    3  R[id](a, u) = u, R[exl](a, u) = (u, 0), R[exr](a, u) = (0, u)
    4  R[f & g](a, (u, v)) = R[f](a, u) + R[g](a, v)        and R[it](a, ()) = 0
    5  R[f ; g](a, u) = R[f](a, R[g](f(a), u))
    6  D[R[f]]((a, u), (0, v)) = R[f](a, v)
    7  D[D[f]]((a, u), (v, 0)) = D[D[f]]((a, v), (u, 0))

>>> from cat_ad import Scalar, dup, exp, mul
>>> reverse_derivative(exp(Scalar))
((exp *** id) >>> mul)
>>> square = dup(Scalar) >> mul(Scalar)
>>> reverse_derivative(square)                          # forking has become adding
((dup *** id) >>> (((exr *** id) >>> mul) &&& ((exl *** id) >>> mul)) >>> add)
>>> reverse_derivative(square)((3.0, 1.0))
np.float64(6.0)
>>> cube = power(Scalar, 3)
>>> gradient_field(gradient_field(cube))(2.0)           # the derivative of 3 x^2
np.float64(12.0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

from cat_ad.arrow import Arrow, SomeArrow, assoc_l, assoc_r, describe, dup, exl, exr, identity, it, swap
from cat_ad.category import A, B, C, Cartesian, D, Hom
from cat_ad.differential.elements import Element, Elements, arrow_of, path, variable
from cat_ad.differential.linearization import linearization
from cat_ad.differential.tangent import derivative, interchange
from cat_ad.errors import SpaceError
from cat_ad.modes import require_arrow
from cat_ad.primitives.arithmetic import add
from cat_ad.primitives.constant import zero
from cat_ad.primitives.elementwise import power
from cat_ad.products import nest, nested, unnest
from cat_ad.spaces import UNIT, Scalar, Unit, factors, is_array, kind, product, show

if TYPE_CHECKING:
    from cat_ad.primitives import Primitive


def reverse_derivative(f: Arrow[A, B]) -> Arrow[tuple[A, B], A]:
    """(a, v) to the transposed derivative of f at a, applied to v. Raises `SpaceError` if f is no arrow.

    The tangent of an integer is the integer 0.
    """
    require_arrow("reverse_derivative", f)
    optic = function(f.to(Optics()))
    keep = optic.keep * identity(f.cod) if optic.keep else exr(f.dom, f.cod)
    return path(keep, optic.backward)


def gradient_field(f: Arrow[A, Scalar]) -> Arrow[A, A]:
    """a to the gradient of f at a. Raises `SpaceError` if f does not end in `Scalar`."""
    require_arrow("gradient_field", f)
    if f.cod is not Scalar:
        raise SpaceError(f"gradient_field: wanted an arrow to {show(Scalar)}, got {describe(f)}; end it by total")
    optic, one = function(f.to(Optics())), power(Scalar, 0)
    seed = identity(optic.keep.cod) * one if optic.keep else one
    return path(optic.forward, seed, optic.backward)


def hessian_vector_product(f: Arrow[A, Scalar]) -> Arrow[tuple[A, A], A]:
    """(a, u) to the Hessian of f at a, times u: the derivative of the gradient field along u (Pearlmutter 1994)."""
    return derivative(gradient_field(f))


@dataclass(frozen=True)
class Optic(Generic[A, B]):
    """Forward: A -> R x B, of which `keep`: A -> R is the first half, and backward: R x B -> A.

    Where nothing need be kept, `keep` is `None`, and they are A -> B and B -> A.
    """

    forward: SomeArrow
    backward: SomeArrow
    keep: SomeArrow | None = None


class Reversed:
    """The brand of optics: `Hom[Reversed, A, B]` is an `Optic[A, B]`."""


def hom(f: Optic[A, B]) -> Hom[Reversed, A, B]:
    """An optic as an arrow of this category."""
    return f  # type: ignore[return-value]  # a brand is static: nothing happens at run time


def function(f: Hom[Reversed, A, B]) -> Optic[A, B]:
    """An arrow of this category as the optic that it is."""
    return f  # type: ignore[return-value]  # a brand is static: nothing happens at run time


class Optics(Cartesian[Reversed]):
    """Arrows with their transposed derivatives."""

    def id(self, a: type[A]) -> Hom[Reversed, A, A]:
        """Identity, and back."""
        return hom(Optic(identity(a), identity(a)))

    def compose(self, f: Hom[Reversed, A, B], g: Hom[Reversed, B, C]) -> Hom[Reversed, A, C]:
        """The chain rule: forward f, then g; backward g, then f."""
        first, then = function(f), function(g)
        if first.keep is None:
            keep = then.keep and path(first.forward, then.keep)
            return hom(Optic(path(first.forward, then.forward), path(then.backward, first.backward), keep))
        here = identity(first.keep.cod)
        forward, backward = path(first.forward, here * then.forward), path(here * then.backward, first.backward)
        if then.keep is None:
            return hom(Optic(forward, backward, first.keep))
        objects = first.keep.cod, then.keep.cod, factors(then.forward.cod)[1]
        keep = path(first.forward, here * then.keep)
        return hom(Optic(path(forward, assoc_l(*objects)), path(assoc_r(*objects), backward), keep))

    def cross(self, f: Hom[Reversed, A, C], g: Hom[Reversed, B, D]) -> Hom[Reversed, tuple[A, B], tuple[C, D]]:
        """Each on its side."""
        left, right = function(f), function(g)
        forward, backward = left.forward * right.forward, left.backward * right.backward
        (r, c), (s, d) = _left_by(left), _left_by(right)
        apart: Elements = ((r, c) if r else c, (s, d) if s else d)
        together: Elements = ((r, s) if r and s else r or s or (), (c, d))
        if left.keep and right.keep:
            keep = left.keep * right.keep
        elif left.keep:
            keep = exl(left.keep.dom, right.forward.dom) >> left.keep
        elif right.keep:
            keep = exr(left.forward.dom, right.keep.dom) >> right.keep
        else:
            return hom(Optic(forward, backward))
        return hom(Optic(path(forward, arrow_of(together, apart)), path(arrow_of(apart, together), backward), keep))

    def fork(self, f: Hom[Reversed, A, B], g: Hom[Reversed, A, C]) -> Hom[Reversed, A, tuple[B, C]]:
        """A copy for each; backward, the results are added."""
        dom = function(f).forward.dom
        return self.compose(self.dup(dom), self.cross(f, g))

    def exl(self, a: type[A], b: type[B]) -> Hom[Reversed, tuple[A, B], A]:
        """The first; backward, it is put beside a zero."""
        return hom(Optic(swap(a, b), swap(b, a) >> identity(a) * zero(b), exr(a, b)))

    def exr(self, a: type[A], b: type[B]) -> Hom[Reversed, tuple[A, B], B]:
        """The second; backward, it is put beside a zero."""
        return hom(Optic(identity(product(a, b)), zero(a) * identity(b), exl(a, b)))

    def dup(self, a: type[A]) -> Hom[Reversed, A, tuple[A, A]]:
        """Two copies; backward, their sum."""
        return hom(Optic(dup(a), plus(a)))

    def it(self, a: type[A]) -> Hom[Reversed, A, Unit]:
        """Nothing; backward, zero."""
        return hom(Optic(identity(a) & it(a), exl(a, UNIT) >> zero(a), identity(a)))

    def swap(self, a: type[A], b: type[B]) -> Hom[Reversed, tuple[A, B], tuple[B, A]]:
        """Exchange, and back."""
        return hom(Optic(swap(a, b), swap(b, a)))

    def assoc_l(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[Reversed, tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """Associate to the left, and back."""
        return hom(Optic(assoc_l(a, b, c), assoc_r(a, b, c)))

    def assoc_r(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[Reversed, tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """Associate to the right, and back."""
        return hom(Optic(assoc_r(a, b, c), assoc_l(a, b, c)))

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Reversed, A, B]:
        """Its value, and the transposed derivative as an arrow."""
        found = linearization(arrow)
        return hom(Optic(found.forward, found.pull, found.keep))


def _left_by(optic: Optic[A, B]) -> tuple[Element | None, Element]:
    """Variables for the results of forward: the residual, if any, and the value."""
    if optic.keep is None:
        return None, variable(optic.forward.cod)
    residual, value = map(variable, factors(optic.forward.cod))
    return residual, value


def plus(a: type[A]) -> Arrow[tuple[A, A], A]:
    """The sum of two tangents; of integers, whose tangents are 0, the first."""
    if is_array(a):
        return add(a) if kind(a) == "Float" else exl(a, a)
    parts = factors(a)
    if len(parts) != 2:
        pairs: SomeArrow = nest(a) * nest(a) >> plus(nested(a)) >> unnest(a) if parts else it(product(a, a))
        return pairs
    left, right = parts
    by_part: SomeArrow = interchange(left, right, left, right) >> plus(left) * plus(right)
    return by_part
