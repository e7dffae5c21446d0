"""Forms of the plans of halls. They ask for shape; the services judge meaning."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, Form, HiddenField

from scheduler.domain.aisles import Position
from scheduler.errors import Invalid
from scheduler.web.form_fields import line, number, said, search, text

MOST_TEXT = 40_000
_NUMBER = re.compile(r"^\d{1,6}(?:[.,]\d{1,6})?$")


class HallForm(Form):
    name = line(_l("Name"), 120, placeholder=_l("Hall 1"))
    drawing = FileField(
        _l("Drawing"),
        description=_l(
            "SVG, PNG, JPEG, PDF or GeoJSON, up to 20 MB. It is drawn anew. Empty: a blank floor."
        ),
        render_kw={"accept": ".svg,.svgz,.png,.jpg,.jpeg,.webp,.pdf,.geojson,.json"},
    )
    page = number(_l("Page of the PDF"), 1, 999)
    metres = line(
        _l("How wide is the drawing?"),
        10,
        _l("In metres, from its left edge to its right edge. Empty: not known, and no walk is worked out."),
        inputmode="decimal",
    )
    pace = number(_l("Pace"), 10, 200)


class PointForm(Form):
    what = HiddenField()
    name = line(_l("Name"), 120)
    x = line(_l("From the left"), 10, inputmode="decimal")
    y = line(_l("From the top"), 10, inputmode="decimal")


class ThingFilter(Form):
    q = search(_l("Find"), _l("Name of a stand or pavilion"))


class AislesForm(Form):
    lines = text(
        _l("Aisles in numbers"),
        MOST_TEXT,
        _l(
            "One aisle a line: points from end to end, each “from the left, from the top” in percent: 10,50 90,50"
        ),
        rows=6,
        spellcheck="false",
    )


def decimal_of(form: Form, name: str) -> float | None:
    """A number of the form, None for nothing. Raises Invalid, naming the field."""
    entered = said(form, name).strip()
    if not entered:
        return None
    if not _NUMBER.match(entered):
        raise Invalid(_("“%(text)s” is no number.", text=entered[:20]), name)
    return float(entered.replace(",", "."))


def position_of(form: Form) -> Position:
    """Where the form says. Raises Invalid, naming the field."""
    x, y = decimal_of(form, "x"), decimal_of(form, "y")
    if x is None or y is None:
        raise Invalid(_("Say where it is: both numbers, 0 to 100."), "x" if x is None else "y")
    return x, y


def aisles_of_text(entered: str) -> list[list[Position]]:
    """Aisles as a person, or the page's script, writes them. Raises Invalid with the line."""
    found = []
    for number_, row in enumerate(entered[: MOST_TEXT + 1].splitlines(), 1):
        points = row.split()
        pairs = [point.split(",") for point in points]
        if any(len(pair) != 2 or not all(map(_NUMBER.match, pair)) for pair in pairs):
            raise Invalid(
                _("Line %(n)d: “%(text)s” are no points like 10,50 90,50.", n=number_, text=row[:40]), "lines"
            )
        if points:
            found.append([(float(x), float(y)) for x, y in pairs])
    return found


def text_of_aisles(aisles: list[list[list[float]]]) -> str:
    """The same, the other way."""
    return "\n".join(" ".join(f"{x:g},{y:g}" for x, y in line_) for line_ in aisles)
