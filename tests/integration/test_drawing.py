"""Draws of experts: announced with hashes, revealed later, and repeated by anyone."""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec
import pytest

from catalog.db import Database
from catalog.errors import (
    DrawNotFoundError,
    DrawRefusedError,
    ExpertNotFoundError,
    PanelRefusedError,
    PermissionDeniedError,
    TooFewExpertsError,
)
from catalog.permissions import Actor, Role
from catalog.rules.draw import Bar, DrawRecord, Seats, announcement_of, commitment_of, verify
from catalog.sealing import Sealer
from catalog.services import drawing, panel
from catalog.services.drawing import NewDraw
from catalog.services.panel import NewExpert
from catalog.views.panel import DrawView, ExpertView
from tests.adoptions import an_adoption, an_organisation
from tests.builders import NOW, a_certificate, a_product, bring, day

CORPS = Actor(name="兵团", role=Role.CORPS_BUREAU, organisation="corps")
DIVISION = Actor(name="师", role=Role.DIVISION_BUREAU, organisation="bureau", division="08")
SEALER = Sealer("a secret key of the tests, long enough")
SEED = hashlib.sha256(b"seed").hexdigest()
LATER = NOW + dt.timedelta(days=2)


@pytest.fixture
def field(database: Database) -> str:
    with database.reading() as connection:
        return panel.fields(connection)[0]


def an_expert(database: Database, field: str, name: str, employer: str) -> ExpertView:
    new = NewExpert(name=name, employer=employer, fields=(field,), since=day("2026-01-01"))
    with database.transaction() as session:
        return panel.add_expert(session, new, actor=CORPS, now=NOW)


def a_panel(database: Database, field: str, size: int = 6) -> list[ExpertView]:
    return [an_expert(database, field, f"专家{n}", f"研究院{n}") for n in range(size)]


def announced(database: Database, field: str, count: int = 3, **more: object) -> DrawView:
    new = NewDraw(title="第一批", seats=(Seats(field, count),), **more)  # type: ignore[arg-type]  # What a test states.
    with database.transaction() as session:
        return drawing.announce(session, SEALER, new, seed=SEED, actor=CORPS, now=NOW)


def revealed(database: Database, key: str, **given: str) -> DrawView:
    with database.transaction() as session:
        return drawing.reveal(session, SEALER, key, actor=CORPS, now=LATER, **given)


def test_announces_hashes_and_nothing_more(database: Database, field: str) -> None:
    a_panel(database, field)
    view = announced(database, field)
    assert view.head.key == "2026-0001" and view.head.revealed_at is None
    assert view.record.commitment == commitment_of(SEED) and view.record.panel_size == 6
    with database.reading() as connection:
        said = drawing.draw_bytes(connection, view.head.key).decode()
    assert SEED not in said and "专家" not in said and "研究院" not in said


def test_the_seed_is_kept_sealed(database: Database, field: str) -> None:
    a_panel(database, field)
    announced(database, field)
    with database.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM draw").all())
        record = str(connection.exec_driver_sql("SELECT * FROM audit_entry").all())
    assert SEED not in rows and SEED not in record


def test_what_is_revealed_can_be_repeated_by_anyone(database: Database, field: str) -> None:
    a_panel(database, field)
    before = announced(database, field)
    view = revealed(database, before.head.key)
    assert len(view.record.drawn) == 3 and view.flaws == []
    with database.reading() as connection:
        published = drawing.draw_bytes(connection, before.head.key)
    record = msgspec.json.decode(published, type=DrawRecord)
    assert verify(record, announced=before.record) == []
    assert announcement_of(record) == before.record


@pytest.mark.parametrize("seed", ["0" * 64, SEED.upper(), SEED + " "], ids=["other", "case", "gap"])
def test_no_other_seed_is_taken(database: Database, field: str, seed: str) -> None:
    a_panel(database, field)
    key = announced(database, field).head.key
    with pytest.raises(DrawRefusedError, match="not the one"):
        revealed(database, key, seed=seed)
    with database.reading() as connection:
        assert drawing.get_draw(connection, key).head.revealed_at is None


def test_a_draw_is_revealed_once(database: Database, field: str) -> None:
    a_panel(database, field)
    key = announced(database, field).head.key
    first = revealed(database, key)
    with pytest.raises(DrawRefusedError):
        revealed(database, key)
    with database.reading() as connection:
        assert drawing.get_draw(connection, key) == first


def test_who_keeps_the_seed_gives_it_at_the_reveal(database: Database, field: str) -> None:
    a_panel(database, field)
    own = "my own seed"
    key = announced(database, field, commitment=commitment_of(own)).head.key
    with pytest.raises(DrawRefusedError, match="seed that was kept"):
        revealed(database, key)
    assert revealed(database, key, seed=own).record.seed == own


def test_the_announced_public_number_is_needed_and_changes_the_order(
    database: Database, field: str
) -> None:
    a_panel(database, field, size=8)
    key = announced(database, field, public_source="双色球 2026062 期").head.key
    with pytest.raises(DrawRefusedError, match="public number"):
        revealed(database, key)
    found = revealed(database, key, public_value="03 11 20 22 27 31 + 06").record
    without = msgspec.structs.replace(found, public_value=None)
    assert verify(found) == [] and verify(without) != []


def test_a_public_number_that_nobody_announced_is_refused(database: Database, field: str) -> None:
    a_panel(database, field)
    key = announced(database, field).head.key
    with pytest.raises(DrawRefusedError, match="public number"):
        revealed(database, key, public_value="7")


def test_who_works_for_a_party_or_declared_an_interest_is_never_drawn(
    database: Database, field: str
) -> None:
    experts = a_panel(database, field, size=5)
    an_expert(database, field, "自己人", "绿洲混凝土有限公司")
    with database.transaction() as session:
        panel.declare_interest(
            session, experts[0].key, party="绿洲混凝土 有限责任公司", reason="曾任顾问",
            actor=CORPS, now=NOW,
        )  # fmt: skip
    key = announced(database, field, count=4, parties=("绿洲混凝土有限公司",)).head.key
    record = revealed(database, key).record
    bars = {each.bar for each in record.excluded}
    assert bars == {Bar.EMPLOYER, Bar.DECLARED}
    assert len(record.drawn) == 4 and experts[0].key not in {each.expert for each in record.drawn}
    assert {each.expert for each in record.excluded}.isdisjoint(record.order)


def test_an_interest_that_is_declared_before_the_reveal_bars_too(
    database: Database, field: str
) -> None:
    experts = a_panel(database, field, size=3)
    key = announced(database, field, count=2, parties=("绿洲公司",)).head.key
    with database.transaction() as session:
        panel.declare_interest(
            session, experts[1].key, party="绿洲公司", reason="亲属任职", actor=CORPS, now=NOW
        )
    record = revealed(database, key).record
    assert [each.expert for each in record.excluded] == [experts[1].key]


def test_an_interest_that_ended_bars_no_more(database: Database, field: str) -> None:
    expert, *_ = a_panel(database, field, size=2)
    with database.transaction() as session:
        view = panel.declare_interest(
            session, expert.key, party="绿洲公司", reason="顾问", actor=CORPS, now=NOW
        )
        panel.end_interest(
            session, expert.key, view.recusals[0].number, reason="合同到期", actor=CORPS, now=NOW
        )
    key = announced(database, field, count=2, parties=("绿洲公司",)).head.key
    assert revealed(database, key).record.excluded == ()


def test_the_companies_of_a_case_bar_by_themselves(database: Database, field: str) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    an_organisation(database, "maker", Role.MANUFACTURER, name="申请企业")
    with database.reading() as connection:
        product = connection.exec_driver_sql("SELECT key FROM product").scalar_one()
    an_adoption(database, product)
    with database.reading() as connection:
        number = connection.exec_driver_sql("SELECT number FROM adoption_case").scalar_one()
    a_panel(database, field, size=2)
    own = an_expert(database, field, "本厂", "绿洲混凝土有限公司")
    applicant = an_expert(database, field, "申请方", "申请企业")
    key = announced(database, field, count=2, cases=(number,)).head.key
    record = revealed(database, key).record
    assert {each.expert for each in record.excluded} == {own.key, applicant.key}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"cases": ("2099-01-0001",)}, id="no-such-case"),
        pytest.param({"count": 0}, id="nobody"),
    ],
)
def test_refuses_a_draw_for_what_is_not_there(
    database: Database, field: str, asked: dict[str, object]
) -> None:
    a_panel(database, field)
    with pytest.raises(DrawRefusedError):
        announced(database, field, **asked)  # type: ignore[arg-type]  # What a test states.


def test_too_few_experts_are_said_before_anything_is_announced(
    database: Database, field: str
) -> None:
    a_panel(database, field, size=2)
    with pytest.raises(TooFewExpertsError) as refused:
        announced(database, field, count=4)
    assert refused.value.facts["eligible"] == 2 and refused.value.facts["wanted"] == 4
    with database.reading() as connection:
        assert drawing.browse_draws(connection, limit=9, offset=0).total == 0


def test_who_left_the_panel_is_not_drawn(database: Database, field: str) -> None:
    gone, *_ = a_panel(database, field, size=3)
    with database.transaction() as session:
        panel.end_expert(
            session, gone.key, until=day("2026-05-31"), reason="退休", actor=CORPS, now=NOW
        )
    key = announced(database, field, count=2).head.key
    assert gone.key not in revealed(database, key).record.order


def test_a_voided_draw_stays_public_and_cannot_be_revealed(database: Database, field: str) -> None:
    a_panel(database, field)
    key = announced(database, field).head.key
    with database.transaction() as session:
        view = drawing.void(session, key, reason="公告有误", actor=CORPS, now=NOW)
    assert view.head.void_reason == "公告有误"
    with pytest.raises(DrawRefusedError):
        revealed(database, key)


def test_only_the_corps_draws_and_keeps_the_panel(database: Database, field: str) -> None:
    expert, *_ = a_panel(database, field)
    new = NewDraw(title="x", seats=(Seats(field, 1),))
    with database.transaction() as session:
        with pytest.raises(PermissionDeniedError):
            drawing.announce(session, SEALER, new, seed=SEED, actor=DIVISION, now=NOW)
        with pytest.raises(PermissionDeniedError):
            panel.declare_interest(
                session, expert.key, party="x", reason="y", actor=DIVISION, now=NOW
            )
    with database.reading() as connection, pytest.raises(PermissionDeniedError):
        panel.list_experts(connection, actor=DIVISION)


def test_the_panel_refuses_what_does_not_fit(database: Database, field: str) -> None:
    an_expert(database, field, "张三", "研究院")
    with pytest.raises(PanelRefusedError):
        an_expert(database, field, "张三 ", "研究院")
    with pytest.raises(PanelRefusedError):
        an_expert(database, "no-such-field", "李四", "研究院")
    with database.transaction() as session, pytest.raises(ExpertNotFoundError):
        panel.declare_interest(session, "nobody", party="x", reason="y", actor=CORPS, now=NOW)
    with database.reading() as connection, pytest.raises(DrawNotFoundError):
        drawing.get_draw(connection, "2026-9999")
