"""What learners get wrong, as the table of the page for teachers: python -m docs.exercises.answers"""

from __future__ import annotations

import re
from pathlib import Path

from docs.exercises.answers import answers

DOCS = Path(__file__).parents[2]
PAGE = DOCS / "teaching.md"
PLACE = re.compile(r"(<!-- misunderstandings -->\n).*(<!-- /misunderstandings -->)", re.DOTALL)


def table() -> str:
    """A row for each wrong answer, in the order of the lessons."""
    rows, asked = ["| lesson | exercise | what they think | what the check says |", "|---|---|---|---|"], answers()
    for lesson in sorted((DOCS / "lessons").glob("[a-z]*.py")):
        (topic,) = set(re.findall(r"^from docs\.exercises\.([a-z]\w*) import", lesson.read_text("utf-8"), re.MULTILINE))
        link = f"[{' '.join(lesson.stem.split('_')[:2])}](lessons/{lesson.name})"
        for each in asked[topic]:
            for wrong in each.wrong:
                said = f"… {wrong.reply} …".replace("|", "\\|")
                rows.append(f"| {link} | `{each.exercise.name}` | {wrong.misunderstanding} | {said} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(PLACE.sub(lambda at: at[1] + table() + at[2], PAGE.read_text("utf-8")), "utf-8")
    print(PAGE)
