"""What being signed in costs a request, and what those who sign in cost everybody else.

One worker. A light page is asked for again and again by a browser without and with a session, and
then while others sign in without a pause, each paying for argon2 in full.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx

from benchmarks import stores
from benchmarks.report import show
from benchmarks.web import cpu_seconds, serving
from catalog.permissions import Rank, Role
from catalog.services import accounts, members, organisations
from catalog.services.accounts import NewAccount
from catalog.services.organisations import NewOrganisation
from catalog.settings import Settings
from seed_data.accounts import password_policy

PORT = 8924
PAGE = "/verify"
REQUESTS = 400
ROUNDS = 5
SIGNING_IN = 2
_LOGIN, _PASSWORD = "bench@example.org", secrets.token_urlsafe(16)
_SITE = f"http://127.0.0.1:{PORT}"
_SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def fill(folder: str) -> None:
    """Make an account whose password costs as much as any."""
    database = stores.prepared(f"sqlite:///{folder}/lucai.db")
    gate = Settings(data_dir=Path(folder)).gate(password_policy())
    now = dt.datetime.now(dt.UTC)
    new = NewAccount(key=secrets.token_hex(8), login=_LOGIN, name="bench", password=_PASSWORD)
    with database.transaction() as session:
        organisation = organisations.make_organisation(
            session, NewOrganisation(role=Role.CORPS_BUREAU, name="bench"), key="bench",
            actor=stores.OPERATOR, now=now,
        )  # fmt: skip
        account = accounts.add_account(
            session,
            new,
            password_hash=gate.hash_new(_PASSWORD, _LOGIN, "bench"),
            is_one_time=False,
            gate=gate,
            actor=stores.OPERATOR,
            now=now,
        )
        members.add_member(
            session, organisation.key, account.key, rank=Rank.ADMINISTRATOR,
            actor=stores.OPERATOR, now=now,
        )  # fmt: skip
    database.close()


def sign_in(browser: httpx.Client) -> float:
    """Sign the browser in; return how long it took, in milliseconds.

    Raises:
        ValueError: It was not let in.
    """
    start = time.perf_counter()
    answer = browser.post(
        "/sign-in", data={"login": _LOGIN, "password": _PASSWORD}, headers=_SAME_SITE
    )
    if answer.status_code != httpx.codes.SEE_OTHER:
        raise ValueError(answer.text)
    return (time.perf_counter() - start) * 1000


def asked(browser: httpx.Client) -> list[float]:
    """Ask for the page; return how long each answer took, in milliseconds."""
    spent = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        browser.get(PAGE).raise_for_status()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def beside_sign_ins(work: Callable[[], list[float]]) -> tuple[list[float], list[float]]:
    """Do the work while others sign in without a pause; return its times and theirs."""
    is_over = threading.Event()
    theirs: list[float] = []

    def others() -> None:
        while not is_over.is_set():
            with httpx.Client(base_url=_SITE) as browser:
                theirs.append(sign_in(browser))

    threads = [threading.Thread(target=others) for _ in range(SIGNING_IN)]
    for thread in threads:
        thread.start()
    try:
        return work(), theirs
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def main() -> None:
    """Measure and print."""
    lucai = Path(sys.executable).parent / "lucai"
    with TemporaryDirectory() as folder:
        fill(folder)
        with (
            serving([lucai, "serve", "--port", str(PORT)], PORT, folder) as pid,
            httpx.Client(base_url=_SITE) as anyone,
            httpx.Client(base_url=_SITE) as member,
        ):
            sign_in(member)
            rows, base = [], 0.0
            for name, browser in (("without a session", anyone), ("with a session", member)):
                rounds = [_round(pid, browser) for _ in range(ROUNDS)]
                middle, most, cpu = (min(part) for part in zip(*rounds, strict=True))
                base = base or middle
                rows.append([f"{PAGE} {name}", middle, most, middle - base, cpu])
            times, theirs = beside_sign_ins(lambda: asked(anyone))
            rows.append(
                [f"{PAGE} while {SIGNING_IN} sign in", *_told(times), median(times) - base, "—"]
            )
            rows.append(["signing in", *_told(theirs), "—", "—"])
    show(
        "Signing in: what it costs a request, and everybody else (at most 20 ms)",
        ["request", "median ms", "19 in 20 ms", "more than without ms", "server CPU ms"],
        rows,
    )


def _round(pid: int, browser: httpx.Client) -> tuple[float, float, float]:
    cpu = cpu_seconds(pid)
    times = asked(browser)
    return *_told(times), (cpu_seconds(pid) - cpu) / REQUESTS * 1000


def _told(times: list[float]) -> tuple[float, float]:
    return median(times), quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
