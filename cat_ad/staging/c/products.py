"""Products of matrices in C, by tiles: each is a few rows by one or two vectors, with its sums in registers.

The columns of a tile are one after the other in memory. Where the columns of a matrix do not fill the last vector, it
overlaps the one before it, so that no columns are left over. Rows are divided evenly among the tiles. A long sum is a
sum of sums of `TERMS` terms each, since rounding grows with the length of a sum: all tiles add so many terms before one
adds more, so that the rows of the factors that they share are still in the caches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

SIZES = {"float": 4, "double": 8} | {f"{u}int{bits}_t": bits // 8 for u in ("", "u") for bits in (8, 16, 32, 64)}
TERMS = 256
ROWS = {64: 8, 32: 6, 16: 4}  # of a tile, by the bytes of a vector: as many as the registers hold


@dataclass(frozen=True)
class Matrix:
    """A matrix in memory: where it begins, as an expression of C, and the steps to the next row and the next column."""

    start: str
    row: int
    column: int

    def at(self, row: str, column: str = "0") -> str:
        """Where an entry is."""
        terms = [self.start]
        for step, place in ((self.row, row), (self.column, column)):
            if place != "0" and step:
                terms.append(place if step == 1 else f"{step} * ({place})")
        return " + ".join(terms)


@dataclass(frozen=True)
class Tile:
    """A part of a product of matrices, of some rows by one or two vectors; or of what is added to it (`is_more`)."""

    ctype: str
    rows: int
    vectors: int
    lanes: int
    is_more: bool = False

    @property
    def name(self) -> str:
        """Of its function."""
        return f"tile_{self.ctype}_{self.rows}x{self.vectors}x{self.lanes}{'_more' * self.is_more}"

    @property
    def vector(self) -> str:
        """The type of a vector, which may begin anywhere."""
        return f"{self.ctype}{self.lanes}" if self.lanes > 1 else self.ctype

    def vector_type(self) -> str:
        """Its definition."""
        if self.lanes == 1:
            return ""
        size = SIZES[self.ctype]
        attributes = f"vector_size({size * self.lanes}), aligned({size}), may_alias"
        return f"typedef {self.ctype} {self.vector} __attribute__(({attributes}));\n"

    def text(self) -> str:
        """Its function: the second vector of each row begins `second` entries after the first.

        Of single columns it is compiled apart from its calls. Where a compiler knows how many terms there are, it may
        multiply many at once and add them one by one, which is rounded twice; and elsewhere once.
        """
        t, v = self.ctype, self.vector
        columns = range(self.vectors)
        starts = ["", " + second"]
        zero = "0" if self.lanes == 1 else "{0}"
        sums = ", ".join(f"c{row}{column} = {zero}" for row in range(self.rows) for column in columns)
        loads = ", ".join(f"b{column} = *(const {v} *)(b{starts[column]})" for column in columns)
        adds = "\n".join(
            f"        const {t} a{row} = a[{row} * a_row]; "
            + " ".join(f"c{row}{column} += a{row} * b{column};" for column in columns)
            for row in range(self.rows)
        )
        places = [
            [(f"c{row}{c}", f"*({v} *)(out + {row} * out_row{starts[c]})") for c in columns] for row in range(self.rows)
        ]
        stores = "\n".join(
            "    "
            + "".join(f"{found} += {place}; " for found, place in row if self.is_more)  # all, before one is overwritten
            + " ".join(f"{place} = {found};" for found, place in row)
            for row in places
        )
        apart = "__attribute__((noinline, noipa)) " * (self.lanes == 1)
        return f"""
{apart}static void {self.name}(int64_t many, const {t} *a, int64_t a_row, int64_t a_step, const {t} *b, int64_t b_step,
                        int64_t second, {t} *restrict out, int64_t out_row) {{
    {v} {sums};
    for (int64_t k = 0; k < many; k++, a += a_step, b += b_step) {{
        const {v} {loads};
{adds}
    }}
{stores}
}}
"""


def product(
    matrices: Sequence[Matrix], sizes: tuple[int, int, int], kind: str, vector: int
) -> Iterator[tuple[Tile, str]]:
    """The calls of tiles that make the third matrix the product of the first two; for vectors of so many bytes.

    `sizes` are the rows of the first, its columns, and those of the second.
    """
    (x, y, out), (rows, many, columns) = matrices, sizes
    lanes = vector // SIZES.get(kind, vector)  # there are no vectors of truth values
    while lanes > columns:
        lanes //= 2
    for top, count, height in row_tiles(rows, ROWS[vector]):
        for start, wide, times in column_tiles(-(-columns // lanes)):
            tile = Tile(kind, height, wide, lanes)
            left = min(start * lanes, columns - lanes)
            second = min(start * lanes + lanes, columns - lanes) - left
            row, column, loops = str(top), str(left), ""
            if times > 1:
                column, loops = f"{wide * lanes} * j", f"for (int64_t j = 0; j < {times}; j++) "
            if count > 1:
                row = f"{height} * i + {top}" if top else f"{height} * i"
                loops += f"for (int64_t i = 0; i < {count}; i++) "
            places = f"{second}, {out.at(row, column)}, {out.row}"
            factors = f"{x.at(row)}, {x.row}, {x.column}, {y.at('0', column)}, {y.row}"
            yield tile, f"{loops}{tile.name}({min(many, TERMS)}, {factors}, {places});"
            if many > TERMS:
                more = replace(tile, is_more=True)
                loops = f"for (int64_t k = {TERMS}; k < {many}; k += {TERMS}) {loops}"
                terms = f"k + {TERMS} < {many} ? {TERMS} : {many} - k"
                factors = f"{x.at(row, 'k')}, {x.row}, {x.column}, {y.at('k', column)}, {y.row}"
                yield more, f"{loops}{more.name}({terms}, {factors}, {places});"


def row_tiles(rows: int, most: int) -> Iterator[tuple[int, int, int]]:
    """Where tiles begin, how many there are, and how high they are: as high as one another, or nearly.

    >>> list(row_tiles(27, 8))
    [(0, 3, 7), (21, 1, 6)]
    """
    low, higher = divmod(rows, -(-rows // most))
    if higher:
        yield 0, higher, low + 1
    yield higher * (low + 1), -(-rows // most) - higher, low


def column_tiles(vectors: int) -> Iterator[tuple[int, int, int]]:
    """The first vector of tiles, how many vectors each has, and how many there are; the last one by itself.

    >>> list(column_tiles(8)), list(column_tiles(3))
    ([(0, 2, 3), (6, 2, 1)], [(0, 2, 1), (2, 1, 1)])
    """
    pairs = (vectors - 1) // 2
    if pairs:
        yield 0, 2, pairs
    yield 2 * pairs, vectors - 2 * pairs, 1
