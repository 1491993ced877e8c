"""What cannot be done with a case, and why."""

from __future__ import annotations

from catalog.errors.base import CatalogError
from catalog.errors.not_found import NotFoundError


class CaseNotFoundError(NotFoundError):
    """No case has this number, or whoever asks may not know of it."""

    code = "case-not-found"
    zh = "没有编号为“{key}”的入库申请。"
    en = "There is no case “{key}”."


class CaseRefusedError(CatalogError):
    """A case cannot be opened or changed as it was asked."""

    code = "case-refused"
    zh = "不能这样填写申请：{reason_zh}。"
    en = "The case can't be so: {reason_en}."


class StepImpossibleError(CatalogError):
    """A case in this state knows no such step."""

    code = "step-impossible"
    zh = "申请 {key} 现在不能办理这一步；请重新打开它看看。"
    en = "Case {key} can't take the step “{step}” as it stands; look at it again."


class StepRefusedError(CatalogError):
    """Something stands in the way of a step."""

    code = "step-refused"
    zh = "不能办理：{reason_zh}。"
    en = "That step can't be taken: {reason_en}."


class ClockBehindError(CatalogError):
    """A step would be dated before the one that it follows."""

    code = "clock-behind"
    zh = "申请 {key} 的上一步时间晚于现在，未作任何改动。请检查服务器的时钟。"
    en = "The last step of case {key} is dated after now: nothing was done. Check the clock."
