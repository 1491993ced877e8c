"""Environmental product declarations: data sets read per second of processor time.

The near limit unpacks and parses the same XML with lxml, or decodes the same JSON, and looks at
nothing. The ILCD+EPD data sets are made here in three sizes: 13 indicators of A1-A3 as in a
typical declaration, all indicators of A1-A3, and all of eight modules, three of them in two
scenarios. ilcdlib, lcax and openepd read one of the same documents where they are installed.
"""

from __future__ import annotations

import io
import json
import logging
import time
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from benchmarks.epd_soda import as_soda
from benchmarks.report import show
from catalog.records import EpdRecord
from importers.epd import read_ilcd_zip, read_openepd, read_soda
from importers.epd.tables import indicators
from importers.epd.write_openepd import write_openepd
from importers.epd.xml import parse
from importers.formats import Reader
from importers.lookups import Lookups
from importers.reader import SourceFile

DATA_SETS = 400
REPEATED = 100
SIZES = (
    (False, 13, "13 amounts of A1-A3"),
    (False, None, "38 amounts of A1-A3"),
    (True, None, "418 amounts, 8 modules, 2 scenarios"),
)
MODULES = ("A1-A3", "A4", "A5", "C1", "C2", "C3", "C4", "D")
WITH_SCENARIOS = ("C3", "C4", "D")
SCENARIOS = ("S1", "S2")
FLOW_ID = "0f0e0d0c-0002-4000-8000-000000000002"
AREA = "93a60a56-a3c8-19da-a746-0800200c9a66"
_NAMESPACES = (
    'xmlns="http://lca.jrc.it/ILCD/Process" xmlns:common="http://lca.jrc.it/ILCD/Common" '
    'xmlns:epd="http://www.iai.kit.edu/EPD/2013" xmlns:e2="http://www.indata.network/EPD/2019"'
)


def a_process(number: int, *, is_long: bool, most: int | None = None) -> tuple[str, bytes]:
    """Return the identifier and the XML of a data set with every amount of its own.

    It has so many indicators at most, those of impacts before those of resources.
    """
    uuid = f"{number:08d}-0001-4000-8000-000000000001"
    rows = {"exchange": "", "LCIAResult": ""}
    # Those without a name in openEPD are of one country only.
    shared = [one for one in indicators().values() if one.openepd]
    for place, indicator in enumerate(shared[:most]):
        wanted = [one for one in indicator.defined if not one.methods or "EF 3.0" in one.methods]
        for definition in wanted[:1]:
            tag = "LCIAResult" if definition.methods else "exchange"
            rows[tag] += _row(tag, definition.uuid, definition.unit, number + place, is_long)
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<processDataSet {_NAMESPACES}>\n'
        "<processInformation><dataSetInformation>"
        f'<common:UUID>{uuid}</common:UUID><name><baseName xml:lang="en">Board {number}'
        "</baseName></name><common:generalComment>A board of gypsum and paper. "
        f"{'It is made in several works. ' * 40}</common:generalComment></dataSetInformation>"
        "<quantitativeReference><referenceToReferenceFlow>0</referenceToReferenceFlow>"
        "</quantitativeReference><time><common:referenceYear>2022</common:referenceYear>"
        "<common:dataSetValidUntil>2027</common:dataSetValidUntil></time></processInformation>"
        "<modellingAndValidation><LCIMethodAndAllocation><typeOfDataSet>EPD</typeOfDataSet>"
        "</LCIMethodAndAllocation></modellingAndValidation><administrativeInformation>"
        "<publicationAndOwnership><common:dataSetVersion>00.01.000</common:dataSetVersion>"
        "</publicationAndOwnership></administrativeInformation><exchanges>\n"
        f'<exchange dataSetInternalID="0"><referenceToFlowDataSet refObjectId="{FLOW_ID}"/>'
        f"<meanAmount>1</meanAmount></exchange>{rows['exchange']}</exchanges>\n"
        f"<LCIAResults>{rows['LCIAResult']}</LCIAResults></processDataSet>"
    )
    return uuid, text.encode()


def _row(tag: str, uuid: str, unit: str, seed: int, is_long: bool) -> str:
    kind = "LCIAMethod" if tag == "LCIAResult" else "Flow"
    parts: list[str] = []
    for place, module in enumerate(MODULES if is_long else MODULES[:1]):
        for scenario in SCENARIOS if module in WITH_SCENARIOS else ("",):
            chosen = f' epd:scenario="{scenario}"' if scenario else ""
            amount = f"{(seed * 7919 + place * 104729 + len(parts)) / 1e7:.10f}"
            parts.append(
                f'                <epd:amount epd:module="{module}"{chosen}>{amount}</epd:amount>\n'
            )
    return (
        f'<{tag}><referenceTo{kind}DataSet type="data set" refObjectId="{uuid}">'
        f'<common:shortDescription xml:lang="en">An indicator</common:shortDescription>'
        f"</referenceTo{kind}DataSet>\n<common:other>{''.join(parts)}"
        f"<epd:referenceToUnitGroupDataSet><common:shortDescription>{unit}"
        "</common:shortDescription></epd:referenceToUnitGroupDataSet></common:other>"
        f"</{tag}>\n"
    )


def a_flow() -> str:
    """Return the data set of the flow: a square metre."""
    return (
        '<flowDataSet xmlns="http://lca.jrc.it/ILCD/Flow" '
        f'xmlns:common="http://lca.jrc.it/ILCD/Common"><common:UUID>{FLOW_ID}</common:UUID>'
        "<referenceToReferenceFlowProperty>0</referenceToReferenceFlowProperty>"
        '<flowProperty dataSetInternalID="0">'
        f'<referenceToFlowPropertyDataSet refObjectId="{AREA}"/><meanValue>1</meanValue>'
        "</flowProperty></flowDataSet>"
    )


def an_archive(texts: dict[str, bytes]) -> bytes:
    """Return an archive of these processes and their flow."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"ILCD/flows/{FLOW_ID}.xml", a_flow())
        for uuid, text in texts.items():
            archive.writestr(f"ILCD/processes/{uuid}.xml", text)
    return target.getvalue()


def _seconds(work: Callable[[], Any], runs: int = 5) -> float:
    """Return the best processor time of some runs."""
    times = []
    for _ in range(runs):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def _parse_all(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            parse(archive.read(name))


def _read_all(content: bytes) -> int:
    outcomes = read_ilcd_zip(SourceFile("epds.zip", content), Lookups.from_seed())
    return sum(len(outcome.records) for outcome in outcomes)


def _ilcdlib(content: bytes) -> float:
    """Return how long ilcdlib takes for one data set, without its start."""
    from ilcdlib.epd.reader import IlcdEpdReader  # noqa: PLC0415  It may not be installed.
    from ilcdlib.medium.archive import ZipIlcdReader  # noqa: PLC0415

    def convert() -> None:
        IlcdEpdReader(None, None, ZipIlcdReader(io.BytesIO(content))).to_openepd_epd(
            "en", "https://example.org"
        )

    convert()
    return _seconds(convert)


def _json_rows(texts: dict[str, bytes]) -> list[list[object]]:
    """Return what reading the same declaration as JSON costs us, and the libraries for it."""
    (outcome,) = read_ilcd_zip(SourceFile("epd.zip", an_archive(texts)), Lookups.from_seed())
    (record,) = outcome.records
    assert isinstance(record, EpdRecord)
    openepd = write_openepd(record).content
    soda = json.dumps(as_soda(record)).encode()
    rows: list[list[object]] = []
    for content, title, reader, name, peer in (
        (soda, "soda4LCA JSON", read_soda, "lcax", _lcax),
        (openepd, "openEPD JSON", read_openepd, "openepd", _openepd),
    ):

        def ours(content: bytes = content, reader: Reader = reader) -> None:
            (found,) = reader(SourceFile("epd.json", content), Lookups.from_seed())
            if len(found.records) != 1:
                raise RuntimeError("the declaration did not come in")

        size = len(content) // 1000
        limit = _per_second(lambda content=content: json.loads(content))  # type: ignore[misc]
        rows.append([f"near limit: json decodes {title}", size, limit, 1.0])
        speed = _per_second(ours)
        rows.append([f"lucai reads {title}", size, speed, speed / limit])
        if find_spec(name):
            speed = _per_second(lambda peer=peer, content=content: peer(content))  # type: ignore[misc]
            rows.append([f"{name} reads {title}", size, speed, speed / limit])
    return rows


def _per_second(work: Callable[[], Any]) -> float:
    def repeated() -> None:
        for _ in range(REPEATED):
            work()

    return REPEATED / _seconds(repeated)


def _lcax(content: bytes) -> None:
    import lcax  # type: ignore[import-untyped]  # noqa: PLC0415  It may not be installed.

    lcax.convert_ilcd(content.decode())


def _openepd(content: bytes) -> None:
    from openepd.model.epd import Epd  # noqa: PLC0415  It may not be installed.

    Epd.model_validate_json(content)


def main() -> None:
    """Measure and print."""
    logging.disable(logging.WARNING)  # ilcdlib tells of every data set what it does not know.
    rows: list[list[object]] = []
    for is_long, most, title in SIZES:
        texts = dict(a_process(number, is_long=is_long, most=most) for number in range(DATA_SETS))
        content = an_archive(texts)
        if _read_all(content) != DATA_SETS:
            raise RuntimeError("not every data set came in")
        limit = DATA_SETS / _seconds(lambda content=content: _parse_all(content))  # type: ignore[misc]
        ours = DATA_SETS / _seconds(lambda content=content: _read_all(content))  # type: ignore[misc]
        size = sum(map(len, texts.values())) // DATA_SETS // 1000
        rows += [
            [f"near limit: lxml parses, {title}", size, limit, 1.0],
            [f"lucai reads, {title}", size, ours, ours / limit],
        ]
        if find_spec("ilcdlib"):
            uuid = next(iter(texts))
            theirs = 1 / _ilcdlib(an_archive({uuid: texts[uuid]}))
            rows.append([f"ilcdlib converts, {title}", size, theirs, theirs / limit])
    rows += _json_rows(dict([a_process(0, is_long=False)]))
    columns = ["ILCD+EPD in a ZIP, one processor", "kB each", "data sets/s", "of near limit"]
    show("Declarations: data sets", columns, rows)


if __name__ == "__main__":
    main()
