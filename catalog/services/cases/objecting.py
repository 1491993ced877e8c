"""Record what somebody brings forward against a case, and who they are, sealed."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from catalog.errors import CaseRefusedError
from catalog.permissions import Actor
from catalog.rules.workflow.steps import Step
from catalog.sealing import Sealer
from catalog.services.cases.forms import NewObjection, StepForm, plain
from catalog.services.cases.stepping import take_step
from catalog.views.cases import CaseStanding, IdentityView

_TELEPHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")


class Objector(msgspec.Struct, frozen=True, kw_only=True):
    """Who objects: a unit by its credit code, a person by identity number and telephone."""

    is_unit: bool
    name: str
    credit_code: str = ""
    identity_number: str = ""
    telephone: str = ""


def record_objection(
    session: Session,
    key: str,
    objector: Objector,
    text: str,
    *,
    sealer: Sealer,
    version: int,
    actor: Actor,
    now: dt.datetime,
    evidence: tuple[str, ...] = (),
) -> CaseStanding:
    """Record an objection to a case whose notice runs.

    Raises:
        CaseRefusedError: Who objects is not told in full, or a number of theirs cannot be.
        CatalogError: As of ``take_step``.
    """
    told = msgspec.json.encode(_identity(objector)).decode()
    form = StepForm(
        new_objection=NewObjection(
            is_unit=objector.is_unit, name=objector.name, identity=sealer.seal(told), text=text
        ),
        evidence=evidence,
    )
    return take_step(session, key, Step.OBJECT, form, version=version, actor=actor, now=now)


def _identity(objector: Objector) -> IdentityView:
    if objector.is_unit:
        try:
            return IdentityView(credit_code=uscc.validate(plain(objector.credit_code, 40)))
        except ValidationError:
            raise CaseRefusedError(
                reason_zh="单位异议须写明正确的统一社会信用代码",
                reason_en="a unit objects with its credit code, which must be right",
            ) from None
    telephone = plain(objector.telephone, 40)
    try:
        number = ric.validate(plain(objector.identity_number, 40))
    except ValidationError:
        number = ""
    if not number or not _TELEPHONE.fullmatch(telephone):
        raise CaseRefusedError(
            reason_zh="个人异议须写明正确的身份证号和联系电话",
            reason_en="a person objects with a right identity number and a telephone number",
        )
    return IdentityView(identity_number=number, telephone=telephone)
