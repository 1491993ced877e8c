"""What cannot be entered by page, and why."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.errors.base import CatalogError
from catalog.errors.not_found import NotFoundError


class EntryRefusedError(CatalogError):
    """What somebody filled in cannot be kept so; ``issues`` are those an import would report."""

    code = "entry-refused"
    zh = "没有保存：{reason_zh}。"
    en = "Nothing was saved: {reason_en}."

    def __init__(self, issues: Sequence[object] = (), **facts: object) -> None:
        super().__init__(**facts)
        self.issues = tuple(issues)


class DeliveryNotFoundError(NotFoundError):
    """No current delivery to the building has this number."""

    code = "delivery-not-found"
    zh = "这个单体没有编号为 {key} 的现行进场记录。"
    en = "The building has no current delivery {key}."
