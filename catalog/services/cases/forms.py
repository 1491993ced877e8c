"""What whoever takes a step fills in, and when its day is."""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec

from catalog.errors import CaseRefusedError
from catalog.permissions import Actor
from catalog.rules.periods import CHINA

LONGEST_REASON = 1000
LONGEST_TEXT = 4000
MOST_MISSING = 30


class NewObjection(msgspec.Struct, frozen=True, kw_only=True):
    """An objection as it is recorded; ``identity`` is sealed already."""

    is_unit: bool
    name: str
    identity: str
    text: str


class StepForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a step is taken with; each step asks for some of it.

    ``missing`` lists what an applicant has to bring, ``ground`` is a key of the rules,
    ``objection`` the key of the one that is judged, ``evidence`` the keys of files.
    """

    reason: str = ""
    is_pledged: bool = False
    missing: tuple[str, ...] = ()
    ground: str | None = None
    objection: str | None = None
    new_objection: NewObjection | None = None
    evidence: tuple[str, ...] = ()


NOTHING = StepForm()


def plain_form(form: StepForm) -> StepForm:
    """Return the form as it is kept: without blanks at the ends, and nothing empty.

    Raises:
        CaseRefusedError: A text is too long, or holds what cannot be kept.
    """
    objection = form.new_objection
    if objection is not None:
        objection = msgspec.structs.replace(
            objection, name=plain(objection.name), text=plain(objection.text, LONGEST_TEXT)
        )
        # Blank is nothing: the guard asks for who objects and to what.
        objection = objection if objection.name and objection.text else None
    missing = tuple(text for text in (plain(each) for each in form.missing) if text)
    if len(missing) > MOST_MISSING:
        raise CaseRefusedError(
            reason_zh=f"最多列 {MOST_MISSING} 项", reason_en=f"list no more than {MOST_MISSING}"
        )
    return msgspec.structs.replace(
        form, reason=plain(form.reason), missing=missing, new_objection=objection
    )


def plain(text: str, longest: int = LONGEST_REASON) -> str:
    """Return a text without blanks at its ends.

    Raises:
        CaseRefusedError: It is too long, or holds a NUL, which PostgreSQL cannot keep.
    """
    stripped = text.strip()
    if len(stripped) > longest or "\x00" in stripped:
        raise CaseRefusedError(
            reason_zh=f"文字最多 {longest} 个字符，且不能含有控制字符",
            reason_en=f"a text has at most {longest} characters and no control characters",
        )
    return stripped


def digest_of(form: StepForm) -> str:
    """Return what tells a form that is sent twice from another one; seals differ each time."""
    objection = form.new_objection
    if objection is not None:
        objection = msgspec.structs.replace(objection, identity="")
    told = msgspec.json.encode(msgspec.structs.replace(form, new_objection=objection))
    return hashlib.sha256(told).hexdigest()


def who(actor: Actor) -> str:
    """Return what tells two people apart: the account, or at the shell the name."""
    return actor.account or actor.name


def day_of(now: dt.datetime) -> dt.date:
    """Return the day in China on which something is done."""
    return now.astimezone(CHINA).date()
