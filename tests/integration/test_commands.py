"""The commands as a person at a terminal uses them, on both databases."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from catalog.db import Database
from catalog.errors import MixedMethodsError, SearchTrouble, SearchUnavailableError
from catalog.models.cube import UsageCube
from cli.main import group, main
from search.engines.tantivy import TantivyEngine
from search.query import SearchPage
from search.worker import IndexWorker
from tests.integration.picture import rows_of
from tests.integration.test_sync import wait_until

ROWS = [
    {
        "licno": "GBM0900001(續)",
        "title": "矽酸鈣板",
        "company": "示範建材股份有限公司",
        "period": "113/07/09 ~ 117/07/08",
        "img": "https://example.org/a.jpg",
        "category": "健康",
    },
    {
        "licno": "GBM0900002",
        "title": "水性水泥漆",
        "company": "示範塗料股份有限公司",
        "period": "113/02/03 ~ 117/02/02",
        "img": "https://example.org/b.jpg",
        "category": "健康",
    },
]
BAD_ROWS = "企业名称,产品名称,产品类别\n某某建材有限公司,涂料,没有这一类\n"


class Terminal:
    """Runs commands in a folder of their own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.environment = {
            "LUCAI_DATA_DIR": str(folder / "data"),
            "LUCAI_DATABASE_URL": database_url,
            "LUCAI_LANGUAGE": "en",
        }

    def run(self, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(
            group, list(arguments), env=self.environment, catch_exceptions=False
        )
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def registry(self, name: str, rows: list[dict[str, str]]) -> str:
        return self.file(name, json.dumps(rows, ensure_ascii=False))


@pytest.fixture
def terminal(tmp_path: Path, database_url: str) -> Terminal:
    return Terminal(tmp_path, database_url)


def test_brings_a_registry_in_and_finds_it_in_the_other_script(terminal: Terminal) -> None:
    path = terminal.registry("registry.json", ROWS)
    report = terminal.json("import", path)
    assert (report["created"], report["refused"], report["conflicts"]) == (2, 0, 0)
    again = terminal.json("import", path)
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)
    found = terminal.json("search", "硅酸钙板", "--valid-on", "2025-01-01")
    assert [hit["document"]["name"] for hit in found["page"]["hits"]] == ["矽酸鈣板"]
    assert terminal.json("search", "硅酸钙板", "--valid-on", "2029-01-01")["page"]["total"] == 0


def test_says_how_the_words_were_taken(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("import", terminal.registry("registry.json", ROWS))
    assert terminal.run("search", "硅酸钙板").stderr == ""
    assert "these are the nearest" in terminal.run("search", "硅酸盖板").stderr
    by_sound = terminal.run("search", "shuixing").stderr
    assert "these sound like it" in by_sound and "Did you mean: " in by_sound
    assert (
        "these sound like it"
        in terminal.run("export", f"{terminal.folder}/s.csv", "shuixing").stderr
    )
    nothing = terminal.run("search", "天外飞仙").stderr
    assert "No product was found." in nothing and "No exact match" not in nothing
    monkeypatch.setattr(TantivyEngine, "search", unable)
    away = terminal.run("search", "矽酸鈣板")
    assert "矽酸鈣板" in away.stdout and "the database was searched by itself" in away.stderr


def unable(*_: object) -> SearchPage:
    raise SearchUnavailableError(trouble=SearchTrouble.AWAY)


def test_shows_where_two_registries_disagree(terminal: Terminal) -> None:
    terminal.run("import", terminal.registry("one.json", ROWS))
    other = terminal.registry("two.json", [{**ROWS[0], "category": "再生"}])
    printed = terminal.run("import", other).stdout
    assert "tabc-healthy" in printed and "tabc-recycled" in printed and "GBM0900001" in printed


def test_a_conflict_is_decided_and_reopened(terminal: Terminal) -> None:
    terminal.run("import", terminal.registry("one.json", ROWS))
    terminal.run("import", terminal.registry("two.json", [{**ROWS[0], "category": "再生"}]))
    (conflict,) = terminal.json("conflicts")
    assert (conflict["field"], conflict["offered_value"]) == ("category", "tabc-recycled")
    number = str(conflict["id"])
    assert "--reason" in terminal.run("conflicts", number, "--decide", "held", code=2).output
    assert terminal.json("conflicts", "--subject", "declaration") == []
    assert terminal.json("conflicts", number, "--figures")["decisions"][1]["changes"] == []
    assert terminal.run("conflicts", number, "--figures").exit_code == 0
    assert "CONFLICT" in terminal.run("conflicts", "--figures", code=2).output
    terminal.run("conflicts", number, "--decide", "held", "--reason", "原件")
    assert terminal.json("conflicts") == []
    assert terminal.json("conflicts", number)[0]["decision"] == "held"
    terminal.run("conflicts", number, "--decide", "reopen", "--reason", "再看")
    assert len(terminal.json("conflicts", "--field", "category")) == 1


def test_a_dry_run_lists_the_changes_and_writes_nothing(terminal: Terminal) -> None:
    printed = terminal.run("import", terminal.registry("r.json", ROWS), "--dry-run").stdout
    assert "+ product 矽酸鈣板" in printed
    assert terminal.json("search", "")["page"]["total"] == 0


def test_takes_an_import_back(terminal: Terminal) -> None:
    run = terminal.json("import", terminal.registry("r.json", ROWS))["run_id"]
    terminal.run("undo", str(run))
    assert terminal.json("search", "")["page"]["total"] == 0


def test_rows_that_stay_out_have_an_exit_code_of_their_own(terminal: Terminal) -> None:
    path = terminal.file("bad.csv", BAD_ROWS)
    result = terminal.run("import", path, code=3)
    assert "没有这一类" in result.stderr
    terminal.run("import", path, "--all-or-nothing", code=1)


def test_says_in_one_line_what_cannot_be_read(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in terminal.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["lucai", "import", str(terminal.folder / "missing.csv")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("Not imported:")


@pytest.mark.parametrize("kind", ["products", "projects", "bill-lines", "deliveries"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_can_be_read_back(terminal: Terminal, kind: str, form: str) -> None:
    path = str(terminal.folder / f"t.{form}")
    terminal.run("import", "--template", kind, "--output", path, "--language", "zh")
    report = terminal.json("import", path)
    assert (report["kind"], report["read"], report["refused"]) == (kind, 0, 0)


def test_a_command_imports_while_a_server_keeps_the_index(terminal: Terminal) -> None:
    database = Database(terminal.environment["LUCAI_DATABASE_URL"])
    folder = terminal.folder / "data" / "index"
    folder.mkdir(parents=True)
    engine = TantivyEngine(folder)
    worker = IndexWorker(database, engine)
    worker.start()
    try:
        for number in range(3):
            rows = [{**ROWS[0], "licno": f"GBM090001{number}"}]
            terminal.run("import", terminal.registry(f"{number}.json", rows))
        wait_until(lambda: engine.count() == 3)
    finally:
        worker.stop()
        engine.close()
        database.close()


@pytest.mark.parametrize("url", ["garbage", "postgresql://127.0.0.1:1/nothing"])
def test_says_in_one_line_that_the_database_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    url: str,
) -> None:
    monkeypatch.setenv("LUCAI_DATABASE_URL", url)
    monkeypatch.setenv("LUCAI_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["lucai", "ratio"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("LUCAI_DATABASE_URL") and said.count("\n") == 1


def test_a_second_server_on_a_port_is_refused(terminal: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "Choose another --port" in terminal.run("serve", "--port", port, code=1).stderr


def test_the_demo_closes_the_chain_and_repeats_itself(terminal: Terminal) -> None:
    arguments = ("demo", "--products", "400", "--projects", "12", "--no-serve")
    printed = terminal.run(*arguments).stdout
    assert "method A" in printed and "method B" in printed
    database = Database(terminal.environment["LUCAI_DATABASE_URL"])
    assert {(run["refused"], run["warnings"]) for run in rows_of(database, "import_run")} == {
        (0, 0)
    }
    database.close()
    figures = terminal.json("ratio", "--method", "B", "--stage", "design")
    assert 6 < sum(figure["projects"] for figure in figures) <= 12  # Some are only planned.
    assert all(0 <= float(figure["ratio_by_area"]) <= 100 for figure in figures)
    editions = [each["key"] for each in terminal.json("edition", "list")["items"]]
    assert {key.rsplit("-", 1)[0] for key in editions} >= {"catalogue-2026", "catalogue-2025"}
    (draw,) = terminal.json("draw", "list")["items"]
    terminal.run("draw", "verify", draw["key"])
    terminal.run(*arguments)
    assert terminal.json("ratio", "--method", "B", "--stage", "design") == figures
    folder = str(terminal.folder / "snapshot")
    terminal.run("snapshot", folder)
    terminal.run("snapshot", folder, code=1)
    terminal.run("reindex")


def test_exports_what_a_search_finds(terminal: Terminal) -> None:
    terminal.run("import", terminal.registry("registry.json", ROWS))
    table, book = terminal.folder / "list.csv", terminal.folder / "list.xlsx"
    terminal.run("export", str(table), "硅酸钙板", "--valid-on", "2025-01-01")
    header, row = table.read_text("utf-8-sig").splitlines()
    assert header.startswith('"Product"') and "矽酸鈣板" in row and '"yes"' in row
    terminal.run("export", str(book))
    assert book.read_bytes().startswith(b"PK")
    assert "name it .csv or .xlsx" in terminal.run("export", "list.pdf", code=2).output


def test_refuses_a_database_that_it_does_not_know(terminal: Terminal) -> None:
    with pytest.raises(Exception, match="lucai migrate"):
        Terminal(terminal.folder, f"sqlite:///{terminal.folder}/empty.db").run("search", "x")


def test_gives_refused_rows_back_in_the_files_own_form(terminal: Terminal) -> None:
    path = terminal.file("p.csv", f"{BAD_ROWS}某某建材有限公司,混凝土,预拌混凝土\n")
    refused = terminal.folder / "mend.csv"
    terminal.run("import", path, "--refused-to", str(refused), code=3)
    text = refused.read_text("utf-8")
    assert (
        "没有这一类" in text and "混凝土,预拌混凝土" not in text and "Lücai: how to mend it" in text
    )
    refused.write_text(text.replace("没有这一类", "预拌砂浆"), encoding="utf-8")
    assert terminal.json("import", str(refused))["created"] == 1
    runs = terminal.json("imports", "--words", "mend")
    assert [(run["file_name"], run["created"]) for run in runs] == [("mend.csv", 1)]
    assert "p.csv" in terminal.run("imports", "--state", "finished").stdout


def test_reads_a_strangers_table_by_a_mapping(terminal: Terminal) -> None:
    path = terminal.file("pumps.csv", "Maker,Item\nAdvantix,Pump A\n")
    mapping = terminal.folder / "mapping.json"
    mapping.write_text(json.dumps({
        "kind": "products",
        "columns": {"company": {"header": "Maker"}, "name": {"header": "Item"}},
        "constants": {"category": "空气源热泵"},
    }))  # fmt: skip
    report = terminal.json("import", path, "--mapping", str(mapping))
    assert (report["created"], report["source"]) == (1, "pumps")
    table = terminal.file("other.csv", "厂家,产品名,类别\n甲,混凝土,预拌混凝土\n")
    proposed = terminal.folder / "proposed.json"
    assert "name ← 产品名" in terminal.run("import", table, "--propose", str(proposed)).stdout
    assert json.loads(proposed.read_text())["columns"]["name"]["header"] == "产品名"


def test_a_bill_says_at_the_shell_where_it_belongs(terminal: Terminal) -> None:
    terminal.run("import", terminal.file("p.csv", "项目代码,项目名称,师市,单体编号,单体名称\n"
                                         "P-1,示例,第八师石河子市,1#,一号楼\n"))  # fmt: skip
    path = terminal.file("bill.csv", "序号,项目编码,项目名称,项目特征,计量单位,工程量\n"
                                     "1,010401001001,砖基础,M5,m3,12.5\n")  # fmt: skip
    terminal.run("import", path, "--project", "P-1", code=2)
    where = ("--project", "P-1", "--building", "1#", "--stage", "design")
    assert terminal.json("import", path, *where)["created"] == 1


# The services of these figures are tried on both; the demo is long.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_figures_are_told_apart_as_asked_and_proven(terminal: Terminal) -> None:
    terminal.run("demo", "--products", "300", "--projects", "6", "--no-serve")
    found = terminal.json("ratio", "--by", "category", "--basis", "report")
    assert {figure["division"] for figure in found} == {None}
    assert all(len(figure["quantities"]) > 0 for figure in found)
    lines = sum(figure["lines"] for figure in found)
    kinds = terminal.json("ratio", "--by", "kind", "--by", "category")
    assert sum(figure["lines"] for figure in kinds) > lines > 0  # Kinds overlap.
    assert "overlap" in terminal.run("ratio", "--by", "kind").stderr
    told = terminal.run("ratio", "--by", "category").stdout
    assert "adopted" in told and "quantity" in told  # Wide tables fold their headings.
    terminal.run("ratio", "--by", "category", "--method", "A", code=2)
    with pytest.raises(MixedMethodsError):
        terminal.run("ratio", "--method", "A", "--method", "B")
    assert terminal.json("ratio", "--verify")["different"] == 0


# The services of these figures are tried on both; the demo is long.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sum_that_was_tampered_with_is_named_and_mended(terminal: Terminal) -> None:
    terminal.run("demo", "--products", "300", "--projects", "6", "--no-serve")
    database = Database(terminal.environment["LUCAI_DATABASE_URL"])
    with database.transaction() as session:
        session.execute(update(UsageCube).values(lines=UsageCube.lines + 1))
    database.close()
    said = terminal.run("ratio", "--verify", code=1).stderr
    assert "usage_cube" in said and "differ" in said
    assert "0 differ" in terminal.run("ratio", "--rebuild-cube").stderr
    terminal.run("ratio", "--verify")
