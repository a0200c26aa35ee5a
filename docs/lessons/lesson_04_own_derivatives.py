# %% [markdown]
# # 4 Linear maps are their own derivative
#
# *Twenty minutes. Most boxes of a diagram need no rule of differentiation at all. You will know which, and why what is
# left is so little.*
#
# In lesson 1 you looked at a curve, closer and closer, until it was straight. Now look at something that is straight to
# begin with. You look closer, and closer, and nothing happens: what you see at the end is what you saw at the start.
#
# Here are two maps of the plane. On the left is the one of lesson 3 that makes an arc of a square, on the right one that
# only shears and stretches. Each is shown by what it makes of a small square, enlarged. Move the slider:

# %% tags=["run"]
import numpy as np

from cat_ad import Arrow, Scalar, add, check, cos, dup, exl, exp, exr, forward, identity, mul, scale, sin, sub, swap

Plane = tuple[Scalar, Scalar]
bent = (exp(Scalar) * cos(Scalar) >> mul(Scalar)) & (exp(Scalar) * sin(Scalar) >> mul(Scalar))
straight = add(Scalar) & (identity(Scalar) * scale(Scalar, 2.0) >> sub(Scalar))  # (a + b, a - 2b)

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, diagram, picture


# %%
def enlarged(width: float) -> Figure:
    """What two arrows make of a square so wide, as if it were of width 1; dotted, what the derivative does."""
    figure = Figure((6, 3), layout="constrained")
    along = np.linspace(-1.0, 1.0, 15)
    for axes, arrow, name in zip(figure.subplots(1, 2), (bent, straight), ("bent", "straight"), strict=True):
        center, linear = forward(arrow)(check(Plane, (0.5, 0.25)))
        for c in np.linspace(-1.0, 1.0, 5):
            for line in ([(c, t) for t in along], [(t, c) for t in along]):
                ends = [arrow(0.5 + width * s, 0.25 + width * t) for s, t in line]
                axes.plot([(x - center[0]) / width for x, _ in ends], [(y - center[1]) / width for _, y in ends], "C0")
                steps = [linear(check(Plane, step)) for step in line]
                axes.plot([x for x, _ in steps], [y for _, y in steps], "k:", linewidth=0.8)
        axes.set(title=name, xlim=(-3.5, 3.5), ylim=(-3.5, 3.5), xticks=[], yticks=[])
        axes.set_aspect("equal")
    return figure


Frames("Look closer", {f"a square {2 * width:g} wide": picture(enlarged(width)) for width in (1.0, 0.5, 0.2, 0.05)})

# %% [markdown]
# The dotted lines are the derivative at the middle of the square. On the left the map becomes like it. On the right it
# **is** it, from the start. That is theorem 3 of the paper (section 3.3), for any linear map l, at any point a:
#
# > D l a = l
#
# Is that strange? You have learnt that the derivative of 3a is 3, and here it is 3a again. Both say the same. "3" is
# how much the map stretches; the map that stretches so much takes a step da to 3 da, and that is the same map that takes a
# to 3a. It does not depend on where you are: of a linear map the derivative is the same everywhere.
#
# ## Who is linear?
#
# A map is linear if it keeps sums and multiples: l (x + y) = l x + l y, and l (s x) = s l x. No word there of numbers: x
# and y may be pairs. So let us ask the boxes of lesson 3. Each of these takes a pair to a number. What does it make of the
# step (1, 10), and what does its derivative at (3, 4) make of it?

# %% tags=["run"]
at, step = check(Plane, (3.0, 4.0)), check(Plane, (1.0, 10.0))
boxes: list[Arrow[Plane, Scalar]] = [exl(Scalar, Scalar), exr(Scalar, Scalar), add(Scalar), sub(Scalar), mul(Scalar)]
for box in boxes:
    value, derivative = forward(box)(at)
    print(f"{box!s:<4} makes {float(box(step)):3g} of it, its derivative {float(derivative(step)):3g}")

# %% [markdown]
# All agree but one. To drop a number, to add, to subtract is linear. So is to copy and to change places. To multiply is
# not: twice (a, b), multiplied, is four times a b.
#
# Since a linear map and its derivative are the same, they have the same type, and what the one refuses, the other
# refuses too. `add` takes a pair, and its derivative a pair of steps:

# %% tags=["run"]
from cat_ad import SpaceError

value, derivative = forward(add(Scalar))(at)
print(derivative(step))
try:
    derivative(check(Scalar, 1.0))  # type: ignore[call-overload]
    # mypy: No overload variant of "__call__" of "Function" matches argument type "Float[()]"
except SpaceError as error:
    print(error)

# %% [markdown]
# ## The wiring is free
#
# Now look at what we have. Composition has the chain rule (lesson 2), and side by side goes side by side (lesson 3). And
# copies, drops, crossings and sums are linear, so that **in a derivative they are what they were**. Of a whole diagram, only
# the boxes that are not linear change: each becomes a linear map, which depends on the point. Here is a² + a b, and its
# derivative at three points, as you would draw it by hand:

# %% tags=["run"]
from cat_ad import power

curved = ((exl(Scalar, Scalar) >> power(Scalar, 2)) & mul(Scalar)) >> add(Scalar)


def by_hand(a: float, b: float) -> Arrow[Plane, Scalar]:
    """The same wiring, with a linear map in place of `power 2`, and of `mul`."""
    of_power = scale(Scalar, 2 * a)
    of_mul = scale(Scalar, b) * scale(Scalar, a) >> add(Scalar)
    return ((exl(Scalar, Scalar) >> of_power) & of_mul) >> add(Scalar)


value, derivative = forward(curved)(at)
print(by_hand(3.0, 4.0)(step), derivative(step))

# %%
Frames(
    "Function, and derivatives",
    {"a² + a b": diagram(curved)}
    | {f"its derivative at ({a:g}, {b:g})": diagram(by_hand(a, b)) for a, b in ((3.0, 4.0), (1.0, 5.0), (-2.0, 7.0))},
)

# %% [markdown]
# Nothing has changed but `power 2` and `mul`. Where `mul` was, there is the product rule of lesson 1, as a diagram: scale da by b,
# scale db by a, and add.
#
# The paper has words for this. `jam` is addition, as a linear map; f ▽ g, the **join**, is f of the one plus g of the
# other: jam ∘ (f × g). So the product rule is
#
# > D mul (a, b) = scale b ▽ scale a
#
# and the library writes derivatives in the same words (sections 4.4 to 4.6):

# %% tags=["run"]
from cat_ad import expression

print(expression(mul(Scalar))(3.0, 4.0))
print(expression(curved)(3.0, 4.0))
print(expression(dup(Scalar) >> mul(Scalar))(3.0))
print(expression(swap(Scalar, Scalar) >> add(Scalar))(3.0, 4.0))

# %% [markdown]
# Read the second line from the right, and you are reading the diagram from the top. The last one knows no point: there
# is nothing in it but wires and a sum.
#
# So this is all that automatic differentiation must be told: the chain rule, side by side, this theorem, and one linear map
# for each of mul, sin, cos, exp and their like. Everything else is wiring, and wiring is free.
#
# ## Exercises
#
# **1.** Which of exl, dup, swap, add, mul, negate, shift 1 (a to a + 1) and sin are their own derivatives?

# %% tags=["exercise"]
from docs.exercises.own_derivatives import which_stay

which_stay.check({"add", "mul"})

# %% [markdown]
# **2.** Write `linear`: of a linear map, make a differentiable function, which gives the value and the derivative, as in
# lesson 2.

# %% tags=["exercise"]
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from docs.exercises.own_derivatives import linear_function

A = TypeVar("A")
B = TypeVar("B")
Differentiable: TypeAlias = Callable[[A], tuple[B, Callable[[A], B]]]


def linear(l: Callable[[A], B]) -> Differentiable[A, B]:
    raise NotImplementedError


linear_function.check(linear)

# %% [markdown]
# **3.** In machine learning w x + b is called a linear layer. Is it one? Write its derivative, at (w, x, b), all three of
# which may change.

# %% tags=["exercise"]
from docs.exercises.own_derivatives import derivative_of_affine

Triple: TypeAlias = tuple[float, float, float]


def layer_derivative(at: Triple) -> Callable[[Triple], float]:
    raise NotImplementedError  # w, x, b = at


derivative_of_affine.check(layer_derivative)

# %% [markdown]
# ---
# *That a linear map is its own derivative is theorem 2-3 of Spivak's Calculus on Manifolds (1965), and theorem 3 of
# Elliott, The simple essence of automatic differentiation, section 3.3; corollary 3.1 puts the value beside it, and
# sections 4.3 and 4.4 draw the consequences for exl, exr, dup, inl, inr and jam. In this library:
# [chain_rule.py](../../cat_ad/derivatives/chain_rule.py). Solutions:
# [answers/own_derivatives.py](../exercises/answers/own_derivatives.py).*
