"""What a company must say of a product before a bureau looks at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from catalog.rules.validity import DAY
from catalog.rules.workflow.working_days import after_working_days

_OF_CERTIFICATE = ("body", "number", "star", "standard", "issued_on", "valid_from", "valid_to",
                   "factory", "factory_address")  # fmt: skip
_NEEDED_OF_CERTIFICATE = {
    "body": ("填写发证机构", "name the certification body"),
    "number": ("填写证书编号", "give the certificate's number"),
    "valid_from": ("填写有效期起", "say from which day it is valid"),
    "valid_to": ("填写有效期止", "say until which day it is valid"),
}
_DAYS = ("issued_on", "valid_from", "valid_to")
_STARS = frozenset({"1", "2", "3"})
Faults = Iterator[tuple[str, str, str]]


def names_certificate(stated: Mapping[str, str]) -> bool:
    """Tell whether anything is said of a certificate."""
    return any(stated[name] for name in _OF_CERTIFICATE)


def faults(
    stated: Mapping[str, str], *, categories: Collection[str], has_scan: bool, today: dt.date
) -> Faults:
    """Yield what is missing or wrong: the field, and how to mend it in both languages.

    A product is told from others of its name by its model or by its certificate: one of them
    must be there. Who names a certificate hands its scan in, so that it can be proved.
    """
    if not stated["name"]:
        yield "name", "填写产品名称", "name the product"
    if stated["category"] not in categories:
        yield "category", "选择产品类别", "choose the category"
    if not stated["model"] and not stated["number"]:
        yield "model", "填写规格型号，或者填写证书编号", "give the model, or a certificate's number"
    if names_certificate(stated):
        yield from _faults_of_certificate(stated, has_scan=has_scan, today=today)


def due_on(submitted_on: dt.date, working_days: int) -> dt.date:
    """Return the last day in time for proving what was submitted on a day."""
    return after_working_days(submitted_on, working_days)


def last_overdue(on: dt.date, working_days: int) -> dt.date:
    """Return the last day of which a submission that still waits on another is overdue then."""
    day = on - DAY * (working_days + 1)
    while due_on(day, working_days) >= on:
        day -= DAY
    return day


def day_of(text: str) -> dt.date | None:
    """Return the day that an ISO date names, None for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _faults_of_certificate(stated: Mapping[str, str], *, has_scan: bool, today: dt.date) -> Faults:
    for name, (zh, en) in _NEEDED_OF_CERTIFICATE.items():
        if not stated[name]:
            yield name, zh, en
    for name in _DAYS:
        if stated[name] and day_of(stated[name]) is None:
            yield name, "日期看不懂，应如 2026-05-31", "that is no day; write 2026-05-31"
    first, last, issued = (day_of(stated[n]) for n in ("valid_from", "valid_to", "issued_on"))
    if first and last and last < first:
        yield "valid_to", "有效期止早于有效期起", "it ends before it begins"
    if issued and issued > today:
        yield "issued_on", "发证日期晚于今天", "it would be issued after today"
    if stated["star"] and stated["star"] not in _STARS:
        yield "star", "星级只有一、二、三星", "there are one, two and three stars"
    if not has_scan:
        yield "scan", "上传证书扫描件", "hand in a scan of the certificate"
