"""The page for teachers knows what learners get wrong, and leads to lessons that are there."""

import re

from docs.exercises.answers.__main__ import PAGE, PLACE, table


def test_the_table_is_that_of_the_answers() -> None:
    """`python -m docs.exercises.answers` writes it."""
    found = PLACE.search(PAGE.read_text("utf-8"))
    assert found
    assert found[0].removeprefix(found[1]).removesuffix(found[2]) == table()


def test_the_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE.read_text("utf-8")):
        assert (PAGE.parent / link).exists(), link
