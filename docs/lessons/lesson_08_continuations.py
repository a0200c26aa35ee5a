# %% [markdown]
# # 8 Continuations
#
# *Twenty minutes. How a program can put its own parentheses to the right, without being told to.*
#
# Lesson 7 ended with advice: into one number, begin at the end. But `>>` is associative. Whoever writes `f >> g >> h`,
# or gets `f >> g` from a library and adds h, says nothing of parentheses, and should not have to. Can the *meaning* of
# an arrow be such that whatever is written, the computation begins at the end?
#
# There is an old trick, from telephones: *don't call us, tell us what you will do with the answer*. What you will do
# with it is called a **continuation**. Here is a linear map, in this form. It is given a continuation h, and puts itself
# before:

# %% tags=["run"]
from collections.abc import Callable
from typing import TypeAlias, TypeVar

A = TypeVar("A")
B = TypeVar("B")
Pair: TypeAlias = tuple[float, float]
To: TypeAlias = Callable[[A], float]  # a continuation from A: what is made of it in the end is a number


def before(f: Callable[[A], B]) -> Callable[[To[B]], To[A]]:
    return lambda h: lambda u: h(f(u))


def spread(u: float) -> Pair:
    return 2 * u, 5 * u


def gather(u: Pair) -> float:
    return u[0] + 10 * u[1]


def done(v: float) -> float:
    return v


print("gather, then done:", before(gather)(done)((1.0, 1.0)))
print("spread, gather, done:", before(spread)(before(gather)(done))(1.0))

# %% [markdown]
# Look at the types. A map from A to B has become a function from "what to do with a B" to "what to do with an A". It goes
# **backwards**, and nobody asked for backpropagation.
#
# Look at the last line, too. First spread, then gather, is `before(spread)(before(gather)(done))`: the last map meets
# the continuation first. However a long composition was put together, it ends up like this: each map is put before *all
# that comes after it*. These are the parentheses to the right, `(0 (1 (2 3)))`. The trick has decided for reverse mode,
# and associativity says that it may (section 12, theorem 4: f ↦ before(f) is a functor).
#
# Maps must fit, of course. Nothing can be gathered twice: Python notices when it gets there, and the checker of types
# before anything runs, though all it sees are functions of functions:

# %% tags=["run"]
try:
    before(gather)(before(gather)(done))((1.0, 1.0))  # type: ignore[arg-type]
    # mypy: Argument 1 has incompatible type "Callable[[tuple[float, float]], float]"; expected "Callable[[float], float]"
except TypeError as error:
    print(error)

# %% [markdown]
# ## What h looks like
#
# A linear map to one number, from a space of n, is a row of n numbers. If h is kept as a row, then to put a matrix before
# it is a product of a row and a matrix, which is a row again. Move the slider from the end of a chain to its start:

# %%
import numpy as np
from matplotlib.figure import Figure

from docs.pictures import Frames, Picture, picture

rng = np.random.default_rng(1)
chain = [rng.normal(size=shape) / 2 for shape in ((7, 5), (6, 7), (4, 6), (1, 4))]


def taken_in(many: int) -> Picture:
    """The continuation that so many maps have been put before, and at its right the maps still to come."""
    h = np.ones((1, 1))
    for matrix in reversed(chain[len(chain) - many :]):
        h = h @ matrix
    figure = Figure((6, 1.8), layout="constrained")
    axes = figure.subplots()
    x = 0
    for number, matrix in enumerate([h, *reversed(chain[: len(chain) - many])]):
        rows, columns = matrix.shape
        extent = (x, x + columns, -rows / 2, rows / 2)
        axes.imshow(matrix, cmap="RdBu", vmin=-1.5, vmax=1.5, extent=extent)
        axes.text(x + columns / 2, 4, f"map {len(chain) - many - number}" if number else "h", ha="center", size=8)
        x += columns + 1
    axes.set(xlim=(-0.5, 28), ylim=(-4, 5))
    axes.set_axis_off()
    return picture(figure)


sizes = [1, 4, 6, 7, 5]
Frames("Maps taken in", {f"{many} of 4: h is a row of {size}": taken_in(many) for many, size in enumerate(sizes)})

# %% [markdown]
# When all maps are taken in, the row has one number for each input. That is the gradient.
#
# ## A trap, and a way around it
#
# What if h is not a row but a function? Then a fork is a trap. Let `twice` be u ↦ u + u, written as a copy and a sum. A
# copy has two futures, so h is called for each. After ten of these, h has been called a thousand times:

# %% tags=["run"]
Row: TypeAlias = To[float]


def twice(h: Row) -> Row:
    """What u ↦ u + u does to a continuation."""
    return lambda u: h(u) + h(u)


def twice_wisely(h: Row) -> Row:
    """The same: what it does to the identity, and then h."""
    return lambda u: h(twice(lambda v: v)(u))


def calls(step: Callable[[Row], Row], times: int) -> int:
    """How often a continuation is called that so many of these stand before."""
    counted = list[float]()

    def h(v: float) -> float:
        counted.append(v)
        return v

    whole: Row = h
    for _ in range(times):
        whole = step(whole)
    whole(1.0)
    return len(counted)


for times in (1, 2, 5, 10):
    print(f"{times:>2} copies: h called {calls(twice, times)} times, or {calls(twice_wisely, times)}")

# %% [markdown]
# The way around uses what we know of such functions: all that they do is to put something before h, and so t(h) is the
# same as t(identity) and then h. In that form h is called once. It is a law, so the library may use it without asking.

# %%
figure = Figure((5, 2.8), layout="constrained")
axes = figure.subplots()
copies = [*range(13)]
axes.semilogy(copies, [calls(twice, n) for n in copies], "o-", label="t(h)")
axes.semilogy(copies, [calls(twice_wisely, n) for n in copies], "o-", label="t(identity), then h")
axes.set(xlabel="copies, one after the other", ylabel="calls of h")
axes.legend()
picture(figure)

# %% [markdown]
# ## In the library
#
# `D(k)` is the same class as ever: the chain rule, for any category k of linear maps. This time k is `Cont(k, Scalar)`,
# maps as what they do to continuations to a number. What comes out waits for a continuation, and the identity starts it:

# %% tags=["run"]
from cat_ad import Additive, Cont, D, Scalar, add, check, dup, gradient, mul
from cat_ad.derivatives.chain_rule import function as differentiable
from cat_ad.linear_maps import additive, continuation

square = dup(Scalar) >> mul(Scalar)
magnitude_squared = square * square >> add(Scalar)
point = check(tuple[Scalar, Scalar], (3.0, 4.0))

k = Additive()
value, derivative = differentiable(magnitude_squared.to(D(Cont(k, Scalar))))(point)
linear = additive.function(continuation.function(derivative)(k.id(Scalar)))
print(value, linear((1.0, 0.0)), linear((0.0, 1.0)))
print(gradient(magnitude_squared)(point))

# %% [markdown]
# Where does `k.id(Scalar)` come from? It is `done`: nothing more to do. In books on backpropagation it appears as a
# number, "set the gradient of the loss with respect to itself to 1". Lesson 9 says how a continuation becomes a number.
#
# ## Exercises
#
# **1.** Compose: first f, then g, both given as what they do to continuations.

# %% tags=["exercise"]
from docs.exercises.continuations import compose_continued

Continued: TypeAlias = Callable[[To[B]], To[A]]


def compose(f: Continued[float, float], g: Continued[float, float]) -> Continued[float, float]:
    raise NotImplementedError


compose_continued.check(compose)

# %% [markdown]
# **2.** Fork: u ↦ (f(u), g(u)). What comes next is a linear map h of a pair. The checker knows what each function takes;
# let it tell you where a pair is wanted.

# %% tags=["exercise"]
from docs.exercises.continuations import fork_continued


def fork(f: Continued[float, float], g: Continued[float, float]) -> Continued[Pair, float]:
    raise NotImplementedError


fork_continued.check(fork)

# %% [markdown]
# **3.** A linear map t of pairs is given as what it does to continuations. What are its two numbers, its gradient?

# %% tags=["exercise"]
from docs.exercises.continuations import gradient_of_continued


def gradient_of(t: Continued[float, Pair]) -> Pair:
    raise NotImplementedError


gradient_of_continued.check(gradient_of)

# %% [markdown]
# ---
# *Continuations were found many times over (Reynolds 1993 tells by whom). That they make reverse mode is in Elliott, The
# simple essence of automatic differentiation, section 12, where theorem 4 is calculated; each step of that is checked in
# cat_ad/calculations/paper/section_12.py. Wang et al. (2019) do backpropagation with delimited continuations.
# That a map is what it does to whatever follows it is Yoneda's lemma. Solutions:
# [answers/continuations.py](../exercises/answers/continuations.py).*
