"""What a model expects next: the probability of each symbol after a text, as a table."""

import numpy as np
from rich.console import Console
from rich.table import Table

from experiments.data.names import BOUNDARY, SYMBOLS, encode
from experiments.models.name_model import Reader
from experiments.models.sampling import Request, read_all, tempered

WIDTH = 40  # of the bar of a symbol that is sure


def next_symbols(read: Reader, text: str, request: Request) -> None:
    """Print the symbols that may follow the text, the likeliest first, as they are drawn at this request."""
    scores = read_all(read, encode(SYMBOLS[BOUNDARY] + text)[None, :])
    if not text:
        scores[:, BOUNDARY] = -np.inf  # a name without letters is never drawn
    (logits,) = tempered(scores, request)
    exponentials = np.exp(logits)
    probabilities = exponentials / exponentials.sum()
    console = Console()
    block = "#" if console.options.ascii_only else "\u2588"
    table = Table(title=f"after {text!r}" if text else "as the first letter", title_justify="left", box=None)
    table.add_column("next")
    table.add_column("probability", justify="right")
    table.add_column("")
    for symbol in np.argsort(-probabilities, kind="stable"):
        if probabilities[symbol] > 0:
            name = "end" if symbol == BOUNDARY else SYMBOLS[symbol]
            bar = block * round(WIDTH * probabilities[symbol])
            table.add_row(name, f"{probabilities[symbol]:.4f}", bar)
    console.print(table)
