"""The words of what companies submit, of demand, and of the desks."""

from __future__ import annotations

from api.web.i18n import zh

DESK_WORDS = {
    "submission-state": {
        "draft": zh("草稿"),
        "submitted": zh("待核实"),
        "returned": zh("已退回"),
        "proved": zh("已核实"),
        "withdrawn": zh("已撤回"),
    },
    "search-trouble": {
        "away": zh("检索服务器没有应答"),
        "wrong key": zh("检索服务器不认密钥"),
        "time-out": zh("检索服务器应答太慢"),
        "disk full": zh("磁盘已满，索引写不下"),
        "unreadable": zh("索引读不了，请重建"),
    },
    "interest": {
        "viewed": zh("浏览"),
        "compared": zh("加入对比"),
        "verified": zh("核验证书"),
    },
}
