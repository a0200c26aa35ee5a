"""Terms as mathematics for a page: MathML, which browsers show without anything else.

>>> written("D g (f a)")
'<mi>D</mi><mspace width="0.3em"/><mi>g</mi><mspace width="0.3em"/><mo>(</mo><mi>f</mi>...
>>> written("dot⁻¹ aᵢ")
'<msup><mi>dot</mi><mn>-1</mn></msup><mspace width="0.3em"/><msub><mi>a</mi><mi>i</mi></msub>'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

TOKEN = re.compile("([^\\W_ᵢᵀ¹]+\u0302?)(ᵢ|ᵀ|⁺|⁻¹|_\\w+)?|(ᵢ|ᵀ)|( )|(.)")
SPACED = "∘×△▽+⊗="


def written(text: str) -> str:
    """A term."""
    made = list[str]()
    for found in TOKEN.finditer(text):
        name, mark, after, space, symbol = found.groups()
        if name:
            made.append(_marked(f"<mi>{escape(name)}</mi>", mark))
        elif after:
            made.append(_marked("<mrow></mrow>", after))
        elif symbol:
            made.append(f"<mo>{escape(symbol)}</mo>")
        elif space and not {text[found.start() - 1], text[found.end()]} & {*SPACED, ","}:
            made.append('<mspace width="0.3em"/>')
    return "".join(made)


def _marked(base: str, mark: str | None) -> str:
    match mark:
        case None:
            return base
        case "ᵢ":
            return f"<msub>{base}<mi>i</mi></msub>"
        case "ᵀ":
            return f"<msup>{base}<mi>T</mi></msup>"
        case "⁺":
            return f"<msup>{base}<mo>+</mo></msup>"
        case "⁻¹":
            return f"<msup>{base}<mn>-1</mn></msup>"
    return f"<msub>{base}<mi>{mark[1:]}</mi></msub>"


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
    return f"<mtr><mtd>{left}</mtd><mtd>{right}</mtd></mtr>"
