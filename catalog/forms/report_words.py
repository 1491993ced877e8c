"""The words of an annual report, Chinese beside English."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from catalog.forms.form import UNKNOWN, Said, Tongue
from catalog.rules.units import UnitTable

Pair = tuple[str, str]
KINDS: Mapping[str, Pair] = {
    "all": ("全部项目", "All projects"),
    "government": ("政府投资工程", "Government-invested"),
    "key": ("重点工程", "Key projects"),
    "municipal": ("市政公用工程", "Municipal utilities"),
    "green": ("绿色建筑", "Green buildings"),
    "prefabricated": ("装配式建筑", "Prefabricated"),
    "none": ("未写明类别", "No kind stated"),
}
STAGES: Mapping[str, Pair] = {
    "planned": ("立项", "Planned"),
    "designed": ("完成设计", "Designed"),
    "building": ("在建", "Under construction"),
    "completed": ("竣工", "Completed"),
    "unknown": ("阶段未知", "Stage unknown"),
}
DUTIES: Mapping[str, Pair] = {
    "plan": ("实施方案", "Implementation plan"),
    "annual-report": ("年度报告", "Annual report"),
}
PUNCTUALITY: Mapping[str, Pair] = {
    "on-time": ("按期", "On time"),
    "late": ("逾期报送", "Late"),
    "exempt": ("豁免", "Exempt"),
    "missing": ("未报送", "Missing"),
    "not-yet-due": ("未到期", "Not yet due"),
}
DECIDED: Mapping[str, Pair] = {
    "admitted": ("入库", "Admitted"),
    "suspended": ("暂停", "Suspended"),
    "resumed": ("恢复", "Resumed"),
    "removed": ("清退", "Removed"),
}
DEMONSTRATIONS: Mapping[str, Pair] = {
    "project": ("示范项目", "Project"),
    "base": ("示范基地", "Base"),
}
MEASURES: Mapping[str, Pair] = {
    "green-area": ("绿色建筑", "Green buildings"),
    "starred-area": ("星级绿色建筑", "Star-rated buildings"),
    "prefabricated-area": ("装配式建筑", "Prefabricated buildings"),
}
STATES: Mapping[str, Pair] = {
    "draft": ("编制中", "Draft"),
    "frozen": ("数字已冻结，待签发", "Frozen, not signed"),
    "signed": ("已签发", "Signed"),
    "filed": ("已报送兵团", "Filed to the Corps"),
    "sent-back": ("兵团退回", "Sent back"),
    "accepted": ("兵团已审收", "Accepted"),
    "published": ("已公布", "Published"),
}
CHECKS: Mapping[str, Pair] = {
    "lowest-tier": ("应用比例未达最低档", "Ratio below the lowest tier"),
    "star-gate": ("未过所获星级的应用比例门槛", "Ratio below the gate of the awarded star"),
    "must-choose": ("必选类未全部采用绿色建材", "A class that must be chosen is not green"),
    "local-materials": (
        "本地建材与预拌（GB/T 50378 第7.1.10条）不合格",
        "Local and ready-mixed materials (7.1.10) not met",
    ),
    "filing": ("方案、报告逾期或未报送", "Plan or report late or missing"),
    "finding": ("跨项目核查", "Check across projects"),
}
FINDINGS: Mapping[str, Pair] = {
    "note-twice": ("同一送货单重复出现", "One delivery note twice"),
    "invoice-twice": ("同一发票或合同重复出现", "One invoice or contract twice"),
    "over-billed": ("进场量超过清单量", "More delivered than billed"),
    "over-output": ("进场量超过证书年产量", "More delivered than the certified yearly output"),
    "outside-validity": ("进场日不在证书有效期内", "Delivered outside the certificate's validity"),
    "outside-scope": ("规格超出产品适用范围", "Specification outside the product's scope"),
    "other-site": ("生产厂与证书不符", "Another factory than the certificate's"),
    "file-altered": ("佐证文件被改动", "Evidence altered"),
    "file-missing": ("佐证文件缺失", "Evidence missing"),
    "file-in-two-cases": ("同一佐证文件用于两个申请", "One file in two cases"),
}


class ReportWords(msgspec.Struct, frozen=True, kw_only=True):
    """The names behind the keys that a report holds, for a reader of the language."""

    tongue: Tongue
    divisions: Mapping[str, Pair]
    categories: Mapping[str, Pair]
    grounds: Mapping[str, Pair]
    units: UnitTable

    def say(self, chinese: str, english: str) -> Said:
        """Return a text of the report itself."""
        return self.tongue.say(chinese, english)

    def one(self, chinese: str, english: str) -> str:
        """Return a text in the reader's language alone, for charts."""
        return english if self.tongue.language == "en" else chinese

    def named(self, pairs: Mapping[str, Pair], key: str | None) -> Said:
        """Return the name of a key; a key without a name is shown as it is."""
        if key is None:
            return Said(UNKNOWN)
        pair = pairs.get(key)
        return Said(key) if pair is None else self.say(*pair)

    def short(self, pairs: Mapping[str, Pair], key: str | None) -> str:
        """Return the name in the reader's language alone, for charts."""
        pair = pairs.get(key or "")
        return (key or UNKNOWN) if pair is None else self.one(*pair)

    def scope(self, division: str | None) -> Said:
        """Return whose report it is."""
        return (
            self.say("兵团", "XPCC") if division is None else self.named(self.divisions, division)
        )

    def sign(self, unit: str) -> str:
        """Return the sign of a unit."""
        known = self.units.find(unit)
        return known.symbol if known else unit
