"""Draw the pictures of docs/pictures anew, from a fresh demo in the pinned browser.

``python -m tests.browser.draw_docs [NAME …]`` makes a demo in a folder of its own, signs in as
somebody of each role, and draws all pictures or just those that are named.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.accounts import PASSWORD
from tests.browser.conftest import LOCALES, PHONE, WIDE, served
from tests.browsers import chromium

PICTURES = Path(__file__).parents[2] / "docs/pictures"
MOST_BYTES = 150_000
_SIGN_IN = re.compile(r"(\S+@demo\.example) (\S+) \(([a-z-]+)\)$", re.MULTILINE)
_ADOPTED = "/products?adopted_on=2026-11-15"


@dataclass(frozen=True)
class Shot:
    """One page: where it is, the links to follow from there, whose it is, and how it is shown."""

    path: str
    language: str
    width: int = WIDE
    role: str = ""
    links: tuple[str, ...] = ()
    dark: bool = False
    from_: str = ""  # What stands at the upper edge: nothing is the page's own beginning.


_FIRST_PRODUCT = (".hit h3 a",)
_BUILDING = "/projects/ys-07-2025-00089/buildings/2ead84787d45ecc0"  # Of the owner who signs in.
_RESULT = ("a[href^='/results/']",)
SHOTS = {
    "home-zh": Shot("/", "zh"),
    "home-phone-en": Shot("/", "en", PHONE),
    "search-zh": Shot("/products?q=岩棉板", "zh"),
    "search-phone-en": Shot("/products?q=岩棉板", "en", PHONE),
    "product-en": Shot(_ADOPTED, "en", links=_FIRST_PRODUCT),
    "product-phone-zh": Shot(_ADOPTED, "zh", PHONE, links=_FIRST_PRODUCT),
    "verify-zh": Shot("/verify", "zh"),
    "result-en": Shot("/projects/ys-01-2024-00022", "en", links=_RESULT),
    "result-phone-zh": Shot("/projects/ys-01-2024-00022", "zh", PHONE, links=_RESULT),
    "divisions-zh": Shot("/divisions", "zh"),
    "divisions-phone-zh": Shot("/divisions", "zh", PHONE),
    "dark-en": Shot("/divisions", "en", dark=True),
    "statistics-en": Shot("/statistics", "en"),
    "statistics-phone-zh": Shot("/statistics", "zh", PHONE, from_=".chart"),
    "desk-owner-zh": Shot("/desk/projects", "zh", role="owner"),
    "desk-owner-phone-en": Shot("/desk/projects", "en", PHONE, role="owner"),
    "bill-lines-zh": Shot(f"{_BUILDING}/matching", "zh", role="owner"),
    "swaps-en": Shot(f"{_BUILDING}/swaps", "en", role="owner"),
    "delivery-phone-zh": Shot(f"{_BUILDING}/deliveries/new", "zh", PHONE, role="owner"),
    "desk-manufacturer-zh": Shot("/desk/company", "zh", role="manufacturer"),
    "desk-manufacturer-phone-en": Shot("/desk/company", "en", PHONE, role="manufacturer"),
    "desk-bureau-zh": Shot("/desk/bureau", "zh", role="corps-bureau"),
    "desk-bureau-phone-en": Shot("/desk/bureau", "en", PHONE, role="division-bureau"),
    "figures-en": Shot("/desk/bureau/figures?year=2025", "en", role="corps-bureau"),
    "figures-phone-zh": Shot(
        "/desk/bureau/figures?year=2025", "zh", PHONE, role="corps-bureau", from_=".chart"
    ),
    "report-zh": Shot("/reports/2025/xpcc", "zh"),
    "desk-operator-en": Shot("/desk/operator", "en", role="operator"),
}


def main(names: list[str]) -> None:
    """Draw the pictures that are named, or all."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        sign_ins = make_demo(Path(folder))
        with served(Path(folder), path="/health", says="ok") as address:
            kept = {role: sign_in(browser, address, *who) for role, who in sign_ins.items()}
            for name in names or SHOTS:
                shot = SHOTS[name]
                picture = draw(browser, address, shot, kept.get(shot.role))
                size = save(picture, PICTURES / f"{name}.png")
                sys.stdout.write(f"{name}: {size:,} bytes\n")


def make_demo(folder: Path) -> dict[str, tuple[str, str]]:
    """Make the demo; return the login and one-time password of somebody of each role."""
    made = subprocess.run(
        [sys.executable, "-m", "cli.main", "demo", "--no-serve"],
        env={
            **os.environ,
            "LUCAI_DATA_DIR": str(folder),
            "LUCAI_DATABASE_URL": "",
            "LUCAI_LANGUAGE": "en",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return {role: (login, password) for login, password, role in _SIGN_IN.findall(made.stderr)}


def sign_in(browser: Browser, address: str, login: str, password: str) -> Any:
    """Sign in and choose a password; return what the browser keeps."""
    context = browser.new_context(base_url=address, locale=LOCALES["zh"])
    page = context.new_page()
    page.goto("/sign-in")
    _send(page, login=login, password=password)
    _send(page, old=password, new=PASSWORD, again=PASSWORD)
    page.goto("/account")
    assert page.url == f"{address}/account", f"{login} is not signed in"
    kept = context.storage_state()
    context.close()
    return kept


def _send(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.fill(f"main input[name={name}]", text)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def draw(browser: Browser, address: str, shot: Shot, kept: Any) -> Image.Image:
    """Go where a shot is, and take what a window shows of it."""
    is_phone = shot.width == PHONE
    context = browser.new_context(
        base_url=address,
        locale=LOCALES[shot.language],
        viewport={"width": shot.width, "height": 844 if is_phone else 900},
        device_scale_factor=2 if is_phone else 1,
        has_touch=is_phone,
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
        storage_state=kept,
    )
    context.add_cookies([{"name": "lucai_language", "value": shot.language, "url": address}])
    page = context.new_page()
    page.goto(shot.path)
    for link in shot.links:
        where = page.locator(link).first.get_attribute("href")
        assert where is not None, f"{link} leads nowhere"
        page.goto(where)
    page.wait_for_load_state("networkidle")
    if shot.from_:
        page.locator(shot.from_).first.evaluate("it => it.scrollIntoView({block: 'start'})")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    context.close()
    return picture.convert("RGB")


def save(picture: Image.Image, path: Path) -> int:
    """Keep a picture with as many colours as fit into its bytes; return its size in bytes."""
    colours = 256
    while True:
        few = picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        size = path.stat().st_size
        if size <= MOST_BYTES or colours <= 16:
            return size
        colours //= 2


if __name__ == "__main__":
    main(sys.argv[1:])
