"""The words of the trade's closed lists, as readers see them."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

_VALIDITY = {
    "valid": zh("有效"),
    "not-yet": zh("尚未生效"),
    "expired": zh("已过期"),
    "suspended": zh("暂停"),
    "revoked": zh("撤销"),
    "cancelled": zh("注销"),
    "unknown": zh("无法判断"),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "validity": _VALIDITY,
    "suffix": {"renewed": zh("续"), "added": zh("增"), "changed": zh("变")},
    "field": {
        "star": zh("星级"),
        "standard": zh("依据标准"),
        "issued_on": zh("发证日期"),
        "reissued_on": zh("换证日期"),
        "valid_from": zh("有效期起"),
        "valid_to": zh("有效期止"),
        "effective_on": zh("版本起算日"),
        "suffix": zh("编号后缀"),
        "applicant": zh("认证委托人"),
        "manufacturer": zh("制造商"),
        "factory": zh("生产厂"),
        "factory_address": zh("生产地址"),
        "url": zh("链接"),
        "state": zh("状态"),
        "category": zh("产品类别"),
    },
    "facet": {
        "category": zh("产品类别"),
        "group": zh("产品大类"),
        "star": zh("星级"),
        "division": zh("企业所在师市"),
        "company": zh("企业"),
        "body": zh("认证机构"),
    },
    "sort": {
        "relevance": zh("相关度"),
        "expiry": zh("有效期最长"),
        "newest": zh("最新入库"),
    },
    "star": {"1": zh("★ 一星"), "2": zh("★★ 二星"), "3": zh("★★★ 三星")},
    "method": {"A": zh("方法 A（固定分值表）"), "B": zh("方法 B（按用到的类别分组加权）")},
    "stage": {"design": zh("设计阶段"), "completion": zh("竣工阶段")},
    "bill-stage": {"design": zh("设计清单"), "settlement": zh("结算清单")},
    "project-kind": {
        "government": zh("政府投资项目"),
        "key": zh("重点项目"),
        "municipal": zh("市政项目"),
        "green": zh("绿色建筑项目"),
        "prefabricated": zh("装配式建筑项目"),
    },
    "project-stage": {
        "planned": zh("立项"),
        "designed": zh("已设计"),
        "building": zh("在建"),
        "completed": zh("已竣工"),
    },
    "evidence": {
        "as-built": zh("竣工图"),
        "settlement": zh("结算书"),
        "contract-or-invoice": zh("采购合同或发票"),
        "entry-acceptance": zh("进场验收记录"),
        "construction-record": zh("施工记录"),
        "entry-retest": zh("进场复验报告"),
        "certificate": zh("绿色建材证书"),
        "other": zh("其他材料"),
    },
    "unused": {
        "no-lines": zh("本单体没有这些材料"),
        "no-quantity": zh("数量合计不为正，无法计算比例"),
    },
    "not-green": {
        **_VALIDITY,
        "not-yet": zh("进场时证书尚未生效"),
        "expired": zh("进场时证书已过期"),
        "suspended": zh("进场时证书处于暂停状态"),
        "revoked": zh("进场时证书已被撤销"),
        "cancelled": zh("进场时证书已被注销"),
        "unknown": zh("证书没有写明有效期，无法判断"),
        "no-product": zh("没有指明产品，不能证明是绿色建材"),
        "no-certificate": zh("该产品没有绿色建材证书"),
        "not-stated": zh("设计清单没有说明绿色建材用量"),
        "planned-without": zh("设计清单写明不使用绿色建材"),
    },
    "standing": {
        "green": zh("绿色"),
        "not-green": zh("非绿色"),
        "unknown": zh("未知"),
        "whole": zh("清单用量"),
    },
    "unused-item": {
        "zero": zh("单体没有的分项计 0 分"),
        "left-out": zh("单体没有的分项不参与计算"),
    },
    "unused-group": {"zero": zh("整组没有用到时，该组计 0 分")},
    "precast": {
        "in-concrete": zh("预制构件的混凝土计入预拌混凝土"),
        "own-item": zh("预制构件单列一项"),
        "not-counted": zh("预制构件不计入"),
    },
    "green-evidence": {
        "certificate": zh("有效的绿色建材证书"),
        "procurement-standard": zh("符合政府采购需求标准的检验报告"),
    },
    "mixed-units": {"each-must-pass": zh("同一分项有两种量纲时，各自都须达标")},
    "rounding-step": {
        "item": zh("每个分项"),
        "group": zh("每个大组"),
        "total": zh("总分"),
    },
    "rounding-mode": {"half-up": zh("四舍五入")},
    "pack-kind": {"ratio": zh("应用比例算法"), "thresholds": zh("评分与星级门槛")},
    "import-kind": {
        "products": zh("产品与证书"),
        "projects": zh("项目与单体"),
        "bill-lines": zh("工程量清单"),
        "deliveries": zh("进场记录"),
        "registry": zh("证书登记数据"),
    },
    "run-state": {
        "running": zh("进行中"),
        "finished": zh("已完成"),
        "refused": zh("整份被拒"),
        "undone": zh("已撤销"),
    },
    "severity": {"error": zh("未导入"), "warning": zh("提醒")},
}

# What an excluded line is told; the gaps are filled with names, not with keys.
EXCLUSIONS: Mapping[str, str] = {
    "no-category": zh("没有指明产品类别，无法归入任何分项。"),
    "not-in-method": zh("“{category}”不在本方法的计算范围内。{why}"),
    "no-place": zh("“{category}”要按使用部位归项，这一行没有写部位。可用的部位：{places}。"),
    "place-not-in-method": zh("“{category}”用在“{place}”时不计入。计入的部位：{places}。"),
    "no-unit": zh("没有写计量单位，无法计入“{item}”。"),
    "unit-mismatch": zh("单位“{unit}”无法换算为“{item}”所用的单位（{accepted}）。"),
    "other-stage": zh("进场记录不参与设计阶段的计算。"),
}
MISSING_FACTOR = zh("缺少换算系数（{missing}）。")


def word(kind: str, key: object) -> str:
    """Return the Chinese word for a key of a list; a key that nobody knows is shown as it is."""
    return WORDS[kind].get(str(key), str(key))
