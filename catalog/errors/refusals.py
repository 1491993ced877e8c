"""Something that was asked for is not done, and why."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.errors.base import CatalogError


class ChangedMeanwhileError(CatalogError):
    """Somebody else changed the thing after the page was shown that this request comes from.

    ``changes`` holds each changed field with its value before and after, None for nothing.
    """

    code = "changed-meanwhile"
    zh = "{actor} 已于 {at} 作过修改，本次提交没有保存。请看过差异和现在的内容后再提交。"
    en = "{actor} changed this at {at}; nothing was saved. See the difference, then try again."

    def __init__(
        self, changes: Sequence[tuple[str, str | None, str | None]], **facts: object
    ) -> None:
        super().__init__(**facts)
        self.changes = changes


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


class RuleChoiceRefusedError(CatalogError):
    """A rule pack cannot be chosen, or a choice not withdrawn, as it was asked."""

    code = "rule-choice-refused"
    zh = "不能这样选用规则包：{reason_zh}。"
    en = "That rule pack can't be chosen so: {reason_en}."


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


class NothingToPublishError(CatalogError):
    """No building has a result in what should be published."""

    code = "nothing-to-publish"
    zh = "这个范围在 {year} 年没有结果，没有可以公布的数字。"
    en = "There are no results of {year} in this scope, so there is no figure to publish."


class FiguresUnsettledError(CatalogError):
    """Results are dated after the moment of publishing: what was known then is another thing."""

    code = "figures-unsettled"
    zh = "有 {buildings} 个单体的结果时间晚于现在，暂不能公布。请检查服务器的时钟。"
    en = (
        "The results of {buildings} buildings are dated after now, so nothing was published. "
        "Check the server's clock."
    )


class StillChangingError(CatalogError):
    """Something was recorded as known before a moment, while what was known then was read."""

    code = "still-changing"
    zh = "数据正在不断变化，没有冻结。请过一会儿再试。"
    en = "The data keep changing just now, so nothing was frozen. Try again in a while."


class MixedMethodsError(CatalogError):
    """Figures of different ratio methods were asked for as one."""

    code = "mixed-methods"
    zh = "不同核算方法的结果不能汇总或比较（{methods}）。请只选一种方法。"
    en = "Results of different methods are never aggregated or compared ({methods}). Choose one."


class TraceOutdatedError(CatalogError):
    """The lines behind a result cannot show how it came about."""

    code = "trace-outdated"
    zh = "结果 {result} 由较早的版本核算，已无法展开到每一行；请重新核算。"
    en = "Result {result} is of an earlier version and cannot be opened: calculate it again."


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


class SchemaOutOfDateError(CatalogError):
    """The database is not at the version that this program needs."""

    code = "schema-out-of-date"
    zh = "数据库版本（{found}）与程序需要的（{needed}）不同。请先运行 lucai migrate。"
    en = "The database is at version {found}, this program needs {needed}. Run lucai migrate first."


class UnknownSchemaError(CatalogError):
    """The database is at a version that this program has never heard of."""

    code = "unknown-schema"
    zh = (
        "数据库版本（{found}）不是本程序认识的，不能升级到 {needed}。"
        "它可能由更新的程序建立：请用那个程序，或从备份恢复。"
    )
    en = (
        "The database is at version {found}, which this program does not know, so it cannot bring "
        "it to {needed}. A newer program may have made it: run that one, or restore a backup."
    )


class BrokenLinksError(CatalogError):
    """After a migration something would refer to what is not there; nothing was changed."""

    code = "broken-links"
    zh = (
        "升级后有 {count} 处引用（先是 {table} 表）找不到所指的记录，"
        "所以没有做任何改动。请保留备份并报告。"
    )
    en = (
        "After the migration {count} links would lead nowhere, first in table {table}; "
        "nothing was changed. Keep a backup and report it."
    )


class TooManyNumbersError(CatalogError):
    """More numbers are to be verified at once than is allowed."""

    code = "too-many-numbers"
    zh = "一次最多核验 {most} 个编号，这里有 {count} 个。请分几次核验。"
    en = "At most {most} numbers are verified at once; here are {count}. Verify them in parts."


class FindingJudgedError(CatalogError):
    """What is asked does not fit where the finding stands: judged, open, or gone."""

    code = "finding-judged"
    zh = (
        "这项发现（{key}）现在不能这样处理：它已有结论，或还没有结论，或原因已经不在。"
        "请重新打开页面查看。"
    )
    en = (
        "That does not fit where finding {key} stands: it is judged, or not yet, or its cause is "
        "gone. Load the page again."
    )
