"""The slides are made of what they are about, and want nothing else."""

import re
from pathlib import Path

from docs.slides import DOCS, essence, slides
from experiments import essence as page


def test_slides_are_one_file() -> None:
    made = slides()
    assert made.count("<section>") == (DOCS / "slides.md").read_text("utf-8").count("\n---\n") + 1
    assert not re.search(r"(src|href)=", made.replace('xlink:href="#', "").replace('href="#', ""))
    assert "25.0 (6.0, 8.0)" in made


def test_slides_show_the_page() -> None:
    """The classes of the paper are all there."""
    shown = set(re.findall(r"^[A-Za-z_.]+$", (DOCS / "slides.md").read_text("utf-8"), re.MULTILINE))
    assert {"Cartesian", "Linear", "Functions", "Dual", "D.compose"} <= shown
    assert essence("D.compose") in (Path(page.__file__).read_text("utf-8").replace("\n    ", "\n"))
