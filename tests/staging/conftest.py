"""What tests of staging share: a cache folder of their own for what they compile."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of its own; but the compiler to WebAssembly keeps its C library, which takes it long, with the user."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ZIG_GLOBAL_CACHE_DIR", str(Path.home() / ".cache" / "zig"))
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
