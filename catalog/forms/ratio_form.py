"""The form of a ratio: Annex B of the Sichuan rule for a plan, Annex C for what was built.

The rule is one of method B; methods A and C bring their own rows to the same form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from catalog.forms.facts import ResultFacts
from catalog.forms.form import UNKNOWN, Fact, Form, Language, Said, Section, Tongue, digits
from catalog.forms.ratio_annexes import boxes_of, checks_of, excluded_table
from catalog.forms.ratio_tables import goods_table, percentage, score_table
from catalog.rules.terms import Stage

_CHINA = dt.timezone(dt.timedelta(hours=8))
_METHODS = {
    "A": ("方法 A（固定 100 分，按比例插值）", "Method A (fixed 100 points, interpolated)"),
    "B": ("方法 B（按达标类别数）", "Method B (by the number of classes that pass)"),
    "C": ("方法 C（逐项插值）", "Method C (every item interpolated)"),
}


def ratio_form(facts: ResultFacts, language: Language) -> Form:
    """Return the form of a result: the same facts make the same form."""
    tongue = Tongue(language)
    is_planned = facts.result.stage is Stage.DESIGN
    if is_planned:
        title = tongue.say("绿色建材应用比例核算计划表", "Green material application ratio: plan")
        annex = ("附录 B（设计阶段）", "Annex B (design stage)")
    else:
        title = tongue.say("绿色建材应用比例核算表", "Green material application ratio: account")
        annex = ("附录 C（竣工阶段）", "Annex C (completion stage)")
    if facts.result.method != "B":
        annex = (f"表式参照{annex[0]}", f"Laid out as {annex[1]}")
    result = facts.result
    return Form(
        title=title,
        subtitle=tongue.say(*annex),
        language=language,
        made_at=result.computed_at,
        notices=tuple(_notices(facts, tongue)),
        facts=tuple(_facts(facts, tongue)),
        sections=tuple(_plan(facts, tongue) if is_planned else _account(facts, tongue)),
        footer=f"绿采 Lücai · {result.id} · {result.pack} · SHA-256 {result.content_hash}",
    )


def _notices(facts: ResultFacts, tongue: Tongue) -> Iterator[Said]:
    say = tongue.say
    if facts.project.is_synthetic or any(line.is_synthetic for line in facts.sources.values()):
        yield say(
            "演示数据：本表含程序生成的示例，非真实工程、非真实证书，不得用于申报",
            "Demo data: synthetic, no real works or certificates; not to be filed",
        )
    if not facts.is_current:
        yield say(
            "这是以前的结果，已被新的核算取代",
            "An earlier result: a newer calculation has replaced it",
        )
    if facts.result.is_stale:
        yield say(
            "清单、进场记录或证书有变动，这个数字等待重新核算",
            "Bills, deliveries or certificates have changed: this figure waits to be recalculated",
        )
    if facts.choice is not None:
        yield say(
            f"没有用按地域和日期适用的规则包，选用了 {facts.choice.pack}：{facts.choice.reason}",
            f"Not by the rule pack in force but by {facts.choice.pack}: {facts.choice.reason}",
        )
    if facts.pack.unsure_zh and facts.pack.unsure_en:
        yield say(
            f"所用规则尚有不确定之处：{facts.pack.unsure_zh}",
            f"The rule is not certain: {facts.pack.unsure_en}",
        )
    if facts.trace.unstated_lines:
        yield say(
            f"有 {facts.trace.unstated_lines} 行是否绿色未知，按未证明处理，没有计入绿色用量",
            f"{facts.trace.unstated_lines} lines are not known to be green and count as unproven",
        )


def _facts(facts: ResultFacts, tongue: Tongue) -> Iterator[Fact]:
    say = tongue.say
    result, project, division = facts.result, facts.project, facts.division
    computed = result.computed_at.astimezone(_CHINA)
    done_on = project.designed_on
    if result.stage is Stage.COMPLETION:
        done_on = (facts.building.completed_on if facts.building else None) or project.completed_on
    area = UNKNOWN if result.floor_area_m2 is None else f"{digits(result.floor_area_m2)} m²"
    stage = {
        Stage.DESIGN: say("设计阶段", "Design"),
        Stage.COMPLETION: say("竣工阶段", "Completion"),
    }[result.stage]
    yield Fact(say("项目名称", "Project"), Said(f"{project.name}（{project.code}）"))
    yield Fact(
        say("楼栋/单元编号/室外附属工程", "Building, unit or outdoor works"),
        Said(f"{result.building_name}（{facts.building.code}）" if facts.building
             else result.building_name),
    )  # fmt: skip
    yield Fact(
        say("师市", "Division"),
        say(division.name_zh, division.name_en) if division else Said(result.division),
    )
    yield Fact(say("建设单位", "Owner"), Said(project.owner or UNKNOWN))
    yield Fact(say("设计单位", "Design institute"), Said(""))
    yield Fact(say("核算单位", "Calculating body"), Said(""))
    yield Fact(say("建筑面积", "Floor area"), Said(area))
    yield Fact(say("核算阶段", "Stage"), stage)
    yield Fact(
        say("设计日期", "Designed on")
        if result.stage is Stage.DESIGN
        else say("竣工日期", "Completed on"),
        Said(done_on.isoformat() if done_on else UNKNOWN),
    )
    yield Fact(say("核算日期", "Calculated on"), Said(f"{computed:%Y-%m-%d %H:%M}"))
    yield Fact(say("核算方法", "Method"), say(*_METHODS[result.method]))
    yield Fact(
        say("核算依据", "Rule"),
        say(
            f"{facts.pack.name_zh}（{result.pack}）{facts.pack.source}",
            f"{facts.pack.name_en} ({result.pack})",
        ),
    )
    yield Fact(
        say("门槛依据", "Thresholds"),
        say(
            f"{facts.thresholds.name_zh}（{result.thresholds}）{facts.thresholds.source}",
            f"{facts.thresholds.name_en} ({result.thresholds})",
        ),
    )
    yield Fact(say("结果指纹", "Fingerprint"), Said(result.content_hash))


def _plan(facts: ResultFacts, tongue: Tongue) -> Iterator[Section]:
    say = tongue.say
    yield Section(
        name=say("计划表", "Plan"),
        title=say("一、绿色建材应用比例核算计划表", "1 Planned application ratio"),
        table=score_table(facts, tongue),
        notes=_conclusion(facts, tongue),
        boxes=boxes_of(facts, tongue),
    )
    yield Section(
        name=say("拟用材料", "Materials"),
        title=say("二、拟选用材料明细", "2 Materials planned"),
        table=goods_table(facts, tongue),
    )
    yield from _excluded(facts, tongue, say("三、没有计入的行", "3 Lines that do not count"))


def _account(facts: ResultFacts, tongue: Tongue) -> Iterator[Section]:
    say = tongue.say
    yield Section(
        name=say("核算表", "Materials"),
        title=say("一、绿色建材应用比例核算", "1 Materials used"),
        table=goods_table(facts, tongue),
        notes=(
            say(
                "应用总量取结算量与进场量中较大的；比例只截取、不进位；"
                "“—”表示没有资料或不适用，不是零",
                "The whole is the larger of settled and delivered; ratios are cut, never rounded "
                "up; — is not known or not applicable, never zero",
            ),
        ),
    )
    yield Section(
        name=say("结果表", "Result"),
        title=say("二、绿色建材应用比例核算结果表", "2 Result"),
        table=score_table(facts, tongue),
        notes=_conclusion(facts, tongue),
        boxes=boxes_of(facts, tongue),
    )
    yield Section(
        name=say("技术支撑材料", "Documents"),
        title=say("三、技术支撑材料（第5.3条）", "3 Supporting documents (5.3)"),
        checks=checks_of(facts, tongue),
    )
    yield from _excluded(facts, tongue, say("四、没有计入的行", "4 Lines that do not count"))


def _excluded(facts: ResultFacts, tongue: Tongue, title: Said) -> Iterator[Section]:
    table = excluded_table(facts, tongue)
    notes = () if table.rows else (tongue.say("所有行都计入了。", "Every line counts."),)
    yield Section(
        name=tongue.say("未计入", "Not counted"),
        title=title,
        table=table if table.rows else None,
        notes=notes,
    )


def _conclusion(facts: ResultFacts, tongue: Tongue) -> tuple[Said, ...]:
    """Say what the ratio is worth: each step of the thresholds, and each gate."""
    result = facts.result
    percent, points = percentage(facts).said.text, digits(result.points)
    by = facts.thresholds
    found = [
        tongue.say(
            f"结论：绿色建材应用比例 P = {percent}，按{by.name_zh}得 {points} 分",
            f"Conclusion: P = {percent}, worth {points} points by {by.name_en}",
        )
    ]
    for tier in facts.thresholds.tiers:
        points = digits(tier.points)
        worth = (f"（{points} 分，{tier.clause}）", f" ({points} points)")
        found.append(_step(result.ratio, tier.at_least_percent, tongue, worth))
    for gate in facts.thresholds.gates:
        stars = "★" * gate.star
        worth = (f"（{stars} 门槛，{gate.clause}）", f" (gate of {stars})")
        found.append(_step(result.ratio, gate.at_least_percent, tongue, worth))
    return tuple(found)


def _step(percent: Decimal, least: Decimal, tongue: Tongue, worth: tuple[str, str]) -> Said:
    bound = f"≥ {digits(least)}%"
    if percent >= least:
        return tongue.say(f"{bound}{worth[0]}：达到", f"{bound}{worth[1]}: reached")
    gap = digits(least - percent)
    return tongue.say(
        f"{bound}{worth[0]}：未达到，还差 {gap} 个百分点",
        f"{bound}{worth[1]}: not reached, {gap} percentage points short",
    )
