"""The words of published figures: why a figure is another one now."""

from __future__ import annotations

from api.web.i18n import zh

PUBLISHED_WORDS = {
    "cause": {
        "line-added": zh("新增了一行"),
        "line-removed": zh("一行被删去"),
        "line-corrected": zh("一行被更正"),
        "import-undone": zh("一次导入被撤回"),
        "proof-changed": zh("证明改变了"),
        "line-read-otherwise": zh("同一行归入了别的类别，或换算方式改变"),
        "pack-changed": zh("适用了别的规则包"),
        "thresholds-changed": zh("适用了别的门槛"),
        "area-changed": zh("建筑面积改变了"),
        "counts-now": zh("公布之后才计入这个范围"),
        "counts-no-more": zh("不再计入这个范围（师市、年份或行有变动）"),
    },
}
