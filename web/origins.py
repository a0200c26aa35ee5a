"""Where all that is made of an arrow comes from: for each line of a staged step, and each box of a derivative, a box.

Nothing is guessed from names. A step is staged once more, by reverse mode in which each primitive marks the lines that
are written while it runs; it must come to the same code. A derivative is run once more on elements, where each
primitive tells which of them it makes; then each box of the derivative is that of an element.

>>> from cat_ad import Scalar, sin, tanh
>>> derivative, places = of_derivative(tanh(Scalar) >> sin(Scalar))
>>> [(box.name, place and place.box) for box, place in zip(derivative.boxes, places)]
[('tanh', 0), ('cos', 1), ('mul', 1), ('mul', 0), ('mul', 0), ('sub', 0)]
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from cat_ad import Lens, ParametricLens, adam, learning_rate, reverse_derivative
from cat_ad.arrows.elements import Element, Elements, leaves, object_of, variable, variables
from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.terms import SomeArrow, Wired
from cat_ad.categories.category import A, B, Hom
from cat_ad.categories.wiring import Box, Wires, each_wire
from cat_ad.derivatives.chain_rule import D, Differentiable, function, hom
from cat_ad.derivatives.loops import as_loop
from cat_ad.derivatives.loops.in_library import Sloped
from cat_ad.derivatives.loops.steps import Steps
from cat_ad.learning.optimizers import scheduled
from cat_ad.linear_maps import additive, dual
from cat_ad.linear_maps.additive import Additive, AdditiveFunction
from cat_ad.linear_maps.dual import Dual, Opposite, turned
from cat_ad.objects.spaces import Scalar, Unit
from cat_ad.objects.tangents import applied
from cat_ad.staging.trace.lines import innermost
from cat_ad.symbolic.bulk import floating, whole
from cat_ad.symbolic.reverse_derivatives import Optics
from web.sources import Drawn, Place, primitives

Tree: TypeAlias = Any  # Any: arrays of any objects, or their tangents
SomeLens: TypeAlias = Any  # Any: of a model, whose parameters no one can name
Backward: TypeAlias = Opposite[AdditiveFunction]


def mark(place: Place) -> str:
    """What stands in a comment, in place of the name of an arrow."""
    return f"box {place.diagram}.{place.box}"


class OriginError(RuntimeError):
    """What is made once more is not the same."""


class _Read:
    """The boxes of an arrow as they are drawn, which a category must read in this order."""

    def __init__(self, arrow: SomeArrow) -> None:
        self.left = deque(enumerate(primitives(arrow)))

    def place_of(self, arrow: SomeArrow) -> int:
        """The number of the next one, which this should be."""
        place, box = self.left.popleft()
        if box.key != arrow.key:
            raise OriginError(f"asked for {box} next, which is box {place}; found {arrow}; report it")
        return int(place)


# Of a step that is staged ---------------------------------------------------------------------------------------------


class Marked(D[Backward]):
    """Reverse mode in which each primitive marks the lines of a trace that are its own."""

    def __init__(self, drawn: Drawn, diagram: int = 0) -> None:
        """Of an arrow as it is drawn, or of the body of a loop."""
        super().__init__(Dual(Additive()))
        self.drawn, self.diagram, self.loops, self.boxes = drawn, diagram, 0, _Read(drawn.arrows[diagram])

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[Backward], A, B]:
        """Value and derivative; of a loop, those of its body, which is marked."""
        own = mark(Place(self.diagram, self.boxes.place_of(arrow)))
        if loop := as_loop(arrow):
            self.loops += 1
            body = Marked(self.drawn, self.diagram + self.loops)
            return hom(_MarkedSteps(loop.body, loop.course, body).within(self.k))
        both = function(super().primitive(arrow))

        def marking(f: Callable[[Tree], Tree]) -> Callable[[Tree], Tree]:
            def run(x: Tree) -> Tree:
                start = len(innermost().lines)
                y = f(x)
                for line in innermost().lines[start:]:
                    line.origin = own
                return y

            return run

        def run(a: A) -> tuple[B, Hom[Backward, A, B]]:
            b, derivative = marking(both)(a)
            return b, dual.hom(additive.hom(marking(additive.function(turned(derivative)))))

        return hom(run)


@dataclass(frozen=True)
class _MarkedSteps(Steps):
    """Steps of a loop, read so too."""

    marked: Marked

    @cached_property
    def _pulling(self) -> Sloped:
        return function(self.body.to(self.marked))


def marked_step(loss: Any, betas: tuple[float, float]) -> SomeLens:  # Any: a parametrised arrow of a model
    """The lens of a step of training by Adam, as `scheduled_training_step` has it, whose lines are marked."""

    def both(a: Tree) -> tuple[Tree, Callable[[Tree], Tree]]:
        value, derivative = function(loss.arrow.to(Marked(Drawn.of(loss.arrow))))(a)
        back = additive.function(turned(derivative))
        return value, lambda cotangent: back(cotangent)

    reverse: Lens[Tree, Tree, Scalar, Scalar] = Lens("marked", (loss.arrow.dom,) * 2, (Scalar, Scalar), both)
    optimizer = scheduled(lambda rate: adam(rate, *betas), loss.parameters)
    step: ParametricLens[Tree, Tree, Tree, Tree, Scalar, Unit] = ParametricLens(reverse).along(optimizer) >> (
        learning_rate(1.0)
    )
    return step.lens


# Of a derivative that is an arrow -------------------------------------------------------------------------------------


class Placed(Optics):
    """Functions of elements that pull cotangents back, where each primitive tells between which numbers it makes some.

    Elements are numbered as they are made.
    """

    def __init__(self, arrow: SomeArrow) -> None:
        """Of this arrow, none of whose boxes was run."""
        super().__init__()
        self.boxes = _Read(arrow)
        self.runs = list[tuple[int, int, int]]()  # a box, and the numbers from one to before another

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[Backward], A, B]:
        """Value and derivative, told of."""
        both, box = function(super().primitive(arrow)), self.boxes.place_of(arrow)

        def telling(f: Callable[[Tree], Tree]) -> Callable[[Tree], Tree]:
            def run(x: Tree) -> Tree:
                start = variable(Scalar).made
                y = f(x)
                self.runs.append((box, start, variable(Scalar).made))
                return y

            return run

        def run(a: A) -> tuple[B, Hom[Backward, A, B]]:
            b, derivative = telling(both)(a)
            return b, dual.hom(additive.hom(telling(additive.function(turned(derivative)))))

        return hom(run)

    def box_of(self, element: Element) -> int | None:
        """The box that made an element; none made an addition where a wire was copied."""
        return next((box for box, start, end in self.runs if start < element.made < end), None)


def of_derivative(arrow: SomeArrow, diagram: int = 0) -> tuple[Wired[Any, Any], list[Place | None]]:
    """The reverse derivative of an arrow, and the place in that arrow which each of its boxes comes from.

    Raises `OriginError` where one comes from none that is known.
    """
    made = reverse_derivative(arrow)
    assert isinstance(made, Wired)
    category, a, v = Placed(arrow), variables(arrow.dom), variables(arrow.cod)
    _, back = function(arrow.to(category))(a)
    elements = whole(a, applied(additive.function(turned(back)), floating(arrow.cod, v)))
    machine, on = Machine[SomeArrow](), dict[Element, Wires]()
    ins = machine.fresh(object_of((a, v)))
    _bind((a, v), ins, on)
    boxes = list[int | None]()
    for element in sorted(_inside(elements, on), key=lambda element: element.made):
        assert element.arrow
        on[element] = machine.apply(element.arrow.trace, _wires(element.argument, on))
        boxes += [category.box_of(element)] * (len(machine.boxes) - len(boxes))
    known = dict[Hashable, int]()
    told = _numbered(ins, [(box.key, between) for box, between in machine.boxes], known)
    keyed = [(box.key, between) for box, between in zip(made.boxes, made.diagram.boxes, strict=True)]
    own, origin = _numbered(made.diagram.ins, keyed, known), dict(zip(told, boxes, strict=True))
    if not origin.keys() >= set(own):
        raise OriginError(f"asked where the boxes of the derivative of {arrow} are from; found others; report it")
    return made, [None if (box := origin[number]) is None else Place(diagram, box) for number in own]


def _numbered(ins: Wires, boxes: Sequence[tuple[Hashable, Box]], known: dict[Hashable, int]) -> list[int]:
    """A number for each box of a diagram: another for another box, or of something else; the same if it is known."""
    on: dict[int, Hashable] = {wire: ("in", at) for at, wire in enumerate(each_wire(ins))}
    found = list[int]()
    for key, (into, out) in boxes:
        found.append(known.setdefault((key, _renamed(into, on)), len(known)))
        on |= {wire: (found[-1], at) for at, wire in enumerate(each_wire(out))}
    return found


def _renamed(wires: Wires, on: dict[int, Hashable]) -> Hashable:
    return on[wires] if isinstance(wires, int) else tuple([_renamed(wire, on) for wire in wires])


def _inside(x: Elements, known: dict[Element, Wires]) -> set[Element]:
    """All elements that x is made of, but the known ones."""
    found, todo = set[Element](), leaves(x)
    while todo:
        element = todo.pop()
        if element not in found and element not in known:
            found.add(element)
            todo += leaves(element.argument)
    return found


def _bind(x: Elements, wires: Wires, on: dict[Element, Wires]) -> None:
    if isinstance(x, Element):
        on[x] = wires
    else:
        assert isinstance(wires, tuple)
        for part, inside in zip(x, wires, strict=True):
            _bind(part, inside, on)


def _wires(x: Elements, on: dict[Element, Wires]) -> Wires:
    return on[x] if isinstance(x, Element) else tuple([_wires(part, on) for part in x])
