"""Plans of halls that people bring: told apart by their first bytes, bounded, and drawn anew by a child process."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.errors import Invalid
from scheduler.imports import plan_geojson_child
from scheduler.sandbox.run import Broken, Busy, Limits, TooMuch, read_apart

BYTES_LIMIT = 20_000_000
TEXT_LIMIT = 8_000_000
"""Bytes of an SVG or GeoJSON, unpacked."""
PIXELS_LIMIT = 40_000_000
EDGE = 2400
"""The longer edge of what is stored of a picture, in pixels."""
NAMES = 3000
ELEMENTS = 40_000
POINTS = 200_000

_ROOM = Path(__file__).parent
_PICTURES = _ROOM / "plan_picture_child.py"
_SVG = _ROOM / "plan_svg_child.py"
_GEOJSON = _ROOM / "plan_geojson_child.py"
# Forty million pixels take 160 MB decoded, twice that while their colours are converted.
_LIMITS = Limits(seconds=25, memory=640 * 1024 * 1024, answer=24 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Name:
    """A word of the drawing, and where it stands: percent of its width and height from the upper left corner."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """A plan that we drew: `content` is WebP or SVG, `width` and `height` are its own units.

    `metres` is how many it measures across, None when the file does not say. Aisles are lines of positions in
    percent, as of `Name`. `left_out` names what a drawing held that is not shown.
    """

    content: bytes
    media_type: str
    width: float
    height: float
    names: tuple[Name, ...] = ()
    aisles: tuple[tuple[tuple[float, float], ...], ...] = ()
    entrances: tuple[Name, ...] = ()
    metres: float | None = None
    left_out: tuple[str, ...] = ()


def draw_plan(data: bytes, page: int = 1) -> DrawnPlan:
    """The plan in a file; of a PDF its page, from 1. Raises Invalid with the reason, and Busy."""
    if len(data) > BYTES_LIMIT:
        raise _refused(_("This file has more than 20 MB. Choose a smaller one."))
    child, order = _child(data, page)
    try:
        found = read_apart(child, data, order, _LIMITS)
    except TooMuch:
        raise _refused(
            _("This plan takes too much time or memory to draw. Save it smaller and try again.")
        ) from None
    except Busy:
        raise Busy("drawing") from None
    except Broken:
        found = {"problem": "unreadable"}
    if problem := found.get("problem"):
        raise _refused(_sentence(str(problem), found), "page" if problem == "page" else "drawing")
    return _plan(found)


def draw_own_plan(data: bytes) -> DrawnPlan:
    """A GeoJSON of our own, such as the demonstration's: read in this process."""
    return _plan(plan_geojson_child.read(data, {"points": POINTS, "names": NAMES}))


def _child(data: bytes, page: int) -> tuple[Path, dict[str, int]]:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        if len(data) > TEXT_LIMIT:
            raise _refused(_sentence("large", {}))
        return _GEOJSON, {"points": POINTS, "names": NAMES}
    if start.startswith((b"<", b"\x1f\x8b")) or start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _SVG, {"most": TEXT_LIMIT, "elements": ELEMENTS, "names": NAMES}
    return _PICTURES, {"pixels": PIXELS_LIMIT, "edge": EDGE, "page": page}


def _plan(found: Mapping[str, Any]) -> DrawnPlan:
    return DrawnPlan(
        base64.b64decode(found["content"]),
        found["media_type"],
        found["width"],
        found["height"],
        tuple(Name(*each) for each in found.get("names", ())),
        tuple(tuple((x, y) for x, y in line) for line in found.get("aisles", ())),
        tuple(Name(*each) for each in found.get("entrances", ())),
        found.get("metres"),
        tuple(found.get("left_out", ())),
    )


def _sentence(problem: str, found: Mapping[str, Any]) -> str:
    if problem == "page":
        pages: str = ngettext(
            "This PDF has %(num)d page.", "This PDF has %(num)d pages.", int(found["pages"])
        )
        return pages
    said: dict[str, str] = {
        "pixels": _("This picture has more than 40 million pixels. Save it smaller and try again."),
        "locked": _("This PDF is locked with a password. Save it without one and try again."),
        "elements": _("This drawing has too many parts for a phone. Save it as PNG or PDF and upload that."),
        "large": _("This drawing has more than 8 MB of text. Save it as PNG or PDF and upload that."),
        "size": _("This SVG does not say how large it is: it needs a viewBox, or a width and a height."),
        "points": _("This GeoJSON has too many corners. Leave out what a visitor does not need."),
        "number": _("A position in this GeoJSON is no number. Export it anew and try again."),
        "features": _("This GeoJSON draws nothing: it needs stands as polygons, or lines."),
    }
    unreadable: str = _(
        "This file can't be read as a plan. SVG, PNG, JPEG, PDF and GeoJSON are fine; it may be cut off."
    )
    return said.get(problem, unreadable)


def _refused(sentence: str, field: str = "drawing") -> Invalid:
    return Invalid(sentence, field)
