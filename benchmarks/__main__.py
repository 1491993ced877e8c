"""Run every measurement, or those named: ``python -m benchmarks [imports web search_quality …]``.

What begins with two dashes is an option of a measurement.
"""

from __future__ import annotations

import sys

from benchmarks import (
    bills,
    calculating,
    cube,
    desks,
    draw,
    editions,
    epd,
    ifc,
    imports,
    matching,
    pages,
    ratios,
    scale,
    score,
    search_latency,
    search_quality,
    signing_in,
    start,
    swaps,
    verify,
    web,
)

ALL = {
    "imports": imports.main,
    "bills": bills.main,
    "epd": epd.main,
    "ifc": ifc.main,
    "matching": matching.main,
    "web": web.main,
    "pages": pages.main,
    "desks": desks.main,
    "ratios": ratios.main,
    "scale": scale.main,
    "calculating": calculating.main,
    "cube": cube.main,
    "draw": draw.main,
    "editions": editions.main,
    "score": score.main,
    "swaps": swaps.main,
    "verify": verify.main,
    "signing_in": signing_in.main,
    "start": start.main,
    "search_quality": search_quality.main,
    "search_latency": search_latency.main,
}


def main() -> None:
    """Run them in order."""
    for name in [word for word in sys.argv[1:] if not word.startswith("--")] or ALL:
        ALL[name]()


if __name__ == "__main__":  # Measurements in processes of their own import this again.
    main()
