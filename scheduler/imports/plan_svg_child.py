"""The child process that reads a stranger's SVG drawing and writes it anew: what is on lists here, nothing else.

It imports nothing of ours; `scheduler.sandbox.run` starts it and says what it may cost. What no list names is left
out, and the answer says what kind of thing that was: `scripts`, `pictures`, `addresses` (of other files), `other`.
"""

from __future__ import annotations

import base64
import math
import re
import zlib
from typing import Any
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHAPES = _words("path rect circle ellipse line polyline polygon")
_ELEMENTS = _SHAPES | _words(
    """svg g a defs symbol use text tspan title desc style switch marker
    linearGradient radialGradient stop clipPath mask pattern"""
)
_QUIETLY = _words("metadata namedview")
"""What drawing programs add about themselves: nobody misses it."""
_PROPERTIES = _words(
    """fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset
    stroke-linecap stroke-linejoin stroke-miterlimit opacity color display visibility clip-path clip-rule mask
    font-family font-size font-weight font-style text-anchor dominant-baseline letter-spacing text-decoration
    stop-color stop-opacity vector-effect marker-start marker-mid marker-end paint-order"""
)
_ATTRIBUTES = _PROPERTIES | _words(
    """id class style d x y x1 y1 x2 y2 cx cy r rx ry dx dy fx fy width height points transform viewBox offset
    preserveAspectRatio gradientUnits gradientTransform clipPathUnits maskUnits patternUnits patternTransform
    patternContentUnits markerWidth markerHeight refX refY orient markerUnits textLength rotate"""
)
_VALUE = re.compile(r"^[^<>\\@{}]*$")
_ADDRESS = re.compile(
    r"url\s*\(\s*(?!['\"]?#)|javascript:|data:|expression|image\s*\(|image-set", re.IGNORECASE
)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_LENGTH = re.compile(r"^\s*([0-9.]+(?:e[+-]?\d+)?)\s*(px|pt|mm|cm|in)?\s*$", re.IGNORECASE)
_MOVES = re.compile(r"(matrix|translate|scale|rotate)\s*\(([^)]*)\)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The drawing with at most `elements` elements and `most` bytes, the names in it, and what was left out.

    Problems: `unreadable`, `elements`, `large`, `size` (it says neither a size nor a view box).
    """
    most = int(order["most"])
    if data[:2] == b"\x1f\x8b":
        try:
            data = zlib.decompressobj(31).decompress(data, most + 1)
        except zlib.error:
            return {"problem": "unreadable"}
    if len(data) > most:
        return {"problem": "large"}
    try:
        # Entities of its own are bounded by expat; others are never looked up.
        root = ElementTree.fromstring(data)  # noqa: S314
    except (ElementTree.ParseError, ValueError, LookupError):
        return {"problem": "unreadable"}
    if root.tag not in (f"{{{SVG}}}svg", "svg"):
        return {"problem": "unreadable"}
    if sum(1 for _element in root.iter()) > int(order["elements"]):
        return {"problem": "elements"}
    box = _box(root)
    if box is None:
        return {"problem": "size"}
    left_out: set[str] = set()
    drawn = _kept(root, left_out)
    assert drawn is not None
    if _expanded(drawn, int(order["elements"])) is None:
        return {"problem": "elements"}
    for name in ("x", "y", "preserveAspectRatio"):
        drawn.attrib.pop(name, None)
    drawn.attrib |= {
        "viewBox": " ".join(f"{value:g}" for value in box),
        "width": f"{box[2]:g}",
        "height": f"{box[3]:g}",
    }
    ElementTree.register_namespace("", SVG)
    return {
        "content": base64.b64encode(ElementTree.tostring(drawn, encoding="utf-8")).decode(),
        "media_type": "image/svg+xml",
        "width": box[2],
        "height": box[3],
        "names": _names(drawn, box, int(order["names"])),
        "left_out": sorted(left_out),
    }


def _expanded(root: ElementTree.Element, most: int) -> int | None:
    """How many elements a browser draws once each `use` stands for what it names; None for more than `most`.

    A few lines that name each other would else be millions.
    """
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    known: dict[ElementTree.Element, int] = {}

    def size(element: ElementTree.Element, under_way: frozenset[ElementTree.Element]) -> int:
        if element in known:
            return known[element]
        if element in under_way:
            return most + 1
        inside = under_way | {element}
        total = 1 + sum(size(child, inside) for child in element)
        goal = named.get(element.get("href", "#")[1:]) if _local(element.tag)[0] == "use" else None
        total = min(most + 1, total + (size(goal, inside) if goal is not None else 0))
        known[element] = total
        return total

    found = size(root, frozenset())
    return found if found <= most else None


def _box(root: ElementTree.Element) -> tuple[float, float, float, float] | None:
    """Left, top, width, height of what is shown; None when it has no usable size."""
    numbers = [float(value) for value in _NUMBER.findall(root.get("viewBox", ""))]
    if len(numbers) != 4:
        sides = [_LENGTH.match(root.get(name, "")) for name in ("width", "height")]
        if not all(sides):
            return None
        numbers = [0.0, 0.0, *(float(side[1]) for side in sides if side)]
    left, top, width, height = numbers
    if not all(map(math.isfinite, numbers)) or not (0 < width < 1e7 and 0 < height < 1e7):
        return None
    return left, top, width, height


def _local(tag: Any) -> tuple[str, bool]:
    """The name of an element or attribute, and whether it belongs to SVG (or to nothing)."""
    if not isinstance(tag, str):
        return "", False
    space, brace, name = tag.rpartition("}")
    return name, not brace or space == "{" + SVG


def _kept(element: ElementTree.Element, left_out: set[str]) -> ElementTree.Element | None:
    """A copy of an element with everything below it that may stay."""
    name, ours = _local(element.tag)
    if not ours or name not in _ELEMENTS:
        if ours and name and name.lower() not in _QUIETLY:
            left_out.add({"script": "scripts", "image": "pictures"}.get(name, "other"))
        return None
    # A link leads nowhere on a plan; what it holds is drawn.
    made = ElementTree.Element(f"{{{SVG}}}{'g' if name == 'a' else name}", _attributes(element, left_out))
    if name == "style":
        made.text = _sheet(element.text or "", left_out)
        return made
    if name in ("text", "tspan", "title", "desc"):
        made.text = element.text
    for child in element:
        kept = _kept(child, left_out)
        if kept is not None:
            kept.tail = child.tail if name in ("text", "tspan") else None
            made.append(kept)
    return made


def _attributes(element: ElementTree.Element, left_out: set[str]) -> dict[str, str]:
    kept = {}
    for tag, value in element.attrib.items():
        name, ours = _local(tag)
        if tag == _XLINK or (ours and name == "href"):
            if _local(element.tag)[0] == "a":
                continue
            # Only what stands in the drawing itself can be drawn again.
            if value.startswith("#"):
                kept["href"] = value
            else:
                left_out.add("addresses")
        elif ours and name == "style":
            kept["style"] = _declarations(value, left_out)
        elif ours and name in _ATTRIBUTES:
            if _VALUE.match(value) and not _ADDRESS.search(value):
                kept[name] = value
            else:
                left_out.add("addresses")
        elif name.lower().startswith("on"):
            left_out.add("scripts")
    return kept


def _sheet(text: str, left_out: set[str]) -> str:
    """The rules of a style sheet that only say how something of the drawing looks."""
    plain = re.sub(r"/\*.*?\*/|<!--|-->", "", text, flags=re.DOTALL)
    if "@" in plain:
        left_out.add("addresses")
    rules = []
    for selector, body in _RULE.findall(plain):
        if _VALUE.match(selector) and ";" not in selector:
            rules.append(f"{' '.join(selector.split())}{{{_declarations(body, left_out)}}}")
    return "\n".join(rules)


def _declarations(text: str, left_out: set[str]) -> str:
    kept = []
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if not colon or name not in _PROPERTIES:
            continue
        if not _VALUE.match(value) or _ADDRESS.search(value):
            left_out.add("addresses")
            continue
        kept.append(f"{name}:{value.strip()}")
    return ";".join(kept)


def _names(root: ElementTree.Element, box: tuple[float, float, float, float], most: int) -> list[list[Any]]:
    """Texts of the drawing, and ids of its shapes, with the middle of each in percent of its sides."""
    found: list[list[Any]] = []
    stack = [(root, _SAME)]
    while stack and len(found) < most:
        element, outer = stack.pop()
        name = _local(element.tag)[0]
        if name in ("defs", "symbol", "style", "marker", "pattern", "clipPath", "mask"):
            continue
        matrix = _times(outer, _matrix(element.get("transform", "")))
        if name == "text":
            _note(found, " ".join("".join(element.itertext()).split()), _anchor(element), matrix, box)
            continue
        if name in _SHAPES and element.get("id"):
            title = element.find(f"{{{SVG}}}title")
            said = (title.text or "" if title is not None else "") or element.get("id", "")
            _note(found, said, _middle(name, element), matrix, box)
        stack.extend((child, matrix) for child in reversed(element))
    return found


def _note(
    found: list[list[Any]],
    text: str,
    point: tuple[float, float] | None,
    matrix: Matrix,
    box: tuple[float, float, float, float],
) -> None:
    if point is None or not text or len(text) > 120:
        return
    a, b, c, d, e, f = matrix
    x = 100 * (a * point[0] + c * point[1] + e - box[0]) / box[2]
    y = 100 * (b * point[0] + d * point[1] + f - box[1]) / box[3]
    if 0 <= x <= 100 and 0 <= y <= 100:
        found.append([text, round(x, 3), round(y, 3)])


def _anchor(element: ElementTree.Element) -> tuple[float, float] | None:
    for one in element.iter():
        numbers = [_NUMBER.findall(one.get(name, "")) for name in ("x", "y")]
        if all(numbers):
            return float(numbers[0][0]), float(numbers[1][0])
    return (0.0, 0.0) if element.get("transform") else None


def _middle(name: str, element: ElementTree.Element) -> tuple[float, float] | None:
    def number(key: str) -> float:
        values = _NUMBER.findall(element.get(key, ""))
        return float(values[0]) if values else 0.0

    if name == "rect":
        return number("x") + number("width") / 2, number("y") + number("height") / 2
    if name in ("circle", "ellipse"):
        return number("cx"), number("cy")
    if name in ("polygon", "polyline"):
        values = [float(value) for value in _NUMBER.findall(element.get("points", ""))]
        xs, ys = values[0::2], values[1::2]
        return ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2) if xs and ys else None
    return None


def _matrix(text: str) -> Matrix:
    """A transform attribute as one matrix; what it can't read changes nothing."""
    found = _SAME
    for kind, inside in _MOVES.findall(text):
        values = [float(value) for value in _NUMBER.findall(inside)]
        found = _times(found, _step(kind, values))
    return found


def _step(kind: str, values: list[float]) -> Matrix:
    if kind == "matrix" and len(values) == 6:
        return (values[0], values[1], values[2], values[3], values[4], values[5])
    if kind == "translate" and values:
        return (1.0, 0.0, 0.0, 1.0, values[0], values[1] if len(values) > 1 else 0.0)
    if kind == "scale" and values:
        return (values[0], 0.0, 0.0, values[1] if len(values) > 1 else values[0], 0.0, 0.0)
    if kind == "rotate" and values:
        turn = math.radians(values[0])
        x, y = (values[1], values[2]) if len(values) > 2 else (0.0, 0.0)
        cos, sin = math.cos(turn), math.sin(turn)
        return (cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)
    return _SAME


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)
