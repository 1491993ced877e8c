"""How goods count, and why some are not green, in the few words that a cell holds."""

from __future__ import annotations

from collections.abc import Mapping

# Chinese and English, by the reason of a proof or of a planned line.
WHY: Mapping[str, tuple[str, str]] = {
    "not-yet": ("进场时证书尚未生效", "certificate not yet valid"),
    "expired": ("进场时证书已过期", "certificate expired"),
    "suspended": ("进场时证书暂停", "certificate suspended"),
    "revoked": ("进场时证书已撤销", "certificate revoked"),
    "cancelled": ("进场时证书已注销", "certificate cancelled"),
    "unknown": ("证书没有写明有效期", "certificate states no validity"),
    "no-product": ("没有指明产品", "no product is named"),
    "no-certificate": ("没有证书", "no certificate"),
    "no-proof": ("没有证书和检测报告", "no certificate, no test report"),
    "outside-scope": ("规格不在适用范围内", "outside the product's scope"),
    "other-site": ("生产厂与证书不同", "another factory than certified"),
    "report-later": ("检测报告晚于进场", "test report after delivery"),
    "report-too-old": ("检测报告已过年限", "test report too old"),
    "report-age-open": ("规则没有说明检测报告多久有效", "rule is silent on a report's age"),
    "day-unsure": ("进场日期不确定", "day of delivery not known"),
    "not-stated": ("设计清单没有说明", "the plan does not say"),
    "planned-without": ("设计清单写明不用", "planned without"),
}
GREEN = ("绿色", "green")
NOT_GREEN = ("非绿色", "not green")
UNKNOWN = ("是否绿色未知", "not known to be green")
SETTLED = ("无进场记录", "no delivery on record")
