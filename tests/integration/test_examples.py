"""Every example of the API guide and the open data page runs, against a real server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.web.examples import LOADING, SITE, ApiExample, LoadExample, api_examples
from catalog.db import Database
from importers.dump.folder import FOLDER
from importers.dump.write import make_dump
from tests.builders import NOW, a_certificate, a_product, bring
from tests.web.places import PRODUCT

_NUMBER = "CTC-2024-001"
_PATIENCE_S = 60
_EXAMPLES = api_examples(PRODUCT, _NUMBER)


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one product and a dump."""
    pytest.importorskip("playwright")
    from tests.browser.conftest import served  # noqa: PLC0415  It knows how to start example.

    folder = tmp_path_factory.mktemp("examples")
    shutil.copy(sqlite_template, folder / "lucai.db")
    database = Database(f"sqlite:///{folder / 'lucai.db'}")
    bring(database, [a_product(certificate=a_certificate(_NUMBER))])
    make_dump(database, folder / FOLDER, keep=1, now=NOW)
    database.close()
    with served(folder, path="/categories", says="ready-mixed-concrete") as address:
        yield address


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example.key)
def test_an_example_runs_in_every_language(site: str, example: ApiExample) -> None:
    answer = json.loads(run("sh", "-c", example.curl(site)))
    assert answer
    if example.key == "refused":
        assert answer["status"] == 404
        return
    assert "Error" not in run(sys.executable, "-c", example.python(site))
    if shutil.which("node"):
        program = f"(async () => {{ {example.javascript(site)} }})()"
        assert run("node", "-e", program).strip().startswith("{")


@pytest.mark.parametrize("example", LOADING, ids=lambda example: example.title)
def test_the_open_data_loads_as_the_page_says(site: str, example: LoadExample) -> None:
    code = example.code(site)
    assert SITE not in code
    if example.language == "sql":
        # Fetched here: the engine's own way to the web is an extension that it would download.
        url = code.split("'")[1]
        fetch = f"import urllib.request as u; print(u.urlretrieve({url!r})[0])"
        path = run(sys.executable, "-c", fetch)
        code = f"import duckdb; print(duckdb.sql({code.replace(url, path.strip())!r}))"
    said = run(sys.executable, "-c", code)
    assert "ready-mixed-concrete" in said or example.title == "Python"
