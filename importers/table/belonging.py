"""Which fields of a row belong to one thing: the one that names it, those that need that one."""

from __future__ import annotations

from catalog.records import Kind

CERTIFICATE_FIELDS = (
    "certificate_body", "star", "standard", "issued_on", "reissued_on", "valid_from", "valid_to",
    "state", "state_on", "state_reason", "url",
)  # fmt: skip
REPORT_FIELDS = ("report_laboratory", "report_standard", "report_issued_on", "report_url")
BUILDING_FIELDS = ("building_name", "building_area_m2", "storeys", "building_completed_on")
_PARTY_FIELDS = ("applicant", "manufacturer", "factory", "factory_address")

NEEDED_TOGETHER: dict[Kind, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Kind.PRODUCTS: (
        ("certificate_number", ("certificate_body", "valid_from", "valid_to")),
        ("report_number", ("report_laboratory", "report_issued_on")),
    ),
    Kind.PROJECTS: (("building_code", ("building_name",)),),
}
"""For a field that names a thing, the fields that the thing then needs."""

DEPENDENT_FIELDS: dict[Kind, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Kind.PRODUCTS: (
        ("certificate_number", (*CERTIFICATE_FIELDS, *_PARTY_FIELDS)),
        ("report_number", REPORT_FIELDS),
    ),
    Kind.PROJECTS: (("building_code", BUILDING_FIELDS),),
}
"""For a field that names a thing, the fields that say nothing without it."""
