"""The words of scores: the facts, what they can be, and what gates answer."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

SCORE_WORDS: Mapping[str, Mapping[str, str]] = {
    "score-fact": {
        "proven": zh("当日有有效的证明"),
        "star": zh("星级"),
        "days_left": zh("剩余有效天数"),
        "proof": zh("证明的种类"),
        "declaration": zh("环境产品声明的状态"),
        "surveillance": zh("获证后监督的情况"),
        "checks": zh("质量抽查的情况"),
        "uses": zh("通过进场验收的项目数"),
        "distance_km": zh("运输距离（km）"),
        "stated": zh("写明的资料项数"),
    },
    "score-proven": {"yes": zh("有"), "no": zh("没有")},
    "score-proof": {
        "certificate": zh("第三方认证证书"),
        "test-report": zh("检验报告"),
        "claim": zh("仅企业声称"),
    },
    "score-declaration": {
        "in-force": zh("在有效期内"),
        "unsure": zh("有效期不明"),
        "expired": zh("已过期"),
    },
    "score-surveillance": {
        "on-time": zh("按时"),
        "overdue": zh("已逾期"),
        "failed": zh("未通过"),
    },
    "score-checks": {
        "passed": zh("均合格"),
        "mended": zh("曾不合格，最近一次合格"),
        "failed": zh("最近一次不合格"),
    },
    "score-gate": {"passed": zh("满足"), "failed": zh("不满足"), "unknown": zh("未知")},
    "statement": {
        "brand": zh("品牌"),
        "model": zh("型号"),
        "scope": zh("适用范围"),
        "description": zh("说明"),
        "declared": zh("声明的换算系数"),
        "credit_code": zh("统一社会信用代码"),
    },
    "excluded": {"category": zh("产品类别"), "company": zh("企业"), "product": zh("产品")},
    "when-unknown": {"kept": zh("保留"), "falls-out": zh("排除")},
}
