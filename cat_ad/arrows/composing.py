"""What `>>`, `&` and `*` put together: arrows, parametrised arrows, lenses; and what they say of all else.

>>> from cat_ad import Scalar, relu, sin
>>> sin(Scalar) >> relu
Traceback (most recent call last):
cat_ad.errors.CompositionError: cannot compose sin >> relu: relu makes arrows; write relu(Scalar)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import unwrap
from types import GenericAlias
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeGuard

from cat_ad.arrows.printing import CHAIN, CROSS, WHOLE, Operand, describe, held
from cat_ad.errors import CompositionError, shortened, told
from cat_ad.objects.differences import first_difference
from cat_ad.objects.spaces import brief, factors, is_array, show


class Composable:
    """What composes with its own kind. With anything else, on either side, `CompositionError` says what to write.

    A subclass defines the operators that it has, and returns `unknown` of what they do not take.
    """

    if not TYPE_CHECKING:  # a type checker refuses by itself what is refused here
        __array_ufunc__ = None  # arrays of NumPy leave the operators to this class

        def __rshift__(self, other):
            return unknown(self, ">>", other)

        def __and__(self, other):
            return unknown(self, "&", other)

        def __mul__(self, other):
            return unknown(self, "*", other)

        def __rrshift__(self, other):
            raise cannot(other, ">>", self)

        def __rand__(self, other):
            raise cannot(other, "&", self)

        def __rmul__(self, other):
            raise cannot(other, "*", self)

        def __add__(self, other):
            raise arithmetic(self, "+", other, "add")

        def __sub__(self, other):
            raise arithmetic(self, "-", other, "sub")

        def __truediv__(self, other):
            raise arithmetic(self, "/", other, "div")

        def __matmul__(self, other):
            raise arithmetic(self, "@", other, "matmul")

        def __pow__(self, other):
            asked = f"{beside(self)} ** {beside(other)}"
            raise CompositionError(f"cannot write {asked}: power(A, n) is an arrow, to compose")

        def __neg__(self):
            raise CompositionError(f"cannot write -{beside(self)}: negate(A) is an arrow, to compose")

    def __reduce__(self) -> NoReturn:
        """Refuse: what composes holds functions, and a program writes it again rather than loading it."""
        found = describe(self) if isinstance(self, Operand) else named(self)
        raise TypeError(f"wanted to pickle {found}; an arrow holds functions: save its parameters instead")

    def __copy__(self) -> Self:
        """It is immutable, hence its own copy."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        """It is immutable, hence its own copy."""
        return self


def unknown(left: object, operator: str, right: object) -> Any:  # Any: as Python has `NotImplemented`
    """What an operator of `left` returns of a `right` that it does not take: it may be that `right` takes `left`."""
    if isinstance(right, Composable) and type(right) is not type(left):
        return NotImplemented
    raise cannot(left, operator, right)


def cannot(left: object, operator: str, right: object) -> CompositionError:
    """The error of two things that no operator puts together."""
    if isinstance(left, Composable) and isinstance(right, Composable):
        advice = "lens(f) makes a lens of an arrow f, and ParametricLens(lens(f.arrow)) of a parametrised one"
        advice = f"a {type(left).__name__} has no {operator}" if type(left) is type(right) else advice
    elif isinstance(left, Composable):
        advice = instead(right, getattr(left, "dom" if operator == "&" else "cod", None), operator)
    else:
        advice = instead(left, getattr(right, "dom", None), operator)
    least = CHAIN if operator == ">>" else CROSS
    asked = f"{beside(left, least)} {operator} {beside(right, WHOLE if operator == '*' else least)}"
    return CompositionError(f"cannot compose {asked}: {advice}")


def arithmetic(left: object, operator: str, right: object, arrow: str) -> CompositionError:
    """The error of arithmetic with arrows, which says how to compute with their results instead."""
    return CompositionError(
        f"cannot write {beside(left)} {operator} {beside(right)}: an arrow is no number; "
        f"what two arrows give of one argument is put together by (f & g) >> {arrow}(...)"
    )


def require_composable(asked: str, *found: object) -> None:
    """Raise `CompositionError` unless all of these can be composed."""
    for f in found:
        if not isinstance(f, Composable):
            raise CompositionError(f"{asked}: wanted an arrow, got {named(f)}; {instead(f)}")


def is_function(found: object) -> TypeGuard[Callable[..., object]]:
    """Can this be called, and is no object, or other type?"""
    return callable(found) and not isinstance(found, type | GenericAlias)


def named(found: object) -> str:
    """What is given for an arrow, as errors name it: an arrow shortly, and a function by its name."""
    if isinstance(found, Composable):
        return shortened(str(found), 80)
    return str(getattr(found, "__name__", told(found))) if is_function(found) else told(found)


def beside(found: object, least: int = WHOLE) -> str:
    """What is given for an arrow, as it stands beside an operator: in parentheses, unless it holds together."""
    return held(named(found), getattr(found, "tightness", WHOLE), least)


def instead(found: object, at: object = None, operator: str = ">>") -> str:
    """What to write instead of what is no arrow, next to an arrow that ends or begins `at` an object."""
    if is_array(found) or factors(found):
        return f"an object is no arrow; identity({show(found)}) is one"
    if is_function(found) and hasattr(found, "__name__"):
        if not is_factory(found):
            name = found.__name__.replace("<lambda>", "f")
            return f"arrow({name}, {show(at) if is_array(at) else '...'}) makes an arrow of a function of arrays"
        if is_array(at) and _takes_object(found):
            return f"{found.__name__} makes arrows; write {found.__name__}({show(at)})"
        return f"{found.__name__} makes arrows; write {found.__name__}(...), with its objects or dimensions"
    if isinstance(found, int | float) or hasattr(type(found), "__array__"):
        scaled = "scale(A, c) is the arrow that multiplies by a number c, and " if operator == "*" else ""
        return f"{scaled}it(A) >> constant(B, b) the arrow whose value is b everywhere"
    return "make an arrow by a factory such as tanh(Float[Hidden])"


def is_factory(function: object) -> bool:
    """Is it one of this library, which takes objects?"""
    return str(getattr(function, "__module__", "")).startswith("cat_ad.")


def _takes_object(factory: Callable[..., object]) -> bool:
    """Is the first argument an object, and no dimension?"""
    first = next(iter(getattr(factory, "__annotations__", {}).values()), "")
    variable = re.fullmatch(r"type\[(\w+)\]", str(first))
    return variable is not None and getattr(unwrap(factory).__globals__.get(variable[1]), "__bound__", factory) is None


def misfit(asked: str, here: str, left: object, there: str, right: object) -> CompositionError:
    """The error of two objects that should be equal."""
    differs = first_difference(left, right)
    forked = " >> " in asked and left in factors(right)
    hint = "; if a fork was meant, it is written in parentheses: (f & g) >> h" if forked else ""
    return CompositionError(f"cannot compose {asked}: {here} {brief(left)}, {there} {brief(right)}; {differs}{hint}")
