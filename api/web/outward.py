"""The address of the site in what leaves it: feeds, codes, files, examples to copy."""

from __future__ import annotations

from api.web.page import PageRequest


def site_of(request: PageRequest) -> str:
    """Return the address that the operator set, or else the one that was asked, without a slash."""
    told: str | None = request.app.state.site_url
    return (told or str(request.base_url)).rstrip("/")


def kept_by_none(request: PageRequest) -> dict[str, str]:
    """Return the headers of an answer that names the site.

    Without an address of the operator's it names the Host that whoever asked chose to say: then it
    is for that one alone, and nobody on the way may keep it for others.
    """
    return {} if request.app.state.site_url else {"Cache-Control": "private, no-store"}
