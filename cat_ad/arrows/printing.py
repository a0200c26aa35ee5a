"""How terms are printed: from pieces, which are text, and terms in it.

A term may be nested as deep as one likes, and a part of it may stand in it a million times. So it is printed without
calling deep, and no more of it than anyone would read.

>>> from cat_ad import Scalar, add, sin
>>> f = sin(Scalar)
>>> for nesting in range(1000):
...     f = (f & f) >> add(Scalar)
>>> text = printed(f)
>>> text[:8], text[-4:]
('((((((((', ' ...')
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

MANY = 100_000  # pieces that are printed


class Term(Protocol):
    """What is made of pieces."""

    def pieces(self) -> Sequence[Piece]:
        """What it is made of, from left to right."""
        ...


Piece: TypeAlias = str | Term


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
