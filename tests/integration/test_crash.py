"""An import that is killed at any moment and run again ends as one clean run."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import SystemRandom

import pytest

from catalog.db import Database
from catalog.models.importing import RunState
from importers.lookups import Lookups
from tests.builders import undo
from tests.integration.picture import current, picture, rows_of, stale_products
from tests.integration.slow_import import BATCH_ROWS, take_in

ROWS = 600
KILLS = 3
LONGEST_S = 0.25
HERE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of products, some of them under one certificate, one row of it wrong."""
    path = tmp_path_factory.mktemp("crash") / "products.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["企业名称", "产品名称", "产品类别", "规格型号", "证书编号", "发证机构", "有效期起",
             "有效期止", "星级"]
        )  # fmt: skip
        for n in range(ROWS):
            category = "没有的类别" if n == ROWS // 2 else "预拌混凝土"
            writer.writerow(
                [f"企业{n % 7}", f"混凝土{n % 11}", category, f"C{n}", f"CTC-{n // 3}", "认证中心",
                 "2024-01-01", "2028-12-31", "二星级"]
            )  # fmt: skip
    return path


@pytest.fixture
def clean(tmp_path: Path, sqlite_template: Path, table: Path, lookups: Lookups) -> str:
    """What is known after one run that nobody disturbed."""
    path = tmp_path / "clean.db"
    shutil.copy(sqlite_template, path)
    report = take_in(f"sqlite:///{path}", table, lookups)
    assert (report.created, report.refused) == (ROWS - 1, 1)
    database = Database(f"sqlite:///{path}")
    known = picture(database)
    database.close()
    return known


def killed_after(seconds: float, url: str, table: Path) -> None:
    """Start the import, and kill it so many seconds after it began to work."""
    command = [sys.executable, "-m", "tests.integration.slow_import", url, str(table)]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        process.kill()


def test_ends_as_one_clean_run(
    database: Database, database_url: str, table: Path, clean: str, lookups: Lookups
) -> None:
    progress = [0]
    for _ in range(KILLS):
        killed_after(SystemRandom().uniform(0, LONGEST_S), database_url, table)
        runs = rows_of(database, "import_run")
        progress.append(runs[0]["next_batch"] if runs else 0)
        if runs and runs[0]["state"] is RunState.FINISHED:
            break  # It was quicker than the kill.
    else:
        take_in(database_url, table, lookups)
    assert progress == sorted(progress)
    (run,) = rows_of(database, "import_run")
    assert run["state"] is RunState.FINISHED
    assert (run["read"], run["created"], run["refused"]) == (ROWS, ROWS - 1, 1)
    assert run["next_batch"] == ROWS // BATCH_ROWS
    assert len(rows_of(database, "import_issue")) == 1
    assert picture(database) == clean
    assert stale_products(database) == {row["key"] for row in current(database, "product")}
    undo(database, run["id"])
    assert picture(database) == ""
