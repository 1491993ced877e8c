"""The words of rule packs: their kinds, their policies, and what a measure answers."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

RULE_WORDS: Mapping[str, Mapping[str, str]] = {
    "pack-kind": {
        "ratio": zh("应用比例算法"),
        "thresholds": zh("评分与星级门槛"),
        "procurement": zh("政府采购"),
        "local-materials": zh("本地建材"),
        "admission": zh("采信入库"),
        "watch": zh("到期与监督提醒"),
        "tender": zh("招标条款"),
        "demand": zh("需求统计的保密"),
        "reporting": zh("方案与年度报告"),
        "checks": zh("跨项目核查允差"),
        "score": zh("产品评分"),
    },
    "jurisdiction": {
        "CN": zh("全国"),
        "CN-SC": zh("四川省"),
        "CN-SC-Chengdu": zh("成都市"),
        "CN-XJ-XPCC": zh("新疆生产建设兵团"),
    },
    "method": {
        "A": zh("方法 A（固定分值表）"),
        "B": zh("方法 B（按用到的类别分组加权）"),
        "C": zh("方法 C（城市分值表，各项内插）"),
    },
    "policy": {
        "unused-item": zh("没有用到的分项"),
        "unused-group": zh("没有用到的大组"),
        "other-kinds": zh("其他类"),
        "precast": zh("预制构件"),
        "integrated-panels": zh("一体化板"),
        "mixed-units": zh("两种量纲"),
        "rounding": zh("取整"),
        "evidence-date": zh("证明以哪天为准"),
        "green-evidence": zh("绿色建材的证明"),
        "report-years": zh("检验报告的年限"),
    },
    "unused-item": {
        "zero": zh("单体没有的分项计 0 分"),
        "left-out": zh("单体没有的分项不参与计算"),
    },
    "unused-group": {"zero": zh("整组没有用到时，该组计 0 分")},
    "other-kinds": {
        "one-class": zh("合为一类；其中有几种产品，每种各占几分之一"),
        "each-counts": zh("每一种都单独算作一类"),
        "by-number": zh("按达标的种数给分"),
        "weakest-kind": zh("按比例最低的一种给分"),
    },
    "precast": {
        "in-concrete": zh("预制构件的混凝土计入预拌混凝土"),
        "own-item": zh("预制构件单列一项"),
        "not-counted": zh("预制构件不计入"),
    },
    "integrated-panels": {
        "split": zh("按各层拆分计入；清单没有拆分的，按所归的一项计"),
        "as-one": zh("整体计入一项"),
    },
    "mixed-units": {"each-must-pass": zh("同一分项有两种量纲时，各自都须达标")},
    "evidence-date": {"delivered": zh("进场当日")},
    "green-evidence": {
        "certificate": zh("有效的绿色建材证书"),
        "test-report": zh("符合政府采购需求标准的检验报告"),
        "adoption": zh("进场当日在采信应用数据库中"),
    },
    "rounding-step": {
        "item": zh("每个分项"),
        "group": zh("每个大组"),
        "total": zh("总分"),
    },
    "rounding-mode": {"half-up": zh("四舍五入")},
    "class-choice": {
        "must": zh("必选"),
        "optional": zh("可选"),
        "unknown": zh("未知"),
    },
    "share-of": {"optional-kinds": zh("占可选类种数"), "all-kinds": zh("占全部种数")},
    "answer": {"yes": zh("达到"), "no": zh("没有达到"), "open": zh("尚不能判断")},
    "green-kind": {"yes": zh("绿色"), "no": zh("不是绿色"), "open": zh("尚不能判断")},
}
