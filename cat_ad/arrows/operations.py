"""Operations: what a primitive does, whatever its objects; and what each reader knows of them.

A primitive is an operation between two objects. `each` lifts it to larger ones: its operation stays the same. A copy
that computes something else is another operation. So it is by the operation that a reader looks up what it must know of
a primitive: in `Rules`, which stand where the reader lives, and to which anyone can add, in a line:

>>> from cat_ad import Dim, Float, Scalar, each, primitive, sin
>>> wave = primitive("sin", Scalar, Scalar, lambda x: 1 - x, lambda x, y, k: k.scale(-1.0))
>>> class N(Dim): ...
>>> height: Rules[float] = Rules()
>>> height[sin(Scalar)] = 1.0
>>> height.of(each(N, sin(Scalar))), height.of(wave)
(1.0, None)

Some things are asked of an operation by many readers. These are its properties, in the words of the field:

    linear                 f(x + y) = f(x) + f(y): its derivative is stated without a point
    bilinear               of two arguments, linear in each
    elementwise            each entry by itself
    increasing, decreasing     of numbers: x <= y gives f(x) <= f(y), or f(x) >= f(y)
    constant derivative    it varies with integers and shapes only
    batched derivative     at one point it takes many tangents at once, with more leading axes
"""

from __future__ import annotations

from typing import Generic, Literal, TypeAlias, TypeVar, get_args
from weakref import WeakKeyDictionary

from cat_ad.arrows.terms import SomeArrow
from cat_ad.errors import SpaceError, told

T = TypeVar("T")

Property: TypeAlias = Literal[
    "linear",
    "bilinear",
    "elementwise",
    "increasing",
    "decreasing",
    "constant derivative",
    "batched derivative",
]


class Operation:
    """What a primitive does. Two are the same only if they are the same object."""

    def __init__(self, name: str, *properties: Property) -> None:
        """Raises `SpaceError` for what is no property."""
        for found in properties:
            if found not in get_args(Property):
                raise SpaceError(f"{name}: wanted properties among {', '.join(get_args(Property))}, got {told(found)}")
        self.name = name
        self.properties = frozenset(properties)
        self._derived: dict[str, Operation] = {}

    def derived(self, how: str, *properties: Property) -> Operation:
        """The operation that is made of this one in this way: always the same."""
        return self._derived.setdefault(how, Operation(f"{how} {self.name}", *properties))

    def __repr__(self) -> str:
        """Its name."""
        return self.name


class Rules(Generic[T]):
    """What a reader knows of operations: one `T` of each that it knows."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._known: WeakKeyDictionary[Operation, T] = WeakKeyDictionary()

    def __setitem__(self, f: SomeArrow, rule: T) -> None:
        """Let this be the rule for a primitive, whatever its objects. Raises `SpaceError` for another arrow."""
        found = operation_of(f)
        if found is None:
            raise SpaceError(
                f"wanted a primitive to give a rule for, got {told(f)}; give one for each that it is made of"
            )
        self._known[found] = rule

    def of(self, f: SomeArrow) -> T | None:
        """The rule for a primitive, if there is one."""
        found = operation_of(f)
        return None if found is None else self._known.get(found)


def operation_of(f: SomeArrow) -> Operation | None:
    """The operation of a primitive; of another arrow, none."""
    found = getattr(f, "operation", None)
    return found if isinstance(found, Operation) else None
