"""Laws that calculations begin with: of categories, of linear maps, and of functions at points.

An arrow that is called linear below is one of a category of linear maps; the others may be functions too.
"""

from cat_ad.calculations import Equation
from cat_ad.calculations.vocabulary import (
    crossI,
    dup,
    each,
    entry,
    exI,
    exl,
    exr,
    families,
    forkI,
    identity,
    inI,
    inl,
    inr,
    it,
    jam,
    jamI,
    joinI,
    linear_families,
    linear_variables,
    replI,
    ti,
    variables,
    zero,
)

f, g, h, i, a, b = variables("f g h i a b")
l, m, n = linear_variables("l m n")
fs, gs = families("f g")
(points,) = families("a")
ls, ms = linear_families("l m")

# Functions at points -------------------------------------------------------------------------------------------------

id_at = Equation("id at a point", "section 4.1", identity(a), a)
compose_at = Equation("composition at a point", "section 4.1", (g @ f)(a), g(f(a)))
cross_at = Equation("cross at a pair", "section 4.2", (f * g)(a, b), (f(a), g(b)))
exl_at = Equation("exl of a pair", "section 4.3", exl(a, b), a)
exr_at = Equation("exr of a pair", "section 4.3", exr(a, b), b)
pair_at = Equation("a pair has two parts", "section 4.3", (exl(a), exr(a)), a)
dup_at = Equation("dup of a point", "section 4.3", dup(a), (a, a))
fork_at = Equation("fork at a point", "section 4.5", (f & g)(a), (f(a), g(a)))
inl_at = Equation("inl of a point", "section 4.4", inl(a), (a, zero))
inr_at = Equation("inr of a point", "section 4.4", inr(a), (zero, a))
jam_at = Equation("jam of a pair", "section 4.4", jam(a, b), a + b)
join_at = Equation("join at a pair", "section 4.5", (f | g)(a, b), f(a) + g(b))
plus_at = Equation("the sum of functions at a point", "appendix B", (f + g)(a), f(a) + g(a))
zero_at = Equation("zero at a point", "appendix B", zero(a), zero)
linear_at_sum = Equation("a linear function of a sum", "section 2", l(a + b), l(a) + l(b))
linear_at_zero = Equation("a linear function of zero", "section 2", l(zero), zero)

# Cartesian categories (section 4.3) ----------------------------------------------------------------------------------

exl_of_fork = Equation("exl of a fork", "section 4.5", exl @ (f & g), f)
exr_of_fork = Equation("exr of a fork", "section 4.5", exr @ (f & g), g)
fork_of_parts = Equation("an arrow is the fork of its parts", "section 4.5", exl @ h & exr @ h, h)
fork_by_dup = Equation("definition of fork", "section 4.5", f & g, (f * g) @ dup)
dup_by_fork = Equation("dup is a fork", "section 4.5", dup, identity & identity)
cross_by_fork = Equation("cross is a fork", "section 4.5", f * g, f @ exl & g @ exr)
it_is_the_only = Equation("it is the only arrow to 1", "appendix A", it @ f, it)

# Cocartesian categories, of linear maps (section 4.4) ----------------------------------------------------------------

join_of_inl = Equation("join after inl", "section 4.5", (l | m) @ inl, l)
join_of_inr = Equation("join after inr", "section 4.5", (l | m) @ inr, m)
join_of_parts = Equation("a linear arrow is the join of its parts", "section 4.5", l @ inl | l @ inr, l)
join_by_jam = Equation("definition of join", "section 4.5", f | g, jam @ (f * g))
jam_by_join = Equation("jam is a join", "section 4.5", jam, identity | identity)
cross_by_join = Equation("cross is a join", "section 4.5", l * m, inl @ l | inr @ m)
id_is_ti = Equation("id of 1 is ti", "appendix A", identity @ it, ti @ it)
ti_is_the_only = Equation("ti is the only linear arrow from 1", "appendix A", l @ ti, ti)

# Biproducts (section 4.4 and appendix B) -----------------------------------------------------------------------------

exl_of_inl = Equation("exl after inl", "section 4.4", exl @ inl, identity)
exr_of_inr = Equation("exr after inr", "section 4.4", exr @ inr, identity)
exr_of_inl = Equation("exr after inl", "section 4.4", exr @ inl, zero)
exl_of_inr = Equation("exl after inr", "section 4.4", exl @ inr, zero)
both_parts = Equation("a pair is the sum of its parts", "appendix B", inl @ exl + inr @ exr, identity)
plus_by_jam = Equation("definition of +", "appendix B", f + g, jam @ (f * g) @ dup)
plus_commutes = Equation("+ is commutative", "appendix B", f + g, g + f)
plus_associates = Equation("+ is associative", "appendix B", (f + g) + h, f + (g + h))
plus_zero = Equation("0 is neutral", "appendix B", f + zero, f)
zero_plus = Equation("0 is neutral", "appendix B", zero + f, f)
zero_by_it = Equation("definition of 0", "appendix B", zero, ti @ it)
after_plus = Equation("composition is bilinear", "appendix B", l @ (f + g), l @ f + l @ g)
plus_after = Equation("composition is bilinear", "appendix B", (f + g) @ h, f @ h + g @ h)
after_zero = Equation("composition is bilinear", "appendix B", l @ zero, zero)
zero_after = Equation("composition is bilinear", "appendix B", zero @ f, zero)

# Families (section 15) -----------------------------------------------------------------------------------------------

exI_of_forkI = Equation("exI of a fork", "section 15", exI @ forkI(fs), fs)
forkI_of_parts = Equation("an arrow is the fork of its parts", "section 15", forkI(exI @ h), h)
forkI_by_replI = Equation("definition of forkI", "section 15", forkI(fs), crossI(fs) @ replI)
crossI_by_forkI = Equation("crossI is a fork", "section 15", crossI(fs), forkI(fs @ exI))
joinI_of_inI = Equation("join after inI", "section 15", joinI(ls) @ inI, ls)
joinI_of_parts = Equation("a linear arrow is the join of its parts", "section 15", joinI(l @ inI), l)
joinI_after_crossI = Equation("joinI after crossI", "section 15", joinI(ls) @ crossI(ms), joinI(ls @ ms))
joinI_by_jamI = Equation("definition of joinI", "section 15", joinI(fs), jamI @ crossI(fs))
jamI_by_joinI = Equation("jamI is a join", "section 15", jamI, joinI(identity))
entry_of_each = Equation("an entry of a family of points", "section 15", entry(each(points)), points)
exI_at = Equation("exI of a family of points", "section 15", exI(a), entry(a))
replI_at = Equation("replI of a point", "section 15", replI(a), each(a))
crossI_at = Equation("crossI of a family of points", "section 15", crossI(fs)(a), each(fs(entry(a))))
