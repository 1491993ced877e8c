"""An annual report as a form: one content for page, print, document and workbook."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import msgspec

from catalog.forms.form import Fact, Form, Said, Section
from catalog.forms.report_charts import (
    areas_chart,
    divisions_chart,
    ratio_chart,
    stages_chart,
    usage_chart,
)
from catalog.forms.report_checks import checks_table
from catalog.forms.report_lists import (
    decided_table,
    demonstrations_table,
    filings_table,
    usage_table,
)
from catalog.forms.report_tables import (
    divisions_table,
    projects_table,
    ratio_table,
    shares_table,
)
from catalog.forms.report_words import STATES, ReportWords
from catalog.rules.annual_report.terms import CORPS
from catalog.rules.periods import CHINA
from catalog.views.reporting import ReportContent, ReportHead

_NUMERALS = "零一二三四五六七八九"


def report_form(head: ReportHead, content: ReportContent, words: ReportWords) -> Form:
    """Return the form of a report: the same content makes the same form."""
    say = words.say
    whose = words.scope(content.division)
    corps = content.division is None
    title = say("绿色建筑创建行动年度评估报告", "Green building action: yearly evaluation")
    if not corps:
        title = say("绿色建筑创建行动年度报告", "Green building action: annual report")
    scope = content.division or CORPS
    stamp = head.content_hash or say("尚未冻结", "not frozen").text
    return Form(
        title=title,
        subtitle=Said(
            f"{whose.text}　{content.year} 年",
            None if whose.gloss is None else f"{whose.gloss}, {content.year}",
        ),
        language=words.tongue.language,
        made_at=content.known_at,
        notices=tuple(_notices(head, content, words)),
        facts=tuple(_facts(head, content, words)),
        sections=tuple(_sections(content, words)),
        footer=f"绿采 Lücai · {content.year}/{scope} · {head.revision} · SHA-256 {stamp}",
        is_upright=True,
    )


def _notices(head: ReportHead, content: ReportContent, words: ReportWords) -> Iterator[Said]:
    if content.is_synthetic:
        yield words.say(
            "演示数据：本报告含程序生成的示例项目，不是真实工程",
            "Demo data: this report counts synthetic projects, no real works",
        )
    if head.content_hash is None:
        yield words.say(
            "草稿：数字随数据变动，尚未冻结，不得作为报送件",
            "Draft: the figures follow the data and are not frozen; not to be filed",
        )


def _facts(head: ReportHead, content: ReportContent, words: ReportWords) -> Iterator[Fact]:
    say = words.say
    known = content.known_at.astimezone(CHINA)
    yield Fact(say("报告范围", "Scope"), words.scope(content.division))
    yield Fact(say("状态", "State"), words.named(STATES, head.state))
    yield Fact(
        say("统计区间", "Days taken in"),
        Said(f"{content.first.isoformat()} — {content.last.isoformat()}"),
    )
    yield Fact(say("数据截至", "As known at"), Said(f"{known:%Y-%m-%d %H:%M}"))
    yield Fact(
        say("应用比例方法", "Ratio by"),
        say(f"方法 {content.method}（竣工阶段）", f"Method {content.method} (at completion)"),
    )
    yield Fact(say("报送规则", "Rule"), Said(content.pack.pack))
    yield Fact(
        say("应用比例指纹", "Figure's fingerprint"),
        Said(content.figure_hash) if content.figure_hash else say("无", "None"),
    )
    yield Fact(
        say("报告指纹", "Report's fingerprint"),
        Said(head.content_hash) if head.content_hash else say("尚未冻结", "Not frozen"),
    )


def _sections(content: ReportContent, words: ReportWords) -> Iterator[Section]:
    for number, section in zip(count(1), _parts(content, words), strict=False):
        title = section.title
        numbered = Said(
            f"{_numeral(number)}、{title.text}",
            None if title.gloss is None else f"{number} {title.gloss}",
        )
        yield Section(
            name=section.name,
            title=numbered,
            table=section.table if section.table and section.table.rows else None,
            notes=section.notes if _has_content(section) else (words.say("（没有）", "(none)"),),
            paragraphs=section.paragraphs,
            chart=section.chart,
        )


def _has_content(section: Section) -> bool:
    return bool(section.paragraphs or (section.table and section.table.rows))


def _parts(content: ReportContent, words: ReportWords) -> Iterator[Section]:
    say = words.say
    yield _written(
        words,
        ("进展成效", "Progress"),
        ("当年进展情况和成效", "Progress and results of the year"),
        content.texts.progress,
    )
    yield Section(
        name=say("应用比例", "Ratio"),
        title=say("绿色建材应用比例", "Green material application ratio"),
        chart=ratio_chart(content, words),
        table=ratio_table(content, words),
        notes=(
            say(
                "比例按各单体建筑面积加权，只含竣工日期在统计区间内的单体；不同方法的结果不相加。"
                "方案没有规定应用比例的数值目标；表中目标（如有）由住建局依文件登记。",
                "Weighed by floor area over the buildings completed within the days taken in; "
                "methods are never added. The plan names no number for this ratio: a target, if "
                "any, was entered by a bureau with its document.",
            ),
        ),
    )
    if content.division is None:
        yield Section(
            name=say("各师市", "Divisions"),
            title=say("各师市比较", "Divisions compared"),
            chart=divisions_chart(content, words),
            table=divisions_table(content, words),
        )
    yield Section(
        name=say("面积占比", "Area shares"),
        title=say(
            "绿色建筑、星级和装配式建筑面积占比",
            "Green, star-rated and prefabricated floor area",
        ),
        chart=areas_chart(content, words),
        table=shares_table(content, words),
        notes=(
            say(
                "分母是统计区间内竣工项目的建筑面积。未写明的按可能是、可能不是给出上下限，"
                "不按零计；面积未知的项目单列，不在上下限内。",
                "Of the floor area of projects completed within the days taken in. What is not "
                "stated gives bounds and is never counted as zero; projects of unknown area are "
                "told apart and lie outside the bounds.",
            ),
        ),
    )
    yield Section(
        name=say("项目", "Projects"),
        title=say("项目类别与阶段", "Projects by kind and stage"),
        chart=stages_chart(content, words),
        table=projects_table(content, words),
        notes=(
            say(
                "一个项目可以属于几类，各类相加不等于全部项目。阶段按截止日判定。",
                "A project can be of several kinds: kinds do not add up to all. The stage is that "
                "of the closing day.",
            ),
        ),
    )
    if content.checks is not msgspec.UNSET:
        yield _checks(content, words)
    yield Section(
        name=say("建材采用", "Materials"),
        title=say("进场建材与采信产品", "Materials delivered, and adopted products among them"),
        chart=usage_chart(content, words),
        table=usage_table(content, words),
        notes=(
            say(
                "进场当天产品已采信的计为采信产品；没有写明产品、或日期不够准确的行单列为不能判断。",
                "A line counts as adopted if its product was adopted on the day it came; lines "
                "without a product or an exact day are told apart.",
            ),
        ),
    )
    yield Section(
        name=say("采信变动", "Adoptions"),
        title=say("采信入库、暂停和清退", "Adoptions admitted, suspended and removed"),
        table=decided_table(content, words),
    )
    yield Section(
        name=say("示范", "Examples"),
        title=say("示范项目和示范基地", "Demonstration projects and bases"),
        table=demonstrations_table(content, words),
    )
    yield Section(
        name=say("报送情况", "Punctuality"),
        title=say("方案与报告报送情况", "Plans and reports handed in"),
        table=filings_table(content, words),
    )
    yield _written(
        words, ("存在问题", "Problems"), ("存在的问题", "Problems"), content.texts.problems
    )
    yield _written(
        words,
        ("下年计划", "Next year"),
        ("下一年工作计划", "Plan of the next year"),
        content.texts.plan,
    )


def _checks(content: ReportContent, words: ReportWords) -> Section:
    """Return what must be checked; a frozen report of before has no such section."""
    say = words.say
    return Section(
        name=say("必查项", "Checks"),
        title=say("必查项不合格情况", "What must be checked, and what failed"),
        table=checks_table(content, words),
        notes=(
            say(
                "“未知”是无从查起，不是零：没有可用的规则，或没有足够的数据。无法判断的不计入不合格。"
                "核查发现只计经住建部门判定属实的，尚未判定的列在“无法判断”。",
                "Unknown means that nobody could check, not none: there is no rule to go by, or "
                "too little is known. What cannot be told is not counted as failed. Of findings "
                "only those count that a bureau confirmed; the others cannot be told yet.",
            ),
        ),
    )


def _written(
    words: ReportWords, name: tuple[str, str], title: tuple[str, str], text: str
) -> Section:
    """Return a section that the bureau wrote, as it wrote it."""
    parts = tuple(Said(part.strip()) for part in text.splitlines() if part.strip())
    return Section(
        name=words.say(*name),
        title=words.say(*title),
        paragraphs=parts or (words.say("（未填写）", "(nothing written)"),),
    )


def _numeral(number: int) -> str:
    """Return a number up to nineteen as Chinese headings count."""
    ten, one = divmod(number, 10)
    return f"{'十' if ten else ''}{_NUMERALS[one] if one else ''}"
