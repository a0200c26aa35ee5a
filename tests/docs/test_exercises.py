"""Each exercise takes its solution, and says of wrong answers what is not right."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import docs.exercises
from docs.exercises import Exercise
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
