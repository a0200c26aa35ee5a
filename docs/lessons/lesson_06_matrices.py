# %% [markdown]
# # 6 Matrices are one representation
#
# *Twenty minutes. You have seen no matrix in five lessons on derivatives. Here they are: you will get one out of a linear
# map by asking it, write the two of the paper by hand, and see why nobody needs them for differentiating.*
#
# How do you draw a map of a city in which you cannot see anything, but may ask a guide? You stand at the station and ask:
# where do I get, if I go one block to the east? And one to the north? If the streets are regular, then two answers are
# enough. From them you know where seven blocks to the east and three to the north will take you.
#
# A linear map is such a city. It may be a function whose code you have never seen. Ask what it makes of the step (1, 0), and
# of (0, 1); since it keeps sums and multiples, that says what it makes of any step. Write the answers side by side, each as
# a column, and you have the **matrix**. The map was there before; the matrix is the notes that you took.

# %% tags=["run"]
import numpy as np

from cat_ad import Dim, Float, check, cumulative_sum, forward, tanh


class Five(Dim, size=5):
    """Five places."""


arrow = cumulative_sum(Five) >> tanh(Float[Five])  # running sums, and then tanh of each
value, linear = forward(arrow)(check(Float[Five], np.array([0.2, 0.4, 0.8, -0.5, -1.5])))
answers = [linear(check(Float[Five], unit)) for unit in np.eye(5)]
print(np.column_stack(answers).round(2))

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, picture


# %%
def asked(place: int) -> Figure:
    """A unit step, what the map makes of it, and what is known of the matrix by then."""
    figure = Figure((7, 2.6), layout="constrained")
    question, answer, notes = figure.subplots(1, 3)
    places = range(5)
    question.bar(places, np.eye(5)[place], color="C1")
    question.set(title="a step", ylim=(0, 1.1), xticks=places, yticks=[0, 1])
    answer.bar(places, answers[place])
    answer.set(title="what the map makes of it", ylim=(0, 1.1), xticks=places, yticks=[0, 1])
    known = np.column_stack([column if j <= place else np.full(5, np.nan) for j, column in enumerate(answers)])
    notes.imshow(known, cmap="RdBu", vmin=-1, vmax=1)
    notes.set(title="the columns so far", xticks=places, yticks=places)
    return figure


Frames("Ask", {f"a step at place {place}": picture(asked(place)) for place in range(5)})

# %% [markdown]
# A change of the first number changes all that comes after it; a change of the last only itself. That is why the matrix is
# a triangle. (Section 9 of the paper. To ask for a column is to run forward mode once, so that a matrix of a million
# columns takes a million runs. There is a way to ask for rows; that is lesson 9.)
#
# ## A matrix without asking
#
# A derivative is built of a few words: scale, ∘, △, ▽. If each word can be said of matrices, then the matrix can be built
# likewise, from the inside out, and no question is asked. And it can (section 8):
#
# | linear map | matrix |
# |---|---|
# | scale s | one number, (s) |
# | f ▽ g: f of the one, plus g of the other | f and g side by side |
# | f △ g: both of the same | f on top of g |
# | f × g: each its own | f and g along the diagonal, and zeros |
# | g ∘ f: first f, then g | the product, g times f |
#
# Take section 5's second example, (a, b) to (cos (a b), sin (a b)). By lesson 2 its derivative is that of cos △ sin, at
# a b, after that of mul, at (a, b):
#
# > (scale (-sin (a b)) △ scale (cos (a b))) ∘ (scale b ▽ scale a)
#
# On the right of ∘ is a row, (b a). On its left is a column. The matrix is a column times a row.
#
# ## So let the computer say it
#
# The paper fits on a page of Python: [essence.py](../../experiments/essence.py) has nothing but its definitions. There
# `D(k)` is differentiation, where k says what linear maps are to be made of. For k it has functions, `Additive`. Let us
# give it another k, in which a linear map is a list of rows. Each wire carries one number here:

# %% tags=["run"]
from typing import TypeAlias, TypeVar

from experiments.essence import Additive, D, Hom, Linear, cos_sin_prod, mag_sqr

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
E = TypeVar("E")
Matrix: TypeAlias = list[list[float]]


class Rows:
    """Hom[Rows, A, B] is a matrix: a row for each number of B, with an entry for each number of A."""


class Matrices(Linear[Rows]):
    """Linear maps as matrices."""

    def id(self) -> Hom[Rows, A, A]:
        """What comes in, once."""
        return Hom([[1.0]])

    def compose(self, g: Hom[Rows, B, C], f: Hom[Rows, A, B]) -> Hom[Rows, A, C]:
        """Rows times columns."""
        columns = [*zip(*f.is_, strict=True)]
        return Hom([[sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in g.is_])

    def cross(self, f: Hom[Rows, A, C], g: Hom[Rows, B, E]) -> Hom[Rows, tuple[A, B], tuple[C, E]]:
        """Along the diagonal."""
        left, right = len(f.is_[0]), len(g.is_[0])
        return Hom([row + [0.0] * right for row in f.is_] + [[0.0] * left + row for row in g.is_])

    def exl(self) -> Hom[Rows, tuple[A, B], A]:
        """The first, and none of the second."""
        return Hom([[1.0, 0.0]])

    def exr(self) -> Hom[Rows, tuple[A, B], B]:
        """The second."""
        return Hom([[0.0, 1.0]])

    def dup(self) -> Hom[Rows, A, tuple[A, A]]:
        """Once, and once more."""
        return Hom([[1.0], [1.0]])

    def inl(self) -> Hom[Rows, A, tuple[A, B]]:
        """In the first place; zero in the second."""
        return Hom([[1.0], [0.0]])

    def inr(self) -> Hom[Rows, B, tuple[A, B]]:
        """In the second."""
        return Hom([[0.0], [1.0]])

    def jam(self) -> Hom[Rows, tuple[A, A], A]:
        """The sum."""
        return Hom([[1.0, 1.0]])

    def scale(self, s: float) -> Hom[Rows, float, float]:
        """One number."""
        return Hom([[s]])


# %% [markdown]
# That is all. △ and ▽ come from the page, where they are made of these. Now the *same* programs, `mag_sqr` and
# `cos_sin_prod`, written before there was any matrix, have matrices for derivatives:

# %% tags=["run"]
by_function, by_matrix = mag_sqr(D(Additive())), mag_sqr(D(Matrices()))
value_there, function = by_function((3.0, 4.0))
print("a function:", function((1.0, 0.0)), function((0.0, 1.0)))
value_there, matrix = by_matrix((3.0, 4.0))
print("a matrix:  ", matrix.is_)
value_there, matrix = cos_sin_prod(D(Matrices()))((0.0, 2.0))
print("cosSinProd:", matrix.is_)

# %% [markdown]
# Nothing in `D` was changed: the chain rule says "compose", and whether that means to run functions or to multiply
# matrices, k knows. That is the plan of the rest of the paper, and of this course. Reverse mode is another k (lesson 9).
#
# What keeps representations apart is a type. `Hom[Rows, ...]` and `Hom[Function, ...]` are both linear maps from numbers to
# numbers, and may not be mixed:

# %% tags=["run"]
k = Matrices()
try:
    k.compose(k.scale(2.0), Additive().scale(3.0))  # type: ignore[arg-type]
    # mypy: Argument 2 to "compose" of "Matrices" has incompatible type "Hom[Function, float, float]"; expected "Hom[Rows, float, float]"
except TypeError as error:
    print(error)

# %% [markdown]
# ## What a matrix costs
#
# Why not always matrices? Look at some, of maps from sixteen numbers to sixteen. Pale is zero:

# %%
from cat_ad import flip, identity, jacobian, softmax


class Sixteen(Dim, size=16):
    """Sixteen places."""


point = check(Float[Sixteen], np.linspace(-1.5, 1.5, 16))
figure = Figure((8, 2.2), layout="constrained")
for axes, box in zip(
    figure.subplots(1, 5),
    (identity(Float[Sixteen]), tanh(Float[Sixteen]), flip(Sixteen), cumulative_sum(Sixteen), softmax(Sixteen)),
    strict=True,
):
    entries = jacobian(box)(point)
    axes.imshow(entries, cmap="RdBu", vmin=-abs(entries).max(), vmax=abs(entries).max())
    axes.set(title=str(box), xticks=[], yticks=[])
picture(figure)

# %% [markdown]
# The first does nothing at all, and is 256 numbers. As a function it needs none. What is wiring to a diagram is a field of
# zeros to a matrix, and it grows with the square:

# %% tags=["run"]
for n in (16, 1000, 1_000_000):
    print(f"tanh of {n:>9,} numbers: its derivative is {n:>9,} numbers, its matrix {n * n:>17,}")

# %% [markdown]
# So libraries that differentiate keep functions, and make a matrix only where somebody asks for one, which is what
# `jacobian` does. To invert, to find eigenvalues, or to look at, there is nothing better.
#
# ## Exercises
#
# A matrix is a list of rows: `[[1.0, 2.0]]` has one row, and two columns.
#
# **1.** Write `matrix_of`: you get a linear map, from a list of n numbers to a list of some, and n. Ask it.

# %% tags=["exercise"]
from collections.abc import Callable

from docs.exercises.matrices import matrix_by_questions


def matrix_of(l: Callable[[list[float]], list[float]], n: int) -> Matrix:
    raise NotImplementedError


matrix_by_questions.check(matrix_of)

# %% [markdown]
# **2.** By hand: the matrix of the derivative of a² + b² at (a, b).

# %% tags=["exercise"]
from docs.exercises.matrices import matrix_of_magnitude


def of_magnitude(a: float, b: float) -> Matrix:
    raise NotImplementedError


matrix_of_magnitude.check(of_magnitude)

# %% [markdown]
# **3.** By hand: that of (a, b) to (cos (a b), sin (a b)). This is a beginning, and not right yet.

# %% tags=["exercise"]
import math

from docs.exercises.matrices import matrix_of_cos_sin_prod


def of_cos_sin_prod(a: float, b: float) -> Matrix:
    return [[-math.sin(a * b), 0.0], [0.0, math.cos(a * b)]]


matrix_of_cos_sin_prod.check(of_cos_sin_prod)

# %% [markdown]
# ---
# *Matrices are Cayley's (1858), who defined their product as he did so that it composes linear maps. The examples are
# section 5 of Elliott, The simple essence of automatic differentiation; that D needs nothing of linear maps but a few
# operations is section 7, and matrices are sections 8 to 10. The library's, of any sizes:
# [matrix.py](../../cat_ad/linear_maps/matrix.py). Solutions: [answers/matrices.py](../exercises/answers/matrices.py).*
