"""Plans of halls as files: drawn anew, bounded, and nothing of a stranger's file served."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree

import pytest
from PIL import Image

from scheduler.errors import Invalid
from scheduler.imports.plans import EDGE, DrawnPlan, draw_plan
from tests.imports import plan_files as files


def text_of(drawn: DrawnPlan) -> str:
    assert drawn.media_type == "image/svg+xml"
    ElementTree.fromstring(drawn.content)
    return drawn.content.decode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_is_drawn_anew_without_its_metadata(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    data = (
        files.encoded(Image.new("RGB", (5000, 2500), "red"), kind, exif=exif) + b"<script>alert(1)</script>"
    )

    drawn = draw_plan(data)

    assert (drawn.media_type, drawn.width, drawn.height) == ("image/webp", EDGE, EDGE // 2)
    assert Image.open(io.BytesIO(drawn.content)).size == (EDGE, EDGE // 2)
    for hidden in (b"taken at home", b"script"):
        assert hidden not in drawn.content


def test_picture_that_is_see_through_lies_on_white_paper() -> None:
    drawn = draw_plan(files.encoded(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG"))

    assert Image.open(io.BytesIO(drawn.content)).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_page_of_a_pdf_is_drawn() -> None:
    first, second = draw_plan(files.pdf(), 1), draw_plan(files.pdf(), 2)

    assert (first.width, second.width) == (EDGE, EDGE)
    assert first.height < second.height


def test_page_that_a_pdf_lacks_is_named() -> None:
    with pytest.raises(Invalid, match="This PDF has 2 pages") as caught:
        draw_plan(files.pdf(), 3)

    assert caught.value.field == "page"


HOSTILE = """<script>alert(1)</script><style>.a{fill:red;background:url(http://evil.example/a)}
  @import "http://evil.example/b"; .b{fill:url(http://evil.example/c)}</style>
  <foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://evil.example"/></foreignObject>
  <image xlink:href="http://evil.example/x.png"/><use href="http://evil.example/y.svg#a"/>
  <a xlink:href="javascript:alert(2)"><circle r="3" onclick="alert(3)"/></a>
  <rect id="B7" width="10" height="10" style="fill:blue;behavior:url(x)" fill="url(http://evil.example/z)"/>
  <animate attributeName="href" to="javascript:alert(4)"/><set attributeName="onload" to="alert(5)"/>"""


def test_svg_keeps_shapes_and_loses_everything_that_runs_or_fetches() -> None:
    drawn = draw_plan(files.svg(HOSTILE, ' onload="alert(0)"'))

    found = text_of(drawn)
    for harm in (
        "script",
        "alert",
        "evil",
        "foreignObject",
        "iframe",
        "onload",
        "onclick",
        "@",
        "url(",
        "animate",
    ):
        assert harm not in found
    for kept in ("<circle", "<rect", "fill:blue", "fill:red", 'viewBox="0 0 200 100"'):
        assert kept in found
    assert drawn.left_out == ("addresses", "other", "pictures", "scripts")


def test_gradients_and_uses_of_the_drawing_itself_stay() -> None:
    gradient = '<linearGradient id="g"><stop offset="1" stop-color="red"/></linearGradient>'
    inside = f'<defs>{gradient}<path id="p" d="M0 0h9"/></defs><use xlink:href="#p" fill="url(#g)"/>'
    drawn = draw_plan(files.svg(inside))

    assert 'href="#p"' in text_of(drawn)
    assert 'fill="url(#g)"' in text_of(drawn)
    assert drawn.left_out == ()


def test_names_of_an_svg_are_found_where_they_stand() -> None:
    drawn = draw_plan(
        files.svg(
            '<g transform="translate(100 0) scale(2)"><text x="10" y="20">F60</text></g>'
            '<rect id="F61" x="20" y="40" width="20" height="20"/>'
            '<text transform="matrix(1 0 0 1 50 50)"><tspan>Hall</tspan> <tspan>17</tspan></text>'
            '<defs><text x="1" y="1">not shown</text></defs>'
        )
    )

    assert {(name.text, name.x, name.y) for name in drawn.names} == {
        ("F60", 60.0, 40.0),
        ("F61", 15.0, 50.0),
        ("Hall 17", 25.0, 50.0),
    }


def test_geojson_of_520_stands_is_drawn_with_their_names() -> None:
    drawn = draw_plan(files.booths())

    assert len(drawn.names) == 520
    assert text_of(drawn).count("<path") == 520
    assert drawn.metres is None
    first, last = drawn.names[0], drawn.names[-1]
    assert (first.text, last.text) == ("F1", "F520")
    # North is up: the first row lies at the lower edge.
    assert first.y > 90 > 10 > last.y


def test_geojson_on_the_globe_says_how_wide_the_hall_is() -> None:
    degrees = 0.0001
    drawn = draw_plan(
        files.geojson(
            files.polygon("A", 2.1, 41.35, degrees), files.polygon("B", 2.1 + 9 * degrees, 41.35, degrees)
        )
    )

    assert drawn.metres == pytest.approx(10 * degrees * 111_320 * 0.7507 * 1.04, rel=0.01)


def test_geojson_brings_aisles_and_entrances() -> None:
    drawn = draw_plan(
        files.geojson(
            files.polygon(None, 0, 0, 100, kind="hall"),
            files.line("aisle", (0, 50), (100, 50)),
            files.spot("South", 50, 0, kind="entrance"),
            files.polygon("<b>& Co", 10, 10),
        )
    )

    ((start, end),) = drawn.aisles
    assert start[1] == end[1] == 50
    assert [(name.text, name.x) for name in drawn.entrances] == [("South", 50)]
    assert [name.text for name in drawn.names] == ["<b>& Co"]
    assert "&lt;b&gt;&amp; Co" in text_of(drawn)


UNREADABLE = "can't be read as a plan"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", UNREADABLE, id="empty"),
        pytest.param(b"hello", UNREADABLE, id="text"),
        pytest.param(b"x" * 20_000_001, "more than 20 MB", id="large"),
        pytest.param(files.png_bomb(60_000, 60_000), "more than 40 million pixels", id="bomb"),
        pytest.param(files.png_bomb(10_001, 4_000), "more than 40 million pixels", id="just too many"),
        pytest.param(files.picture()[:400], UNREADABLE, id="cut PNG"),
        pytest.param(files.picture("JPEG")[:900], UNREADABLE, id="cut JPEG"),
        pytest.param(files.pdf()[:120], UNREADABLE, id="cut PDF"),
        pytest.param(files.LOCKED_PDF, "locked with a password", id="locked PDF"),
        pytest.param(files.entities(), UNREADABLE, id="entities"),
        pytest.param(
            b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text x="1" y="1">&x;</text></svg>',
            UNREADABLE,
            id="external entity",
        ),
        pytest.param(files.uses(), "too many parts", id="uses"),
        pytest.param(files.svg("<path/>" * 40_001), "too many parts", id="elements"),
        pytest.param(files.gzip_bomb(), "more than 8 MB of text", id="gzip bomb"),
        pytest.param(files.svg("<g>" * 20_000 + "</g>" * 20_000), "too much time or memory", id="deep"),
        pytest.param(files.svg("<path"), UNREADABLE, id="cut SVG"),
        pytest.param(b"<html><body/></html>", UNREADABLE, id="HTML"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "how large it is", id="no size"),
        pytest.param(files.booths()[:-9], UNREADABLE, id="cut GeoJSON"),
        pytest.param(b'{"features": {}}', UNREADABLE, id="no features"),
        pytest.param(files.geojson(), "draws nothing", id="no stands"),
        pytest.param(files.booths(9).replace(b"5,", b"NaN,", 1), "is no number", id="NaN"),
        pytest.param(files.booths(9).replace(b"5,", b"1e999,", 1), "is no number", id="infinite"),
        pytest.param(files.booths(9).replace(b"5,", b'"5",', 1), "is no number", id="words"),
        pytest.param(files.geojson(files.line("x", (0, 0), (0, 0))), "draws nothing", id="one point"),
        pytest.param(b"[" * 100_000, "too much time or memory", id="deep GeoJSON"),
        pytest.param(b"[]" + b" " * 8_000_001, "more than 8 MB of text", id="large GeoJSON"),
    ],
)
def test_file_that_is_no_usable_plan_is_refused_with_the_reason(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        draw_plan(data)

    assert caught.value.field == "drawing"


def test_geojson_with_too_many_corners_is_refused() -> None:
    corners = [[n % 1000, n // 1000] for n in range(200_001)]
    geometry = {"type": "LineString", "coordinates": corners}
    data = json.dumps({"type": "Feature", "properties": {}, "geometry": geometry}).encode()

    with pytest.raises(Invalid, match="too many corners"):
        draw_plan(data)
