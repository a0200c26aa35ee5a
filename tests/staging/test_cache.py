"""What is kept of compiled libraries has bounds of size and age; `python -m cat_ad.staging` tells, and removes it."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad.staging.__main__ import main
from cat_ad.staging.c.cache import LARGEST, OLDEST, files, prune
from cat_ad.staging.c.compiler import library

SOURCE = "int seven(void) { return 7; }\n"
DAY = 86400
SOME_DAY = 20000 * DAY


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "cat_ad" / "c"


@given(st.lists(st.tuples(st.integers(0, 2 * OLDEST), st.integers(0, 40)), min_size=1, max_size=8), st.integers(0, 99))
def test_what_was_used_last_is_kept(
    tmp_path_factory: pytest.TempPathFactory, ages: list[tuple[int, int]], most: int
) -> None:
    """As much of it as there is room for, if it is not too old; and what is not ours is left alone."""
    home = tmp_path_factory.mktemp("cache")
    (home / "notes.txt").write_text("a long text" * 9)
    for at, (age, size) in enumerate(ages):
        path = home / f"{at}.so"
        path.write_bytes(b"x" * size)
        os.utime(path, (0, SOME_DAY - age * DAY - at))
    order = sorted(range(len(ages)), key=lambda at: ages[at][0] * DAY + at)
    first, expected, total = ages[order[0]][0] * DAY + order[0], set[str](), 0
    for at in order:
        total += ages[at][1]
        if total <= most and ages[at][0] * DAY + at - first <= OLDEST * DAY:
            expected.add(f"{at}.so")
    assert [entry.name for entry in files(str(home))] == [f"{at}.so" for at in order]
    prune(str(home), most)
    assert {path.name for path in home.iterdir()} == expected | {"notes.txt"}


def test_a_new_library_drives_out_an_old_one(cache: Path) -> None:
    """If nobody has used that since; whoever has loaded it still has it."""
    old, used = library(SOURCE), library(SOURCE.replace("7", "8"))
    for path in cache.iterdir():
        os.utime(path, (0, DAY))
    library(SOURCE.replace("7", "8"))
    library(SOURCE.replace("7", "9"))
    assert len([*cache.iterdir()]) == 2
    assert (old.seven(), used.seven(), library(SOURCE).seven()) == (7, 8, 7)


def test_what_is_said(cache: Path) -> None:
    """Where they are, how many and how large; then nothing is left, but who has loaded one keeps it."""
    assert main([]) == main(["--clear"]) == f"{cache}: nothing is kept"
    kept = library(SOURCE)
    assert main([]).startswith(f"{cache}: 1 library, 0.0 MiB")
    library(SOURCE.replace("7", "8"))
    assert main(["--clear"]) == f"{cache}: 2 libraries, 0.0 MiB, removed"
    assert main([]) == f"{cache}: 0 libraries, 0.0 MiB"
    assert kept.seven() == library(SOURCE).seven() == 7


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Says what is kept."""
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert (
        f"At most {LARGEST >> 20} MiB are kept, and what was used in the last {OLDEST} days." in capsys.readouterr().out
    )


def test_a_folder_that_is_none(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is said."""
    cache.parent.mkdir()
    cache.write_text("")
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 1
    assert "cannot be read" in capsys.readouterr().err
