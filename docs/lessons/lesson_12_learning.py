# %% [markdown]
# # 12 Learning is one lens
#
# *Twenty minutes. Model, loss, optimiser and learning rate are one kind of thing, and a step of training is a composition.*
#
# Here is a thing that has nothing to do with learning. You have a pair, and want to work on its first part only. You need
# a way to **get** that part, and a way to **put** another one in its place, into the pair that you began with:

# %% tags=["run"]
from collections.abc import Callable
from typing import Any, TypeVar

from docs.exercises.learning import Way  # two functions, `get: S -> A` and `put: (S, A) -> S`

S = TypeVar("S")
A = TypeVar("A")
Pair = tuple[Any, Any]

first = Way[Pair, Any](lambda pair: pair[0], lambda pair, new: (new, pair[1]))
print(first.get((1, 2)), first.put((1, 2), 9))

# %% [markdown]
# Such a pair of functions is called a **lens**: it looks at a part, and lets you work on it. And now a thing that has
# nothing to do with pairs. The function x² has a value, and a way back, which takes a change of the value to one of x. It
# too must know where it began:

# %% tags=["run"]
square = Way[float, float](lambda x: x * x, lambda x, d: 2 * x * d)
print(square.get(3.0), square.put(3.0, 1.0))

# %% [markdown]
# The same type. And they compose in the same way: there, f and then g; back, g and then f, each told where *it* began.
#
# > get: s ↦ g.get(f.get(s)) &emsp; put: s, c ↦ f.put(s, g.put(f.get(s), c))
#
# For views of data this is how to change a field inside a field. For derivatives it is the chain rule: the middle point
# f.get(s) is there again, which lesson 2 could not do without. So reverse mode takes arrows to lenses, and compositions to
# compositions:

# %% tags=["run"]
from cat_ad import Scalar, check, dup, lens, mul, sin

squared = dup(Scalar) >> mul(Scalar)
together = lens(sin(Scalar) >> squared)
composed = lens(sin(Scalar)) >> lens(squared)
x, one = check(Scalar, 0.5), check(Scalar, 1.0)
print(together.get_and_put(x, one))
print(composed.get_and_put(x, one))

# %% [markdown]
# What does not fit, there or back, does not compose. `lens(squared)` gives one number, and `lens(mul(Scalar))` wants two:

# %% tags=["run"]
from cat_ad import CompositionError

product = lens(mul(Scalar))
try:
    lens(squared) >> product  # type: ignore[operator]
    # mypy: Unsupported operand types for >> ("Lens[Float[()], Float[()], Float[()], Float[()]]" and "Lens[tuple[Float[()], Float[()]], tuple[Float[()], Float[()]], Float[()], Float[()]]")
except CompositionError as error:
    print(error)

# %% [markdown]
# ## A port
#
# A model has weights as well as data. Draw its lens with the data going through from left to right, and the weights coming
# in from above, at a **port**. There, weights come down. Back, a gradient comes up. Whatever is put onto the port is given
# that gradient, and asked for weights: it is itself a lens, from *what it remembers, and weights* to *weights*.
#
# So an **optimiser** is a lens on the port of the model. Its get hands out weights, and its put takes a gradient and
# returns new ones. The **loss** is a lens too, with the target at its port. And at the right end the way there must turn
# into the way back: that is the **learning rate**, which is given the loss, and sends back one number.

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, Picture, picture


def wiring(lit: str = "") -> Picture:
    """Four boxes, with wires there in blue and back in red; only those of one way, if it is said which."""
    figure = Figure((6.4, 3), layout="constrained")
    axes = figure.subplots()
    boxes = {"model": (3, 2), "optimiser": (3, 4.3), "loss": (6, 2), "rate": (8.6, 2)}
    for name, (x, y) in boxes.items():
        axes.text(x, y, name, ha="center", va="center", bbox={"boxstyle": "round,pad=0.6", "fc": "aliceblue"})
    wires = [
        ("there", (0.4, 2.25), (2.2, 2.25), "data"),
        ("there", (3.8, 2.25), (5.35, 2.25), "guess"),
        ("there", (6.65, 2.25), (8.05, 2.25), "loss"),
        ("there", (2.8, 3.8), (2.8, 2.6), "weights"),
        ("there", (5.8, 4.3), (5.8, 2.6), "target"),
        ("there", (2.8, 6.1), (2.8, 4.9), "state, weights"),
        ("back", (8.05, 1.75), (6.65, 1.75), ""),
        ("back", (5.35, 1.75), (3.8, 1.75), ""),
        ("back", (2.2, 1.75), (0.4, 1.75), ""),
        ("back", (3.2, 2.6), (3.2, 3.8), ""),
        ("back", (3.2, 4.9), (3.2, 6.1), ""),
        ("back", (6.2, 2.6), (6.2, 4.3), ""),
    ]
    for way, start, end, label in wires:
        color = "tab:blue" if way == "there" else "tab:red"
        alpha = 1.0 if lit in ("", way) else 0.1
        axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": color, "alpha": alpha})
        if label:
            aside = start[0] == end[0]
            at = (start[0] - 0.1 if aside else (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + (0 if aside else 0.1))
            axes.text(*at, label, size=8, ha="right" if aside else "center", va="center" if aside else "bottom")
    axes.set(xlim=(0, 9.4), ylim=(1, 6.3))
    axes.set_axis_off()
    return picture(figure)


Frames(
    "Look at",
    {
        "all of it": wiring(),
        "the way there: a guess, and its loss": wiring("there"),
        "the way back: gradients, and new weights": wiring("back"),
    },
)

# %% [markdown]
# Write this picture down, and it is a program. The model is a line through points, with two weights; `along` puts a lens
# onto the port of another.

# %% tags=["run"]
import numpy as np

from cat_ad import Dim, Float, Optimizer, ParametricLens, arrow, learning_rate, mean, nesterov, sgd


class Points(Dim):
    """As many as there are."""


Weights = tuple[Scalar, Scalar]


@arrow
def line(weights: Weights, x: Float[Points]) -> Float[Points]:
    slope, height = weights
    return slope * x + height


@arrow
def squared_error(target: Float[Points], guess: Float[Points]) -> Scalar:
    return mean((guess - target) ** 2)


xs = check(Float[Points], np.linspace(-1.0, 3.0, 9))
ys = check(Float[Points], 0.5 * np.linspace(-1.0, 3.0, 9) - 1.0)


def trained(optimizer: Optimizer, steps: int) -> tuple[list[float], list[tuple[float, float]]]:
    """The loss before each step, and the weights after it."""
    step = (
        ParametricLens(lens(line)).along(optimizer.lens(Weights))
        >> ParametricLens(lens(squared_error))
        >> learning_rate(1.0)
    )
    weights: Weights = check(Weights, (-1.0, 1.5))
    state = optimizer.init(weights)
    losses, path = [], [(-1.0, 1.5)]
    for _ in range(steps):
        loss, (((state, weights), _), _) = step.lens.get_and_put((((state, weights), ys), xs), ())
        losses.append(float(loss))
        path.append((float(weights[0]), float(weights[1])))
    return losses, path


losses, path = trained(sgd(0.1), 60)
print(f"loss {losses[0]:.3f}, and {losses[-1]:.6f} at last; weights {path[-1][0]:.3f}, {path[-1][1]:.3f}")

# %% [markdown]
# There is no training loop in the library, and no backward pass in this program: *put of the whole is a step of training*.
# The points lie on 0.5 x - 1, and the weights have found it.
#
# ## Swap the optimiser
#
# The wiring does not know which optimiser is in it. Put another lens there; not a line else changes. Nesterov's method is
# a nice case. Its *get* is not the weights, but a place a little ahead, where they are about to go; so the gradient is
# taken there. In most libraries that needs a trick. Here get is one half of the lens:

# %%
from cat_ad import adam

optimisers = {
    "gradient descent": sgd(0.1),
    "momentum": sgd(0.05, momentum=0.8),
    "Nesterov": nesterov(0.05, momentum=0.8),
    "Adam": adam(0.3),
}


def run_of(name: str) -> Picture:
    """The way of the weights, over how large the loss is, and the loss by steps."""
    losses, path = trained(optimisers[name], 40)
    figure = Figure((7, 3), layout="constrained")
    over, by_step = figure.subplots(1, 2)
    slopes, heights = np.meshgrid(np.linspace(-1.5, 1.5, 50), np.linspace(-2.5, 2, 50))
    x, y = np.asarray(xs), np.asarray(ys)
    loss = ((slopes[..., None] * x + heights[..., None] - y) ** 2).mean(axis=-1)
    over.contour(slopes, heights, loss, levels=[0.05, 0.3, 1, 2, 4, 7, 11], colors="lightgray")
    over.plot(*np.array(path).T, "o-", markersize=3)
    over.plot([0.5], [-1.0], "k*")
    over.set(xlabel="slope", ylabel="height", title=name)
    by_step.semilogy(losses)
    by_step.set(xlabel="step", ylabel="loss", ylim=(1e-7, 20))
    return picture(figure)


Frames("Optimiser", {name: run_of(name) for name in optimisers})

# %% [markdown]
# ## What comes back to the data
#
# Look at the picture once more. A red wire leaves at the left: the gradient with respect to the *data*. Training throws
# it away. Keep it, and change the data instead of the weights, and you have what is known as deep dreaming: the input
# that the model would like best. The same step gives both:

# %% tags=["run"]
optimizer = sgd(0.1)
step = (
    ParametricLens(lens(line)).along(optimizer.lens(Weights))
    >> ParametricLens(lens(squared_error))
    >> learning_rate(1.0)
)
weights: Weights = check(Weights, (2.0, 0.0))
(((state, weights), to_targets), to_data) = step.lens.put((((optimizer.init(weights), weights), ys), xs), ())
print("to the weights, which are new:", [f"{float(weight):.3f}" for weight in weights])
print("to the data:", np.round(np.asarray(to_data), 2))

# %% [markdown]
# ## Exercises
#
# **1.** Compose two lenses, first f, then g.

# %% tags=["exercise"]
from docs.exercises.learning import composition_of_ways

B = TypeVar("B")


def compose(f: Way[S, A], g: Way[A, B]) -> Way[S, B]:
    raise NotImplementedError


composition_of_ways.check(compose)

# %% [markdown]
# **2.** An optimiser of your own: momentum, for one weight x. It remembers a velocity v. Write its put, with 0.9 of the old
# velocity and a rate of 0.1. (`v, x = there` takes the pair apart.)

# %% tags=["exercise"]
from docs.exercises.learning import momentum


def put(there: tuple[float, float], gradient: float) -> tuple[float, float]:
    raise NotImplementedError


momentum.check(put)

# %% [markdown]
# **3.** Gradients can be too large. Write a lens to stand *between* the optimiser and the model: weights pass it as they
# are, and each number of a gradient is held between -1 and 1 on its way back. It is one function, of weights to what get
# gives and to the way back; the check puts it where it belongs, and trains. (`clip(d, -1.0, 1.0)` holds one number.)

# %% tags=["exercise"]
from cat_ad import clip
from docs.exercises.learning import clipping


def clipped(weights: Weights) -> tuple[Weights, Callable[[Weights], Weights]]:
    raise NotImplementedError


clipping.check(clipped)

# %% [markdown]
# ---
# *Lenses are from databases (Foster et al. 2007). That a step of gradient descent composes is Fong, Spivak and Tuyéras's
# (Backprop as functor, 2019); that model, loss, optimiser and rate are all lenses is Cruttwell, Gavranović, Ghani, Wilson
# and Zanasi's (Categorical foundations of gradient-based learning, 2022), section 3, in whose words the library says it:
# cat_ad/learning. The paper of this course ends before learning begins, and what you have needed of it is one class, D.
# Solutions: [answers/learning.py](../exercises/answers/learning.py).*
