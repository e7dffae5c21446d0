"""Where something is on the plan of a hall, and the way there from where somebody comes from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.aisles import Position, Spot, network
from scheduler.models import Hall, HallPoint, Pavilion
from scheduler.queries.venue.halls import floors_of, pavilion_spots


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A spot of a hall, and the way to it inside that hall: from `before`, or from the entrance.

    `before` is None when it is unknown or in another hall. `way` is empty when nobody can say how to walk.
    """

    hall: Hall
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
    keys = dict(
        session.execute(
            select(Pavilion.name, Pavilion.id).where(Pavilion.event_id == event_id, Pavilion.name.in_(names))
        ).all()
    )
    spots = pavilion_spots(session, event_id, list(keys.values())) if keys else {}
    here = _place(session, place_id) or spots.get(keys.get(pavilion, 0))
    hall = session.get(Hall, here.hall) if here is not None else None
    if here is None or hall is None:
        return None
    start = spots.get(keys.get(before, 0)) if before != pavilion else None
    way = _way(session, event_id, start, here) if start is not None else ()
    same = start is not None and start.hall == here.hall
    return Whereabouts(
        hall, (here.x, here.y), (start.x, start.y) if start is not None and same else None, way
    )


def _place(session: Session, place_id: int | None) -> Spot | None:
    if place_id is None:
        return None
    row = session.execute(
        select(HallPoint.hall_id, HallPoint.x, HallPoint.y).where(HallPoint.place_id == place_id)
    ).one_or_none()
    return Spot(*row) if row is not None else None


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
