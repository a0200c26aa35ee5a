"""The words of calculations, each with its kind, after Elliott 2018.

>>> f, a = variables("f a")
>>> D(exl)(a), D_plus(f)(a), crossI(entry(a)), exl[Cont], dot(a) @ jam
(D exl a, D⁺ f a, crossI aᵢ, exl_Cont, dot a ∘ jam)
"""

from __future__ import annotations

from cat_ad.calculations.kinds import (
    DIFFERENTIABLE,
    DUAL,
    FUNCTIONS,
    LINEAR,
    NUMBERS,
    UNIT,
    Kind,
    Unknown,
    arrows,
    indexed,
    matrices,
)
from cat_ad.calculations.terms import (
    Operator,
    Term,
    Variable,
    families,
    identity,
    infix,
    linear_families,
    linear_variables,
    operator_of,
    prefix,
    suffix,
    variables,
    word,
)

__all__ = [
    "Arrow", "Begin", "Cont", "D", "D_plus", "Differentiable", "Dual", "R", "adjoint", "as_dual", "begin",
    "constant", "cont", "cos", "crossI", "dot", "dual", "dup", "each", "entry", "exI", "exl", "exp", "exr",
    "families", "forkI", "gradient", "identity", "inI", "inl", "inner", "inr", "it", "jam", "jamI", "joinI",
    "linear_families", "linear_variables", "matvec", "mul", "negate", "outer", "replI", "scale", "sin", "ti",
    "transposed", "undot", "variables", "zero",
]  # fmt: skip

_a, _b, _c, _k, _r = (Unknown() for _ in range(5))

# Structure, of any category that has it (section 4)
exl = word("exl", arrows(_k, _a * _b, _a))
exr = word("exr", arrows(_k, _a * _b, _b))
dup = word("dup", arrows(_k, _a, _a * _a))
it = word("it", arrows(_k, _a, UNIT))
inl = word("inl", arrows(_k, _a, _a * _b))
inr = word("inr", arrows(_k, _b, _a * _b))
jam = word("jam", arrows(_k, _a * _a, _a))
ti = word("ti", arrows(_k, UNIT, _a))
zero = word("0", _a)  # an arrow, or a point
scale = prefix("scale", NUMBERS, arrows(_k, NUMBERS, NUMBERS))
negate = word("negate", arrows(_k, NUMBERS, NUMBERS))

# Numbers (section 4.6)
mul = word("mul", arrows(FUNCTIONS, NUMBERS * NUMBERS, NUMBERS))
sin = word("sin", arrows(FUNCTIONS, NUMBERS, NUMBERS))
cos = word("cos", arrows(FUNCTIONS, NUMBERS, NUMBERS))
exp = word("exp", arrows(FUNCTIONS, NUMBERS, NUMBERS))
constant = prefix("const", _a, arrows(FUNCTIONS, _b, _a))
inner = word("inner", arrows(FUNCTIONS, _a * _a, NUMBERS))  # dot of the paper, of a pair

# Derivatives: of f: A → B at a: A; and the value with the derivative, as an arrow of the category D (sections 2 and 4)
D = prefix("D", arrows(FUNCTIONS, _a, _b), arrows(FUNCTIONS, _a, arrows(LINEAR, _a, _b)))
D_plus = prefix("D⁺", arrows(FUNCTIONS, _a, _b), arrows(DIFFERENTIABLE, _a, _b))
gradient = prefix("∇", arrows(FUNCTIONS, _a, NUMBERS), arrows(FUNCTIONS, _a, _a))
R = prefix("R", arrows(FUNCTIONS, _a, _b), arrows(FUNCTIONS, _a * _b, _a))  # the reverse derivative, as a function

# Linear maps by what they do to others (sections 12 to 14)
cont = prefix("cont", arrows(LINEAR, _a, _b), arrows(Kind("Cont", (_r,)), _a, _b))
begin = prefix("begin", arrows(LINEAR, _a, _b), arrows(Kind("Begin", (_r,)), _a, _b))
as_dual = prefix("asDual", arrows(Kind("Cont", (NUMBERS,)), _a, _b), arrows(DUAL, _a, _b))
dual = prefix("dual", arrows(LINEAR, _b, _a), arrows(DUAL, _a, _b))
adjoint = suffix("†", arrows(LINEAR, _a, _b), arrows(_k, _b, _a))  # a linear map, turned around
dot = word("dot", arrows(FUNCTIONS, _a, arrows(LINEAR, _a, NUMBERS)))
undot = word("dot⁻¹", arrows(FUNCTIONS, arrows(LINEAR, _a, NUMBERS), _a))


# Categories: exl[Cont] is the word of that one, and variables("f", of=Cont) an arrow of it; Arrow is of any
def _of(category: Kind, name: str) -> Operator:
    return suffix(f"_{name}", arrows(category, _a, _b), arrows(category, _a, _b))


Cont = _of(Kind("Cont", (_r,)), "Cont")
Begin = _of(Kind("Begin", (_r,)), "Begin")
Dual = _of(DUAL, "Dual")
Differentiable = _of(DIFFERENTIABLE, "D")
Arrow = _of(_k, "")

# Families (section 15): of arrows one for each i, side by side
crossI = prefix("crossI", arrows(_k, _a, _b), arrows(_k, indexed(_a), indexed(_b)))
forkI = prefix("forkI", arrows(_k, _a, _b), arrows(_k, _a, indexed(_b)))
joinI = prefix("joinI", arrows(_k, _a, _b), arrows(_k, indexed(_a), _b))
exI = word("exIᵢ", arrows(_k, indexed(_a), _a))
inI = word("inIᵢ", arrows(_k, _a, indexed(_a)))
replI = word("replI", arrows(_k, _a, indexed(_a)))
jamI = word("jamI", arrows(_k, indexed(_a), _a))
entry = suffix("ᵢ", indexed(_a), _a)
each = prefix("each", _a, indexed(_a))  # the points of a family

# Matrices
matvec = word("matvec", arrows(FUNCTIONS, matrices(_b, _a) * _a, _b))
outer = infix("⊗", _b, _a, matrices(_b, _a))
transposed = suffix("ᵀ", matrices(_b, _a), matrices(_a, _b))

BINDERS = (crossI, forkI, joinI, each)  # in which the index is their own
INDEXED = (entry, exI.operator, inI.operator)  # which depend on it


def depends(term: Term) -> bool:
    """Does a term depend on an index?"""
    if operator_of(term) in BINDERS:
        return False
    if operator_of(term) in INDEXED or (isinstance(term, Variable) and term.indexed):
        return True
    return any(map(depends, term.parts))
