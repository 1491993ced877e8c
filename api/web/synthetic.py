"""Does a page that adds up many projects stand on demonstration data?"""

from __future__ import annotations

from sqlalchemy import Connection

from catalog.services import projects

_LOOKED_AT = 100


def shows_synthetic_projects(connection: Connection, *, division: str | None = None) -> bool:
    """Tell whether there are synthetic projects among the first in order of name.

    A store holds a demonstration or real projects, not some of each.
    """
    found = projects.browse_projects(
        connection, words=None, division=division, limit=_LOOKED_AT, offset=0
    )
    return any(project.is_synthetic for project in found.items)
