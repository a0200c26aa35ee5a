"""Operations on numbers, as expressions of C, by the rules of NumPy for zeros, infinities and integers.

Only what NumPy leaves to the machine may differ: which of 0.0 and -0.0 is the greater one, and which integer a float
becomes that is out of the range of the type.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cat_ad.objects.arrays import DType
from cat_ad.staging.c.functions import FUNCTIONS, exponentials
from cat_ad.staging.c.lowering import only_number, refuse
from cat_ad.staging.c.names import names_in_c
from cat_ad.staging.trace.lines import Argument, Line, Sample

CTYPES = {
    **{name: f"{name}_t" for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")},
    **{"bool": "bool", "float32": "float", "float64": "double"},
}
DTYPES = {kind: np.dtype(name) for name, kind in CTYPES.items()}
KINDS = {dtype: kind for kind, dtype in DTYPES.items()}
NUMBER_TYPES = {bool: "bool", int: "int64_t", float: "double"}
SUFFIX = {"float": "f", "double": ""}  # of the names of functions of C, by the type of their arguments

INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "bitwise_and": "&", "bitwise_or": "|"}
COMPARE = {"greater": ">", "greater_equal": ">=", "less": "<", "less_equal": "<=", "equal": "==", "not_equal": "!="}
LOGIC = {"logical_and": "&&", "logical_or": "||"}


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


def lowest(operation: str, kind: str) -> str:
    """The number with which a reduction starts."""
    if operation in ("sum", "prod"):
        return "0" if operation == "sum" else "1"
    if kind in SUFFIX:
        return "-INFINITY" if operation == "max" else "INFINITY"
    if kind == "bool":
        return "0" if operation == "max" else "1"
    name = kind.removesuffix("_t").upper()
    return f"{name}_MAX" if operation == "min" else "0" if name.startswith("U") else f"{name}_MIN"


def computed_in(line: Line) -> str:
    """The type in which an elementwise line is computed. Raises `StagingError` if no type in C has all values."""
    if line.operation in COMPARE:
        return compared_in(line)
    return "bool" if line.operation in (*LOGIC, "logical_not") else ctype(line)


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
            if name in ("exp", "tanh"):
                self.texts[f"exponentials_{kind}"] = exponentials(kind)
            self.texts[called] = FUNCTIONS[name](kind)
        return called

    def of_library(self, name: str, kind: str, many: int) -> str:
        """The name of a function of <math.h>; if there is none with so many arguments, the source does not compile."""
        name = f"{name}{SUFFIX[kind]}"
        takes = ", ".join([kind] * many)
        has = f"_Generic(&{name}, {kind} (*)({takes}): 1, default: 0)"
        self.texts[name] = f'_Static_assert({has}, "wanted {kind} {name}({takes}) in <math.h>");\n'
        return name

    def operation(self, line: Line, kind: str, values: list[str]) -> str:
        """An operation on numbers of one type; the result has the type of the line. Raises `StagingError`."""
        x, operation = values[0], line.operation
        if operation in COMPARE:
            return f"{x} {COMPARE[operation]} {values[1]}"
        if operation in LOGIC:
            return f"{x} {LOGIC[operation]} {values[1]}"
        if operation == "logical_not" or (operation == "invert" and kind == "bool"):
            return f"!{x}"
        if operation == "where":
            return f"{x} ? {values[1]} : {values[2]}"
        if operation in ("astype", "copy", "positive"):
            return x
        if operation in ("maximum", "minimum", "sign", "remainder"):
            return f"{self.ours(operation, kind)}({', '.join(values)})"
        return self._of_floats(line, kind, values) if kind in SUFFIX else self._of_integers(line, kind, values)

    def _of_floats(self, line: Line, kind: str, values: list[str]) -> str:
        x, operation = values[0], line.operation
        if operation in INFIX:
            return f"{x} {INFIX[operation]} {values[1]}"
        if operation in ("exp", "tanh"):
            return f"{self.ours(operation, kind)}({x})"
        name = names_in_c.of(operation)
        if name is not None:
            return f"{self.of_library(name, kind, len(values))}({', '.join(values)})"
        if operation == "power":
            return self._power(line, kind, values)
        quick = {"negative": f"-{x}", "square": f"{x} * {x}", "reciprocal": f"1 / {x}"}
        quick["absolute"] = f"fabs{SUFFIX[kind]}({x})"
        if operation not in quick:
            raise refuse(f"{operation} of {kind}", line)
        return quick[operation]

    def _power(self, line: Line, kind: str, values: list[str]) -> str:
        exponent = line.arguments[1]
        constant = None if isinstance(exponent, Line) else only_number(np.asarray(exponent))
        if constant == -0.5:
            return f"{self.ours('inverse_root', kind)}({values[0]})"
        if constant == 3:
            return f"{values[0]} * {values[0]} * {values[0]}"
        return f"pow{SUFFIX[kind]}({', '.join(values)})"

    def _of_integers(self, line: Line, kind: str, values: list[str]) -> str:
        """C computes with larger integers, and the cast to the type wraps around, as NumPy does."""
        x, operation = values[0], line.operation
        if operation in INFIX and operation != "divide":
            return f"({kind})({x} {INFIX[operation]} {values[1]})"
        found = {
            "negative": f"-{x}",
            "square": f"({x} * {x})",
            "invert": f"~{x}",
            "absolute": f"({x} < 0 ? -{x} : {x})",
        }
        if operation not in found:
            raise refuse(f"{operation} of {kind.removesuffix('_t')}", line)
        return f"({kind}){found[operation]}"
