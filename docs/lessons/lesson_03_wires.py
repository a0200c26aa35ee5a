# %% [markdown]
# # 3 Side by side, copies, wires
#
# *Twenty minutes. So far, one thing came after the other. Here things stand beside each other, and you learn to read and
# draw the diagrams in which they do.*
#
# You are on the telephone with a plumber. You want a machine for a² + b², and she has two kinds of boxes: one multiplies
# what comes in by two pipes, one adds. You cannot say "a times a", for she has no names, only pipes. So you say: "Split
# the first pipe in two. Lead both ends into a box that multiplies. Beside it, do the same with the second pipe. Lead what
# comes out of both into a box that adds."
#
# That was category theory: you have just used most of what the paper calls a **cartesian category** (sections 4.1 to
# 4.3). Here are the same words, to type:

# %% tags=["run"]
from cat_ad import Scalar, add, dup, mul

square = dup(Scalar) >> mul(Scalar)  # copy, then multiply
magnitude_squared = square * square >> add(Scalar)  # two of these side by side, then add
print(square(3.0), magnitude_squared(3.0, 4.0))

# %% [markdown]
# Such a thing is called an **arrow**. It knows where it begins and where it ends: `square` goes from one number to one
# number, and `add(Scalar)` from a pair of them to one (a `Scalar` is a number). An arrow is also a picture. Wires run
# from the top to the bottom; they are your pipes. Watch the machine being built:

# %%
from docs.pictures import Frames, diagram

Frames(
    "Build it",
    {
        "mul: two wires in, one out": diagram(mul(Scalar)),
        "dup >> mul: the dot copies": diagram(square),
        "(dup >> mul) * (dup >> mul): side by side": diagram(square * square),
        "(dup >> mul) * (dup >> mul) >> add": diagram(magnitude_squared),
    },
)

# %% [markdown]
# ## All that there is to say
#
# | you say | you type | in the picture |
# |---|---|---|
# | first f, then g | `f >> g` | g below f |
# | f and g, each with its own | `f * g` | g beside f |
# | nothing to do | `identity(A)` | a wire |
# | copy it | `dup(A)` | a dot, two wires out |
# | keep the left, drop the right | `exl(A, B)` | a wire that ends in a dot |
# | keep the right, drop the left | `exr(A, B)` | likewise |
# | change places | `swap(A, B)` | two wires cross |
# | f and g, both of the same | `f & g` | a dot, and f beside g |
#
# The paper writes these g ∘ f, f × g, id, dup, exl, exr, and f △ g. The last one, the **fork**, is nothing new, and the
# library knows that. Two arrows are equal if they have the same picture:

# %% tags=["run"]
from cat_ad import cos, exp, sin, tanh

f, g, h, i = sin(Scalar), exp(Scalar), cos(Scalar), tanh(Scalar)
print((f & g) == (dup(Scalar) >> f * g))
print((f >> g) * (h >> i) == (f * h >> g * i))

# %% [markdown]
# The first line is the definition of a fork. The second is a law (section 4.2): two machines side by side, each of two
# boxes; or two rows, each of two boxes side by side. Written, these look different. Drawn, there is only one picture:

# %%
(f >> g) * (h >> i)

# %% [markdown]
# This is what diagrams are for: what does not matter cannot be seen in them. (One trap, in writing: Python reads
# `f & g >> h` as `f & (g >> h)`. Put a fork in parentheses.)
#
# And wires have types. One wire comes out of `add`, and `square * square` wants two. The checker sees it in the text, and
# the library when it puts them together:

# %% tags=["run"]
from cat_ad import CompositionError

try:
    add(Scalar) >> square * square  # type: ignore[operator]
    # mypy: Unsupported operand types for >> ("Arrow[tuple[Float[()], Float[()]], Float[()]]" and "Arrow[tuple[Float[()], Float[()]], tuple[Float[()], Float[()]]]")
except CompositionError as error:
    print(error)

# %% [markdown]
# ## Steps go along the same wires
#
# What is the derivative of two functions side by side? A point is now a pair (a, b), and so is a step (da, db). If only a
# moves, then nothing happens on the other side, for no wire leads there. On the left below is what sin × exp does to
# a square grid: lines that are upright stay upright, and level ones stay level, only their distances change. So the
# derivative at a point takes a step to the right to a step to the right, and a step up to a step up: the arrows.
#
# On the right is a fork, (eᵃ cos b, eᵃ sin b), where both results are made of both wires. There everything depends on
# everything, and the grid bends.

# %%
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cat_ad import Arrow, check, forward
from docs.pictures import picture

Plane = tuple[Scalar, Scalar]


def show_grid(axes: Axes, arrow: Arrow[Plane, Plane]) -> None:
    """What an arrow makes of a grid, and of two steps at a point of it."""
    along = np.linspace(-1.0, 1.0, 21)
    for c in np.linspace(-1.0, 1.0, 9):
        for line in ([(c, t) for t in along], [(t, c) for t in along]):
            ends = [arrow(a, b) for a, b in line]
            axes.plot([x for x, _ in ends], [y for _, y in ends], color="C0", linewidth=0.8)
    value, linear = forward(arrow)(check(Plane, (0.5, 0.25)))
    for step, color in (((0.4, 0.0), "C1"), ((0.0, 0.4), "C3")):
        dx, dy = linear(check(Plane, step))
        axes.annotate(
            "", (value[0] + dx, value[1] + dy), value, arrowprops={"arrowstyle": "->", "color": color, "linewidth": 2}
        )
    axes.set_aspect("equal")


figure = Figure((7, 3.4), layout="constrained")
left, right = figure.subplots(1, 2)
show_grid(left, f * g)
left.set_title("sin × exp")
show_grid(right, (g * h >> mul(Scalar)) & (g * f >> mul(Scalar)))
right.set_title("mul ∘ (exp × cos) △ mul ∘ (exp × sin)")
picture(figure)

# %% [markdown]
# That is theorem 2 of the paper (section 3.2): D (f × g) (a, b) = D f a × D g b. **What stands side by side is
# differentiated side by side.** The library can write down a derivative in the paper's notation, and there you see that
# the shape stays. Each box becomes a linear map (`scale 3` multiplies by 3), and × stays ×:

# %% tags=["run"]
from cat_ad import expression

print(expression(f * g)(0.5, 1.0))
print(expression(square * square)(3.0, 4.0))

# %% [markdown]
# `▽` and the copy in the second line are the subject of lesson 4. But you can read it already: whatever `square` has
# become, it stands there twice, side by side, once at 3 and once at 4.
#
# ## Exercises
#
# **1.** Read this diagram. Which function of a (the wire on the left) and b (on the right) is it?

# %%
from docs.exercises.wires import to_read

diagram(to_read)

# %% tags=["exercise"]
from docs.exercises.wires import read_the_diagram


def what_it_draws(a: float, b: float) -> float:
    raise NotImplementedError


read_the_diagram.check(what_it_draws)

# %% [markdown]
# **2.** And the other way: make an arrow that gives (a + b) b. In a notebook, a last line that says `no_names` draws what
# you have.

# %% tags=["exercise"]
from cat_ad import exl, exr
from docs.exercises.wires import draw_the_diagram

left_one, right_one = exl(Scalar, Scalar), exr(Scalar, Scalar)
no_names = (left_one & right_one) >> add(Scalar)
draw_the_diagram.check(no_names)

# %% [markdown]
# **3.** Write `cross`, as you wrote `compose` in lesson 2: of two functions, each giving its value and its derivative,
# make one of pairs, which does so too.

# %% tags=["exercise"]
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from docs.exercises.wires import side_by_side

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
E = TypeVar("E")
Differentiable: TypeAlias = Callable[[A], tuple[B, Callable[[A], B]]]  # the value, and the derivative there


def cross(f: Differentiable[A, C], g: Differentiable[B, E]) -> Differentiable[tuple[A, B], tuple[C, E]]:
    raise NotImplementedError


side_by_side.check(cross)

# %% [markdown]
# ---
# *Cartesian categories are from Mac Lane and Lawvere (the 1960s); that such diagrams are a proof, and no mere picture, is
# the work of Penrose (1971) and of Joyal and Street (1991). Theorem 2, and fork by cross and dup: Elliott, The simple
# essence of automatic differentiation, sections 3.2 and 4.2 to 4.5. The library's arrows:
# [terms.py](../../cat_ad/arrows/terms.py), its diagrams: [diagrams/](../../cat_ad/readings/diagrams). Solutions:
# [answers/wires.py](../exercises/answers/wires.py).*
