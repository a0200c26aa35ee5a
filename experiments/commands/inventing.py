"""What the programs on names do with a model that was trained: invent names, or explain what it expects."""

from __future__ import annotations

import sys

import numpy as np

from experiments.commands.program import F, Program, first_parameters
from experiments.data.alphabet import normalised, shown
from experiments.data.names import require_known
from experiments.models.explain import next_symbols
from experiments.models.name_model import NameModel, P, SomeNameModel, X
from experiments.models.sampling import invent, print_names
from experiments.process.attempts import Attempts
from experiments.process.errors import DataError, InputError, UnfinishedError
from experiments.process.output import unprinted
from experiments.training.checkpoint import read
from experiments.training.flags import SampleFlags
from experiments.training.runs import write


@np.errstate(all="ignore")  # of numbers that a checkpoint may have, near those that cannot be
def run_sampling(program: Program[F], request: SampleFlags) -> None:
    """Print names that a saved run invents, each marked as new or not if the names it was trained on can be read.

    Or, with --explain, print what it expects after some letters. Raises InputError if there is no such run, or if a
    prefix is too long for its model, and UnfinishedError if the names of --data, by which to mark, are not those of the
    run.
    """
    saved = read(request.run, program.name)
    flags = program.saved_flags(saved)
    model = program.model(flags, saved.alphabet)
    saved.require_shapes(model.shapes())
    params = saved.training(first_parameters(model, flags)).params
    for flag, asked in (("--prefix", request.prefix), ("--explain", request.explain or "")):
        _require_read(flag, asked, model)
    if request.explain is not None:
        _explain(model, params, request, normalised(request.explain))
        return
    learned, unknown = None, ""
    try:
        data = require_known(flags.data) if request.data is None else request.data
        names = program.names(data)
        saved.require_names(names, data)
        learned = frozenset(program.trained_names(flags, names, saved.about["steps"]))
    except (InputError, DataError) as error:
        unknown = f"names are not marked: {error}"
    for samples in invent(model, params, request, program.chance(flags, request.seed)):
        if learned is None:
            print(*samples, sep="\n")
        else:
            print_names(samples, learned)
        if unprinted() is not None:
            return
    if unknown and request.data is not None:
        raise UnfinishedError(unknown)
    if unknown:
        print(f"{program.name}: {unknown}", file=sys.stderr)


def _require_read(flag: str, asked: str, model: SomeNameModel) -> None:
    """Raise InputError unless the model can read these letters, and one more."""
    text = normalised(asked)
    stranger = next((letter for letter in text if letter not in model.alphabet.letters), None)
    if stranger is not None:
        raise InputError(
            f"{flag}: asked for {asked!r}; found {shown(stranger)}, which none of the names of the run has; "
            f"give letters of {model.alphabet}"
        )
    if model.longest is not None and len(text) >= model.longest:
        raise InputError(
            f"{flag}: asked for {len(text)} letters; found a model that reads {model.longest} symbols, "
            f"of which one is the beginning; give at most {model.longest - 1}"
        )


def _explain(model: NameModel[P, X], params: P, request: SampleFlags, text: str) -> None:
    """Print what may come next, and write pictures of how the model reads the text to the folder of the run."""
    next_symbols(model.reader(params, 1), text, request, model.alphabet)
    attempts = Attempts()
    with attempts.at("a picture"):
        for name, picture in model.pictures(params, text).items():
            write(request.run / name, picture)
            print(f"\n{request.run / name}")
    attempts.require_all("the rest is done")
