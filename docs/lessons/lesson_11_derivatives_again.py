# %% [markdown]
# # 11 Derivatives are arrows again
#
# *Twenty minutes. A bug that several libraries have had, and why it cannot be written here.*
#
# Here is the shortest differentiation program there is, for functions of one number. A number carries its rate along, and
# the question "how fast?" is answered by giving the argument the rate 1:

# %% tags=["run"]
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Moving:
    """A number, and how fast it moves."""

    at: float
    rate: float = 0.0

    def __add__(self, other: Moving) -> Moving:
        return Moving(self.at + other.at, self.rate + other.rate)

    def __mul__(self, other: Moving) -> Moving:
        return Moving(self.at * other.at, self.rate * other.at + self.at * other.rate)


def how_fast(f: Callable[[Moving], Moving], x: float) -> float:
    return f(Moving(x, 1.0)).rate


print("x³ at 2:", how_fast(lambda x: x * x * x, 2.0))

# %% [markdown]
# Twelve, as it should be. Now let a derivative stand inside a function that is differentiated. At x = 1, what is the
# derivative of
#
# > x · (the derivative of x + y by y, at y = 1)
#
# By hand: if y moves alone, x + y moves as fast, so that what is in the parentheses is 1. The whole is x · 1, and its
# derivative is 1. The program:

# %% tags=["run"]
print(how_fast(lambda x: x * Moving(how_fast(lambda y: x + y, 1.0)), 1.0))

# %% [markdown]
# **Two.** Within `x + y` two numbers move, each for a reason of its own: y because the inner derivative asks, x because
# the outer one does. The rates look alike, they are added, and both are reported as y's. This is *perturbation
# confusion* (Siskind and Pearlmutter 2005). It has been found in library after library, and the cure is to mark each rate
# with the question that it belongs to, and never to mix two marks.
#
# ## Nothing to confuse
#
# There is another way: not to have rates that wander about. In this library an arrow is a *term*, such as x + y, before
# any number is there. Its derivative is a term again, an arrow. When that is differentiated once more, the x in it is an
# input like any other. There is no moment at which a number carries a rate that someone else could find.

# %% tags=["run"]
from cat_ad import Scalar, arrow, gradient, gradient_field


@arrow
def outer(x: Scalar) -> Scalar:
    def inner(y: Scalar) -> Scalar:
        return x + y

    return x * gradient(inner)(1.0)


print(outer)
print(gradient(outer)(1.0))

# %% [markdown]
# One. The first line shows what became of the inner derivative: `one(...)`, an arrow that gives 1. It was found when
# `outer` was made, before there was any 1.0 to try it at.
#
# An arrow to a number has a **gradient field**: the arrow that takes each point to the gradient there. Since that is an
# arrow, it can be drawn; and if it ends in a number, it has a gradient field too. Move the slider:

# %%
from cat_ad import Arrow, identity, mul, sin
from docs.pictures import Frames, diagram

x_sin_x: Arrow[Scalar, Scalar] = (identity(Scalar) & sin(Scalar)) >> mul(Scalar)
first = gradient_field(x_sin_x)
Frames(
    "Derivative",
    {"x sin x": diagram(x_sin_x), "its first": diagram(first), "its second": diagram(gradient_field(first))},
)

# %% [markdown]
# A box `one` gives the 1 with which a way back begins (lesson 8). The pictures grow, but do not explode: what two derivatives have in common, such as sin x, is one box. Each derivative
# adds some boxes, and does not double them:

# %% tags=["run"]
from cat_ad import identity, mul, sin
from cat_ad.arrows.sharing import boxes_of

derived = (identity(Scalar) & sin(Scalar)) >> mul(Scalar)
for order in range(6):
    print(f"derivative {order}: {len(boxes_of(derived))} boxes, at 1: {derived(1.0):.6f}")
    derived = gradient_field(derived)

# %% [markdown]
# A gradient field begins with an arrow *to a number*. Of a pair there is no gradient, and the checker of types says it:

# %% tags=["run"]
from cat_ad import SpaceError, add

try:
    gradient_field(mul(Scalar) & add(Scalar))  # type: ignore[arg-type]
    # mypy: Argument 1 to "gradient_field" has incompatible type "Arrow[tuple[Float[()], Float[()]], tuple[Float[()], Float[()]]]"; expected "HasArrow[Never, Float[()]]"
except SpaceError as error:
    print(error)

# %% [markdown]
# ## Hessians
#
# A function of two numbers, say (1 - x)² + 5 (y - x²)², a curved valley whose deepest place is (1, 1). Its gradient field
# goes from pairs to pairs. The derivative of that, at a point, is a linear map from pairs to pairs: four numbers, the
# **Hessian**. It says how the slope changes as one walks:

# %% tags=["run"]
import numpy as np

from cat_ad import check, hessian, hessian_vector_product


@arrow
def valley(x: Scalar, y: Scalar) -> Scalar:
    return (1.0 - x) ** 2 + 5.0 * (y - x * x) ** 2


start = check(tuple[Scalar, Scalar], (-1.0, 1.5))
print("gradient", np.array(gradient(valley)(start)))
print("Hessian\n", np.array(hessian(valley)(start)))

# %% [markdown]
# With the Hessian one can do better than walk downhill. Near a point the valley looks like a bowl, and one can jump to the
# bottom of that bowl. That is Newton's method, of 1669 in its first form. Compare it with steps along the gradient:

# %%
from matplotlib.figure import Figure

from docs.pictures import Picture, picture


def newton(p: np.ndarray) -> np.ndarray:
    at = check(tuple[Scalar, Scalar], (p[0], p[1]))
    return p - np.linalg.solve(np.array(hessian(valley)(at)), np.array(gradient(valley)(at)))


def downhill(p: np.ndarray) -> np.ndarray:
    return p - 0.02 * np.array(gradient(valley)(check(tuple[Scalar, Scalar], (p[0], p[1]))))


paths = {"along the gradient": [np.array([-1.0, 1.5])], "Newton": [np.array([-1.0, 1.5])]}
for _ in range(8):
    paths["along the gradient"].append(downhill(paths["along the gradient"][-1]))
    paths["Newton"].append(newton(paths["Newton"][-1]))


def after(steps: int) -> Picture:
    figure = Figure((5, 3.4), layout="constrained")
    axes = figure.subplots()
    xs, ys = np.meshgrid(np.linspace(-1.7, 1.7, 60), np.linspace(-3.2, 2.2, 60))
    axes.contour(xs, ys, (1 - xs) ** 2 + 5 * (ys - xs**2) ** 2, levels=[0.2, 1, 3, 8, 20, 50], colors="lightgray")
    for name, path in paths.items():
        axes.plot(*np.array(path[: steps + 1]).T, "o-", markersize=4, label=name)
    axes.plot([1], [1], "k*")
    axes.legend(loc="lower left")
    return picture(figure)


Frames("Steps", {f"{steps} steps": after(steps) for steps in range(9)})

# %% [markdown]
# ## Without the matrix
#
# Of a million parameters the Hessian has a million million numbers. But often all that is wanted is what it does to one
# direction, and that costs a few gradients, however many parameters there are: push the direction through the gradient
# field, forward. (Pearlmutter 1994; exercise 2 asks for it.)

# %% tags=["run"]
from cat_ad import Dim, Float, cost, each, total


class N(Dim):
    """As many as there are."""


sum_of_waves = each(N, (identity(Scalar) & sin(Scalar)) >> mul(Scalar)) >> total(Float[N])
for n in (10, 100, 1000):
    value = cost(sum_of_waves, {N: n}).operations
    slope = cost(gradient_field(sum_of_waves), {N: n}).operations
    bend = cost(hessian_vector_product(sum_of_waves), {N: n}).operations
    print(f"{n:>5} numbers: value {value:>5}, gradient {slope:>5}, Hessian times a vector {bend:>6} operations")

# %% [markdown]
# ## Exercises
#
# **1.** What is the derivative at x = 3 of x · (the derivative at y = 2 of x y²)? By hand.

# %% tags=["exercise"]
from docs.exercises.again import nested

nested.check(16.0)

# %% [markdown]
# **2.** Make the arrow that takes (a, u) to the Hessian of f at a, times u, from `gradient_field` and `tangent`. The type
# says where it must begin and end. (`hessian_vector_product` is the library's; write yours.)

# %% tags=["exercise"]
from cat_ad import Arrow, exl, exr, tangent
from docs.exercises.again import hessian_times_vector

Pair = tuple[Scalar, Scalar]


def times_hessian(f: Arrow[Pair, Scalar]) -> Arrow[tuple[Pair, Pair], Pair]:
    raise NotImplementedError


hessian_times_vector.check(times_hessian)

# %% [markdown]
# **3.** Write one step of Newton's method for a function of one number: from x to where f is least, if f is a parabola.

# %% tags=["exercise"]
from docs.exercises import again


def newton_step(f: Arrow[Scalar, Scalar], x: Scalar) -> Scalar:
    raise NotImplementedError


again.newton.check(newton_step)

# %% [markdown]
# ---
# *That derivatives are arrows again, with seven axioms, is Blute, Cockett and Seely's (2009), and for reverse derivatives
# Cockett et al.'s (2019); this library keeps both lists of axioms, and tests them. Elliott has whole towers of
# derivatives in Beautiful differentiation (2009). The confusion was named by Siskind and Pearlmutter (2005). Solutions:
# [answers/again.py](../exercises/answers/again.py).*
