"""Each exercise takes its solution, and says of wrong answers what is not right."""

from collections import Counter
from fractions import Fraction
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import docs.exercises
from docs.exercises import Exercise, learning, wires
from docs.exercises.answers import SomeAnswers, Wrong, answers

TOPICS = sorted(path.stem for path in Path(docs.exercises.__path__[0]).glob("[a-z]*.py"))
ANSWERS = [each for topic in answers().values() for each in topic]
NAMES = [asked.exercise.name for asked in ANSWERS]


@pytest.mark.parametrize("topic", TOPICS)
def test_each_exercise_has_answers(topic: str) -> None:
    asked = [x for x in vars(import_module(f"docs.exercises.{topic}")).values() if isinstance(x, Exercise)]
    assert [x.exercise.name for x in answers()[topic]] == [x.name for x in asked]
    assert all(x.question and len(x.hints) == 2 for x in asked)


@pytest.mark.parametrize("asked", ANSWERS, ids=NAMES)
def test_a_right_answer_is_right(asked: SomeAnswers) -> None:
    assert asked.exercise.reply(asked.right).startswith("Right. ")


@pytest.mark.parametrize(
    ("exercise", "wrong"),
    [
        pytest.param(x.exercise, wrong, id=f"{x.exercise.name}-{number}")
        for x in ANSWERS
        for number, wrong in enumerate(x.wrong, 1)
    ],
)
def test_a_wrong_answer_is_told_why(exercise: Exercise[Any], wrong: Wrong[Any]) -> None:
    reply = exercise.reply(wrong.answer)
    assert reply.startswith("Not yet. ")
    assert wrong.reply in reply
    assert wrong.misunderstanding


@pytest.mark.parametrize("asked", ANSWERS, ids=NAMES)
@pytest.mark.parametrize("nonsense", [None, 3, "text", {}, lambda: None, lambda *xs: None, lambda x: lambda y: None])
def test_nonsense_gets_a_reply(asked: SomeAnswers, nonsense: object) -> None:
    reply = asked.exercise.reply(nonsense)
    assert reply.startswith("Not yet. ")
    assert " at 0x" not in reply


MORE_RIGHT: dict[str, list[Any]] = {  # Any: each exercise has answers of its own type
    "derivative_of_cube": [
        lambda a: lambda da: np.float32(3 * a * a * da),
        lambda a: lambda da: np.array(3 * a * a * da),
        lambda a: lambda da: 3 * Fraction(a) ** 2 * Fraction(da),
    ],
    "which_are_linear": [["2x", "0", "-x / 3"], frozenset({"2x", "0", "-x / 3"})],
    "derivative_of_product": [
        lambda at: partial(np.dot, at[::-1]),
        lambda at: lambda step: np.float32(at[1] * step[0] + at[0] * step[1]),
    ],
    "which_numbers": [(8, 30), [8.0, 30.0], (np.float64(8), np.int64(30))],
    "composition": [lambda f, g: lambda a: (lambda b, f_: (lambda c, g_: [c, lambda da: g_(f_(da))])(*g(b)))(*f(a))],
    "read_the_diagram": [lambda a, b: np.asarray(np.sin(b) - a * b), wires.to_read],
    "product_of_series": [lambda a, b: tuple(np.convolve(a, b)[: len(a)].astype(np.float32))],
    "back_of_bias": [lambda dy: [dy, sum(dy)]],
    "momentum": [lambda there, g: [*(np.array([[0.9, 0.0], [-0.09, 1.0]]) @ there + np.array([1.0, -0.1]) * g)]],
    "clipping": [lambda weights: [weights, lambda g: tuple(np.clip(g, -1, 1))]],
    "count_the_pairs": [lambda names: Counter(pair for x in names for pair in zip("." + x, x + ".", strict=True))],
}


@pytest.mark.parametrize("name", MORE_RIGHT)
def test_a_right_answer_is_right_in_any_form(name: str) -> None:
    (asked,) = [asked for asked in ANSWERS if asked.exercise.name == name]
    for answer in MORE_RIGHT[name]:
        assert asked.exercise.reply(answer).startswith("Right. ")


NEARLY_RIGHT: dict[str, list[tuple[Any, str]]] = {  # Any: each exercise has answers of its own type
    "derivative_of_cube": [
        (lambda a: lambda da: ((a + 1e-6) ** 3 - (a - 1e-6) ** 3) / 2e-6 * da, "quotient of small differences"),
    ],
    "which_are_linear": [({"2x", 0, "-x / 3"}, "0 is no text"), ({"2x", "-x/3"}, "There is no '-x/3' among '2x'")],
    "derivative_of_product": [
        (lambda at: lambda step: at[1] * abs(step[0]) + at[0] * step[1], "a step of (-1.0, 0.0)"),
        (lambda at: lambda step: at[1] * step[0] + at[0] * step[1] ** 3, "a step of (0.0, 2.0)"),
        (lambda at: lambda s: at[1] * s[0] + at[0] * s[1] + s[0] * s[1] * (s[0] - 2), "a step of (-3.0, -0.5)"),
    ],
    "composition": [(lambda f, g: lambda a: (x for x in (1, 2)), "gives a generator, where a pair is wanted")],
    "which_mode": [({"a million weights to one loss": "Reverse"}, "no mode 'Reverse' among 'forward', 'reverse'")],
    "backwards": [
        (lambda x, d: np.exp(x) * (1 + x) * abs(d), "At d = -1"),
        (lambda x, d: None, "Does the function end with `return`?"),
    ],
    "composition_of_ways": [
        (
            lambda f, g: learning.Way(lambda s: g.get(f.get(s)), lambda s, c: f.put(s, c) * g.put(f.get(s), 1.0)),
            "f has to put what g gives back",
        ),
    ],
    "momentum": [
        (lambda there, g: (0.9 * there[0] + abs(g), there[1] - 0.1 * (0.9 * there[0] + abs(g))), "a gradient of -4"),
    ],
    "clipping": [(lambda weights: (weights, lambda g: (np.clip(g[0], -1, 1), g[1])), "(0.25, 7)")],
    "count_the_pairs": [
        (
            lambda names: {
                x[i : i + 2]: sum(f".{y}.".count(x[i : i + 2]) for y in names)
                for x in (f".{name}." for name in names)
                for i in range(len(x) - 1)
            },
            "two pairs may share a letter",
        ),
    ],
    "one_head": [(lambda q, k, v: None, "Does the function end with `return`?")],
    "with_temperature": [
        (lambda s, t: np.exp((s - s[0]) / t) / np.exp((s - s[0]) / t).sum(), "too large for a computer"),
    ],
}


@pytest.mark.parametrize("name", NEARLY_RIGHT)
def test_an_answer_that_is_nearly_right_is_told_where_it_is_not(name: str) -> None:
    (asked,) = [asked for asked in ANSWERS if asked.exercise.name == name]
    for answer, why in NEARLY_RIGHT[name]:
        reply = asked.exercise.reply(answer)
        assert reply.startswith("Not yet. ")
        assert why in reply
