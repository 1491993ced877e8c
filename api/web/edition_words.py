"""The words of evidence, draws and editions."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

EDITION_WORDS: Mapping[str, Mapping[str, str]] = {
    "evidence-state": {
        "whole": zh("与上传时一致"),
        "missing": zh("文件已丢失"),
        "altered": zh("文件被改动"),
    },
    "media-type": {
        "application/pdf": zh("PDF 文件"),
        "image/png": zh("PNG 图片"),
        "image/jpeg": zh("JPEG 图片"),
        "image/webp": zh("WebP 图片"),
    },
    "bar": {
        "employer": zh("在有关企业任职"),
        "declared": zh("声明了利害关系"),
    },
    "flaw": {
        "not-revealed": zh("尚未揭晓"),
        "algorithm": zh("抽取方法不认识"),
        "seed": zh("种子与公告的指纹不符"),
        "panel": zh("专家名单与公告的指纹不符"),
        "exclusions": zh("回避名单不对"),
        "order": zh("顺序不对"),
        "drawn": zh("结果不对"),
        "announcement": zh("公告内容被改动"),
    },
    "edition-kind": {
        "catalogue": zh("绿色建材产品名录"),
        "adoptions": zh("绿色建材采信产品名单"),
    },
    "edition-field": {
        "key": zh("编号"),
        "product": zh("产品编号"),
        "name": zh("产品名称"),
        "brand": zh("品牌"),
        "model": zh("规格型号"),
        "scope": zh("适用范围"),
        "category": zh("产品类别"),
        "company": zh("企业编号"),
        "company_name": zh("企业名称"),
        "credit_code": zh("统一社会信用代码"),
        "division": zh("所在师市"),
        "certificate": zh("证书记录编号"),
        "certificate_number": zh("证书编号"),
        "body": zh("认证机构"),
        "star": zh("星级"),
        "standard": zh("依据标准"),
        "factory": zh("生产厂"),
        "valid_from": zh("有效期自"),
        "valid_to": zh("有效期至"),
        "route": zh("入库途径"),
        "case_number": zh("入库申请号"),
        "adopted_on": zh("采信日期"),
        "report_issued_on": zh("检验报告日期"),
        "is_synthetic": zh("演示数据"),
    },
    "edition-route": {
        "certificate": zh("认证证书"),
        "test-report": zh("检验报告"),
    },
    "edition-gone": {
        "adopted": zh("仍在采信"),
        "unknown": zh("无法判断是否有效"),
        "suspended": zh("采信被暂停"),
        "certificate-suspended": zh("证书被暂停"),
        "expired": zh("到期"),
        "not-yet": zh("尚未生效"),
        "certificate-cancelled": zh("证书注销"),
        "certificate-revoked": zh("证书撤销"),
        "removed": zh("移出采信库"),
        "no-adoption": zh("没有采信记录"),
        "valid": zh("证书有效，产品不再列出"),
        "revoked": zh("证书撤销"),
        "cancelled": zh("证书注销"),
        "not-listed": zh("不再列出"),
    },
}
