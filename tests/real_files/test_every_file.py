"""Every file that others wrote goes in with a true report, changes nothing twice, and comes out."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.db import Database
from catalog.errors import ImportRefusedError
from catalog.records import Kind
from catalog.rules.terms import BillStage
from importers.lookups import Lookups
from importers.mapping import propose
from importers.reader import SourceFile, read_batches
from importers.run import ImportReport, Request, import_file
from importers.source import Placement
from search.engines.tantivy import TantivyEngine
from search.export import Sheet, csv_pieces
from search.listing import list_matches, products
from search.query import SearchQuery
from search.sync import rebuild
from seed_data import demo
from tests.builders import NOW, OPERATOR, a_project, bring, day, recalculated, undo
from tests.integration.picture import current, rows_of
from tests.real_files.everything import differing, everything

DATA = Path(__file__).parents[3] / "shared" / "data"
SEED, PRODUCTS, PROJECTS = 20260601, 60, 2
TODAY = day("2026-06-01")
LATER = NOW + dt.timedelta(days=1)
SITE = Placement(
    project="P-1",
    building="1#",
    stage=BillStage.DESIGN,
    note_number="SH-1",
    delivered_on=day("2025-03-12"),
)

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the real files are not here: {DATA}")


def on_site(database: Database, table: str) -> list[dict[str, object]]:
    (project,) = current(database, "project", key="p-1")
    (building,) = current(database, "building", project_id=project["id"])
    return current(database, table, building_id=building["id"])


def cost(database: Database) -> object:
    """Return the sum of what the lines of the bill cost."""
    amounts = [row["amount"] for row in on_site(database, "bill_line")]
    return round(sum((one for one in amounts if isinstance(one, Decimal)), Decimal(0)), 2)


def arrived(database: Database) -> object:
    """Return how many brought something to the site, and what went back."""
    lines = on_site(database, "delivery")
    back = [row["quantity"] for row in lines if str(row["quantity"]).startswith("-")]
    return len({row["supplier"] for row in lines}), back


def warming(start: str) -> Callable[[Database], object]:
    """Return what tells the global warming potential of one declaration, module by module."""

    def told(database: Database) -> object:
        (epd,) = [row for row in rows_of(database, "epd") if start in row["key"]]
        (version,) = current(database, "epd_version", epd_id=epd["id"])
        rows = rows_of(database, "epd_result", version_id=version["id"], indicator="gwp")
        return {(row["module"], row["scenario"]): row["amount"] for row in rows}

    return told


@dataclass(frozen=True)
class File:
    """A file and what is known of it: rows, those kept out, and a figure of what came in."""

    path: str
    kind: Kind
    read: int
    refused: int = 0
    category: str | None = None
    figure: tuple[Callable[[Database], object], object] | None = None


LABEL, DECLARATIONS, BILLS = Kind.REGISTRY, Kind.EPDS, Kind.BILL_LINES
FILES = [
    File("registry/tabc_core_dev_jiankang_600.json", LABEL, 600),
    File("registry/real_floor_all_data.json", LABEL, 78),
    File("registry/real_paint_all_data.json", LABEL, 68),
    File("registry/real_wall_30_data.json", LABEL, 30),
    File("registry/raw_tabc_search.html", Kind.PRODUCTS, 10, category="健康綠建材"),
    # Six rows are of one “Generic” model that is no product.
    File("registry/hplib_database.csv", Kind.PRODUCTS, 511, 5, category="空气源热泵"),
    File(
        "registry/sam-library-cec-inverters-2019-03-05.csv", Kind.PRODUCTS, 3264,
        category="空气源热泵",
    ),
    File("lca/openepd/epd.json", DECLARATIONS, 1, figure=(warming(""), {("A1-A3", None): "123"})),
    File("lca/ilcd/environdec_with_dependencies.zip", DECLARATIONS, 1),
    File("lca/ilcd/ibu_with_dependencies.zip", DECLARATIONS, 1),
    *(
        File(f"lca/ilcd/sample_data/processes/{name}.xml", DECLARATIONS, 1)
        for name in (
            "EPDv1.3_example_57a4ae65-d305-421e-b21f-a3f0c35b8abe", "Heizkoerper",
            "Kalk_(CaO__Feinkalk)", "sample_EPD",
        )
    ),
    File("boq/boq_facade_2017_redacted.xml", BILLS, 6, figure=(cost, Decimal("2234686.61"))),
    File("boq/uma_materials_project11.csv", BILLS, 79, figure=(cost, Decimal("986783.62"))),
    File("boq/材料暂估单价及调整表.xlsx", BILLS, 18, figure=(cost, Decimal("5398.45"))),
    File(
        "deliveries/aggregated_construction_site_quantity.xlsx", Kind.DELIVERIES, 378,
        figure=(arrived, (19, [Decimal("-31.76")])),
    ),
    # What is kept out has no quantity that could be trusted: each says why.
    File("ifc/Ifc2x3_Duplex_Architecture.ifc", BILLS, 47, 24),
    File("ifc/KIT_FZK-Haus_pavithv.ifc", BILLS, 16, 1),
    File("ifc/TallBuilding.ifc", BILLS, 8),
    File("ifc/TestModel_IFC4Add2.ifc", BILLS, 9, 4),
    File("ifc/XELLA-Begane grond.ifc", BILLS, 118, 5),
    File("lca/OBD_2020_II.csv", DECLARATIONS, 993, figure=(warming("c23b2987"), {
        ("A1-A3", None): "10.68",
        ("C3", None): "0.002322",
        ("D", None): "-5.507",
    })),
]  # fmt: skip
# What brings nothing, and a word of the reason that each language must give.
NOTHING = {
    "divisions/*.csv": ("reference-list", "名", "list of"),
    "procurement/*.json": ("known-document", "采购公告", "procurement notices"),
    "lca/ilcd/doc/identifiers/*.csv": ("reference-list", "标识表", "identifiers"),
    "lca/ilcd/sample_data/contacts/*.xml": ("ilcd-other-data-set", "联系人", "contact"),
    "lca/ilcd/sample_data/flows/*.xml": ("ilcd-other-data-set", "流数据集", "flow"),
    "lca/ilcd/sample_data/flowproperties/*.xml": ("ilcd-other-data-set", "流属性", "flow property"),
    "lca/ilcd/sample_data/sources/*.xml": ("ilcd-other-data-set", "文献来源", "source"),
    "lca/ilcd/sample_data/unitgroups/*.xml": ("ilcd-other-data-set", "单位组", "unit group"),
    "lca/ilcd/sample_data/*.xml": ("ilcd-other-data-set", "分类体系", "categories"),
    "lca/ilcd/sample_data/external_docs/*.pdf": ("known-document", "PDF", "PDF"),
    "lca/ilcd/sample_data/external_docs/*.png": ("known-document", "图片", "picture"),
    "lca/ilcd/stylesheets/*.xml": ("known-document", "XML", "XML"),
    "ratio/*.pdf": ("known-document", "PDF", "PDF"),
    "ratio/*.docx": ("known-document", "Word", "Word"),
    "**/*.md": ("unknown-table", "可能不是表格", "may be no table"),
    "**/*.txt": ("unknown-table", "可能不是表格", "may be no table"),
    "**/LICENSE": ("unknown-table", "可能不是表格", "may be no table"),
}


@pytest.fixture(scope="module")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with a little of the demo, and the site that the real bills are for."""
    path = tmp_path_factory.mktemp("furnished") / "lucai.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    furnish(database)
    database.close()
    return path


def furnish(database: Database) -> None:
    pool = demo.ProductPool(SEED, PRODUCTS)
    for records in (
        demo.generate_products(SEED, PRODUCTS),
        demo.generate_projects(SEED, PROJECTS, TODAY),
        demo.generate_lines(SEED, PROJECTS, pool, TODAY),
        demo.generate_deliveries(SEED, PROJECTS, pool, TODAY),
    ):
        bring(database, list(records), source="demo", is_synthetic=True)
    bring(database, [a_project()])
    recalculated(database)


@pytest.fixture
def store(furnished: Path, tmp_path: Path) -> Iterator[Database]:
    """A store of the test's own with a little of the demo."""
    path = tmp_path / "lucai.db"
    shutil.copy(furnished, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def take_in(database: Database, file: File, lookups: Lookups, *, dry: bool = False) -> ImportReport:
    source = source_of(file.path)
    mapping = None
    if file.category:
        proposal = propose(source, lookups)
        columns = {choice.field: choice.column.header for choice in proposal.choices}
        constants = {given.field: given.text for given in proposal.given}
        mapping = proposal.answered(columns, constants | {"category": file.category})
    lines = file.kind in (Kind.BILL_LINES, Kind.DELIVERIES)
    request = Request(
        actor=OPERATOR, placement=SITE if lines else None, mapping=mapping, is_dry_run=dry
    )
    return import_file(database, source, lookups, request, clock=lambda: LATER)


def source_of(path: str) -> SourceFile:
    if not (DATA / path).exists():
        pytest.skip(f"the real file is not here: {path}")
    return SourceFile(Path(path).name, DATA / path)


def taken_back(database: Database, report: ImportReport) -> None:
    assert report.run_id is not None
    undo(database, report.run_id, now=LATER)
    recalculated(database, now=LATER)


def product_list(database: Database, engine: TantivyEngine, words: str = "") -> bytes:
    """Return what a search finds as the file that people take along."""
    rebuild(database, engine, prolong=lambda: None)
    listing = list_matches(database, engine, SearchQuery(words=words))
    sheet = Sheet(
        question=words, count=len(listing.ids), tier=listing.tier, is_degraded=listing.is_degraded,
        has_synthetic=True, on=TODAY, judged_on=TODAY, made_at=NOW, language="zh", site="http://localhost",
        divisions={},
    )  # fmt: skip
    return b"".join(csv_pieces(sheet, products(database, listing.ids), has_notes=True))


def counted(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.unchanged, report.refused


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.path)
def test_goes_in_as_it_says_and_comes_out_without_a_trace(
    store: Database, search_engine: TantivyEngine, lookups: Lookups, file: File
) -> None:
    before, listed = everything(store), product_list(store, search_engine)
    tried = take_in(store, file, lookups, dry=True)
    assert not differing(everything(store), before)

    report = take_in(store, file, lookups)
    assert (report.kind, report.read, report.refused) == (file.kind, file.read, file.refused)
    assert report.read == sum(counted(report)) and report.created > 0
    assert (tried.read, counted(tried)) == (report.read, counted(report))
    if file.figure:
        figure, expected = file.figure
        assert figure(store) == expected
    after = everything(store)
    assert after != before

    again = take_in(store, file, lookups)
    assert (again.created, again.changed) == (0, 0)
    assert again.unchanged == report.created + report.changed + report.unchanged
    assert not differing(everything(store), after)

    taken_back(store, again)
    assert not differing(everything(store), after)
    taken_back(store, report)
    assert not differing(everything(store), before)
    assert product_list(store, search_engine) == listed


def test_all_together_go_in_and_come_out_one_by_one(database: Database, lookups: Lookups) -> None:
    furnish(database)
    taken: list[tuple[bytes, ImportReport]] = []
    for file in FILES:
        before = everything(database)
        report = take_in(database, file, lookups)
        assert (report.read, report.refused) == (file.read, file.refused)
        assert report.read == sum(counted(report))
        taken.append((before, report))
    for before, report in reversed(taken):
        taken_back(database, report)
        assert not differing(everything(database), before)


def test_the_products_of_a_registry_are_found_as_long_as_they_are_there(
    store: Database, search_engine: TantivyEngine, lookups: Lookups
) -> None:
    before = product_list(store, search_engine, "GBM0103580")
    report = take_in(store, FILES[0], lookups)
    assert "GBM0103580" in product_list(store, search_engine, "GBM0103580").decode()
    taken_back(store, report)
    assert product_list(store, search_engine, "GBM0103580") == before


@pytest.mark.parametrize("pattern", NOTHING)
def test_what_brings_nothing_is_refused_for_a_true_reason(pattern: str, lookups: Lookups) -> None:
    code, chinese, english = NOTHING[pattern]
    paths = sorted(DATA.glob(pattern))
    assert paths
    for path in paths:
        with pytest.raises(ImportRefusedError) as caught:
            list(read_batches(SourceFile(path.name, path), lookups, placement=SITE))
        assert caught.value.facts["reason_code"] == code
        assert chinese in caught.value.text("zh") and english in caught.value.text("en")


@pytest.mark.parametrize(
    "part", ["manufacturer", "plant", "program_operator", "third_party_verifier"]
)
def test_a_part_of_a_declaration_brings_nothing_and_says_what_it_is(
    store: Database, lookups: Lookups, part: str
) -> None:
    before = everything(store)
    report = take_in(store, File(f"lca/openepd/{part}.json", DECLARATIONS, 1, 1), lookups)
    assert (report.read, counted(report)) == (1, (0, 0, 0, 1))
    assert [issue.code for issue in report.issues] == ["epd-other-document"]
    assert not differing(everything(store), before)


def test_no_file_is_forgotten() -> None:
    parts = {DATA / f"lca/openepd/{one.name}" for one in (DATA / "lca" / "openepd").iterdir()}
    told = {DATA / file.path for file in FILES} | parts
    told |= {path for pattern in NOTHING for path in DATA.glob(pattern)}
    assert {path for path in DATA.rglob("*") if path.is_file()} == told
