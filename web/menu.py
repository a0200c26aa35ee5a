"""What the page reads of a model before it loads its module, as JSON, and the list of names that is built in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from experiments.data.alphabet import A_TO_Z
from experiments.data.parts import sha256
from experiments.models.transformer import Transformer
from experiments.process.randomness import Purpose
from experiments.training.schedules import WARM_UP
from web.models import Choice


def entry(choice: Choice, dist: Path) -> dict[str, Any]:  # Any: as JSON has it
    """The entry of a choice, whose names are in a file there."""
    names, flags = choice.program.built_in(), choice.flags
    path = Path("names", f"{sha256(names)[:8]}.txt")
    (dist / path).parent.mkdir(parents=True, exist_ok=True)
    (dist / path).write_text("".join(f"{name}\n" for name in names), "utf-8")
    parameters, lengths = choice.parameters(), isinstance(choice.model, Transformer)
    return {
        "name": choice.name,
        "title": choice.title,
        "program": choice.program.name,
        "reads": "names" if lengths else "windows",
        "recipe": choice.recipe,
        "context": flags.context,
        "lengths": choice.lengths if lengths and not choice.recipe else [],
        "scored": choice.scored if lengths else [],
        "parameters": parameters,
        "size": choice.size,
        "first": choice.first_draws(),
        "boxes": choice.boxes(),
        "dtype": choice.dtype,
        "batches": choice.batches,
        "steps": choice.steps,
        "rate": choice.rate,
        "schedule": "recipe" if choice.recipe else flags.schedule,
        "seed": flags.seed,
        "names": path.as_posix(),
        "symbols": A_TO_Z.symbols,
        "settings": {key: json.dumps(value) for key, value in flags.settings().items()},
        "drawer": choice.program.drawer(flags),
        "warmUp": WARM_UP,
        "purposes": {purpose.name.lower(): purpose.value for purpose in Purpose},
    }
