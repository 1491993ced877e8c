"""What cannot be done with a report, a filing, a target or an example, and why."""

from __future__ import annotations

from catalog.errors.base import CatalogError
from catalog.errors.not_found import NotFoundError


class ReportNotFoundError(NotFoundError):
    """There is no such annual report, or the actor may not know of it yet."""

    code = "report-not-found"
    zh = "没有“{key}”的年度报告，或它还没有公开。"
    en = "There is no annual report “{key}”, or it is not public yet."


class ReportRefusedError(CatalogError):
    """A step of a report, or a change of it, does not fit where it stands."""

    code = "report-refused"
    zh = "年度报告没有改动：{reason_zh}。"
    en = "The annual report was not changed: {reason_en}."


class FilingRefusedError(CatalogError):
    """Something that was handed in, or an exemption, cannot be put on record so."""

    code = "filing-refused"
    zh = "没有登记：{reason_zh}。"
    en = "It was not put on record: {reason_en}."


class FilingNotFoundError(NotFoundError):
    """There is no such entry of something handed in, or of an exemption."""

    code = "filing-not-found"
    zh = "没有编号为“{key}”的报送登记。"
    en = "There is no filing “{key}”."


class TargetRefusedError(CatalogError):
    """A target cannot be kept as it was stated."""

    code = "target-refused"
    zh = "没有保存目标：{reason_zh}。"
    en = "The target was not kept: {reason_en}."


class TargetNotFoundError(NotFoundError):
    """There is no such target."""

    code = "target-not-found"
    zh = "没有编号为“{key}”的目标。"
    en = "There is no target “{key}”."


class DemonstrationRefusedError(CatalogError):
    """A demonstration project or base cannot be named, or withdrawn, so."""

    code = "demonstration-refused"
    zh = "没有登记示范：{reason_zh}。"
    en = "The demonstration was not put on record: {reason_en}."


class DemonstrationNotFoundError(NotFoundError):
    """There is no such demonstration project or base."""

    code = "demonstration-not-found"
    zh = "没有编号为“{key}”的示范项目或基地。"
    en = "There is no demonstration project or base “{key}”."
