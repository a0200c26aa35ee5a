# %% [markdown]
# # 5 Solve for the instance
#
# *Twenty minutes. In lessons 2 to 4 you guessed how differentiable functions compose, stand side by side, and copy. Now
# you calculate it, and nobody can be wrong unnoticed.*
#
# To find x in 2x + 1 = 7 you do not guess. You write 2x = 6, because you may subtract 1 on both sides, and then x = 3.
# Each line follows from the one before, by a reason that has a name.
#
# The paper does that with programs. The unknown is not a number, but a piece of code. What must `compose` be? Say what it
# should achieve, as an equation, and solve. It is how the paper finds everything that is in it, and so it is full of
# calculations, in which each line has its reason beside it. Here you will write some, and Python checks each line.
#
# ## What should hold
#
# D⁺ makes of a function f a differentiable one: at each point a it gives the value f a, and beside it the derivative
# D f a (lesson 2). There are two ways from f and g to the derivative of both in a row:

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, Picture, picture

figure = Figure((6, 2.8), layout="constrained")
axes = figure.subplots()
for place, text in (
    ((0.0, 1.0), "f and g"),
    ((1.0, 1.0), "g ∘ f"),
    ((0.0, 0.0), "D⁺ f and D⁺ g"),
    ((1.0, 0.0), "D⁺ (g ∘ f)"),
):
    axes.text(*place, text, ha="center", va="center", size=12)
for tail, head, middle, text, color in (
    ((0.15, 1.0), (0.85, 1.0), (0.5, 1.08), "compose functions", "black"),
    ((0.27, 0.0), (0.78, 0.0), (0.52, 0.08), "compose: how?", "C1"),
    ((0.0, 0.85), (0.0, 0.15), (-0.06, 0.5), "D⁺", "black"),
    ((1.0, 0.85), (1.0, 0.15), (0.94, 0.5), "D⁺", "black"),
):
    axes.annotate("", head, tail, arrowprops={"arrowstyle": "->", "color": color, "linewidth": 1.5})
    axes.text(*middle, text, ha="center", va="center", color=color)
axes.set(xlim=(-0.4, 1.4), ylim=(-0.2, 1.25))
axes.set_axis_off()
picture(figure)

# %% [markdown]
# First compose and then differentiate: that is along the top, and down. Or first differentiate each, and then compose what
# you have: down, and along the bottom. Both should end at the same place, **whatever f and g are**. A map that keeps
# composition in this way (and identities) is called a **functor**, and "D⁺ is a functor" is our equation. The unknown is
# the arrow at the bottom: the ∘ of differentiable functions.
#
# In Python, `@` is ∘, `f(a)` is f at a, and a pair is a pair. These laws are given:

# %% tags=["run"]
from cat_ad.calculations import Calculation, calculate
from cat_ad.calculations.laws import compose_at, dup_at, fork_by_dup, id_at
from cat_ad.calculations.paper.section_3 import chain_rule, cross_rule, linear_rule, with_derivative
from cat_ad.calculations.paper.section_4 import functor
from cat_ad.calculations.vocabulary import D, D_plus, Differentiable, dup, identity, variables

f, g, h, a = variables("f g h a")
for law in (functor.keeps_composition, with_derivative, chain_rule, linear_rule):
    print(law)

# %% [markdown]
# ## The first unknown
#
# Begin with the smallest: what is id, the differentiable function that changes nothing? In lesson 2 it was where the empty
# chain was hard. It is written `identity[Differentiable]`, and prints as id_D. A calculation begins with a term. Each
# `by` has a reason, and the next line:

# %% tags=["run"]
solved = (
    calculate(identity[Differentiable](a))
    .by(functor.keeps(identity), D_plus(identity)(a))  # since D⁺ is to be a functor
    .by(with_derivative, (identity(a), D(identity)(a)))  # what D⁺ is
    .by(linear_rule, (identity(a), identity))  # id is linear: lesson 4
    .by(id_at, (a, identity))
)
print(solved)

# %% [markdown]
# At the top is the unknown, and at the bottom no D is left: id_D a = (a, id). A step stays as it is. We did not have an
# idea; we had an equation.
#
# ## A wrong line
#
# What if you write what does not follow? Take the trap of lesson 2, with the derivative of g at a, and not at f a:

# %% tags=["run"]
from cat_ad import CalculationError, CompositionError

start = calculate(D(g @ f)(a))
try:
    start.by(chain_rule, D(g)(a) @ D(f)(a))
except CompositionError as error:
    print(error)

# %% [markdown]
# It is what mypy said in lesson 2: g begins at B, where f ends, and a is in A. Where the objects are the same, the line is
# tried out, on random functions at random points:

# %% tags=["run"]
try:
    calculate(D(f @ f)(a)).by(chain_rule, D(f)(a) @ D(f)(a))
except CalculationError as error:
    print(error)

# %% [markdown]
# It says what the law would have made, and what is different in yours. And a reason must be a law. To say its name is not
# enough, which mypy knows too:

# %% tags=["run"]
from cat_ad import SpaceError

try:
    start.by("the chain rule", D(g)(f(a)) @ D(f)(a))  # type: ignore[arg-type]
    # mypy: Argument 1 to "by" of "Calculation" has incompatible type "str"; expected "Equation"
except SpaceError as error:
    print(error)

# %% [markdown]
# If you are stuck, `options` lists what a law makes of the last line:

# %% tags=["run"]
print(start.options(chain_rule))

# %% [markdown]
# ## The great unknown
#
# Now compose. Along the top of the square, and down, is D⁺ (g ∘ f) a. What is it, if we know D⁺ f and D⁺ g?

# %% tags=["run"]
down = (
    calculate(D_plus(g @ f)(a))
    .by(with_derivative, ((g @ f)(a), D(g @ f)(a)))
    .by(chain_rule, ((g @ f)(a), D(g)(f(a)) @ D(f)(a)))
    .by(compose_at, (g(f(a)), D(g)(f(a)) @ D(f)(a)))
)
print(down)

# %% [markdown]
# Look at the last line. Call f a by the name b. D⁺ f a is the pair of b and D f a; D⁺ g b is the pair of g b and D g b. So
# all that stands there can be read off these two pairs. The paper's calculation goes on and replaces each (`exl` is the
# first part of a pair, `exr` the second). Then nothing is left of f and g but D⁺ f and D⁺ g, and these may be any two
# arrows p and q of D:

# %% tags=["run"]
from cat_ad.calculations.paper.section_4 import composition

print(composition())

# %% [markdown]
# In words: let (b, f') be p a, and (c, g') be q b; then the answer is (c, g' ∘ f'). It is the `compose` of lesson 2, line
# for line, and now you know why it is right.
#
# Here is the way to it as pictures. A line of the calculation is a tree; what is new in it is orange, and so is all that the
# new is a part of.

# %%
from cat_ad.calculations.paper.section_3 import value_and_derivative_of_a_composition
from cat_ad.calculations.terms import Composition, Term, operator_of, subterms


def name_of(term: Term) -> str:
    """What a node says: a small term, or what makes a large one of its parts."""
    if len(subterms(term)) <= 4:
        return str(term)
    operator = operator_of(term)
    return (
        "∘" if isinstance(term, Composition) or operator is None else {"apply": "at"}.get(operator.text, operator.text)
    )


def tree(term: Term, before: Term) -> Picture:
    """A term, with orange where it has what the one before had not."""
    figure = Figure((6.5, 3), layout="constrained")
    axes = figure.subplots()
    leaves, old = 0, {str(part) for part in subterms(before)}

    def grow(term: Term, depth: int) -> float:
        nonlocal leaves
        parts = term.parts if len(subterms(term)) > 4 else ()
        places = [grow(part, depth + 1) for part in parts]
        leaves += not parts
        x = sum(places) / len(places) if parts else float(leaves)
        for place in places:
            axes.plot([x, place], [-depth, -depth - 1], color="lightgray", zorder=0)
        color = "moccasin" if str(term) not in old else "aliceblue"
        box = {"boxstyle": "round", "facecolor": color, "edgecolor": "gray"}
        axes.text(x, -depth, name_of(term), ha="center", va="center", size=9, bbox=box)
        return x

    grow(term, 0)
    axes.set(xlim=(0.3, max(leaves, 3) + 0.7), ylim=(-5.5, 0.5))
    axes.set_title(str(term), size=8)
    axes.set_axis_off()
    return picture(figure)


proof = value_and_derivative_of_a_composition().proof
assert proof is not None
lines = proof.terms
reasons = ["the start", *[law.reason for law in proof.equations]]
Frames(
    "Calculate",
    {
        f"{number}: {reason}": tree(line, before)
        for number, (reason, line, before) in enumerate(zip(reasons, lines, (lines[0], *lines), strict=False))
    },
)

# %% [markdown]
# What does "checked" mean here? Each step is matched against its law: the law must say just this, at some place of the
# line. And then both lines are evaluated, for random functions at random points, in every category of linear maps that the
# library has. What a calculation begins with is given: theorems 1 and 3, which are about limits; the derivatives of sin,
# cos and exp; and the laws of lesson 3. [docs/paper.md](../paper.md) lists all calculations of the paper.
#
# ## Exercises
#
# Each cell begins a calculation. Go on with `.by(law, line)`.
#
# **1.** Three functions in a row: calculate until each derivative is of one function.

# %% tags=["exercise"]
from docs.exercises.calculations import three_in_a_row


def in_a_row() -> Calculation:
    return calculate(D(h @ g @ f)(a))


three_in_a_row.check(in_a_row)

# %% [markdown]
# **2.** Solve for dup, the differentiable function that copies. You may use `with_derivative`, `linear_rule`, `dup_at`.

# %% tags=["exercise"]
from docs.exercises.calculations import solve_for_dup

print(dup_at)


def dup_of_D() -> Calculation:
    return calculate(dup[Differentiable](a)).by(functor.keeps(dup), D_plus(dup)(a))


solve_for_dup.check(dup_of_D)

# %% [markdown]
# **3.** Show that the derivative of a fork is a fork: D (f △ g) a = D f a △ D g a. In Python △ is `&`, and × is `*`. Of
# laws you have `chain_rule`, `linear_rule`, `dup_at`, and these two. The reasons are in the right order; fill in the
# lines.

# %% tags=["exercise"]
from docs.exercises.calculations import derivative_of_fork

print(fork_by_dup)
print(cross_rule)


def fork_rule() -> Calculation:
    return (
        calculate(D(f & g)(a)).by(fork_by_dup, D((f * g) @ dup)(a))
        # .by(chain_rule, ...)
        # .by(linear_rule, ...)
        # .by(dup_at, ...)
        # .by(cross_rule, ...)
        # .by(fork_by_dup, ...)
    )


derivative_of_fork.check(fork_rule)

# %% [markdown]
# ---
# *To calculate programs from what they should do is the style of Bird and Meertens, and of Backus (1978). That a
# derivative should be a functor, and the instances that follow: Elliott, The simple essence of automatic differentiation,
# sections 3.1, 4.1 and 6. His calculations, as values: [calculations/paper/](../../cat_ad/calculations/paper). Solutions:
# [answers/calculations.py](../exercises/answers/calculations.py).*
