"""Sign what the store says of certificates and products, and of what does not count any more."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import CertificateNotFoundError
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import (
    adoptions,
    certificates,
    products,
    reference,
    revocations,
    verification,
)
from catalog.repositories.verification import PaperRow
from catalog.rules.offline import (
    ListRead,
    Record,
    RecordedAdoption,
    RecordedPaper,
    RecordedProduct,
    Revocation,
    Revocations,
    content_of,
)
from catalog.rules.pack_checks import ChecksPack
from catalog.rules.packs import pack_in_force
from catalog.rules.periods import CHINA
from catalog.rules.signing import Document, PublicKey, signed, unpadded
from catalog.rules.standing import Found, Standing, found_on, standing_on
from catalog.rules.validity import Validity, validity_on
from catalog.services import audit
from catalog.services.verifying import described
from catalog.signing_keys import SigningKeys
from catalog.views.products import ProductView
from catalog.views.verification import VerifiedCertificate, VerifiedProduct

_COUNTRY = "CN"
_LISTED = 20
# A code of more signs than these cannot be read from paper by a telephone; one of 2,953 is the
# largest that there is.
_FITTING = 1_800
_SMALLER = ((3, 60), (1, 60), (1, 24), (1, 12))
_ENDED = (Validity.SUSPENDED, Validity.REVOKED, Validity.CANCELLED)
_OUT = (Standing.SUSPENDED, Standing.REMOVED)


def certificate_record(
    connection: Connection, keys: SigningKeys, key: str, *, now: dt.datetime
) -> bytes:
    """Return the signed record of a certificate and the products that it covers.

    Raises:
        CertificateNotFoundError: There is no such certificate.
        SigningKeyMissingError: There is no key that signs.
    """
    return _signed_record(connection, keys, certificate_subject(connection, key, now=now), now)


def product_record(
    connection: Connection, keys: SigningKeys, key: str, *, now: dt.datetime
) -> bytes:
    """Return the signed record of a product, its certificates and its adoption.

    Raises:
        ProductNotFoundError: There is no such product.
        SigningKeyMissingError: There is no key that signs.
    """
    return _signed_record(connection, keys, product_subject(connection, key, now=now), now)


def certificate_subject(connection: Connection, key: str, *, now: dt.datetime) -> Record:
    """Return what a record says of a certificate.

    Raises:
        CertificateNotFoundError: There is no such certificate.
    """
    rows = verification.by_key(connection, key)
    if not rows:
        raise CertificateNotFoundError(key=key)
    papers = _papers(connection, rows, now)
    covered = {each.key: each for paper in papers for each in paper.products}
    return _record(connection, papers, list(covered.values()), now)


def product_subject(connection: Connection, key: str, *, now: dt.datetime) -> Record:
    """Return what a record says of a product.

    Raises:
        ProductNotFoundError: There is no such product.
    """
    product = products.get_by_key(connection, key)
    product_id = adoptions.product_ids(connection, [key])[key]
    papers = _papers(connection, verification.of_product(connection, product_id), now)
    record = _record(connection, papers, [product], now)
    return msgspec.structs.replace(record, synthetic=record.synthetic or product.is_synthetic)


def link_to_check(record: Record, keys: SigningKeys, page: str, *, now: dt.datetime) -> str:
    """Return the address that a QR code holds: our page, and the signed record behind the #.

    What there is no room for is left out, and counted in the record.

    Raises:
        SigningKeyMissingError: There is no key that signs.
    """
    link = _link(record, keys, page, now)
    for most, longest in _SMALLER:
        if len(link) <= _FITTING:
            break
        link = _link(_smaller(record, most, longest), keys, page, now)
    return link


def revocation_list(connection: Connection, keys: SigningKeys, *, now: dt.datetime) -> bytes:
    """Return the signed list of everything that does not count today; a day's list is one.

    Raises:
        SigningKeyMissingError: There is no key that signs.
    """
    listed = revocations_on(connection, now.astimezone(CHINA).date())
    return signed(Document.REVOCATIONS, content_of(listed), at=now, private=keys.current())


def revocations_on(connection: Connection, day: dt.date) -> Revocations:
    """Return the certificates and adoptions that do not count on a day, in order of key."""
    papers = revocations.papers(connection)
    timelines = certificates.timelines(connection, (paper.id for paper in papers))
    ended = []
    for paper in papers:
        windows, states = timelines[paper.id]
        validity = validity_on(windows, states, day)
        if validity in _ENDED:
            since = max(from_on for _, from_on in states if from_on <= day)
            ended.append(Revocation(paper.key, paper.number, validity.value, since))
    listed = revocations.adoptions(connection)
    entries = adoptions.entries(connection, {each.product_id for each in listed})
    by_id = {entry.id: entry for own in entries.values() for entry in own}
    out = []
    for each in listed:
        entry = by_id[each.id]
        standing = standing_on(entry, day)
        if standing in _OUT:
            since = max(from_on for _, from_on in entry.decided if from_on <= day)
            out.append(Revocation(each.key, each.product, standing.value, since))
    return Revocations(
        on=day,
        next_by=day + dt.timedelta(days=_list_days(connection, day)),
        certificates=tuple(sorted(ended)),
        adoptions=tuple(sorted(out)),
    )


def make_key(session: Session, keys: SigningKeys, *, actor: Actor, now: dt.datetime) -> PublicKey:
    """Make a new key that signs from now on.

    Raises:
        PermissionDeniedError: The actor may not.
        SigningKeyMissingError: There is no folder to keep it in.
    """
    ensure(actor, Action.SIGN_RECORDS)
    before = keys.public()
    made = keys.make(now=now)
    audit.record(
        session,
        actor,
        action=Action.SIGN_RECORDS,
        thing="signing-key",
        key=made.key,
        now=now,
        before={"key": before[-1].key} if before else None,
        after={"key": made.key, "public": made.public},
    )
    return made


def withdraw_key(
    session: Session, keys: SigningKeys, key: str, *, reason: str, actor: Actor, now: dt.datetime
) -> PublicKey:
    """Let nothing be believed any more that a key signed: somebody else may have it.

    Raises:
        PermissionDeniedError: The actor may not.
        SigningKeyMissingError: There is no such key.
    """
    ensure(actor, Action.SIGN_RECORDS)
    ended = keys.withdraw(key, now=now)
    audit.record(
        session,
        actor,
        action=Action.SIGN_RECORDS,
        thing="signing-key",
        key=key,
        now=now,
        reason=reason,
        before={"withdrawn": None},
        after={"withdrawn": now.isoformat()},
    )
    return ended


def _signed_record(
    connection: Connection, keys: SigningKeys, record: Record, now: dt.datetime
) -> bytes:
    return signed(Document.RECORD, content_of(record), at=now, private=keys.current())


def _papers(
    connection: Connection, rows: Sequence[PaperRow], now: dt.datetime
) -> list[VerifiedCertificate]:
    found = described(connection, rows, on=now.astimezone(CHINA).date())
    return [found[row.id] for row in rows]


def _record(
    connection: Connection,
    papers: Sequence[VerifiedCertificate],
    named: Sequence[VerifiedProduct | ProductView],
    now: dt.datetime,
) -> Record:
    day = now.astimezone(CHINA).date()
    adopted = _adopted(connection, [each.key for each in named], day)
    listed = revocations_on(connection, day)
    content = msgspec.json.encode(content_of(listed), order="deterministic")
    return Record(
        on=day,
        certificates=tuple(_paper(paper) for paper in papers[:_LISTED]),
        products=tuple(
            RecordedProduct(
                key=each.key,
                name=each.name,
                model=each.model,
                company=each.company_name,
                adoption=adopted.get(each.key),
            )
            for each in named[:_LISTED]
        ),
        left_out=max(0, len(papers) - _LISTED) + max(0, len(named) - _LISTED),
        revocations=ListRead(on=day, sha256=hashlib.sha256(content).hexdigest()),
        synthetic=any(paper.is_synthetic for paper in papers),
    )


def _paper(paper: VerifiedCertificate) -> RecordedPaper:
    return RecordedPaper(
        key=paper.key,
        number=paper.number,
        body=paper.body,
        state=paper.validity.value,
        star=paper.star,
        valid_from=paper.valid_from,
        valid_to=paper.valid_to,
    )


def _adopted(
    connection: Connection, named: Sequence[str], day: dt.date
) -> dict[str, RecordedAdoption]:
    """Return the adoption that says what each product is, by the product's key."""
    ids = adoptions.product_ids(connection, named)
    entries = adoptions.entries(connection, ids.values())
    found: dict[str, Found] = {key: found_on(entries.get(i, ()), day) for key, i in ids.items()}
    heads = adoptions.heads(
        connection, [each.adoption_id for each in found.values() if each.adoption_id is not None]
    )
    since = {entry.id: entry.adopted_on for own in entries.values() for entry in own}
    return {
        key: RecordedAdoption(
            key=heads[each.adoption_id].key,
            on=since[each.adoption_id],
            state=each.standing.value,
        )
        for key, each in found.items()
        if each.adoption_id is not None
    }


def _link(record: Record, keys: SigningKeys, page: str, now: dt.datetime) -> str:
    text = signed(Document.RECORD, content_of(record), at=now, private=keys.current())
    return f"{page}#{unpadded(text)}"


def _smaller(record: Record, most: int, longest: int) -> Record:
    """Return a record with fewer and shorter names; numbers are never cut."""

    def cut(text: str) -> str:
        return text if len(text) <= longest else f"{text[: longest - 1]}…"

    return msgspec.structs.replace(
        record,
        certificates=tuple(
            msgspec.structs.replace(each, body=cut(each.body))
            for each in record.certificates[:most]
        ),
        products=tuple(
            msgspec.structs.replace(
                each,
                name=cut(each.name),
                company=cut(each.company),
                model=cut(each.model) if each.model else None,
            )
            for each in record.products[:most]
        ),
        left_out=record.left_out + len(record.certificates[most:]) + len(record.products[most:]),
    )


def _list_days(connection: Connection, day: dt.date) -> int:
    """Return after how many days a list is old; without a pack it is old the day after."""
    pack = pack_in_force(reference.packs(connection), kind="checks", place=_COUNTRY, on=day)
    return pack.list_days if isinstance(pack, ChecksPack) else 1
