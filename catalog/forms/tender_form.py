"""A tender's clause as a document: the requirement alone, in which no maker is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from catalog.forms.form import Fact, Form, Language, Said, Section, Tongue
from catalog.views.tender import TenderView


def tender_form(view: TenderView, language: Language, *, made_at: dt.datetime) -> Form:
    """Return the clause as a document: the same clause makes the same document."""
    tongue = Tongue(language)
    say = tongue.say
    numbered = [
        say(f"{number}. {item.requirement.text_zh}", f"{number}. {item.requirement.text_en}")
        for number, item in enumerate(view.asked, start=1)
    ]
    notices: tuple[Said, ...] = ()
    if view.building.is_synthetic:
        notices = (
            say(
                "演示数据：本文件由程序生成的示例工程得出", "Demo data: made of a synthetic project"
            ),
        )
    return Form(
        title=say("绿色建材招标条款", "Tender clause for green building materials"),
        subtitle=say("可直接编入招标文件的技术要求", "Technical requirements for the tender"),
        language=language,
        made_at=made_at,
        notices=notices,
        facts=(
            Fact(say("工程", "Works"), Said(view.building.project_name)),
            Fact(say("单体", "Building"), Said(view.building.name)),
            Fact(say("依据", "Rule"), Said(view.pack)),
            Fact(say("日期", "Day"), Said(view.on.isoformat())),
        ),
        sections=(
            Section(
                name=say("条款", "Clause"),
                title=say("一、要求", "1 Requirements"),
                paragraphs=(*(say(*pair) for pair in view.before), *numbered),
            ),
            Section(
                name=say("材料与采信", "Papers"),
                title=say("二、证明材料与优先采用", "2 Evidence and priority"),
                paragraphs=tuple(say(*pair) for pair in view.after),
            ),
            Section(
                name=say("依据", "Sources"),
                title=say("三、依据", "3 Sources"),
                paragraphs=tuple(Said(text) for text in view.clauses.values()),
            ),
            *_unasked(view, tongue),
        ),
        footer=f"绿采 Lücai · {view.building.key} · {view.pack} · {view.on.isoformat()}",
        is_upright=True,
    )


def _unasked(view: TenderView, tongue: Tongue) -> Iterator[Section]:
    """Yield what was left out of the clause, and why, if anything was."""
    why = [item.left_out for item in view.unasked if item.left_out is not None]
    if why:
        yield Section(
            name=tongue.say("未列要求", "Not asked"),
            title=tongue.say("四、没有写成要求的类别", "4 Categories that are not asked for"),
            paragraphs=tuple(tongue.say(*pair) for pair in why),
        )
