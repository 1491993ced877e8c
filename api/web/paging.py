"""Windows on long lists."""

from __future__ import annotations

import msgspec

from api.web.asked import LAST_PAGE

PAGE_SIZE = 20
_NEIGHBOURS = 2


class Paging(msgspec.Struct, frozen=True):
    """Where a page stands among the pages of a list; ``total`` counts the things listed."""

    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, as far as pages are shown."""
        return min(max(1, -(-self.total // self.size)), LAST_PAGE)

    @property
    def first(self) -> int:
        """The position of the first thing on the page, from 1; 0 where there is none."""
        return min((self.page - 1) * self.size + 1, self.total)

    @property
    def last(self) -> int:
        """The position of the last thing on the page."""
        return min(self.page * self.size, self.total)

    @property
    def shown(self) -> list[int | None]:
        """The page numbers to offer: both ends and the neighbours, None for a gap."""
        wanted = {1, self.pages}
        wanted |= set(range(self.page - _NEIGHBOURS, self.page + _NEIGHBOURS + 1))
        numbers = sorted(n for n in wanted if 1 <= n <= self.pages)
        found: list[int | None] = []
        for number in numbers:
            if found and found[-1] is not None and number - found[-1] > 1:
                found.append(None)
            found.append(number)
        return found


def offset(page: int, size: int = PAGE_SIZE) -> int:
    """Return how many things come before the page."""
    return (page - 1) * size
