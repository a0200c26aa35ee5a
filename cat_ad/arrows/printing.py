"""How terms are printed: as their operators are typed, from pieces, which are text, and terms in it.

Python binds `*` tighter than `>>`, and `>>` tighter than `&`. A fork is always in parentheses; so besides there are
some only round a chain that is crossed or forked, and round a cross on the right of another.

>>> from cat_ad import Scalar, add, cos, sin
>>> f = sin(Scalar)
>>> print((f & cos(Scalar)) >> add(Scalar), "and", (f >> f) * f)
(sin & cos) >> add and (sin >> sin) * sin

A term may be nested as deep as one likes, and a part of it may stand in it a million times. So it is printed without
calling deep, and no more of it than anyone would read.

>>> for nesting in range(1000):
...     f = (f & f) >> add(Scalar)
>>> text = printed(f)
>>> text[:8], text[-4:]
('((((((((', ' ...')
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from cat_ad.arrows.pictures import picture_of
from cat_ad.errors import shortened
from cat_ad.objects.spaces import brief

MANY = 100_000  # pieces that are printed
CHAIN, CROSS, WHOLE = range(3)  # how tightly a term holds together: f >> g, f * g, and all else


class Term(Protocol):
    """What is made of pieces."""

    def pieces(self) -> Sequence[Piece]:
        """What it is made of, from left to right."""
        ...


Piece: TypeAlias = str | Term


class Operand(ABC):
    """A term from an object to another, which may stand beside an operator."""

    dom: Any  # Any: of its subclass the type of an object
    cod: Any  # Any: likewise
    tightness: int = WHOLE  # how tightly it holds together

    @abstractmethod
    def pieces(self) -> Sequence[Piece]:
        """What it is made of, from left to right."""

    @property
    def path(self) -> Sequence[Operand]:
        """The terms that a chain is made of, first to last; of another term, itself."""
        return (self,)

    def __str__(self) -> str:
        """As the operators are typed; of a term that is very large, how it begins."""
        return printed(self)

    def __repr__(self) -> str:
        """As the operators are typed, and the objects."""
        return f"{self}: {brief(self.dom)} -> {brief(self.cod)}"

    def _repr_svg_(self) -> str | None:
        """What a notebook shows, if it can be drawn."""
        return picture_of(self)


def within(term: Operand, least: int) -> Sequence[Piece]:
    """A term where it must hold together as tightly as this: in parentheses, if it does not."""
    return (term,) if term.tightness >= least else ("(", term, ")")


def printed(term: Term) -> str:
    """The text of a term; of one that is very large, how it begins."""
    text, todo = list[str](), list[Piece]([term])
    while todo and len(text) < MANY:
        piece = todo.pop()
        if isinstance(piece, str):
            text.append(piece)
        else:
            todo.extend(reversed(piece.pieces()))
    return "".join([*text, " ..." if todo else ""])


def held(text: str, tightness: int, least: int) -> str:
    """The text of a term where it must hold together as tightly as this: in parentheses, if it does not."""
    return text if tightness >= least else f"({text})"


def named(term: Operand, least: int = CHAIN) -> str:
    """A term as errors name it: of a long chain only the ends; in parentheses, unless it holds together so tightly."""
    path = term.path
    if len(path) > 8:
        text = f"{named(path[0], CROSS)} >> ... {len(path) - 2} more ... >> {named(path[-1], CROSS)}"
    else:
        text = shortened(str(term), 200)
    return held(text, term.tightness, least)


def describe(term: Operand) -> str:
    """A term as errors name it, with its objects."""
    return f"{named(term)}: {brief(term.dom)} -> {brief(term.cod)}"


def plainly(name: str) -> str:
    """A name as it stands in a term: in quotes, if it would read as something else.

    >>> plainly("f >> g"), plainly("scan(N, f >> g)"), plainly("f) >> (g")
    ("'f >> g'", 'scan(N, f >> g)', "'f) >> (g'")
    """
    depth, reads_as_one = 0, bool(name) and name.isprintable()
    for character in name:
        depth += {"(": 1, ")": -1}.get(character, 0)
        reads_as_one = reads_as_one and depth >= 0 and (depth > 0 or character not in ">&*:;")
    return name if reads_as_one and depth == 0 else repr(name)
