"""`python experiments/mlp_names.py`: its model, and how it is read."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad.objects.trees import leaves
from experiments.data.alphabet import A_TO_Z, BOUNDARY, Codes
from experiments.data.as_windows import windows
from experiments.mlp_names import Flags, mlp
from experiments.models.name_model import NameModel
from experiments.models.sampling import LONGEST, Request, sample_names
from experiments.models.window_model import WindowModel

encode, decode = A_TO_Z.encode, A_TO_Z.decode

FLAGS = Flags(context=2, embedding=5, hidden=7)
MODEL = mlp(FLAGS)
PARAMS = MODEL.init(np.random.default_rng(0))


def logits(contexts: Codes) -> npt.NDArray[np.float64]:
    """W tanh(V x + b) + c of the embedded context x, in NumPy."""
    table, v, b, w, c = leaves(PARAMS)
    scores: npt.NDArray[np.float64] = np.tanh(table[contexts].reshape(len(contexts), -1) @ v.T + b) @ w.T + c
    return scores


def test_the_model_has_7721_parameters_in_float32() -> None:
    arrays = leaves(mlp(Flags()).init(np.random.default_rng(0)))
    assert sum(array.size for array in arrays) == 7_721
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_the_model_is_that_of_bengio_et_al() -> None:
    assert isinstance(MODEL, WindowModel)
    contexts = np.array([[0, 5], [13, 13], [26, 0]])
    assert np.allclose(MODEL.logits(PARAMS, contexts), logits(contexts), atol=1e-6)


def test_a_model_of_names_is_one_of_windows_or_of_sequences() -> None:
    with pytest.raises(TypeError, match="abstract"):
        NameModel(MODEL.loss)  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]


# Reading


@given(st.integers(0, 8).flatmap(lambda size: st.lists(st.text("abcxyz", min_size=size, max_size=size), min_size=1)))
def test_reading_symbol_by_symbol_scores_the_windows_of_each_name(names: list[str]) -> None:
    """At each place all names at once; there is no limit to their length."""
    read = MODEL.reader(PARAMS, len(names))
    symbols = np.array([encode("." + name) for name in names])
    scores = np.stack([read(column) for column in symbols.T], axis=1)
    for name, found in zip(names, scores, strict=True):
        assert np.allclose(found, logits(windows([name], FLAGS.context).contexts), atol=1e-5)
    assert MODEL.longest is None


def names_by_windows(request: Request, rng: np.random.Generator) -> list[str]:
    """Sampling as it was before there were readers: for each symbol a window, cut from all that came before."""
    start = np.concatenate([np.full(FLAGS.context, BOUNDARY), encode(request.prefix)])
    symbols = np.tile(start, (request.count, 1))
    ended = np.zeros(request.count, dtype=bool)
    while not ended.all() and symbols.shape[1] < len(start) + LONGEST:
        scores = logits(symbols[:, -FLAGS.context :]).astype(np.float64)
        if symbols.shape[1] == FLAGS.context:
            scores[:, BOUNDARY] = -np.inf
        drawn = np.argmax(scores / request.temperature + rng.gumbel(size=scores.shape), axis=1)
        symbols = np.column_stack([symbols, np.where(ended, BOUNDARY, drawn)])
        ended |= drawn == BOUNDARY
    return [decode(row).partition(".")[0] for row in symbols[:, FLAGS.context :].tolist()]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("request_", [Request(), Request(count=7, prefix="em"), Request(temperature=0.5)])
def test_a_seed_gives_the_names_that_it_always_gave(seed: int, request_: Request) -> None:
    expected = names_by_windows(request_, np.random.default_rng(seed))
    assert sample_names(MODEL.reader(PARAMS, request_.count), request_, np.random.default_rng(seed)) == expected
