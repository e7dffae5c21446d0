"""The venue as the organiser sees it: pavilions with their places, and the walk between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.walking import Walks
from scheduler.models import (
    Event,
    Meeting,
    MeetingBlock,
    Pavilion,
    Place,
    PlaceOpening,
    ProgrammeSession,
    WalkingTime,
)


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
            .where(Place.event_id == event_id, Place.retired_at.is_(None))
            .group_by(Place.pavilion_id)
        )
    }
    pavilions = session.scalars(
        select(Pavilion)
        .where(Pavilion.event_id == event_id, Pavilion.retired_at.is_(None))
        .order_by(Pavilion.off_site, Pavilion.name)
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
    """What is known of the walks of an event, in three queries."""
    entered = {
        (one, other): minutes
        for one, other, minutes in session.execute(
            select(WalkingTime.from_id, WalkingTime.to_id, WalkingTime.minutes).where(
                WalkingTime.event_id == event_id
            )
        )
    }
    width, depth, assumed = session.execute(
        select(Event.hall_width, Event.hall_depth, Event.assumed_walk).where(Event.id == event_id)
    ).one()
    positions = {}
    if width is not None and depth is not None:
        positions = {
            pavilion_id: (x * width / 100, y * depth / 100)
            for pavilion_id, x, y in session.execute(
                select(Pavilion.id, Pavilion.x, Pavilion.y).where(
                    Pavilion.event_id == event_id, Pavilion.placed, Pavilion.off_site.is_(False)
                )
            )
        }
    return Walks(entered, positions, assumed)


@dataclass(frozen=True, slots=True)
class MissingWays:
    """Ways that nobody knows although somebody may have to go them; `first` names one of them.

    `nowhere` is how many sessions name no pavilion: no way can be counted to them.
    """

    count: int
    first: tuple[str, str] | None
    nowhere: int


def missing_ways(session: Session, event_id: int, known: Walks) -> MissingWays:
    """The unknown ways between pavilions where people meet, and from these to sessions. Three queries."""
    names = {row.id: row.name for row in pavilions_in_use(session, event_id)}
    used = select(Place.pavilion_id).where(Place.event_id == event_id, Place.retired_at.is_(None))
    meet = set(session.scalars(used.distinct()))
    sessions = dict(
        session.execute(
            select(ProgrammeSession.pavilion_id, func.count())
            .where(ProgrammeSession.event_id == event_id)
            .group_by(ProgrammeSession.pavilion_id)
        ).all()
    )
    wanted = [key for key in names if key in meet or key in sessions]
    found = [pair for pair in known.unknown(wanted) if not meet.isdisjoint(pair)]
    first = (names[found[0][0]], names[found[0][1]]) if found else None
    return MissingWays(len(found), first, sessions.get(None, 0))


def place_lines(session: Session, pavilion: Pavilion) -> tuple[PlaceLine, ...]:
    """The places of a pavilion, tables first, in one query."""
    used = exists().where(Meeting.place_id == Place.id)
    rows = session.execute(
        select(Place, used)
        .where(Place.pavilion_id == pavilion.id, Place.retired_at.is_(None))
        .options(joinedload(Place.organisation))
        .order_by(case((Place.kind == "tables", 0), (Place.kind == "room", 1), else_=2), Place.name)
    )
    return tuple(PlaceLine(place, bool(is_used)) for place, is_used in rows)


def places_taken_out(session: Session, pavilion: Pavilion) -> Sequence[Place]:
    """The places of a pavilion that were taken out and are kept for the meetings that plans hold there."""
    return session.scalars(
        select(Place)
        .where(Place.pavilion_id == pavilion.id, Place.retired_at.is_not(None))
        .order_by(Place.name)
    ).all()


def pavilions_taken_out(session: Session, event_id: int) -> Sequence[Pavilion]:
    """The pavilions that were taken out and are kept for the meetings that plans hold there."""
    return session.scalars(
        select(Pavilion)
        .where(Pavilion.event_id == event_id, Pavilion.retired_at.is_not(None))
        .order_by(Pavilion.name)
    ).all()


def openings(session: Session, place: Place) -> tuple[MeetingBlock, ...]:
    """The blocks in which a place is open; none: in every block."""
    return tuple(
        session.scalars(
            select(MeetingBlock)
            .join(PlaceOpening, PlaceOpening.block_id == MeetingBlock.id)
            .where(PlaceOpening.place_id == place.id)
            .order_by(MeetingBlock.starts_at)
        )
    )


def openings_of(session: Session, pavilion: Pavilion) -> dict[int, tuple[str, ...]]:
    """The names of the blocks in which the places of a pavilion are open, by place; always open ones are missing."""
    found: dict[int, list[str]] = {}
    for place, name, retired in session.execute(
        select(Place.id, MeetingBlock.name, MeetingBlock.retired_at)
        .join(PlaceOpening, PlaceOpening.place_id == Place.id)
        .join(MeetingBlock, MeetingBlock.id == PlaceOpening.block_id)
        .where(Place.pavilion_id == pavilion.id)
        .order_by(MeetingBlock.starts_at)
    ):
        names = found.setdefault(place, [])
        if retired is None:
            names.append(name)
    return {place: tuple(names) for place, names in found.items()}


def pavilions_in_use(session: Session, event_id: int) -> Sequence[Pavilion]:
    """The pavilions of an event by name, without those that were taken out."""
    return session.scalars(
        select(Pavilion)
        .where(Pavilion.event_id == event_id, Pavilion.retired_at.is_(None))
        .order_by(Pavilion.name)
    ).all()


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
