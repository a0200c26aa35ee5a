"""The command line of the programs: flags in, exit code out, and one line on stderr for whatever cannot be done.

python experiments/mlp_names.py [flags]                     trains
python experiments/mlp_names.py sample --from latest        invents names with the model that was trained last
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import fields, replace

import tyro

from experiments.commands.inventing import run_sampling
from experiments.commands.program import F, Program
from experiments.data.names import KNOWN
from experiments.process.errors import InputError, in_a_line
from experiments.process.exit_codes import exit_code, leave
from experiments.process.flag_words import parsed
from experiments.training.checkpoint import Checkpoint, read
from experiments.training.flags import (
    DeviceFlags,
    SampleFlags,
    flag_of,
    require_devices,
    require_no_empty,
    require_valid,
)
from experiments.training.runs import run_of

MAY_CHANGE = (  # flags that may be given with --resume
    *("data", "seconds", "steps", "out", "resume", "backend", "save_every"),
    *(field.name for field in fields(DeviceFlags)),
)
UNTOLD = ""  # for --data, of a run whose names are of a file: its path is that of whoever wrote the checkpoint


def main(program: Program[F], about: str, arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say, by default those of the process; return the exit code.

    `about` is what --help says of the program. A command line that cannot be parsed raises SystemExit(2), --help
    SystemExit(0), both having printed what they should.
    """
    words = sys.argv[1:] if arguments is None else arguments

    def work() -> None:
        require_no_empty(words)
        if words[:1] == ["sample"]:
            run_sampling(program, _sample_flags(program, words[1:]))
        else:
            program.train(program, *_training_flags(program, about, words))

    return leave(exit_code(program.name, work))


def _sample_flags(program: Program[F], words: Sequence[str]) -> SampleFlags:
    about = f"Names that a run of {program.name} invents."
    flags = parsed(SampleFlags, f"{program.name}.py sample", about, words)
    require_valid(flags)
    return replace(flags, run=run_of(program.name, flags.run, "--from"))


def _training_flags(program: Program[F], about: str, words: Sequence[str]) -> tuple[F, Checkpoint | None]:
    """The flags, and the run to go on from. The flags of that run are the defaults; a few may change."""
    prog = f"{program.name}.py"
    about = f"{about}\n\nTo invent names with a model that was trained: {prog} sample --help"
    flags = parsed(program.flags, prog, about, words, command="sample")
    require_valid(flags)
    if flags.resume is None:
        require_devices(flags)
        return flags, None
    folder = run_of(program.name, flags.resume, "--resume")
    saved = read(folder, program.name)
    before = program.saved_flags(saved)
    data = before.data if before.data in KNOWN else UNTOLD
    default = replace(before, seconds=None, steps=None, data=data)
    flags = replace(tyro.cli(program.flags, prog=prog, args=words, default=default), resume=folder)
    if flags.data == UNTOLD:
        found = f"that its names are of a file, {in_a_line(repr(before.data))}"
        raise InputError(f"--resume: asked to go on; found {found}; give this file with --data")
    require_valid(flags)
    for field in fields(flags):
        given, was = getattr(flags, field.name), getattr(before, field.name)
        if given != was and field.name not in MAY_CHANGE:
            flag = flag_of(field.name)
            raise InputError(f"--resume: asked for {flag} {given}; found that this run has {was}; leave {flag} out")
    if flags.seconds is None and flags.steps is None:
        flags = replace(flags, seconds=before.seconds, steps=before.steps)
    require_devices(flags)
    return flags, saved
