"""Photos and logos."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from scheduler.errors import Invalid
from scheduler.imports.pictures import EDGE, draw


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


def cut(kind: str) -> bytes:
    data = encoded(Image.effect_noise((300, 300), 80).convert("RGB"), kind)
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "can't be read as a picture"),
        (b"hello", "can't be read as a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "can't be read as a picture"),
        (b"x" * 8_000_001, "more than 8 MB"),
        (bomb(60_000, 60_000), "more than 16 million pixels"),
        (bomb(4_001, 4_000), "more than 16 million pixels"),
        (encoded(Image.new("L", (4_100, 4_000)), "JPEG"), "more than 16 million pixels"),
        (encoded(Image.new("L", (4_100, 4_000)), "GIF"), "more than 16 million pixels"),
        (encoded(Image.new("L", (4_100, 4_000)), "WEBP"), "more than 16 million pixels"),
        (cut("JPEG"), "cut off"),
        (cut("PNG"), "cut off"),
        (cut("WEBP"), "cut off"),
        (encoded(Image.new("RGB", (9, 9)), "TIFF"), "JPEG, PNG, WebP and GIF are fine"),
        (encoded(Image.new("RGB", (9, 9)), "BMP"), "JPEG, PNG, WebP and GIF are fine"),
    ],
    ids=[
        "empty",
        "text",
        "svg",
        "large",
        "bomb",
        "just too many pixels",
        "large JPEG",
        "large GIF",
        "large WebP",
        "cut JPEG",
        "cut PNG",
        "cut WebP",
        "TIFF",
        "BMP",
    ],
)
def test_file_that_is_no_usable_picture_is_refused_with_the_reason(data: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message) as caught:
        draw(data)

    assert caught.value.field == "picture"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_largest_png_of_every_kind_is_drawn(mode: str) -> None:
    drawn = draw(encoded(Image.new(mode, (4_000, 4_000)), "PNG"))

    assert (drawn.width, drawn.height) == (EDGE, EDGE)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])

    again = Image.open(io.BytesIO(draw(data).content)).convert("RGB")

    red, green, blue = again.getpixel((30, 20))  # type: ignore[misc]
    assert red > 240
    assert green < 15
    assert blue < 15


def test_moving_picture_of_very_many_frames_costs_no_more_than_its_first() -> None:
    frames = [Image.new("L", (1000, 1000), number % 2) for number in range(80)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert draw(data).width == EDGE


def test_colours_of_print_become_those_of_screens() -> None:
    drawn = draw(encoded(Image.new("CMYK", (50, 50), (0, 255, 255, 0)), "JPEG"))

    assert drawn.media_type == "image/jpeg"
    red, green, blue = Image.open(io.BytesIO(drawn.content)).getpixel((25, 25))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 15


def test_grey_of_sixteen_bits_keeps_its_shades() -> None:
    drawn = draw(encoded(Image.new("I;16", (50, 50), 128 * 256), "PNG"))

    shade = Image.open(io.BytesIO(drawn.content)).convert("L").getpixel((25, 25))
    assert shade == pytest.approx(128, abs=2)


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (16_000, 1000)])
def test_very_thin_pictures_are_drawn(size: tuple[int, int]) -> None:
    drawn = draw(encoded(Image.new("RGB", size, "red"), "PNG"))

    assert max(drawn.width, drawn.height) <= EDGE
    assert min(drawn.width, drawn.height) >= 1
