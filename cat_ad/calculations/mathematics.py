"""Terms as mathematics for a page: MathML, which browsers show without anything else.

>>> written("g ∘ f")
'<mi>g</mi><mo stretchy="false">∘</mo><mi>f</mi>'
>>> written("dot⁻¹ aᵢ")
'<msup><mi>dot</mi><mn>-1</mn></msup><mspace width="0.3em"/><msub><mi>a</mi><mi>i</mi></msub>'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

MARKS = {
    "ᵢ": "<msub>{}<mi>i</mi></msub>",
    "ᵀ": "<msup>{}<mi>T</mi></msup>",
    "†": "<msup>{}<mo>†</mo></msup>",
    "⁺": "<msup>{}<mo>+</mo></msup>",
    "⁻¹": "<msup>{}<mn>-1</mn></msup>",
}
MARK = re.compile("|".join(MARKS) + "|_[A-Za-z]+")
TOKEN = re.compile(f"(?P<name>[^\\W_ᵢᵀ¹]+\u0302?)?(?P<marks>(?:{MARK.pattern})+)|(?P<word>[^\\W_]+\u0302?)|(.)")
SPACED = set("∘×△▽+⊗=,")  # which make room for themselves


def written(text: str) -> str:
    """A term."""
    return "".join([_token(found, text) for found in TOKEN.finditer(text)])


def _token(found: re.Match[str], text: str) -> str:
    if found["marks"]:
        made = f"<mi>{escape(found['name'])}</mi>" if found["name"] else "<mrow></mrow>"
        for mark in MARK.findall(found["marks"]):
            made = MARKS.get(mark, f"<msub>{{}}<mi>{mark[1:]}</mi></msub>").format(made)
        return made
    if found["word"]:
        return f"<mi>{escape(found['word'])}</mi>"
    if found[0] != " ":
        return f'<mo stretchy="false">{escape(found[0])}</mo>'
    beside = {text[found.start() - 1], text[found.end()]}
    return "" if beside & SPACED else '<mspace width="0.3em"/>'


def mathematics(text: str) -> str:
    """A term or an equation on a line of its own."""
    return f'<math display="block">{written(text)}</math>'


def aligned(terms: Sequence[object], reasons: Sequence[str]) -> str:
    """Term by term, with the reason of each step."""
    rows = [_row("", written(str(terms[0])))]
    for reason, term in zip(reasons, terms[1:], strict=True):
        rows += [_row("=", f"<mtext>{{ {escape(reason)} }}</mtext>"), _row("", written(str(term)))]
    return f'<math display="block"><mtable columnalign="center left">{"".join(rows)}</mtable></math>'


def _row(sign: str, right: str) -> str:
    left = f"<mo>{sign}</mo>" if sign else ""
    return f'<mtr><mtd>{left}</mtd><mtd style="text-align: left">{right}</mtd></mtr>'
