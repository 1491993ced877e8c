"""What cannot be done with a product that its company submits, or with the system, and why."""

from __future__ import annotations

from catalog.errors.base import CatalogError
from catalog.errors.not_found import NotFoundError


class SubmissionNotFoundError(NotFoundError):
    """No product was submitted under this key, or whoever asks may not know of it."""

    code = "submission-not-found"
    zh = "没有编号为“{key}”的产品申报。"
    en = "There is no submission “{key}”."


class SubmissionRefusedError(CatalogError):
    """A submission cannot be handed in, changed or judged as it was asked."""

    code = "submission-refused"
    zh = "产品申报不能这样办：{reason_zh}。"
    en = "The submission can't be so: {reason_en}."


class BackupRefusedError(CatalogError):
    """A backup cannot be written, or is not whole, or cannot be put back here."""

    code = "backup-refused"
    zh = "没有备份或恢复：{reason_zh}。"
    en = "Nothing was backed up or restored: {reason_en}."
