"""The words of annual reports, of what is handed in, and of examples."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

REPORT_WORDS: Mapping[str, Mapping[str, str]] = {
    "report-state": {
        "draft": zh("编制中"),
        "frozen": zh("数字已冻结"),
        "signed": zh("已签发"),
        "filed": zh("已报送兵团"),
        "sent-back": zh("兵团退回"),
        "accepted": zh("兵团已审收"),
        "published": zh("已公布"),
    },
    "report-step": {
        "freeze": zh("冻结数字"),
        "reopen": zh("重新打开"),
        "sign": zh("签发"),
        "file": zh("报送兵团"),
        "send-back": zh("退回"),
        "accept": zh("审收"),
        "publish": zh("公布"),
    },
    "punctuality": {
        "on-time": zh("按期"),
        "late": zh("逾期报送"),
        "exempt": zh("豁免"),
        "missing": zh("未报送"),
        "not-yet-due": zh("未到期"),
    },
    "plan-measure": {
        "green-area": zh("竣工面积中的绿色建筑"),
        "starred-area": zh("竣工面积中的星级绿色建筑"),
        "prefabricated-area": zh("竣工面积中的装配式建筑"),
    },
    "report-check": {
        "lowest-tier": zh("应用比例未达最低档"),
        "star-gate": zh("未过所获星级的应用比例门槛"),
        "must-choose": zh("必选类未全部采用绿色建材"),
        "local-materials": zh("本地建材与预拌（第7.1.10条）不合格"),
        "filing": zh("方案、报告逾期或未报送"),
        "finding": zh("跨项目核查"),
    },
    "demonstration-kind": {"project": zh("示范项目"), "base": zh("示范基地")},
    "report-text": {
        "progress": zh("当年进展情况和成效"),
        "problems": zh("存在的问题"),
        "plan": zh("下一年工作计划"),
    },
}
