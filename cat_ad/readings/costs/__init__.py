"""Cost: an arrow read as what it costs to call it.

An arrow of `Cost` from A to B is a function a -> (b, counts), as one of D is a -> (b, derivative): the value at a, and
the multiplications, additions, other operations and memory that it takes. They add up:

    cost of (f ; g) at a      =  cost of f at a, and of g at f(a)
    cost of (f & g) at a      =  cost of f at a, and of g at a
    cost of (f * g) at (a, b) =  cost of f at a, and of g at b
    cost of structure (id, exl, exr, dup, swap, it, ...) = 0

In other words it is the Kleisli category of the writer monad of a commutative monoid, `Counts`. All laws of a monoidal
category hold. So do those of a cartesian one, except four. In these one side does work twice, or work that the other
side leaves out, so they are inequalities:

    (f & g) ; exl >= f,   (f & g) ; exr >= g,   f ; it >= it,   f ; (g & h) <= (f ; g) & (f ; h)

So an equation that holds for values can make a program cheaper, and cost tells its two sides apart. (A term is read by
its diagram where that has fewer boxes, and then costs the less of the two: `cat_ad.arrows.sharing`.) No primitive has a
rule here: its own value runs on arrays that count (`cat_ad.readings.costs.counting`), hence the cost is that of the
formula by which it is computed. How a computer adds does not matter: a sum of n numbers is n - 1 additions.

>>> from cat_ad import Dim, Float, dot, dup, identity, matmul, tanh, total
>>> class I(Dim, size=9): ...
>>> class J(Dim, size=7): ...
>>> class K(Dim, size=5): ...
>>> class L(Dim, size=1): ...
>>> print(cost(matmul(I, J, K)))
315 multiplications, 270 additions, 0 others, 45 numbers
>>> class N(Dim, size=1000): ...
>>> print(cost(total(Float[N])))
0 multiplications, 999 additions, 0 others, 1 numbers
>>> class Batch(Dim): ...
>>> print(cost(tanh(Float[Batch]), {Batch: 32}))
0 multiplications, 0 additions, 32 others, 32 numbers

How matrices are associated decides what they cost (Elliott 2018, section 11; `cat_ad.derivatives.association`):

>>> from cat_ad.derivatives.association import left, right
>>> left_first = matmul(I, J, K) * identity(Float[K, L]) >> matmul(I, K, L)
>>> right_first = identity(Float[I, J]) * matmul(J, K, L) >> matmul(I, J, L)
>>> cost(left_first).multiplications == left((9, 7, 5, 1)).cost == 360
True
>>> cost(right_first).multiplications == right((9, 7, 5, 1)).cost == 98
True

And it decides between forward and reverse mode, the two ways to associate derivatives along a chain:

>>> energy = tanh(Float[J]) >> dup(Float[J]) >> dot(J)
>>> print(modes(energy))
                     multiplications       additions          others          memory
value                              7               6               7               8
forward, 1 push                   35              26               7              32
reverse, 1 pull                   35              20               7              50
Jacobian, 7 pushes               203             146               7             176
Jacobian, 1 pull                  35              20               7              50
reverse mode keeps 7 numbers from the value for the way back

What `tangent` and `reverse_derivative` make are arrows, with a cost like any other. The memory of reverse mode grows
with the length of a chain, and that of forward mode does not:

>>> from cat_ad import compose, reverse_derivative, sin, tangent
>>> for length in (10, 100):
...     waves = compose(*[sin(Float[J])] * length)
...     print(peak(tangent(waves)), peak(reverse_derivative(waves)) >= 7 * length)
28 True
28 True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import partial
from typing import TypeAlias

import numpy as np

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import Arrow
from cat_ad.categories import functions
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, D, Hom, K, SomeHom
from cat_ad.categories.functions import Functions
from cat_ad.categories.wiring import Value, Wiring, WiringDiagram
from cat_ad.derivatives import chain_rule as derivative
from cat_ad.errors import SpaceError, told
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.linear_maps.matrix import count, shape_of
from cat_ad.objects.spaces import Dim, Unit, dimensions, kind
from cat_ad.objects.tangents import Tangent
from cat_ad.objects.trees import pruned, tree_map, tree_of
from cat_ad.readings.costs.counting import Counts, Meter, Tree, measured

Sizes: TypeAlias = Mapping[type[Dim], int]


def cost(f: HasArrow[A, B], at: A | Sizes | None = None) -> Counts:
    """What a call of f costs, at an argument, or where the dimensions that have no size have these.

    Raises `SpaceError` for a value outside A, for a dimension without a size, and for a size that is not a positive
    integer; `InterpretationError` if a primitive does what cannot be counted.
    """
    f = require_arrow("cost", f)
    return function(f.to(Cost()))(_argument("cost", f, at))[1]


def forward_cost(f: HasArrow[A, B], at: A | Sizes | None = None) -> Counts:
    """What `forward` costs: the value of f, and one tangent pushed. Arguments and errors as in `cost`."""
    f = require_arrow("forward_cost", f)
    return _forward(f, _argument("forward_cost", f, at)).total


def reverse_cost(f: HasArrow[A, B], at: A | Sizes | None = None) -> Counts:
    """What `reverse` costs: the value of f, and one cotangent pulled back. Arguments and errors as in `cost`."""
    f = require_arrow("reverse_cost", f)
    return _reverse(f, _argument("reverse_cost", f, at)).total


def peak(f: HasArrow[A, B], at: A | Sizes | None = None) -> int:
    """The most numbers that a call of f has alive at once, beside its argument. Arguments and errors as in `cost`.

    An array is alive until nothing refers to it. Peaks do not add up as costs do: that of f ; g is at most the sum of
    both.
    """
    f = require_arrow("peak", f)
    meter = Meter()
    run = functions.function(f.to(_CountedFunctions(meter)))
    with np.errstate(all="ignore"):  # the cost is the question, not the value
        run(meter.given(_argument("peak", f, at)))
    return meter.peak


# The modes beside each other -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passes:
    """What a derivative costs: the value, and then one vector through the linear map.

    Between the two, `kept` numbers are alive beside the argument; at most `peak` are at once.
    """

    value: Counts
    linear: Counts
    kept: int
    peak: int

    @property
    def total(self) -> Counts:
        """The value, and one vector through the linear map."""
        return self.jacobian(1)

    def jacobian(self, vectors: int) -> Counts:
        """The value, and so many vectors, one by one: all unit vectors give the Jacobian."""
        return self.value + vectors * self.linear


@dataclass(frozen=True)
class Modes:
    """What f costs, and its derivative in forward and in reverse mode; printed, a table."""

    inputs: int
    outputs: int
    value: Counts
    forward: Passes
    reverse: Passes

    def __str__(self) -> str:
        """One row for each way to use the derivative."""
        pushes, pulls = _many(self.inputs, "push"), _many(self.outputs, "pull")
        rows = {
            "value": self.value,
            "forward, 1 push": self.forward.total,
            "reverse, 1 pull": self.reverse.total,
            f"Jacobian, {pushes}": self.forward.jacobian(self.inputs),
            f"Jacobian, {pulls}": self.reverse.jacobian(self.outputs),
        }
        width = max(map(len, rows)) + 2
        column = max(14, *(len(f"{each:,}") for counts in rows.values() for each in astuple(counts))) + 2
        lines = [" " * width + "".join(f"{field.name:>{column}}" for field in fields(Counts))]
        lines += [
            f"{name:{width}}" + "".join(f"{each:{column},}" for each in astuple(counts))
            for name, counts in rows.items()
        ]
        kept = _many(self.reverse.kept, "number")
        return "\n".join([*lines, f"reverse mode keeps {kept} from the value for the way back"])


def modes(f: HasArrow[A, B], at: A | Sizes | None = None) -> Modes:
    """Forward and reverse mode beside each other. Arguments and errors as in `cost`."""
    f = require_arrow("modes", f)
    a = _argument("modes", f, at)
    b, counts = function(f.to(Cost()))(a)
    return Modes(count(shape_of(a)), count(shape_of(b)), counts, _forward(f, a), _reverse(f, a))


def _many(times: int, what: str) -> str:
    return f"{times:,} {what}{'' if times == 1 else 'es' if what.endswith('sh') else 's'}"


def _forward(f: Arrow[A, B], a: A) -> Passes:
    return _passes(f, Additive(), additive.function, a, lambda a, b: a)


def _reverse(f: Arrow[A, B], a: A) -> Passes:
    return _passes(f, Dual(Additive()), lambda pull: additive.function(turned(pull)), a, lambda a, b: b)


def _passes(
    f: Arrow[A, B],
    k: Linear[K],
    function: Callable[[Hom[K, A, B]], Callable[[Tangent], Tangent]],
    a: A,
    start: Callable[[A, B], Tree],
) -> Passes:
    """Run the derivative of f in `k`, on arrays that count, from a vector at the start."""
    meter = Meter()
    run = derivative.function(f.to(_CountedD(k, meter)))
    with np.errstate(all="ignore"):  # the cost is the question, not the value
        counted = meter.given(a)
        b, linear = run(counted)
        vector = meter.given(_ones(start(counted, b)))
        del b
        value, kept = meter.counts, meter.alive
        if vector is not None:
            function(linear)(vector)
    after = Counts(*(x - y for x, y in zip(astuple(meter.counts), astuple(value), strict=True)))
    return Passes(value, after, kept, meter.peak)


def _ones(like: Tree) -> Tangent:
    """A tangent of ones, with `None` for integers."""
    return pruned(tree_map(lambda x: np.ones(x.shape, x.dtype) if x.dtype.kind == "f" else None, like))


class _CountedFunctions(Functions):
    """Functions of arrays that count. The value of a constant, which comes from no argument, begins to count here."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def primitive(self, arrow: Primitive[A, B]) -> Hom[functions.Function, A, B]:
        return functions.hom(lambda a: self.meter.begun(arrow.value(a)))


class _CountedD(derivative.D[K]):
    """D(k) on arrays that count."""

    def __init__(self, k: Linear[K], meter: Meter) -> None:
        super().__init__(k)
        self.meter = meter

    def primitive(self, arrow: Primitive[A, B]) -> Hom[derivative.Differentiable[K], A, B]:
        made = super().primitive(arrow)
        if arrow.linear and not arrow.has("constant derivative"):
            return made
        run = derivative.function(made)

        def counted(a: A) -> tuple[B, Hom[K, A, B]]:
            b, slope = run(a)
            begun: B = self.meter.begun(b)
            return begun, slope

        return derivative.hom(counted)


# Arguments -----------------------------------------------------------------------------------------------------------


def _argument(asked: str, f: Arrow[A, B], at: A | Sizes | None) -> A:
    """The argument itself, or some value of these sizes."""
    if at is None or isinstance(at, Mapping):
        return tree_map(np.asarray, f.boundary(_of_sizes(asked, f, f.dom, at or {})))
    return tree_map(np.asarray, f.boundary(at))


def _of_sizes(asked: str, f: Arrow[A, B], space: type, sizes: Sizes) -> Tree:
    """Some value of the object: the cost is the same for all."""

    def some(array: type) -> Tree:
        shape = tuple(_size(asked, f, dim, sizes) for dim in dimensions(array))
        return np.ones(shape) if kind(array) == "Float" else np.zeros(shape, bool if kind(array) == "Bool" else int)

    return tree_map(some, tree_of(space))


def _size(asked: str, f: Arrow[A, B], dim: type[Dim], sizes: Sizes) -> int:
    size = sizes.get(dim, dim.size)
    if size is None:
        raise SpaceError(
            f"{asked}({describe(f)}): wanted a size for {dim.__name__}, found none; "
            f"pass {{{dim.__name__}: 32}}, or an argument"
        )
    if type(size) is not int or size < 1:
        raise SpaceError(f"{asked}({describe(f)}): wanted a positive integer for {dim.__name__}, got {told(size)}")
    return size


# The category --------------------------------------------------------------------------------------------------------


class Costing:
    """The brand of costs: `Hom[Costing, A, B]` is a function from A to `tuple[B, Counts]`."""


def hom(f: Callable[[A], tuple[B, Counts]]) -> Hom[Costing, A, B]:
    """A function that returns a value and what it cost, as an arrow of this category."""
    return branded(f)


function = inverse_of(hom)


def free(f: Callable[[A], B]) -> Hom[Costing, A, B]:
    """A function that moves values and computes none."""
    return hom(lambda a: (f(a), Counts()))


class Cost(Wiring[Costing]):
    """Functions with what they cost. Composition, cross and fork add; structure is free."""

    def id(self, a: type[A]) -> Hom[Costing, A, A]:
        """Free."""
        return free(lambda x: x)

    def compose(self, f: Hom[Costing, A, B], g: Hom[Costing, B, C]) -> Hom[Costing, A, C]:
        """The cost of f, and of g at what f gives."""
        return self.chain([f, g])

    def chain(self, path: Sequence[SomeHom[Costing]]) -> SomeHom[Costing]:
        """The cost of each in turn."""
        steps = [function(f) for f in path]

        def run(x: object) -> tuple[object, Counts]:
            total = Counts()
            for step in steps:
                x, counts = step(x)
                total += counts
            return x, total

        return hom(run)

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Costing]]) -> SomeHom[Costing]:
        """The cost of each box."""
        steps = [function(f) for f in boxes]

        def run(x: object) -> tuple[object, Counts]:
            each = list[Counts]()

            def counted(step: Callable[[Value], tuple[Value, Counts]], x: Value) -> Value:
                y, counts = step(x)
                each.append(counts)
                return y

            y = diagram.run([partial(counted, step) for step in steps], x)
            return y, sum(each, Counts())

        return hom(run)

    def cross(self, f: Hom[Costing, A, C], g: Hom[Costing, B, D]) -> Hom[Costing, tuple[A, B], tuple[C, D]]:
        """The cost of f on the first, and of g on the second."""
        left, right = function(f), function(g)

        def run(x: tuple[A, B]) -> tuple[tuple[C, D], Counts]:
            (c, first), (d, second) = left(x[0]), right(x[1])
            return (c, d), first + second

        return hom(run)

    def exl(self, a: type[A], b: type[B]) -> Hom[Costing, tuple[A, B], A]:
        """Free."""
        return free(lambda x: x[0])

    def exr(self, a: type[A], b: type[B]) -> Hom[Costing, tuple[A, B], B]:
        """Free."""
        return free(lambda x: x[1])

    def fork(self, f: Hom[Costing, A, B], g: Hom[Costing, A, C]) -> Hom[Costing, A, tuple[B, C]]:
        """The cost of both."""
        left, right = function(f), function(g)

        def run(a: A) -> tuple[tuple[B, C], Counts]:
            (b, first), (c, second) = left(a), right(a)
            return (b, c), first + second

        return hom(run)

    def it(self, a: type[A]) -> Hom[Costing, A, Unit]:
        """Free."""
        return free(lambda x: ())

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Costing, A, B]:
        """The cost of its value, counted as it runs."""
        return hom(lambda a: measured(arrow.value, a))
