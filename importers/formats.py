"""The forms of file that can be read, each with how it is recognised and what it brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from catalog.records import Kind
from importers.bill import (
    is_bill_table,
    is_cost_schedule,
    is_tender,
    read_bill_table,
    read_cost_schedule,
    read_tender,
)
from importers.delivery import is_delivery_list, read_delivery_list
from importers.epd import (
    is_ilcd_xml,
    is_ilcd_zip,
    is_oekobaudat,
    is_openepd,
    is_openepd_bundle,
    is_soda,
    read_ilcd_xml,
    read_ilcd_zip,
    read_oekobaudat,
    read_openepd,
    read_openepd_bundle,
    read_soda,
)
from importers.epd.results_reading import is_results_table, read_results_table
from importers.ifc import is_ifc, read_ifc
from importers.lookups import Lookups
from importers.registry import is_registry, read_registry
from importers.source import Placement, ReadOutcome, SourceFile


class Reader(Protocol):
    """What reads one form; it knows no database and decides nothing about what it finds."""

    def __call__(
        self,
        source: SourceFile,
        lookups: Lookups,
        *,
        placement: Placement | None = ...,
        batch_rows: int = ...,
    ) -> Iterator[ReadOutcome]:
        """Yield every record and every issue of the file, each row once, in order.

        Whatever the bytes are, nothing but ImportRefusedError is raised.
        """


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One form of file: its key, what it brings, and its two functions.

    ``recognises`` looks at the content, never at the name, quickly and without raising.
    ``takes_placement`` tells that a person may have to say where the lines belong.
    """

    key: str
    kind: Kind
    recognises: Callable[[SourceFile], bool]
    read: Reader
    takes_placement: bool = False


def _epd(key: str, recognises: Callable[[SourceFile], bool], read: Reader) -> Format:
    return Format(key=key, kind=Kind.EPDS, recognises=recognises, read=read)


def _placed(key: str, kind: Kind, recognises: Callable[[SourceFile], bool], read: Reader) -> Format:
    return Format(key=key, kind=kind, recognises=recognises, read=read, takes_placement=True)


FORMATS: tuple[Format, ...] = (
    _epd("openepd-bundle", is_openepd_bundle, read_openepd_bundle),
    _epd("ilcd-zip", is_ilcd_zip, read_ilcd_zip),
    _epd("ilcd-xml", is_ilcd_xml, read_ilcd_xml),
    _epd("openepd-json", is_openepd, read_openepd),
    _epd("soda-json", is_soda, read_soda),
    _epd("oekobaudat-csv", is_oekobaudat, read_oekobaudat),
    _placed("ifc5d-csv", Kind.BILL_LINES, is_cost_schedule, read_cost_schedule),
    _placed("tender-xml", Kind.BILL_LINES, is_tender, read_tender),
    _placed("delivery-list", Kind.DELIVERIES, is_delivery_list, read_delivery_list),
    _placed("bill-table", Kind.BILL_LINES, is_bill_table, read_bill_table),
    _placed("ifc", Kind.BILL_LINES, is_ifc, read_ifc),
    _epd("epd-table", is_results_table, read_results_table),
    Format(
        key="registry-json",
        kind=Kind.REGISTRY,
        recognises=is_registry,
        read=read_registry,
    ),
)
"""In the order in which they are tried; what none recognises is a table of our own, or nothing."""


def format_of(source: SourceFile) -> Format | None:
    """Return the form of a file, None if it can only be a table."""
    return source.keep(
        "format", lambda: next((form for form in FORMATS if form.recognises(source)), None)
    )
