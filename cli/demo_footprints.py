"""Bring the demo's environmental product declarations in as a file, and link them to products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from catalog.records import Kind
from catalog.rules.keys import epd_key
from catalog.services import epds
from cli.house import clock, operator
from cli.progress import bar
from importers.lookups import Lookups
from importers.reader import SourceFile
from importers.run import Request, import_file

if TYPE_CHECKING:
    from catalog.db import Database


def load_footprints(database: Database, *, products: int, seed: int) -> None:
    """Import the declarations like any openEPD file; a second time changes nothing."""
    from seed_data.demo import footprints  # noqa: PLC0415  Only the demo needs its word lists.

    made = list(footprints.generate_footprints(seed, products))
    encoder = msgspec.json.Encoder(decimal_format="number")
    content = encoder.encode([each.document for each in made])
    request = Request(actor=operator(), kind=Kind.EPDS, source=f"demo-{seed}", is_synthetic=True)
    with bar("环境产品声明", "declarations", len(made)) as show:
        file = SourceFile(f"demo-epds-{products}.json", content)
        import_file(database, file, Lookups.from_seed(), request, clock=clock)
        with database.transaction() as session:
            for done, each in enumerate(made, start=1):
                show(done)
                if each.product is None:
                    continue
                key = epd_key(each.document["id"])
                epds.link_product(
                    session, key, each.product,
                    reason=footprints.link_reason(), actor=operator(), now=clock(),
                )  # fmt: skip
