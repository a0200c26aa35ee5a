"""Generalised elements: arrays that depend on other arrays, and the arrow that computes one from them.

An arrow f: C -> A is called a generalised element of A over the context C: an x in A that varies with C. Elements
add, multiply and so on as arrays do, and each operation is recorded as an arrow. Hence a function written for arrays,
such as the derivative that a primitive states, can be run on elements, and its result read off as an arrow: the law is

    arrow_of(F(x), x)(a) = F(a)                          for every function F made of operations that elements have

>>> from cat_ad import Scalar
>>> x, y = variable(Scalar), variable(Scalar)
>>> arrow_of(x * y, (x, y))
mul
>>> arrow_of(y * y - 3.0 * x, (x, y))
(swap >>> ((dup >>> mul) *** scale 3) >>> sub)
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from cat_ad.arrow import SomeArrow, dup, exl, exr, identity, is_identity, it, path_of, swap
from cat_ad.errors import InterpretationError, told
from cat_ad.primitives.arithmetic import add, div, mul, sub
from cat_ad.primitives.constant import zero
from cat_ad.primitives.elementwise import (
    cos,
    exp,
    log,
    negate,
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
from cat_ad.products import fork, nest
from cat_ad.spaces import factors, is_array, products, show

if TYPE_CHECKING:
    import numpy as np

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
    arguments: tuple[Elements, ...] = ()

    def __add__(self, other: Any) -> Element:  # Any: here and below, an element or a number
        return self._with(other, add, lambda c: shift(self.space, c))

    def __radd__(self, other: Any) -> Element:  # Any: as above
        return self.__add__(other)

    def __sub__(self, other: Any) -> Element:  # Any: as above
        return self._with(other, sub, lambda c: shift(self.space, -c))

    def __rsub__(self, other: Any) -> Element:  # Any: as above
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Element:  # Any: as above
        return self._with(other, mul, lambda c: scale(self.space, c))

    def __rmul__(self, other: Any) -> Element:  # Any: as above
        return self.__mul__(other)

    def __truediv__(self, other: Any) -> Element:  # Any: as above
        return self._with(other, div, lambda c: scale(self.space, 1 / c))

    def __rtruediv__(self, other: Any) -> Element:  # Any: as above
        return self._then(reciprocal(self.space)).__mul__(other)

    def __pow__(self, n: float) -> Element:
        return self._then(power(self.space, n))

    def __neg__(self) -> Element:
        return self._then(negate(self.space))

    def __gt__(self, number: float) -> Element:
        return (self - number if number else self)._then(step(self.space))

    def _then(self, arrow: SomeArrow) -> Element:
        return Element(arrow.cod, arrow, (self,))

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
        made: Element = getattr(Operations(), ufunc.__name__)(*inputs)
        return made

    def __array__(self, *_: object) -> NoReturn:
        raise _unknown("the numbers")

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
            return lambda x: Element(x.space, FUNCTIONS[name](x.space), (x,))
        if name in OPERATORS:
            return OPERATORS[name]
        raise _unknown(name)


def _unknown(name: str) -> InterpretationError:
    known = ", ".join(sorted((*FUNCTIONS, *OPERATORS)))
    return InterpretationError(f"wanted {name} of an element, which knows {known}; compose what you want of arrows")


def variable(space: type) -> Element:
    """A new variable, an array of which only the object is known."""
    return Element(space)


def variables(space: type) -> Elements:
    """A value of an object whose arrays are all new variables."""
    return variable(space) if is_array(space) else tuple(map(variables, factors(space)))


def leaves(x: Elements) -> list[Element]:
    """The elements of a value of a product, from left to right."""
    return [x] if isinstance(x, Element) else [leaf for part in x for leaf in leaves(part)]


def variables_in(x: Elements) -> set[Element]:
    """The variables that x depends on."""
    if isinstance(x, Element):
        return {x} if x.arrow is None else set().union(*map(variables_in, x.arguments))
    return set().union(*map(variables_in, x))


def object_of(x: Elements) -> type:
    """The object of which x is a value."""
    return x.space if isinstance(x, Element) else products(*map(object_of, x))


def arrow_of(x: Elements, context: Elements) -> SomeArrow:
    """The arrow that computes x from the context, a value whose elements are variables.

    Raises `InterpretationError` if x depends on a variable that is not in the context.
    """
    return path(identity(object_of(context)), *_path(x, context))


def path(*arrows: SomeArrow) -> SomeArrow:
    """The composition of the arrows, first to last, without the identities among them."""
    more = [arrow for arrow in arrows if not is_identity(arrow)]
    return reduce(lambda f, g: f >> g, more) if more else arrows[0]


def _path(x: Elements, context: Elements) -> list[SomeArrow]:
    """The arrow as a list of arrows to compose, which is empty if it is the identity."""
    if _same(x, context):
        return []
    if x == ():
        return [it(object_of(context))]
    if isinstance(context, tuple) and len(context) not in (0, 2):
        *first, last = context
        pairs = reduce(lambda inner, part: (part, inner), reversed(first), last)
        return [nest(object_of(context)), *_path(x, pairs)]
    if isinstance(context, tuple) and context:
        left, right = context
        a, b, wanted = object_of(left), object_of(right), variables_in(x)
        on_left, on_right = variables_in(left), variables_in(right)
        if wanted <= on_left:
            return [exl(a, b), *_path(x, left)]
        if wanted <= on_right:
            return [exr(a, b), *_path(x, right)]
        if isinstance(x, tuple) and len(x) == 2:
            one, other = map(variables_in, x)
            if one <= on_left and other <= on_right:
                return [arrow_of(x[0], left) * arrow_of(x[1], right)]
            if one <= on_right and other <= on_left:
                return [swap(a, b), *_path(x, (right, left))]
    if isinstance(x, tuple):
        if len(x) == 2 and _same(x[0], x[1]):
            return [*_path(x[0], context), dup(object_of(x[0]))]
        parts: list[SomeArrow] = [arrow_of(part, context) for part in x]
        together: SomeArrow = fork(*parts)
        return [together]
    if x.arrow is None:
        raise InterpretationError(f"wanted a variable of {show(x.space)} out of {show(object_of(context))}")
    (only, *others), several = x.arguments, x.arguments
    return [*_path(several if others else only, context), *path_of(x.arrow)]


def _same(x: Elements, y: Elements) -> bool:
    if isinstance(x, Element) or isinstance(y, Element):
        return x is y
    return len(x) == len(y) and all(map(_same, x, y))
