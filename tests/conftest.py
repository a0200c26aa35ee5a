"""What all tests share: how Hypothesis runs, and the folder of reference data."""

import gc
import os
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from hypothesis import settings

import experiments.process.threads  # noqa: F401  (before NumPy is imported, as the programs do)

# Compiling takes longer than what tests compute.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "true")
with suppress(PackageNotFoundError):
    if version("jaxlib").startswith("0.10."):  # one that knows no such flag would end the tests
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false")

settings.register_profile("cat_ad", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("cat_ad")


@pytest.fixture
def reference() -> Path:
    """The folder that CAT_AD_REFERENCE names; without it the test is skipped."""
    folder = os.environ.get("CAT_AD_REFERENCE")
    if folder is None:
        pytest.skip("CAT_AD_REFERENCE is unset: no folder with names.txt and microgpt_reference.json")
    return Path(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: for one that begins last, all others wait."""
    items.sort(key=lambda item: item.path.stem != "test_typing")


def pytest_collection_finish(session: pytest.Session) -> None:
    """All that was imported stays to the end, so that the collector of garbage need not look through it again.

    Nor need it look often through what tests make: much of it at once, as traces and terms are, and hardly any rings.
    And where Python is to write no byte code beside the sources, the programs that tests start share it in a folder of
    pytest's. Not the tests, which would compile there what was compiled as it was installed.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    cache: pytest.Cache | None = getattr(session.config, "cache", None)  # there is none with -p no:cacheprovider
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", "") and cache is not None:
        os.environ["PYTHONPYCACHEPREFIX"] = str(cache.mkdir("bytecode"))
