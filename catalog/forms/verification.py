"""The list that says what verified numbers are, one number a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from catalog.forms.lists import Cell, Listed
from catalog.rules.verifying import adopted_of
from catalog.views.verification import Verification, Verified, VerifiedCertificate

_HEADER = {
    "zh": (
        "序号", "送核编号", "结论", "证书编号", "认证机构", "星级", "有效期起", "有效期止",
        "状态起始日", "状态原因", "产品", "型号规格", "适用范围", "企业", "采信", "采信状态",
        "相近编号", "演示数据",
    ),
    "en": (
        "Row", "Number asked", "Answer", "Certificate", "Certification body", "Stars",
        "Valid from", "Valid to", "State since", "Reason", "Products", "Models", "Scopes",
        "Company", "Adopted", "Standing", "Near numbers", "Demo data",
    ),
}  # fmt: skip
_TITLE = {"zh": "证书核验结果", "en": "Certificates verified"}
_NOTES = {
    "zh": (
        "按 {day} 判断；共 {count} 个编号，有效 {valid} 个，本库未收录 {unknown} 个。",
        "“本库未收录”不等于证书无效：请向发证机构或全国认证认可信息公共服务平台核实。",
        "空格表示没有资料。",
    ),
    "en": (
        "As of {day}: {count} numbers, {valid} valid, {unknown} not known here.",
        "Not known here does not mean invalid: ask the certification body or the national "
        "platform.",
        "An empty cell means not known.",
    ),
}
_WORDS = {
    "zh": {
        "valid": "有效", "not-yet": "尚未生效", "expired": "已过期", "suspended": "暂停",
        "revoked": "撤销", "cancelled": "注销", "unknown": "无法判断", "not-known": "本库未收录",
        "differs": "多张证书状态不同", "all": "已采信", "some": "部分产品已采信",
        "none": "未采信", "no-product": "没有关联产品", "adopted": "已采信",
        "certificate-suspended": "证书暂停", "certificate-cancelled": "证书注销",
        "certificate-revoked": "证书撤销", "removed": "已移出", "no-adoption": "未入库",
        "yes": "是", "no": "否", "joint": "；",
    },
    "en": {
        "valid": "valid", "not-yet": "not yet valid", "expired": "expired",
        "suspended": "suspended", "revoked": "revoked", "cancelled": "cancelled",
        "unknown": "cannot be told", "not-known": "not known here",
        "differs": "several certificates that differ", "all": "adopted",
        "some": "some products adopted", "none": "not adopted", "no-product": "no product",
        "adopted": "adopted", "certificate-suspended": "certificate suspended",
        "certificate-cancelled": "certificate cancelled",
        "certificate-revoked": "certificate revoked", "removed": "removed",
        "no-adoption": "no adoption", "yes": "yes", "no": "no", "joint": "; ",
    },
}  # fmt: skip
_SHOWN = 20


def verification_list(found: Verification, language: str) -> Listed:
    """Return the list in Chinese (``zh``) or English (anything else)."""
    tongue: Literal["zh", "en"] = "zh" if language == "zh" else "en"
    facts = {
        "day": found.on.isoformat(),
        "count": len(found.items),
        "valid": found.valid,
        "unknown": found.unknown,
    }
    return Listed(
        title=_TITLE[tongue],
        notes=tuple(note.format(**facts) for note in _NOTES[tongue]),
        header=_HEADER[tongue],
        rows=[row for item in found.items for row in _rows(item, _WORDS[tongue])],
    )


def _rows(item: Verified, words: dict[str, str]) -> Iterator[list[Cell]]:
    """Yield a row for each certificate that bears the number, or one that says there is none."""
    near = words["joint"].join(each.number for each in item.near)
    head: list[Cell] = [item.row, item.asked]
    if not item.certificates:
        yield [*head, words[item.answer], *[None] * 13, near or None, None]
    for paper in item.certificates:
        yield [*head, words[paper.validity], *_paper(paper, words), None, words[
            "yes" if paper.is_synthetic else "no"
        ]]  # fmt: skip


def _paper(paper: VerifiedCertificate, words: dict[str, str]) -> list[Cell]:
    products = paper.products[:_SHOWN]
    more = [f"+{len(paper.products) - _SHOWN}"] if len(paper.products) > _SHOWN else []
    adopted = adopted_of(product.standing for product in paper.products)

    def joined(texts: list[str | None]) -> str | None:
        return words["joint"].join([t for t in dict.fromkeys(texts) if t] + more) or None

    return [
        paper.number,
        paper.body,
        paper.star,
        paper.valid_from.isoformat() if paper.valid_from else None,
        paper.valid_to.isoformat() if paper.valid_to else None,
        paper.since.isoformat() if paper.since else None,
        paper.reason,
        joined([product.name for product in products]),
        joined([product.model for product in products]),
        joined([product.scope for product in products]),
        words["joint"].join(dict.fromkeys(product.company_name for product in products)) or None,
        words[adopted],
        words["joint"].join(dict.fromkeys(words[product.standing] for product in products)) or None,
    ]
