"""Files, draws and editions that are not taken, or are not what they were."""

from __future__ import annotations

from catalog.errors.base import CatalogError
from catalog.errors.not_found import NotFoundError


class EvidenceNotFoundError(NotFoundError):
    """No file of evidence has this key, or the actor may not know of it."""

    code = "evidence-not-found"
    zh = "没有编号为“{key}”的佐证材料，或您无权查看。"
    en = "There is no evidence “{key}”, or you may not see it."


class EvidenceRefusedError(CatalogError):
    """A file is no evidence that can be kept; ``flaw`` says why."""

    code = "evidence-refused"
    zh = "没有收下这个文件：{reason_zh}。"
    en = "The file was not taken: {reason_en}."


class EvidenceChoiceRefusedError(CatalogError):
    """A file is not made public, or not private again, as it was asked."""

    code = "evidence-choice-refused"
    zh = "没有改动：{reason_zh}。"
    en = "Nothing was changed: {reason_en}."


class EvidenceDamagedError(CatalogError):
    """The kept file is gone or was altered: nobody is given it for what was handed in."""

    code = "evidence-damaged"
    zh = "材料“{name}”在服务器上已丢失或被改动，与上传时不同，不能提供。请重新上传原件。"
    en = "The kept file of “{name}” is gone or was altered, so it is not given. Hand it in again."


class ExpertNotFoundError(NotFoundError):
    """The panel has no expert with this key."""

    code = "expert-not-found"
    zh = "专家库里没有编号为“{key}”的专家。"
    en = "The panel has no expert “{key}”."


class PanelRefusedError(CatalogError):
    """A change of the panel does not fit what it holds."""

    code = "panel-refused"
    zh = "专家库没有改动：{reason_zh}。"
    en = "The panel was not changed: {reason_en}."


class DrawNotFoundError(NotFoundError):
    """There is no draw with this key."""

    code = "draw-not-found"
    zh = "没有编号为“{key}”的专家抽取。"
    en = "There is no draw “{key}”."


class DrawRefusedError(CatalogError):
    """A draw cannot be announced or made as it was asked."""

    code = "draw-refused"
    zh = "没有抽取：{reason_zh}。"
    en = "Nothing was drawn: {reason_en}."


class TooFewExpertsError(CatalogError):
    """Fewer experts are eligible in a field than are to be drawn."""

    code = "too-few-experts"
    zh = "“{field}”需要 {wanted} 名专家，可抽取的只有 {eligible} 名。请先补充专家库或减少人数。"
    en = (
        "“{field}” needs {wanted} experts and only {eligible} are eligible. "
        "Add experts to the panel, or draw fewer."
    )


class EditionNotFoundError(NotFoundError):
    """No edition has this name."""

    code = "edition-not-found"
    zh = "没有名为“{key}”的名录版本。"
    en = "There is no edition “{key}”."


class EditionRefusedError(CatalogError):
    """An edition cannot be published, or not compared, as it was asked."""

    code = "edition-refused"
    zh = "不能这样做：{reason_zh}。"
    en = "That can't be done: {reason_en}."
