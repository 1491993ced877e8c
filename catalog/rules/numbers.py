"""Numbers that people type: certificate numbers and unified social credit codes."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

import msgspec
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

_DASHES = "‐‑‒–—―−﹣－⁃–─━"
_OPENING = "[{〔【〈《「『﹝⟨"
_CLOSING = "]}〕】〉》」』﹞⟩"
_SLASHES = "\\∕⁄／╱"
_ONE_SIGN = str.maketrans(
    dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_OPENING, "(")
    | dict.fromkeys(_CLOSING, ")")
    | dict.fromkeys(_SLASHES, "/")
)
_SUFFIX = re.compile(r"\s*[(（\[【〔]\s*([續续增變变])\s*[)）\]】〕]\s*$|\s*([續续增變变])\s*$")


class Suffix(StrEnum):
    """What a registry marks behind a certificate number."""

    RENEWED = "renewed"
    ADDED = "added"
    CHANGED = "changed"


_SUFFIXES = {
    "續": Suffix.RENEWED,
    "续": Suffix.RENEWED,
    "增": Suffix.ADDED,
    "變": Suffix.CHANGED,
    "变": Suffix.CHANGED,
}


class NumberParts(msgspec.Struct, frozen=True):
    """A number as written, and the registry's mark that stood behind it."""

    number: str
    suffix: Suffix | None


class CreditCodeProblem(StrEnum):
    """Why a text is not a unified social credit code of GB 32100."""

    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK_CHARACTER = "check-character"


@lru_cache(maxsize=1 << 16)  # A batch asks for each number several times.
def normal_number(text: str) -> str:
    """Return the form in which two writings of one certificate number are equal.

    Width, case, spaces and the kinds of brackets, dashes and slashes are folded; letters and
    digits that look alike (O and 0) are not, because both occur in real numbers.
    """
    folded = text
    while (again := _folded(folded)) != folded:
        folded = again
    return folded


def _folded(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text.translate(_ONE_SIGN)).upper().translate(_ONE_SIGN)
    if wide.isprintable() and " " not in wide:
        return wide  # Nothing to take out, as almost always.
    return "".join(sign for sign in wide if unicodedata.category(sign)[0] not in "ZC")


def split_suffix(text: str) -> NumberParts:
    """Part a number from a registry's last mark: 續 renewed, 增 added, 變 changed."""
    found = _SUFFIX.search(text)
    if found is None or not text[: found.start()].strip():
        return NumberParts(text.strip(), None)
    mark = found.group(1) or found.group(2)
    return NumberParts(text[: found.start()].strip(), _SUFFIXES[mark])


def normal_credit_code(text: str) -> str:
    """Return a credit code in half-width capitals without spaces or dashes."""
    return normal_number(text).replace("-", "")


def credit_code_problem(text: str) -> CreditCodeProblem | None:
    """Return why the text is no unified social credit code, or None where it is one."""
    try:
        uscc.validate(normal_credit_code(text))
    except InvalidLength:
        return CreditCodeProblem.LENGTH
    except InvalidChecksum:
        return CreditCodeProblem.CHECK_CHARACTER
    except ValidationError:
        return CreditCodeProblem.CHARACTERS
    return None


def is_credit_code(text: str) -> bool:
    """Return whether the text is a unified social credit code with a right check character."""
    return credit_code_problem(text) is None
