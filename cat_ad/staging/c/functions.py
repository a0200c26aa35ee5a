"""Functions in C that staged programs call: exponentials that a compiler can vectorise, and others as NumPy has them.

`exp` and `tanh` are both computed from exp(r) - 1 on a small interval: x = n log 2 + r with |r| <= log 2 / 2, where
the Taylor polynomial of exp(r) - 1 is exact to the last bit or two, and exp(x) = 2^n (1 + (exp(r) - 1)). There is no
branch and no table in them, so that a loop computes many entries at a time; with those of the C library it computes
them one by one.

In the texts, `$T` is the type of the numbers, and `$F` what names and constants of that type end with in C.

>>> print(function("sign", "double").strip())
/* -1, 0 or 1; or NaN. */
static inline double sign_double(double x) {
    return x != x ? x : (x > 0) - (x < 0);
}
"""

from __future__ import annotations

import re
from math import factorial
from string import Template

BEGIN = """#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifndef PART
#define PART static
#endif

/* The beginning of an array object of NumPy, after what all objects of Python begin with (PyArrayObject_fields). */
struct array {
    char *data;
    int axes;
    intptr_t *sizes, *strides;
    void *base, *dtype;
    int flags;
};

/* What a program is given: arrays, and numbers of Python. */
union value {
    char *object;
    double real;
    int64_t whole;
};
"""
INLINE = "\n#define EXPONENTIAL static inline\n"
APART = '\n#define EXPONENTIAL _Pragma("omp declare simd notinbranch") __attribute__((noinline)) static\n'
MANY = 300  # calls of exponentials, of which a copy at each takes a compiler longer than all else


SUFFIX = {"float": "f", "double": ""}  # of the names of functions of C, by the type of their arguments


def _taylor(f: str, most: int) -> str:
    """The polynomial of exp(r) - 1, but for a factor r, with so many terms."""
    return ";\n    p = p * r + ".join(f"1.0{f} / {factorial(k)}.0{f}" for k in range(most, 0, -1))


def _functions(text: str) -> dict[str, str]:
    """By their names."""
    return {re.findall(r"([\w${}]+)_\$T\(", part)[0]: f"\n{part.strip()}\n" for part in text.split("\n\n")}


# Of the types of floats: the integers of that size; the bits of the fraction, and what exponents are more than they
# stand for; two parts of log 2, the first with zeros at its end, so that products with it are exact; exp is 0 below
# `low`, and infinite above `high`; tanh is 1 above `one`.
FACTS = {
    "float": {
        **{"bits": "uint32_t", "signed": "int32_t", "fraction": "23", "bias": "127", "log2": "0x1.62e4p-1f"},
        **{"rest": "0x1.7f7d1cp-20f", "low": "-104.0f", "high": "89.0f", "one": "10.0f", "taylor": _taylor("f", 7)},
    },
    "double": {
        **{"bits": "uint64_t", "signed": "int64_t", "fraction": "52", "bias": "1023", "log2": "0x1.62e42fefa38p-1"},
        **{"rest": "0x1.ef35793c7673p-45", "low": "-746.0", "high": "710.0", "one": "20.0", "taylor": _taylor("", 13)},
    },
}

OF_FLOATS = _functions("""
/* 2^n, for an integer n of either sign. */
static inline $T power_of_two_$T($bits n) {
    const $bits bits = (n + $bias) << $fraction;
    $T found;
    memcpy(&found, &bits, sizeof found);
    return found;
}

/* exp(r) - 1, where x = n log 2 + r with the smallest r; a number plus `shift` is an integer, in its last bits. */
static inline $T reduced_$T($T x, $bits *n) {
    const $T shift = 0x1.8p$fraction$F, shifted = x * 0x1.71547652b82fep+0$F + shift;
    const $T rounded = shifted - shift, r = (x - rounded * $log2) - rounded * $rest;
    $bits bits, zero;
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&zero, &shift, sizeof zero);
    *n = bits - zero;
    $T p = $taylor;
    return p * r;
}

/* To about one unit in the last place; by two powers of 2, since 2^n itself may be out of range. */
EXPONENTIAL $T exp_$T($T x) {
    $bits n;
    const $T p = reduced_$T(x < $low ? $low : x > $high ? $high : x, &n);
    const $bits half = ($bits)(($signed)n >> 1);
    return (1 + p) * power_of_two_$T(half) * power_of_two_$T(n - half);
}

/* e / (e + 2) with e = exp(2 x) - 1, which is exact near 0 too. */
EXPONENTIAL $T tanh_$T($T x) {
    $bits n;
    const $T size = fabs$F(x) > $one ? $one : fabs$F(x);
    const $T p = reduced_$T(2 * size, &n), scale = power_of_two_$T(n), e = scale * p + (scale - 1);
    return copysign$F(e / (e + 2), x);
}

/* x to the power -1/2, also at zeros and infinities. */
static inline $T inverse_root_$T($T x) {
    return x == -INFINITY ? 0 : 1 / sqrt$F(x + 0);
}

/* As in Python, it has the sign of the divisor. */
static inline $T remainder_$T($T x, $T y) {
    const $T found = fmod$F(x, y);
    return found == 0 ? copysign$F(0, y) : (found < 0) != (y < 0) ? found + y : found;
}

/* The greatest integer that is not above the quotient. */
static inline $T floor_divide_$T($T x, $T y) {
    if (y == 0) return x / y;
    const $T rest = fmod$F(x, y), whole = (x - rest) / y - (rest != 0 && (y < 0) != (rest < 0));
    const $T found = floor$F(whole);
    return whole == 0 ? copysign$F(0, x / y) : whole - found > 0.5$F ? found + 1 : found;
}

/* The logarithm of the sum of two exponentials. */
static inline $T logaddexp_$T($T x, $T y) {
    if (x == y) return x + 0x1.62e42fefa39efp-1$F;
    const $T apart = x - y;
    return apart > 0 ? x + log1p$F(exp$F(-apart)) : apart <= 0 ? y + log1p$F(exp$F(apart)) : apart;
}
""")

OF_INTEGERS = _functions("""
/* Of what is divided by 0, or where C has none, 0. */
static inline $T remainder_$T($T x, $T y) {
    if (y == 0 || y == ($T)-1 && ($T)-1 < 0) return 0;
    const $T found = ($T)(x % y);
    return found != 0 && (found < 0) != (y < 0) ? ($T)(found + y) : found;
}

/* Likewise. */
static inline $T floor_divide_$T($T x, $T y) {
    if (y == 0 || y == ($T)-1 && ($T)-1 < 0) return y ? ($T)(0 - x) : 0;
    return ($T)(x / y - (x % y != 0 && (x < 0) != (y < 0)));
}

/* By squares; the exponent is not negative. */
static inline $T power_$T($T x, $T y) {
    $T found = 1;
    for (; y; y >>= 1, x = ($T)(x * x)) found = y & 1 ? ($T)(found * x) : found;
    return found;
}

/* By more bits than there are, all are gone. */
static inline $T left_shift_$T($T x, $T y) {
    return (uint64_t)y < 8 * sizeof x ? ($T)((uint64_t)x << y) : 0;
}

static inline $T right_shift_$T($T x, $T y) {
    return (uint64_t)y < 8 * sizeof x ? x >> y : x < 0 ? -1 : 0;
}
""")

EXTREME = """
/* NaN if one of them is NaN. */
static inline $T ${name}_$T($T x, $T y) {
    return x $sign y || x != x ? x : y;
}
#pragma omp declare reduction(${name}_$T : $T : omp_out = ${name}_$T(omp_out, omp_in)) \\
    initializer(omp_priv = omp_orig)
"""

# In place, by a heap (Williams 1964), where nan comes last; of indices, equal entries as they were.
HEAP = """
static inline bool ${name}_before_$T($of x, $of y$more) {
    const $T a = $a, b = $b;
    return a < b || (a == a && b != b)$equal;
}
static void ${name}_$T($of *x, int64_t step, int64_t many$more) {
    $begin
    for (int64_t top = many / 2, end = many; end > 1;) {
        const $of last = x[(end - 1) * step];
        if (top) top--;
        else x[--end * step] = *x, *x = last;
        const $of moved = x[top * step];
        int64_t at = top;
        for (int64_t below; (below = 2 * at + 1) < end; at = below) {
            below += below + 1 < end && ${name}_before_$T(x[below * step], x[(below + 1) * step]$given);
            if (!${name}_before_$T(moved, x[below * step]$given)) break;
            x[at * step] = x[below * step];
        }
        x[at * step] = moved;
    }
}
"""
ENTRIES = {"of": "$T", "more": "", "given": "", "begin": "", "a": "x", "b": "y", "equal": ""}
INDICES = {
    **{"of": "int64_t", "more": ", const $T *of, int64_t far", "given": ", of, far", "a": "of[x * far]"},
    **{"b": "of[y * far]", "equal": " || (!(b < a || (b == b && a != a)) && x < y)"},
    "begin": "for (int64_t i = 0; i < many; i++) x[i * step] = i;",
}

OF_ALL = {
    **_functions("""
/* -1, 0 or 1; or NaN. */
static inline $T sign_$T($T x) {
    return x != x ? x : (x > 0) - (x < 0);
}
"""),
    **{
        name: Template(EXTREME).safe_substitute(name=name, sign=s) for name, s in (("maximum", ">="), ("minimum", "<="))
    },
    **{
        name: Template(HEAP).safe_substitute(ways, name=name)
        for name, ways in (("sort", ENTRIES), ("argsort", INDICES))
    },
}


def function(name: str, kind: str) -> str:
    """The text of a function for numbers of this type."""
    texts = OF_ALL | (OF_FLOATS if kind in SUFFIX else OF_INTEGERS)
    return Template(texts[name]).substitute(FACTS.get(kind, {}), T=kind, F=SUFFIX.get(kind, ""))


def called_by(name: str, kind: str) -> list[str]:
    """The names of the functions here that this one calls."""
    found = re.findall(rf"(\w+)_{kind}\(", function(name, kind))
    return [other for other in dict.fromkeys(found) if other != name and other in OF_FLOATS]
