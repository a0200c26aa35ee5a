"""A network with one hidden layer that invents names, letter by letter (Bengio et al. 2003).

It reads three symbols and scores each that may come next. Ten seconds of training, and it invents:

    python experiments/mlp_names.py
    python experiments/mlp_names.py sample --from latest --temperature 0.8 --prefix em
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from dataclasses import dataclass

from cat_ad import Dim, Float, Index, Times, cross_entropy, each, embedding, flatten, identity, linear, mean, tanh
from experiments.commands.command_line import main
from experiments.commands.program import Program
from experiments.data.alphabet import A_TO_Z, Alphabet
from experiments.data.names import load_names
from experiments.models.name_model import Batch, SomeNameModel
from experiments.models.window_model import WindowModel
from experiments.training.flags import SizeFlags, TrainingFlags


@dataclass(frozen=True, kw_only=True)
class Sizes(SizeFlags):
    """The sizes of the model."""

    embedding: int = 10
    """Size of the vector that stands for a symbol."""
    hidden: int = 128
    """Hidden units."""


@dataclass(frozen=True, kw_only=True)
class Flags(TrainingFlags, Sizes):
    """The sizes of the model, and the flags of every program."""


def mlp(flags: Flags, alphabet: Alphabet = A_TO_Z) -> SomeNameModel:
    """7,721 parameters, unless flags or alphabet say otherwise."""

    class Vocab(Dim, size=len(alphabet)): ...

    class Context(Dim, size=flags.context): ...

    class Emb(Dim, size=flags.embedding): ...

    class Hidden(Dim, size=flags.hidden): ...

    model = (
        each(Context, embedding(Vocab, Emb))  # a row of a table for each symbol that is read,
        >> flatten(Context, Emb)  # the rows one after another,
        >> linear(Times[Context, Emb], Hidden)  # weighed and added up, in many ways,
        >> tanh(Float[Hidden])  # each squeezed to between -1 and 1,
        >> linear(Hidden, Vocab, scale=0.1)  # and weighed again: a score for each symbol
    )
    loss = each(Batch, model * identity(Index) >> cross_entropy(Vocab)) >> mean(Float[Batch])
    return WindowModel(loss, model, alphabet=alphabet)


ABOUT = "Train a network with one hidden layer for ten seconds, and let it invent names."
PROGRAM = Program("mlp_names", Flags, mlp, load_names)

if __name__ == "__main__":
    sys.exit(main(PROGRAM, ABOUT))
