"""What the tests of the readers share: the golden files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from catalog.records import Issue, Record

DATA = Path(__file__).parent / "data"


@pytest.fixture
def expect_golden(request: pytest.FixtureRequest) -> Callable[[str, list[Record | Issue]], None]:
    """Compare what was read with the golden file, or write it anew."""

    def expect(name: str, found: list[Record | Issue]) -> None:
        path = DATA / f"{name}.golden.json"
        entries = [{"is": type(entry).__name__, **_fields(entry)} for entry in found]
        text = msgspec.json.format(msgspec.json.encode(entries), indent=1).decode() + "\n"
        if request.config.getoption("--update-golden", default=False):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return expect


def _fields(entry: Record | Issue) -> dict[str, object]:
    built = msgspec.to_builtins(entry, order="sorted")
    assert isinstance(built, dict)
    return {field: value for field, value in built.items() if value is not None}
