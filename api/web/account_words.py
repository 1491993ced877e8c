"""The words of accounts: what people and organisations are, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

ACCOUNT_WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "anyone": zh("任何人"),
        "visitor": zh("访客"),
        "manufacturer": zh("建材企业"),
        "owner": zh("建设单位"),
        "certification-body": zh("认证机构"),
        "division-bureau": zh("师市住建局"),
        "corps-bureau": zh("兵团住建局"),
        "operator": zh("平台管理员"),
    },
    "rank": {"1": zh("查看"), "2": zh("经办"), "3": zh("管理员")},
    "organisation-state": {
        "pending": zh("待核实"),
        "proved": zh("已核实"),
        "refused": zh("未通过"),
        "closed": zh("已关闭"),
    },
    "action": {
        "import": zh("导入文件、认定清单行"),
        "undo-import": zh("撤销导入"),
        "calculate": zh("核算比例"),
        "publish-rules": zh("发布规则"),
        "keep-searches": zh("保存搜索"),
        "link-epds": zh("连接环境声明"),
        "decide-conflicts": zh("裁定来源不一致"),
        "choose-rules": zh("选用规则包"),
        "publish-figures": zh("公布数字"),
        "see-cases": zh("查看入库申请"),
        "apply": zh("申请入库"),
        "review-cases": zh("初审"),
        "rereview-cases": zh("复审"),
        "record-objections": zh("登记异议"),
        "record-inspections": zh("登记监督抽查"),
        "send-notices": zh("发送通知"),
        "suspend-adoptions": zh("暂停采信"),
        "remove-adoptions": zh("移出采信库"),
        "keep-panel": zh("管理专家库"),
        "draw-experts": zh("抽取专家"),
        "upload-evidence": zh("上传佐证材料"),
        "see-evidence": zh("查看佐证材料"),
        "publish-editions": zh("发布名录"),
        "set-score-policy": zh("设定评分偏好"),
        "see-findings": zh("查看核查发现"),
        "judge-findings": zh("判定核查发现"),
        "sign-records": zh("签发核验记录"),
        "read-notices": zh("查看通知"),
        "keep-webhooks": zh("管理推送地址"),
        "read-audit": zh("查阅审计记录"),
        "prove-organisations": zh("核实单位登记"),
        "keep-members": zh("管理成员"),
        "keep-tokens": zh("管理接口令牌"),
        "keep-accounts": zh("管理账号"),
        "register": zh("登记单位"),
        "keep-own-account": zh("管理自己的账号"),
    },
}
