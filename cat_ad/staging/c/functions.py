"""Functions in C that staged programs call: exponentials that a compiler can vectorise, and others as NumPy has them.

`exp` and `tanh` are both computed from exp(r) - 1 on a small interval: x = n log 2 + r with |r| <= log 2 / 2, where
the Taylor polynomial of exp(r) - 1 is exact to the last bit or two, and exp(x) = 2^n (1 + (exp(r) - 1)). There is no
branch and no table in them, so that a loop computes many entries at a time; with those of the C library it computes
them one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import factorial

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


@dataclass(frozen=True)
class Kind:
    """The facts about floats, or doubles, from which exponentials are computed."""

    name: str
    suffix: str  # of functions and constants of C
    bits: str  # the unsigned integers of that size
    fraction: int  # bits of the fraction
    bias: int  # of exponents
    log2: tuple[str, str]  # two parts of log 2, the first with zeros at its end, so that products with it are exact
    range: tuple[str, str]  # exp is 0 below, and infinite above
    one: str  # tanh is 1 above
    terms: int  # of the polynomial


FLOAT = Kind("float", "f", "uint32_t", 23, 127, ("0x1.62e4p-1f", "0x1.7f7d1cp-20f"), ("-104.0f", "89.0f"), "10.0f", 7)
LOG2 = "0x1.62e42fefa38p-1", "0x1.ef35793c7673p-45"
DOUBLE = Kind("double", "", "uint64_t", 52, 1023, LOG2, ("-746.0", "710.0"), "20.0", 13)
KINDS = {kind.name: kind for kind in (FLOAT, DOUBLE)}


def exponentials(name: str) -> str:
    """The functions that `exp` and `tanh` of this type both call."""
    kind = KINDS[name]
    f = kind.suffix
    terms = [f"1.0{f} / {factorial(k)}.0{f}" for k in range(kind.terms, 0, -1)]
    polynomial = "\n".join(f"    p = p * r + {term};" for term in terms[1:])
    return f"""
/* 2^n, for an integer n of either sign. */
static inline {name} power_of_two_{name}({kind.bits} n) {{
    const {kind.bits} bits = (n + {kind.bias}) << {kind.fraction};
    {name} found;
    memcpy(&found, &bits, sizeof found);
    return found;
}}

/* exp(r) - 1, where x = n log 2 + r with the smallest r; a number plus `shift` is an integer, in its last bits. */
static inline {name} reduced_{name}({name} x, {kind.bits} *n) {{
    const {name} shift = 0x1.8p{kind.fraction}{f}, shifted = x * 0x1.71547652b82fep+0{f} + shift;
    const {name} rounded = shifted - shift, r = (x - rounded * {kind.log2[0]}) - rounded * {kind.log2[1]};
    {kind.bits} bits, zero;
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&zero, &shift, sizeof zero);
    *n = bits - zero;
    {name} p = {terms[0]};
{polynomial}
    return p * r;
}}
"""


def exp(name: str) -> str:
    """exp, to about one unit in the last place; by two powers of 2, since 2^n itself may be out of range."""
    kind = KINDS[name]
    low, high = kind.range
    return f"""
EXPONENTIAL {name} exp_{name}({name} x) {{
    {kind.bits} n;
    const {name} p = reduced_{name}(x < {low} ? {low} : x > {high} ? {high} : x, &n);
    const {kind.bits} half = ({kind.bits})(({kind.bits[1:]})n >> 1);
    return (1 + p) * power_of_two_{name}(half) * power_of_two_{name}(n - half);
}}
"""


def tanh(name: str) -> str:
    """tanh = e / (e + 2) with e = exp(2 x) - 1, which is exact near 0 too."""
    kind = KINDS[name]
    f = kind.suffix
    return f"""
EXPONENTIAL {name} tanh_{name}({name} x) {{
    {kind.bits} n;
    const {name} size = fabs{f}(x) > {kind.one} ? {kind.one} : fabs{f}(x);
    const {name} p = reduced_{name}(2 * size, &n), scale = power_of_two_{name}(n), e = scale * p + (scale - 1);
    return copysign{f}(e / (e + 2), x);
}}
"""


def inverse_root(ctype: str) -> str:
    """x to the power -1/2, also at zeros and infinities."""
    f = KINDS[ctype].suffix
    return f"""
static inline {ctype} inverse_root_{ctype}({ctype} x) {{
    return x == -INFINITY ? 0 : 1 / sqrt{f}(x + 0);
}}
"""


def extreme(name: str, ctype: str) -> str:
    """The greater, or the lesser, of two numbers; NaN if one of them is NaN."""
    sign = ">=" if name == "maximum" else "<="
    return f"""
static inline {ctype} {name}_{ctype}({ctype} x, {ctype} y) {{
    return x {sign} y || x != x ? x : y;
}}
#pragma omp declare reduction({name}_{ctype} : {ctype} : omp_out = {name}_{ctype}(omp_out, omp_in)) \\
    initializer(omp_priv = omp_orig)
"""


def sign(ctype: str) -> str:
    """-1, 0 or 1; or NaN."""
    return f"""
static inline {ctype} sign_{ctype}({ctype} x) {{
    return x != x ? x : (x > 0) - (x < 0);
}}
"""


def remainder(ctype: str) -> str:
    """As in Python, it has the sign of the divisor; but of an integer and 0 it is 0."""
    if ctype in KINDS:
        f = KINDS[ctype].suffix
        body = f"""    const {ctype} found = fmod{f}(x, y);
    return found == 0 ? copysign{f}(0, y) : (found < 0) != (y < 0) ? found + y : found;"""
    else:
        body = f"""    if (y == 0 || y == ({ctype})-1 && ({ctype})-1 < 0) return 0; /* where C has none */
    const {ctype} found = ({ctype})(x % y);
    return found != 0 && (found < 0) != (y < 0) ? ({ctype})(found + y) : found;"""
    return f"""
static inline {ctype} remainder_{ctype}({ctype} x, {ctype} y) {{
{body}
}}
"""


def floor_divide(ctype: str) -> str:
    """The greatest integer that is not above the quotient; of an integer and 0 it is 0."""
    if ctype in KINDS:
        f = KINDS[ctype].suffix
        body = f"""    if (y == 0) return x / y;
    const {ctype} rest = fmod{f}(x, y), whole = (x - rest) / y - (rest != 0 && (y < 0) != (rest < 0));
    const {ctype} found = floor{f}(whole);
    return whole == 0 ? copysign{f}(0, x / y) : whole - found > 0.5{f} ? found + 1 : found;"""
    else:
        body = f"""    if (y == 0 || y == ({ctype})-1 && ({ctype})-1 < 0) return y ? ({ctype})(0 - x) : 0;
    return ({ctype})(x / y - (x % y != 0 && (x < 0) != (y < 0)));"""
    return f"""
static inline {ctype} floor_divide_{ctype}({ctype} x, {ctype} y) {{
{body}
}}
"""


def power(ctype: str) -> str:
    """Of integers, by squares; the exponent is not negative."""
    return f"""
static inline {ctype} power_{ctype}({ctype} x, {ctype} y) {{
    {ctype} found = 1;
    for (; y; y >>= 1, x = ({ctype})(x * x)) found = y & 1 ? ({ctype})(found * x) : found;
    return found;
}}
"""


def logaddexp(ctype: str) -> str:
    """The logarithm of the sum of two exponentials."""
    f = KINDS[ctype].suffix
    return f"""
static inline {ctype} logaddexp_{ctype}({ctype} x, {ctype} y) {{
    if (x == y) return x + 0x1.62e42fefa39efp-1{f};
    const {ctype} apart = x - y;
    return apart > 0 ? x + log1p{f}(exp{f}(-apart)) : apart <= 0 ? y + log1p{f}(exp{f}(apart)) : apart;
}}
"""


def shift(name: str, ctype: str) -> str:
    """By more bits than there are, all are gone."""
    left = name == "left_shift"
    beyond, found = ("0", f"({ctype})((uint64_t)x << y)") if left else ("x < 0 ? -1 : 0", "x >> y")
    return f"""
static inline {ctype} {name}_{ctype}({ctype} x, {ctype} y) {{
    return (uint64_t)y < 8 * sizeof x ? {found} : {beyond};
}}
"""


def sort(name: str, ctype: str) -> str:
    """In place, by a heap (Williams 1964), where nan comes last; of indices, equal entries as they were."""
    of, more, begin, both = ctype, "", "", "const T a = x, b = y;"
    if name == "argsort":
        of, more = "int64_t", f", const {ctype} *of, int64_t far"
        begin = "for (int64_t i = 0; i < many; i++) x[i * step] = i;"
        both = "const T a = of[x * far], b = of[y * far];"
    less, more_less = (
        "(a < b || (a == a && b != b))",
        " || (!(b < a || (b == b && a != a)) && x < y)" * (name != "sort"),
    )
    both = both.replace("T", ctype)
    given = more.replace(f"const {ctype} *", "").replace("int64_t ", "")
    return f"""
static inline bool {name}_before_{ctype}({of} x, {of} y{more}) {{
    {both}
    return {less}{more_less};
}}
static void {name}_{ctype}({of} *x, int64_t step, int64_t many{more}) {{
    {begin}
    for (int64_t top = many / 2, end = many; end > 1;) {{
        const {of} last = x[(end - 1) * step];
        if (top) top--;
        else x[--end * step] = *x, *x = last;
        const {of} moved = x[top * step];
        int64_t at = top;
        for (int64_t below; (below = 2 * at + 1) < end; at = below) {{
            below += below + 1 < end && {name}_before_{ctype}(x[below * step], x[(below + 1) * step]{given});
            if (!{name}_before_{ctype}(moved, x[below * step]{given})) break;
            x[at * step] = x[below * step];
        }}
        x[at * step] = moved;
    }}
}}
"""


FUNCTIONS: dict[str, Callable[[str], str]] = {
    **{f.__name__: f for f in (exp, tanh, inverse_root, sign, remainder, floor_divide, power, logaddexp)},
    **{name: partial(extreme, name) for name in ("maximum", "minimum")},
    **{name: partial(sort, name) for name in ("sort", "argsort")},
    **{name: partial(shift, name) for name in ("left_shift", "right_shift")},
}
