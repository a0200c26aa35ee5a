"""A transformer that invents names: Karpathy's microgpt, a GPT-2 of 4,192 parameters, as one pipeline.

It reads a name from its beginning, and at each place scores what comes next. Ten seconds of training, and it invents:

    python experiments/gpt_names.py
    python experiments/gpt_names.py --layers 2 --width 32 --seconds 60 --rate 0.006
    python experiments/gpt_names.py sample --from latest --temperature 0.8 --explain em

And it is the same function as microgpt, to the last digits: one name a step, and the losses that microgpt prints.

    python experiments/gpt_names.py --recipe microgpt --data makemore
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Annotated, Literal

from cat_ad import (
    Dim,
    Float,
    Int,
    Three,
    Times,
    add,
    attention,
    attention_weights,
    cross_entropy,
    dense,
    each,
    embedding,
    exr,
    identity,
    masked_mean,
    packed,
    positions,
    relu,
    residual,
    rms_norm,
    stack,
)
from experiments.commands.command_line import main
from experiments.commands.microgpt import run_recipe, shuffled
from experiments.commands.program import Program, run_training
from experiments.data.alphabet import A_TO_Z, Alphabet
from experiments.data.names import load_names
from experiments.data.parts import dataset
from experiments.models.name_model import Batch, array_shapes
from experiments.models.sequence_model import Time
from experiments.models.transformer import SomeTransformer, Transformer, Weights
from experiments.process.errors import InputError
from experiments.training.checkpoint import Checkpoint
from experiments.training.flags import SizeFlags, TrainingFlags, optional

MOST_WEIGHTS = 2**40  # of a layer: more than any memory holds


@dataclass(frozen=True, kw_only=True)
class Sizes(SizeFlags):
    """The sizes of the model, and the recipe that decides all others."""

    width: int = 16
    """Size of the vector that stands for a symbol at its place; a multiple of --heads."""
    heads: int = 4
    """Heads of attention, which share the width."""
    layers: int = 1
    """Layers, each of attention and a network with one hidden layer."""
    recipe: Annotated[Literal["microgpt"] | None, optional("microgpt", "none")] = None
    """Train just as Karpathy's microgpt does: in its order, a thousand steps of one name each."""


@dataclass(frozen=True, kw_only=True)
class Flags(TrainingFlags, Sizes):
    """The sizes of the model, and the flags of every program."""

    context: int = 16
    """Symbols that the model reads at most."""
    batch: int = 64
    """Names in a step (all of them, if there are fewer)."""
    rate: float = 0.014
    """The peak of the learning rate."""


def gpt(flags: Flags, alphabet: Alphabet = A_TO_Z) -> SomeTransformer:
    """4,192 parameters, unless flags or alphabet say otherwise. Raises InputError unless heads can share the width."""
    if flags.width % flags.heads:
        raise InputError(
            f"--heads: asked for {flags.heads} heads to share a width of {flags.width}; "
            f"found {flags.width % flags.heads} left over; give a --width that is a multiple of --heads"
        )

    class Vocab(Dim, size=len(alphabet)): ...

    class Context(Dim, size=flags.context): ...

    class Heads(Dim, size=flags.heads): ...

    class HeadDim(Dim, size=flags.width // flags.heads): ...

    class Hidden(Dim, size=4 * flags.width): ...

    Width = Times[Heads, HeadDim]

    norm = each(Time, rms_norm(Width))
    attend = (
        norm
        >> each(Time, dense(Width, Times[Three, Width]))  # of each place a query, a key and a value:
        >> attention(Time, Heads, HeadDim)  # the values of earlier places, weighed by how keys fit the query,
        >> each(Time, dense(Width, Width))  # and mixed
    )
    think = norm >> each(Time, dense(Width, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Width))

    block = residual(attend) >> residual(think)

    weights = sum(map(prod, array_shapes(block.parameters)))
    if weights >= MOST_WEIGHTS:
        raise InputError(f"--width: asked for {flags.width}; found {weights} weights in a layer; give a smaller one")

    class Block(Dim, size=weights): ...

    class Layers(Dim, size=flags.layers): ...

    symbols = each(Time, embedding(Vocab, Width, scale=0.2))
    places = positions(Time) >> each(Time, embedding(Context, Width, scale=0.2))
    model = (
        (symbols & places)  # rows of two tables, one for each symbol and one for its place,
        >> add(Float[Time, Width])
        >> norm
        >> stack(packed(Block, block), Layers)  # each with weights of its own, which are a row
        >> each(Time, dense(Width, Vocab))  # and at each place a score for each symbol that may follow
    )
    losses = each(Time, cross_entropy(Vocab)) & exr(Float[Time, Vocab], Int[Time])
    of_a_name = model * identity(Int[Time]) >> losses
    loss = each(Batch, of_a_name) >> masked_mean(Batch, Time)
    return Transformer(
        loss=packed(Weights, loss),
        loss_of_one=packed(Weights, of_a_name >> masked_mean(Time)),
        model=packed(Weights, model),
        parameters=model.parameters,
        context=flags.context,
        width=flags.width,
        look=attention_weights(Time, Heads, HeadDim),
        alphabet=alphabet,
    )


def trained_names(flags: Flags, names: Sequence[str], steps: int) -> Sequence[str]:
    """The names that so many steps have learned from."""
    return dataset(names, flags.seed).train if flags.recipe is None else shuffled(names)[1][:steps]


def train(program: Program[Flags], flags: Flags, saved: Checkpoint | None) -> None:
    """Train, by the recipe if one is given."""
    if flags.recipe is None:
        run_training(program, flags, saved)
    else:
        names = program.names(flags.data)
        run_recipe(program.name, gpt(flags, program.alphabet(flags.data, names)), names, flags, flags.layers)


ABOUT = "Train a transformer for ten seconds, and let it invent names."
PROGRAM = Program("gpt_names", Flags, gpt, load_names, trained_names, train)

if __name__ == "__main__":
    sys.exit(main(PROGRAM, ABOUT))
