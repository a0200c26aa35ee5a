# %% [markdown]
# # 1 A derivative is a linear map
#
# *Twenty minutes. You know slopes; you will see that they are the shadow of something simpler.*
#
# Take a curve, choose a point of it, and look closer and closer. If it becomes straight, the function has a derivative
# there. What you see at last is not a number. It is a straight line through the point: a function that says, for each
# small step to the right, how far to go up.

# %% tags=["run"]
from collections.abc import Callable

import numpy as np

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, picture


# %%
def closer(width: float, a: float = 1.0) -> Figure:
    """The cube near a, in a window so wide, and the straight line that it comes to look like."""
    figure = Figure((4, 3), layout="constrained")
    axes = figure.subplots()
    steps = np.linspace(-width, width, 101)
    axes.plot(a + steps, (a + steps) ** 3, label="a³")
    axes.plot(a + steps, a**3 + 3 * a**2 * steps, "--", label="1 + 3 da")
    axes.plot([a], [a**3], "ko")
    axes.set_xlim(a - width, a + width)
    axes.legend(loc="upper left")
    return figure


Frames(
    "Look closer", {f"{width:g} to either side": picture(closer(width)) for width in (1.5, 0.8, 0.4, 0.2, 0.1, 0.05)}
)

# %% [markdown]
# ## How straight is straight?
#
# Any smooth curve looks straight from near enough, and so does the wrong line, if the window is small: both are close to
# the point. What makes *the* derivative is that its error shrinks **faster than the step**. For the cube at 1 and a step
# of da, compare two lines, one with the right slope and one with nearly the right one:

# %% tags=["run"]
for da in (1.0, 0.1, 0.01, 0.001):
    change = (1 + da) ** 3 - 1
    print(
        f"da = {da:<6}  error / da of 3 da: {(change - 3 * da) / da:8.4f}   of 2.9 da: {(change - 2.9 * da) / da:8.4f}"
    )

# %% [markdown]
# The first quotient goes to 0, and the second to 0.1. Only one line has the first property, so that we may speak of
# *the* derivative. The paper says it so (section 2.1, after Spivak): the derivative of f at a is **the linear map** D f a
# with
#
# > f (a + da) is f a + D f a da, but for an error that is small even beside da.
#
# Nothing in this sentence wants a to be a number. If a is a vector, then so is da, and D f a is a linear map between
# vectors: what others write as a Jacobian matrix. Lesson 6 says why the map comes first and the matrix second.

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
# ## In the library
#
# `forward(f)(a)` is the value of f at a, and beside it this linear map. It does not say "3"; it waits for a step:

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
# Change a cell, run it, and the check says what it thinks of your answer. `exercise.hint()` gives a hint.
#
# **1.** Write the derivative of a³: at each a, the linear map that is closest to what a small da adds.

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
