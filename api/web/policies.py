"""The page of an owner's own policy: what would fall out, shown before it is set."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import day_or_today
from api.turns import Turns
from api.web.asked import plain
from api.web.i18n import language_of, translate, zh
from api.web.page import PageRequest, page
from api.web.score import OptionalKey
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import PolicyRefusedError
from catalog.permissions import Action, Actor
from catalog.rules.score.policy import Policy
from catalog.services import catalogue, policies, scoring
from catalog.services.scoring import Asked

PATH = "/score/policy"
_LARGEST_FORM = 2**18
_SHOWN = 100
_WEIGHT = "weight-"
_MOST_WEIGHTS, _MOST_LINES = 50, 500
_MOST_DIGITS = 7
# What the form can ask for by word: the field's choice, and the words that it stands for.
WORDED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "proof": {"certificate": ("certificate",), "test-report": ("certificate", "test-report")},
    "declaration": {"in-force": ("in-force",)},
    "surveillance": {"on-time": ("on-time",)},
    "checks": {"passed": ("passed",), "mended": ("passed", "mended")},
}
COUNTED = ("star", "days_left", "uses", "stated")
_EXCLUSION_PARTS = 3
_NOT_UNDERSTOOD = zh(
    "有一栏看不懂：权重和下限填整数；排除每行写三项，用空格分开。填写的内容还在下面。"
)


class PolicyForm(msgspec.Struct, forbid_unknown_fields=True):
    """The policy that was previewed, as JSON, and the pack that it is laid over."""

    content: str = ""
    pack: str = ""


class PolicyPages(Controller):
    """Preview, set and withdraw an owner's policy."""

    path = PATH
    request_max_body_size = _LARGEST_FORM

    @get(name="policies:show", dependencies=who_may(Action.SET_SCORE_POLICY))
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        category: OptionalKey = "",
    ) -> Template:
        """Show the policy that stands or, of one that was filled in, what would fall out by it."""
        return await turns.take(partial(_shown, request, database, actor, category or None))

    @post(name="policies:set", sync_to_thread=True,
          dependencies=who_may(Action.SET_SCORE_POLICY))  # fmt: skip
    def set(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[PolicyForm],
    ) -> Redirect:
        """Let the policy that was previewed be the organisation's own from now on."""
        with database.transaction() as session:
            policies.set_policy(
                session,
                _decoded(data.content),
                organisation=_organisation(actor),
                pack=plain(data.pack) or None,
                actor=actor,
                now=now(),
            )
        return Redirect(PATH, status_code=303)

    @post("/withdraw", name="policies:withdraw", sync_to_thread=True,
          dependencies=who_may(Action.SET_SCORE_POLICY))  # fmt: skip
    def withdraw(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Redirect:
        """Let the organisation go by the shared score again."""
        with database.transaction() as session:
            policies.withdraw_policy(
                session, organisation=_organisation(actor), actor=actor, now=now()
            )
        return Redirect(PATH, status_code=303)


def _shown(
    request: PageRequest, database: Database, actor: Actor, category: str | None
) -> Template:
    asked = Asked(on=day_or_today(None))
    fields = {name: plain(value) for name, value in request.query_params.items() if value}
    lines = request.query_params.get("exclusions", "").splitlines()[: _MOST_LINES + 1]
    with database.reading() as connection:
        pack = scoring.pack_of(connection, asked)
        standing = policies.standing_policy(connection, actor)
        preview, policy = None, standing[1] if standing else Policy()
        refusal, status = None, HTTPStatus.OK
        if "preview" in fields:
            try:
                content = _content(fields, [plain(line) for line in lines])
                policy = policies.read_policy(content, pack)
                preview = policies.preview(
                    connection, policy, asked, category=category, limit=_SHOWN
                )
            except (PolicyRefusedError, ValidationException) as error:
                refusal, status = _refusal(error, language_of(request))
        return page(
            request,
            "score/policy.html",
            status_code=status,
            refusal=refusal,
            typed=fields if refusal else {},
            typed_exclusions="\n".join(lines) if refusal else None,
            pack=pack,
            pack_name=f"{pack.key}@{pack.version}",
            standing=standing[0] if standing else None,
            policy=policy,
            chosen=fields if refusal else _chosen(policy),
            preview=preview,
            content=policy.model_dump_json(exclude_defaults=True),
            versions=(
                policies.policies_of(connection, actor.organisation, actor)
                if actor.organisation
                else []
            ),
            may_set=actor.organisation is not None,
            category=category,
            categories=catalogue.categories(connection),
            worded=WORDED,
            counted=COUNTED,
            shows_synthetic=preview is not None and any(p.is_synthetic for p in preview.products),
        )


def _refusal(
    error: PolicyRefusedError | ValidationException, language: str
) -> tuple[str, HTTPStatus]:
    if isinstance(error, PolicyRefusedError):
        return error.text(language), HTTPStatus.CONFLICT
    return translate(_NOT_UNDERSTOOD, language), HTTPStatus.BAD_REQUEST


def _content(fields: Mapping[str, str], lines: list[str]) -> dict[str, Any]:
    """Return the policy that the form describes, as data."""
    unknown = fields.get("unknown", "kept")
    weights = {
        name.removeprefix(_WEIGHT): _whole(name, value)
        for name, value in fields.items()
        if name.startswith(_WEIGHT)
    }
    requirements: list[dict[str, Any]] = [
        {"fact": fact, "at_least": _whole(fact, fields[fact]), "unknown": unknown}
        for fact in COUNTED
        if fields.get(fact)
    ]
    for fact, choices in WORDED.items():
        words = choices.get(fields.get(fact, ""))
        if words:
            requirements.append({"fact": fact, "one_of": list(words), "unknown": unknown})
    exclusions = [_exclusion(line) for line in lines if line]
    return {"weights": weights, "requirements": requirements, "exclusions": exclusions}


def _whole(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise ValidationException(extra=[{"key": name, "message": "not understood"}])
    return int(value)


def _exclusion(line: str) -> dict[str, str]:
    """Return what a line leaves out: of what kind it is, its key, and why, parted by spaces."""
    parts = line.split(maxsplit=_EXCLUSION_PARTS - 1)
    if len(parts) != _EXCLUSION_PARTS:
        raise ValidationException(extra=[{"key": "exclusions", "message": "not understood"}])
    return dict(zip(("of", "key", "reason"), parts, strict=True))


def _chosen(policy: Policy) -> dict[str, str]:
    """Return what the fields of the form show for a policy."""
    found: dict[str, str] = {}
    for demand in policy.requirements:
        found["unknown"] = demand.unknown
        fact = demand.fact.value
        if demand.at_least is not None:
            found[fact] = str(demand.at_least)
        for choice, words in WORDED.get(fact, {}).items():
            if words == demand.one_of:
                found[fact] = choice
    return found


def _decoded(content: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise ValidationException(extra=[{"key": "content", "message": "not understood"}]) from None
    return found


def _organisation(actor: Actor) -> str:
    if actor.organisation is None:
        raise ValidationException(extra=[{"key": "organisation", "message": "missing"}])
    return actor.organisation
