"""What of this folder is installed: the library and, by `pip install -e`, the programs and the page, but no tests.

An editable install puts one folder on the path, and whatever lies in it can be imported. So that is a folder of links,
where type checkers look as well, and not this one. A wheel has the library alone, and so no extras for the rest.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LINKS = Path("build", "importable")  # `dev-mode-dirs` of pyproject.toml
LINKED = "cat_ad", "docs", "experiments", "web"
NOT_IN_A_WHEEL = "dev", "docs", "experiments", "web"  # extras


class Installed(BuildHookInterface[Any]):
    """Called by hatchling before it builds a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is standard or editable."""
        if version == "editable":
            for package in LINKED:
                _link(Path(self.root, LINKS, package), Path(self.root, package))
        else:
            for extra in NOT_IN_A_WHEEL:
                self.metadata.core.optional_dependencies.pop(extra, None)


def _link(link: Path, folder: Path) -> None:
    """Make a link to a folder, unless it is there."""
    if link.exists() and link.samefile(folder):
        return
    link.unlink(missing_ok=True)  # one to where the project lay before
    link.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":  # there a symbolic link needs rights that not everybody has
        import _winapi

        _winapi.CreateJunction(str(folder), str(link))
    else:
        link.symlink_to(folder, target_is_directory=True)
