"""On site a photo of a label tells which product came, without a scanner in the browser."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from PIL import Image, ImageFilter

from api.label_photos import MOST_PIXELS, codes_on
from catalog.db import Database
from catalog.errors import EvidenceRefusedError
from catalog.permissions import Role
from catalog.rules.keys import building_key
from catalog.services import signing
from catalog.signing_keys import SigningKeys
from search.engines.tantivy import TantivyEngine
from tests.accounts import GATE, signed_in
from tests.apps import create_app
from tests.builders import (
    OPERATOR,
    a_building,
    a_certificate,
    a_product,
    a_project,
    bring,
)
from tests.evidence import a_png

OWNER = "示例建设中心"
NEW = f"/projects/p-1/buildings/{building_key('p-1', '1#')}/deliveries/new"
LARGEST = 30 << 20
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(64)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    """An owner's browser on its site; the machine signs records."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project(owner=OWNER, building=a_building())])
    with database.transaction() as session:
        now = dt.datetime.now(dt.UTC)
        signing.make_key(session, SigningKeys(tmp_path), actor=OPERATOR, now=now)
    app = create_app(database, TantivyEngine(None), data_dir=tmp_path, gate=GATE)
    with TestClient(app) as client:
        signed_in(client, role=Role.OWNER, division="08", name=OWNER)
        yield client


def a_photo(code: Image.Image, *, turned: float, width: int = 1600, quality: int = 55) -> bytes:
    """Return a photo of a code: turned, seen from the side, not quite sharp, in a JPEG."""
    side = width // 2
    label = code.convert("L").resize((side, side), Image.Resampling.BICUBIC)
    label = label.rotate(turned, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    scene = Image.effect_noise((width, width), 60)
    scene.paste(label, ((width - label.width) // 2, (width - label.height) // 2))
    corners = (width // 30, 0, 0, width, width, width - width // 25, width - width // 40, 20)
    scene = scene.transform(scene.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    stream = io.BytesIO()
    scene.filter(ImageFilter.GaussianBlur(0.8)).save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def a_code(text: str) -> Image.Image:
    stream = io.BytesIO()
    segno.make(text, micro=False).save(stream, kind="png", scale=8, border=4)
    return Image.open(stream)


def posted(desk: TestClient[Litestar], photo: bytes, **headers: str) -> tuple[int, str]:
    files = {"label": ("label.jpg", photo, "image/jpeg")}
    answer = desk.post(f"{NEW}/label", files=files, headers=headers)
    return answer.status_code, answer.text


def test_the_code_of_our_own_product_page_is_read_from_photos(
    desk: TestClient[Litestar],
) -> None:
    product = desk.get("/api/v1/products").json()["items"][0]["key"]
    drawn = desk.get(f"/products/{product}/record.svg").text
    code = Image.open(io.BytesIO(vl_convert.svg_to_png(drawn, scale=2)))
    for turned in (0, 12, 90, 201):
        status, page = posted(desk, a_photo(code, turned=turned))
        assert status == 200, turned
        assert "site-chosen" in page and "C30 P6" in page, turned


def test_a_code_of_another_site_is_named_and_not_followed(desk: TestClient[Litestar]) -> None:
    product = desk.get("/api/v1/products").json()["items"][0]["key"]
    status, page = posted(
        desk, a_photo(a_code(f"https://evil.example/products/{product}"), turned=5)
    )
    assert status == 200 and "evil.example" in page and "site-chosen" not in page
    for said in (f"evil.example/products/{product}", f"//evil.example/products/{product}"):
        page = desk.get(NEW, params={"code": said}).text
        assert "evil.example" in page and "site-chosen" not in page
    for said in (
        f"http://testserver.local/products/{product}",
        f"/products/{product}/record",
        product,
    ):
        assert "site-chosen" in desk.get(NEW, params={"code": said}).text, said
    foreign = desk.get(NEW, params={"code": "WIFI:T:WPA;S:<b>工地</b>;P:1;;"}).text
    assert "没有对应的产品" in foreign and "&lt;b&gt;工地" in foreign


def test_says_what_is_wrong_with_a_photo(desk: TestClient[Litestar]) -> None:
    blank = io.BytesIO()
    Image.new("L", (300, 300), 200).save(blank, "JPEG")
    for photo, told in (
        (blank.getvalue(), "没有看到二维码"),
        (b"", "没有选照片"),
        (HEIC, "HEIC"),
        (b"no picture", "不是 JPEG"),
        (blank.getvalue()[:400], "已损坏"),
    ):
        status, page = posted(desk, photo)
        assert status == 400 and told in page, told
    # A script that sends what the camera sees goes on until there is a code.
    assert posted(desk, blank.getvalue(), **{"HX-Request": "true"}) == (204, "")
    signed_in(desk, role=Role.OWNER, division="08", name="另一建设中心")
    assert posted(desk, blank.getvalue())[0] == 403


def test_a_picture_that_would_fill_the_memory_is_refused_unpacked() -> None:
    stream = io.BytesIO()
    side = 20_000
    Image.new("1", (side, side), 1).save(stream, "PNG")
    assert side * side > MOST_PIXELS and len(stream.getvalue()) < 1 << 20
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = told_of(stream.getvalue())
    assert "400" in said


def told_of(photo: bytes) -> str:
    """Return what the codes on a photo say, or why it is refused."""
    try:
        return " ".join(codes_on(io.BytesIO(photo), max_bytes=LARGEST))
    except EvidenceRefusedError as error:
        return error.text("zh")


SMALL = a_photo(a_code("https://lucai.example/products/x"), turned=3, width=400)


@settings(max_examples=60, deadline=None)
@given(
    photo=st.sampled_from((SMALL, a_png(3))),
    hits=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_any_damaged_photo_is_read_or_refused_in_words(
    photo: bytes, hits: list[tuple[int, int]]
) -> None:
    broken = bytearray(photo)
    for place, value in hits:
        broken[place % len(broken)] = value
    said = told_of(bytes(broken))
    assert said in ("", "https://lucai.example/products/x") or "没有收下" in said
