"""The words of adoptions, watch-lists, notices and webhooks."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

WATCH_WORDS: Mapping[str, Mapping[str, str]] = {
    "adoption-standing": {
        "adopted": zh("已采信"),
        "unknown": zh("采信状态无法判断"),
        "suspended": zh("采信已暂停"),
        "certificate-suspended": zh("证书暂停，不作采信"),
        "expired": zh("采信已到期"),
        "not-yet": zh("采信尚未开始"),
        "certificate-cancelled": zh("证书注销，不作采信"),
        "certificate-revoked": zh("证书撤销，不作采信"),
        "removed": zh("已清退"),
        "no-adoption": zh("未采信"),
    },
    "watch-kind": {
        "lost": zh("已失去采信资格"),
        "filing-overdue": zh("方案或年度报告未报送"),
        "case-overdue": zh("入库申请已超过办理期限"),
        "submission-overdue": zh("产品申报已超过核实期限"),
        "submission-returned": zh("产品申报被退回"),
        "submission-waiting": zh("产品申报等待核实"),
        "submission-proved": zh("产品申报已核实"),
        "case-due": zh("入库申请即将到办理期限"),
        "filing-due": zh("方案或年度报告即将到报送期限"),
        "surveillance-overdue": zh("证书监督已逾期"),
        "expiring": zh("证书即将到期"),
        "report-ending": zh("检验报告即将到期"),
        "renewal-open": zh("可以申请证书续期"),
        "surveillance-due": zh("证书即将到监督期限"),
        "surveillance-unknown": zh("没有已知的监督记录"),
    },
    "decided-state": {
        "adopted": zh("采信"),
        "suspended": zh("暂停"),
        "removed": zh("清退"),
    },
    "adoption-route": {
        "certificate": zh("凭证书"),
        "test-report": zh("凭检验报告"),
    },
    "webhook-event": {
        "notice": zh("提醒"),
        "ping": zh("测试"),
    },
    "stated": {
        "over_billed": zh("进场量可超清单的比例"),
        "over_output": zh("进场量可超证书年产量的比例"),
        "report_years": zh("检验报告的年限"),
        "shared_files": zh("同一企业可重复使用的材料"),
        "list_days": zh("离线失效清单的最长天数"),
        "surveillance_months": zh("两次监督的最长间隔（月）"),
        "surveillance_days": zh("监督到期前多少天提醒"),
        "renewal_days": zh("到期前多少天可申请续期"),
        "expiring_days": zh("证书到期前多少天提醒"),
        "report_days": zh("检验报告到期前多少天提醒"),
        "case_days": zh("办理期限前多少天提醒"),
        "lost_days": zh("失去采信后在清单上保留多少天"),
        "submission_days": zh("核实企业申报的期限（工作日）"),
        "judged_days": zh("申报办结后在企业清单上保留多少天"),
        "smallest_group": zh("一个数字至少来自多少个项目"),
        "months": zh("显示最近多少个整月"),
    },
}
