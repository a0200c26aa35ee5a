"""Letters that can be seen, one by one, whatever fonts there are."""

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # fontTools ships no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.data.alphabet import is_letter
from experiments.models.attention_pictures import attention_map
from experiments.models.glyphs import OWN, drawn, number, visible
from experiments.process.pictures import drawing

SYMBOLS = st.characters().filter(is_letter) | st.just("\n")


def points_of(fonts: list[str]) -> set[int]:
    """The code points that these fonts have glyphs for."""
    from matplotlib.font_manager import fontManager, get_font

    files = [entry.fname for entry in fontManager.ttflist if entry.name in fonts]
    return {point for file in files for point in get_font(file).get_charmap()}


@given(SYMBOLS)
def test_a_symbol_shows_something_that_no_other_shows(symbol: str) -> None:
    shown = visible(symbol)
    assert shown.isprintable()
    assert shown.strip() == shown != ""
    assert shown in (symbol, number(symbol), "␣", "⏎", "◌" + symbol)
    assert (shown == "◌" + symbol) <= unicodedata.category(symbol).startswith("M")


SHOWN = {"a": "a", "é": "é", " ": "␣", "\n": "⏎", "\u0301": "◌\u0301", "\u200d": "U+200D", "\ufe0f": "U+FE0F"}


@pytest.mark.parametrize(("symbol", "shown"), SHOWN.items())
def test_what_would_not_be_seen_is_shown_by_a_sign_or_its_number(symbol: str, shown: str) -> None:
    assert visible(symbol) == shown


@settings(max_examples=20)  # each looks through all fonts
@given(st.lists(st.sampled_from(".aé'- \nשָअ山한😀\u200d🇫") | SYMBOLS, min_size=1, max_size=5))
def test_a_label_has_a_glyph_for_all_of_it(symbols: list[str]) -> None:
    """Else it is the number of its symbol."""
    with drawing():
        labels, fonts = drawn(symbols)
        known = points_of(fonts)
    for symbol, label in zip(symbols, labels, strict=True):
        assert label in (visible(symbol), number(symbol))
        assert known.issuperset(map(ord, label))


def test_a_letter_is_drawn_with_the_first_font_that_has_it(tmp_path: Path) -> None:
    """Here with one of a single letter, of a script that Matplotlib's own fonts do not have."""
    with drawing():
        from matplotlib.font_manager import fontManager

        before: list[Any] = list(fontManager.ttflist)
        own = [entry for entry in before if entry.name == OWN]
        broken = type(own[0])(fname=str(tmp_path / "none.ttf"), name="Broken")
        font_of("山", tmp_path / "one.ttf")
        try:
            fontManager.ttflist[:] = [broken, *own]
            assert drawn([".", "山"]) == ([".", "U+5C71"], [OWN])
            fontManager.addfont(tmp_path / "one.ttf")
            assert drawn([".", "山", "田"]) == ([".", "山", "U+7530"], [OWN, "One"])
            assert attention_map([np.eye(2)[None]], "\n山").startswith(b"\x89PNG")
        finally:
            fontManager.ttflist[:] = before


def font_of(letter: str, path: Path) -> None:
    """A font with this letter only."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((250, 500))
    pen.closePath()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "one"])
    font.setupCharacterMap({ord(letter): "one"})
    font.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "one": pen.glyph()})
    font.setupHorizontalMetrics({".notdef": (600, 0), "one": (600, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "One", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)


@pytest.mark.parametrize("text", [".山田", "\n$a$", ".\u0301 \u200d", ".😀🇫\ufe0f", ".مريم", "._^{\\"])
def test_a_picture_can_be_drawn_of_any_letters(text: str) -> None:
    weights = np.tile(np.tri(len(text)), (2, 1, 1))
    assert attention_map([weights], text).startswith(b"\x89PNG")
