"""Operations on numbers, as expressions of C, by the rules of NumPy for zeros, infinities and integers.

Only what NumPy leaves to the machine may differ: which of 0.0 and -0.0 is the greater one, and which integer a float
becomes that is out of the range of the type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from cat_ad.objects.arrays import DType
from cat_ad.staging.c.functions import SUFFIX, called_by, function
from cat_ad.staging.c.lowering import refuse
from cat_ad.staging.trace.lines import Argument, Line, Sample

CTYPES = {
    **{name: f"{name}_t" for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")},
    **{"bool": "bool", "float32": "float", "float64": "double"},
}
DTYPES = {kind: np.dtype(name) for name, kind in CTYPES.items()}
KINDS = {dtype: kind for kind, dtype in DTYPES.items()}
NUMBER_TYPES = {bool: "bool", int: "int64_t", float: "double"}


def is_in_c(dtype: DType) -> bool:
    """Has C a type of such numbers?"""
    return dtype in KINDS and dtype.isnative


def ctype(x: Argument) -> str:
    """The type in C of the entries of an array. Raises `StagingError` if there is none."""
    dtype = (x.sample if isinstance(x, Line) else x).dtype
    if not is_in_c(dtype):
        raise refuse(f"an array of {dtype}", x if isinstance(x, Line) else None)
    return KINDS[dtype]


def number(x: float) -> str:
    """A number of Python as a constant of C.

    >>> number(-2), number(0.1), number(float("inf"))
    ('(-2)', '0.1', 'INFINITY')
    """
    if isinstance(x, bool | int):
        large = "INT64_MIN" if x == -(2**63) else f"UINT64_C({x})" if x >= 2**63 else f"INT64_C({x})"
        text = str(int(x)) if -(2**31) < x < 2**31 else large
    elif x != x:
        text = "NAN"
    else:
        text = repr(x).replace("inf", "INFINITY")
    return f"({text})" if text.startswith("-") else text


def literal(x: Sample) -> str:
    """A number of NumPy as a constant of C.

    >>> literal(np.float32(0.1)), literal(np.float64(0.1)), literal(np.True_)
    ('0.1f', '0.1', '1')
    """
    if x.dtype != np.float32 or not np.isfinite(x):
        return number(x.item())
    return f"({x!s}f)" if np.signbit(x) else f"{x!s}f"


def neutral(line: Line, kind: str) -> str:
    """The number with which a reduction starts."""
    found = line.row.start
    if found not in ("lowest", "highest"):
        return found
    if kind in SUFFIX:
        return "-INFINITY" if found == "lowest" else "INFINITY"
    info: Any = (False, True) if kind == "bool" else np.iinfo(DTYPES[kind])  # Any: of integers
    return number(info[found == "highest"] if kind == "bool" else int(info.min if found == "lowest" else info.max))


def computed_in(line: Line) -> str:
    """The type in which an elementwise line is computed. Raises `StagingError` if no type in C has all values."""
    found = line.row.computed
    return "bool" if found == "bool" else compared_in(line) if found == "arguments" else ctype(line)


def compared_in(line: Line) -> str:
    """The type in which entries are compared. Raises `StagingError` if no type in C has all their values."""
    samples = [argument.sample if isinstance(argument, Line) else argument for argument in line.arguments]
    types = [getattr(sample, "dtype", sample) for sample in samples]
    found = np.result_type(*types)
    are_whole = found.kind != "b" and all(np.asarray(sample).dtype.kind in "biuO" for sample in samples)
    if are_whole:  # an integer of Python takes the dtype of the other, and may not fit
        types = [_holding(argument, given, found) for argument, given in zip(line.arguments, types, strict=True)]
        found = np.result_type(*types)
    if found.name not in CTYPES or (are_whole and found.kind == "f"):
        raise refuse(f"a comparison of {' and '.join(map(str, types))}", line)
    return CTYPES[found.name]


def _holding(argument: Argument, given: Any, dtype: DType) -> Any:  # Any: a dtype or a number, and dtypes
    """The dtype of what is compared; for an integer of Python, this one if every value that it may have fits."""
    if isinstance(given, np.dtype):
        return given
    is_small = not isinstance(argument, Line) and np.iinfo(dtype).min <= given <= np.iinfo(dtype).max
    return dtype if is_small else np.dtype(np.int64 if -(2**63) <= given < 2**63 else np.object_)


class Functions:
    """Writes operations in C, and keeps the functions that they call."""

    def __init__(self) -> None:
        """None yet."""
        self.texts: dict[str, str] = {}
        self.exponentials = 0  # calls of these

    def ours(self, name: str, kind: str) -> str:
        """The name of a function of our own."""
        called = f"{name}_{kind}"
        self.exponentials += name in ("exp", "tanh")
        if called not in self.texts:
            for other in called_by(name, kind):
                self.ours(other, kind)
            self.texts[called] = function(name, kind)
        return called

    def of_library(self, name: str, kind: str, many: int) -> str:
        """The name of a function of <math.h>; if there is none with so many arguments, the source does not compile."""
        name = f"{name}{SUFFIX[kind]}"
        takes = ", ".join([kind] * many)
        has = f"_Generic(&{name}, {kind} (*)({takes}): 1, default: 0)"
        self.texts[name] = f'_Static_assert({has}, "wanted {kind} {name}({takes}) in <math.h>");\n'
        return name

    def filled(self, template: str, kind: str, values: Sequence[str]) -> str:
        """A template of the table, in numbers of one type."""
        for name, end in re.findall(r"(\w+)\{([tf])\}", template):
            if end == "t":
                self.ours(name.removesuffix("_"), kind)
            else:
                self.of_library(name, kind, len(values))
        return template.format(t=kind, f=SUFFIX.get(kind, ""), **dict(zip("xyz", values, strict=False)))

    def operation(self, line: Line, kind: str, values: Sequence[str]) -> str:
        """An entry of a line, computed of numbers of this type. Raises `StagingError` where C has no words for it.

        C computes with larger integers, and the cast to the type wraps around, as NumPy does.
        """
        template = line.row.in_c(DTYPES[kind].kind)
        if not template:
            raise refuse(f"{line.operation} of {kind.removesuffix('_t')}", line)
        text = self.filled(template, kind, values)
        return text if kind in SUFFIX or line.row.computed != "result" else f"({kind})({text})"
