"""The plan of a hall as pages draw it: the drawing, lines on it, and what is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from scheduler.domain.aisles import Position
from scheduler.extensions import db
from scheduler.models import Hall
from scheduler.queries.venue.halls import Thing, ThingKind, hall_lines, things_by_hall
from scheduler.queries.venue.whereabouts import whereabouts
from scheduler.web.access import this_event


@dataclass(frozen=True)
class Mark:
    """A point on the plan in percent; `kind` is `p`, `s`, `e`, or `here` and `before` for what a page is about.

    `address`: where one chooses it, empty for what is only shown.
    """

    name: str
    kind: str
    x: float
    y: float
    address: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class HallPicture:
    """A hall with marks; `aisles` and `way` are the points of lines as SVG writes them."""

    hall: Hall
    marks: Sequence[Mark] = ()
    aisles: Sequence[str] = ()
    way: str = ""
    labelled: bool = False
    """Whether the drawing says names itself: then marks don't repeat them."""
    key: str = ""
    """Of what the picture is about, as of `Thing`."""

    @property
    def drawing(self) -> str:
        """The address of the drawing; empty for an empty floor."""
        return drawing_address(self.hall)

    @property
    def ratio(self) -> float:
        """Width by height."""
        return round(self.hall.width / self.hall.height, 4)


def drawing_address(hall: Hall) -> str:
    if hall.drawing_id is None:
        return ""
    return url_for("halls.drawing", event_slug=this_event().slug, drawing_id=hall.drawing_id)


def points_of(line: Iterable[Sequence[float]]) -> str:
    """A line as SVG writes it."""
    return " ".join(f"{x:g},{y:g}" for x, y in line)


def aisles_of(hall: Hall) -> list[str]:
    return [points_of(line) for line in hall.aisles]


def marks_of(things: Iterable[Thing]) -> list[Mark]:
    """What stands on a plan, only shown."""
    return [
        Mark(thing.name, thing.kind.value, thing.x, thing.y)
        for thing in things
        if thing.x is not None and thing.y is not None
    ]


def hall_pictures() -> tuple[list[HallPicture], dict[str, Hall]]:
    """Every hall of the event with what stands on it, and the halls of pavilions by public id. Two queries."""
    event = this_event()
    things = things_by_hall(db.session, event.id)
    pictures: list[HallPicture] = []
    halls: dict[str, Hall] = {}
    for line in hall_lines(db.session, event.id):
        standing = things.get(line.hall.id, ())
        pictures.append(HallPicture(line.hall, marks_of(standing), labelled=line.labelled))
        halls |= {thing.public_id: line.hall for thing in standing if thing.kind is ThingKind.PAVILION}
    return pictures, halls


def picture_of(
    pavilion: str, place_id: int | None = None, *, before: str = "", label: str = ""
) -> HallPicture | None:
    """A pavilion, or a place of it, on the plan of its hall, and the way there; None when it is on no plan."""
    found = whereabouts(db.session, this_event().id, pavilion, place_id, before)
    if found is None:
        return None
    marks = [_mark(label or pavilion, "here", found.here)]
    if found.before is not None:
        marks.insert(0, _mark(_("You come from %(place)s", place=before), "before", found.before))
    return HallPicture(found.hall, marks, (), points_of(found.way), key=found.key)


def _mark(name: str, kind: str, at: Position) -> Mark:
    return Mark(name, kind, at[0], at[1])
