"""What an issue says to a person: the reason and the cure, in Chinese and in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from catalog.errors import ImportRefusedError
from catalog.records import Issue


class IssueText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sentences of one code, with gaps for the facts."""

    reason_zh: str
    reason_en: str
    cure_zh: str
    cure_en: str


@cache
def issue_texts() -> Mapping[str, IssueText]:
    """Return the sentences of every code."""
    path = resources.files("importers") / "lookups" / "issues.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert(content, dict[str, IssueText])


def explain(issue: Issue, language: str) -> tuple[str, str]:
    """Return the reason and the cure in Chinese (``zh``) or English (anything else).

    A fact that differs by language comes in twice, as ``name_zh`` and ``name_en``.
    """
    chinese = language == "zh"
    text = issue_texts()[issue.code]
    facts = _Facts(
        sheet=issue.sheet or "",
        row=str(issue.row or ""),
        column=issue.column or "",
        value=issue.value or "",
    )
    facts.update(issue.facts)
    ending = "_zh" if chinese else "_en"
    facts.update(
        {name.removesuffix(ending): v for name, v in issue.facts.items() if name.endswith(ending)}
    )
    reason = (text.reason_zh if chinese else text.reason_en).format_map(facts)
    cure = (text.cure_zh if chinese else text.cure_en).format_map(facts)
    nearest = facts.get("nearest")
    if nearest:
        cure += f"最接近的是“{nearest}”。" if chinese else f" The nearest is “{nearest}”."
    return reason, cure


def refusal(code: str, **facts: str) -> ImportRefusedError:
    """Return the error that refuses a whole file, with its reason and cure in both languages."""
    issue = Issue(code=code, facts=facts)
    reason_zh, cure_zh = explain(issue, "zh")
    reason_en, cure_en = explain(issue, "en")
    return ImportRefusedError(
        reason_zh=f"{reason_zh}{cure_zh}",
        reason_en=f"{reason_en} {cure_en}",
        reason_code=code,
        reason_facts=facts,
    )


def issue_of(error: ImportRefusedError) -> Issue:
    """Return the issue that refused a whole file, as the ledger keeps it."""
    return Issue(
        code=str(error.facts.get("reason_code", "nothing-to-import")),
        facts=msgspec.convert(error.facts.get("reason_facts", {}), dict[str, str]),
    )


class _Facts(dict[str, str]):
    """Facts in which a gap that nobody filled shows as an ellipsis, not as a crash."""

    def __missing__(self, name: str) -> str:
        return "…"
