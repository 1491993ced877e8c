"""Files as people hand them in: small, whole, and of every kind that is kept."""

from __future__ import annotations

import struct
import zlib


def a_pdf(text: str = "证书") -> bytes:
    """Return a whole PDF of one empty page; the text makes its bytes differ."""
    body = b"%PDF-1.4\n"
    places = []
    for number, thing in enumerate(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>",
            b"(" + text.encode("utf-16-be").hex().encode() + b")",
        ),
        start=1,
    ):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    table = len(body)
    body += b"xref\n0 5\n0000000000 65535 f \n"
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table


def a_png(grey: int = 0) -> bytes:
    """Return a whole PNG of one grey dot."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes([0, grey]))),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def a_jpeg(behind: bytes = b"") -> bytes:
    """Return the segments of a JPEG; cameras may write something behind it."""

    def segment(marker: int, data: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    frame = segment(0xC0, bytes([8, 0, 1, 0, 1, 1, 1, 0x11, 0]))
    scan = segment(0xDA, bytes([1, 1, 0, 0, 63, 0]))
    head = b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    return head + frame + scan + b"\x12\x34" + b"\xff\xd9" + behind


def a_webp() -> bytes:
    """Return the container of a WebP."""
    data = b"VP8L" + struct.pack("<I", 20) + b"\x2f" + bytes(19)
    return b"RIFF" + struct.pack("<I", len(data) + 4) + b"WEBP" + data
