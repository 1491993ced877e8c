"""The commands as a person at a terminal uses them, on both databases."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.db import Database
from cli.main import group, main
from search.engines.tantivy import TantivyEngine
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


def test_shows_where_two_registries_disagree(terminal: Terminal) -> None:
    terminal.run("import", terminal.registry("one.json", ROWS))
    other = terminal.registry("two.json", [{**ROWS[0], "category": "再生"}])
    printed = terminal.run("import", other).stdout
    assert "tabc-healthy" in printed and "tabc-recycled" in printed and "GBM0900001" in printed


def test_a_dry_run_lists_the_changes_and_writes_nothing(terminal: Terminal) -> None:
    printed = terminal.run("import", terminal.registry("r.json", ROWS), "--dry-run").stdout
    assert "+ product 矽酸鈣板" in printed
    assert terminal.json("search", "")["page"]["total"] == 0


def test_takes_an_import_back(terminal: Terminal) -> None:
    run = terminal.json("import", terminal.registry("r.json", ROWS))["run_id"]
    terminal.run("import", "--undo", str(run))
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
    terminal.run(*arguments)
    assert terminal.json("ratio", "--method", "B", "--stage", "design") == figures
    folder = str(terminal.folder / "snapshot")
    terminal.run("snapshot", folder)
    terminal.run("snapshot", folder, code=1)
    terminal.run("reindex")


def test_refuses_a_database_that_it_does_not_know(terminal: Terminal) -> None:
    with pytest.raises(Exception, match="lucai migrate"):
        Terminal(terminal.folder, f"sqlite:///{terminal.folder}/empty.db").run("search", "x")
