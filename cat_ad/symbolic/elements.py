"""Generalised elements: arrays that depend on other arrays, and the arrow that computes one from them.

An arrow f: C -> A is called a generalised element of A over the context C: an x in A that varies with C. Elements
add, multiply and so on as arrays do, and each operation is recorded as an arrow. Hence a function written for arrays,
such as the derivative that a primitive states, can be run on elements, and its result read off as an arrow: the law is

    arrow_of(F(x), x)(a) = F(a)                          for every function F made of operations that elements have

>>> from cat_ad import Scalar
>>> x, y = variable(Scalar), variable(Scalar)
>>> print(arrow_of(x * y, (x, y)))
((a, b) -> mul(a, b))
>>> print(arrow_of(y * y - 3.0 * x, (x, y)))
((a, b) -> sub(mul(b, b), scale 3(a)))
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, ClassVar, NoReturn, TypeAlias

import numpy as np

from cat_ad.arrows.products import nest, unnest
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.structure import exl, exr
from cat_ad.arrows.terms import SomeArrow, Wired
from cat_ad.categories.wiring import Wires, halves
from cat_ad.errors import InterpretationError, told
from cat_ad.objects.spaces import factors, is_array, products, show
from cat_ad.primitives.arithmetic import add, div, mul, sub
from cat_ad.primitives.constants import zero
from cat_ad.primitives.elementwise import (
    cos,
    exp,
    log,
    negate,
    over,
    power,
    reciprocal,
    scale,
    shift,
    sigmoid,
    sin,
    sqrt,
    step,
    tanh,
)

Elements: TypeAlias = "Element | tuple[Elements, ...]"  # a tuple: elements of a product

FUNCTIONS: dict[str, Callable[[type], SomeArrow]] = {
    "cos": cos,
    "exp": exp,
    "log": log,
    "negative": negate,
    "reciprocal": reciprocal,
    "sigmoid": sigmoid,
    "sin": sin,
    "sqrt": sqrt,
    "tanh": tanh,
    "zeros_like": zero,
}
OPERATORS = {
    "add": operator.add,
    "divide": operator.truediv,
    "greater": operator.gt,
    "multiply": operator.mul,
    "power": operator.pow,
    "pow": operator.pow,
    "subtract": operator.sub,
}


@dataclass(frozen=True, eq=False)
class Element:
    """An element of the object `space`: a variable, or an arrow applied to other elements."""

    space: type
    arrow: SomeArrow | None = None
    argument: Elements = ()
    dtype: ClassVar[None] = None  # it is not known; all elements have the same
    height: int = field(init=False)  # how long the longest way to a variable is

    def __post_init__(self) -> None:
        """Measure the height at once, since Python cannot call deep."""
        height = 1 + max((element.height for element in leaves(self.argument)), default=-1)
        object.__setattr__(self, "height", height)

    def __add__(self, other: object) -> Element:
        return self._with(other, add, lambda c: shift(self.space, c))

    def __radd__(self, other: object) -> Element:
        return self.__add__(other)

    def __sub__(self, other: object) -> Element:
        return self._with(other, sub, lambda c: shift(self.space, -c))

    def __rsub__(self, other: object) -> Element:
        return (-self).__add__(other)

    def __mul__(self, other: object) -> Element:
        return self._with(other, mul, lambda c: scale(self.space, c))

    def __rmul__(self, other: object) -> Element:
        return self.__mul__(other)

    def __truediv__(self, other: object) -> Element:
        return self._with(other, div, lambda c: over(self.space, c))

    def __rtruediv__(self, other: object) -> Element:
        return self._then(reciprocal(self.space)).__mul__(other)

    def __pow__(self, n: float) -> Element:
        return self._then(power(self.space, n))

    def __neg__(self) -> Element:
        return self._then(negate(self.space))

    def __gt__(self, number: float) -> Element:
        return (self - number if number else self)._then(step(self.space))

    def _then(self, arrow: SomeArrow) -> Element:
        return Element(arrow.cod, arrow, self)

    def _with(
        self, other: object, both: Callable[[type], SomeArrow], by_number: Callable[[float], SomeArrow]
    ) -> Element:
        if isinstance(other, Element) and other.space == self.space:
            return Element(self.space, both(self.space), (self, other))
        if isinstance(other, int | float) or getattr(other, "shape", None) == ():
            number = float(other)  # type: ignore[arg-type]  # an array of no axes is a number too
            return self if number == 1 and both in (mul, div) else self._then(by_number(number))
        found = show(other.space) if isinstance(other, Element) else told(other)
        raise InterpretationError(
            f"wanted another element of {show(self.space)}, or a number, got {found}; elements do not broadcast"
        )

    def __array_namespace__(self) -> Operations:
        return Operations()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **options: object) -> Element:
        """NumPy's functions of elements."""
        if method != "__call__" or options:
            raise _unknown(f"{ufunc.__name__}.{method}")
        made: Element = getattr(Operations(), ufunc.__name__)(*map(_number_of_python, inputs))
        return made

    def __array__(self, *_: object) -> NoReturn:
        raise _unknown("the numbers")

    def __bool__(self) -> NoReturn:
        raise _unknown("a branch on a value")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Element):
            return self is other
        raise _unknown("a comparison for equality")

    __hash__ = object.__hash__

    def __getitem__(self, place: object) -> Element:
        raise _unknown("an entry")

    def __getattr__(self, name: str) -> Any:  # Any: whatever an array would have
        """Whatever arrays have and elements do not. Raises `InterpretationError`."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise _unknown(name)


class Operations:
    """The namespace of elements: those functions of the array API standard that are arrows."""

    def __getattr__(self, name: str) -> Callable[..., Element]:
        """The function of this name. Raises `InterpretationError` if no arrow does the same."""
        if name in FUNCTIONS:
            return lambda x: Element(x.space, FUNCTIONS[name](x.space), x)
        if name in OPERATORS:
            return OPERATORS[name]
        raise _unknown(name)


def _unknown(name: str) -> InterpretationError:
    known = ", ".join(sorted((*FUNCTIONS, *OPERATORS)))
    return InterpretationError(f"wanted {name} of an element, which knows {known}; compose what you want of arrows")


def variable(space: type) -> Element:
    """A new variable, of which only the object is known."""
    return Element(space)


def variables(space: type) -> Elements:
    """A value of an object whose arrays are all new variables."""
    return variable(space) if is_array(space) else tuple(map(variables, factors(space)))


def _number_of_python(x: object) -> object:
    """A number of NumPy as one of Python, whose operators leave it to elements what to do."""
    return x.item() if isinstance(x, np.generic | np.ndarray) and x.ndim == 0 else x


def leaves(x: Elements) -> list[Element]:
    """The elements of a value of a product, from left to right."""
    return [x] if isinstance(x, Element) else [leaf for part in x for leaf in leaves(part)]


def variables_in(x: Elements) -> set[Element]:
    """The variables that x depends on."""
    return {element for element in _in_order(x) if element.arrow is None}


def object_of(x: Elements) -> type:
    """The object of which x is a value."""
    return x.space if isinstance(x, Element) else products(*map(object_of, x))


def image(f: SomeArrow, x: Elements) -> Elements:
    """f of an element: an element, or of a product, its parts."""
    return _parts(Element(f.cod, f, x))


def _parts(x: Element) -> Elements:
    """An element, or of a product, its parts."""
    if is_array(x.space):
        return x
    parts = factors(x.space)
    if len(parts) == 2:
        left: SomeArrow = exl(*parts)
        right: SomeArrow = exr(*parts)
        return _parts(Element(left.cod, left, x)), _parts(Element(right.cod, right, x))
    if not parts:
        return ()
    there: SomeArrow = nest(x.space)
    pairs, flat = image(there, x), list[Elements]()
    for _ in parts[1:]:
        assert isinstance(pairs, tuple)
        first, pairs = pairs
        flat.append(first)
    return (*flat, pairs)


def arrow_of(x: Elements, context: Elements) -> SomeArrow:
    """The arrow that computes x from the context, a value whose elements are variables; each element once.

    Raises `InterpretationError` if x depends on a variable that is not in the context.
    """
    machine, space = Machine[SomeArrow](), object_of(context)
    on = dict[Element, Wires]()
    ins = machine.fresh(space)
    _bind(machine, context, ins, on)
    for element in _in_order(x):
        if element.arrow is not None:
            on[element] = machine.apply(element.arrow.trace, _wires(machine, element.argument, on))
        elif element not in on:
            raise InterpretationError(f"wanted a variable of {show(element.space)} out of {show(space)}")
    return Wired(space, object_of(x), *machine.between(ins, _wires(machine, x, on)))


def _in_order(x: Elements) -> list[Element]:
    """All elements that x is made of, each after those that it is made of itself.

    Of several, the one with the longest way to a variable comes first: so few are alive at once (Sethi & Ullman 1970),
    and a tangent does not wait until all values are there.
    """
    found, todo = dict[Element, None](), sorted(leaves(x), key=_height)
    while todo:
        element = todo[-1]
        before = [other for other in leaves(element.argument) if other not in found]
        if element in found or not before:
            found[todo.pop()] = None
        else:
            todo += sorted(before, key=_height)
    return list(found)


def _height(x: Element) -> int:
    return x.height


def _bind(machine: Machine[SomeArrow], context: Elements, wires: Wires, on: dict[Element, Wires]) -> None:
    """The wires of the variables of a context."""
    if isinstance(context, Element):
        on[context] = wires
    elif len(context) == 2:
        left, right = halves(wires)
        _bind(machine, context[0], left, on)
        _bind(machine, context[1], right, on)
    elif context:
        _bind(machine, _nested(context), machine.apply(nest(object_of(context)).trace, wires), on)


def _wires(machine: Machine[SomeArrow], x: Elements, on: dict[Element, Wires]) -> Wires:
    """The wires that x is on."""
    if isinstance(x, Element):
        return on[x]
    if len(x) == 2:
        return _wires(machine, x[0], on), _wires(machine, x[1], on)
    return machine.apply(unnest(object_of(x)).trace, _wires(machine, _nested(x), on)) if x else ()


def _nested(x: tuple[Elements, ...]) -> Elements:
    """A value of a product, as nested pairs."""
    *first, last = x
    return reduce(lambda inner, part: (part, inner), reversed(first), last)
