"""Something that was asked for is not here."""

from __future__ import annotations

from catalog.errors.base import CatalogError


class NotFoundError(CatalogError):
    """Something that was asked for by its key is not here."""

    code = "not-found"


class ProductNotFoundError(NotFoundError):
    """No product has this key."""

    code = "product-not-found"
    zh = "没有编号为“{key}”的产品。请检查链接，或回到搜索页查找。"
    en = "There is no product “{key}”. Check the link, or search for it."


class CompanyNotFoundError(NotFoundError):
    """No company has this key."""

    code = "company-not-found"
    zh = "没有编号为“{key}”的企业。"
    en = "There is no company “{key}”."


class CertificateNotFoundError(NotFoundError):
    """No certificate has this key."""

    code = "certificate-not-found"
    zh = "没有编号为“{key}”的证书记录。"
    en = "There is no certificate “{key}”."


class ProjectNotFoundError(NotFoundError):
    """No project has this code."""

    code = "project-not-found"
    zh = "没有代码为“{key}”的项目。"
    en = "There is no project “{key}”."


class DivisionNotFoundError(NotFoundError):
    """No division has this key."""

    code = "division-not-found"
    zh = "没有编号为“{key}”的师市。"
    en = "There is no division “{key}”."


class ImportRunNotFoundError(NotFoundError):
    """No import run has this number."""

    code = "import-run-not-found"
    zh = "没有编号为 {key} 的导入记录。"
    en = "There is no import run {key}."


class ResultNotFoundError(NotFoundError):
    """No result has this number, or nothing has been computed yet."""

    code = "result-not-found"
    zh = "没有编号为 {key} 的核算结果。"
    en = "There is no result {key}."


class PublishedFigureNotFoundError(NotFoundError):
    """No figure was published with this hash."""

    code = "published-figure-not-found"
    zh = "没有公布过指纹为“{key}”的数字。"
    en = "No figure was published with the hash “{key}”."


class RulePackNotFoundError(NotFoundError):
    """No rule pack has this key."""

    code = "rule-pack-not-found"
    zh = "没有名为“{key}”的规则包。可用的规则包：{known}。"
    en = "There is no rule pack “{key}”. Known packs: {known}."


class SavedSearchNotFoundError(NotFoundError):
    """The owner keeps no saved search with this number."""

    code = "saved-search-not-found"
    zh = "没有编号为 {key} 的已存搜索；它可能已被删除，或存在另一个浏览器里。"
    en = "There is no saved search {key}: it was deleted, or another browser keeps it."


class ConflictNotFoundError(NotFoundError):
    """No conflict between sources has this number."""

    code = "conflict-not-found"
    zh = "没有编号为 {key} 的来源分歧。"
    en = "There is no conflict between sources with the number {key}."


class EpdNotFoundError(NotFoundError):
    """No declaration has this key, or the source named does not state it."""

    code = "epd-not-found"
    zh = "没有编号为“{key}”的环境产品声明。"
    en = "There is no environmental product declaration “{key}”."


class SigningKeyMissingError(NotFoundError):
    """There is no key that signs, or none of that name."""

    code = "signing-key-missing"
    zh = "这里没有可用的签名密钥。操作员运行 lucai keys make 之后才有签名记录。"
    en = "There is no signing key here. Signed records need one: the operator runs lucai keys make."


class FindingNotFoundError(NotFoundError):
    """No finding of the checks has this key, or it is not for the reader."""

    code = "finding-not-found"
    zh = "没有编号为“{key}”的核查发现。"
    en = "There is no finding “{key}”."


class AuditEntryNotFoundError(NotFoundError):
    """There is no such entry on the record, or none that the actor may read."""

    code = "audit-entry-not-found"
    zh = "没有第 {key} 条修改记录。"
    en = "There is no entry {key} on the record."


class DumpNotFoundError(NotFoundError):
    """There is no such file of open data, or it was dropped for later ones."""

    code = "dump-not-found"
    zh = "没有公开数据文件“{key}”，也可能已被更新的数据取代。请从公开数据页下载。"
    en = "There is no file “{key}” of open data; later data may have replaced it. See /open-data."


class StatisticNotFoundError(NotFoundError):
    """There is no such table of the statistics."""

    code = "statistic-not-found"
    zh = "没有统计表“{key}”。请从统计页下载。"
    en = "There is no table “{key}” of the statistics. See /statistics."


class CategoryNotFoundError(NotFoundError):
    """No category has this key."""

    code = "category-not-found"
    zh = "没有编号为“{key}”的产品类别。"
    en = "There is no category “{key}”."
