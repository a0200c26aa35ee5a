"""--coordinator: what is no address is refused in one line, before JAX sees it, which would end the process."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("jax", reason="pip install -e '.[jax]'")

from experiments import bag_names
from experiments.process.errors import InputError
from experiments.training.devices import _address
from tests.experiments.programs import call

NONE = [
    *("localhost", ":1", "localhost:", "localhost:0", "localhost:65536", "localhost:-1", "localhost:+1"),
    *("localhost:１２３４", "localhost:٣", "localhost:²", "localhost:1_0", "localhost: 1", "１２７.0.0.1:1234"),
    *("localhost:1\n", "\x1b[31m:1", "a b:1", "é:1", "::1:1234", "[]:1", "http://localhost:1", "\udcff:1", "nul\0:1"),
]


@pytest.mark.parametrize("place", NONE, ids=ascii)
def test_what_is_no_address_is_refused(capsys: pytest.CaptureFixture[str], place: str) -> None:
    words = "--backend", "jax", "--coordinator", place, "--processes", 2, "--steps", 1, "--wait", 1
    for process in (0, 1):
        assert call(bag_names, *words, "--process-id", process) == 2
        told = capsys.readouterr().err
        assert "found no host and port in it; give HOST:PORT" in told or "found a character that ends a text" in told
        assert told.count("\n") == 1
        assert told[:-1].isprintable()


@pytest.mark.parametrize("place", ["a..b:1", f"{'x' * 70}.invalid:1", "nowhere.invalid:1", ".:1", "[::g]:1", "-:1"])
def test_a_name_that_no_machine_has_is_refused(capsys: pytest.CaptureFixture[str], place: str) -> None:
    words = "--backend", "jax", "--coordinator", place, "--processes", 2, "--steps", 1, "--wait", 1
    for process in (0, 1):
        assert call(bag_names, *words, "--process-id", process) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"bag_names: --coordinator: asked for {place}; found ")
        assert told.count("\n") == 1


@given(st.text() | st.builds("{}:{}".format, st.text("ab.1-[]:_é１"), st.integers(-9, 70_000) | st.text("123４")))
@example("a.b_c-1:65535")
@example("[fe80::1%eth0]:1")
def test_an_address_is_read_in_one_way_only(place: str) -> None:
    """Host and port make the text again: no spaces, signs, zeros in front, or digits that others do not read."""
    try:
        host, port = _address(place)
    except InputError:
        return
    assert place.isascii()
    assert 0 < port < 2**16
    assert place in (f"{host}:{port}", f"[{host}]:{port}")
