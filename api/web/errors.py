"""How errors leave the pages: what happened, and what to do next."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Template

from api.problems import STATUS_OF
from api.web import too_large
from api.web.asked import wrong_fields
from api.web.form_again import FormAgain, comes_again
from api.web.i18n import language_of, translate, zh
from api.web.page import PageRequest, page, wants_fragment
from api.web.refused import Changes, Refused, may_hold_files
from catalog.errors import CatalogError, ChangedMeanwhileError

log = logging.getLogger(__name__)
_TITLES = {
    HTTPStatus.BAD_REQUEST: zh("请求里有看不懂的内容"),
    HTTPStatus.FORBIDDEN: zh("没有权限"),
    HTTPStatus.NOT_FOUND: zh("没有找到"),
    HTTPStatus.METHOD_NOT_ALLOWED: zh("这个地址不接受这种请求"),
    HTTPStatus.CONFLICT: zh("与现有内容冲突"),
    HTTPStatus.GONE: zh("材料已不是原件"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: zh("提交的内容太大"),
    HTTPStatus.TOO_MANY_REQUESTS: zh("尝试太多"),
    HTTPStatus.INTERNAL_SERVER_ERROR: zh("这一页没有做成"),
    HTTPStatus.SERVICE_UNAVAILABLE: zh("暂时无法提供"),
}
_OTHER = zh("出错了")
_MESSAGES = {
    HTTPStatus.FORBIDDEN: zh(
        "这个请求不是从本站当前的页面提交的，或登录已改变，所以没有执行。请打开本站的页面，再提交一次。"
    ),
    HTTPStatus.BAD_REQUEST: zh("请检查填写的内容或链接，然后再试一次。"),
    HTTPStatus.NOT_FOUND: zh("这个地址没有内容。请检查链接，或从下面的入口重新查找。"),
    HTTPStatus.TOO_MANY_REQUESTS: zh("请过一分钟再试。"),
    HTTPStatus.INTERNAL_SERVER_ERROR: zh(
        "这是本站的差错，不是您的；没有保存任何改动，差错已记下。请稍后再试，或从下面的入口继续。"
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: zh("请从页面上的链接或按钮进入。"),
}
_NO_MESSAGE = zh("请稍后再试；若一直如此，请联系管理员。")


def on_catalog_error(request: PageRequest, error: CatalogError) -> Response[Any]:
    """Show an error of ours; of a form, on the form's page."""
    changes = error.changes if isinstance(error, ChangedMeanwhileError) else ()
    message, status = error.text(language_of(request)), STATUS_OF[type(error)]
    shown = _page(request, status, message, [], changes)
    if not comes_again(request, status):
        return shown
    return FormAgain(_refusal(request, message, status, changes), shown)


def on_http_exception(request: PageRequest, error: HTTPException) -> Response[Any]:
    """Show an error of the protocol; of a form that was not understood, on the form's page."""
    status = HTTPStatus(error.status_code)
    fields = []
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        fields = [str(field.get("key", "")) for field in error.extra]
    message = translate(_MESSAGES.get(status, _NO_MESSAGE), language_of(request))
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and request.method == "POST":
        message = too_large.message(request)
    shown = _page(request, status, message, fields)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and comes_again(request, status):
        return FormAgain(_refusal(request, message, status), shown)
    if not isinstance(error, ValidationException) or not comes_again(request, status):
        return shown
    return FormAgain(_refusal(request, message, status), shown, wrong_fields(error))


def on_failure(request: PageRequest, error: Exception) -> Template:
    """Show that we failed, and write down how."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _page(request, status, translate(_MESSAGES[status], language_of(request)), [])


def _refusal(
    request: PageRequest, message: str, status: HTTPStatus, changes: Changes = ()
) -> Refused:
    """Return why a form was refused; what was typed is added when it is read."""
    return Refused(
        form="",
        message=message,
        status=status,
        said={},
        changes=changes,
        has_files=may_hold_files(request),
    )


def _page(
    request: PageRequest,
    status: HTTPStatus,
    message: str,
    fields: list[str],
    changes: Changes = (),
) -> Template:
    return page(
        request,
        "_error.html" if wants_fragment(request) else "error.html",
        status_code=status,
        status=int(status),
        title=translate(_TITLES.get(status, _OTHER), language_of(request)),
        message=message,
        fields=[field for field in fields if field],
        changes=changes,
    )


HANDLERS: dict[int | type[Exception], Any] = {
    CatalogError: on_catalog_error,
    HTTPException: on_http_exception,
    Exception: on_failure,
}
