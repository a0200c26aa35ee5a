"""What is built is compared with NumPy, is not built again, and is served to this machine."""

import io
import os
import socket
import sys
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

import web.__main__
from cat_ad import stage
from cat_ad.staging.trace.trees import flatten
from experiments import gpt_names
from tests.web.conftest import SMALL, choice
from web import build, packing
from web.modules import DifferenceError, verify

Capture = pytest.CaptureFixture[str]


def test_a_module_that_gives_other_numbers_is_refused(dist: Path) -> None:
    """It is named, and so is the function."""
    scores, arguments, donate = choice("bag").functions(128)["scores"]

    def other(*given: Any) -> Any:  # Any: whatever they give
        return scores(*given) + 0.001

    verify(dist / "models" / "bag-128", {"scores": (scores, arguments, donate)})
    with pytest.raises(DifferenceError, match=r"bag-128: asked scores for NumPy's .* difference of 0\.001"):
        verify(dist / "models" / "bag-128", {"scores": (other, arguments, donate)})


def test_boxes_are_told_through_all_layers() -> None:
    """Staged too, where a stack of layers is a loop."""
    two = replace(choice("gpt"), flags=gpt_names.Flags(layers=2, width=8, heads=2))
    inside, arguments, _ = two.functions(2)["inside"]
    names = [box["arrow"] for box in two.boxes()]
    assert [names.count(name) for name in ("attention", "relu", "cross_entropy")] == [2, 2, 1]
    for one, other in zip(flatten(stage(inside)(*arguments))[0], flatten(inside(*arguments))[0], strict=True):
        np.testing.assert_allclose(one, other, 1e-5, 1e-6)


def test_what_has_not_changed_is_not_built_again(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With other models, those are, and their readings, and not the page."""
    made = list[str]()
    monkeypatch.setattr(build, "make_models", lambda *_: made.append("models"))
    monkeypatch.setattr(build, "make_readings", lambda *_: made.append("readings"))
    monkeypatch.setattr(build, "make_page", lambda *_: made.append("page"))
    monkeypatch.setattr(build, "make_python", lambda *_: made.append("python"))
    known = (dist / build.MADE).read_text("utf-8")
    try:
        build.build(dist, [choice(name) for name in SMALL])
        assert made == []
        build.build(dist, [choice("bag")])
        assert made == ["models", "readings"]
    finally:
        (dist / build.MADE).write_text(known, "utf-8")


def test_numpys_wheel_is_the_one_that_pyodide_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one is refused in a line, by its name or by its content, before anything is made."""
    monkeypatch.setattr(build, "tools", lambda *_: None)
    for name, said in (("numpy-2.0.3.whl", "put that one there"), (packing.NUMPY.name, "another file; restore it")):
        (tmp_path / name).write_bytes(packing.NUMPY.read_bytes() + b"0")
        monkeypatch.setattr(packing, "NUMPY", tmp_path / name)
        with pytest.raises(build.BuildError, match=rf"^asked for {packing.NUMPY.name[:9]}.*{said}$"):
            build.make_python(tmp_path / "dist", "other", "", print)
    assert not (tmp_path / "dist").exists()


def test_the_same_files_are_packed_alike(tmp_path: Path) -> None:
    """Whenever they were written, with all of them in it."""
    for folder, time in (("one", 1_000_000_000), ("two", 1_700_000_000)):
        for name, text in (("b/long/" + "x" * 90 + ".py", "1"), ("a.py", ""), ("b/c.pyc", "23")):
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            os.utime(path, (time, time))
    one, two = (packing.tar_of(tmp_path / folder) for folder in ("one", "two"))
    assert one == two
    with tarfile.open(fileobj=io.BytesIO(one)) as tar:
        assert sorted(tar.getnames()) == ["a.py", "b/c.pyc", "b/long/" + "x" * 90 + ".py"]


def test_the_command_says_where_the_page_is(dist: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """And ends by Ctrl-C without a word; a port that is taken is told in a line."""
    monkeypatch.setattr(web.__main__, "build", lambda tell: None)
    monkeypatch.setattr(web.__main__, "DIST", dist)
    monkeypatch.setattr(web.__main__, "Event", lambda: Mock(wait=Mock(side_effect=KeyboardInterrupt)))
    opened = list[str]()
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(sys, "argv", ["web", "--port", "0"])
    with pytest.raises(SystemExit) as ended:
        web.__main__.main()
    assert ended.value.code == 130
    said = capsys.readouterr().out.split()
    assert said[0].startswith("http://127.0.0.1:")
    assert opened == [said[0]]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(sys, "argv", ["web", "--no-browser", "--port", str(taken.getsockname()[1])])
        with pytest.raises(SystemExit, match=r"python -m web: .*in use"):
            web.__main__.main()
