"""Kinds of terms: the objects that points are of, and the arrows between objects, which are points of a kind too.

`arrows(c, A, B)` is the kind of the arrows of a category c from A to B: A → B if they are functions, A ⊸ B if they are
linear maps, A ⇝ B if they are of any category, and else it is written by the name of c. An `Unknown` stands for a kind,
or for a category, that is not known yet: to unify two kinds is to find what it must be.

>>> A, B, found = Unknown(), Kind("B"), Unifier()
>>> found.unify(arrows(FUNCTIONS, A, A * A), arrows(FUNCTIONS, B, Unknown()))
>>> print(found.resolved(arrows(LINEAR, A * A, A)))
B × B ⊸ B
>>> found.unify(A, A * B)
Traceback (most recent call last):
cat_ad.calculations.kinds.Mismatch: B is not B × B
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count


@dataclass(frozen=True)
class Kind:
    """An object by its name; or a product, a family, arrows, a category, by what these are made of."""

    name: str
    parts: tuple[Kind, ...] = ()

    def __mul__(self, other: Kind) -> Kind:
        """The product of two objects."""
        return Kind("×", (self, other))

    def __str__(self) -> str:
        """As the paper writes it."""
        match self.name, self.parts:
            case "×", (a, b):
                return f"{_part(a)} × {_part(b)}"
            case "⊗", (a, b):
                return f"{_part(a)} ⊗ {_part(b)}"
            case "indexed", (a,):
                return f"N {_part(a)}"
            case "arrows", (c, a, b) if c.name in ("→", "⊸", "⇝"):
                return f"{_side(a)} {c} {_side(b)}"
            case "arrows", (c, a, b):
                return f"{c}({a}, {b})"
            case _:
                return " ".join([self.name, *map(_part, self.parts)])


_made = count()


@dataclass(frozen=True)
class Unknown(Kind):
    """A kind or a category that is not known yet, and no other."""

    name: str = "?"
    number: int = field(default_factory=lambda: next(_made))


def _part(kind: Kind) -> str:
    return f"({kind})" if kind.name == "×" or kind.name == "⊗" or kind.name == "arrows" else str(kind)


def _side(kind: Kind) -> str:
    return f"({kind})" if kind.name == "arrows" else str(kind)


NUMBERS, UNIT = Kind("R"), Kind("1")
FUNCTIONS, LINEAR, DUAL, DIFFERENTIABLE = Kind("→"), Kind("⊸"), Kind("Dual"), Kind("D")


def arrows(category: Kind, a: Kind, b: Kind) -> Kind:
    """The arrows of a category from a to b."""
    return Kind("arrows", (category, a, b))


def indexed(a: Kind) -> Kind:
    """The product of as many as N says."""
    return Kind("indexed", (a,))


def matrices(a: Kind, b: Kind) -> Kind:
    """The matrices of linear maps from b to a, as points."""
    return Kind("⊗", (a, b))


def call(category: Kind, a: Kind, b: Kind) -> tuple[Kind, Kind]:
    """What an arrow from a to b is applied to, and what that gives.

    A function, or a linear map, to a point. A continuation to a linear map from b, a beginning to one to a. One of the
    dual to a point of b. One with its derivative to a point of a, where it gives the value and the derivative.
    """
    match category.name, category.parts:
        case "Cont", (r,):
            return arrows(LINEAR, b, r), arrows(LINEAR, a, r)
        case "Begin", (r,):
            return arrows(LINEAR, r, a), arrows(LINEAR, r, b)
        case "Dual", _:
            return b, a
        case "D", _:
            return a, b * arrows(LINEAR, a, b)
    return a, b


class Mismatch(TypeError):
    """Two kinds that should be one."""

    def __init__(self, left: Kind, right: Kind) -> None:
        """The two."""
        super().__init__(f"{left} is not {right}")
        self.left, self.right = left, right


@dataclass
class Unifier:
    """What is known of the unknown."""

    known: dict[Kind, Kind] = field(default_factory=dict)

    def resolved(self, kind: Kind) -> Kind:
        """The kind, with what is known of it."""
        while kind in self.known:
            kind = self.known[kind]
        return Kind(kind.name, tuple(map(self.resolved, kind.parts))) if kind.parts else kind

    def unify(self, left: Kind, right: Kind) -> None:
        """Make two kinds one, or raise `Mismatch`."""
        left, right = self.resolved(left), self.resolved(right)
        if left == right:
            return
        if isinstance(right, Unknown) and not isinstance(left, Unknown):
            left, right = right, left
        if isinstance(left, Unknown):
            if left in within(right):
                raise Mismatch(left, right)
            self.known[left] = right
        elif left.name == right.name and len(left.parts) == len(right.parts):
            for a, b in zip(left.parts, right.parts, strict=True):
                self.unify(a, b)
        else:
            raise Mismatch(left, right)


def within(kind: Kind) -> list[Kind]:
    """A kind, and all of which it is made."""
    return [kind, *[inner for part in kind.parts for inner in within(part)]]


def replaced(kind: Kind, new: Mapping[Kind, Kind]) -> Kind:
    """The kind with others in place of some."""
    if kind in new:
        return new[kind]
    return Kind(kind.name, tuple([replaced(part, new) for part in kind.parts])) if kind.parts else kind
