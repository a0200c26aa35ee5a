"""The menu: the models of the programs in `experiments`, each with the functions that its module has.

    step(state, params, batch, rate)    the loss, and then the state and parameters, in place
    scores(params, read)                of what comes next: after each window, or at each place of each name
    attention(params, word)             of a transformer: how much each place of a word looks at each other, by layer
    inside(params, example)             the loss of one example and its gradient, and each box on the way there and back

Models, steps and first parameters are those of the programs; what is here says for which shapes. A module is for one
size of batch, and its names are as long as the longest, up to the next of a few lengths, each with a function of its
own: `step_12`. Past its end a name has no target, and so the loss is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from random import Random
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cat_ad import Staged, each, stage
from cat_ad.objects.trees import leaves
from experiments import bag_names, gpt_names, mlp_names
from experiments.commands import microgpt
from experiments.commands.program import Program
from experiments.data.alphabet import A_TO_Z, Codes
from experiments.models.attention_pictures import attention_weights
from experiments.models.name_model import Batch, SomeNameModel, array_shapes
from experiments.models.transformer import Transformer
from experiments.models.window_model import WindowModel
from experiments.training.flags import TrainingFlags
from experiments.training.loop import Plan, begin, step_of
from experiments.training.schedules import Budget
from web.boxes import Box, backpropagated, entries, wires

Leaf: TypeAlias = npt.NDArray[np.generic]
Floats: TypeAlias = npt.NDArray[np.float64]
Tree: TypeAlias = Any  # Any: a tree of arrays and numbers
Function: TypeAlias = tuple[Callable[..., Tree], tuple[Tree, ...], tuple[int, ...]]
"""With arguments of its shapes, and the positions of those that it updates."""
Run: TypeAlias = tuple[int, int, float]
"""Parameters one after the other: the number of the first one's draw, how many they are, and their deviation."""

READ = 64  # examples whose scores are found together


@dataclass(frozen=True)
class Choice:
    """A model on the menu: that of a program with these flags, for batches of these sizes, the usual one first.

    `parts` names its parameters. `steps` is the length of the run that the page suggests; one by microgpt's recipe has
    its own. If the model reads names, `lengths` are those of names in a batch, and `scored` of names that are scored:
    seven batches of 64 in eight have no name of more than 11 letters, and to be scored names come in order.
    """

    name: str
    title: str
    program: Program[Any]  # Any: each has flags of its own
    flags: TrainingFlags
    steps: int
    batches: tuple[int, ...]
    parts: tuple[str, ...]
    recipe: bool = field(default=False, kw_only=True)
    lengths: tuple[int, ...] = field(default=(12, 16), kw_only=True)
    scored: tuple[int, ...] = field(default=(8, 16), kw_only=True)

    @cached_property
    def model(self) -> SomeNameModel:
        """The program's."""
        return self.program.model(self.flags, A_TO_Z)

    @property
    def dtype(self) -> str:
        """Of its numbers."""
        return "float64" if self.recipe else self.flags.dtype

    @property
    def rate(self) -> float:
        """The peak of the learning rate."""
        return microgpt.RATE if self.recipe else self.flags.rate

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(prod(part["shape"]) for part in self.parameters())

    def functions(self, batch: int) -> dict[str, Function]:
        """The functions of the module for batches of this size."""
        return dict(self._of_windows(batch) if isinstance(self.model, WindowModel) else self._of_names(batch))

    def staged(self, batch: int) -> dict[str, Staged[..., Tree]]:
        """The same for WebAssembly, each called once."""
        found = dict[str, Staged[..., Tree]]()
        for name, (fn, arguments, donate) in self.functions(batch).items():
            found[name] = stage(fn, "wasm", donate)
            found[name](*arguments)
        return found

    def parameters(self) -> list[dict[str, Any]]:  # Any: as JSON has it
        """The name and shape of each part of the parameters, in their order."""
        of = self.model.parameters if isinstance(self.model, Transformer) else self.model.loss.parameters
        return [{"name": name, "shape": shape} for name, shape in zip(self.parts, array_shapes(of), strict=True)]

    def boxes(self) -> list[dict[str, Any]]:  # Any: as JSON has it
        """The boxes of `inside`, in order: the name of each, and where each part of its argument is from (`wires`)."""
        boxes = self.told()
        from_where = wires(boxes, self.given)
        return [{"arrow": box.arrow.name, "wires": wire} for box, wire in zip(boxes, from_where, strict=True)]

    def told(self) -> list[Box]:
        """The boxes of one example, in order."""
        return backpropagated(self.loss_of_one.arrow, self.given)[2]

    @cached_property
    def given(self) -> Tree:
        """Parameters and an example, of the shapes that `inside` is given."""
        _, given, _ = self.functions(self.batches[0])["inside"]
        return given

    def first_draws(self) -> list[Run]:
        """Of which draws from a normal distribution the first parameters are made, and with which deviations."""
        if self.recipe:
            assert isinstance(self.model, Transformer)
            layers = self.parameters()[2]["shape"][0]
            draws = _flat(microgpt.first_parameters(self.model, _Counting(), layers))
            return _runs(draws, np.full(draws.size, microgpt.DEVIATION))
        drawn, deviations = (_flat(self.model.loss.init(_Known(start, step))) for start, step in ((0, 1), (1, 0)))
        draws = np.arange(float(drawn.size))
        assert np.allclose(drawn, draws * deviations), "parameters are drawn in their order"
        return _runs(draws, deviations)

    def _of_windows(self, batch: int) -> Iterator[tuple[str, Function]]:
        model, params, context = self.model, self._parameters, self.flags.context
        assert isinstance(model, WindowModel)
        scores = each(Batch, model.model)
        yield "step", self._step(model.loss, (_symbols(batch, context), _symbols(batch)))
        yield "scores", (lambda params, read: scores(params, read), (params, _symbols(READ, context)), ())
        yield "inside", self._inside((_symbols(1, context), _symbols(1)))

    def _of_names(self, batch: int) -> Iterator[tuple[str, Function]]:
        model, params, context = self.model, self._parameters, self.flags.context
        assert isinstance(model, Transformer)
        word, scores = _symbols(context), each(Batch, model.model)
        if self.recipe:
            yield "step", self._step(model.loss_of_one, (word, word))
        else:
            for length in self.lengths:
                names = _symbols(batch, length)
                yield f"step_{length}", self._step(model.loss, {f"{length}": (names, names)})
        for length in self.scored:
            read = {f"{length}": _symbols(READ, length)}
            yield f"scores_{length}", (lambda params, read: scores(params, *read.values()), (params, read), ())

        def attention(params: Tree, word: Codes) -> Tree:
            return tuple(attention_weights(model.model, model.look, params, word))

        yield "attention", (attention, (params, word), ())
        yield "inside", self._inside((word, word.copy()))

    def _step(self, loss: Any, batch: Tree) -> Function:  # Any: an arrow of this model
        plan: Plan[Tree, Tree] = Plan(loss, lambda _: batch, lambda _: 0.0, Budget(steps=1), None)
        of = step_of(replace(plan, betas=microgpt.BETAS) if self.recipe else plan)

        def step(state: Tree, params: Tree, batch: Tree, rate: float) -> Tree:
            (examples,) = batch.values() if isinstance(batch, dict) else (batch,)
            error, (state, params) = of((state, params), examples, rate)
            return error, state, params

        start = begin(self._parameters)
        return step, (start.optimizer, start.params, batch, 0.01), (0, 1)

    def _inside(self, example: Tree) -> Function:
        loss = self.loss_of_one

        def inside(params: Tree, example: Tree) -> Tree:
            error, (slope, _), boxes = backpropagated(loss.arrow, (params, example))
            return {"loss": error, "slope": slope, "boxes": [*map(entries, boxes)]}

        return inside, (self._parameters, example), ()

    @property
    def loss_of_one(self) -> Any:  # Any: a parametrised arrow of this model
        """The loss of one example."""
        return self.model.loss_of_one if isinstance(self.model, Transformer) else self.model.loss

    @property
    def loss_of_step(self) -> Any:  # Any: likewise
        """The loss that a step makes smaller."""
        return self.loss_of_one if self.recipe else self.model.loss

    def step(self) -> tuple[str, Function]:
        """The name of the first step of the first module, and its function."""
        return next((name, of) for name, of in self.functions(self.batches[0]).items() if name.startswith("step"))

    @cached_property
    def _parameters(self) -> Tree:
        return self.model.init(np.random.default_rng(0), self.dtype)


class _Known(np.random.Generator):
    """A generator that draws the numbers from one on, so far apart."""

    def __init__(self, start: int, step: int) -> None:
        super().__init__(np.random.PCG64(0))
        self.next, self.step = start, step

    def standard_normal(self, size: Any = None, *_: Any, **__: Any) -> Any:  # Any: as NumPy has it
        count = prod(np.atleast_1d(size))
        drawn = self.next + self.step * np.arange(float(count)).reshape(size)
        self.next += self.step * count
        return drawn


class _Counting(Random):
    """A generator whose draws from a normal distribution are 0, 1 and so on."""

    drawn = -1

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        self.drawn += 1
        return float(self.drawn)


def _flat(tree: Tree) -> Floats:
    return np.concatenate([leaf.ravel() for leaf in leaves(tree)])


def _runs(draws: Floats, deviations: Floats) -> list[Run]:
    """Parameters that are these draws times these deviations, in runs of draws that follow each other."""
    found = list[Run]()
    for draw, deviation in zip(draws.tolist(), deviations.tolist(), strict=True):
        if found and (found[-1][0] + found[-1][1], found[-1][2]) == (draw, deviation):
            found[-1] = found[-1][0], found[-1][1] + 1, deviation
        else:
            found.append((round(draw), 1, deviation))
    return found


def _symbols(*shape: int) -> Leaf:
    return np.ones(shape, np.int32)  # JavaScript's integers of 64 bits are slow


def _gpt(width: int, layers: int, rate: float, **more: Any) -> gpt_names.Flags:  # Any: flags
    return gpt_names.Flags(width=width, layers=layers, rate=rate, **more)


OF_GPT = "letters", "places", "layers", "scores"
MENU = (
    Choice("bag", "Bag of letters", bag_names.PROGRAM, bag_names.Flags(), 3_000, (128,), ("letters", "scores")),
    Choice(
        "mlp",
        "One hidden layer",
        mlp_names.PROGRAM,
        mlp_names.Flags(),
        20_000,
        (256, 32),
        ("letters", "hidden", "hidden biases", "scores", "score biases"),
    ),
    Choice("gpt", "GPT", gpt_names.PROGRAM, gpt_names.Flags(), 10_000, (64, 16), OF_GPT),
    Choice("gpt-2-layers", "GPT, wider", gpt_names.PROGRAM, _gpt(32, 2, 0.006), 4_000, (64,), OF_GPT),
    Choice("gpt-large", "GPT, large", gpt_names.PROGRAM, _gpt(64, 2, 0.004), 2_000, (64,), OF_GPT),
    Choice(
        "microgpt",
        "microgpt, to the digit",
        gpt_names.PROGRAM,
        gpt_names.Flags(recipe="microgpt"),
        microgpt.STEPS,
        (1,),
        OF_GPT,
        recipe=True,
    ),
)
