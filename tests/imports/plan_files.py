"""Files of plans as people bring them, and as somebody brings them who means harm."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zlib
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

SVG_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 200 100"'
)


def picture(kind: str = "PNG", size: tuple[int, int] = (600, 400)) -> bytes:
    """A plan of a few stands as a picture."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for number in range(8):
        draw.rectangle((20 + 70 * number, 50, 70 + 70 * number, 120), outline="black", width=3)
    return encoded(image, kind)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def svg(inside: str, head: str = "") -> bytes:
    return f"{SVG_HEAD}{head}>{inside}</svg>".encode()


def pdf(pages: int = 2) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for number in range(pages):
        document.new_page(842 - 100 * number, 595)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


LOCKED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj "
    b"3 0 obj<</Filter/Standard/V 1/R 2/Length 40/P -44/O<"
    + b"41" * 32
    + b">/U<"
    + b"42" * 32
    + b">>>endobj "
    b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[<" + b"43" * 16 + b"><" + b"43" * 16 + b">]>>\n%%EOF"
)
"""A PDF that wants a password which nobody knows."""


def polygon(name: str | None, x: float, y: float, size: float = 3.0, **properties: Any) -> dict[str, Any]:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    said = properties if name is None else {"name": name, **properties}
    return {"type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def line(kind: str, *points: tuple[float, float]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": {"type": "LineString", "coordinates": [list(point) for point in points]},
    }


def spot(name: str, x: float, y: float, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [x, y]}
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}


def geojson(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def booths(count: int = 520) -> bytes:
    """A hall of so many stands, F1 onwards, in rows of 26."""
    return geojson(*(polygon(f"F{n + 1}", n % 26 * 5, n // 26 * 5) for n in range(count)))


def png_bomb(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def entities() -> bytes:
    """A billion laughs."""
    lines = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 20}">' for n in range(8))
    return f'<!DOCTYPE svg [<!ENTITY a0 "ha ha ha ha">{lines}]><svg viewBox="0 0 9 9">&a8;</svg>'.encode()


def uses() -> bytes:
    """The same by elements that name each other: ten lines that are a billion for whoever draws them."""
    groups = "".join(f'<g id="g{n}">{f"""<use href="#g{n - 1}"/>""" * 10}</g>' for n in range(1, 10))
    return svg(f'<g id="g0"><path d="M0 0h1"/></g>{groups}')


def gzip_bomb() -> bytes:
    """A small SVGZ that is 40 MB of blanks."""
    return gzip.compress(svg(" " * 40_000_000))
