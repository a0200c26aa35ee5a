# %% [markdown]
# # 2 The chain rule needs the value too
#
# *Twenty minutes. You know that a derivative is a linear map (lesson 1). At the end you will have written the function
# that all of backpropagation is made with; it has four lines.*
#
# A ray of light goes through two magnifying glasses, one after the other. If the first makes everything three times as
# large, and the second twice, then together it is six times. Slopes multiply: that is the chain rule, as everyone knows
# it.
#
# But a bent glass does not magnify alike everywhere. How much the second glass magnifies depends on where the ray meets
# **it**, and where that is, the first glass has decided. Here the first is sin and the second is exp. Move the point,
# and watch where its ray lands in the middle:

# %% tags=["run"]
import math
from collections.abc import Callable
from typing import TypeAlias, TypeVar

# %%
import numpy as np
from matplotlib.figure import Figure

from docs.pictures import Frames, picture


# %%
def rays(a: float) -> Figure:
    """A point and its neighbours, on their way through sin, and then through exp."""
    figure = Figure((6, 2.8), layout="constrained")
    axes = figure.subplots()
    for height, name in (2, "a"), (1, "b = sin a"), (0, "c = exp b"):
        axes.axhline(height, color="lightgray", linewidth=6, zorder=0)
        axes.text(-1.15, height + 0.12, name)
    for near in np.linspace(a - 0.2, a + 0.2, 9):
        is_point = abs(near - a) < 1e-9
        path = [near, np.sin(near), np.exp(np.sin(near))]
        axes.plot(path, [2, 1, 0], "ko-" if is_point else "C1-", linewidth=2 if is_point else 0.8, markersize=4)
    axes.set_xlim(-1.2, 3.4)
    axes.set_ylim(-0.2, 2.4)
    axes.set_axis_off()
    return figure


def caption(a: float) -> str:
    first, second = np.cos(a), np.exp(np.sin(a))
    return (
        f"at a = {a:g}, sin stretches by {first:.2f}; at b = {np.sin(a):.2f}, exp by {second:.2f}; "
        f"together by {first * second:.2f}"
    )


Frames("Move the point", {caption(a): picture(rays(a)) for a in (0.0, 0.4, 0.8, 1.2, 1.57, 2.0, 2.4, 2.8)})

# %% [markdown]
# At 0.8 the rays come out wider than they went in. Near 1.57 the first glass gathers them in a point, and after that it
# crosses them: a stretch by a negative number.
#
# ## The trap
#
# The paper writes the chain rule so (section 3.1, theorem 1), where g ∘ f means first f, then g:
#
# > D (g ∘ f) a = D g (f a) ∘ D f a
#
# The derivative of f is taken at a, and that of g **at f a**. Then the two maps are run one after the other. It is easy
# to read over that f a. Suppose that someone hands you two derivatives, each a function from a point to a linear map, and
# wants that of the composition. You write what you can:

# %% tags=["run"]
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Derivative: TypeAlias = Callable[[A], Callable[[A], B]]  # at each point, a linear map


def compose_derivatives(f: Derivative[A, B], g: Derivative[B, C]) -> Derivative[A, C]:
    return lambda a: lambda da: g(a)(f(a)(da))  # type: ignore[arg-type]
    # mypy: Argument 1 has incompatible type "A"; expected "B"


# %% [markdown]
# The checker of types complains of `g(a)`: g wants a point of B, where the first function ends, and all that you have is
# one of A, where it begins. If A and B are both numbers, then nothing complains at run time. The answer is merely wrong:


# %% tags=["run"]
def derivative_of_sin(a: float) -> Callable[[float], float]:
    return lambda da: math.cos(a) * da


def derivative_of_exp(b: float) -> Callable[[float], float]:
    return lambda db: math.exp(b) * db


guessed = compose_derivatives(derivative_of_sin, derivative_of_exp)(2.0)(1.0)
measured = (math.exp(math.sin(2.0 + 1e-6)) - math.exp(math.sin(2.0))) / 1e-6
print(f"the derivative of exp (sin a) at 2: guessed {guessed:.3f}, measured {measured:.3f}")

# %% [markdown]
# If they are not both numbers, then at least it stops. Here the first function gives a point of the circle, and the
# second the area of the rectangle between that point and the origin:


# %% tags=["run"]
def derivative_of_circle(a: float) -> Callable[[float], tuple[float, float]]:
    return lambda da: (-math.sin(a) * da, math.cos(a) * da)


def derivative_of_area(point: tuple[float, float]) -> Callable[[tuple[float, float]], float]:
    x, y = point
    return lambda step: y * step[0] + x * step[1]


try:
    compose_derivatives(derivative_of_circle, derivative_of_area)(2.0)(1.0)
except TypeError as error:
    print(error)

# %% [markdown]
# ## The way out
#
# There is no cleverer way to write `compose_derivatives`. What is needed, f a, is not among what is given: **derivatives
# alone do not compose.** So let each function bring its value along. In place of a derivative, carry a pair:

# %% tags=["run"]
Differentiable: TypeAlias = Callable[[A], tuple[B, Callable[[A], B]]]  # the value, and the derivative there


def sine(a: float) -> tuple[float, Callable[[float], float]]:
    return math.sin(a), lambda da: math.cos(a) * da


def exponential(b: float) -> tuple[float, Callable[[float], float]]:
    value = math.exp(b)
    return value, lambda db: value * db


value, derivative = sine(2.0)
print(value, derivative(1.0))

# %% [markdown]
# (`exponential` shows a bonus: value and derivative can share work.) Two of these do compose, and what comes out is one
# of the same kind again, ready to be composed with the next. That is exercise 2, and it is all of automatic
# differentiation that is not about single functions. The paper calls such a pair D⁺ f a.
#
# ## In a picture
#
# The library writes your exercise into a diagram. Read it from the top: on the left the point a comes in, on the right a
# step da. On the left the value is computed, as if nobody had asked for a derivative. On the right the step is multiplied
# twice. And each dot copies a value: one copy goes on, and one crosses to where a derivative needs it. These crossings
# are the f a of the chain rule.

# %% tags=["run"]
from cat_ad import Scalar, check, exp, forward, sin, tangent

composed = sin(Scalar) >> exp(Scalar)
with_step = tangent(composed)
print(with_step)
value_there, linear = forward(composed)(check(Scalar, 2.0))
print(value_there, linear(check(Scalar, 1.0)))

# %%
with_step

# %% [markdown]
# ## And it saves work
#
# Value and derivative together are also faster than each for itself. In a chain of n functions, the derivative of the
# last is taken at the value of all before it, that of the one before at the value of all before that, and so on. Whoever
# computes each of these values from the start runs functions again and again. Let us count:


# %%
def runs(length: int, keep: bool) -> int:
    """How many times a function is run, for the derivative of a chain of so many."""
    count = 0

    def function(a: float) -> float:
        nonlocal count
        count += 1
        return math.sin(a)

    a = 1.0
    slope = 1.0
    for place in range(length):
        if not keep:  # the value there is computed from the start
            a = 1.0
            for _ in range(place):
                a = function(a)
        slope *= math.cos(a)
        if keep:
            a = function(a)
    return count


lengths = range(1, 31)
figure = Figure((5, 3), layout="constrained")
axes = figure.subplots()
axes.plot(lengths, [runs(length, keep=False) for length in lengths], label="each value from the start")
axes.plot(lengths, [runs(length, keep=True) for length in lengths], label="value and derivative together")
axes.set_xlabel("functions in the chain")
axes.set_ylabel("runs")
axes.legend()
picture(figure)

# %% [markdown]
# Thirty functions take 435 runs, or 30. This is what the paper's corollary 1.1 is about.
#
# ## Exercises
#
# Change a cell, run it, and the check says what it thinks of your answer. If you are stuck, `which_numbers.hint()` gives a
# hint, and `which_numbers.hint(2)` another; so do the others.
#
# **1.** Of two functions you know only this table. What is g ∘ f at 2, and by what does it stretch a small step there?
#
# | at | f | f' | g | g' |
# |---|---|---|---|---|
# | 2 | 5 | 3 | 4 | 7 |
# | 5 | 1 | 6 | 8 | 10 |

# %% tags=["exercise"]
from docs.exercises.chain_rule import which_numbers

value_at_2, stretch_at_2 = 4.0, 21.0
which_numbers.check((value_at_2, stretch_at_2))

# %% [markdown]
# **2.** Write `compose`: first f, then g. Here mypy helps, since A, B and C are three different types to it: where it is
# content, your answer is nearly always right.

# %% tags=["exercise"]
from docs.exercises.chain_rule import composition


def compose(f: Differentiable[A, B], g: Differentiable[B, C]) -> Differentiable[A, C]:
    raise NotImplementedError


composition.check(compose)

# %% [markdown]
# **3.** Write `chain`, of any number of functions, which may be none. Each should run once.

# %% tags=["exercise"]
from collections.abc import Sequence

from docs.exercises.chain_rule import chain_of_many


def chain(fs: Sequence[Differentiable[float, float]]) -> Differentiable[float, float]:
    raise NotImplementedError


chain_of_many.check(chain)

# %% [markdown]
# ---
# *The chain rule is Leibniz's; for linear maps it is theorem 2-2 of Spivak's Calculus on Manifolds (1965), and theorem 1 of
# Elliott, The simple essence of automatic differentiation, section 3.1, where corollary 1.1 composes value and derivative
# together. Wengert (1964) was the first to let a program carry both. In this library it is the method `compose` of
# [chain_rule.py](../../cat_ad/derivatives/chain_rule.py). Solutions:
# [answers/chain_rule.py](../exercises/answers/chain_rule.py).*
