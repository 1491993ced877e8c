"""The base of every error that is raised on purpose."""

from __future__ import annotations

from typing import ClassVar


class CatalogError(Exception):
    """Base of every error that we raise on purpose; ``text`` is fit to show to a user."""

    code: ClassVar[str] = "catalog-error"
    zh: ClassVar[str] = "操作未能完成。"
    en: ClassVar[str] = "That could not be done."

    def __init__(self, **facts: object) -> None:
        super().__init__(self.en.format(**facts))
        self.facts = facts

    def text(self, language: str) -> str:
        """Return the sentence in Chinese (``zh``) or English (anything else)."""
        return (self.zh if language == "zh" else self.en).format(**self.facts)
