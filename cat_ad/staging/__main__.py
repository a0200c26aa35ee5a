"""Say where compiled libraries are kept, how many there are, and how large they are; or remove them all.

python -m cat_ad.staging
python -m cat_ad.staging --clear
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence

from cat_ad.staging.c.cache import LARGEST, OLDEST, files, prune
from cat_ad.staging.c.compiler import cache_folder, home_folder

KEPT = f"At most {LARGEST >> 20} MiB are kept, and what was used in the last {OLDEST} days."


def main(words: Sequence[str] | None = None) -> str:
    """What is printed, for these words of a command line. Raises `SystemExit` for others, and for --help."""
    parser = ArgumentParser(
        "python -m cat_ad.staging", None, __doc__, KEPT, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("--clear", action="store_true", help="remove them; who has loaded one keeps it")
    flags = parser.parse_args(words)
    try:
        folder = cache_folder()
        if not folder.exists():
            return f"{folder}: nothing is kept"
        with home_folder() as home:
            found = files(home)
            size = sum(entry.stat().st_size for entry in found)
            if flags.clear:
                prune(home, 0)
    except (OSError, RuntimeError) as error:
        parser.exit(1, f"the folder of compiled libraries cannot be read: {error}\n")
    many = sum(entry.name.endswith(".so") for entry in found)
    return (
        f"{folder}: {many} {'library' if many == 1 else 'libraries'}, {size / 2**20:.1f} MiB{', removed' * flags.clear}"
    )


if __name__ == "__main__":
    sys.stdout.write(f"{main()}\n")
