"""Photos and logos."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from scheduler.errors import Invalid
from scheduler.services.pictures import EDGE, draw


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def test_photo_is_made_small_and_upright_and_loses_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (41.0, 23.0, 0.0)}
    data = encoded(Image.new("RGB", (2000, 1000), "red"), "JPEG", exif=exif, comment=b"secret")

    drawn = draw(data)

    assert (drawn.media_type, drawn.width, drawn.height) == ("image/jpeg", EDGE // 2, EDGE)
    again = Image.open(io.BytesIO(drawn.content))
    assert not again.getexif()
    assert b"taken at home" not in drawn.content
    assert b"secret" not in drawn.content


def test_logo_stays_see_through() -> None:
    drawn = draw(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG"))

    assert drawn.media_type == "image/png"
    assert Image.open(io.BytesIO(drawn.content)).mode == "RGBA"


def test_picture_with_something_hidden_behind_it_is_drawn_anew() -> None:
    data = encoded(Image.new("RGB", (10, 10)), "PNG") + b"<script>alert(1)</script>"

    assert b"script" not in draw(data).content


def bomb(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "can't be read as a picture"),
        (b"hello", "can't be read as a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "can't be read as a picture"),
        (b"x" * 8_000_001, "more than 8 MB"),
        (bomb(60_000, 60_000), "picture"),
        (bomb(9_000, 9_000), "more than 50 million pixels"),
        (encoded(Image.new("RGB", (300, 300), "red"), "JPEG")[:400], "can't be read as a picture"),
    ],
    ids=["empty", "text", "svg", "large", "bomb", "many pixels", "cut off"],
)
def test_file_that_is_no_usable_picture_is_refused_quickly(data: bytes, message: str) -> None:
    started = time.monotonic()

    with pytest.raises(Invalid, match=message):
        draw(data)

    assert time.monotonic() - started < 2
