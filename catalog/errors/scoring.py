"""What speaks against an owner's policy, or against an inspection that is put on record."""

from __future__ import annotations

from catalog.errors.base import CatalogError


class PolicyRefusedError(CatalogError):
    """A policy says what a policy cannot say, or weighs a criterion that the pack has not."""

    code = "policy-refused"
    zh = "这份自定规则不能用于 {pack}：{faults}。"
    en = "This policy cannot be laid over {pack}: {faults}."


class InspectionRefusedError(CatalogError):
    """An inspection cannot be put on record: the day is not yet, or what it rests on is missing."""

    code = "inspection-refused"
    zh = "这次检查没有记录：{reason_zh}。"
    en = "The inspection was not recorded: {reason_en}."
