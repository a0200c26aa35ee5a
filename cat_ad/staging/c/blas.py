"""Large products of matrices by BLAS, the one that NumPy itself calls, where it is faster than `products.py`.

Which one is faster is measured once for each product: the answer is kept beside the compiled libraries, and stays the
same as long as the process lives, so that the same arguments give the same bits. BLAS runs on as many threads as it
has been set to, as in NumPy; nobody else's setting is changed. Where there is no BLAS, there is nothing to choose.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from math import inf, prod
from threading import Lock
from time import perf_counter
from typing import Any

import numpy as np

from cat_ad.objects.arrays import DType
from cat_ad.staging.c.compiler import identity, keep, passing, recalled
from cat_ad.staging.c.products import Matrix, product
from cat_ad.staging.trace.views import as_matrix

LEAST = 2**17  # multiplications: BLAS is slower for fewer
MOST = 512  # rows, terms and columns that are measured: what is faster there is taken for more of them too
SECONDS, ROUNDS = 0.01, 3  # a measurement takes at least so long, and so many turns
GAIN = 0.95  # of the time: BLAS is left alone for less
NAMES = "scipy_cblas_{}gemm64_", "cblas_{}gemm64_", "cblas_{}gemm$NEWLAPACK$ILP64", "cblas_{}gemm"
DTYPES = {"double": np.dtype(np.float64), "float": np.dtype(np.float32)}
KINDS = {dtype: kind for kind, dtype in DTYPES.items()}
ROW_MAJOR, AS_IT_IS, TRANSPOSED = "101", "111", "112"  # of CBLAS

_faster: dict[Product, bool] = {}
_lock = Lock()


@dataclass(frozen=True)
class Product:
    """A product of matrices of floats: its sizes, and which factors are transposes of what is in memory."""

    kind: str
    sizes: tuple[int, int, int]  # rows, terms and columns
    turned: tuple[bool, bool]


def product_of(dtype: DType, factors: Iterable[tuple[Sequence[int], Sequence[int]]]) -> Product | None:
    """The product of two factors of these shapes and strides; or nothing, if it is too small, or BLAS cannot read it.

    Those of a batch are one product, of more rows, if the second factor is the same for all.
    """
    (x, x_strides), (y, y_strides) = ((_matrix(shape), _matrix(strides)) for shape, strides in factors)
    one, other = as_matrix(x, x_strides), as_matrix(y, y_strides)
    *batch, rows, many = x
    rows *= prod(batch) if one and not one[0] and len(y) == 2 else 1
    kind = KINDS.get(dtype)
    if kind is None or one is None or other is None or rows * many * y[-1] < LEAST:
        return None
    return Product(kind, (min(rows, MOST), min(many, MOST), min(y[-1], MOST)), (one[0], other[0]))


def _matrix(sizes: Sequence[int]) -> tuple[int, ...]:
    """Of a vector, a row."""
    return (1, *sizes) if len(sizes) == 1 else tuple(sizes)


def call(matrices: Sequence[Matrix], sizes: tuple[int, int, int], kind: str, gemm: str) -> str:
    """The call of BLAS that makes the third matrix the product of the first two; its address is that of `gemm`."""
    (x, y, out), (rows, many, columns) = matrices, sizes
    given, factors = [ROW_MAJOR], ""
    for matrix, shape in ((x, (rows, many)), (y, (many, columns))):
        found = as_matrix(shape, (matrix.row, matrix.column))
        assert found, "it is a product_of these"
        given.append(TRANSPOSED if found[0] else AS_IT_IS)
        factors += f"{matrix.start}, {found[1]}, "
    numbers = f"{', '.join(given)}, {rows}, {columns}, {many}, 1"
    return f"((gemm_{kind} *)(uintptr_t){gemm})({numbers}, {factors}0, {out.start}, {max(out.row, columns)});"


def gemm_type(kind: str) -> str:
    """The type of the function of BLAS. On Linux its integers may be shorter, for they are passed as these are."""
    matrix = f"const {kind} *, int64_t"
    numbers = f"int, int, int, int64_t, int64_t, int64_t, {kind}"
    return f"typedef void gemm_{kind}({numbers}, {matrix}, {matrix}, {kind}, {kind} *, int64_t);\n"


@lru_cache
def gemm(kind: str) -> int | None:
    """The address of the function of BLAS that NumPy calls for products of this type; or nothing, if there is none."""
    module = sys.modules.get("numpy._core._multiarray_umath")
    names = NAMES if sys.platform == "linux" else NAMES[:-1]
    try:
        library = ctypes.CDLL(getattr(module, "__file__", ""))  # and all that it is linked to
    except OSError:
        return None
    found = (getattr(library, name.format("d" if kind == "double" else "s"), None) for name in names)
    address = next((ctypes.cast(function, ctypes.c_void_p).value for function in found if function), None)
    return address if sys.maxsize > 2**32 else None


def faster_by_blas(products: Sequence[Product], vector: int) -> list[bool]:
    """For which of these BLAS is faster than tiles of vectors of so many bytes. Raises `CompilerError`."""
    with _lock:
        new = [x for x in dict.fromkeys(products) if x not in _faster]
        names = {x: sha256(f"{x} {vector} {np.__version__} {identity()}".encode()).hexdigest() + ".way" for x in new}
        _faster.update({x: found == b"blas" for x in new if (found := recalled(names[x]))})
        unknown = [x for x in new if x not in _faster and gemm(x.kind)]
        for x, answer in zip(unknown, measured(unknown, vector), strict=True):
            _faster[x] = answer
            keep(names[x], b"blas" if answer else b"tiles")
        return [_faster.get(x, False) for x in products]


def measured(products: Sequence[Product], vector: int) -> Iterator[bool]:
    """The same, by the clock."""
    if not products:
        return
    names = [(f"tiles{at}", f"blas{at}") for at in range(len(products))]
    library = passing(_source(products, vector), sum(names, ()))
    for x, both in zip(products, names, strict=True):
        rows, many, columns = x.sizes
        dtype = DTYPES[x.kind]
        arrays = [np.ones(size, dtype) for size in (rows * many, many * columns, rows * columns, many * columns)]
        given = [ctypes.c_void_p(array.ctypes.data) for array in arrays] + [ctypes.c_void_p(gemm(x.kind))]
        least, rounds, end = [inf, inf], 0, perf_counter() + SECONDS
        while rounds < ROUNDS or perf_counter() < end:
            rounds += 1
            for at, name in enumerate(both):
                function: Any = getattr(library, name)  # Any: of C
                start = perf_counter()
                function(*given)
                least[at] = min(least[at], perf_counter() - start)
        yield least[1] < GAIN * least[0]


def _source(products: Sequence[Product], vector: int) -> str:
    """For each product two functions, by tiles, for which a transpose is copied first, and by BLAS."""
    tiles, functions = dict[str, None](), list[str]()
    for at, x in enumerate(products):
        rows, many, columns = x.sizes
        t, (left, right) = x.kind, x.turned
        first = Matrix("x", *((1, rows) if left else (many, 1)))
        second = Matrix("y", *((1, many) if right else (columns, 1)))
        copied, out = Matrix("copy", columns, 1), Matrix("out", columns, 1)
        body = []
        if right:
            rows_ = f"for (int64_t s = 0; s < {many}; s += 8) for (int64_t j = 0; j < {columns}; j++)"
            each = f"for (int64_t k = s; k < {many} && k < s + 8; k++)"
            body.append(f"{rows_} {each} copy[{columns} * k + j] = y[{many} * j + k];")
        for tile, text in product([first, copied if right else second, out], x.sizes, t, vector):
            tiles |= {tile.vector_type(): None}
            tiles |= {tile.text(): None}
            body.append(text)
        given = f"const {t} *x, const {t} *y, {t} *out, {t} *copy, char *gemm"
        functions.append(f"void tiles{at}({given}) {{ {' '.join(body)} }}\n")
        functions.append(f"void blas{at}({given}) {{ {call([first, second, out], x.sizes, t, 'gemm')} }}\n")
    kinds = dict.fromkeys(gemm_type(x.kind) for x in products)
    return "".join(["#include <stdint.h>\n", *kinds, *tiles, *functions])
