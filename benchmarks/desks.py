"""Desks of those who are signed in, on 100,000 products and 10,000 projects: server time and size.

``--store=FOLDER`` measures the store that ``pages`` has made there. People are added to it and its
largest project is given to an owner: let it be a copy.
"""

from __future__ import annotations

import datetime as dt
import http.client
import secrets
import sqlite3
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks import stores
from benchmarks.pages import LARGE_PAGE, LARGE_PROJECT, PORT, PRODUCTS, PROJECTS, option, timed
from benchmarks.pages import fill as fill_pages
from benchmarks.report import show
from benchmarks.web import BIN, serving
from catalog.db import Database
from catalog.permissions import Rank, Role
from catalog.rules.annual_report.terms import CORPS
from catalog.services import accounts, members
from catalog.services.accounts import NewAccount
from catalog.settings import Settings
from seed_data.accounts import password_policy

_SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
_PLACES = [
    (Role.CORPS_BUREAU, "Corps desk", "/desk/bureau"),
    (Role.CORPS_BUREAU, "Corps figures", "/desk/bureau/figures"),
    (Role.CORPS_BUREAU, "Corps report", "/reports/{corps}"),
    (Role.CORPS_BUREAU, "cases", "/cases"),
    (Role.DIVISION_BUREAU, "division desk", "/desk/bureau"),
    (Role.DIVISION_BUREAU, "division figures", "/desk/bureau/figures"),
    (Role.DIVISION_BUREAU, "division report", "/reports/{division}"),
    (Role.DIVISION_BUREAU, "division report, writing", "/reports/{draft}/writing"),
    (Role.OWNER, "owner's projects", "/desk/projects"),
    (Role.OWNER, "owner's project, 2,000 lines", "/desk/projects/{project}"),
    (Role.OWNER, "owner's building, 2,000 lines", "{building}"),
    (Role.OWNER, "owner's deliveries, 2,000 lines", "{building}/deliveries"),
    (Role.MANUFACTURER, "manufacturer's desk", "/desk/company"),
    (Role.MANUFACTURER, "manufacturer's demand", "/desk/company/demand"),
    (Role.OPERATOR, "operator's desk", "/desk/operator"),
]


class Person(NamedTuple):
    """Somebody who can sign in, and for which organisation."""

    login: str
    password: str
    organisation: str


def people(folder: str) -> dict[Role, Person]:
    """Make an account for one organisation of every role; the owner gets the largest project."""
    database = Database(f"sqlite:///{folder}/lucai.db")
    gate = Settings(data_dir=Path(folder)).gate(password_policy())
    now = dt.datetime.now(dt.UTC)
    made = {}
    with sqlite3.connect(f"{folder}/lucai.db") as connection:
        # Those that persons of the demo belong to have most to show; a division's has to write.
        organisations = connection.execute(
            "SELECT role, key, name FROM organisation WHERE role <> 'division-bureau' AND id IN"
            " (SELECT organisation_id FROM membership) GROUP BY role UNION ALL"
            " SELECT role, key, name FROM organisation WHERE role = 'division-bureau' AND"
            " division_id IN (SELECT division_id FROM annual_report WHERE state = 'draft')"
        ).fetchall()
        owner = next(name for role, _, name in organisations if role == Role.OWNER)
        connection.execute("UPDATE project SET owner = ? WHERE key = ?", (owner, LARGE_PROJECT))
    connection.close()
    for role, organisation, _ in organisations:
        password = secrets.token_urlsafe(16)
        new = NewAccount(
            key=secrets.token_hex(8), login=f"{secrets.token_hex(4)}@example.org", name="bench",
            password=password,
        )  # fmt: skip
        with database.transaction() as session:
            account = accounts.add_account(
                session, new, password_hash=gate.hash_new(password, new.login, new.name),
                is_one_time=False, gate=gate, actor=stores.OPERATOR, now=now,
            )  # fmt: skip
            members.add_member(
                session, organisation, account.key, rank=Rank.ADMINISTRATOR,
                actor=stores.OPERATOR, now=now,
            )  # fmt: skip
        made[Role(role)] = Person(new.login, password, organisation)
    database.close()
    return made


def reports(folder: str) -> dict[str, str]:
    """Return the newest report of the Corps, of a division, and one that is still written."""
    with sqlite3.connect(f"{folder}/lucai.db") as connection:
        found = connection.execute(
            "SELECT state, year, coalesce(division.key, ?) FROM annual_report"
            " LEFT JOIN division ON division.id = division_id ORDER BY year, 3 DESC",
            [CORPS],
        ).fetchall()
    connection.close()
    words = {}
    for state, year, whose in found:
        kind = "draft" if state == "draft" else "corps" if whose == CORPS else "division"
        words[kind] = f"{year}/{whose}"
    return words


def signed_in(person: Person) -> dict[str, str]:
    """Sign a person in; return the headers that a browser then sends.

    Raises:
        ValueError: The person was not let in.
    """
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    said = urlencode({"login": person.login, "password": person.password})
    connection.request("POST", "/sign-in", said, _SAME_SITE)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != http.client.SEE_OTHER:
        raise ValueError(content[:200])
    cookies = [word.partition(";")[0] for word in answer.headers.get_all("Set-Cookie", [])]
    return {"Cookie": "; ".join(cookies)}


def first(path: str, headers: dict[str, str]) -> float:
    """Return the milliseconds of the first answer, when nothing of the page is known yet."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    started = time.perf_counter()
    connection.request("GET", path, headers=headers)
    connection.getresponse().read()
    taken = (time.perf_counter() - started) * 1000
    connection.close()
    return taken


def main() -> None:
    """Measure and print."""
    products, projects = option("products", PRODUCTS), option("projects", PROJECTS)
    kept = [word.partition("=")[2] for word in sys.argv if word.startswith("--store=")]
    with nullcontext(kept[0]) if kept else TemporaryDirectory() as folder:
        fill_pages(folder, products=products, projects=projects)
        everybody = people(folder)
        words = {**reports(folder), "project": LARGE_PROJECT, "building": LARGE_PAGE}
        with serving([BIN / "lucai", "serve", "--port", str(PORT)], PORT, folder) as pid:
            cookies = {role: signed_in(person) for role, person in everybody.items()}
            rows = []
            for role, name, address in _PLACES:
                path = address.format(**words)
                unknown = first(path, cookies[role])
                # To sign in is on record, and changes nothing that a desk shows.
                signed_in(everybody[role])
                known = first(path, cookies[role])
                rows.append([name, unknown, known, *timed(pid, [path], cookies[role])])
    show(
        f"Desks: {products:,} products and {projects:,} projects, one worker, signed in "
        "(dashboards at most 60 ms)",
        ["page", "first ms", "after a sign-in ms", "p50 ms", "p95 ms", "CPU ms", "gzip kB"],
        rows,
    )
