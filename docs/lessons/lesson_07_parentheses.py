# %% [markdown]
# # 7 Parentheses are modes
#
# *Twenty minutes. Forward mode and reverse mode sound like two algorithms. They are one formula, with its parentheses in
# two places; and there are more places.*
#
# What is 17 · 25 · 4? Who begins at the left has 425 to multiply by 4. Who sees that 25 · 4 is a hundred is done. The
# product is the same, wherever the parentheses are; the work is not.
#
# The chain rule makes the derivative of a long pipeline a long composition of linear maps, one for each step. Composition
# is associative as well: (h ∘ g) ∘ f and h ∘ (g ∘ f) are the same map. So nobody can tell from the result where the
# parentheses were. The bill tells. Take three maps, as matrices: two from five hundred numbers to five hundred, and then
# one that makes a single number of them.

# %% tags=["run"]
import numpy as np

from cat_ad.derivatives.association import cheapest, left, right

rng = np.random.default_rng(0)
f, g, h = (rng.normal(size=shape) for shape in ((500, 500), (500, 500), (1, 500)))

one, other = (h @ g) @ f, h @ (g @ f)
print("the same matrix:", np.allclose(one, other), one.shape)


def multiplications(*shapes: tuple[int, int]) -> int:
    """What it takes to multiply two matrices of these shapes: each entry of the product is a sum of products."""
    (rows, middle), (_, columns) = shapes
    return rows * middle * columns


print("(h g) f:", f"{multiplications(h.shape, g.shape) + multiplications((h @ g).shape, f.shape):>11,}")
print("h (g f):", f"{multiplications(g.shape, f.shape) + multiplications(h.shape, (g @ f).shape):>11,}")

# %% [markdown]
# Half a million, or a hundred and twenty-five million. In (h g) f a *row* is multiplied by one matrix after the other,
# and it remains a row. In h (g f) whole matrices meet.
#
# Both ways have a name. The second begins with f, where the data come in: it pushes each of the five hundred unit steps
# of the input through one map after the other. That is **forward mode**. The first begins with h, at the end: it pulls
# the one unit of the output back, through the last map first. That is **reverse mode**, which made deep learning
# possible, and all there is to it is two parentheses (section 11 of the paper).
#
# The library writes a chain in the order in which it runs, with the maps by number: forward mode is `((0 1) 2)`, and
# reverse mode `(0 (1 2))`.

# %%
from itertools import pairwise

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from docs.pictures import Frames, Picture, picture


def in_a_row(dims: list[int], title: str) -> Picture:
    """The matrices between places of these sizes, as they are multiplied, last map first."""
    figure = Figure((5, 1.9), layout="constrained")
    axes = figure.subplots()
    x = 0.0
    for columns, rows in reversed([*pairwise(dims)]):
        axes.add_patch(Rectangle((x, -rows / 2), columns, rows, facecolor="aliceblue", edgecolor="black"))
        axes.text(x + columns / 2, 0, f"{rows}×{columns}", ha="center", va="center", size=7)
        x += columns + 2
    axes.set(xlim=(-1, 44), ylim=(-5.5, 5.5), title=title)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return picture(figure)


def products(order: str, dims: list[int]) -> dict[str, Picture]:
    """A picture before each product, and one after the last."""
    association = {"forward": left, "reverse": right, "cheapest": cheapest}[order](dims)
    there, paid = [*range(len(dims))], 0
    shown = {f"{order}: {association}": in_a_row(dims, "no multiplications yet")}
    for number, (i, j, k) in enumerate(association.products, 1):
        there.remove(j)
        paid += dims[i] * dims[j] * dims[k]
        shown[f"{order}, product {number}"] = in_a_row([dims[place] for place in there], f"{paid} multiplications")
    return shown


WAIST = [9, 9, 1, 9, 9]
Frames("Multiply", products("forward", WAIST) | products("reverse", WAIST) | products("cheapest", WAIST))

# %% [markdown]
# ## A waist
#
# Move the slider. Here both ends are wide, with nine numbers, and the middle is a waist of one. Forward mode takes 891
# multiplications, and so does reverse mode. The third way takes 243: it multiplies up to the waist, then away from it,
# and puts the two together at last. Neither end is where it begins.
#
# For any chain the best parentheses can be found from the sizes of its places alone, before anything is multiplied:

# %% tags=["run"]
for sizes in ([9, 7, 5, 1], [1, 5, 7, 9], [9, 9, 1, 9, 9]):
    best = cheapest(sizes)
    print(f"{sizes!s:<15} forward {left(sizes).cost}, reverse {right(sizes).cost}, least {best.cost}: {best}")

# %% [markdown]
# So the rule is not "reverse mode is fast". It is: **begin where it is narrow**. Into one number, as a loss is, that is
# the end; out of one number, the beginning. How much it matters depends on how narrow:

# %%
figure = Figure((5, 3), layout="constrained")
axes = figure.subplots()
widths = range(1, 65)
for name, order in (("forward, and reverse", left), ("the best", cheapest)):
    axes.plot(widths, [order((64, 64, width, 64, 64)).cost for width in widths], label=name)
axes.set(xlabel="width of the waist, where all else is 64 wide", ylabel="multiplications", ylim=(0, None))
axes.legend()
picture(figure)

# %% [markdown]
# ## In the library
#
# An arrow that was composed by `>>` is a chain. Here is one that squeezes sixty-four numbers through two, and makes
# sixty-four again, as an autoencoder does. `dimensions_along` says how wide it is, and `jacobian_in` multiplies in
# whichever order it is told:

# %% tags=["run"]
from cat_ad import Dim, Float, arrow, check, jacobian, tanh
from cat_ad.derivatives.association import dimensions_along, jacobian_in


class Pixels(Dim, size=64):
    """Of a picture of 8 by 8."""


class Code(Dim, size=2):
    """What it is squeezed into."""


squeeze = check(Float[Code, Pixels], rng.normal(size=(2, 64)) / 8)
restore = check(Float[Pixels, Code], rng.normal(size=(64, 2)))


@arrow
def encode(x: Float[Pixels]) -> Float[Code]:
    return squeeze @ x


@arrow
def decode(code: Float[Code]) -> Float[Pixels]:
    return restore @ code


autoencoder = tanh(Float[Pixels]) >> encode >> tanh(Float[Code]) >> decode >> tanh(Float[Pixels])
image = check(Float[Pixels], rng.normal(size=64))
dims = dimensions_along(autoencoder, image)
print("places:", dims)

whole = jacobian(autoencoder)(image)
for association in left(dims), right(dims), cheapest(dims):
    same = np.allclose(jacobian_in(autoencoder, image, association), whole)
    print(f"{association!s:<18}{association.cost:>8,} multiplications, the same matrix: {same}")

# %% [markdown]
# `jacobian` begins at the narrowest place by itself. A *gradient* asks for one row, the derivative of one number, and so
# it runs in reverse; it does not guess which of sixty-four numbers you mean. The checker of types knows that before the
# program runs:

# %% tags=["run"]
from cat_ad import SpaceError, gradient, total

try:
    gradient(autoencoder)(image)  # type: ignore[arg-type]
    # mypy: Argument 1 to "__call__" of "Gradient" has incompatible type "Arrow[Float[Pixels], Float[Pixels]]"; expected "Arrow[Float[Pixels], Float[()]]"
except SpaceError as error:
    print(error)

print(gradient(autoencoder >> total(Float[Pixels]))(image).shape)

# %% [markdown]
# ## Exercises
#
# **1.** How many multiplications does forward mode take, for a chain of maps between places of sizes `dims`?

# %% tags=["exercise"]
from collections.abc import Sequence

from docs.exercises.parentheses import cost_of_forward


def forward_cost(dims: Sequence[int]) -> int:
    raise NotImplementedError


cost_of_forward.check(forward_cost)

# %% [markdown]
# **2.** Which mode is cheapest for these? Say `"forward"`, `"reverse"`, `"from the waist"` or `"no difference"`; for
# another word the checker of types has no patience.

# %% tags=["exercise"]
from docs.exercises.parentheses import which_mode

which_mode.check(
    {
        "a million weights to one loss": "forward",
        "the time to where a thousand planets are": "forward",
        "a picture to ten numbers, and back to a picture": "forward",
        "one number to one, through a wide layer": "forward",
    }
)

# %% [markdown]
# **3.** The maps 0, 1, 2, 3 and 4 lead 8 → 8 → 2 → 8 → 2 → 8. Put parentheses around them that beat both modes. A pair
# composes two: this is forward mode.

# %% tags=["exercise"]
from docs.exercises.parentheses import put_parentheses

put_parentheses.check(((((0, 1), 2), 3), 4))

# %% [markdown]
# ---
# *That modes of differentiation are ways to associate, and that a category may choose one by itself, is in Elliott, The
# simple essence of automatic differentiation, section 11. To find the best for any chain is a textbook's first example
# of dynamic programming (Godbole 1973; Cormen et al., section 14.2). For graphs which are no chains it is NP-complete
# (Naumann 2008), so that nobody has a fast way for all. Solutions:
# [answers/parentheses.py](../exercises/answers/parentheses.py).*
