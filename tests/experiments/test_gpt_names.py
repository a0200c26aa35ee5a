"""`python experiments/gpt_names.py`: its model against GPT-2 in NumPy, sampling against full passes, and the recipe."""

# autograd makes its functions at run time:
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false

import csv
import json
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import count
from math import sqrt
from pathlib import Path
from random import Random
from unittest.mock import Mock

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import value_and_grad
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Dim, Float, Hom, Machines, Primitive, check, value_and_gradient
from cat_ad.categories.category import A, B
from cat_ad.objects.spaces import dimensions, is_array
from cat_ad.objects.trees import leaves
from cat_ad.readings.machines import Machine, Mealy, function, hom
from experiments import gpt_names
from experiments.data.alphabet import A_TO_Z, Alphabet, Codes
from experiments.data.as_sequences import NONE, sequences
from experiments.data.names import load_names
from experiments.gpt_names import Flags, gpt
from experiments.measuring.peers import Floats
from experiments.measuring.peers.gpt import GptLayer, GptParameters
from experiments.measuring.peers.numpy_gpt import make_step
from experiments.models.attention_pictures import attention_weights
from experiments.models.sampling import Request, sample_names
from experiments.models.sequence_model import Pair
from experiments.models.transformer import MEASURED, MEASURED_SYMBOLS, SomeTransformer, Weights
from experiments.process.ctrl_c import Interrupts
from experiments.training.runs import FILES
from tests.experiments.programs import call, some_names, tensors, train

VOCABULARY, encode = len(A_TO_Z), A_TO_Z.encode

CONTEXT = 6
ONE, TWO = (Flags(context=CONTEXT, width=8, heads=heads, layers=layers) for heads, layers in ((4, 1), (2, 2)))
BOTH = pytest.mark.parametrize("flags", [ONE, TWO], ids=["one layer", "two layers"])
NAMES = st.lists(st.text("abcxyz", min_size=1, max_size=CONTEXT + 2), min_size=1, max_size=4)

Capture = pytest.CaptureFixture[str]


@cache
def made(flags: Flags) -> SomeTransformer:
    """The model of these sizes, which takes longer to make than to run once."""
    return gpt(flags)


def weights(flags: Flags, deviation: float = 0.3) -> Float[Weights]:
    """Random ones in float64, all in one vector."""
    return check(Float[Weights], np.random.default_rng(0).normal(0, deviation, size(flags)))


def size(flags: Flags) -> int:
    """How many parameters there are."""
    return flags.width * (2 * VOCABULARY + flags.context + 12 * flags.width * flags.layers)


# GPT-2 as microgpt has it, in NumPy


def matrices(flags: Flags, vector: Floats, alphabet: Alphabet) -> list[Floats]:
    """Of symbols, of places, four for each layer, and of scores."""
    width, symbols = flags.width, len(alphabet)
    layer = [(3 * width, width), (width, width), (4 * width, width), (width, 4 * width)]
    shapes = [(symbols, width), (flags.context, width), *layer * flags.layers, (symbols, width)]
    ends = np.cumsum([rows * columns for rows, columns in shapes]).tolist()
    return [vector[end - n * m : end].reshape(n, m) for end, (n, m) in zip(ends, shapes, strict=True)]


def norm(x: Floats) -> Floats:
    """Rows of root mean square 1."""
    y: Floats = x / anp.sqrt(anp.mean(x**2, axis=1, keepdims=True) + 1e-5)
    return y


def softmax(x: Floats) -> Floats:
    """Rows that sum to 1."""
    y: Floats = anp.exp(x) / anp.sum(anp.exp(x), axis=1, keepdims=True)
    return y


def read_by_numpy(
    flags: Flags, vector: Floats, symbols: Codes, alphabet: Alphabet = A_TO_Z
) -> tuple[Floats, list[list[Floats]]]:
    """The scores at each place, and how much each looks at each other, by layer and head."""
    of_symbols, of_places, *layers, of_scores = matrices(flags, vector, alphabet)
    future = np.where(np.tri(len(symbols)), 0, -np.inf)
    x, looks = norm(of_symbols[symbols] + of_places[: len(symbols)]), []
    for qkv, mix, up, down in zip(*[iter(layers)] * 4, strict=True):
        parts = anp.reshape(norm(x) @ qkv.T, (-1, 3, flags.heads, flags.width // flags.heads))
        q, k, v = ([parts[:, part, head] for head in range(flags.heads)] for part in range(3))
        look = [softmax(a @ b.T / sqrt(a.shape[1]) + future) for a, b in zip(q, k, strict=True)]
        x = x + anp.concatenate([p @ values for p, values in zip(look, v, strict=True)], axis=1) @ mix.T
        x = x + anp.maximum(norm(x) @ up.T, 0) @ down.T
        looks.append(look)
    return x @ of_scores.T, looks


def loss_by_numpy(flags: Flags, vector: Floats, names: Sequence[str], alphabet: Alphabet = A_TO_Z) -> Floats:
    """The mean of -log p over all symbols to predict, one name at a time."""
    losses = []
    for name in names:
        symbols = alphabet.encode(f".{name}.")[: flags.context + 1]
        scores, _ = read_by_numpy(flags, vector, symbols[:-1], alphabet)
        losses.append(-anp.log(softmax(scores)[np.arange(len(scores)), symbols[1:]]))
    mean: Floats = anp.mean(anp.concatenate(losses))
    return mean


# The model


def test_the_model_has_4192_parameters_in_float32() -> None:
    (vector,) = leaves(gpt(Flags()).init(np.random.default_rng(0)))
    assert vector.shape == (4_192,) == (size(Flags()),)
    assert vector.dtype == np.float32


@given(st.integers(1, 20), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
@settings(max_examples=20)
def test_sizes_are_those_of_the_flags(context: int, heads: int, head: int, layers: int) -> None:
    flags = Flags(context=context, width=heads * head, heads=heads, layers=layers)
    (vector,) = leaves(gpt(flags).init(np.random.default_rng(0)))
    assert vector.shape == (size(flags),)


@BOTH
@given(st.text("abcxyz", max_size=CONTEXT - 1))
@settings(max_examples=20)
def test_the_scores_are_those_of_numpy(flags: Flags, text: str) -> None:
    symbols = encode("." + text)
    scores, _ = read_by_numpy(flags, weights(flags), symbols)
    model = made(flags).model
    assert np.allclose(model(weights(flags), check(model.dom, symbols)), scores, rtol=0, atol=1e-12)


@BOTH
@given(NAMES)
@settings(max_examples=20)
def test_the_loss_of_a_batch_is_that_of_numpy_and_its_gradient_that_of_autograd(flags: Flags, names: list[str]) -> None:
    """Names of different length, shorter and longer than the context."""
    vector, batch = weights(flags), batched(made(flags), names)
    loss, (gradient, _) = value_and_gradient(made(flags).loss.arrow)((vector, batch))
    expected, slope = value_and_grad(lambda v: loss_by_numpy(flags, v, names))(vector)
    assert loss == pytest.approx(expected, rel=0, abs=1e-12)
    assert np.allclose(gradient, slope, rtol=0, atol=1e-10)


def batched(model: SomeTransformer, names: Sequence[str]) -> Pair:
    """All the names as one batch."""
    examples = model.examples(names)
    batch = examples.at(np.arange(len(names)))
    assert (examples.count, examples.predictions) == (len(names), int(np.sum(batch[1] != NONE)))
    return batch


@BOTH
@given(NAMES.map(lambda names: [name[: CONTEXT - 2] for name in names]), st.integers(0, 2**32))
@settings(max_examples=20)
def test_padding_changes_nothing_whatever_stands_there(flags: Flags, names: list[str], seed: int) -> None:
    model = made(flags)
    inputs, targets = batched(model, names)
    more = (0, 0), (0, CONTEXT - inputs.shape[1])
    no_targets = np.pad(targets, more, constant_values=NONE)
    anything = np.random.default_rng(seed).integers(0, VOCABULARY, no_targets.shape)
    longer = np.where(no_targets == NONE, anything, np.pad(inputs, more)), no_targets
    both = value_and_gradient(model.loss.arrow)
    (loss, (slope, _)), (same_loss, (same_slope, _)) = (
        both((weights(flags), check(model.loss.dom, batch))) for batch in ((inputs, targets), longer)
    )
    assert loss == pytest.approx(same_loss, rel=0, abs=1e-14)
    assert np.allclose(slope, same_slope, rtol=0, atol=1e-14)


@BOTH
@given(NAMES)
@settings(max_examples=20)
def test_a_batch_is_the_mean_over_all_symbols_of_its_names_alone(flags: Flags, names: list[str]) -> None:
    model, vector = made(flags), weights(flags)
    loss, (gradient, _) = value_and_gradient(model.loss.arrow)((vector, batched(model, names)))
    alone = []
    for name in names:
        (inputs,), (targets,) = batched(model, [name])
        alone.append(value_and_gradient(model.loss_of_one.arrow)((vector, (inputs, targets))))
    symbols = [min(len(name) + 1, CONTEXT) for name in names]
    assert loss == pytest.approx(np.average([loss for loss, _ in alone], weights=symbols), rel=0, abs=1e-14)
    mean = np.average([slope for _, (slope, _) in alone], axis=0, weights=symbols)
    assert np.allclose(gradient, mean, rtol=0, atol=1e-14)


@BOTH
def test_the_loss_that_is_measured_is_exact(flags: Flags) -> None:
    """Over more names than are read together, and of any length."""
    names = [*load_names()[:600], "maximilian", "bo"]
    expected = loss_by_numpy(flags, weights(flags), names)
    assert made(flags).measure(names)(weights(flags)) == pytest.approx(expected, rel=1e-13)


def test_the_loss_is_measured_of_the_first_4096_names() -> None:
    model, names = gpt(ONE), load_names()[:MEASURED]
    measured = model.measure(names)(weights(ONE))
    assert MEASURED == 4096
    assert model.measure((*names, "zzz"))(weights(ONE)) == measured != model.measure(names[1:])(weights(ONE))


def test_of_many_symbols_the_loss_is_measured_of_fewer_names() -> None:
    """But of as many as ever, up to some hundred symbols."""
    names = [chr(0x4E00 + number) * 2 for number in range(3_000)]
    alphabet = Alphabet.of(names)
    model, most = gpt(ONE, alphabet), MEASURED_SYMBOLS // len(alphabet)
    params = model.init(np.random.default_rng(0))
    assert most == 666
    assert model.measure(names)(params) == model.measure(names[:most])(params) != model.measure(names[1:])(params)
    assert MEASURED_SYMBOLS // MEASURED == 488


# Reading


def full_passes(flags: Flags, vector: Floats) -> Callable[[Codes], Floats]:
    """A reader that reads all again for each symbol, in NumPy."""
    columns: list[Codes] = []

    def read(symbols: Codes) -> Floats:
        columns.append(symbols)
        return np.array([read_by_numpy(flags, vector, row)[0][-1] for row in np.column_stack(columns)])

    return read


@BOTH
@given(st.integers(1, 4), st.integers(1, CONTEXT), st.integers(0, 2**32))
@settings(max_examples=20)
def test_a_reader_scores_each_place_as_a_pass_over_all(flags: Flags, names: int, places: int, seed: int) -> None:
    symbols = np.random.default_rng(seed).integers(0, VOCABULARY, (names, places))
    read, read_again = made(flags).reader(weights(flags), names), full_passes(flags, weights(flags))
    for column in symbols.T:
        scores = read(column)
        assert scores.dtype == np.float64
        assert np.allclose(scores, read_again(column), rtol=0, atol=1e-12)


class Counting(Machines):
    """Machines that tell how many places each primitive gives at a step."""

    def __init__(self, dim: type[Dim], tell: Callable[[int], None]) -> None:
        """Whom to tell."""
        super().__init__(dim)
        self.tell = tell

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Machine, A, B]:
        """The same machine."""
        machine = function(super().primitive(arrow))

        def step(state: object, a: A) -> tuple[object, B]:
            state, b = machine.step(state, a)
            if is_array(arrow.cod) and self.dim in dimensions(arrow.cod):
                self.tell(leaves(b)[0].shape[dimensions(arrow.cod).index(self.dim)])
            return state, b

        return hom(Mealy(machine.start, step))


def test_a_step_of_a_reader_is_about_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[int] = []
    monkeypatch.setattr("experiments.models.transformer.Machines", partial(Counting, tell=places.append))
    read, done = gpt(TWO).reader(weights(TWO), 3), [0]
    for symbol in range(CONTEXT):
        read(np.full(3, symbol))
        done.append(len(places))
    assert set(places) == {1}
    assert len(set(np.diff(done).tolist())) == 1  # as many things at each


@BOTH
@pytest.mark.parametrize("wanted", [Request(), Request(prefix="em", temperature=0.5), Request(top_k=3)])
def test_names_are_the_same_whether_read_step_by_step_or_by_full_passes(flags: Flags, wanted: Request) -> None:
    vector = weights(flags, deviation=0.9)
    readers = made(flags).reader(vector, wanted.count), full_passes(flags, vector)
    ours, theirs = (sample_names(read, wanted, np.random.default_rng(1), made(flags).longest) for read in readers)
    assert ours == theirs
    assert len(set(ours)) > 1
    assert max(map(len, ours)) == CONTEXT


@BOTH
def test_how_much_each_place_looks_at_each_other(flags: Flags) -> None:
    """In each head of each layer, nowhere ahead, in all once."""
    model, text = made(flags), "abcde"
    layers = attention_weights(model.model, model.look, weights(flags), encode("." + text))
    _, expected = read_by_numpy(flags, weights(flags), encode("." + text))
    assert np.allclose(layers, expected, rtol=0, atol=1e-12)
    ((name, picture),) = model.pictures(weights(flags), text).items()
    assert name == "attention_abcde.png"
    assert picture.startswith(b"\x89PNG\r\n")
    for layer in layers:
        assert layer.shape == (flags.heads, CONTEXT, CONTEXT)
        assert np.all(np.triu(layer, 1) == 0)
        assert np.allclose(layer.sum(axis=2), 1)


# The command line


@pytest.fixture
def refuse(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run gpt_names in an empty folder; its one line of complaint."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def complaint(*words: object) -> str:
        capsys.readouterr()
        assert call(gpt_names, *words) == 2
        out, err = capsys.readouterr()
        assert (out, err[:11], err.count("\n")) == ("", "gpt_names: ", 1)
        assert list(folder.iterdir()) == []
        return err

    return complaint


def test_sizes_from_the_command_line(tmp_path: Path, capsys: Capture) -> None:
    sizes = "--width", 6, "--heads", 3, "--layers", 2, "--context", 4
    folder = train(gpt_names, tmp_path / "run", "--data", some_names(tmp_path), "--steps", 3, *sizes)
    parameters = size(Flags(context=4, width=6, heads=3, layers=2))
    assert capsys.readouterr().out.startswith(f"{parameters:,} parameters, 108 names, ")
    assert {len(vector) for vector in tensors(folder).values()} == {parameters}
    samples = json.loads((folder / "metrics.json").read_text())["samples"]
    assert max(map(len, samples)) == 4


def test_heads_share_the_width(refuse: Callable[..., str]) -> None:
    assert "--heads: asked for 3 heads to share a width of 16; found 1 left over; give" in refuse("--heads", 3)
    assert "found 16 left over" in refuse("--heads", 32)


@pytest.mark.parametrize("flag", ["--prefix", "--explain"])
def test_a_prefix_leaves_room_for_a_letter(refuse: Callable[..., str], tmp_path: Path, flag: str) -> None:
    folder = train(gpt_names, tmp_path / "run", "--data", some_names(tmp_path), "--steps", 3, "--context", 4)
    for text in ("anna", "annabel"):
        line = refuse("sample", "--from", folder, flag, text)
        assert f"{flag}: asked for {len(text)} letters; found a model that reads 4 symbols" in line
    assert call(gpt_names, "sample", "--from", folder, flag, "ann") == 0


# The recipe of microgpt


def by_peer(names: Sequence[str], flags: Flags, steps: int) -> tuple[list[float], Floats, list[str]]:
    """The loss of each step, the weights after them, and 20 samples: microgpt again, by the peer that is NumPy."""
    rng, documents, width, alphabet = Random(42), list(names), flags.width, Alphabet.of(names)
    letters, boundary = alphabet.letters, len(alphabet.letters)
    rng.shuffle(documents)

    def matrix(rows: int, columns: int) -> Floats:
        return np.array([[rng.gauss(0, 0.08) for _ in range(columns)] for _ in range(rows)])

    def layer() -> GptLayer:
        square, wide = (width, width), (4 * width, width)
        return GptLayer(*(matrix(*shape) for shape in (*[square] * 4, wide, wide[::-1])))

    wte, wpe, lm_head = (matrix(rows, width) for rows in (boundary + 1, flags.context, boundary + 1))
    start = GptParameters(wte, wpe, tuple(layer() for _ in range(flags.layers)), lm_head)
    step = make_step(start, flags.heads, decay=lambda step: 1 - step / 1000)
    losses = []
    for at in range(steps):
        within = [letters.index(letter) for letter in documents[at % len(names)]]
        symbols = np.array([boundary, *within, boundary][: flags.context + 1])
        losses.append(step.run(symbols[:-1], symbols[1:]))

    trained = step.read()
    ours = [np.roll(trained.wte, 1, axis=0), trained.wpe]
    for one in trained.layers:
        ours += [np.concatenate([one.wq, one.wk, one.wv]), one.wo, one.fc1, one.fc2]
    ours.append(np.roll(trained.lm_head, 1, axis=0))
    vector, samples = np.concatenate([array.ravel() for array in ours]), []
    for _ in range(20):
        name = ""
        while len(name) < flags.context:
            scores, _ = read_by_numpy(flags, vector, alphabet.encode("." + name), alphabet)
            shares = softmax(scores / 0.5)[-1]
            (letter,) = rng.choices(f"{letters}.", [*shares[1:], shares[0]])
            if letter == ".":
                break
            name += letter
        samples.append(name)
    return losses, vector, samples


def recipe(folder: Path, *flags: object) -> tuple[list[float], list[str]]:
    """The losses and samples of a run by the recipe."""
    train(gpt_names, folder, "--recipe", "microgpt", *flags)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    with (folder / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(len(rows)))
    return [float(row["loss"]) for row in rows], json.loads((folder / "metrics.json").read_text())["samples"]


def test_the_recipe_is_microgpt(tmp_path: Path) -> None:
    losses, samples = recipe(tmp_path / "run")
    expected, _, invented = by_peer(load_names(), Flags(), 1000)
    assert np.allclose(losses, expected, rtol=0, atol=1e-9)
    assert samples == invented
    found = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert (found["parameters"], found["steps"], found["test_loss"]) == (4_192, 1_000, None)


@pytest.mark.parametrize("names", [["ann", "bob", "maximilian"], ["zoë", "jean-luc", "rené o'neil", "山"]])
def test_the_recipe_has_other_sizes_and_goes_through_few_names_again(tmp_path: Path, names: list[str]) -> None:
    """And the letters that the names have, no more, as in microgpt."""
    path, flags = tmp_path / "names.txt", Flags(context=5, width=12, heads=3, layers=2)
    path.write_text("\n".join(names), "utf-8")
    sizes = "--context", 5, "--width", 12, "--heads", 3, "--layers", 2
    losses, samples = recipe(tmp_path / "run", "--data", path, "--steps", 40, *sizes)
    expected, vector, invented = by_peer(names, flags, 40)
    assert np.allclose(losses, expected, rtol=0, atol=1e-9)
    assert np.allclose(tensors(tmp_path / "run")["parameters.0"], vector, rtol=0, atol=1e-9)
    assert samples == invented
    loss = json.loads((tmp_path / "run" / "metrics.json").read_text())["train_loss"]
    assert loss == pytest.approx(loss_by_numpy(flags, vector, names, Alphabet.of(names)), rel=0, abs=1e-9)


def test_the_recipe_gives_the_losses_and_names_of_microgpt(
    reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On makemore's list, whose first 100 losses are known from microgpt itself; so are its samples."""
    known = json.loads((reference / "microgpt_reference.json").read_text())
    names, spy = reference / "names.txt", Mock(wraps=sequences)
    monkeypatch.setattr("experiments.commands.microgpt.sequences", spy)
    losses, samples = recipe(tmp_path / "run", "--data", names)
    documents, *_ = spy.call_args.args
    assert documents[:5] == known["first_docs"]
    assert (len(losses), len(known["losses"])) == (1000, 100)
    assert any(float(f"{loss:.16g}") != loss for loss in losses)  # every digit is kept
    assert np.allclose(losses[:100], known["losses"], rtol=0, atol=1e-12)
    assert " ".join(samples) == (
        "kamon ann karai jaire vialan karia yeran anna areli kaina konna keylen liole alerin earan lenne kana lara "
        "alela anton"
    )
    assert recipe(tmp_path / "shorter", "--data", names, "--steps", 50)[0] == losses[:50]
    assert recipe(tmp_path / "unstaged", "--data", names, "--steps", 20, "--no-stage")[0] == losses[:20]
    in_c, _ = recipe(tmp_path / "in C", "--data", names, "--steps", 20, "--target", "c")
    assert np.allclose(in_c, losses[:20], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("flag", "value"),
    [("batch", 3), ("rate", 0.5), ("schedule", "cosine"), ("seed", 1), ("seconds", 3.0), ("save-every", 3)],
)
def test_the_recipe_decides(refuse: Callable[..., str], flag: str, value: object) -> None:
    line = refuse("--recipe", "microgpt", f"--{flag}", value)
    assert f"--{flag}: asked for {value}; the recipe decides that; leave --{flag} out" in line


def test_the_recipe_has_an_end(refuse: Callable[..., str]) -> None:
    line = refuse("--recipe", "microgpt", "--steps", 1001)
    assert "--steps: asked for 1001; by the recipe the rate is 0 from step 1000 on; give less" in line


def test_a_run_by_the_recipe_invents_and_explains_but_does_not_go_on(
    refuse: Callable[..., str], tmp_path: Path, capsys: Capture
) -> None:
    names, folder = some_names(tmp_path), tmp_path / "run"
    recipe(folder, "--data", names, "--steps", 5)
    capsys.readouterr()
    assert call(gpt_names, "sample", "--from", folder, "--count", 3) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert call(gpt_names, "sample", "--from", folder, "--explain", "em") == 0
    assert "--resume: " in refuse("--resume", folder, "--steps", 10, "--data", names)
    other = train(gpt_names, tmp_path / "other", "--data", names, "--steps", 5)
    assert "--resume: " in refuse("--resume", other, "--steps", 10, "--recipe", "microgpt", "--data", names)


@pytest.mark.parametrize("steps", [0, 7])
def test_ctrl_c_saves_what_the_recipe_came_to(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    names = some_names(tmp_path)
    whole, _ = recipe(tmp_path / "whole", "--data", names, "--steps", 10)
    asked = count()
    monkeypatch.setattr(Interrupts, "asked", lambda _: next(asked) >= steps)
    capsys.readouterr()
    losses, samples = recipe(tmp_path / "run", "--data", names)
    assert f"stopped by Ctrl-C after {steps} steps; saving" in capsys.readouterr().out.splitlines()
    assert losses == whole[:steps]
    assert len(samples) == 20


def test_what_the_recipe_has_not_come_to_is_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names are marked by those that its steps have learned, when it trains as when it samples."""
    names = some_names(tmp_path)
    folder = train(gpt_names, tmp_path / "run", "--data", names, "--recipe", "microgpt", "--steps", 7)
    found = json.loads((folder / "metrics.json").read_text())
    assert found["names"] == 7
    learned = gpt_names.trained_names(gpt_names.Flags(recipe="microgpt"), names.read_text().split(), 7)
    assert found["windows"] == sum(len(name) + 1 for name in learned)
    for words in ((), ("sample", "--from", folder, "--count", 30, "--data", names)):
        if words:
            assert call(gpt_names, *words) == 0
        for line in capsys.readouterr().out.splitlines():
            name, _, mark = line.partition(" ")
            assert mark.strip() not in ("new", "memorised") or (mark.strip() == "memorised") == (name in learned)


def test_a_hundred_layers_and_more() -> None:
    """As many as are asked for, which are one loop."""
    flags = Flags(context=CONTEXT, width=2, heads=1, layers=150)
    model, symbols = gpt(flags).model, encode(".abc")
    scores, _ = read_by_numpy(flags, weights(flags), symbols)
    assert np.allclose(model(weights(flags), check(model.dom, symbols)), scores, rtol=0, atol=1e-10)
