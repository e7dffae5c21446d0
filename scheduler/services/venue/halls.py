"""What organisers do with plans of halls: drawings, what stands where, entrances, aisles, ways between halls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.aisles import Position
from scheduler.domain.text_key import name_key
from scheduler.domain.walking import LONGEST, PACE
from scheduler.errors import Invalid, NotFound
from scheduler.imports.plans import DrawnPlan
from scheduler.models import Event, Hall, HallLink, HallPoint, Pavilion, Place, User, new_public_id
from scheduler.services.audit import record
from scheduler.services.text import clean_line
from scheduler.services.venue.venue import LARGEST_HALL

EMPTY_FLOOR = (1200.0, 800.0)
"""Width and height of a hall without a drawing."""
SLOWEST, FASTEST = 10, 200
MOST_HALLS = 60
MOST_CORNERS = 800
"""Of all aisles of a hall: each piece is compared with each other one."""


@dataclass(frozen=True, slots=True)
class HallEntry:
    """`metres` is how many the plan measures across, None: unknown; `pace` is metres a minute."""

    name: str
    metres: float | None = None
    pace: int = PACE


def add_hall(
    session: Session, event: Event, entry: HallEntry, drawn: DrawnPlan | None, actor: User | None
) -> Hall:
    """Add a hall. Aisles, entrances and the size that the drawing's file says are taken over. Raises Invalid."""
    count = session.scalar(select(func.count()).select_from(Hall).where(Hall.event_id == event.id)) or 0
    if count >= MOST_HALLS:
        raise Invalid(_("An event has at most %(n)d halls.", n=MOST_HALLS), "name")
    name = _free_name(session, event, entry.name, None)
    hall = Hall(
        event_id=event.id, name=name, width=EMPTY_FLOOR[0], height=EMPTY_FLOOR[1], aisles=[], names=[]
    )
    _measure(hall, entry)
    session.add(hall)
    if drawn is not None:
        _draw(session, hall, drawn)
    session.flush()
    record(session, event, actor, "hall.add", hall.public_id, name=name)
    return hall


def change_hall(
    session: Session, event: Event, hall: Hall, entry: HallEntry, drawn: DrawnPlan | None, actor: User
) -> None:
    """Change a hall; a new drawing replaces the old one, and what was placed stays where it was. Raises Invalid."""
    hall.name = _free_name(session, event, entry.name, hall)
    _measure(hall, entry)
    if drawn is not None:
        _draw(session, hall, drawn)
    session.flush()
    record(session, event, actor, "hall.change", hall.public_id, name=hall.name, drawing=drawn is not None)


def remove_hall(session: Session, event: Event, hall: Hall, actor: User) -> None:
    """Remove a hall with its drawing; pavilions and places stay, on no plan. Minutes taken over from it stay."""
    record(session, event, actor, "hall.remove", hall.public_id, name=hall.name)
    session.delete(hall)
    session.flush()


def put_thing(
    session: Session, event: Event, hall: Hall, key: str, at: Position, actor: User, name: str = ""
) -> HallPoint:
    """Put a pavilion, a place or an entrance (`e-`: a new one) on the plan of a hall, or move it there.

    Raises Invalid, naming the field, and NotFound.
    """
    x, y = _checked(at)
    point = _point(session, event, hall, key, name)
    point.hall_id, point.x, point.y = hall.id, x, y
    session.add(point)
    session.flush()
    record(session, event, actor, "hall.place", hall.public_id, name=hall.name, thing=key)
    return point


def take_off(session: Session, event: Event, hall: Hall, key: str, actor: User) -> None:
    """Take a thing off the plan; an entrance is gone by that. Raises NotFound."""
    point = _point(session, event, hall, key, "")
    if point.id is not None:
        session.delete(point)
        session.flush()
        record(session, event, actor, "hall.take-off", hall.public_id, name=hall.name, thing=key)


def set_aisles(
    session: Session, event: Event, hall: Hall, lines: Sequence[Sequence[Position]], actor: User
) -> bool:
    """Draw the aisles anew. Returns whether anything changed. Raises Invalid."""
    if sum(map(len, lines)) > MOST_CORNERS:
        raise Invalid(_("The aisles of a hall have at most %(n)d corners.", n=MOST_CORNERS), "lines")
    if any(len(line) < 2 for line in lines):
        raise Invalid(_("An aisle has at least two points."), "lines")
    aisles = [[list(_checked(point, "lines")) for point in line] for line in lines]
    if hall.aisles == aisles:
        return False
    hall.aisles = aisles
    session.flush()
    record(session, event, actor, "hall.aisles", hall.public_id, name=hall.name, aisles=len(aisles))
    return True


def set_links(
    session: Session, event: Event, minutes: Mapping[tuple[int, int], int | None], actor: User
) -> int:
    """Say how long the way between two halls is, from entrance to entrance, by pairs of row ids; None: unknown.

    Returns how many changed. Raises Invalid.
    """
    known = set(session.scalars(select(Hall.id).where(Hall.event_id == event.id)))
    rows = {
        (row.one_id, row.other_id): row
        for row in session.scalars(select(HallLink).where(HallLink.event_id == event.id))
    }
    changed = 0
    for pair, value in minutes.items():
        one, other = sorted(pair)
        if one == other or not {one, other} <= known:
            raise Invalid(_("A way leads from one hall of this event to another."))
        if value is not None and not 0 <= value <= LONGEST:
            raise Invalid(_("A walk takes between 0 and %(n)d minutes.", n=LONGEST))
        row = rows.get((one, other)) or rows.get((other, one))
        if row is None and value is not None:
            session.add(HallLink(event_id=event.id, one_id=one, other_id=other, minutes=value))
        elif row is not None and value is None:
            session.delete(row)
        elif row is not None and value is not None and row.minutes != value:
            row.minutes = value
        else:
            continue
        changed += 1
    session.flush()
    if changed:
        record(session, event, actor, "hall.links", changed=changed)
    return changed


def _free_name(session: Session, event: Event, text: str, own: Hall | None) -> str:
    name = clean_line(text, 120, "name", _("Name"))
    if not name:
        raise Invalid(_("Give the hall a name."), "name")
    with session.no_autoflush:
        twin = session.scalar(select(Hall).where(Hall.event_id == event.id, Hall.name_key == name_key(name)))
    if twin is not None and twin is not own:
        raise Invalid(_("There is a hall “%(name)s” already.", name=name), "name")
    return name


def _measure(hall: Hall, entry: HallEntry) -> None:
    if entry.metres is not None and not (math.isfinite(entry.metres) and 1 <= entry.metres <= LARGEST_HALL):
        raise Invalid(_("The plan measures between 1 and %(n)d metres.", n=LARGEST_HALL), "metres")
    if not SLOWEST <= entry.pace <= FASTEST:
        raise Invalid(
            _("People walk %(least)d to %(most)d metres a minute.", least=SLOWEST, most=FASTEST), "pace"
        )
    hall.metres, hall.pace = entry.metres, entry.pace


def _draw(session: Session, hall: Hall, drawn: DrawnPlan) -> None:
    """Give a hall a drawing; what a person has drawn or said before counts more than its file."""
    hall.drawing, hall.drawing_type, hall.drawing_id = drawn.content, drawn.media_type, new_public_id()
    hall.width, hall.height = drawn.width, drawn.height
    hall.names = [[name.text, name.x, name.y] for name in drawn.names]
    if hall.metres is None:
        hall.metres = drawn.metres
    if not hall.aisles and sum(map(len, drawn.aisles)) <= MOST_CORNERS:
        hall.aisles = [[[x, y] for x, y in line] for line in drawn.aisles]
    session.flush()
    entrances = select(HallPoint.id).where(
        HallPoint.hall_id == hall.id, HallPoint.pavilion_id.is_(None), HallPoint.place_id.is_(None)
    )
    if session.scalar(entrances.limit(1)) is None:
        for entrance in drawn.entrances:
            name = clean_line(entrance.text, 120, "name", _("Name")) or _("Entrance")
            session.add(
                HallPoint(event_id=hall.event_id, hall_id=hall.id, name=name, x=entrance.x, y=entrance.y)
            )


def _checked(at: Position, field: str = "") -> Position:
    for axis, value in zip(("x", "y"), at, strict=True):
        if not (math.isfinite(value) and 0 <= value <= 100):
            raise Invalid(_("A position lies between 0 and 100."), field or axis)
    return round(at[0], 3), round(at[1], 3)


def _point(session: Session, event: Event, hall: Hall, key: str, name: str) -> HallPoint:
    """The point of a thing on whatever plan it is, or a new one. Raises NotFound."""
    letter, _dash, public_id = key.partition("-")
    if letter == "e":
        return _entrance(session, event, hall, public_id, name)
    table: type[Pavilion] | type[Place] = Pavilion if letter == "p" else Place
    row = session.scalar(
        select(table.id).where(
            table.event_id == event.id, table.public_id == public_id, table.retired_at.is_(None)
        )
    )
    if row is None or letter not in ("p", "s"):
        raise NotFound(_("There is no such place at this event."))
    column = HallPoint.pavilion_id if letter == "p" else HallPoint.place_id
    found = session.scalar(select(HallPoint).where(column == row))
    return found or HallPoint(
        event_id=event.id,
        hall_id=hall.id,
        pavilion_id=row if letter == "p" else None,
        place_id=row if letter == "s" else None,
    )


def _entrance(session: Session, event: Event, hall: Hall, public_id: str, name: str) -> HallPoint:
    if not public_id:
        said = clean_line(name, 120, "name", _("Name")) or _("Entrance")
        return HallPoint(event_id=event.id, hall_id=hall.id, name=said)
    found = session.scalar(
        select(HallPoint).where(
            HallPoint.event_id == event.id,
            HallPoint.public_id == public_id,
            HallPoint.pavilion_id.is_(None),
            HallPoint.place_id.is_(None),
        )
    )
    if found is None:
        raise NotFound(_("There is no such entrance."))
    if name:
        found.name = clean_line(name, 120, "name", _("Name"))
    return found
