"""Where something is on the plan of a hall, and the way there from where somebody comes from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.aisles import Position, Spot, network
from scheduler.models import Hall, HallPoint, Pavilion, Place
from scheduler.queries.venue.halls import floors_of, pavilion_spots


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A spot of a hall, and the way to it inside that hall: from `before`, or from the entrance.

    `before` is None when it is unknown or in another hall. `way` is empty when nobody can say how to walk.
    """

    hall: Hall
    key: str
    """Of the pavilion or place, as of `Thing`."""
    here: Position
    before: Position | None = None
    way: tuple[Position, ...] = ()


def whereabouts(
    session: Session, event_id: int, pavilion: str, place_id: int | None = None, before: str = ""
) -> Whereabouts | None:
    """Where a pavilion, by its name, or a place of it is; `before` is the pavilion of what came first.

    None when it is on no plan. At most seven queries.
    """
    names = {name for name in (pavilion, before) if name}
    rows = session.execute(
        select(Pavilion.name, Pavilion.id, Pavilion.public_id).where(
            Pavilion.event_id == event_id, Pavilion.name.in_(names)
        )
    ).all()
    keys = {row.name: row.id for row in rows}
    public = {row.name: row.public_id for row in rows}
    spots = pavilion_spots(session, event_id, list(keys.values())) if keys else {}
    place = _place(session, place_id)
    here = place[1] if place is not None else spots.get(keys.get(pavilion, 0))
    hall = session.get(Hall, here.hall) if here is not None else None
    if here is None or hall is None:
        return None
    key = f"s-{place[0]}" if place is not None else f"p-{public[pavilion]}"
    start = spots.get(keys.get(before, 0)) if before != pavilion else None
    way = _way(session, event_id, start, here) if start is not None else ()
    at = (start.x, start.y) if start is not None and start.hall == here.hall else None
    return Whereabouts(hall, key, (here.x, here.y), at, way)


def _place(session: Session, place_id: int | None) -> tuple[str, Spot] | None:
    """The public id of a place, and where it is; None when it is on no plan."""
    if place_id is None:
        return None
    row = session.execute(
        select(Place.public_id, HallPoint.hall_id, HallPoint.x, HallPoint.y)
        .join(HallPoint, HallPoint.place_id == Place.id)
        .where(Place.id == place_id)
    ).one_or_none()
    return (row.public_id, Spot(row.hall_id, row.x, row.y)) if row is not None else None


def _way(session: Session, event_id: int, start: Spot, goal: Spot) -> tuple[Position, ...]:
    """The end of the way that lies in the goal's hall."""
    floors, links = floors_of(session, event_id, nominal=True)
    found = network(floors, links, (start, goal)).path(start, {goal}).get(goal)
    if found is None:
        return ()
    steps: list[Position] = []
    for spot in reversed(found[1]):
        if spot.hall != goal.hall:
            break
        steps.append((spot.x, spot.y))
    return tuple(reversed(steps))
