"""What is installed here by `pip install -e`, and what is in a wheel, whose path is given.

python .ci/installed.py cat_ad-0.1.0-py3-none-any.whl
"""

import sys
from email import message_from_bytes
from importlib.util import find_spec
from zipfile import ZipFile

HERE = {name: find_spec(name) is not None for name in ("cat_ad", "experiments", "web", "tests", "docs")}
assert HERE == {"cat_ad": True, "experiments": True, "web": True, "docs": True, "tests": False}, HERE

with ZipFile(sys.argv[1]) as wheel:
    names = wheel.namelist()
    (metadata,) = (message_from_bytes(wheel.read(name)) for name in names if name.endswith(".dist-info/METADATA"))
folders = {name.partition("/")[0] for name in names}
assert folders == {"cat_ad", f"cat_ad-{metadata['Version']}.dist-info"}, folders
assert "cat_ad/py.typed" in names
extras = set(metadata.get_all("Provides-Extra"))
assert extras == {"diagrams", "jax", "scipy", "wasm"}, extras
