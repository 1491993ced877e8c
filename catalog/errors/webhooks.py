"""Why a webhook is not kept, or not found."""

from __future__ import annotations

from catalog.errors.base import CatalogError
from catalog.errors.not_found import NotFoundError


class WebhookNotFoundError(NotFoundError):
    """The organisation keeps no webhook, or sent nothing, under this key."""

    code = "webhook-not-found"
    zh = "没有编号为“{key}”的网络回调或投递记录。"
    en = "There is no webhook or delivery “{key}”."


class WebhookRefusedError(CatalogError):
    """A webhook cannot be kept, or nothing be sent to it, as it was asked."""

    code = "webhook-refused"
    zh = "不能这样设置网络回调：{reason_zh}。"
    en = "That webhook can't be kept: {reason_en}."
