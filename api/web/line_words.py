"""The words of the page where a person says what lines are."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

LINE_WORDS: Mapping[str, Mapping[str, str]] = {
    "need": {
        "look": zh("要看"),
        "proposed": zh("已有建议"),
        "place": zh("缺部位"),
        "product": zh("缺产品"),
        "decided": zh("已认定"),
    },
    "need-why": {
        "look": zh("没有类别，程序也没有把握的行。"),
        "proposed": zh("没有类别，但程序有把握，或以前有人认定过同样的文字。"),
        "place": zh("有类别，但归入哪个分项要看使用部位，而行里没有写。"),
        "product": zh("有类别的进场记录，但没有指明产品：不能证明是绿色建材。"),
        "decided": zh("由人认定过的行；可以改，也可以撤销。"),
        "all": zh("这个单体的全部清单行和进场记录。"),
    },
    "outcome": {
        "outside-catalogue": zh("名录里没有这类材料"),
        "not-material": zh("不是材料（人工、机械、费用等）"),
    },
    "surety": {
        "sure": zh("很有把握"),
        "likely": zh("较有把握"),
        "hint": zh("有可能"),
        "faint": zh("只有线索"),
    },
    "doubt": {
        "weak": zh("把握不足"),
        "close": zh("两个答案接近"),
        "unit": zh("单位不常用于这类材料"),
    },
    "match-standing": {"decided": zh("已有认定")},
    "line-sort": {"bill-line": zh("清单"), "delivery": zh("进场")},
}
