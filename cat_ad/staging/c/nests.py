r"""Nests of loops in C: each statement in the outermost loop that it can be in, and two loops made one where possible.

Statements are collected before it is clear which loops there will be. Each is kept with the loops on which it depends,
and the places in memory in it as sums of indices, which become text at the end. A large matrix that is read column by
column is read in strips of a few rows, and a long sum is a sum of sums.

>>> nest = Nest([("i", 2), ("j", 3)])
>>> nest.do(f"{nest.place(None, 'y', Index.of('i') * 3 + Index.of('j'))} = 1;")
>>> print("\n".join(nest.text()))
{
    #pragma omp simd
    for (int64_t j = 0; j < 6; j++) {
        y[j] = 1;
    }
}
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import TypeAlias

from cat_ad.staging.c.places import Index
from cat_ad.staging.c.products import TERMS
from cat_ad.staging.trace.lines import Line

STRIP = 8  # rows at a time, where a loop goes down a column
FAR = 2**14  # entries: more than the nearest cache holds

Loop: TypeAlias = tuple[str, int]  # a variable, and how many values it takes
Depends: TypeAlias = frozenset[str]  # on loops


class Nest:
    """Loops, one within the other, and their statements."""

    def __init__(self, loops: Iterable[Loop], along: Sequence[Loop] = ()) -> None:
        """Of these loops, and inside of them those along which a reduction goes."""
        self.loops = [loop for loop in loops if loop[1] != 1]
        self.along = [loop for loop in along if loop[1] != 1]
        self.order = [name for name, _ in (*self.loops, *self.along)]
        self.statements: list[tuple[Depends, str]] = []
        self.accesses: list[tuple[Line | None, Index]] = []  # what is read or written, and where
        self.depends: dict[str, Depends] = {}  # of names
        self.numbers: set[str] = set()  # loops whose variable is used as a number

    # Statements

    def define(self, text: str, kind: str, depends: Depends, name: str = "k") -> str:
        """A new constant of this value."""
        if name == "k" or name in self.depends:
            name = f"{name}{'' if name == 'k' else '_'}{len(self.statements)}"
        self.statements.append((depends, f"const {kind} {name} = {text};"))
        self.depends[name] = depends
        return name

    def do(self, text: str) -> None:
        """A statement of the innermost loop."""
        self.statements.append((frozenset(self.order), text))

    def place(self, line: Line | None, name: str, index: Index) -> str:
        """An entry in memory; its index becomes text when it is clear which loops become one."""
        self.accesses.append((line, index))
        return f"{name}[\0{len(self.accesses) - 1}\0]"

    def value(self, index: Index) -> str:
        """An index that is used as a number, so that its loops must stay as they are."""
        self.numbers.update(name for name, _ in index.terms)
        self.accesses.append((None, index))
        return f"\0{len(self.accesses) - 1}\0"

    def loops_of(self, index: Index) -> Depends:
        """The loops on which an index depends."""
        return frozenset[str]().union(*(self.depends.get(name, {name}) for name, _ in index.terms))

    # Text

    def total(self, kind: str, target: str) -> list[str]:
        """The loops of a sum of floats, which is in `found`; a long one is a sum of sums.

        What is lost when these are added is added too (Kahan 1965), so that rounding hardly grows with the length.
        """
        pragma = "#pragma omp simd reduction(+ : found)"
        if prod(size for _, size in self.along) <= TERMS:
            return self.text(f"{kind} found = 0;", f"{target} = found;", pragma)
        add = f"const {kind} more = found - lost, sum = whole + more, error = (sum - whole) - more; "
        keep = "lost = error - error == 0 ? error : 0; whole = sum;"  # beside an infinity it is none
        block = f"{kind} found = 0;", add + keep
        return self.text(f"{kind} whole = 0, lost = 0;", f"{target} = whole;", pragma, block)

    def text(
        self,
        before: str = "",
        after: str = "",
        pragma: str = "#pragma omp simd",
        block: tuple[str, str] | None = None,
    ) -> list[str]:
        """The loops; with a statement before those along which a reduction goes, and one after them.

        With a `block`, the innermost loop goes by blocks of `TERMS`, with the one before each, and the other after it.
        """
        if any(size == 0 for _, size in self.loops):
            return []
        outer, inner, statements = self._joined(self.loops), self._joined(self.along), self.statements
        around = {len(outer): (before, after)}
        headers = {name: f"for (int64_t {name} = 0; {name} < {size}; {name}++) {{" for name, size in (*outer, *inner)}
        if not before and self._is_across(outer):
            name, size = outer[-1]
            headers[name] = f"for (int64_t {name} = strip; {name} < end; {name}++) {{"
            headers = {"strip": f"for (int64_t strip = 0; strip < {size}; strip += {STRIP}) {{"} | headers
            end = f"const int64_t end = strip + {STRIP} < {size} ? strip + {STRIP} : {size};"
            statements = [(frozenset({"strip"}), end), *statements]
        if block:
            name, size = inner[-1]
            headers[name] = f"for (int64_t {name} = start; {name} < end; {name}++) {{"
            blocks = f"for (int64_t start = 0; start < {size}; start += {TERMS}) {{"
            headers = {k: v for k, v in headers.items() if k != name} | {"start": blocks, name: headers[name]}
            end = f"const int64_t end = start + {TERMS} < {size} ? start + {TERMS} : {size};"
            statements = [(frozenset({"start"}), end), *statements]
            around[len(headers) - 1] = block
        depths = {name: depth for depth, name in enumerate(headers, 1)}
        found: list[str] = []

        def write(text: str, depth: int) -> None:
            if text:
                found.append("    " * depth + self._written(text, depths))

        for depth, header in enumerate(("{", *headers.values())):  # a block of its own, for its own names
            write(pragma if depth and depth == len(headers) else "", depth)
            write(header, depth)
            write(around.get(depth, ("", ""))[0], depth + 1)
            for depends, statement in statements:
                if depth == max((depths.get(name, 0) for name in depends), default=0):
                    write(statement, depth + 1)
        for depth in reversed(range(len(headers) + 1)):
            write(around.get(depth, ("", ""))[1], depth + 1)
            write("}", depth)
        return found

    def _is_across(self, loops: list[Loop]) -> bool:
        """Does the innermost loop go down a large column of an array, and an outer one along its rows?

        Then each entry is fetched together with its neighbours in the row, which have left the cache when it is their
        turn. In a strip of a few rows they are still there.
        """
        if not loops:
            return False
        *outer, (inner, size) = loops
        steps = [{name: abs(index.factor(name)) for name, _ in loops} for _, index in self.accesses]
        return any(step[inner] * size >= FAR and any(step[name] == 1 for name, _ in outer) for step in steps)

    def _joined(self, loops: list[Loop]) -> list[Loop]:
        """The loops, two as one where every place in memory moves on by equal steps through both."""
        found: list[Loop] = []
        for name, size in reversed(loops):
            if found and not {name, found[0][0]} & self.numbers:
                inner, many = found[0]
                if all(index.factor(name) == index.factor(inner) * many for _, index in self.accesses):
                    found[0] = inner, size * many
                    continue
            found.insert(0, (name, size))
        return found

    def _written(self, text: str, loops: dict[str, int]) -> str:
        """A statement with the text of its places."""
        parts = text.split("\0")
        for i in range(1, len(parts), 2):
            _, index = self.accesses[int(parts[i])]
            there = [(name, factor) for name, factor in index.terms if name in loops or name in self.depends]
            terms = [name if factor == 1 else f"{factor} * {name}" for name, factor in there]
            parts[i] = " + ".join([*terms, *([str(index.constant)] if index.constant or not terms else [])])
        return "".join(parts)
