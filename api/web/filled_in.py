"""What somebody typed into a form, read field by field, and a sentence for what is not clear."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Container, Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from api.web.asked import FIRST_YEAR, LAST_YEAR, all_wrong, plain
from api.web.i18n import language_of, translate, zh
from api.web.page import PageRequest

_LARGEST = Decimal(10) ** 12
_PLACES = 6
_NEEDED = zh("请填写")
_TOO_LONG = zh("最多 {n} 个字")
_NO_NUMBER = zh("请写数字，例如 12.5")
_TOO_FINE = zh("最多六位小数")
_NOT_IN_RANGE = zh("应在 {low} 到 {high} 之间")
_NO_DAY = zh("请写日期，例如 2026-03-01")
_NO_CHOICE = zh("请从列表里选择")


class FilledIn:
    """Reads the fields of a form; ``wrong`` says in the reader's language what is not clear."""

    def __init__(self, stated: Mapping[str, str], language: str) -> None:
        self._stated, self._language = stated, language
        self.wrong: dict[str, str] = {}

    def text(self, name: str, *, longest: int = 200, is_needed: bool = False) -> str:
        """Return a text in one line; empty where nothing was typed."""
        text = plain(self._stated.get(name, ""))
        if is_needed and not text:
            self.refuse(name, _NEEDED)
        elif len(text) > longest:
            self.refuse(name, _TOO_LONG, n=longest)
        return text

    def number(
        self,
        name: str,
        *,
        low: Decimal = -_LARGEST,
        high: Decimal = _LARGEST,
        is_needed: bool = False,
    ) -> Decimal | None:
        """Return an exact number, however its digits are written; None where none was typed."""
        text = unicodedata.normalize("NFKC", self._stated.get(name, "")).strip()
        text = text.replace(",", "").replace(" ", "").replace("−", "-")
        if not text:
            if is_needed:
                self.refuse(name, _NEEDED)
            return None
        try:
            found = Decimal(text)
        except InvalidOperation:
            self.refuse(name, _NO_NUMBER)
            return None
        if not found.is_finite():
            self.refuse(name, _NO_NUMBER)
            return None
        if not low <= found <= high:
            self.refuse(name, _NOT_IN_RANGE, low=f"{low:f}", high=f"{high:f}")
            return None
        if found != round(found, _PLACES):
            self.refuse(name, _TOO_FINE)
            return None
        return found

    def whole(self, name: str, *, low: int, high: int) -> int | None:
        """Return a whole number; None where none was typed."""
        found = self.number(name, low=Decimal(low), high=Decimal(high))
        if found is None:
            return None
        if found != int(found):
            self.refuse(name, _NO_NUMBER)
            return None
        return int(found)

    def day(self, name: str, *, is_needed: bool = False) -> dt.date | None:
        """Return a day; None where none was typed."""
        text = self._stated.get(name, "").strip()
        if not text:
            if is_needed:
                self.refuse(name, _NEEDED)
            return None
        try:
            found = dt.date.fromisoformat(text)
        except ValueError:
            self.refuse(name, _NO_DAY)
            return None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.refuse(name, _NO_DAY)
            return None
        return found

    def choice(self, name: str, known: Container[str], *, is_needed: bool = False) -> str:
        """Return which of the known values was chosen; empty where none was."""
        text = self._stated.get(name, "").strip()
        if text and text not in known:
            self.refuse(name, _NO_CHOICE)
            return ""
        if is_needed and not text:
            self.refuse(name, _NEEDED)
        return text

    def ensure_clear(self) -> None:
        """Have the form come back where anything is not clear.

        Raises:
            ValidationException: Something is not, with what to tell of each field.
        """
        if self.wrong:
            raise all_wrong(self.wrong)

    def refuse(self, name: str, message: str, **facts: object) -> None:
        """Note what is not clear of a field, in our Chinese words; the first of it is told."""
        self.wrong.setdefault(name, translate(message, self._language).format(**facts))


def read_form(form: msgspec.Struct, request: PageRequest) -> FilledIn:
    """Return what reads a form's texts, and tells whoever sent it what is not clear."""
    said = {k: v for k, v in msgspec.structs.asdict(form).items() if isinstance(v, str)}
    return FilledIn(said, language_of(request))
