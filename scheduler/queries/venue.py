"""The venue as the organiser sees it: pavilions with their places, and the walk between them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import Meeting, Pavilion, Place, WalkingTime


@dataclass(frozen=True, slots=True)
class PavilionLine:
    """`tables` are what everybody can use; `stands` belong to organisations."""

    pavilion: Pavilion
    tables: int
    rooms: int
    stands: int


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place, and whether a plan holds meetings at it (then it can't be removed)."""

    place: Place
    used: bool


@dataclass(frozen=True, slots=True)
class Walks:
    """Minutes by (from, to) as entered; a missing direction equals the other, a missing pair is 0."""

    entered: dict[tuple[int, int], int]

    def minutes(self, one: int, other: int) -> int:
        """Whole minutes on foot."""
        if one == other:
            return 0
        return self.entered.get((one, other), self.entered.get((other, one), 0))


def pavilion_lines(session: Session, event_id: int) -> tuple[PavilionLine, ...]:
    """All pavilions, in two queries."""
    counts = {
        row.pavilion_id: row
        for row in session.execute(
            select(
                Place.pavilion_id,
                func.sum(case((Place.kind == "tables", Place.capacity), else_=0)).label("tables"),
                func.sum(case((Place.kind == "room", 1), else_=0)).label("rooms"),
                func.sum(case((Place.kind == "stand", 1), else_=0)).label("stands"),
            )
            .where(Place.event_id == event_id)
            .group_by(Place.pavilion_id)
        )
    }
    pavilions = session.scalars(
        select(Pavilion).where(Pavilion.event_id == event_id).order_by(Pavilion.off_site, Pavilion.name)
    )
    lines = []
    for pavilion in pavilions:
        found = counts.get(pavilion.id)
        lines.append(
            PavilionLine(
                pavilion,
                int(found.tables) if found else 0,
                int(found.rooms) if found else 0,
                int(found.stands) if found else 0,
            )
        )
    return tuple(lines)


def walks(session: Session, event_id: int) -> Walks:
    """All walking minutes of an event, in one query."""
    rows = session.execute(
        select(WalkingTime.from_id, WalkingTime.to_id, WalkingTime.minutes).where(
            WalkingTime.event_id == event_id
        )
    )
    return Walks({(one, other): minutes for one, other, minutes in rows})


def place_lines(session: Session, pavilion: Pavilion) -> tuple[PlaceLine, ...]:
    """The places of a pavilion, tables first, in one query."""
    used = exists().where(Meeting.place_id == Place.id)
    rows = session.execute(
        select(Place, used)
        .where(Place.pavilion_id == pavilion.id)
        .options(joinedload(Place.organisation))
        .order_by(case((Place.kind == "tables", 0), (Place.kind == "room", 1), else_=2), Place.name)
    )
    return tuple(PlaceLine(place, bool(is_used)) for place, is_used in rows)


def pavilion_by_public_id(session: Session, event_id: int, public_id: str) -> Pavilion | None:
    return session.scalar(
        select(Pavilion).where(Pavilion.event_id == event_id, Pavilion.public_id == public_id)
    )


def place_by_public_id(session: Session, event_id: int, public_id: str) -> Place | None:
    return session.scalar(
        select(Place)
        .where(Place.event_id == event_id, Place.public_id == public_id)
        .options(joinedload(Place.pavilion), joinedload(Place.organisation))
    )
