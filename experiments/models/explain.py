"""What a model expects next: the probability of each symbol after a text, as a table."""

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.data.alphabet import BOUNDARY, Alphabet
from experiments.models.glyphs import visible
from experiments.models.name_model import Reader
from experiments.models.sampling import Request, read_all, tempered

WIDTH = 40  # of the bar of a symbol that is sure, where there is place for it
OTHERS = 22  # columns of what stands before the bar
ROWS = 50


def next_symbols(read: Reader, text: str, request: Request, alphabet: Alphabet) -> None:
    """Print the symbols that may follow the text, the likeliest first, as they are drawn at this request."""
    scores = read_all(read, alphabet.encode(alphabet.boundary + text)[None, :])
    if not text:
        scores[:, BOUNDARY] = -np.inf  # a name without letters is never drawn
    (logits,) = tempered(scores, request)
    exponentials = np.exp(logits)
    probabilities = exponentials / exponentials.sum()
    console = Console()
    block = "#" if console.options.ascii_only else "\u2588"
    width = max(1, min(WIDTH, console.width - OTHERS))
    title = Text(f"after {text!r}" if text else "as the first letter")
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("next")
    table.add_column("probability", justify="right")
    table.add_column("")
    likeliest = [symbol for symbol in np.argsort(-probabilities, kind="stable") if probabilities[symbol] > 0]
    for symbol in likeliest[:ROWS]:
        name = "end" if symbol == BOUNDARY else visible(alphabet.symbols[symbol])
        bar = block * round(width * probabilities[symbol])
        table.add_row(Text(name), f"{probabilities[symbol]:.4f}", bar)
    if rest := likeliest[ROWS:]:
        table.add_row(f"{len(rest):,} others", f"{probabilities[rest].sum():.4f}")
    console.print(table)
