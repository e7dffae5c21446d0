"""Names on a drawing are names of stands and pavilions: found, shown, and placed when the organiser says so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.domain.text_key import search_key
from scheduler.models import Event, Hall, HallPoint, Organisation, Pavilion, Place, User
from scheduler.services.audit import record

_FILLERS = frozenset(("stand", "stands", "booth", "no", "nr", "number"))
"""Words that say what kind of thing a number is: “Stand F60” and “F60” are one."""
_PARTS = re.compile(r"\w+")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A name of the drawing that is a pavilion's or a place's. `moves`: it is on a plan already, elsewhere."""

    text: str
    x: float
    y: float
    pavilion_id: int | None
    place_id: int | None
    name: str
    moves: bool


@dataclass(slots=True)
class NameMatches:
    """What the names of a drawing are: `same` are where they should be already."""

    found: list[Match] = field(default_factory=list)
    same: int = 0
    unknown: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)
    """Names that more than one place has, or that stand more than once on the drawing."""


@dataclass(frozen=True, slots=True)
class _Target:
    pavilion_id: int | None
    place_id: int | None
    name: str


def match_names(session: Session, event: Event, hall: Hall) -> NameMatches:
    """Compare the names of a hall's drawing with stands, tables, rooms and pavilions. Three queries."""
    known = _targets(session, event)
    points = {
        (pavilion, place): (hall_id, x, y)
        for pavilion, place, hall_id, x, y in session.execute(
            select(
                HallPoint.pavilion_id, HallPoint.place_id, HallPoint.hall_id, HallPoint.x, HallPoint.y
            ).where(
                HallPoint.event_id == event.id,
                or_(HallPoint.pavilion_id.is_not(None), HallPoint.place_id.is_not(None)),
            )
        )
    }
    result = NameMatches()
    by_target: dict[_Target, list[tuple[str, float, float]]] = defaultdict(list)
    for text, x, y in hall.names:
        targets = known.get(_words(text), set())
        if not targets:
            result.unknown.append(text)
        elif len(targets) > 1:
            result.several.append(text)
        else:
            by_target[next(iter(targets))].append((text, x, y))
    for target, places in by_target.items():
        text, x, y = places[0]
        at = points.get((target.pavilion_id, target.place_id))
        # An SVG often says a name twice: as a text, and as the id of the shape below it.
        if any(abs(x - other[1]) > 5 or abs(y - other[2]) > 5 for other in places):
            result.several.append(text)
        elif at == (hall.id, x, y):
            result.same += 1
        else:
            result.found.append(
                Match(text, x, y, target.pavilion_id, target.place_id, target.name, at is not None)
            )
    return result


def place_by_names(
    session: Session, event: Event, hall: Hall, actor: User | None, *, move: bool = False
) -> int:
    """Put on the plan what its drawing names; what is on a plan already is moved only with `move`.

    Returns how many were placed.
    """
    chosen = [match for match in match_names(session, event, hall).found if move or not match.moves]
    points = {
        (point.pavilion_id, point.place_id): point
        for point in session.scalars(select(HallPoint).where(HallPoint.event_id == event.id))
    }
    for match in chosen:
        key = (match.pavilion_id, match.place_id)
        point = points.get(key)
        if point is None:
            point = HallPoint(event_id=event.id, pavilion_id=key[0], place_id=key[1])
            session.add(point)
        point.hall_id, point.x, point.y = hall.id, match.x, match.y
    session.flush()
    if chosen:
        record(session, event, actor, "hall.place-many", hall.public_id, name=hall.name, count=len(chosen))
    return len(chosen)


def _targets(session: Session, event: Event) -> dict[Words, set[_Target]]:
    """Pavilions by name; places by name, by name with their pavilion's, and by whose stand they are. Two queries."""
    known: dict[Words, set[_Target]] = defaultdict(set)
    for key, name in session.execute(
        select(Pavilion.id, Pavilion.name).where(Pavilion.event_id == event.id, Pavilion.retired_at.is_(None))
    ):
        known[_words(name)].add(_Target(key, None, name))
    rows = session.execute(
        select(Place.id, Place.name, Pavilion.name, Organisation.name)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .outerjoin(Organisation, Organisation.id == Place.organisation_id)
        .where(Place.event_id == event.id, Place.retired_at.is_(None), Pavilion.retired_at.is_(None))
    ).all()
    for key, name, pavilion, organisation in rows:
        target = _Target(None, key, f"{pavilion}, {name}")
        for words in _ways_to_say(name, pavilion, organisation):
            known[words].add(target)
    known.pop((), None)
    return known


def _ways_to_say(name: str, pavilion: str, organisation: str | None) -> Iterable[Words]:
    own, outer = _words(name), _words(pavilion)
    ways = {own, outer + own, own + outer}
    if organisation:
        ways.add(_words(organisation))
    return ways


def _words(text: str) -> Words:
    found = tuple(_PARTS.findall(search_key(text)))
    return tuple(word for word in found if word not in _FILLERS) or found
