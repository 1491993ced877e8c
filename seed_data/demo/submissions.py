"""The demo's submissions: products that companies state, in every state that one can be in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import count, cycle
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from catalog.permissions import Thing
from catalog.records import CertificateRecord, CompanyRecord
from catalog.rules.keys import hashed_key
from catalog.rules.periods import CHINA
from catalog.rules.terms import SubmissionState
from catalog.services import catalogue, evidence
from catalog.services.cases.candidates import Candidate
from catalog.services.submissions import proving, submitting
from catalog.views.submissions import SubmissionDraft, SubmissionRow
from seed_data.demo import trade
from seed_data.demo.cast import Demo, cast_of, pdf_of
from seed_data.demo.certificates import certificate, is_valid
from seed_data.demo.companies import Company
from seed_data.demo.draws import Draws, between, draws_of

_FIRST_SERIAL = 7_000_000  # Far behind the numbers of the products that are brought in.
_DRAFT, _SUBMITTED = SubmissionState.DRAFT, SubmissionState.SUBMITTED
_RETURNED, _PROVED = SubmissionState.RETURNED, SubmissionState.PROVED
_WITHDRAWN = SubmissionState.WITHDRAWN
_HOW = ("核对证书原件与认证机构公示信息，一致。", "见型式检验报告与证书扫描件，编号、有效期相符。")


class _Story(NamedTuple):
    """What becomes of a submission, begun on a day; ``why`` it was given back, if it ever was."""

    begun_on: dt.date
    ends: SubmissionState
    has_certificate: bool = True
    why: str = ""
    is_whole: bool = True


def _day(month: int, day: int) -> dt.date:
    return dt.date(2026, month, day)


# The maker that signs in has the first of these, its neighbours in the division the next ones.
_OWN = (
    _Story(_day(11, 12), _DRAFT, is_whole=False),
    _Story(_day(11, 11), _SUBMITTED),
    _Story(_day(10, 27), _RETURNED, why="证书扫描件看不清编号，请重新上传清晰的扫描件。"),
    _Story(_day(10, 16), _PROVED),
    _Story(_day(10, 20), _SUBMITTED, why="规格型号与证书不一致，请按证书填写。"),
    _Story(_day(10, 13), _WITHDRAWN),
)
_NEAR = (
    _Story(_day(10, 22), _SUBMITTED),
    _Story(_day(10, 29), _SUBMITTED, has_certificate=False),
    _Story(_day(11, 6), _SUBMITTED),
    _Story(_day(11, 10), _SUBMITTED, has_certificate=False),
    _Story(_day(10, 19), _PROVED),
    _Story(_day(11, 2), _RETURNED, why="生产厂地址与营业执照不符，请说明。"),
)
_ELSEWHERE = (
    _Story(_day(10, 15), _PROVED),
    _Story(_day(10, 21), _SUBMITTED),
    _Story(_day(11, 3), _SUBMITTED, has_certificate=False),
    _Story(_day(11, 9), _SUBMITTED),
    _Story(_day(10, 26), _PROVED, has_certificate=False, why="缺少产品执行标准。"),
    _Story(_day(10, 28), _RETURNED, why="申报的类别不在绿色建材产品认证目录内。"),
    _Story(_day(11, 12), _DRAFT),
    _Story(_day(11, 4), _WITHDRAWN),
)
Take = Callable[[Session, dt.datetime], None]


def play_submissions(demo: Demo, seed: int, makers: Sequence[Candidate]) -> int:
    """Let companies state products of their own, and bureaus prove them; return how many."""
    parts = list(_parts(makers))
    draw = draws_of(seed, "submissions")
    steps: list[tuple[dt.datetime, int, Take]] = []
    for number, (maker, story) in enumerate(parts):
        play = _Play(demo, maker, story, number, draw(number))
        steps.extend((moment, number, take) for moment, take in play.steps())
    for moment, _, take in sorted(steps, key=lambda step: step[:2]):
        with demo.database.transaction() as session:
            take(session, moment)
    return len(parts)


def _parts(makers: Sequence[Candidate]) -> Iterator[tuple[Candidate, _Story]]:
    """Yield which company submits what: the first all that there is, then its neighbours."""
    if not makers:
        return
    first, *others = makers
    near = [each for each in others if each.division == first.division] or [first]
    elsewhere = [each for each in others if each.division != first.division] or [first]
    for who, stories in (([first], _OWN), (near, _NEAR), (elsewhere, _ELSEWHERE)):
        yield from zip(cycle(who), stories, strict=False)


class _Play:
    """One submission, step by step."""

    def __init__(
        self, demo: Demo, maker: Candidate, story: _Story, number: int, draws: Draws
    ) -> None:
        self._demo = demo
        self._maker = maker
        self._story = story
        self._number = number
        self._draws = draws
        self._cast = cast_of(maker)
        self._key = hashed_key("demo-submission", str(number), maker.company)
        self._row: SubmissionRow

    def steps(self) -> Iterator[tuple[dt.datetime, Take]]:
        """Yield what happens when."""
        story, later = self._story, iter(range(1, 10))
        yield self._at(0), self._begin
        if story.ends is _DRAFT:
            return
        yield self._at(next(later)), self._submit
        if story.ends is _WITHDRAWN:
            yield self._at(next(later)), self._withdraw
        if story.why:
            yield self._at(next(later)), self._give_back
        if story.why and story.ends is not _RETURNED:
            yield self._at(next(later)), self._submit
        if story.ends is _PROVED:
            yield self._at(next(later)), self._prove

    def _at(self, later: int) -> dt.datetime:
        """Return a moment of office hours, so many steps after the first."""
        minute = between(0, 420, self._draws[later])
        start = dt.datetime.combine(self._story.begun_on, dt.time(10), tzinfo=CHINA)
        return start + dt.timedelta(days=3 * later if later > 1 else later, minutes=minute)

    def _begin(self, session: Session, now: dt.datetime) -> None:
        draft, paper = self._stated(session, now.date())
        applicant = self._cast.applicant
        self._row = submitting.begin(session, draft, key=self._key, actor=applicant, now=now)
        if paper is None:
            return
        scan = evidence.keep(
            session,
            self._demo.files,
            BytesIO(pdf_of(f"{paper.number} {self._number}")),
            name=f"{paper.number}.pdf".replace("/", "-"),
            whose=Thing(organisation=applicant.organisation, division=applicant.division),
            actor=applicant,
            now=now,
        )
        self._row = submitting.change(
            session, self._key, draft, version=self._row.version, actor=applicant, now=now,
            scan=scan.key,
        )  # fmt: skip

    def _submit(self, session: Session, now: dt.datetime) -> None:
        self._row = submitting.submit(
            session, self._key, is_pledged=True, version=self._row.version,
            actor=self._cast.applicant, now=now,
        )  # fmt: skip

    def _withdraw(self, session: Session, now: dt.datetime) -> None:
        self._row = submitting.withdraw(
            session, self._key, version=self._row.version, actor=self._cast.applicant, now=now
        )

    def _give_back(self, session: Session, now: dt.datetime) -> None:
        self._row = proving.give_back(
            session, self._key, why=self._story.why, version=self._row.version,
            actor=self._cast.reviewer, now=now,
        )  # fmt: skip

    def _prove(self, session: Session, now: dt.datetime) -> None:
        self._row = proving.prove(
            session, self._key, how=_HOW[self._number % len(_HOW)], version=self._row.version,
            actor=self._cast.reviewer, now=now,
        )  # fmt: skip

    def _stated(
        self, session: Session, on: dt.date
    ) -> tuple[SubmissionDraft, CertificateRecord | None]:
        """Return what the company fills in: another model of what it makes already."""
        product = catalogue.get_product(session.connection(), self._maker.product)
        goods = trade.goods()[product.category or next(iter(trade.goods()))]
        good = goods.goods[(self._draws[20] + self._number * goods.stride) % len(goods.goods)]
        draft = SubmissionDraft(
            name=good.name,
            category=goods.key,
            brand=product.brand or "",
            model=good.model if self._story.is_whole else "",
            scope=good.scope,
            description=good.description,
        )
        if not (self._story.is_whole and self._story.has_certificate):
            return draft, None
        paper = self._paper(goods, on)
        stated = {
            name: str(getattr(paper, name) or "")
            for name in ("body", "number", "star", "standard", "issued_on", "valid_from",
                         "valid_to", "factory")
        }  # fmt: skip
        return msgspec.structs.replace(draft, **stated), paper

    def _paper(self, goods: trade.GoodsOfCategory, on: dt.date) -> CertificateRecord:
        """Return a certificate of the company that nobody brought in, valid on the day."""
        name = self._maker.company_name
        record = CompanyRecord(
            name=name, credit_code=self._maker.credit_code, division=self._maker.division
        )
        company = Company(record, "", name, name, "")
        serial = count(_FIRST_SERIAL + 100 * self._number)
        drawn = (draws_of(number, "submitted-certificate")(0) for number in count(self._number))
        papers = (certificate(draws, next(serial), goods, company, second=False) for draws in drawn)
        return next(paper for paper in papers if is_valid(paper, on))
