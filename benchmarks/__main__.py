"""Run every measurement, or those named: ``python -m benchmarks [imports web ratios start]``."""

from __future__ import annotations

import sys

from benchmarks import imports, ratios, start, web

ALL = {"imports": imports.main, "web": web.main, "ratios": ratios.main, "start": start.main}


def main() -> None:
    """Run them in order."""
    for name in sys.argv[1:] or ALL:
        ALL[name]()


main()
