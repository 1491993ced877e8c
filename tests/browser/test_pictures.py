"""The main pages look as they did: what changes them on purpose draws them anew and looks at them.

The browser and its font are pinned (``tests.browsers``), so a picture is the same everywhere; with
a browser of the machine's own nothing is compared. ``--update-golden`` draws the pictures anew.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.browser.conftest import PHONE, WIDE, Opened
from tests.browsers import is_pinned
from tests.web.places import BUILDING_PATH, CERTIFICATE, PRODUCT

PICTURES = Path(__file__).parent / "pictures"
# Each of a day, so that no picture grows old.
PAGES = {
    "home": ("/", "zh", WIDE),
    "home-phone": ("/", "en", PHONE),
    "search": ("/products?q=岩棉&valid_on=2025-06-01", "zh", WIDE),
    "search-phone": ("/products?q=岩棉&valid_on=2025-06-01", "en", PHONE),
    "product": (f"/products/{PRODUCT}?on=2025-06-01", "zh", WIDE),
    "certificate": (f"/certificates/{CERTIFICATE}?on=2025-06-01", "en", WIDE),
    "building": (BUILDING_PATH, "zh", WIDE),
    "rules": ("/rules/ratio-a-2019", "en", WIDE),
}
HEIGHT = 800
# A pixel is another one from this difference of its brightness on; half a percent may be.
DIFFERENT, MOST = 48, 0.005


def drawn(opened: Opened, name: str) -> Image.Image:
    """Draw the upper end of a page, grey and half as large: what is seen from an arm's length."""
    path, language, width = PAGES[name]
    page = opened(path, language=language, width=width)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    return picture.convert("L").resize((width // 2, HEIGHT // 2), Image.Resampling.BOX)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(
    opened: Opened, name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if not is_pinned():
        if os.environ.get("CI"):
            pytest.fail("the pinned browser is missing (requirements/install.sh)")
        pytest.skip("pictures are compared in the pinned browser only")
    now = drawn(opened, name)
    kept = PICTURES / f"{name}.png"
    if request.config.getoption("--update-golden"):
        now.quantize(16).save(kept, optimize=True)
        return
    then = Image.open(kept).convert("L")
    now.quantize(16).save(tmp_path / kept.name)
    assert then.size == now.size
    now = Image.open(tmp_path / kept.name).convert("L")
    counts = ImageChops.difference(now, then).histogram()
    share = sum(counts[DIFFERENT:]) / sum(counts)
    assert share <= MOST, f"{share:.2%} of {name} is new: look at {tmp_path / kept.name}"
