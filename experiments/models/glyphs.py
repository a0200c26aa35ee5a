r"""Letters that can be seen: of any alphabet, one by one, in a table or in a picture.

A space, an accent without its letter, or a joiner cannot be seen alone, so something else stands for it:

>>> [visible(letter) for letter in ("a", " ", "\u0301", "\u200d")]
['a', '␣', '◌́', 'U+200D']
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

OWN = "DejaVu Sans"  # the font of Matplotlib
LAST_RESORT = "Last Resort"  # begins the name of a font of boxes
SPACE, END_OF_LINE, PLACE_OF_A_LETTER = "␣", "⏎", "◌"


def visible(symbol: str) -> str:
    """What stands for a symbol where it stands alone."""
    if symbol in " \n":
        return SPACE if symbol == " " else END_OF_LINE
    if not symbol.isprintable() or unicodedata.name(symbol, "").startswith("VARIATION SELECTOR"):
        return number(symbol)
    return PLACE_OF_A_LETTER + symbol if unicodedata.category(symbol).startswith("M") else symbol


def number(symbol: str) -> str:
    """The number of a symbol in Unicode, as it is usually written."""
    return f"U+{ord(symbol):04X}"


def drawn(symbols: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands for each symbol in a picture, and the fonts to draw it with: the first that has a letter is taken.

    The fonts of this machine are searched for letters that Matplotlib's own does not have; a letter that none has is
    shown by its number. For use within `experiments.process.pictures`.
    """
    from matplotlib.font_manager import fontManager, get_font

    labels = list(map(visible, symbols))
    fonts, missing = [OWN], set(map(ord, "".join(labels)))
    for entry in sorted(fontManager.ttflist, key=lambda entry: entry.name != OWN):
        if not missing:
            break
        try:
            font = get_font(entry.fname)
        except (OSError, RuntimeError):  # removed, or broken
            continue
        found = missing & font.get_charmap().keys()
        if found and font.scalable and not entry.name.startswith(LAST_RESORT):
            fonts = [*dict.fromkeys([*fonts, entry.name])]
            missing -= found
    labels = [
        label if missing.isdisjoint(map(ord, label)) else number(symbol)
        for label, symbol in zip(labels, symbols, strict=True)
    ]
    return labels, fonts
