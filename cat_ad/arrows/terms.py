"""Arrows: the free cartesian category over the primitives.

An `Arrow[A, B]` is a term: a primitive, or terms put together by

    f >> g   then    A -> B, B -> C gives A -> C                    the paper's g . f, or f >>> g
    f & g    fork    A -> B, A -> C gives A -> tuple[B, C]          the paper's f &&& g
    f * g    cross   A -> B, C -> D gives tuple[A, C] -> tuple[B, D]    the paper's f *** g

Python binds `*` tighter than `>>`, and `>>` tighter than `&`: write a fork in parentheses, `(f & g) >> h`.

All that can be done with a term is to read it: `f.to(category)` is the one functor from the free category that agrees
with what the category says of primitives. Calling an arrow reads it in the category of functions:

>>> from cat_ad import Scalar, add, dup, mul
>>> square = dup(Scalar) >> mul(Scalar)
>>> square
dup >> mul: Scalar -> Scalar
>>> magnitude_squared = square * square >> add(Scalar)          # section 5 of the paper
>>> print(magnitude_squared)
(dup >> mul) * (dup >> mul) >> add
>>> magnitude_squared((3.0, 4.0))
np.float64(25.0)
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, overload

from cat_ad.arrows.composing import Composable, misfit, unknown
from cat_ad.arrows.printing import CHAIN, CROSS, WHOLE, Operand, Piece, describe, named, within
from cat_ad.arrows.sharing import Machine, Traced
from cat_ad.categories.category import A, B, C, Cartesian, D, Hom, K
from cat_ad.categories.functions import Functions, function
from cat_ad.categories.wiring import WiringDiagram, wired
from cat_ad.errors import InterpretationError, SpaceError, told
from cat_ad.objects.ownership import own
from cat_ad.objects.spaces import Index, Scalar, Truth, product
from cat_ad.objects.values import Boundary, Flag, Number, Numbers, Whole

E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
DEEP = 50  # a term that is nested deeper is read as a diagram, since Python cannot call deep


@dataclass(frozen=True, eq=False, repr=False)
class Arrow(Operand, Traced, Composable, Generic[A, B]):
    """An immutable term from `dom` to `cod`. Make one by a factory such as `tanh(Float[Hidden])`, and compose."""

    dom: type[A]
    cod: type[B]

    @property
    def arrow(self) -> Arrow[A, B]:
        """Itself: so whatever takes the `arrow` of a parametrised arrow takes an arrow too."""
        return self

    def to(self, category: Cartesian[K]) -> Hom[K, A, B]:
        """Read this arrow in another category: the functor that sends primitives where the category sends them.

        Raises `InterpretationError` for what is no cartesian category, and where it gives a primitive no meaning.
        """
        if not isinstance(category, Cartesian):
            raise InterpretationError(
                f"wanted a cartesian category to read {named(self)} in, got {told(category)}; Functions() is one"
            )
        return self.shared._in(category)

    @abstractmethod
    def _in(self, category: Cartesian[K]) -> Hom[K, A, B]:
        """What `to` gives, by the structure of the term."""

    @property
    def path(self) -> tuple[SomeArrow, ...]:
        """The arrows that a composition is made of, first to last; of another arrow, itself."""
        return (self,)

    @property
    def shared(self) -> Arrow[A, B]:
        """This term, or where it computes anything twice, or is nested deep, the diagram that it is."""
        return self._shared

    @cached_property
    def _shared(self) -> Arrow[A, B]:
        machine = Machine[SomeArrow]()
        diagram, boxes = machine.diagram(self.dom, self.trace)
        if len(boxes) == machine.met and machine.depth <= DEEP:
            return self
        return Wired(self.dom, self.cod, diagram, boxes)

    @overload
    def __call__(self, a: A, /) -> B: ...
    @overload
    def __call__(self: Arrow[Scalar, B], a: Number, /) -> B: ...
    @overload
    def __call__(self: Arrow[Index, B], a: Whole, /) -> B: ...
    @overload
    def __call__(self: Arrow[Truth, B], a: Flag, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[Scalar, Scalar], B], a: Numbers, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, Scalar], B], a: tuple[C, Number], /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[Scalar, C], B], a: tuple[Number, C], /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, Index], B], a: tuple[C, Whole], /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, D], B], a: C, b: D, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, Scalar], B], a: C, b: Number, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[Scalar, C], B], a: Number, b: C, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[Scalar, Scalar], B], a: Number, b: Number, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, Index], B], a: C, b: Whole, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, Truth], B], a: C, b: Flag, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[Truth, C], B], a: Flag, b: C, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[Truth, Truth], B], a: Flag, b: Flag, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, D, E], B], a: C, b: D, c: E, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[Truth, Scalar, Scalar], B], a: Flag, b: Number, c: Number, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, D, E, F], B], a: C, b: D, c: E, d: F, /) -> B: ...
    @overload
    def __call__(self: Arrow[tuple[C, D, E, F, G], B], a: C, b: D, c: E, d: F, e: G, /) -> B: ...
    def __call__(self, *given: Any, **named: Any) -> B:  # Any: parts of A, where a Python float is a scalar too
        """The value at an argument, which is checked once for each new combination of shapes and dtypes (`SpaceError`).

        The parts of a product may be given side by side. Of generalised elements it is one (`cat_ad.arrows.elements`);
        else it is the caller's own: its arrays are writable, and share no memory with each other or with `a`.
        """
        if named:
            raise SpaceError(f"{describe(self)}: wanted arguments by position, got {next(iter(named))} by name")
        a: Any = given[0] if len(given) == 1 else given  # Any: likewise
        try:
            at = self.boundary(a)
        except TypeError:
            if (element := part_to_apply(a)) is not None:
                made: B = element.applied(self, a)
                return made
            raise
        return own(self.unchecked(at), at)

    @cached_property
    def boundary(self) -> Boundary[A]:
        """The check of the argument of a call."""
        return Boundary(lambda: describe(self), self.dom)

    @cached_property
    def unchecked(self) -> Callable[[A], B]:
        """This arrow as a plain function: its argument is not checked, and its result may share memory with that."""
        return function(self.to(Functions()))

    def __rshift__(self, then: Arrow[B, C]) -> Arrow[A, C]:
        """First this, then that; `CompositionError` unless this ends where that begins."""
        if not isinstance(then, Arrow):
            return unknown(self, ">>", then)
        if self.cod != then.dom:
            asked = f"{named(self.path[-1])} >> {named(then.path[0])}"
            raise misfit(asked, "the first ends in", self.cod, "the second begins at", then.dom)
        return _Chain(self.dom, then.cod, (*self.path, *then.path))

    def __and__(self, other: Arrow[A, C]) -> Arrow[A, tuple[B, C]]:
        """Both of one argument; `CompositionError` unless both begin at the same object."""
        if not isinstance(other, Arrow):
            return unknown(self, "&", other)
        if self.dom != other.dom:
            asked = f"{named(self, CROSS)} & {named(other, CROSS)}"
            raise misfit(asked, "the first begins at", self.dom, "the second at", other.dom)
        return _Fork(self.dom, product(self.cod, other.cod), self, other)

    def __mul__(self, other: Arrow[C, D]) -> Arrow[tuple[A, C], tuple[B, D]]:
        """Side by side: this on the first of a pair, that on the second."""
        if not isinstance(other, Arrow):
            return unknown(self, "*", other)
        return _Cross(product(self.dom, other.dom), product(self.cod, other.cod), self, other)


SomeArrow: TypeAlias = Arrow[Any, Any]  # Any: objects in the middle of a chain exist, their types are forgotten


# Terms ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class _Chain(Arrow[A, B]):
    """A composition, kept flat, so that its length costs no depth."""

    arrows: tuple[SomeArrow, ...]
    tightness = CHAIN

    @property
    def path(self) -> tuple[SomeArrow, ...]:
        return self.arrows

    def _in(self, category: Cartesian[K]) -> Hom[K, A, B]:
        return category.chain([arrow._in(category) for arrow in self.arrows])

    def trace(self, machine: Machine[SomeArrow]) -> None:
        machine.once(self, *[arrow.trace for arrow in self.arrows])

    def pieces(self) -> Sequence[Piece]:
        parts = [piece for arrow in self.arrows for piece in (" >> ", *within(arrow, CROSS))]
        return parts[1:]


@dataclass(frozen=True, eq=False, repr=False)
class _Fork(Arrow[A, tuple[B, C]]):
    left: Arrow[A, B]
    right: Arrow[A, C]

    def _in(self, category: Cartesian[K]) -> Hom[K, A, tuple[B, C]]:
        return category.fork(self.left._in(category), self.right._in(category))

    def trace(self, machine: Machine[SomeArrow]) -> None:
        machine.once(self, Machine.push, self.left.trace, Machine.swap, self.right.trace, Machine.cons)

    def pieces(self) -> Sequence[Piece]:
        return "(", *within(self.left, CROSS), " & ", *within(self.right, CROSS), ")"


@dataclass(frozen=True, eq=False, repr=False)
class _Cross(Arrow[tuple[A, B], tuple[C, D]]):
    left: Arrow[A, C]
    right: Arrow[B, D]
    tightness = CROSS

    def _in(self, category: Cartesian[K]) -> Hom[K, tuple[A, B], tuple[C, D]]:
        return category.cross(self.left._in(category), self.right._in(category))

    def trace(self, machine: Machine[SomeArrow]) -> None:
        machine.once(self, Machine.split, self.left.trace, Machine.swap, self.right.trace, Machine.cons)

    def pieces(self) -> Sequence[Piece]:
        return *within(self.left, CROSS), " * ", *within(self.right, WHOLE)


@dataclass(frozen=True, eq=False, repr=False)
class Wired(Arrow[A, B]):
    """Primitives, joined as a diagram says."""

    diagram: WiringDiagram
    boxes: Sequence[SomeArrow]
    arguments: Sequence[str] = ()  # what its wires are called where they come in

    nest: ClassVar[Callable[[type], SomeArrow]]  # the isomorphisms of `cat_ad.arrows.products`, which sets them
    unnest: ClassVar[Callable[[type], SomeArrow]]

    def _in(self, category: Cartesian[K]) -> Hom[K, A, B]:
        diagram, boxes = self.on_pairs
        return wired(category, diagram, [box._in(category) for box in boxes])

    @cached_property
    def on_pairs(self) -> tuple[WiringDiagram, Sequence[SomeArrow]]:
        """The diagram and its boxes, with products of two only, as categories have them."""
        return self.diagram.on_pairs(self.boxes, Wired.nest, Wired.unnest)

    def trace(self, machine: Machine[SomeArrow]) -> None:
        """The boxes, on other wires."""
        calls = [partial(machine.boxed, box, box.key, box.cod) for box in self.boxes]
        machine.change(partial(self.diagram.run, calls))

    def pieces(self) -> Sequence[Piece]:
        """A function of wires."""
        return (self.diagram.text([str(box) for box in self.boxes], self.arguments),)

    @property
    def shared(self) -> Arrow[A, B]:
        """It shares already."""
        return self


def part_to_apply(value: object) -> Any:  # Any: a generalised element, of which terms know nothing
    """The first part of a value that knows by itself how an arrow is applied to it."""
    if isinstance(value, tuple):
        return next((found for part in value if (found := part_to_apply(part)) is not None), None)
    return value if hasattr(type(value), "applied") else None


def products_by(nest: Callable[[type], SomeArrow], unnest: Callable[[type], SomeArrow]) -> None:
    """Say how diagrams take products of more than two apart, and put them together."""
    Wired.nest, Wired.unnest = staticmethod(nest), staticmethod(unnest)


def with_names(arrow: Arrow[A, B], arguments: Sequence[str]) -> Arrow[A, B]:
    """The same arrow, whose arguments are printed under these names, if it is a diagram."""
    return replace(arrow, arguments=arguments) if isinstance(arrow, Wired) else arrow
