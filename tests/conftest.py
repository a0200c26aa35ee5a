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


def pytest_collection_finish() -> None:
    """All that was imported stays to the end, so that the collector of garbage need not look through it again."""
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Where Python is to write no byte code beside the sources, let all processes share it in a folder of pytest's."""
    cache: pytest.Cache | None = getattr(config, "cache", None)  # there is none with -p no:cacheprovider
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", "") and cache is not None:
        os.environ["PYTHONPYCACHEPREFIX"] = str(cache.mkdir("bytecode"))
