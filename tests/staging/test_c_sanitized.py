"""Address and undefined-behaviour sanitizers find nothing in the C of staged functions.

The C is compiled into a program with the sanitizers on, whose arrays are pieces of memory of exactly their size, and
run on the data that the function was staged for.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cat_ad import adam, value_and_gradient
from cat_ad.staging.c.compiler import FLAGS, vector_bytes
from cat_ad.staging.c.source import Writer
from cat_ad.staging.trace.program import traced
from cat_ad.staging.trace.trees import flatten
from experiments.gpt_names import Flags, gpt
from tests.staging.test_c_operations import CASES, INTS, of_integers
from tests.staging.test_stage import DTYPES, EVERY, both_ways, cotangent, in_dtype
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.in_c import all_of
from tests.support.trees import point

SANITIZERS = "-fsanitize=address,undefined", "-fno-sanitize-recover=all"
OPTIONS = [flag for flag in FLAGS if flag not in ("-O3", "-fPIC", "-fwrapv")]  # but look for overflows too

MAIN = """
#include <stdio.h>
#include <stdlib.h>
static char *filled(FILE *from, size_t size) {
    char *found = malloc(size);
    if (fread(found, 1, size, from) != size) exit(2);
    return found;
}
static char *object(char *data) {
    char *found = calloc(1, %(head)d + sizeof(struct array));
    ((struct array *)(found + %(head)d))->data = data;
    ((struct array *)(found + %(head)d))->flags = 0x501;
    return found;
}
int main(int count, char **names) {
    FILE *from = fopen(names[1], "rb");
    char *constants[%(constants)d + 1], *arrays[%(arrays)d + 1], *memory = malloc(%(memory)d);
    union value values[%(values)d + 1];
%(body)s
    return code;
}
"""


def assert_clean(fn: Callable[..., Any], arguments: tuple[Any, ...], folder: Path, donate: bool = False) -> None:
    """Nothing is reported; to `donate` is to give up all arguments."""
    leaves, form = flatten(arguments)
    program = traced(fn, form, leaves)
    inputs = {line for line in program.inputs if not line.is_number} if donate else set()
    writer = Writer(program, frozenset(inputs), vector_bytes())
    value = dict(zip(program.inputs, leaves, strict=True))
    value |= {line: np.zeros(line.sample.shape, line.sample.dtype) for line in writer.fresh}
    constants = [x for _, x in writer.names.constants.values()]
    arrays = [np.ascontiguousarray(value[line]) for line in (*writer.arguments, *writer.written)]
    body = [f"constants[{i}] = filled(from, {x.nbytes});" for i, x in enumerate(constants)]
    body += [f"values[{i}].object = object(arrays[{i}] = filled(from, {x.nbytes}));" for i, x in enumerate(arrays)]
    for at, line in enumerate(writer.names.numbers, len(arrays)):
        kind = "real" if type(line.sample) is float else "whole"
        body.append(f"values[{at}].{kind} = {line.sample!r};")
    body += ["int code = staged(memory, constants, values);"]
    body += [f"free(constants[{i}]);" for i in range(len(constants))]
    body += [f"free(arrays[{i}]); free(values[{i}].object);" for i in range(len(arrays))]
    body += ["free(memory); fclose(from);"]
    sizes = {"constants": len(constants), "arrays": len(arrays), "memory": writer.memory.size}
    sizes["values"] = len(arrays) + len(writer.names.numbers)
    main = MAIN % {**sizes, "head": object.__basicsize__, "body": "\n".join(f"    {line}" for line in body)}
    (folder / "main.c").write_text(writer.source() + main)
    (folder / "data").write_bytes(b"".join(x.tobytes() for x in (*constants, *arrays)))
    command = ["cc", *OPTIONS, "-O0", "-g1", *SANITIZERS, str(folder / "main.c"), "-o", str(folder / "main"), "-lm"]
    subprocess.run(command, check=True, capture_output=True)
    done = subprocess.run([folder / "main", folder / "data"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:2000]


@pytest.fixture(scope="module", autouse=True)
def sanitizers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A compiler that has them."""
    folder = tmp_path_factory.mktemp("sanitizers")
    (folder / "empty.c").write_text("int main(void) { return 0; }\n")
    command = ["cc", *SANITIZERS, str(folder / "empty.c"), "-o", str(folder / "empty")]
    if shutil.which("cc") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("the C compiler has no sanitizers")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, at logarithms of negative numbers and the like
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_every_operation(tmp_path: Path, dtype: type) -> None:
    """Of floats and of integers; all arguments are given up."""
    functions = [*CASES, of_integers]
    arguments = [*(case(dtype) for case in CASES.values()), (INTS,)]
    assert_clean(all_of(functions), tuple(arguments), tmp_path, donate=True)


def test_large_arrays(tmp_path: Path) -> None:
    """Which are read by strips, and sums that are long, of products too."""
    x, y = np.ones((130, 131)), np.ones((9, 1100), np.float32)
    assert_clean(lambda x, y: (x.T + 1, x.T[::-1] * x.T, y @ y.T, y[:, :5].T @ y, np.sum(y[:, ::2])), (x, y), tmp_path)


def test_every_primitive(tmp_path: Path) -> None:
    """Its value and pullback, by turns in float32 and in float64."""
    rng = np.random.default_rng(0)
    points = [in_dtype(point(f.arrow.dom, rng, *f.domain), DTYPES[at % 2]) for at, f in enumerate(EVERY)]
    arguments = [(a, cotangent(f.arrow(a), rng)) for f, a in zip(EVERY, points, strict=True)]
    assert_clean(all_of([both_ways(f.arrow) for f in EVERY]), tuple(arguments), tmp_path)


@settings(max_examples=1, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), seed=SEEDS)
def test_random_arrows(tmp_path: Path, data: st.DataObject, seed: int) -> None:
    """Value and pullback of compositions."""
    arrows = [data.draw(twins(data.draw(objects(1)), data.draw(objects(1)), 2)).arrow for _ in range(6)]
    rng = np.random.default_rng(seed)
    points = [point(f.dom, rng) for f in arrows]
    arguments = [(a, cotangent(f(a), rng)) for f, a in zip(arrows, points, strict=True)]
    assert_clean(all_of([both_ways(f) for f in arrows]), tuple(arguments), tmp_path)


def test_a_step_of_the_gpt(tmp_path: Path) -> None:
    """With Adam, in place."""
    model, optimizer = gpt(Flags(layers=1, width=8, heads=2)), adam(0.01, 0.85, 0.99)
    both, rng = value_and_gradient(model.loss.arrow), np.random.default_rng(0)
    params = model.loss.init(rng)

    def step(state: Any, params: Any, batch: Any) -> Any:
        error, (slope, _) = both((params, batch))
        return error, *optimizer.step(state, params, slope)

    names = rng.integers(0, 27, (2, 5)), rng.integers(-1, 27, (2, 5))
    assert_clean(step, (optimizer.init(params), params, names), tmp_path, donate=True)


def test_the_sanitizers_are_on(tmp_path: Path) -> None:
    """An index that is not checked is found out."""
    with pytest.raises(AssertionError, match=r"ERROR|runtime error"):
        run_unchecked(tmp_path)


def run_unchecked(folder: Path) -> None:
    """A program that reads beyond an array, since its memory is too small."""
    text = "#include <stdlib.h>\nint main(int n, char **x) { char *p = malloc(n); p[n] = 1; return p[n + 1]; }\n"
    (folder / "main.c").write_text(text)
    subprocess.run(["cc", "-O0", *SANITIZERS, str(folder / "main.c"), "-o", str(folder / "main")], check=True)
    done = subprocess.run([folder / "main"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
