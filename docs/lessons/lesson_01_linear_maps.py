# %% [markdown]
# # 1 A derivative is a linear map
#
# *Twenty minutes. You know slopes; you will see that they are the shadow of something simpler.*
#
# The earth is round, and the floor of your room is flat. There is no contradiction in that. Whoever laid the floor laid the
# plane that the earth looks like, there; and it fits so well that within a room nobody can tell the difference, although
# over a country everyone can.
#
# A derivative is such a floor. Take a function, choose a point of it, and look closer and closer. On the left is the cube,
# at 1, and dashed the floor that was laid there. On the right is the absolute value, at 0. Move the slider:

# %% tags=["run"]
from collections.abc import Callable

import numpy as np

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, picture


# %%
def closer(width: float) -> Figure:
    """The cube at 1, with the straight line that it comes to look like, and |a| at 0, in windows so wide."""
    figure = Figure((7, 3), layout="constrained")
    smooth, corner = figure.subplots(1, 2)
    steps = np.linspace(-width, width, 101)
    smooth.plot(1 + steps, (1 + steps) ** 3, label="a³")
    smooth.plot(1 + steps, 1 + 3 * steps, "--", label="1 + 3 da")
    smooth.plot([1], [1], "ko")
    smooth.set_xlim(1 - width, 1 + width)
    smooth.legend(loc="upper left")
    corner.plot(steps, np.abs(steps), label="|a|")
    corner.plot([0], [0], "ko")
    corner.set_xlim(-width, width)
    corner.legend(loc="upper center")
    return figure


Frames("Look closer", {f"{width:g} to either side": picture(closer(width)) for width in (1.5, 0.5, 0.2, 0.05)})

# %% [markdown]
# The cube becomes straight: it has a derivative at 1. The corner stays a corner, however close you look; no floor can be
# laid there. What you see at last, on the left, is not a number. It is a straight line through the point: a function that
# says, for each small step da to the right, how far to go up. Here that is 3 da.
#
# ## How straight is straight?
#
# Any line through the point is close to the curve, if the window is small, for both are close to the point. What makes
# *the* derivative is that its error shrinks **faster than the step**. Compare 3 da with a line that is nearly the same:

# %% tags=["run"]
for da in (1.0, 0.1, 0.01, 0.001):
    change = (1 + da) ** 3 - 1
    print(
        f"da = {da:<6}  error / da of 3 da: {(change - 3 * da) / da:8.4f}   of 2.9 da: {(change - 2.9 * da) / da:8.4f}"
    )

# %%
figure = Figure((5, 3), layout="constrained")
axes = figure.subplots()
sizes = 10.0 ** -np.arange(0, 5, 0.25)
for slope in (3.0, 2.9, 2.0):
    axes.loglog(sizes, np.abs((1 + sizes) ** 3 - 1 - slope * sizes) / sizes, label=f"slope {slope:g}")
axes.set_xlabel("da")
axes.set_ylabel("error / da")
axes.legend()
picture(figure)

# %% [markdown]
# The first quotient goes to 0, and the second to 0.1. Only one line has the first property, so that we may speak of
# *the* derivative. The paper says it so (section 2.1, after Spivak): the derivative of f at a is **the linear map** D f a
# with
#
# > f (a + da) is f a + D f a da, but for an error that is small even beside da.
#
# A map l is **linear** if it keeps sums and multiples: l (x + y) = l x + l y, and l (s x) = s l x. So it makes 0 of 0, and
# twice as much of twice the step. The 3 that you learnt at school is what this one makes of a step of 1.
#
# ## The same of many numbers
#
# Nothing in that sentence wants a to be a number. Stand on a hill, whose height at (a, b) is a² + b², at the point (3, 4).
# A step is a pair (da, db) now, and the linear map makes one number of it: how much higher you are.

# %% tags=["run"]
for size in (1.0, 0.1, 0.01, 0.001):
    da, db = 0.6 * size, 0.8 * size
    change = (3 + da) ** 2 + (4 + db) ** 2 - 25
    print(f"a step of length {size:<6} goes up {change:9.6f}, by the linear map {6 * da + 8 * db:9.6f}")


# %%
def hill(width: float) -> Figure:
    """Lines of equal height around (3, 4); and dashed, those of the plane that the hill looks like there."""
    figure = Figure((3.6, 3.6), layout="constrained")
    axes = figure.subplots()
    a, b = np.meshgrid(np.linspace(3 - width, 3 + width, 61), np.linspace(4 - width, 4 + width, 61))
    levels = 25 + 10 * width * np.linspace(-1.2, 1.2, 7)
    axes.contour(a, b, a**2 + b**2, levels, colors="C0", linestyles="solid")
    axes.contour(a, b, 25 + 6 * (a - 3) + 8 * (b - 4), levels, colors="C1", linestyles="dashed")
    axes.plot([3], [4], "ko")
    axes.set_aspect("equal")
    return figure


Frames("Look closer", {f"{width:g} to either side": picture(hill(width)) for width in (3.0, 1.0, 0.3, 0.1)})

# %% [markdown]
# On a walker's map the lines of equal height are circles; from near, they are straight, and at equal distances. That is
# what a linear map looks like from above. Others write it as a row of partial derivatives, (6 8), or as a gradient. Lesson 6
# says why the map comes first, and its matrix second.
#
# ## In the library
#
# In this library a differentiable function is an **arrow**, such as `power(Scalar, 3)`, the cube of a number, and
# `check(Scalar, 1.0)` is the number 1. Then `forward(f)(a)` is the value of f at a, and beside it this linear map. It does
# not say "3"; it waits for a step:

# %% tags=["run"]
from cat_ad import Float, Scalar, Three, check, forward, power

cube = power(Scalar, 3)
value, linear = forward(cube)(check(Scalar, 1.0))
print(value, linear(check(Scalar, 1.0)), linear(check(Scalar, 0.5)))

# %% [markdown]
# That the map is linear, nobody has to check again: it is made of maps that are (lesson 4). What is checked is that an
# arrow is asked at a point where it lives. The cube of a number has a derivative at a number, not at three of them, and
# the checker of types says so before anything runs:

# %% tags=["run"]
from cat_ad import SpaceError

try:
    forward(cube)(check(Float[Three], np.ones(3)))  # type: ignore[arg-type]
    # mypy: Argument 1 to "__call__" of "Function" has incompatible type "Float[Three]"; expected "Float[()]"
except SpaceError as error:
    print(error)

# %% [markdown]
# ## Exercises
#
# Change a cell, run it, and the check says what it thinks of your answer. If you are stuck, `derivative_of_cube.hint()`
# gives a hint, and `derivative_of_cube.hint(2)` another; so do the others.
#
# **1.** Write the derivative of a³: at each a, the linear map that is closest to what a small da adds. It takes the point,
# and returns a function that takes the step.

# %% tags=["exercise"]
from docs.exercises.linear_maps import derivative_of_cube


def cube_derivative(a: float) -> Callable[[float], float]:
    raise NotImplementedError


derivative_of_cube.check(cube_derivative)

# %% [markdown]
# **2.** Which of 2x, 2x + 1, |x|, 0, x² and -x / 3 are linear maps of x? (Some are only straight.)

# %% tags=["exercise"]
from docs.exercises.linear_maps import which_are_linear

which_are_linear.check({"2x", "2x + 1"})

# %% [markdown]
# **3.** Write the derivative of a b: a function of the point (a, b), that returns a linear map of a step (da, db).

# %% tags=["exercise"]
from docs.exercises.linear_maps import derivative_of_product


def product_derivative(at: tuple[float, float]) -> Callable[[tuple[float, float]], float]:
    raise NotImplementedError


derivative_of_product.check(product_derivative)

# %% [markdown]
# ---
# *That a derivative is a linear map, and the gradient its picture in coordinates, is Fréchet's (1911) and in Spivak's
# Calculus on Manifolds (1965), which the paper follows: Elliott, The simple essence of automatic differentiation,
# section 2.1. Solutions: [answers/linear_maps.py](../exercises/answers/linear_maps.py).*
