"""What a tender asks of a category's products: from the standard and the bill, and of no maker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from catalog.rules.pack_tender import TenderPack


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A category of a bill: its names, its standard, and how much of it in each unit's sign."""

    category: str
    name_zh: str
    name_en: str
    standard: str | None
    amounts: tuple[tuple[Decimal, str], ...]
    lines: int


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a category's products; the Chinese text counts, the other is to be read."""

    category: str
    text_zh: str
    text_en: str


def requirement(pack: TenderPack, wanted: Wanted, star: int | None) -> Requirement:
    """Return what a tender asks of a category, made of the standard's data and the amounts alone.

    What a bill's lines say in words is left out: it may name a maker.
    """
    asked = [("item", True), ("star", star is not None), ("standard", bool(wanted.standard)),
             ("amount", bool(wanted.amounts))]  # fmt: skip
    texts = []
    for language, name in (("zh", wanted.name_zh), ("en", wanted.name_en)):
        gaps = {
            "category": name,
            "standard": wanted.standard or "",
            "star": _star(star, language),
            "amount": _amounts(wanted.amounts, language),
        }
        said = [_said(pack, key, language).format(**gaps) for key, is_asked in asked if is_asked]
        texts.append(("" if language == "zh" else " ").join(said))
    return Requirement(category=wanted.category, text_zh=texts[0], text_en=texts[1])


def why_left_out(pack: TenderPack, wanted: Wanted, makers: int, *, on: dt.date) -> tuple[str, str]:
    """Return why a category that too few makers can meet is not asked for, zh and en."""
    return (
        f"{wanted.name_zh}：{on.isoformat()} 目录里能满足要求的企业有 {makers} 家，"
        f"不足 {pack.fewest_makers} 家，没有写成要求。",
        f"{wanted.name_en}: on {on.isoformat()} the catalogue has {makers} makers that meet the "
        f"requirement, fewer than {pack.fewest_makers}; it is not asked for.",
    )


def around(pack: TenderPack) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what stands before the categories and after them, each in Chinese and English."""
    papers = {
        language: ("；" if language == "zh" else "; ").join(
            getattr(paper, language) for paper in pack.papers
        )
        for language in ("zh", "en")
    }

    def both(key: str) -> tuple[str, str]:
        return (
            _said(pack, key, "zh").format(papers=papers["zh"]),
            _said(pack, key, "en").format(papers=papers["en"]),
        )

    return [both("general")], [both(key) for key in ("equal", "papers", "preference")]


def _said(pack: TenderPack, key: str, language: str) -> str:
    sentence = pack.sentences[key]
    return sentence.zh if language == "zh" else sentence.en


def _star(star: int | None, language: str) -> str:
    """Return a grade as certificates write it: 二星级, 2 stars."""
    if star is None:
        return ""
    return "零一二三"[star] if language == "zh" else str(star)


def _amounts(amounts: Sequence[tuple[Decimal, str]], language: str) -> str:
    joint = "、" if language == "zh" else ", "
    return joint.join(f"{amount.normalize():,f} {sign}" for amount, sign in amounts)
