"""The simple essence of automatic differentiation, on one page (Elliott 2018, arXiv 1804.00746).

Python alone, in the order of the paper; `cat_ad` is the same for arrays whose shapes are types. For a category k of
linear maps, D(k) differentiates: forward if the arrows of k are functions, in reverse if they are these turned around.

>>> value, derivative = cos_sin_prod(D(Dual(Additive())))((0.0, 2.0))
>>> value, derivative((1.0, 0.0)), derivative((0.0, 1.0))  # and the rows of its Jacobian matrix
((1.0, 0.0), (0.0, 0.0), (2.0, 0.0))
"""

# fmt: off
from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin
from typing import Any, Generic, Protocol, TypeVar

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
E = TypeVar("E")
K = TypeVar("K")


@dataclass(frozen=True)
class Hom(Generic[K, A, B]):
    """An arrow of K from A to B."""
    is_: Any  # Any: what K uses for its arrows, since Python has no types of types
    def __call__(self, a: Any) -> Any: return self.is_(a)


class Cartesian(Protocol[K]):
    """Sections 4.1 to 4.3: arrows compose and go side by side; what they carry is extracted, and copied."""
    def id(self) -> Hom[K, A, A]: ...
    def compose(self, g: Hom[K, B, C], f: Hom[K, A, B]) -> Hom[K, A, C]: ...                                     # g ∘ f
    def cross(self, f: Hom[K, A, C], g: Hom[K, B, E]) -> Hom[K, tuple[A, B], tuple[C, E]]: ...                   # f × g
    def exl(self) -> Hom[K, tuple[A, B], A]: ...
    def exr(self) -> Hom[K, tuple[A, B], B]: ...
    def dup(self) -> Hom[K, A, tuple[A, A]]: ...
    def fork(self, f: Hom[K, A, B], g: Hom[K, A, C]) -> Hom[K, A, tuple[B, C]]:                  # f △ g = (f × g) ∘ dup
        return self.compose(self.cross(f, g), self.dup())


class Linear(Cartesian[K], Protocol[K]):
    """Section 4.4: what is linear is also injected, added, and scaled."""
    def inl(self) -> Hom[K, A, tuple[A, B]]: ...
    def inr(self) -> Hom[K, B, tuple[A, B]]: ...
    def jam(self) -> Hom[K, tuple[A, A], A]: ...
    def scale(self, s: float) -> Hom[K, float, float]: ...
    def join(self, f: Hom[K, A, C], g: Hom[K, B, C]) -> Hom[K, tuple[A, B], C]:                  # f ▽ g = jam ∘ (f × g)
        return self.compose(self.jam(), self.cross(f, g))


class Numeric(Cartesian[K], Protocol[K]):
    """Section 4.6: numbers are computed with."""
    def add(self) -> Hom[K, tuple[float, float], float]: ...
    def mul(self) -> Hom[K, tuple[float, float], float]: ...
    def sin(self) -> Hom[K, float, float]: ...
    def cos(self) -> Hom[K, float, float]: ...


class Function:
    """Hom[Function, A, B] is a function from A to B."""


class Functions(Cartesian[Function]):
    """(→)"""
    def id(self) -> Hom[Function, A, A]: return Hom(lambda a: a)
    def compose(self, g: Hom[Function, B, C], f: Hom[Function, A, B]) -> Hom[Function, A, C]:
        return Hom(lambda a: g(f.is_(a)))
    def cross(self, f: Hom[Function, A, C], g: Hom[Function, B, E]) -> Hom[Function, tuple[A, B], tuple[C, E]]:
        return Hom(lambda ab: (f(ab[0]), g(ab[1])))
    def exl(self) -> Hom[Function, tuple[A, B], A]: return Hom(lambda ab: ab[0])
    def exr(self) -> Hom[Function, tuple[A, B], B]: return Hom(lambda ab: ab[1])
    def dup(self) -> Hom[Function, A, tuple[A, A]]: return Hom(lambda a: (a, a))


class Zero(float):
    """The zero of any space: 0.0, and its parts are zero."""
    def __getitem__(self, part: int) -> Zero: return self


def plus(u: Any, v: Any) -> Any:  # Any: two vectors of one space
    """Zero is neutral, and pairs add part by part."""
    if isinstance(u, Zero) or isinstance(v, Zero):
        return v if isinstance(u, Zero) else u
    return (plus(u[0], v[0]), plus(u[1], v[1])) if isinstance(u, tuple) else u + v


class Additive(Functions, Linear[Function]):
    """(→⁺): those of functions that are linear."""
    def inl(self) -> Hom[Function, A, tuple[A, B]]: return Hom(lambda a: (a, Zero()))
    def inr(self) -> Hom[Function, B, tuple[A, B]]: return Hom(lambda b: (Zero(), b))
    def jam(self) -> Hom[Function, tuple[A, A], A]: return Hom(lambda ab: plus(*ab))
    def scale(self, s: float) -> Hom[Function, float, float]: return Hom(lambda x: s * x)


class Opposite(Generic[K]):
    """Hom[Opposite[K], A, B] is a Hom[K, B, A]."""


class Dual(Linear[Opposite[K]]):
    """Section 13: the same arrows, turned around."""
    def __init__(self, k: Linear[K]) -> None: self.k = k
    def id(self) -> Hom[Opposite[K], A, A]: return Hom(self.k.id())
    def compose(self, g: Hom[Opposite[K], B, C], f: Hom[Opposite[K], A, B]) -> Hom[Opposite[K], A, C]:
        return Hom(self.k.compose(f.is_, g.is_))
    def cross(self, f: Hom[Opposite[K], A, C], g: Hom[Opposite[K], B, E]) -> Hom[Opposite[K], tuple[A, B], tuple[C, E]]:
        return Hom(self.k.cross(f.is_, g.is_))
    def exl(self) -> Hom[Opposite[K], tuple[A, B], A]: return Hom(self.k.inl())
    def exr(self) -> Hom[Opposite[K], tuple[A, B], B]: return Hom(self.k.inr())
    def dup(self) -> Hom[Opposite[K], A, tuple[A, A]]: return Hom(self.k.jam())
    def inl(self) -> Hom[Opposite[K], A, tuple[A, B]]: return Hom(self.k.exl())
    def inr(self) -> Hom[Opposite[K], B, tuple[A, B]]: return Hom(self.k.exr())
    def jam(self) -> Hom[Opposite[K], tuple[A, A], A]: return Hom(self.k.dup())
    def scale(self, s: float) -> Hom[Opposite[K], float, float]: return Hom(self.k.scale(s))


class Differentiable(Generic[K]):
    """Hom[Differentiable[K], A, B] is a function from A to B × Hom[K, A, B]: the value, and the derivative there."""


class D(Numeric[Differentiable[K]]):
    """Figure 6."""
    def __init__(self, k: Linear[K]) -> None: self.k, self.functions = k, Additive()
    def linear(self, f: Hom[Function, A, B], f_: Hom[K, A, B]) -> Hom[Differentiable[K], A, B]:
        """linearD f f' = D (λ a → (f a, f'))"""
        return Hom(lambda a: (f(a), f_))
    def compose(self, g: Hom[Differentiable[K], B, C], f: Hom[Differentiable[K], A, B]) -> Hom[Differentiable[K], A, C]:
        """D g ∘ D f = D (λ a → let (b, f') = f a; (c, g') = g b in (c, g' ∘ f'))"""
        def chain_rule(a: A) -> tuple[C, Hom[K, A, C]]:
            b, f_ = f(a)
            c, g_ = g(b)
            return c, self.k.compose(g_, f_)
        return Hom(chain_rule)
    def cross(
        self, f: Hom[Differentiable[K], A, C], g: Hom[Differentiable[K], B, E]
    ) -> Hom[Differentiable[K], tuple[A, B], tuple[C, E]]:
        """D f × D g = D (λ (a, b) → let (c, f') = f a; (e, g') = g b in ((c, e), f' × g'))"""
        def cross_rule(ab: tuple[A, B]) -> tuple[tuple[C, E], Hom[K, tuple[A, B], tuple[C, E]]]:
            c, f_ = f(ab[0])
            e, g_ = g(ab[1])
            return (c, e), self.k.cross(f_, g_)
        return Hom(cross_rule)
    def id(self) -> Hom[Differentiable[K], A, A]: return self.linear(self.functions.id(), self.k.id())
    def exl(self) -> Hom[Differentiable[K], tuple[A, B], A]: return self.linear(self.functions.exl(), self.k.exl())
    def exr(self) -> Hom[Differentiable[K], tuple[A, B], B]: return self.linear(self.functions.exr(), self.k.exr())
    def dup(self) -> Hom[Differentiable[K], A, tuple[A, A]]: return self.linear(self.functions.dup(), self.k.dup())
    def add(self) -> Hom[Differentiable[K], tuple[float, float], float]:
        return self.linear(self.functions.jam(), self.k.jam())
    def mul(self) -> Hom[Differentiable[K], tuple[float, float], float]:
        return Hom(lambda ab: (ab[0] * ab[1], self.k.join(self.k.scale(ab[1]), self.k.scale(ab[0]))))
    def sin(self) -> Hom[Differentiable[K], float, float]: return Hom(lambda a: (sin(a), self.k.scale(cos(a))))
    def cos(self) -> Hom[Differentiable[K], float, float]: return Hom(lambda a: (cos(a), self.k.scale(-sin(a))))


# Section 5: terms of any category that has numbers.


def sqr(k: Numeric[K]) -> Hom[K, float, float]:
    """sqr = mul ∘ (id △ id)"""
    return k.compose(k.mul(), k.fork(k.id(), k.id()))


def mag_sqr(k: Numeric[K]) -> Hom[K, tuple[float, float], float]:
    """magSqr = add ∘ (sqr × sqr)"""
    return k.compose(k.add(), k.cross(sqr(k), sqr(k)))


def cos_sin_prod(k: Numeric[K]) -> Hom[K, tuple[float, float], tuple[float, float]]:
    """cosSinProd = (cos △ sin) ∘ mul"""
    return k.compose(k.fork(k.cos(), k.sin()), k.mul())


if __name__ == "__main__":
    value, derivative = mag_sqr(D(Additive()))((3.0, 4.0))
    print("magSqr (3, 4) =", value, "and forward", derivative((1.0, 0.0)), derivative((0.0, 1.0)))
    value, derivative = mag_sqr(D(Dual(Additive())))((3.0, 4.0))
    print("magSqr (3, 4) =", value, "and in reverse", derivative(1.0))
    value, derivative = cos_sin_prod(D(Additive()))((0.0, 2.0))
    print("cosSinProd (0, 2) =", value, "and forward", derivative((1.0, 0.0)), derivative((0.0, 1.0)))
    value, derivative = cos_sin_prod(D(Dual(Additive())))((0.0, 2.0))
    print("cosSinProd (0, 2) =", value, "and in reverse", derivative((1.0, 0.0)), derivative((0.0, 1.0)))
