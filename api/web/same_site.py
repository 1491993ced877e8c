"""Refuse what another site makes a reader's browser send here: docs/decisions/0014."""

from __future__ import annotations

from litestar.exceptions import PermissionDeniedException

from api.web.page import PageRequest

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A person who sends a form again, or a bookmark, has no site: nobody else made the browser do it.
_OWN_SITES = frozenset({"same-origin", "none"})


def refuse_other_sites(request: PageRequest) -> None:
    """Let pass what only reads, what our own pages send, and what no browser sends.

    Raises:
        PermissionDeniedException: Another site had a browser send this.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in _OWN_SITES:
            raise PermissionDeniedException
        return
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise PermissionDeniedException
