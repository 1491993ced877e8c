"""Mark what a page shows as it was written, where that is not the page's own language.

Names, models and remarks keep the language of whoever wrote them. Screen readers choose a voice,
and browsers a font, by the attribute ``lang``; it is set on every finished page, so that no
template can forget it.
"""

from __future__ import annotations

import re

from jinja2 import Template

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_ACCENTED = "\u00c0-\u024f"
# What stands between two tags, and the name of the second if it closes; a tag's own attributes hold
# no bare angle bracket.
_HAS_HAN = re.compile(rf">([^<>{_HAN}]*[{_HAN}][^<>]*)(?=<(/?\w*))")
_HAS_LATIN_ALONE = re.compile(rf">([^<>a-z{_HAN}]*[a-z][^<>{_HAN}{_ACCENTED}]*)(?=<(/?\w*))")
# Two words one after the other: models, numbers and signs have no such thing.
_ENGLISH = re.compile(r"(?<![\w&/-])[A-Za-z]?[a-z]{2,},? [a-z]{2,}(?![\w@/-])")
# Chinese inside an English sentence, whose own words and quotation marks stay English.
_ENGLISH_AROUND = re.compile(r"[a-z]{3}")
_CHINESE = re.compile(rf"[{_HAN}](?:[^<>A-Za-z“”‘’]*[{_HAN}，。：；（）、])?")
_FOREIGN = {"zh": (_HAS_LATIN_ALONE, "en"), "en": (_HAS_HAN, "zh-Hans")}
# Texts that nobody reads out, or that are in no language.
_SILENT = ("script", "style", "code", "pre", "kbd")
# Elements that hold nothing but text: a tag inside them would be read as text.
_BARE = ("title", "textarea", "option", "text")


class PageTemplate(Template):
    """A template whose finished page tells in which language its foreign parts are."""

    def render(self, *args: object, **context: object) -> str:
        """Return the page, its foreign parts marked."""
        language = dict(*args, **context).get("language")
        text = super().render(*args, **context)
        return marked(text, language) if isinstance(language, str) else text


def marked(page: str, language: str) -> str:
    """Return a page of the language with ``lang`` on whatever it says in the other one."""
    pattern, other = _FOREIGN[language]

    def mark(found: re.Match[str]) -> str:
        text = found[1]
        if language == "zh" and _ENGLISH.search(text) is None:
            return found[0]
        opening = page[page.rfind("<", 0, found.start()) + 1 : found.start()]
        name = opening.partition(" ")[0]
        if name in _SILENT or " lang=" in opening:
            return found[0]
        if language == "en" and name not in _BARE and _ENGLISH_AROUND.search(text):
            return ">" + _CHINESE.sub(rf'<span lang="{other}">\g<0></span>', text)
        # A tag that holds nothing but the text can say it itself.
        if found[2] == f"/{name}":
            return f' lang="{other}">{text}'
        bare = text.strip()
        start = text.index(bare)
        before, after = text[:start], text[start + len(bare) :]
        return f'>{before}<span lang="{other}">{bare}</span>{after}'

    return pattern.sub(mark, page)
