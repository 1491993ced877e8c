"""Read the QR code on a photo of a label, for phones whose browser cannot read one by itself."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from catalog.errors import EvidenceRefusedError
from catalog.evidence_files import HEIC, MEGABYTE
from catalog.rules.file_kinds import is_heic

MOST_PIXELS = 50_000_000
"""More than phones take; so many fit into memory once they are unpacked."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)
# Read again smaller: what blurs a large picture is sharp in a small one.
_SIDES = (None, 2000, 1000)
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
# What Pillow only warns of is refused here, before anything is unpacked.
Image.MAX_IMAGE_PIXELS = None


def codes_on(stream: BinaryIO, *, max_bytes: int) -> list[str]:
    """Return the texts of the QR codes on a photo, however it is turned.

    Raises:
        EvidenceRefusedError: It is too large, broken, or no picture that can be read.
    """
    data = stream.read(max_bytes + 1)
    if not data:
        raise _refused("empty", "没有选照片", "no photo was chosen")
    if len(data) > max_bytes:
        limit = max_bytes // MEGABYTE
        raise _refused("too-large", f"照片超过 {limit} MB", f"the photo is larger than {limit} MB")
    if is_heic(data):
        raise _refused("other-kind", *HEIC)
    return _read(data)


def _read(data: bytes) -> list[str]:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as photo:
            width, height = photo.size
            if width * height > MOST_PIXELS:
                raise _refused(
                    "too-large",
                    f"照片有 {width * height // 1_000_000} 百万像素，请降低分辨率再拍",
                    f"the photo has {width * height // 1_000_000} megapixels; take a smaller one",
                )
            photo.draft("L", (_SIDES[1] * 2, _SIDES[1] * 2))
            grey = photo.convert("L")
    except UnidentifiedImageError as error:
        raise _refused(
            "other-kind", "不是 JPEG、PNG 或 WebP 照片", "it is no JPEG, PNG or WebP photo"
        ) from error
    except _BROKEN as error:
        raise _refused("broken", "照片不完整或已损坏", "the photo is damaged") from error
    for side in _SIDES:
        seen = grey if side is None else ImageOps.contain(grey, (side, side))
        found = zxingcpp.read_barcodes(seen, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
        if found:
            return [each.text for each in found]
    return []


def _refused(flaw: str, zh: str, en: str) -> EvidenceRefusedError:
    return EvidenceRefusedError(flaw=flaw, reason_zh=zh, reason_en=en)
