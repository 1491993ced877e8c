"""What a ratio's form adds: the documents on record, what counted nowhere, who signs."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.forms.facts import ResultFacts
from catalog.forms.form import (
    Box,
    Cell,
    Check,
    Column,
    Row,
    RowKind,
    Table,
    Tongue,
    figure,
    plain,
)
from catalog.rules.ratio.lines import Role
from catalog.rules.ratio.trace import ExcludedLine, Exclusion
from catalog.rules.terms import EvidenceKind, Stage

_REFERENCES_SHOWN = 6
# The eight kinds as section 5.3 of the Sichuan rule names them.
_DOCUMENTS = {
    EvidenceKind.AS_BUILT: ("工程竣工说明文件及竣工图", "Completion statement, as-built drawings"),
    EvidenceKind.SETTLEMENT: ("工程材料决算明细清单", "Settlement list of materials"),
    EvidenceKind.CONTRACT_OR_INVOICE: ("相关材料合同或发票复印件", "Contracts or invoices"),
    EvidenceKind.ENTRY_ACCEPTANCE: ("材料进场验收移交表", "Entry acceptance and hand-over"),
    EvidenceKind.CONSTRUCTION_RECORD: ("施工记录文件", "Construction records"),
    EvidenceKind.ENTRY_RETEST: ("进场复检报告", "Entry re-test reports"),
    EvidenceKind.CERTIFICATE: (
        "绿色建材产品认证证书（有效期内）",
        "Green material certificates, within validity",
    ),
    EvidenceKind.OTHER: ("其他证明文件", "Other documents"),
}
_REASONS = {
    Exclusion.NO_CATEGORY: ("没有指明产品类别", "no product category is given"),
    Exclusion.NOT_IN_METHOD: (
        "“{category_zh}”不在本方法的计算范围内。{why_zh}",
        '"{category_en}" is outside this method. {why_en}',
    ),
    Exclusion.NO_PLACE: (
        "“{category_zh}”要按使用部位归项，没有写部位",
        '"{category_en}" counts by place of use, and none is given',
    ),
    Exclusion.PLACE_NOT_IN_METHOD: (
        "“{category_zh}”用在“{place_zh}”时不计入",
        '"{category_en}" does not count when used in "{place_en}"',
    ),
    Exclusion.NO_UNIT: ("没有写计量单位", "no unit is given"),
    Exclusion.UNIT_MISMATCH: (
        "单位“{unit}”无法换算为“{item_zh}”所用的单位（{accepted}）",
        '"{unit}" does not convert to the units of "{item_en}" ({accepted})',
    ),
    Exclusion.OTHER_STAGE: (
        "进场记录不参与设计阶段的计算",
        "deliveries do not count at the design stage",
    ),
}


def checks_of(facts: ResultFacts, tongue: Tongue) -> tuple[Check, ...]:
    """Return the eight kinds of completion document, each with what is on record."""
    delivered = sum(line.role is Role.DELIVERED for line in facts.lines.values())
    return tuple(_check(kind, delivered, facts, tongue) for kind in EvidenceKind)


def _check(kind: EvidenceKind, delivered: int, facts: ResultFacts, tongue: Tongue) -> Check:
    entries = facts.evidence.get(kind, [])
    references = list(dict.fromkeys(reference for _, reference in entries))
    chinese, english = [], []
    if references:
        covered = len({delivery for delivery, _ in entries})
        shown = "、".join(references[:_REFERENCES_SHOWN])
        more = " ……" if len(references) > _REFERENCES_SHOWN else ""
        chinese.append(
            f"{len(references)} 份，涉及 {delivered} 条进场记录中的 {covered} 条：{shown}{more}"
        )
        english.append(f"{len(references)} for {covered} of {delivered} deliveries")
    if kind is EvidenceKind.SETTLEMENT:
        billed = sum(line.role is Role.TOTAL for line in facts.lines.values())
        if billed:
            chinese.append(f"结算清单 {billed} 行")
            english.append(f"{billed} lines of the settlement bill")
    if kind is EvidenceKind.CERTIFICATE:
        proving = {
            line.proof.certificate_id
            for line in facts.lines.values()
            if line.green and line.proof and line.proof.certificate_id
        }
        if proving:
            chinese.append(f"核算引用证书 {len(proving)} 张")
            english.append(f"{len(proving)} certificates prove deliveries")
    is_on_record = bool(chinese)
    if not is_on_record:
        chinese, english = ["没有记录"], ["none on record"]
    return Check(
        tongue.say(*_DOCUMENTS[kind]),
        is_on_record,
        tongue.say("；".join(chinese), "; ".join(english)),
    )


def excluded_table(facts: ResultFacts, tongue: Tongue) -> Table:
    """Return the lines that count nowhere, each with its reason."""
    columns = (
        Column(tongue.say("名称", "Name"), 30),
        Column(tongue.say("规格型号", "Specification"), 20),
        Column(tongue.say("数量", "Quantity"), 14, has_figures=True),
        Column(tongue.say("计量单位", "Unit"), 10),
        Column(tongue.say("没有计入的原因", "Why it does not count"), 60),
    )
    rows = (Row(RowKind.PLAIN, tuple(_excluded(line, facts, tongue))) for line in _left_out(facts))
    return Table(columns, tuple(rows))


def _left_out(facts: ResultFacts) -> list[ExcludedLine]:
    return [line for line in facts.trace.excluded if line.reason is not Exclusion.OTHER_STAGE]


def _excluded(line: ExcludedLine, facts: ResultFacts, tongue: Tongue) -> Iterator[Cell]:
    source, counted = facts.sources.get(line.line), facts.lines.get(line.line)
    yield plain(source.name if source else line.line)
    yield plain(source.specification if source else None)
    yield figure(counted.quantity if counted else None)
    yield plain(facts.sign_of(counted.unit) if counted and counted.unit else None)
    said = line.facts
    category = facts.categories.get(said.get("category", ""))
    place = facts.places.get(said.get("place", ""), (said.get("place", ""),) * 2)
    item = facts.pack.items.get(said.get("item", ""))
    names = {
        "category_zh": category.name_zh if category else said.get("category", ""),
        "category_en": category.name_en if category else said.get("category", ""),
        "place_zh": place[0],
        "place_en": place[1],
        "item_zh": item.name_zh if item else "",
        "item_en": item.name_en if item else "",
        "why_zh": said.get("why_zh", ""),
        "why_en": said.get("why_en", ""),
        "unit": facts.sign_of(said.get("unit", "")),
        "accepted": " / ".join(map(facts.sign_of, said.get("accepted", "").split())),
    }
    chinese, english = (text.format(**names).strip() for text in _REASONS[line.reason])
    yield tongue.cell(chinese, english)


def boxes_of(facts: ResultFacts, tongue: Tongue) -> tuple[Box, ...]:
    """Return who signs: of a plan the designer, of a completed building all four parties."""
    say = tongue.say
    calculated = (
        say("核算人（签字）：", "Calculated by (signature):"),
        say("校对人（签字）：", "Checked by (signature):"),
    )
    seal = say("（盖章）", "(seal)")
    day = say("　　年　　月　　日", "year / month / day")
    if facts.result.stage is Stage.DESIGN:
        return (
            Box(say("核算成员", "Calculation"), (*calculated, day)),
            Box(say("设计单位", "Design institute"), (seal, day)),
            Box(say("备注栏", "Remarks"), ()),
        )
    return (
        Box(say("核算单位", "Calculating body"), (*calculated, seal, day)),
        Box(say("施工单位意见", "Contractor's opinion"), (seal, day)),
        Box(say("监理单位意见", "Supervisor's opinion"), (seal, day)),
        Box(say("建设单位意见", "Owner's opinion"), (seal, day)),
        Box(say("备注栏", "Remarks"), ()),
    )
