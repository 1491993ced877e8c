"""A form that was refused: why, and what was typed into it, to be shown in the form again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec
from litestar.enums import RequestEncodingType

from api.problems import STATUS_OF
from api.web.i18n import language_of
from api.web.page import PageRequest
from catalog.errors import CatalogError, ChangedMeanwhileError, NotFoundError, PermissionDeniedError

Changes = Sequence[tuple[str, str | None, str | None]]
"""What somebody else changed meanwhile: the field, before and after."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Which form of a page was refused, the reason, and its fields as they were sent.

    ``changes`` says what somebody else changed meanwhile, field by field. Files that were chosen
    are never sent back.
    """

    form: str
    message: str
    status: HTTPStatus
    said: Mapping[str, str]
    changes: Changes = ()
    has_files: bool = False

    def of(self, form: str) -> Mapping[str, str]:
        """Return what was typed into one of the page's forms: nothing into any but the refused."""
        return self.said if form == self.form else {}


def refused(
    request: PageRequest, error: CatalogError, form: str, said: Mapping[str, str]
) -> Refused:
    """Return what a page shows of a refusal; secrets and choices of a file are never among it.

    Raises:
        NotFoundError: The page itself is not there for the reader.
        PermissionDeniedError: The reader may not do it at all, whatever is typed.
    """
    if isinstance(error, NotFoundError | PermissionDeniedError):
        raise error
    return Refused(
        form=form,
        message=error.text(language_of(request)),
        status=STATUS_OF[type(error)],
        said=said,
        changes=error.changes if isinstance(error, ChangedMeanwhileError) else (),
        has_files=may_hold_files(request),
    )


def may_hold_files(request: PageRequest) -> bool:
    """Tell whether a form could send files."""
    return request.content_type[0] == RequestEncodingType.MULTI_PART
