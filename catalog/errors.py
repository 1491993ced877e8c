"""Errors that the catalog raises on purpose, each in the reader's language.

CatalogError
├── NotFoundError
│   ├── ProductNotFoundError
│   ├── CompanyNotFoundError
│   ├── CertificateNotFoundError
│   ├── ProjectNotFoundError
│   ├── DivisionNotFoundError
│   ├── ImportRunNotFoundError
│   ├── ResultNotFoundError
│   ├── RulePackNotFoundError
│   ├── SavedSearchNotFoundError
│   ├── EpdNotFoundError
│   └── ConflictNotFoundError
├── ConflictDecidedError
├── ConflictUndecidableError
├── TooManySavedSearchesError
├── DecisionImpossibleError
├── PermissionDeniedError
├── RulePackChangedError
├── UndoRefusedError
├── AlreadyUndoneError
├── MixedMethodsError
├── ImportRefusedError
├── IncompleteImportError
├── SearchUnavailableError
│   └── IndexLockedError
└── SchemaOutOfDateError
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class CatalogError(Exception):
    """Base of every error that we raise on purpose; ``text`` is fit to show to a user."""

    code: ClassVar[str] = "catalog-error"
    zh: ClassVar[str] = "操作未能完成。"
    en: ClassVar[str] = "That could not be done."

    def __init__(self, **facts: object) -> None:
        super().__init__(self.en.format(**facts))
        self.facts = facts

    def text(self, language: str) -> str:
        """Return the sentence in Chinese (``zh``) or English (anything else)."""
        return (self.zh if language == "zh" else self.en).format(**self.facts)


class NotFoundError(CatalogError):
    """Something that was asked for by its key is not here."""

    code = "not-found"


class ProductNotFoundError(NotFoundError):
    """No product has this key."""

    code = "product-not-found"
    zh = "没有编号为“{key}”的产品。请检查链接，或回到搜索页查找。"
    en = "There is no product “{key}”. Check the link, or search for it."


class CompanyNotFoundError(NotFoundError):
    """No company has this key."""

    code = "company-not-found"
    zh = "没有编号为“{key}”的企业。"
    en = "There is no company “{key}”."


class CertificateNotFoundError(NotFoundError):
    """No certificate has this key."""

    code = "certificate-not-found"
    zh = "没有编号为“{key}”的证书记录。"
    en = "There is no certificate “{key}”."


class ProjectNotFoundError(NotFoundError):
    """No project has this code."""

    code = "project-not-found"
    zh = "没有代码为“{key}”的项目。"
    en = "There is no project “{key}”."


class DivisionNotFoundError(NotFoundError):
    """No division has this key."""

    code = "division-not-found"
    zh = "没有编号为“{key}”的师市。"
    en = "There is no division “{key}”."


class ImportRunNotFoundError(NotFoundError):
    """No import run has this number."""

    code = "import-run-not-found"
    zh = "没有编号为 {key} 的导入记录。"
    en = "There is no import run {key}."


class ResultNotFoundError(NotFoundError):
    """No result has this number, or nothing has been computed yet."""

    code = "result-not-found"
    zh = "没有编号为 {key} 的核算结果。"
    en = "There is no result {key}."


class RulePackNotFoundError(NotFoundError):
    """No rule pack has this key."""

    code = "rule-pack-not-found"
    zh = "没有名为“{key}”的规则包。可用的规则包：{known}。"
    en = "There is no rule pack “{key}”. Known packs: {known}."


class SavedSearchNotFoundError(NotFoundError):
    """The owner keeps no saved search with this number."""

    code = "saved-search-not-found"
    zh = "没有编号为 {key} 的已存搜索；它可能已被删除，或存在另一个浏览器里。"
    en = "There is no saved search {key}: it was deleted, or another browser keeps it."


class ConflictNotFoundError(NotFoundError):
    """No conflict between sources has this number."""

    code = "conflict-not-found"
    zh = "没有编号为 {key} 的来源分歧。"
    en = "There is no conflict between sources with the number {key}."


class ConflictDecidedError(CatalogError):
    """What is asked does not fit where the conflict stands: decided, open, or gone."""

    code = "conflict-decided"
    zh = "来源分歧 {key} 的状态已经改变，请重新查看后再决定。"
    en = "Conflict {key} is no longer as it was; look at it again, then decide."


class ConflictUndecidableError(CatalogError):
    """The decision cannot be written: something else was stated since, or stands in its place."""

    code = "conflict-undecidable"
    zh = "来源分歧 {key} 不能这样改：此后的导入另有说法，或该日期已有另一个版本。"
    en = (
        "Conflict {key} cannot be settled that way: a later import states something else, "
        "or another version stands on that day."
    )


class EpdNotFoundError(NotFoundError):
    """No declaration has this key, or the source named does not state it."""

    code = "epd-not-found"
    zh = "没有编号为“{key}”的环境产品声明。"
    en = "There is no environmental product declaration “{key}”."


class TooManySavedSearchesError(CatalogError):
    """An owner keeps as many searches as one may."""

    code = "too-many-saved-searches"
    zh = "最多保存 {limit} 个搜索。请先删除不再需要的。"
    en = "No more than {limit} searches can be saved. Delete one that you no longer need."


class DecisionImpossibleError(CatalogError):
    """What was decided about a line cannot be: something in it is unknown or contradictory."""

    code = "decision-impossible"
    zh = "不能作此决定：{reason_zh}。"
    en = "That can't be decided: {reason_en}."


class PermissionDeniedError(CatalogError):
    """The actor may not do this."""

    code = "permission-denied"
    zh = "需要“{action}”权限。请使用有此权限的令牌，或联系管理员。"
    en = "This needs the permission “{action}”. Use a token that has it, or ask the operator."


class RulePackChangedError(CatalogError):
    """A rule pack was edited after it had been published."""

    code = "rule-pack-changed"
    zh = "规则包“{key}”第 {version} 版已发布，内容不能再改。请以新的版本号发布修改。"
    en = "Rule pack “{key}” {version} is published and can't be edited. Publish a new version."


class UndoRefusedError(CatalogError):
    """Later work stands on what the import brought."""

    code = "undo-refused"
    zh = "不能撤销导入 {run}：之后的工作以它为依据（{later}）。请先撤销后者。"
    en = "Import {run} can't be undone: later work stands on it ({later}). Undo that first."


class AlreadyUndoneError(CatalogError):
    """Nothing of the import is left that could be taken back."""

    code = "already-undone"
    zh = "导入 {run} 没有可撤销的内容：它已被撤销，或未被接受。"
    en = "Nothing of import {run} is left to undo: it was undone before, or refused."


class MixedMethodsError(CatalogError):
    """Figures of different ratio methods were asked for as one."""

    code = "mixed-methods"
    zh = "不同核算方法的结果不能汇总或比较（{methods}）。请只选一种方法。"
    en = "Results of different methods are never aggregated or compared ({methods}). Choose one."


class ImportRefusedError(CatalogError):
    """The file as a whole cannot be read, or nothing of it may come in."""

    code = "import-refused"
    zh = "未导入：{reason_zh}"
    en = "Not imported: {reason_en}"


class IncompleteImportError(CatalogError):
    """An import of this file was cut off; it must be finished before it can be undone."""

    code = "import-incomplete"
    zh = "导入 {run} 尚未完成。请重新导入同一文件以完成它。"
    en = "Import {run} was not finished. Import the same file again to finish it."


class SearchTrouble(StrEnum):
    """Why the search index cannot do its work."""

    AWAY = "away"
    WRONG_KEY = "wrong key"
    TIME_OUT = "time-out"
    DISK_FULL = "disk full"
    UNREADABLE = "unreadable"


class SearchUnavailableError(CatalogError):
    """The search index cannot answer now; an engine that knows why says so by ``trouble``."""

    code = "search-unavailable"
    zh = "搜索暂不可用，稍后会自动恢复。"
    en = "Search cannot answer right now; it will come back by itself."

    @property
    def trouble(self) -> SearchTrouble:
        """Why, as stated, or as the error says that caused this one."""
        stated = self.facts.get("trouble")
        if isinstance(stated, SearchTrouble):
            return stated
        said = str(self.__cause__)
        if any(words in said for words in _DISK_FULL):
            return SearchTrouble.DISK_FULL
        return SearchTrouble.UNREADABLE


_DISK_FULL = ("No space left on device", "File too large", "Disk quota exceeded")


class IndexLockedError(SearchUnavailableError):
    """Another process writes to the search index; only one may."""

    code = "index-locked"
    zh = "另一个进程正在更新搜索索引，本次更新未执行。请等它结束，或停止多余的 worker。"
    en = (
        "Another process is updating the search index, so this update was not made. "
        "Wait until it ends, or stop the second worker."
    )


class SchemaOutOfDateError(CatalogError):
    """The database is not at the version that this program needs."""

    code = "schema-out-of-date"
    zh = "数据库版本（{found}）与程序需要的（{needed}）不同。请先运行 lucai migrate。"
    en = "The database is at version {found}, this program needs {needed}. Run lucai migrate first."
