"""Whatever a run cannot print or draw costs it nothing else, and is told in one line."""

import errno
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import bag_names
from experiments.commands.plots import loss_picture
from experiments.models.sampling import AT_A_TIME, Request
from experiments.process.output import LEAST, MOST, Output, outputs
from experiments.training.checkpoint import CHECKPOINT, read
from experiments.training.loop import Point
from experiments.training.runs import FILES, LOSSES, METRICS, PICTURE
from tests.experiments.programs import ENVIRONMENT, call, command, train, without_art

SMALL = "--no-stage", "--embedding", 2, "--steps", 3


class Failing(StringIO):
    """Standard output of which only the first writes succeed. It tells so at once, or when it is flushed."""

    encoding = "ascii"

    def __init__(self, last: int, error: Exception, at_once: bool) -> None:
        """After `last` writes, this error."""
        super().__init__()
        self.left, self.error, self.at_once = last, error, at_once

    def write(self, text: str) -> int:
        """Counts."""
        self.left -= 1
        if self.left < 0 and self.at_once:
            raise self.error
        return super().write(text)

    def flush(self) -> None:
        """Tells."""
        if self.left < 0:
            raise self.error


@pytest.fixture
def _no_art(monkeypatch: pytest.MonkeyPatch) -> None:
    without_art(monkeypatch)


@pytest.mark.usefixtures("_no_art")
@pytest.mark.parametrize("at_once", [True, False])
def test_a_run_is_kept_whichever_word_cannot_be_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], at_once: bool
) -> None:
    for last in range(100):
        folder = tmp_path / str(last)
        capsys.readouterr()
        with redirect_stdout(Failing(last, OSError(errno.ENOSPC, "No space left on device"), at_once)) as stream:
            code = call(bag_names, *SMALL, "--out", folder)
        assert sorted(os.listdir(folder)) == sorted(FILES)
        told = capsys.readouterr().err
        if code == 0:
            assert told == ""
            assert last > 5
            assert stream.getvalue().endswith(f"\n{folder}\n")
            return
        found = "found No space left on device; the run is in"
        assert (code, told) == (1, f"bag_names: asked for text on standard output; {found} {str(folder)!r}\n")
    pytest.fail("no run printed all its words")


FAILURES = {
    METRICS: ("experiments.commands.jobs.metrics_json", [METRICS]),
    LOSSES: ("experiments.commands.jobs.table_csv", [LOSSES]),
    PICTURE: ("experiments.commands.jobs.loss_picture", [PICTURE]),
    "names": ("experiments.commands.program.invent", [METRICS]),
}


@pytest.mark.usefixtures("_no_art")
@pytest.mark.parametrize(("place", "missing"), FAILURES.values(), ids=FAILURES)
def test_what_fails_after_the_checkpoint_costs_only_itself_and_is_made_by_going_on(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    missing: list[str],
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("\n\x1b[31mno more\nof this")

    folder = tmp_path / "run"
    with monkeypatch.context() as patched:
        patched.setattr(place, fails)
        assert call(bag_names, *SMALL, "--out", folder) == 1
    told = f"bag_names: asked for {missing[0]}; found [31mno more; the run is in {str(folder)!r}\n"
    assert capsys.readouterr().err == told
    assert sorted(os.listdir(folder)) == sorted({*FILES} - {*missing})
    assert call(bag_names, "--resume", folder) == 0
    assert sorted(os.listdir(folder)) == sorted(FILES)


@pytest.mark.usefixtures("_no_art")
def test_a_run_whose_folder_has_become_unwritable_is_kept_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its checkpoints on the way do not end it."""
    monkeypatch.setattr("experiments.commands.jobs.mkdtemp", lambda prefix: str(tmp_path / "elsewhere"))

    def full(folder: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("experiments.commands.jobs._keep", full)
    assert call(bag_names, *SMALL, "--save-every", 2, "--out", tmp_path / "run") == 1
    assert sorted(os.listdir(tmp_path)) == ["elsewhere"]
    assert sorted(os.listdir(tmp_path / "elsewhere")) == sorted(FILES)
    told = capsys.readouterr().err
    assert "found No space left on device; the run is in" in told
    assert told.count("\n") == 1


@given(st.text(), st.sampled_from(["ascii", "latin-1", "utf-8", "cp437", "utf-16-le"]))
def test_a_letter_that_the_encoding_does_not_have_is_escaped(text: str, encoding: str) -> None:
    stream = StringIO()
    output = Output(stream)
    output.encoding = encoding
    output.write(text + "\udcff")
    written = stream.getvalue()
    assert output.error is None
    assert written.encode(encoding).decode(encoding) == written
    assert written.endswith("\\udcff")
    if text.isascii():
        assert written.startswith(text)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.integers().map(str))
def test_the_terminal_has_a_size_that_one_can_have(size: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        for name in ("COLUMNS", "LINES"):
            patched.setenv(name, size)
        with outputs():
            assert all(LEAST <= int(os.environ[name]) <= MOST for name in ("COLUMNS", "LINES"))


# In a process of its own

STREAMS = {"full": ">/dev/full", "closed": ">&-", "all closed": "<&- >&- 2>&-"}  # of the shell


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_a_run_with_no_standard_output_is_kept(tmp_path: Path, stream: str) -> None:
    """And no file is opened in its place, into which others would print."""
    words = ["sh", "-c", f'exec "$@" {stream}', "sh", *command("bag_names", *SMALL, "--out", "run")]
    done = subprocess.run(words, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert sorted(os.listdir(tmp_path / "run")) == sorted(FILES)
    assert done.stderr.count(b"\n") == (stream != STREAMS["all closed"])


def test_nothing_is_invented_that_nobody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by `head -1`: then it is soon over, and all went well."""
    folder, drawn = train(bag_names, tmp_path / "run", *SMALL), list[int]()

    def noted(read: object, request: Request, *_: object) -> list[str]:
        drawn.append(request.count)
        return ["ann"]

    monkeypatch.setattr("experiments.models.sampling.sample_names", noted)
    with redirect_stdout(Failing(0, BrokenPipeError(errno.EPIPE, "Broken pipe"), at_once=False)):
        assert call(bag_names, "sample", "--from", folder, "--count", 10**6) == 0
    assert drawn == [AT_A_TIME]
    assert call(bag_names, "sample", "--from", folder, "--count", 2 * AT_A_TIME + 1) == 0
    assert drawn[1:] == [AT_A_TIME, AT_A_TIME, 1]


def test_a_run_is_kept_when_its_reader_is_interrupted_with_it(tmp_path: Path) -> None:
    """As `tee` is, by Ctrl-C."""
    words = command("bag_names", *SMALL[:-2], "--seconds", 60, "--out", "run")
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=tmp_path, env=ENVIRONMENT, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 1
    assert told == b"bag_names: asked for text on standard output; found Broken pipe; the run is in 'run'\n"
    assert sorted(os.listdir(tmp_path / "run")) == sorted(FILES)


LOSSES_DRAWN = [Point(0, 0.0, 3.0, 3.1), Point(9, 1.0, 2.0, 2.1)]
DRAW = f"""
from pathlib import Path
from experiments.commands.plots import loss_picture
from experiments.training.loop import Point
Path("drawn.png").write_bytes(loss_picture({LOSSES_DRAWN!r}, "a $title"))
import matplotlib
assert matplotlib.get_backend(auto_select=False) is None
"""


def test_a_picture_is_the_same_whatever_the_settings_of_the_user(tmp_path: Path) -> None:
    """A backend of a notebook, LaTeX that there is not, settings that are none, and no folder to write to."""
    drawn = [loss_picture(LOSSES_DRAWN, "a $title")]
    for name, rc, more in (
        (
            "latex",
            b"text.usetex: True\nfont.size: 30\nno such: thing",
            {"MPLBACKEND": "module://matplotlib_inline.backend"},
        ),
        ("bytes", b"\xff\xfe\0", {"MPLBACKEND": "none", "MPLCONFIGDIR": "/proc/none"}),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "matplotlibrc").write_bytes(rc)
        words = [sys.executable, "-W", "error", "-c", DRAW]
        done = subprocess.run(words, cwd=folder, env=ENVIRONMENT | more, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        drawn.append((folder / "drawn.png").read_bytes())
    assert drawn[0].startswith(b"\x89PNG\r\n")
    assert drawn == drawn[:1] * 3


@pytest.mark.usefixtures("_no_art")
def test_a_checkpoint_outlasts_a_measurement_that_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last one, between the last step and the end."""
    calls: list[object] = []

    def interrupted(model: object, names: object) -> Callable[[object], float]:
        def measure(params: object) -> float:
            calls.append(params)
            if len(calls) == 4:  # of the train and the test names, at the beginning and then
                raise KeyboardInterrupt
            return 3.0

        return measure

    with monkeypatch.context() as patched:
        patched.setattr("experiments.models.window_model.WindowModel.measure", interrupted)
        assert call(bag_names, *SMALL[:-1], 1, "--out", tmp_path / "run") == 130
    assert os.listdir(tmp_path / "run") == [CHECKPOINT]
    assert call(bag_names, "--resume", tmp_path / "run") == 0
    whole = train(bag_names, tmp_path / "whole", *SMALL[:-1], 1)
    assert sorted(os.listdir(tmp_path / "run")) == sorted(os.listdir(whole))
    assert capsys.readouterr().err == ""


STEP, MEASURE = "experiments.training.loop._require_finite", "experiments.models.window_model.WindowModel.logits"


@pytest.mark.usefixtures("_no_art")
@pytest.mark.parametrize(
    ("place", "more", "code"),
    [
        (STEP, 1, 0),  # a finger that slips
        (MEASURE, 1, 0),
        (MEASURE, 2, 130),  # as if it hung
        ("experiments.commands.jobs.written", 9, 0),  # as if the key were held down
        ("os.fsync", 9, 0),
        ("os.replace", 9, 0),
    ],
)
def test_nothing_is_lost_however_often_ctrl_c_is_pressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, more: int, code: int
) -> None:
    """Once in a step, and again in that step, where the losses are measured, or where they are saved; or going on."""
    folder, steps = tmp_path / "run", count()
    for begun in (0, 5):
        pressed = list[str]()

        def pressing(name: str, pressed: list[str] = pressed) -> Callable[..., object]:
            module, _, last = name.rpartition(".")
            work = pkgutil.resolve_name(f"{module}.{last}")

            def pressed_in(*words: object, **more_words: object) -> object:
                if name == STEP and next(steps) >= 3 and not pressed:
                    pressed.append(name)
                    signal.raise_signal(signal.SIGINT)
                if name == place and pressed and len(pressed) < 2:
                    pressed.append(name)
                    for _ in range(more):
                        signal.raise_signal(signal.SIGINT)
                return work(*words, **more_words)

            return pressed_in

        with monkeypatch.context() as patched:
            for name in {STEP, place}:
                patched.setattr(name, pressing(name))
            flags = ("--resume", folder) if begun else (*SMALL[:-2], "--out", folder)
            assert call(bag_names, *flags, "--steps", 10**6) == code
        assert len(pressed) == 2
        assert read(folder, "bag_names").about["steps"] > begun - 2
        assert code or sorted(os.listdir(folder)) == sorted(FILES)
