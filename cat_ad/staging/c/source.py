"""A program as C: loops over contiguous arrays, with all sizes written out, and the arrow that each came from.

>>> import numpy as np
>>> from cat_ad.staging.trace.program import traced
>>> from cat_ad.staging.trace.trees import flatten
>>> leaves, form = flatten((np.zeros((2, 3)), 0.1))
>>> writer = Writer(traced(lambda x, rate: rate * np.sin(x.T), form, leaves), frozenset(), vector=32)
>>> print(writer.source().partition("/* <lambda>: ")[2])
multiply [3, 2] */
    {
        for (int64_t i0 = 0; i0 < 3; i0++) {
            #pragma omp simd
            for (int64_t i1 = 0; i1 < 2; i1++) {
                const double v1 = sin(x0[i0 + 3 * i1]);
                const double v2 = x1 * v1;
                t2[2 * i0 + i1] = v2;
            }
        }
    }
    return 0;
}
<BLANKLINE>
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cat_ad.staging.c.blas import Product, gemm_type
from cat_ad.staging.c.blocks import Blocks, Unit, pointer, spoken
from cat_ad.staging.c.callbacks import call_back
from cat_ad.staging.c.compiler import UNIT
from cat_ad.staging.c.entries import Names
from cat_ad.staging.c.functions import APART, BEGIN, INLINE, MANY
from cat_ad.staging.c.kernels import Kernel, Kernels
from cat_ad.staging.c.lowering import lowered, no_blas
from cat_ad.staging.c.memory import Buffers
from cat_ad.staging.c.operations import NUMBER_TYPES
from cat_ad.staging.trace.bodies import Program
from cat_ad.staging.trace.lines import Line

IN_ORDER, ALIGNED, WRITABLE = 0x1, 0x100, 0x400  # flags of arrays of NumPy
PART = 500  # lines of a function
NAMES = "memory", "constants", "arrays", "values"
TAKEN = "char *memory", "char *const *constants", "const union value *values"
GIVEN = *TAKEN[:2], "char *const *arrays", TAKEN[2]


class Writer:
    """Writes the C of a program. Raises `StagingError` for what C cannot express."""

    def __init__(
        self,
        program: Program,
        donated: frozenset[Line],
        vector: int,
        by_blas: Callable[[Sequence[Product]], Sequence[bool]] = no_blas,
        over: Sequence[Line | None] | None = None,
        threads: int = 1,
    ) -> None:
        """For vectors of so many bytes; results may be written to `donated` arguments. For `by_blas` see `lowered`.

        If `over` is given, each result is an array of the caller, and may be written over this argument only.
        """
        are_apart = over is not None
        self.program = lowered(program, by_blas, are_apart)
        call_back(self.program)
        self.unit = Unit(vector, threads)
        self.kernels = Kernels(self.program)
        names = {line: f"x{i}" for i, line in enumerate(program.inputs)}
        names |= {line: f"{'n' if line.is_number else 't'}{i}" for i, line in enumerate(self.program.lines)}
        self.names = Names(self.kernels, names)
        states, over = 0 if are_apart else None, tuple(over or ())
        self.memory = memory = Buffers(self.program, donated, states, over, kernels=self.kernels)
        self.blocks = Blocks(self.names, self.unit, memory)
        in_c = (reads.everywhere for kernel, reads in memory.reads.items() if kernel.kind != "call")
        read = frozenset[Line]().union(*in_c)
        given = frozenset(memory.given.values())
        self.arguments = [line for line in program.inputs if line in read - given]
        self.fresh = [line for line in self.program.lines if memory.is_returned(line) and line not in memory.given]
        self.written = [*(line for line in program.inputs if line in given), *self.fresh]  # in arrays of the caller
        self.stretches: dict[str, list[list[str]]] = {}  # blocks between calls of Python, by the names of functions
        self.steps: list[str | Kernel] = []  # the names of these functions, and the calls, in order
        for kernel, block in zip(self.kernels.order, self.blocks.texts, strict=True):
            if kernel.kind == "call":
                self.steps.append(kernel)
                continue
            if not self.steps or isinstance(self.steps[-1], Kernel):
                self.steps.append(f"staged{len(self.stretches) or ''}")
            name = self.steps[-1]
            assert isinstance(name, str)
            self.stretches.setdefault(name, []).append(block)
        if not self.steps:
            self.steps, self.stretches = ["staged"], {"staged": []}

    @property
    def failures(self) -> list[str]:
        """The error message of each check; the first has the code 1."""
        return [
            f"index is out of bounds for an axis of size {size} (in {line.origin})"
            for _, size, line in self.unit.checked
        ]

    def source(self) -> str:
        """The source of the library: its function `staged` returns 0, or the code of the check that failed.

        It returns -1 for arrays that are not contiguous. After each call of Python, it goes on in another function, of
        the same arguments.
        """
        checks = self._checks()
        functions = [self.function(f"int {name}", blocks, TAKEN, checks) for name, blocks in self.stretches.items()]
        return "".join([BEGIN, *self.helpers, *functions])

    @property
    def helpers(self) -> list[str]:
        """What the functions call, each after what it needs."""
        vectors = dict.fromkeys(tile.vector_type() for tile in self.unit.tiles)
        tiles = (tile.text() for tile in self.unit.tiles)
        exponentials = self.names.functions.exponentials
        return [
            APART if exponentials > MANY else INLINE if exponentials else "",
            *self.names.functions.texts.values(),
            "\n" * bool(vectors or self.unit.blas),
            *map(gemm_type, self.unit.blas),
            *vectors,
            *tiles,
        ]

    def function(
        self,
        head: str,
        blocks: Sequence[list[str]],
        parameters: Sequence[str] = GIVEN,
        before: Sequence[str] = (),
    ) -> str:
        """A function of these blocks, which begins with the statements `before`.

        A long one is divided, since compilers take more than twice as long for twice the length.
        """
        parts = [*self._parts(blocks)]
        if len(parts) == 1:
            return UNIT + definition(head, parameters, [*before, *parts[0]])
        names = [f"{head.split()[-1]}_part{at}" for at in range(len(parts))]
        heads = [f"PART int {name}" for name in names]
        found = [UNIT + definition(its, GIVEN, part) for its, part in zip(heads, parts, strict=True)]
        found += [UNIT, *(f"{its}({', '.join(GIVEN)});\n" for its in heads)]
        calls = [f"if ((code = {name}({', '.join(NAMES)}))) return code;" for name in names]
        return "".join([*found, definition(head, parameters, [*before, "int code;", *calls, "return 0;"])])

    def _parts(self, blocks: Sequence[list[str]]) -> Iterator[list[str]]:
        """The statements, in parts of about `PART` lines, each after the pointers that it speaks of."""
        pointers, blocks = self._pointers(), [*blocks[::-1]]
        while True:
            part = list[str]()
            while blocks and len(part) < PART:
                part += blocks.pop()
            yield spoken(pointers, [*part, "return 0;"])
            if not blocks:
                return

    def _checks(self) -> list[str]:
        """Pointers to the entries of the arrays, if they are contiguous."""
        many, written = len(self.arguments), len(self.written)
        if not many + written:
            return []
        return [
            f"char *arrays[{many + written}];",
            f"for (int64_t i = 0; i < {many + written}; i++) {{",
            f"    const struct array *const array = (struct array *)(values[i].object + {object.__basicsize__});",
            f"    const int flags = i < {many} ? {IN_ORDER | ALIGNED} : {IN_ORDER | ALIGNED | WRITABLE};",
            "    if ((array->flags & flags) != flags) return -1;",
            "    arrays[i] = array->data;",
            "}",
        ]

    def _pointers(self) -> list[tuple[str, str]]:
        """The names of arrays and numbers, each with its definition, which may speak of those before it."""
        names, found = self.names, list[tuple[str, str]]()
        for at, line in enumerate((*self.arguments, *self.written)):
            const = "const " * (at < len(self.arguments))
            found.append((names.of[line], pointer(names.of[line], line, f"arrays[{at}]", const)))
        for at, (name, x) in enumerate(names.constants.values()):
            found.append((name, pointer(name, x, f"constants[{at}]", "const ")))
        for at, (line, name) in enumerate(names.numbers.items(), len(found) - len(names.constants)):
            kind = NUMBER_TYPES[type(line.sample)]
            found.append((name, f"const {kind} {name} = values[{at}].{'real' if kind == 'double' else 'whole'};"))
        return found + self.blocks.places("memory")


def definition(head: str, parameters: Sequence[str], body: Sequence[str]) -> str:
    """A function of C."""
    text = "\n".join(f"    {line}" for line in body)
    return f"\n{head}({', '.join(parameters)}) {{\n{text}\n}}\n"
