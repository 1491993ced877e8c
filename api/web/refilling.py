"""A page with one of its forms filled in again; the rest of the page stays to the letter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from itertools import accumulate

import msgspec

Typed = Mapping[str, Sequence[str]]
"""The texts that were sent for each field, in order."""

_AS_THEY_ARE = {"hidden", "password", "file", "submit", "button", "image", "reset"}
_TICKED = {"checkbox", "radio"}
_FIELDS = {"input", "textarea", "select", "option", "button"}


class _Tag(msgspec.Struct):
    """An opening tag: where it stands, the folded parts it lies in, and what it holds."""

    name: str
    attributes: dict[str, str | None]
    start: int
    end: int
    folds: list[_Tag]
    select: str = ""
    text: str = ""
    until: int = 0

    def said(self, attribute: str) -> str:
        return self.attributes.get(attribute) or ""

    def written(self, attributes: Mapping[str, str | None]) -> str:
        said = "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"'
            for name, value in attributes.items()
        )
        return f"<{self.name}{said}>"

    def is_asked(self) -> bool:
        """Tell whether people type into it or choose, so that a sentence can stand before it."""
        return self.name in ("textarea", "select") or (
            self.name == "input" and self.said("type") not in _AS_THEY_ARE | _TICKED
        )

    def takes_files(self) -> bool:
        return self.name == "input" and self.said("type") == "file"


class _Form(msgspec.Struct):
    """A form with its fields."""

    tag: _Tag
    fields: list[_Tag]

    def goes_to(self, path: str) -> bool:
        actions = [self.tag.said("action"), *(field.said("formaction") for field in self.fields)]
        return self.tag.said("method").lower() == "post" and path in actions

    def likeness(self, typed: Typed) -> int:
        """Return how many of what the form sends without asking were sent."""
        given = [field for field in self.fields if field.said("type") == "hidden"]
        return sum(field.said("value") in typed.get(field.said("name"), ()) for field in given)


class _Reading(HTMLParser):
    """Finds the forms of a page, and where what it is about begins."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.main = 0
        self._lines = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]
        self._folds: list[_Tag] = []
        self._fields: list[_Tag] = []
        self._select = ""
        self.feed(page)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start, raw = self._here(), self.get_starttag_text() or ""
        found = _Tag(tag, dict(attrs), start, start + len(raw), list(self._folds))
        if tag == "main":
            self.main = found.end
        elif tag == "details":
            self._folds.append(found)
        elif tag == "form":
            self._fields = []
            self.forms.append(_Form(found, self._fields))
        elif tag in _FIELDS:
            self._select = found.said("name") if tag == "select" else self._select
            found.select = self._select
            self._fields.append(found)

    def handle_data(self, data: str) -> None:
        if self._fields:
            self._fields[-1].text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "form":
            self._fields = []
        elif tag == "textarea" and self._fields:
            self._fields[-1].until = self._here()


def refilled(
    page: str,
    path: str,
    typed: Typed,
    wrong: Mapping[str, str],
    notice: str,
    *,
    of_files: str = "",
) -> str | None:
    """Return the page with the form that is sent to a path as it was sent; None without it.

    The notice stands above the form, what is wrong with a field before it (``of_files`` with each
    that takes a file), and the reader's focus is on the first of them. Passwords, files and what
    the page itself sends stay.
    """
    found = [form for form in _Reading(page).forms if form.goes_to(path)]
    if not found:
        return None
    form = max(found, key=lambda each: each.likeness(typed))
    folds = {fold.start: fold for fold in form.tag.folds}
    edits = [(form.tag.start, form.tag.start, notice)]
    left = {name: list(values) for name, values in typed.items()}
    told: set[str] = set()
    for field in form.fields:
        name = field.said("name")
        attributes, inside, before = dict(field.attributes), None, ""
        what = wrong.get(name) if field.is_asked() else of_files if field.takes_files() else ""
        if what and name not in told:
            before = _told(attributes, name, what, is_first=not told)
            told.add(name)
        if left.get(name) and field.is_asked() and field.name != "select":
            value = left[name].pop(0)
            if field.name == "textarea":
                inside = f"\n{escape(value)}"
            else:
                attributes["value"] = value
        _choose(field, typed, attributes)
        if before or inside or any(typed.get(name, ())):
            folds |= {fold.start: fold for fold in field.folds}
        if attributes != field.attributes:
            edits.append((field.start, field.end, before + field.written(attributes)))
        if inside is not None:
            edits.append((field.end, field.until, inside))
    for fold in folds.values():
        edits.append((fold.start, fold.end, fold.written({**fold.attributes, "open": None})))
    return _edited(page, edits)


def asks_for(page: str, path: str, names: Collection[str]) -> bool:
    """Tell whether people type one of these fields into the form that is sent to a path."""
    return any(
        field.said("name") in names and field.is_asked()
        for form in _Reading(page).forms
        if form.goes_to(path)
        for field in form.fields
    )


def announced(page: str, notice: str) -> str:
    """Return the page with a notice before all that it is about."""
    main = _Reading(page).main
    return _edited(page, [(main, main, notice)])


def _told(attributes: dict[str, str | None], name: str, what: str, *, is_first: bool) -> str:
    """Return the sentence that stands before a field, and have the field point to it."""
    label = f"{name}-again"
    attributes["aria-invalid"] = "true"
    attributes["aria-describedby"] = f"{label} {attributes.get('aria-describedby') or ''}".strip()
    if is_first:
        attributes["autofocus"] = None
    return f'<span class="wrong" id="{escape(label)}">{escape(what)}</span>'


def _choose(field: _Tag, typed: Typed, attributes: dict[str, str | None]) -> None:
    """Have an option or a box be chosen as it was; what was not sent at all stays."""
    kind, name = field.said("type"), field.said("name")
    if field.name == "option":
        value = field.attributes.get("value")
        chosen = field.text.strip() if value is None else value
        _switch(attributes, "selected", typed.get(field.select), chosen)
    elif field.name == "input" and kind == "checkbox":
        _switch(attributes, "checked", typed.get(name, ()), field.said("value") or "on")
    elif field.name == "input" and kind == "radio":
        _switch(attributes, "checked", typed.get(name), field.said("value") or "on")


def _switch(
    attributes: dict[str, str | None], mark: str, sent: Sequence[str] | None, value: str
) -> None:
    if sent is not None:
        attributes.pop(mark, None)
        attributes.update({mark: None} if value in sent else {})


def _edited(page: str, edits: list[tuple[int, int, str]]) -> str:
    """Return the page with pieces put in place of others."""
    parts, at = [], 0
    for start, end, text in sorted(edits):
        parts += [page[at:start], text]
        at = end
    return "".join([*parts, page[at:]])
