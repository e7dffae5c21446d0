"""Plans of halls: what stands where on them, and what is not on any yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from scheduler.domain.aisles import Floor, Spot
from scheduler.domain.text_key import name_key
from scheduler.models import Hall, HallLink, HallPoint, Pavilion, Place

NOMINAL = 100.0
"""Metres across a hall of unknown size, where only the shape of a way matters."""


class ThingKind(StrEnum):
    """What stands on a plan; the letter begins its key in addresses and forms."""

    PAVILION = "p"
    PLACE = "s"
    ENTRANCE = "e"


@dataclass(frozen=True, slots=True)
class Thing:
    """A pavilion, a place or an entrance; `x` and `y` in percent of its hall's plan, None where it is on none.

    `within` is the pavilion of a place.
    """

    kind: ThingKind
    public_id: str
    name: str
    within: str = ""
    hall_id: int | None = None
    x: float | None = None
    y: float | None = None

    @property
    def key(self) -> str:
        return f"{self.kind.value}-{self.public_id}"


@dataclass(frozen=True, slots=True)
class HallLine:
    """A hall, how many things its plan shows, and whether its drawing holds words, as far as its file says."""

    hall: Hall
    points: int
    labelled: bool


def hall_lines(session: Session, event_id: int) -> tuple[HallLine, ...]:
    """The halls of an event, without their drawings. One query."""
    counts = (
        select(HallPoint.hall_id, func.count().label("points"))
        .where(HallPoint.event_id == event_id)
        .group_by(HallPoint.hall_id)
        .subquery()
    )
    rows = session.execute(
        select(Hall, func.coalesce(counts.c.points, 0), cast(Hall.names, String) != "[]")
        .outerjoin(counts, counts.c.hall_id == Hall.id)
        .where(Hall.event_id == event_id)
        .order_by(Hall.name_key)
    )
    return tuple(HallLine(*row) for row in rows)


def hall_by_public_id(session: Session, event_id: int, public_id: str) -> Hall | None:
    return session.scalar(select(Hall).where(Hall.event_id == event_id, Hall.public_id == public_id))


def things_on(session: Session, hall: Hall) -> Sequence[Thing]:
    """What the plan of a hall shows: pavilions, then places, then entrances. One query."""
    return _things(session, HallPoint.hall_id == hall.id).get(hall.id, ())


def things_by_hall(session: Session, event_id: int) -> dict[int, list[Thing]]:
    """The same for all halls of an event, by row id. One query."""
    return _things(session, HallPoint.event_id == event_id)


def _things(session: Session, where: ColumnElement[bool]) -> dict[int, list[Thing]]:
    rows = session.execute(
        select(
            HallPoint.hall_id,
            HallPoint.public_id,
            HallPoint.name,
            HallPoint.x,
            HallPoint.y,
            Pavilion.public_id,
            Pavilion.name,
            Place.public_id,
            Place.name,
        )
        .outerjoin(Pavilion, Pavilion.id == HallPoint.pavilion_id)
        .outerjoin(Place, Place.id == HallPoint.place_id)
        .where(where, Pavilion.retired_at.is_(None), Place.retired_at.is_(None))
        .order_by(HallPoint.id)
    )
    found: dict[int, list[Thing]] = defaultdict(list)
    for hall, key, name, x, y, pavilion, pavilion_name, place, place_name in rows:
        if pavilion is not None:
            thing = Thing(ThingKind.PAVILION, pavilion, pavilion_name, "", hall, x, y)
        elif place is not None:
            thing = Thing(ThingKind.PLACE, place, place_name, "", hall, x, y)
        else:
            thing = Thing(ThingKind.ENTRANCE, key, name, "", hall, x, y)
        found[hall].append(thing)
    order = list(ThingKind)
    for things in found.values():
        things.sort(key=lambda thing: order.index(thing.kind))
    return found


def things_to_place(
    session: Session, event_id: int, text: str = "", most: int = 60
) -> tuple[Sequence[Thing], int]:
    """Pavilions and places that are on no plan, the first `most` by name, and how many there are. Two queries."""
    pavilions = (
        select(
            literal("p").label("kind"),
            Pavilion.public_id.label("public_id"),
            Pavilion.name.label("name"),
            literal("").label("within"),
            Pavilion.name_key.label("name_key"),
        )
        .outerjoin(HallPoint, HallPoint.pavilion_id == Pavilion.id)
        .where(
            Pavilion.event_id == event_id,
            Pavilion.retired_at.is_(None),
            Pavilion.off_site.is_(False),
            HallPoint.id.is_(None),
        )
    )
    places = (
        select(literal("s"), Place.public_id, Place.name, Pavilion.name, Place.name_key)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .outerjoin(HallPoint, HallPoint.place_id == Place.id)
        .where(
            Place.event_id == event_id,
            Place.retired_at.is_(None),
            Pavilion.retired_at.is_(None),
            Pavilion.off_site.is_(False),
            HallPoint.id.is_(None),
        )
    )
    both = union_all(pavilions, places).subquery()
    wanted = [both.c.name_key.contains(word, autoescape=True) for word in name_key(text).split()]
    count = session.scalar(select(func.count()).select_from(both).where(*wanted)) or 0
    rows = session.execute(
        select(both.c.kind, both.c.public_id, both.c.name, both.c.within)
        .where(*wanted)
        .order_by(both.c.kind, both.c.within, both.c.name_key)
        .limit(most)
    )
    return [Thing(ThingKind(kind), *rest) for kind, *rest in rows], count


def thing_by_key(session: Session, event_id: int, key: str) -> Thing | None:
    """A pavilion, place or entrance of an event with where it is; None when there is none. One query."""
    letter, _dash, public_id = key.partition("-")
    if letter == ThingKind.PAVILION:
        query = select(Pavilion.name, literal(""), HallPoint).outerjoin(
            HallPoint, HallPoint.pavilion_id == Pavilion.id
        )
        query = query.where(
            Pavilion.event_id == event_id, Pavilion.public_id == public_id, Pavilion.retired_at.is_(None)
        )
    elif letter == ThingKind.PLACE:
        query = (
            select(Place.name, Pavilion.name, HallPoint)
            .join(Pavilion, Pavilion.id == Place.pavilion_id)
            .outerjoin(HallPoint, HallPoint.place_id == Place.id)
            .where(Place.event_id == event_id, Place.public_id == public_id, Place.retired_at.is_(None))
        )
    elif letter == ThingKind.ENTRANCE:
        query = select(HallPoint.name, literal(""), HallPoint).where(
            HallPoint.event_id == event_id,
            HallPoint.public_id == public_id,
            HallPoint.pavilion_id.is_(None),
            HallPoint.place_id.is_(None),
        )
    else:
        return None
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    name, within, point = row
    at = (point.hall_id, point.x, point.y) if point is not None else (None, None, None)
    return Thing(ThingKind(letter), public_id, name, within, *at)


def pavilions_on_plans(session: Session, event_id: int) -> dict[str, str]:
    """The public ids, by name, of the pavilions that stand on a plan, themselves or by a place of theirs. One query."""
    of_places = (
        select(Place.pavilion_id)
        .join(HallPoint, HallPoint.place_id == Place.id)
        .where(HallPoint.event_id == event_id)
    )
    own = select(HallPoint.pavilion_id).where(
        HallPoint.event_id == event_id, HallPoint.pavilion_id.is_not(None)
    )
    rows = session.execute(
        select(Pavilion.name, Pavilion.public_id).where(
            Pavilion.event_id == event_id, or_(Pavilion.id.in_(own), Pavilion.id.in_(of_places))
        )
    )
    return dict(rows.all())


def pavilion_spots(
    session: Session, event_id: int, pavilions: Collection[int] | None = None
) -> dict[int, Spot]:
    """Where each pavilion is, by row id: at its own point, else in the middle of its places of one hall. One query.

    With `pavilions`, of these only.
    """
    only = (
        []
        if pavilions is None
        else [or_(HallPoint.pavilion_id.in_(pavilions), Place.pavilion_id.in_(pavilions))]
    )
    rows = session.execute(
        select(HallPoint.hall_id, HallPoint.x, HallPoint.y, HallPoint.pavilion_id, Place.pavilion_id)
        .outerjoin(Place, Place.id == HallPoint.place_id)
        .where(
            HallPoint.event_id == event_id,
            or_(HallPoint.pavilion_id.is_not(None), HallPoint.place_id.is_not(None)),
            *only,
        )
        .order_by(HallPoint.id)
    )
    own: dict[int, Spot] = {}
    places: dict[int, dict[int, list[Spot]]] = defaultdict(lambda: defaultdict(list))
    for hall, x, y, pavilion, of_place in rows:
        if pavilion is not None:
            own[pavilion] = Spot(hall, x, y)
        else:
            places[of_place][hall].append(Spot(hall, x, y))
    for pavilion, halls in places.items():
        if pavilion not in own:
            # The hall that holds most of it.
            own[pavilion] = _middle(max(halls.values(), key=len))
    return own


def _middle(spots: Sequence[Spot]) -> Spot:
    count = len(spots)
    return Spot(spots[0].hall, sum(s.x for s in spots) / count, sum(s.y for s in spots) / count)


def floors_of(
    session: Session, event_id: int, *, nominal: bool = False
) -> tuple[list[Floor], dict[tuple[int, int], int]]:
    """The halls as they are walked, and the minutes between them. Three queries.

    Halls of unknown size are left out; `nominal` gives them one, for the shape of a way.
    """
    entrances: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for key, x, y in session.execute(
        select(HallPoint.hall_id, HallPoint.x, HallPoint.y).where(
            HallPoint.event_id == event_id, HallPoint.pavilion_id.is_(None), HallPoint.place_id.is_(None)
        )
    ):
        entrances[key].append((x, y))
    floors = []
    for hall in session.scalars(select(Hall).where(Hall.event_id == event_id).order_by(Hall.name_key)):
        width = hall.metres or (NOMINAL if nominal else None)
        if width is None:
            continue
        lines = tuple(tuple((x, y) for x, y in line) for line in hall.aisles)
        depth = width * hall.height / hall.width
        floors.append(Floor(hall.id, width, depth, hall.pace, lines, tuple(entrances[hall.id])))
    links = {
        (one, other): minutes
        for one, other, minutes in session.execute(
            select(HallLink.one_id, HallLink.other_id, HallLink.minutes).where(HallLink.event_id == event_id)
        )
    }
    return floors, links
