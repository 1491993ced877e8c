"""/api/v1: verify certificate numbers, and take signed records, keys and revocations along."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation
from pydantic import BaseModel, ConfigDict, Field

from api.moment import now
from api.parameters import TEXT, DayInBody, KeyInPath, day_or_today
from api.problems import problem_responses
from api.turns import Turns
from catalog.db import Database
from catalog.services import signing
from catalog.services.verifying import LONGEST_NUMBER, MOST_NUMBERS, verify
from catalog.signing_keys import SigningKeys
from catalog.views.verification import Verification

_Number = Annotated[str, Field(min_length=1, max_length=LONGEST_NUMBER, pattern=TEXT)]


class NumbersBody(BaseModel):
    """Certificate numbers in any writing, and the day to judge them on (today by default)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    numbers: Annotated[list[_Number], Field(min_length=1, max_length=MOST_NUMBERS)]
    on: DayInBody | None = None


class VerificationController(Controller):
    """Verification: nothing is changed, so nobody has to sign in."""

    path = "/"
    tags = ("certificates",)

    @post(
        "/verifications",
        operation_id="verify_certificates",
        status_code=HTTPStatus.OK,
        responses=problem_responses(400),
    )
    async def verifications(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        data: JSONBody[NumbersBody],
    ) -> Verification:
        """Return what each number is on a day, in the order asked; nothing is kept."""
        return await turns.take(partial(_verified, database, data))

    @get(
        "/certificates/{key:str}/record",
        operation_id="get_certificate_record",
        responses=problem_responses(400, 404),
    )
    async def certificate_record(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
        key: KeyInPath,
    ) -> Response[bytes]:
        """Return the signed record of a certificate, to be kept byte for byte."""
        return await turns.take(partial(_certificate, database, signing_keys, key))

    @get(
        "/products/{key:str}/record",
        operation_id="get_product_record",
        responses=problem_responses(400, 404),
    )
    async def product_record(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
        key: KeyInPath,
    ) -> Response[bytes]:
        """Return the signed record of a product, to be kept byte for byte."""
        return await turns.take(partial(_product, database, signing_keys, key))


def _verified(database: Database, data: NumbersBody) -> Verification:
    with database.reading() as connection:
        return verify(connection, data.numbers, on=day_or_today(data.on))


def _certificate(database: Database, keys: SigningKeys, key: str) -> Response[bytes]:
    with database.reading() as connection:
        return _signed(signing.certificate_record(connection, keys, key, now=now()))


def _product(database: Database, keys: SigningKeys, key: str) -> Response[bytes]:
    with database.reading() as connection:
        return _signed(signing.product_record(connection, keys, key, now=now()))


def _signed(text: bytes) -> Response[bytes]:
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-cache"})
