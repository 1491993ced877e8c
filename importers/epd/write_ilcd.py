"""Write a declaration as ILCD+EPD: the process data set, and what it refers to in one archive.

A declaration that came as ILCD goes out as it came. Any other is written from what was understood
of it; what ILCD has no place for is left out and said. A module without an amount is not declared.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from itertools import groupby

import msgspec

from catalog.records import EpdRecord, EpdResultRecord, Issue
from catalog.rules.terms import DatePrecision
from importers.epd import ilcd_build as xml
from importers.epd.exported import Exported, LeftOut
from importers.epd.ilcd_amounts import EITHER_EDITION, add_amounts, definition_of
from importers.epd.ilcd_build import add, add_texts, at, refer
from importers.epd.ilcd_flow_build import flow_of
from importers.epd.ilcd_names import COMMON, EPD_2013, EPD_2019, EPD_2024, PROCESS
from importers.epd.tables import indicators, shared
from importers.epd.xml import Element

FORM = "ILCD+EPD"
_XML, _ZIP = "application/xml", "application/zip"
_OWN_FORMS = frozenset({"ilcd-xml", "ilcd-zip"})
_VERSION = re.compile(r"\d{2}\.\d{2}(\.\d{3})?", re.ASCII)
_NO_VERSION = "00.00.000"
_ENCODING = re.compile(r"(<\?xml[^>]*?encoding\s*=\s*[\"'])([A-Za-z0-9._-]+)", re.ASCII)
# A fixed time: the same declaration is the same archive, whenever it is written.
_WRITTEN = (1980, 1, 1, 0, 0, 0)


def write_ilcd(record: EpdRecord) -> Exported:
    """Return a declaration as XML, or as an archive where it stands on other data sets."""
    files, issues = _files(record)
    if len(files) == 1:
        content = next(iter(files.values()))
        return Exported(content=content, media_type=_XML, ending="xml", issues=issues)
    return Exported(content=_archive(files), media_type=_ZIP, ending="zip", issues=issues)


def write_ilcds(records: Iterable[EpdRecord]) -> Exported:
    """Return several declarations as one archive; what they share is in it once."""
    files: dict[str, bytes] = {}
    issues: list[Issue] = []
    for record in records:
        found, noted = _files(record)
        issues += noted
        files |= found
    return Exported(content=_archive(files), media_type=_ZIP, ending="zip", issues=tuple(issues))


def _files(record: EpdRecord) -> tuple[dict[str, bytes], tuple[Issue, ...]]:
    """Return the files of a declaration by their paths in an archive."""
    if record.format in _OWN_FORMS:
        texts = msgspec.json.decode(record.document, type=dict[str, str])
        process = texts.pop("process")
        path = f"ILCD/processes/{record.identifier}_{record.version or _NO_VERSION}.xml"
        files = {path: _bytes_of(process)}
        return files | {name: _bytes_of(text) for name, text in texts.items()}, ()
    writer = _Writer(record)
    process_root = writer.process()
    files = {f"ILCD/processes/{writer.uuid}.xml": xml.content_of(process_root)}
    if writer.flow is not None:
        files[f"ILCD/flows/{writer.flow_uuid}.xml"] = xml.content_of(writer.flow)
    return files, writer.left_out.issues


def _bytes_of(text: str) -> bytes:
    """Return a data set in the encoding that it names."""
    named = _ENCODING.match(text)
    try:
        return text.encode(named[2] if named else "utf-8")
    except (LookupError, UnicodeEncodeError):
        return _ENCODING.sub(r"\g<1>UTF-8", text, count=1).encode()


def _archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, date_time=_WRITTEN)
            archive.writestr(entry, content, compress_type=zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class _Writer:
    """Writes one declaration."""

    def __init__(self, record: EpdRecord) -> None:
        self._record = record
        self.left_out = LeftOut(record.names[0].text if record.names else record.identifier, FORM)
        self.uuid = record.identifier
        if not xml.is_uuid_text(record.identifier):
            self.uuid = xml.made_uuid(record.identifier)
            self.left_out.note("export-made-identifier", "UUID", identifier=record.identifier)
        self._settled = {EITHER_EDITION}
        self.flow_uuid = xml.made_uuid(self.uuid, "flow")
        self.flow = flow_of(record, self.flow_uuid, self.left_out)

    def process(self) -> Element:
        """Return the process data set, its parts in the order of the format's schema."""
        root = xml.root(PROCESS, "processDataSet")
        information = add(root, f"{PROCESS}processInformation")
        self._identity(add(information, f"{PROCESS}dataSetInformation"))
        if self.flow is not None:
            reference = add(
                information, f"{PROCESS}quantitativeReference", type="Reference flow(s)"
            )
            add(reference, f"{PROCESS}referenceToReferenceFlow", 0)
        self._time(information)
        if self._record.location:
            place = at(information, f"{PROCESS}geography")
            add(
                place,
                f"{PROCESS}locationOfOperationSupplyOrProduction",
                location=self._record.location,
            )
        self._modelling(add(root, f"{PROCESS}modellingAndValidation"))
        self._administration(add(root, f"{PROCESS}administrativeInformation"))
        self._amounts(root)
        return root

    def _identity(self, parent: Element) -> None:
        record = self._record
        add(parent, f"{COMMON}UUID", self.uuid)
        add_texts(add(parent, f"{PROCESS}name"), f"{PROCESS}baseName", record.names)
        for one in record.classes:
            system, parted, steps = one.partition(": ")
            found = add(
                at(parent, f"{PROCESS}classificationInformation"),
                f"{COMMON}classification",
                name=system if parted else None,
            )
            for level, step in enumerate((steps if parted else one).split(" / ")):
                add(found, f"{COMMON}class", step, level=str(level))
        add_texts(parent, f"{COMMON}generalComment", record.descriptions)
        other = f"{COMMON}other"
        if record.product_code:
            codes = at(parent, other, f"{EPD_2024}productIds")
            add(codes, f"{EPD_2024}productId", record.product_code)
        for scenario in record.scenarios:
            found = add(at(parent, other, f"{EPD_2013}scenarios"), f"{EPD_2013}scenario")
            found.set(f"{EPD_2013}name", scenario.name)
            if scenario.group:
                found.set(f"{EPD_2013}group", scenario.group)
            if scenario.is_default:
                found.set(f"{EPD_2013}default", "true")
            add_texts(found, f"{EPD_2013}description", scenario.description)

    def _time(self, parent: Element) -> None:
        record = self._record
        time = add(parent, f"{PROCESS}time")
        if record.reference_year is not None:
            add(time, f"{COMMON}referenceYear", record.reference_year)
        if record.valid_until is not None:
            add(time, f"{COMMON}dataSetValidUntil", record.valid_until.day.year)
        for stated, tag in (
            (record.issued_on, f"{EPD_2019}publicationDateOfEPD"),
            (record.valid_until, f"{EPD_2024}expirationDateOfEPD"),
        ):
            if stated is not None and stated.precision is DatePrecision.DAY:
                add(at(time, f"{COMMON}other"), tag, stated.day)
        issued = record.issued_on
        if issued is not None and issued.precision is DatePrecision.YEAR:
            self.left_out.note(
                "export-year-only", "publicationDateOfEPD", year=str(issued.day.year)
            )
        if not len(time):
            parent.remove(time)

    def _modelling(self, parent: Element) -> None:
        record = self._record
        method = add(parent, f"{PROCESS}LCIMethodAndAllocation")
        add(method, f"{PROCESS}typeOfDataSet", "EPD")
        if record.product_rules:
            tag = f"{PROCESS}referenceToLCAMethodDetails"
            refer(method, tag, "source data set", record.product_rules, None)
        if record.subtype:
            add(at(method, f"{COMMON}other"), f"{EPD_2013}subType", record.subtype)
        if record.manufacturer is not None:
            path = ("manufacturers", "manufacturer")
            maker = at(
                parent,
                f"{PROCESS}dataSourcesTreatmentAndRepresentativeness",
                f"{COMMON}other",
                *(f"{EPD_2024}{step}" for step in path),
            )
            self._party(maker, f"{EPD_2024}contact", "manufacturer")
        if record.verifier is not None:
            review = at(parent, f"{PROCESS}validation", f"{PROCESS}review")
            self._party(review, f"{COMMON}referenceToNameOfReviewerAndInstitution", "verifier")
        for name in record.compliance:
            kept = at(parent, f"{PROCESS}complianceDeclarations")
            refer(
                add(kept, f"{PROCESS}compliance"),
                f"{COMMON}referenceToComplianceSystem",
                "source data set",
                name,
                self._standard(name),
            )

    def _standard(self, name: str) -> str | None:
        """Return the UUID of a standard, where its name and the amounts' methods settle it."""
        used = {result.method for result in self._record.results}
        plain = re.sub(r"\s", "", name).casefold()
        for uuid, method in shared().methods.items():
            edition = "en15804+a1" if method.endswith("+A1") else "en15804+a2"
            if edition in plain and method in used:
                self._settled.add(method)
                return uuid
        return None

    def _administration(self, parent: Element) -> None:
        record = self._record
        owned = add(parent, f"{PROCESS}publicationAndOwnership")
        version = record.version or ""
        if not _VERSION.fullmatch(version):
            self.left_out.note("export-version", "dataSetVersion", version=version or "—")
            version = _NO_VERSION
        add(owned, f"{COMMON}dataSetVersion", version)
        if record.url:
            add(owned, f"{COMMON}permanentDataSetURI", record.url)
        if record.operator is not None:
            self._party(owned, f"{COMMON}referenceToRegistrationAuthority", "operator")
        if record.registration_number:
            add(owned, f"{COMMON}registrationNumber", record.registration_number)
        if record.owner is not None:
            self._party(owned, f"{COMMON}referenceToOwnershipOfDataSet", "owner")

    def _party(self, parent: Element, tag: str, part: str) -> None:
        if not xml.refer_to_party(parent, tag, getattr(self._record, part)):
            self.left_out.note("export-left-out", f"{part} identifier")

    def _amounts(self, root: Element) -> None:
        flows = add(root, f"{PROCESS}exchanges")
        number = 0
        if self.flow is not None:
            exchange = add(flows, f"{PROCESS}exchange", dataSetInternalID="0")
            name = self._record.names[0].text if self._record.names else None
            refer(
                exchange, f"{PROCESS}referenceToFlowDataSet", "flow data set", name, self.flow_uuid
            )
            add(exchange, f"{PROCESS}meanAmount", 1)
        impacts = add(root, f"{PROCESS}LCIAResults")

        def mark(result: EpdResultRecord) -> tuple[str, str | None, str | None]:
            return result.indicator, result.method, result.unit

        order = {mark(result): None for result in self._record.results}
        ranks = {key: rank for rank, key in enumerate(order)}
        ranked = sorted(self._record.results, key=lambda result: ranks[mark(result)])
        for (key, method, unit), group in groupby(ranked, key=mark):
            found = definition_of(indicators().get(key), method)
            if found is None:
                self.left_out.note("export-unknown-indicator", key, method=method or "—")
                continue
            indicator, definition = found
            if len(definition.methods) > 1 and method not in self._settled:
                self.left_out.note("export-method-open", key, method=method or "—")
            if indicator.group == "impact":
                one = add(impacts, f"{PROCESS}LCIAResult")
                tag, kind = "referenceToLCIAMethodDataSet", "LCIA method data set"
            else:
                number += 1
                one = add(flows, f"{PROCESS}exchange", dataSetInternalID=str(number))
                tag, kind = "referenceToFlowDataSet", "flow data set"
            refer(one, f"{PROCESS}{tag}", kind, indicator.name_en, definition.uuid)
            add_amounts(one, group, unit)
        for section in (flows, impacts):
            if not len(section):
                root.remove(section)
