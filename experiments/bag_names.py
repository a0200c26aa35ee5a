"""The simplest model of names: each symbol that is read votes for the next, wherever it stands.

The rows of a table for the symbols that are read are summed, and one matrix scores the next symbol. It reads 80 names
for a second:

    python experiments/bag_names.py
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from dataclasses import dataclass
from typing import Annotated, ClassVar

from cat_ad import Dim, Float, Index, cross_entropy, dense, each, embedding, identity, mean, total, transpose
from experiments.commands.command_line import main
from experiments.commands.program import Program
from experiments.data.alphabet import A_TO_Z, Alphabet
from experiments.models.name_model import Batch, SomeNameModel
from experiments.models.window_model import WindowModel
from experiments.training.flags import SizeFlags, TrainingFlags, optional

NAMES = """
    ada alan alice amelia anna arthur astrid aurora ben bruno carla carmen cecilia chloe clara daniel david
    diana edgar elena elias ella emil emma erik eva felix finn flora frida george greta hannah hector helena
    henry hugo ida ines iris isaac jacob jane johan julia karl lara laura leo lena lily linus lucas lucia
    maria martin maya mia mila nina noah nora olga oscar paula peter robert rosa ruth samuel simon sofia
    stella thea theo tomas vera victor viola walter
"""


@dataclass(frozen=True, kw_only=True)
class Sizes(SizeFlags):
    """The sizes of the model."""

    embedding: int = 10
    """Size of the vector that stands for a symbol."""


@dataclass(frozen=True, kw_only=True)
class Flags(TrainingFlags, Sizes):
    """The sizes of the model, and the flags of every program."""

    default_seconds: ClassVar[float] = 1.0

    seconds: Annotated[float | None, optional("FLOAT", f"{default_seconds:g}")] = None
    """How long to train, if --steps is not given."""
    batch: int = 128
    """Examples in a step (all of them, if there are fewer)."""
    rate: float = 3e-4
    """The peak of the learning rate."""


def bag(flags: Flags, alphabet: Alphabet = A_TO_Z) -> SomeNameModel:
    """540 parameters, unless flags or alphabet say otherwise."""

    class Vocab(Dim, size=len(alphabet)): ...

    class Context(Dim, size=flags.context): ...

    class Emb(Dim, size=flags.embedding): ...

    model = (
        each(Context, embedding(Vocab, Emb, scale=0.3))  # a row of a table for each symbol that is read,
        >> transpose(Context, Emb)
        >> each(Emb, total(Float[Context]))  # the rows summed,
        >> dense(Emb, Vocab, scale=0.3)  # and weighed: a score for each symbol
    )
    loss = each(Batch, model * identity(Index) >> cross_entropy(Vocab)) >> mean(Float[Batch])
    return WindowModel(loss, model, alphabet=alphabet)


ABOUT = "Train the simplest model of names for one second, and let it invent names."
PROGRAM = Program("bag_names", Flags, bag, NAMES.split)

if __name__ == "__main__":
    sys.exit(main(PROGRAM, ABOUT))
