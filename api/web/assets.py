"""Fetch what the pages load from npm, and put it among the static files.

The pages work without it; with it, search answers while one types, and browsers without Ed25519 of
their own check signed records offline. So whatever goes wrong here is said, and stops nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
VENDOR = HERE / "static" / "vendor"
LOCK = HERE / "package-lock.json"
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx-LICENSE.txt",
    "tweetnacl/nacl-fast.min.js": "nacl-fast.min.js",
    "tweetnacl/LICENSE": "nacl-LICENSE.txt",
}
_HINT = "The pages work without it, a little slower. To try again: python -m api.web.assets\n"


def is_fresh() -> bool:
    """Tell whether every file is there and no older than the lock that names it."""
    targets = [VENDOR / name for name in FILES.values()]
    return all(t.is_file() and t.stat().st_mtime >= LOCK.stat().st_mtime for t in targets)


def npm() -> Path | None:
    """Return the machine's npm or, failing that, the one beside this Python."""
    found = shutil.which("npm")
    beside = Path(sys.executable).parent / "npm"
    if found:
        return Path(found)
    return beside if beside.is_file() else None


def main() -> None:
    """Run ``npm ci`` and copy the files that pages use, unless they are there."""
    if is_fresh():
        return
    command = npm()
    if command is None:
        sys.stderr.write(f"npm was not found, so nothing was fetched. {_HINT}")
        return
    arguments = [str(command), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(arguments, cwd=HERE, check=False)  # noqa: S603  A fixed command.
    if done.returncode:
        sys.stderr.write(f"npm could not fetch the files. {_HINT}")
        return
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, target in FILES.items():
        shutil.copyfile(HERE / "node_modules" / source, VENDOR / target)


if __name__ == "__main__":
    main()
