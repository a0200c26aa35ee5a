"""The arrow that computes an element from variables: functional completeness (Lambek & Scott 1986, I.6).

An element that is made of variables by arrows is what one arrow makes of those variables, in which each element is
computed once. The law is

    arrow_of(F(x), x)(a) = F(a)                          for every function F made of operations that elements have

>>> from cat_ad import Scalar
>>> from cat_ad.arrows.elements import variable
>>> x, y = variable(Scalar), variable(Scalar)
>>> print(arrow_of(x * y, (x, y)))
((a, b) -> mul(a, b))
>>> print(arrow_of(y * y - 3.0 * x, (x, y)))
((a, b) -> sub(mul(b, b), scale 3(a)))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from cat_ad.arrows.elements import Element, Elements, Weight, leaves, object_of
from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Rules
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.terms import SomeArrow, Wired
from cat_ad.categories.wiring import Wires
from cat_ad.errors import InterpretationError
from cat_ad.objects.spaces import show

# Of a primitive applied to elements, another that does the same at once, with what that is applied to; or None
Fusion: TypeAlias = Callable[[Elements], tuple[SomeArrow, Elements] | None]
FUSIONS = Rules[Fusion]()


def arrow_of(x: Elements, context: Elements, as_written: bool = False) -> SomeArrow:
    """The arrow that computes x from the context, a value of different elements; each element once.

    If `as_written`, in the order in which they were made. Raises `InterpretationError` if x depends on a variable that
    is not in the context.
    """
    machine, space = Machine[SomeArrow](), object_of(context)
    on = dict[Element, Wires]()
    ins = machine.fresh(space)
    _bind(context, ins, on)
    needed = _in_order(x, on)
    for element in sorted(needed, key=_when) if as_written else needed:
        if element.arrow is not None:
            step, argument = _fused(element, on) if as_written else (element.arrow, element.argument)
            on[element] = machine.apply(step.trace, _wires(argument, on))
        else:
            raise InterpretationError(
                f"wanted a variable of {show(element.space)} out of {show(space)}, found one of another function; "
                "give it as an argument"
            )
    return Wired(space, object_of(x), *machine.between(ins, _wires(x, on)))


def _fused(x: Element, on: dict[Element, Wires]) -> tuple[SomeArrow, Elements]:
    """The arrow that an element is of an argument, and that; where one box does what two would, the one.

    Not where one of the two is outside, as a value that a local function uses: what that was made of is not here.
    """
    assert x.arrow
    fusion = FUSIONS.of(x.arrow) if isinstance(x.arrow, Primitive) else None
    fused = fusion and fusion(x.argument)
    return fused if fused and all(part in on for part in leaves(fused[1])) else (x.arrow, x.argument)


def free_in(x: Elements, since: int) -> list[Element]:
    """The parameters, and the nearest of those elements that x is made of that had been made before; by age."""
    found, seen, todo = list[Element](), set[Element](), leaves(x)
    while todo:
        element = todo.pop()
        if element in seen:
            continue
        seen.add(element)
        if element.made < since or isinstance(element, Weight):
            found.append(element)
        else:
            todo += leaves(element.argument)
    return sorted(found, key=_when)


def weights_in(x: Elements) -> list[Weight]:
    """The parameters that x depends on, by age."""
    return [element for element in free_in(x, 0) if isinstance(element, Weight)]


def _in_order(x: Elements, known: Iterable[Element] = ()) -> list[Element]:
    """All elements that x is made of, each after those that it is made of itself; without the known ones.

    Of several, the one with the longest way to a variable comes first: so few are alive at once (Sethi & Ullman 1970),
    and a tangent does not wait until all values are there.
    """
    found, todo = dict.fromkeys(known), sorted(leaves(x), key=_height)
    many = len(found)
    while todo:
        element = todo[-1]
        before = [other for other in leaves(element.argument) if other not in found]
        if element in found or not before:
            found.setdefault(todo.pop())
        else:
            todo += sorted(before, key=_height)
    return list(found)[many:]


def _height(x: Element) -> int:
    return x.height


def _when(x: Element) -> int:
    return x.made


def _bind(context: Elements, wires: Wires, on: dict[Element, Wires]) -> None:
    """The wires of the elements of a context."""
    if isinstance(context, Element):
        on[context] = wires
    else:
        for part, inside in zip(context, wires, strict=True):  # type: ignore[arg-type]  # the wires of a product
            _bind(part, inside, on)


def _wires(x: Elements, on: dict[Element, Wires]) -> Wires:
    """The wires that x is on."""
    return on[x] if isinstance(x, Element) else tuple([_wires(part, on) for part in x])
