# %% [markdown]
# # 10 One D, any k
#
# *Twenty minutes. You will write a category, and a program will try to break its laws.*
#
# In lesson 2 the chain rule was a formula, and since then nothing was added to it: forward mode, matrices, continuations
# and reverse mode were four choices of one letter. `D(k)` is one class, which says how values and derivatives compose,
# and k says what a derivative *is*. Here is x² + y², read with two of them:

# %% tags=["run"]
from typing import Any

from cat_ad import Additive, D, Dual, Scalar, add, check, dup, mul
from cat_ad.derivatives.chain_rule import function
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.dual import turned

square = dup(Scalar) >> mul(Scalar)
magnitude_squared = square * square >> add(Scalar)
point = check(tuple[Scalar, Scalar], (3.0, 4.0))

value, forward_there = function(magnitude_squared.to(D(Additive())))(point)
print(value, "and forward, a step (1, 0) becomes", additive.function(forward_there)((1.0, 0.0)))
value, reverse_there = function(magnitude_squared.to(D(Dual(Additive()))))(point)
print(value, "and in reverse, 1 becomes", additive.function(turned(reverse_there))(1.0))

# %% [markdown]
# ## A k that is no map at all
#
# Nothing in D asks what an arrow of k is. It composes them, copies, joins, and scales them. So let an arrow of k be a
# *number*: how many operations the derivative takes. To scale is one multiplication, to add is one addition, to compose
# is to do both, and to copy costs nothing. A class with a method for each is enough:

# %% tags=["run"]
from cat_ad import Monoidal


class Operations(Monoidal[Any]):  # Any: its arrows are numbers, whatever their objects
    """How many operations a linear map takes, as it is written."""

    def id(self, a: object) -> Any:
        return 0

    def compose(self, f: Any, g: Any) -> Any:
        return f + g

    def cross(self, f: Any, g: Any) -> Any:
        return f + g

    def dup(self, a: object) -> Any:
        return 0

    def scale(self, factor: object) -> Any:
        return 1

    def join(self, f: Any, g: Any) -> Any:
        return f + g + 1

    def jam(self, a: object) -> Any:
        return 1


print(function(magnitude_squared.to(D(Operations())))(point))

# %% [markdown]
# The value, and beside it 7: four multiplications and three additions. Nobody told D about counting.
#
# `Operations` says that it is `Monoidal`: arrows compose, and go side by side. It does not say that it is `Cartesian`, in
# which one may copy and drop. So D may read an arrow with its help, but an arrow cannot be read in it directly, and the
# checker of types knows:

# %% tags=["run"]
from cat_ad import InterpretationError

try:
    magnitude_squared.to(Operations())  # type: ignore[arg-type]
    # mypy: Argument 1 to "to" of "Arrow" has incompatible type "Operations"; expected "Cartesian[Never]"
except InterpretationError as error:
    print(error)

# %% [markdown]
# ## A category from nothing
#
# Now a whole one. First, the part which is the same wherever arrows are functions of some kind of values: seven
# operations, one line each. (`Any` where their objects are: `cat_ad/categories/functions.py` has it with all types.)

# %% tags=["run"]
from cat_ad import Cartesian


class Plain(Cartesian[Any]):  # Any: its arrows are functions
    """Functions, of values that are yet to be chosen."""

    def id(self, a: object) -> Any:
        return lambda x: x

    def compose(self, f: Any, g: Any) -> Any:
        return lambda x: g(f(x))

    def cross(self, f: Any, g: Any) -> Any:
        return lambda x: (f(x[0]), g(x[1]))

    def exl(self, a: object, b: object) -> Any:
        return lambda x: x[0]

    def exr(self, a: object, b: object) -> Any:
        return lambda x: x[1]

    def fork(self, f: Any, g: Any) -> Any:
        return lambda x: (f(x), g(x))

    def it(self, a: object) -> Any:
        return lambda x: ()


# %% [markdown]
# Second, the values. Let a number be a **dual number**: where it is, and how fast it moves. All that remains to be said is
# what a primitive makes of such numbers: its value where they are, and its derivative of how they move.

# %% tags=["run"]
from dataclasses import dataclass

from cat_ad import Primitive, forward
from cat_ad.objects.trees import tree_map


@dataclass(frozen=True)
class Moving:
    """A dual number."""

    at: Any
    rate: Any


class Duals(Plain):
    """Functions of dual numbers."""

    def primitive(self, arrow: Primitive[Any, Any]) -> Any:
        def run(x: Any) -> Any:
            value, derivative = forward(arrow)(tree_map(lambda number: number.at, x))
            return tree_map(Moving, value, derivative(tree_map(lambda number: number.rate, x)))

        return run


on_duals: Any = magnitude_squared.to(Duals())
print(on_duals((Moving(3.0, 1.0), Moving(4.0, 0.0))))

# %% [markdown]
# That is forward mode as most libraries have it, in forty lines, and it works on any arrow that the library can write.
# Does it, though? It worked once.
#
# ## Laws
#
# A category *promises* something: identity does nothing; composition is associative; what was forked and then dropped
# was never there. There are a dozen and a half such equations, and each is what lets someone rewrite a program without
# asking you. `check_laws` draws arrows at random, and tries all of them. It must be told how to call an arrow of yours:

# %% tags=["run"]
import numpy as np

from cat_ad import LawError, check_laws


def seen(f: Any, x: Any) -> Any:
    """What an arrow makes of a value that moves somehow: where it comes to, and how fast."""
    y = f(tree_map(lambda number: Moving(number, np.cos(number)), x))
    return tree_map(lambda number: number.at, y), tree_map(lambda number: number.rate, y)


check_laws(Duals(), call=seen)
print("green")

# %% [markdown]
# No news is good news. But a check that never fails is worth nothing, so break it on purpose: a fork in which the second
# part moves like the first.

# %% tags=["run"]


class Careless(Duals):
    """Dual numbers, and one slip."""

    def fork(self, f: Any, g: Any) -> Any:
        return lambda x: (f(x), Moving(g(x).at, f(x).rate) if isinstance(g(x), Moving) else g(x))


try:
    check_laws(Careless(), call=seen)
except LawError as error:
    print(error)

# %% [markdown]
# It names the law, what both sides gave, and the arrows by which you can try it yourself.
#
# With a category that keeps its laws we may draw. Each tangent here was one call of an arrow on a dual number:

# %%
from matplotlib.figure import Figure

from cat_ad import identity, sin
from docs.pictures import Frames, Picture, diagram, picture

wave = (identity(Scalar) & (sin(Scalar) >> square)) >> mul(Scalar)
moving_wave: Any = wave.to(Duals())


def tangent_at(x: float) -> Picture:
    figure = Figure((5, 3), layout="constrained")
    axes = figure.subplots()
    xs = np.linspace(0, 6, 121)
    axes.plot(xs, [float(wave(check(Scalar, x))) for x in xs])
    there = moving_wave(Moving(np.float64(x), np.float64(1.0)))
    axes.plot([x - 1, x + 1], [there.at - there.rate, there.at + there.rate])
    axes.plot([x], [there.at], "ko")
    axes.set(xlim=(0, 6), ylim=(-1, 7), title=f"rate {there.rate:.2f}")
    return picture(figure)


Frames("x", {f"x = {x}": tangent_at(x) for x in (0.5, 1.5, 2.0, 3.0, 4.0, 4.9, 5.5)})

# %% [markdown]
# And this is the arrow. Nothing in it knows of dual numbers, of counting, or of you:

# %%
diagram(wave)

# %% [markdown]
# ## Exercises
#
# **1.** Dual numbers know a value and one derivative. Series a0 + a1 t + a2 t² + ... know as many as you like (Taylor). How
# are two multiplied?

# %% tags=["exercise"]
from docs.exercises.own_category import product_of_series

Series = tuple[float, ...]


def times(a: Series, b: Series) -> Series:
    raise NotImplementedError


product_of_series.check(times)

# %% [markdown]
# **2.** Your own category. Let a "number" be a set: the names of the inputs on which it depends. `Plain` has the rest; say
# what a primitive makes of such sets. (`leaves(x)` lists the numbers of a value.) The check tries your laws.

# %% tags=["exercise"]
from cat_ad.objects.trees import leaves
from docs.exercises.own_category import dependence


class Dependence(Plain):
    """On which inputs does it depend?"""

    def primitive(self, arrow: Primitive[Any, Any]) -> Any:
        raise NotImplementedError


dependence.check(Dependence())

# %% [markdown]
# **3.** Four readings. `Count` is the number of primitives: compose, cross and fork all add. `Longest` is the number of
# those that must wait for each other: compose adds, cross and fork take the larger one. `Logbook` lists the names of the
# primitives as they run: compose, cross and fork all write one list after the other. And there is `Duals`. Which laws
# does each keep: those of a `"category"`, of a `"monoidal"` one too, or even of a `"cartesian"` one? The answer is
# checked by trying.

# %% tags=["exercise"]
from docs.exercises.own_category import which_laws

which_laws.check({"Count": "cartesian", "Longest": "cartesian", "Logbook": "cartesian", "Duals": "cartesian"})

# %% [markdown]
# ---
# *One D for any category of linear maps is figure 6 of Elliott, The simple essence of automatic differentiation, section
# 7. That one program may be read in many categories is his Compiling to categories (2017), which has intervals and
# incremental evaluation as well: `incremental` in this library is D again, with little machines for derivatives. Dual
# numbers are Clifford's (1873). Your category may stay: CONTRIBUTING.md says in one line where. Solutions:
# [answers/own_category.py](../exercises/answers/own_category.py).*
