"""The draw of experts: an order that nobody could choose, and seats filled along it.

Beforehand the SHA-256 of a secret seed is published, with that of the panel. Afterwards the seed
is: HMAC-SHA256 of each expert's key under it gives the order, and anyone can do it again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

import msgspec

from catalog.errors import TooFewExpertsError
from catalog.rules.lookalikes import folded_name
from catalog.rules.publication import canonical, fingerprint

ALGORITHM = "hmac-sha256-1"
"""The name of the only way of drawing so far; each draw says by which it was made."""


class Seats(msgspec.Struct, frozen=True):
    """How many experts of a field are to be drawn."""

    field: str
    count: int


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A company that the matter concerns: applicant, maker, or one that belongs to them."""

    name: str
    code: str | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An expert as the panel had it when the draw was announced."""

    key: str
    name: str
    employer: str
    employer_code: str | None
    fields: tuple[str, ...]


class Bar(StrEnum):
    """Why an expert may not be drawn."""

    EMPLOYER = "employer"
    DECLARED = "declared"


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """An expert who could not be drawn, which party bars them, and the declared reason."""

    expert: str
    bar: Bar
    party: str
    reason: str | None = None


class Drawn(msgspec.Struct, frozen=True):
    """An expert who was drawn, and for which field."""

    expert: str
    field: str


class DrawRecord(msgspec.Struct, frozen=True, kw_only=True):
    """All that is published of a draw; what the reveal adds is null or empty before it.

    ``public_source`` names a number that comes to be only after the announcement, such as a
    lottery's of a named day, and ``public_value`` is that number: with it not even whoever made
    the seed could know the outcome. Moments are text in ISO 8601.
    """

    algorithm: str
    key: str
    title: str
    announced_at: str
    announced_by: str
    cases: tuple[str, ...]
    parties: tuple[Party, ...]
    seats: tuple[Seats, ...]
    commitment: str
    panel_hash: str
    panel_size: int
    public_source: str | None
    revealed_at: str | None = None
    revealed_by: str | None = None
    seed: str | None = None
    public_value: str | None = None
    panel: tuple[Member, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    order: tuple[str, ...] = ()
    drawn: tuple[Drawn, ...] = ()


class Flaw(StrEnum):
    """What does not agree in a published draw."""

    NOT_REVEALED = "not-revealed"
    ALGORITHM = "algorithm"
    SEED = "seed"
    PANEL = "panel"
    EXCLUSIONS = "exclusions"
    ORDER = "order"
    DRAWN = "drawn"
    ANNOUNCEMENT = "announcement"


def commitment_of(seed: str) -> str:
    """Return what is published of a seed beforehand: the SHA-256 of its text."""
    return fingerprint(seed.encode())


def panel_hash_of(panel: Sequence[Member]) -> str:
    """Return the SHA-256 of a panel's canonical JSON."""
    return fingerprint(canonical(panel))


def barred_by_employer(member: Member, parties: Iterable[Party]) -> Party | None:
    """Return the party that an expert works for, by credit code or by name; None of none."""
    for party in parties:
        if member.employer_code and member.employer_code == party.code:
            return party
        if _folded(member.employer) == _folded(party.name):
            return party
    return None


@lru_cache(maxsize=1 << 16)  # Every expert is compared with every party.
def _folded(name: str) -> str:
    return folded_name(name)


def order_of(seed: str, public_value: str | None, experts: Iterable[str]) -> tuple[str, ...]:
    """Return the experts' keys in the order of HMAC-SHA256(seed, public value | key)."""
    return tuple(sorted(experts, key=lambda expert: _lot(seed, public_value, expert)))


def draw(
    order: Iterable[str], fields: Mapping[str, Iterable[str]], seats: Sequence[Seats]
) -> tuple[Drawn, ...]:
    """Fill the seats along the order; ``fields`` are each expert's.

    Who comes next is drawn if all drawn so far and they can sit together, each in a field of
    their own. So nobody is passed over for a seat that they alone could take, and whenever the
    seats can be filled at all they are.

    Raises:
        TooFewExpertsError: The seats cannot all be filled.
    """
    chairs = [each.field for each in seats for _ in range(each.count)]
    sitting: dict[int, str] = {}
    for expert in order:
        if len(sitting) == len(chairs):
            break
        _seat(expert, chairs, fields, sitting, set())
    empty = [chairs[at] for at in range(len(chairs)) if at not in sitting]
    if empty:
        eligible = sum(empty[0] in set(known) for known in fields.values())
        wanted = chairs.count(empty[0])
        raise TooFewExpertsError(field=empty[0], wanted=wanted, eligible=eligible)
    return tuple(Drawn(sitting[at], field) for at, field in enumerate(chairs))


def verify(record: DrawRecord, announced: DrawRecord | None = None) -> list[Flaw]:
    """Return what does not agree in a published draw, from what it holds and nothing else.

    ``announced`` is what somebody kept of the announcement: then none of it may have changed.
    """
    if record.seed is None:
        return [Flaw.NOT_REVEALED]
    if record.algorithm != ALGORITHM:
        return [Flaw.ALGORITHM]
    flaws = []
    if not hmac.compare_digest(commitment_of(record.seed), record.commitment):
        flaws.append(Flaw.SEED)
    panel = {member.key: member for member in record.panel}
    if panel_hash_of(record.panel) != record.panel_hash or len(panel) != record.panel_size:
        flaws.append(Flaw.PANEL)
    excluded = {each.expert for each in record.excluded}
    barred = {m.key for m in record.panel if barred_by_employer(m, record.parties)}
    if not barred <= excluded <= panel.keys():
        flaws.append(Flaw.EXCLUSIONS)
    order = order_of(record.seed, record.public_value, panel.keys() - excluded)
    if order != record.order or (record.public_source is None) != (record.public_value is None):
        flaws.append(Flaw.ORDER)
    try:
        drawn = draw(order, {key: panel[key].fields for key in order}, record.seats)
    except TooFewExpertsError:
        drawn = ()
    if not drawn or drawn != record.drawn:
        flaws.append(Flaw.DRAWN)
    if announced is not None and announcement_of(record) != announcement_of(announced):
        flaws.append(Flaw.ANNOUNCEMENT)
    return flaws


def announcement_of(record: DrawRecord) -> DrawRecord:
    """Return what was published of a draw before it was revealed."""
    return msgspec.structs.replace(
        record,
        revealed_at=None,
        revealed_by=None,
        seed=None,
        public_value=None,
        panel=(),
        excluded=(),
        order=(),
        drawn=(),
    )


def _lot(seed: str, public_value: str | None, expert: str) -> str:
    said = f"{public_value or ''}|{expert}"
    return hmac.new(seed.encode(), said.encode(), hashlib.sha256).hexdigest()


def _seat(
    expert: str,
    chairs: Sequence[str],
    fields: Mapping[str, Iterable[str]],
    sitting: dict[int, str],
    asked: set[int],
) -> bool:
    """Find the expert a chair; who sits on it may move to another one that is free for them."""
    known = set(fields[expert])
    for at, field in enumerate(chairs):
        if field not in known or at in asked:
            continue
        asked.add(at)
        if at not in sitting or _seat(sitting[at], chairs, fields, sitting, asked):
            sitting[at] = expert
            return True
    return False
