"""The child process that reads a stranger's GeoJSON of a hall and draws it: stands as areas, aisles as lines.

It imports nothing of ours; `scheduler.sandbox.run` starts it and says what it may cost. Positions on the globe
(RFC 7946) are laid flat and give the hall's size in metres; positions of a drawing of its own keep their unit, whose
length nobody knows. In both, north is up.
"""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass, field
from html import escape
from typing import Any

WIDTH = 1200.0
"""Units of the drawing from left to right."""
MARGIN = 0.02
GLOBE_MOST = 0.1
"""Degrees. A hall is smaller, and a drawing in metres larger."""
TALL = 40
"""Units of the drawing: an area that is taller has room for its name beside a mark."""
METRES_PER_DEGREE = 111_320.0
_NAME_KEYS = ("name", "ref", "booth", "stand", "number", "label", "title", "id")
_KIND_KEYS = ("kind", "type", "indoor", "class", "category")
_AISLES = frozenset(("aisle", "corridor", "path", "footway", "way", "route", "walkway"))
_ENTRANCES = frozenset(("entrance", "door", "gate", "entry", "exit"))
_OUTLINES = frozenset(("hall", "outline", "building", "floor", "level"))

Point = tuple[float, float]


@dataclass
class _Found:
    """What the features are: `areas` with name and rings, `outlines` without a name of a stand."""

    areas: list[tuple[str, list[list[Point]]]] = field(default_factory=list)
    outlines: list[list[list[Point]]] = field(default_factory=list)
    spots: list[tuple[str, Point]] = field(default_factory=list)
    entrances: list[tuple[str, Point]] = field(default_factory=list)
    lines: list[list[Point]] = field(default_factory=list)
    aisles: list[list[Point]] = field(default_factory=list)
    points: int = 0


class _Unusable(Exception):
    """`reason` is the word of the answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The drawing as SVG; `names`, `aisles` and `entrances` in percent of its sides, `metres` across if known.

    At most `points` corners. Problems: `unreadable`, `features` (nothing is drawn in it), `points` (too many),
    `number` (a position that is no number).
    """
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except _Unusable as problem:
        return {"problem": problem.reason}
    except (ValueError, UnicodeDecodeError):
        return {"problem": "unreadable"}
    try:
        shapes = _shapes(found, int(order["points"]))
        return _drawn(shapes, int(order["names"]))
    except _Unusable as problem:
        return {"problem": problem.reason}


def _no_number(_word: str) -> float:
    raise _Unusable("number")


def _shapes(found: Any, most: int) -> _Found:
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        features = [found] if isinstance(found, dict) and found.get("type") == "Feature" else None
    if features is None:
        raise _Unusable("unreadable")
    shapes = _Found()
    for feature in features:
        if isinstance(feature, dict) and isinstance(feature.get("geometry"), dict):
            _take(shapes, feature)
        if shapes.points > most:
            raise _Unusable("points")
    if not (shapes.areas or shapes.outlines or shapes.lines or shapes.aisles or shapes.spots):
        raise _Unusable("features")
    return shapes


def _take(shapes: _Found, feature: dict[str, Any]) -> None:
    geometry = feature["geometry"]
    kind, where = geometry.get("type"), geometry.get("coordinates")
    properties = feature.get("properties")
    said = properties if isinstance(properties, dict) else {}
    name = _text(said, _NAME_KEYS) or _text(feature, ("id",))
    words = {str(said[key]).casefold() for key in _KIND_KEYS if isinstance(said.get(key), str)}
    if kind in ("Polygon", "MultiPolygon"):
        for polygon in _list(where) if kind == "MultiPolygon" else [where]:
            rings = [_line(shapes, ring) for ring in _list(polygon)]
            rings = [ring for ring in rings if len(ring) >= 3]
            if rings and words & _OUTLINES:
                shapes.outlines.append(rings)
            elif rings:
                shapes.areas.append((name, rings))
    elif kind in ("LineString", "MultiLineString"):
        for line in _list(where) if kind == "MultiLineString" else [where]:
            drawn = _line(shapes, line)
            if len(drawn) >= 2:
                (shapes.aisles if words & _AISLES else shapes.lines).append(drawn)
    elif kind == "Point":
        point = _point(where)
        shapes.points += 1
        (shapes.entrances if words & _ENTRANCES else shapes.spots).append((name, point))


def _text(values: dict[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = values.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return " ".join(str(value).split())[:120]
    return ""


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Unusable("unreadable")
    return value


def _line(shapes: _Found, value: Any) -> list[Point]:
    points = [_point(each) for each in _list(value)]
    shapes.points += len(points)
    return points


def _point(value: Any) -> Point:
    pair = _list(value)
    if len(pair) < 2 or any(isinstance(each, bool) or not isinstance(each, int | float) for each in pair[:2]):
        raise _Unusable("number")
    x, y = float(pair[0]), float(pair[1])
    if not (math.isfinite(x) and math.isfinite(y)) or max(abs(x), abs(y)) > 1e9:
        raise _Unusable("number")
    return x, y


def _all_points(shapes: _Found) -> list[Point]:
    rings = [ring for _name, area in shapes.areas for ring in area]
    rings += [ring for area in shapes.outlines for ring in area]
    rings += shapes.lines + shapes.aisles
    spots = [point for _name, point in shapes.spots + shapes.entrances]
    return [point for ring in rings for point in ring] + spots


class _Paper:
    """Turns positions into units of the drawing: `WIDTH` across, north up."""

    def __init__(self, points: list[Point]) -> None:
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        self.west, self.north = min(xs), max(ys)
        across, down = max(xs) - self.west, self.north - min(ys)
        globe = max(across, down) <= GLOBE_MOST and max(map(abs, xs)) <= 180 and max(map(abs, ys)) <= 90
        # Farther from the equator a degree of longitude is shorter.
        self.squeeze = math.cos(math.radians(self.north)) if globe else 1.0
        across *= self.squeeze
        if max(across, down) <= 0:
            raise _Unusable("features")
        edge = MARGIN * max(across, down)
        self.edge = edge
        self.scale = WIDTH / (across + 2 * edge)
        self.height = (down + 2 * edge) * self.scale
        # What is much longer than wide is no hall, and no screen shows it.
        if not WIDTH / 20 <= self.height <= WIDTH * 20:
            raise _Unusable("features")
        self.metres = (across + 2 * edge) * METRES_PER_DEGREE if globe else None

    def at(self, point: Point) -> Point:
        x = ((point[0] - self.west) * self.squeeze + self.edge) * self.scale
        y = (self.north - point[1] + self.edge) * self.scale
        return round(x, 2), round(y, 2)

    def percent(self, point: Point) -> list[float]:
        x, y = self.at(point)
        return [round(100 * x / WIDTH, 3), round(100 * y / self.height, 3)]


def _drawn(shapes: _Found, most: int) -> dict[str, Any]:
    paper = _Paper(_all_points(shapes))
    parts = [_area(paper, rings, "#ffffff", "#5b6470", 3) for rings in shapes.outlines]
    parts += [_line_drawn(paper, line) for line in shapes.lines]
    names: list[list[Any]] = []
    for name, rings in shapes.areas:
        parts.append(_area(paper, rings, "#e3e9ec", "#7b8894", 1))
        if name:
            parts.append(_label(paper, name, rings[0]))
            names.append([name, *paper.percent(_centre(rings[0]))])
    for name, point in shapes.spots:
        x, y = paper.at(point)
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="#7b8894"/>')
        if name:
            names.append([name, *paper.percent(point)])
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {paper.height:.2f}"'
    head += (
        f' width="{WIDTH:g}" height="{paper.height:.2f}"><rect width="100%" height="100%" fill="#fbfbf9"/>'
    )
    content = head + "".join(parts) + "</svg>"
    return {
        "content": base64.b64encode(content.encode()).decode(),
        "media_type": "image/svg+xml",
        "width": WIDTH,
        "height": round(paper.height, 2),
        "names": names[:most],
        "aisles": [[paper.percent(point) for point in line] for line in shapes.aisles],
        "entrances": [[name, *paper.percent(point)] for name, point in shapes.entrances],
        "metres": paper.metres,
        "left_out": [],
    }


def _area(paper: _Paper, rings: list[list[Point]], fill: str, stroke: str, width: int) -> str:
    way = "".join(
        "M" + "L".join(f"{x:g} {y:g}" for x, y in (paper.at(point) for point in ring)) + "Z" for ring in rings
    )
    return f'<path d="{way}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width}"/>'


def _line_drawn(paper: _Paper, line: list[Point]) -> str:
    points = " ".join(f"{x:g},{y:g}" for x, y in (paper.at(point) for point in line))
    return f'<polyline points="{points}" fill="none" stroke="#5b6470" stroke-width="2"/>'


def _centre(ring: list[Point]) -> Point:
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _label(paper: _Paper, name: str, ring: list[Point]) -> str:
    """The name in its area, as large as fits, or left out where nobody could read it.

    Where there is room it stands above the middle: a mark will be there.
    """
    corners = [paper.at(point) for point in ring]
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    large = height > TALL
    lines = max(_breaks(name, 2 if large else 1), key=lambda each: _size(each, width, height))
    size = min(_size(lines, width, 0.6 * height if large else height), 20.0)
    if size < 3:
        return ""
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    first = min(ys) + 1.25 * size if large else y + 0.35 * size
    rows = "".join(
        f'<tspan x="{x:g}" y="{first + 1.1 * size * number:g}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text font-family="sans-serif" font-size="{size:.1f}" text-anchor="middle" fill="#2b333b">{rows}</text>'


def _breaks(name: str, most: int) -> list[list[str]]:
    """The name in one line, and in two wherever a word ends."""
    words = name.split()
    broken = [[" ".join(words[:n]), " ".join(words[n:])] for n in range(1, len(words))] if most > 1 else []
    return [[name], *broken]


def _size(lines: list[str], width: float, height: float) -> float:
    """How large letters may be so that the lines fit an area."""
    return min(width / (0.6 * max(map(len, lines)) + 0.6), 0.66 * height / len(lines))
