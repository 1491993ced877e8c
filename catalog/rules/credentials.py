"""What people show to be let in: logins, passwords, one-time codes and secrets."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

import msgspec
import pyotp

LONGEST_LOGIN = 200
SECONDS_PER_STEP = 30
_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_CODE = re.compile(r"[0-9]{6}")
_RECOVERY_GROUPS = 4
# A clock may be this many steps of 30 seconds slow or fast (RFC 6238 §5.2 recommends one).
_STEPS_OFF = 1
_TELLING = 4
_OWN_ADDITION = 8


class PasswordProblem(StrEnum):
    """Why a password is not good enough."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    MONOTONOUS = "monotonous"
    OWN_NAME = "own-name"


class PasswordPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What a password must be: its length in characters, and none of the common ones."""

    shortest: int
    longest: int
    common: frozenset[str]


def normal_login(text: str) -> str:
    """Return an e-mail address as it is compared: width, case and outer space do not count."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_login(text: str) -> bool:
    """Tell whether a normal login has the form of an e-mail address."""
    return (
        len(text) <= LONGEST_LOGIN and text.isprintable() and _ADDRESS.fullmatch(text) is not None
    )


def hashed(secret: str) -> str:
    """Return what to keep of a secret that is long and random; nobody gets back from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def password_problem(
    password: str, policy: PasswordPolicy, own_words: Sequence[str]
) -> PasswordProblem | None:
    """Return why a password is not good enough, or None (OWASP ASVS 4.0.3 §2.1.1, §2.1.7).

    ``own_words`` are the person's login and names: what is left of the password without them must
    still be worth something.
    """
    if len(password) < policy.shortest:
        return PasswordProblem.SHORT
    if len(password) > policy.longest:
        return PasswordProblem.LONG
    plain = unicodedata.normalize("NFKC", password).casefold()
    if plain in policy.common:
        return PasswordProblem.COMMON
    if _is_monotonous(plain):
        return PasswordProblem.MONOTONOUS
    rest = plain
    for word in own_words:
        folded = normal_login(word)
        for part in (folded, folded.partition("@")[0]):
            if len(part) >= _TELLING:
                rest = rest.replace(part, "")
    if rest != plain and len(rest) < _OWN_ADDITION:
        return PasswordProblem.OWN_NAME
    return None


def _is_monotonous(plain: str) -> bool:
    """Tell whether it repeats a short piece, or counts up or down all the way."""
    for size in range(1, _TELLING + 1):
        if plain == (plain[:size] * len(plain))[: len(plain)]:
            return True
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    return steps in ({1}, {-1})


def code_step(secret: str, code: str, moment: dt.datetime, *, last_step: int | None) -> int | None:
    """Return the step of 30 seconds whose code was shown (RFC 6238), or None if it is none.

    A step counts once: the one used last, and those before it, count no more (§5.2).
    """
    if _CODE.fullmatch(code) is None:
        return None
    now = int(moment.timestamp()) // SECONDS_PER_STEP
    maker = pyotp.TOTP(secret, interval=SECONDS_PER_STEP)
    for step in range(now - _STEPS_OFF, now + _STEPS_OFF + 1):
        right = hmac.compare_digest(maker.generate_otp(step), code)
        if right and (last_step is None or step > last_step):
            return step
    return None


def normal_recovery_code(text: str) -> str:
    """Return a recovery code as it is compared: capitals, without spaces or dashes."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in folded if sign.isalnum())


def shown_recovery_code(code: str) -> str:
    """Return a recovery code in groups of four, as it is easiest to copy."""
    size = len(code) // _RECOVERY_GROUPS
    return "-".join(code[i : i + size] for i in range(0, len(code), size))
