# %% [markdown]
# # 9 Duality: copying becomes adding
#
# *Twenty minutes. You will read a picture upside down, and that is backpropagation.*
#
# The soup is too salty, and so is the bread. The cook took salt for both from one jar. How much of the blame is the
# jar's? That for the soup, *and* that for the bread. Where one thing was used twice, blame adds up on its way back. That is
# this lesson, and most of backpropagation.
#
# Blame is a number for each thing. In lesson 8 the derivative of a function to one number was a continuation: a linear
# map, waiting to be asked. But a linear map from n numbers to one is nothing but a list of n numbers r, and to ask it
# about u is r · u, the inner product. So let us keep r, and forget the function.
#
# What happens to r when a linear map f is put before it? We want another list, g(r), with
#
# > r · f(u) = g(r) · u, for all u.
#
# This g is called the **transpose** of f. If f goes from A to B, then g goes from B to A. Take the simplest map there is,
# which copies: u ↦ (u, u). Then r has two numbers, and (r0, r1) · (u, u) is r0 u + r1 u, which is (r0 + r1) · u:

# %% tags=["run"]
from cat_ad import Additive, Dual, Scalar
from cat_ad.linear_maps.additive import function
from cat_ad.linear_maps.dual import turned


def copy(u: float) -> tuple[float, float]:
    return u, u


def add_up(r: tuple[float, float]) -> float:
    return r[0] + r[1]


r, u = (2.0, 3.0), 7.0
print(r[0] * copy(u)[0] + r[1] * copy(u)[1], "=", add_up(r) * u)

# %% [markdown]
# **The transpose of copying is adding.** And the transpose of adding is copying: r (u0 + u1) = (r, r) · (u0, u1). What
# else is there? To keep the left of a pair and drop the right; backwards, a zero stands where something was dropped. To
# multiply by a number: its transpose is itself. And of two maps, one after the other, the way back passes the last one
# first.
#
# That is the whole table, and it is a category: an arrow of `Dual(k)` from A to B is an arrow of k from B to A. Each
# operation is defined by its opposite in k, in one line each (section 13). Ask it for `dup`, and look at what you get:

# %% tags=["run"]
k = Additive()
back = Dual(k)
print("back through dup:", function(turned(back.dup(Scalar)))((2.0, 3.0)))
print("back through jam:", function(turned(back.jam(Scalar)))(5.0))
print("back through exl:", function(turned(back.exl(Scalar, Scalar)))(5.0), "(None is a zero that takes no room)")
print("back through inl:", function(turned(back.inl(Scalar, Scalar)))((2.0, 3.0)))

# %% [markdown]
# (`jam` is the paper's word for addition, of two things of one kind; `exl` extracts the left of a pair, and `inl`
# injects something on the left, beside a zero.)
#
# Do not read "transpose" as "undo". Copy 5, and go back: that is 10, not 5. The transpose does not ask what the input
# was. It asks: *if the result matters so much, how much does the input matter?* A jar that was used twice matters twice.
#
# ## Upside down
#
# In a diagram, where an arrow is drawn from top to bottom, the table says: to transpose, **turn the picture upside
# down**. A dot, where one wire becomes two, turned around is two wires that become one: a plus. And a plus turned around
# is a dot. Here is (u, v) ↦ (u, u + v), and its transpose:

# %%
from cat_ad import Arrow, add, exl, exr, identity, mul, residual, reverse_derivative, sin
from docs.pictures import Frames, diagram

there = exl(Scalar, Scalar) & add(Scalar)
and_back = add(Scalar) & exr(Scalar, Scalar)
Frames("Turn it", {"(u, v) ↦ (u, u + v)": diagram(there), "(r, s) ↦ (r + s, s)": diagram(and_back)})

# %% [markdown]
# As matrices these are 1 0 / 1 1 and 1 1 / 0 1, each the other one turned about its diagonal. But nobody wrote a matrix.
#
# What of boxes that are not linear? At a point, the derivative of each is linear: that of sin at x multiplies by cos x,
# which is its own transpose. So the picture of the way back is that of the way there, upside down, with each box
# replaced by its derivative, and the point coming in from the side. `reverse_derivative(f)` is that arrow: it takes the
# point, and a change d of the result.
#
# Here are three functions. **Predict the way back before you move the slider:** where is the plus?

# %%
shapes: dict[str, Arrow[Scalar, Scalar]] = {
    "x + sin x": residual(sin(Scalar)),
    "x · sin x": (identity(Scalar) & sin(Scalar)) >> mul(Scalar),
    "sin (sin x)": sin(Scalar) >> sin(Scalar),
}
pictures = {}
for name, f in shapes.items():
    pictures[f"{name}, there"] = diagram(f)
    pictures[f"{name}, back: x on the left, d on the right"] = diagram(reverse_derivative(f))
Frames("There and back", pictures)

# %% [markdown]
# In the first, the dot on top has become a plus below, and the plus below has become a dot on d. In the second, the way
# back is longer: the two factors of a product each want to know the other one. In the third nothing is copied on the way
# there, so nothing is added on the way back. (Its dot is for a value that both derivatives use.)
#
# The library draws these from arrows that it made itself, by reading f in `Dual`. Its prints say the same:

# %% tags=["run"]
from cat_ad import check, dup, identity, mul, reverse, reverse_derivative, sin

square = dup(Scalar) >> mul(Scalar)
print("square, back:  ", reverse_derivative(square))
print("x sin x, back: ", reverse_derivative((identity(Scalar) & sin(Scalar)) >> mul(Scalar)))

# %% [markdown]
# ## Why a bias gets a sum
#
# Who has written backpropagation by hand knows the line in which the gradient of a bias is a sum over the batch, and has
# wondered, once, whether it should not be a mean. Look at the way there: one bias is *copied*, for each row. So the way
# back adds:

# %% tags=["run"]
import numpy as np

from cat_ad import Dim, Float, arrow, each


class Batch(Dim):
    """As many rows as there are."""


class Hidden(Dim, size=3):
    """Units."""


@arrow
def shifted(x: Float[Batch, Hidden], bias: Float[Hidden]) -> Float[Batch, Hidden]:
    def shift(row: Float[Hidden]) -> Float[Hidden]:
        return row + bias

    return each(Batch, shift)(x)


rows = check(Float[Batch, Hidden], np.zeros((4, 3)))
bias = check(Float[Hidden], np.zeros(3))
value, pull = reverse(shifted)((rows, bias))
to_rows, to_bias = pull(check(Float[Batch, Hidden], np.ones((4, 3))))
print(to_rows.shape, to_bias)

# %% [markdown]
# Each of the four rows has asked for 1, and the bias hears 4. As a matrix, a copy of three numbers into two rows stands
# upright; its transpose lies, and adds:

# %%
from matplotlib.figure import Figure

from docs.pictures import picture

figure = Figure((5, 2.6), layout="constrained")
one, other = figure.subplots(1, 2)
copying = np.zeros((6, 3))
for block in range(2):
    copying[3 * block : 3 * block + 3] = np.eye(3)
for axes, matrix, title in ((one, copying, "copy: 6×3"), (other, copying.T, "its transpose adds: 3×6")):
    axes.imshow(matrix, cmap="Blues", vmax=1.5)
    axes.set(xticks=[], yticks=[], title=title)
picture(figure)

# %% [markdown]
# `pull` goes back: it wants a change of the *result*. Give it one of the arguments, and the checker of types says no, and
# so does the call:

# %% tags=["run"]
from cat_ad import SpaceError

try:
    pull((rows, bias))  # type: ignore[arg-type]
    # mypy: Argument 1 to "__call__" of "Function" has incompatible type "tuple[Float[Batch, Hidden], Float[Hidden]]"; expected "Float[Batch, Hidden]"
except SpaceError as error:
    print(error)

# %% [markdown]
# ## Exercises
#
# **1.** What is the transpose of each of these? Only words that the checker knows will do.

# %% tags=["exercise"]
from docs.exercises.duality import transposes

transposes.check({"dup": "jam", "jam": "exl", "exl": "inl", "inr": "exr", "swap": "swap", "scale 2": "scale 1/2"})

# %% [markdown]
# **2.** The picture of x exp(x) is a dot, exp on one of its wires, and mul. Write its way back by reading that upwards. You
# may use `exp`, which knows numbers too.

# %% tags=["exercise"]
from cat_ad import exp
from docs.exercises.duality import backwards


def back_of_x_exp(x: Scalar, d: Scalar) -> Scalar:
    raise NotImplementedError


backwards.check(back_of_x_exp)

# %% [markdown]
# **3.** Write the way back of the layer that adds a bias to each row. The types say what shapes come back.

# %% tags=["exercise"]
from docs.exercises import duality
from docs.exercises.duality import back_of_bias


def back_to_both(
    dy: Float[duality.Batch, duality.Hidden],
) -> tuple[Float[duality.Batch, duality.Hidden], Float[duality.Hidden]]:
    raise NotImplementedError


back_of_bias.check(back_to_both)

# %% [markdown]
# ---
# *That reverse mode is the chain rule in a dual category is in Elliott, The simple essence of automatic differentiation,
# section 13; each step of its theorem 5 is checked in cat_ad/calculations/paper/section_13.py. That way back, for
# computers, is Linnainmaa's (1970) and Speelpenning's (1980). String diagrams which are turned around are Penrose's
# (1971), and Joyal and Street proved in 1991 that one may calculate with them. Solutions:
# [answers/duality.py](../exercises/answers/duality.py).*
