"""``lucai demo``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import click

from catalog.evidence_files import EVIDENCE, MEGABYTE, EvidenceFolder
from catalog.records import Kind, Record
from catalog.rules.terms import Stage
from catalog.services import changes, findings, signing
from catalog.services.receiving import runs
from catalog.signing_keys import SigningKeys
from catalog.views.figures import Question
from cli.calculating import calculate_outdated
from cli.demo_footprints import load_footprints
from cli.demo_inspections import load_inspections
from cli.demo_people import SignIn, make_people
from cli.figures import print_results, results_of
from cli.house import catch_up_index, clock, open_database, operator, settings
from cli.output import print_json, say
from cli.progress import bar
from cli.serve import run_server
from importers.dump.folder import FOLDER as OPEN_DATA
from importers.dump.folder import LATEST, find_dump
from importers.dump.write import make_dump
from importers.reader import ReadOutcome
from importers.run import ImportReport, collecting_rarely, receive_in_batches
from seed_data.accounts import password_policy

if TYPE_CHECKING:
    from catalog.db import Database

_BATCH = 5_000
_AS_OF = dt.date(2026, 11, 15)  # A fixed day: the demo is the same whenever it is loaded.
T = TypeVar("T")


@click.command()
@click.option("--products", default=2_000, show_default=True, type=click.IntRange(60, 1_000_000))
@click.option("--projects", default=120, show_default=True, type=click.IntRange(1, 50_000))
@click.option("--seed", default=20260601, show_default=True, help="Same seed, same demo.")
@click.option("--no-serve", is_flag=True, help="End after the table.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON document.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def command(  # The options are what a person can ask.
    products: int,
    projects: int,
    seed: int,
    no_serve: bool,
    as_json: bool,
    host: str,
    port: int,
) -> None:
    """Load synthetic data, print the ratio of each division, and serve.

    The data is made by a program and says so wherever it shows; loading it twice changes nothing.
    """
    with open_database(create=True) as database:
        load(database, products=products, projects=projects, seed=seed)
        people = play(database, seed=seed)
        with bar("索引", "index", None):
            catch_up_index(database)
        with bar("公开数据", "open data", None) as show:
            publish_open_data(database, show)
        question = Question(stage=Stage.COMPLETION)
        if as_json:
            print_json({m: results_of(database, question, [m]) for m in ("A", "B")})
        else:
            for method in ("A", "B"):
                print_results(database, question, [method])
        say(
            "演示数据由程序生成，非真实证书与项目。方法 A 与方法 B 的结果不可比较。",
            "The data is synthetic. Results of methods A and B must not be compared.",
        )
        for each in people:
            say(
                f"登录（一次性密码）：{each.login} {each.password}（{each.role}）",
                f"Sign in (one-time password): {each.login} {each.password} ({each.role})",
            )
    if not no_serve:
        run_server(host, port, 1)


def load(database: Database, *, products: int, projects: int, seed: int) -> None:
    """Bring the demo in through the same door as any import."""
    from seed_data import demo  # noqa: PLC0415  Only the demo needs its word lists.

    today = _AS_OF
    pool = demo.ProductPool(seed, products)
    steps: list[tuple[Kind, str, str, Iterator[Record]]] = [
        (Kind.PRODUCTS, "产品", "products", demo.generate_products(seed, products)),
        (Kind.PROJECTS, "项目", "projects", demo.generate_projects(seed, projects, today)),
        (Kind.BILL_LINES, "清单", "bill lines", demo.generate_lines(seed, projects, pool, today)),
        (
            Kind.DELIVERIES,
            "进场",
            "deliveries",
            demo.generate_deliveries(seed, projects, pool, today),
        ),
    ]
    for kind, zh, en, records in steps:
        new = runs.NewRun(
            kind=kind,
            source=f"demo-{seed}",
            file_name=f"demo {kind.value} {products}/{projects}",
            file_hash=f"demo-{seed}-{products}-{projects}",
            is_synthetic=True,
        )
        report = ImportReport(kind=kind, source=new.source)
        total = products if kind is Kind.PRODUCTS else None
        with bar(zh, en, total) as show, collecting_rarely():
            outcomes = _shown(_batches(records), show)
            receive_in_batches(database, new, outcomes, operator(), report, clock=clock)
    load_inspections(database, products=products, seed=seed, today=today)
    calculate_outdated(database)
    load_footprints(database, products=products, seed=seed)


def play(database: Database, *, seed: int) -> list[SignIn]:
    """Let a year of cases happen, check deliveries, publish lists, and let all roles sign in.

    Nothing happens where it happened before.
    """
    from seed_data.demo import (  # noqa: PLC0415  Only the demo needs its stories.
        cases,
        cast,
        corps,
        reports,
        submissions,
    )

    chosen = settings()
    gate = chosen.gate(password_policy())
    files = EvidenceFolder(
        chosen.data_dir / EVIDENCE, max_bytes=chosen.evidence_limit_mb * MEGABYTE
    )
    stage = cast.Demo(database, files, gate.sealer, operator())
    with bar("申请", "cases", None) as show:
        played = cases.play_year(stage, seed, show=show)
    if played is None:
        return []
    with bar("申报", "submissions", None) as show:
        show(submissions.play_submissions(stage, seed, played.makers))
    # What was adopted meanwhile is told of the lines that came before.
    calculate_outdated(database)
    keys = SigningKeys(chosen.data_dir)
    if not keys.public():
        with database.transaction() as session:
            signing.make_key(session, keys, actor=operator(), now=clock())
    findings.run_checks(database, operator(), now=clock())
    with bar("年报", "reports", None) as show:
        reports.play_reports(stage, now=clock(), show=show)
    with bar("名录", "editions", None) as show:
        show(corps.publish_lists(database, now=clock()))
    corps.draw_experts(database, gate.sealer, seed, now=clock())
    return make_people(database, gate, played.organisations, actor=operator(), now=clock())


def publish_open_data(database: Database, show: Callable[[int], None]) -> None:
    """Make a dump of what is public, unless there is one and nothing has changed since."""
    chosen = settings()
    folder = chosen.data_dir / OPEN_DATA
    last = find_dump(folder, LATEST)
    with database.reading() as connection:
        if last is not None and last.changes_since == changes.last_change(connection):
            return
    make_dump(database, folder, keep=chosen.keep_dumps, now=clock(), progress=show)


def _batches(records: Iterable[T]) -> Iterator[list[T]]:
    source = iter(records)
    while batch := list(islice(source, _BATCH)):
        yield batch


def _shown(batches: Iterable[list[Record]], show: Callable[[int], None]) -> Iterator[ReadOutcome]:
    done = 0
    for batch in batches:
        done += len(batch)
        yield ReadOutcome(records=batch, issues=[], rows_done=done)
        show(done)
