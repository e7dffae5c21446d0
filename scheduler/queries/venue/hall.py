"""The plan of the hall, small enough for a phone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Pavilion


@dataclass(frozen=True, slots=True)
class HallPavilion:
    """A pavilion in the hall; `x` and `y` from 0 to 100."""

    name: str
    x: float
    y: float


def hall_of(session: Session, event_id: int) -> tuple[HallPavilion, ...]:
    """The pavilions whose position in the hall is known, without off-site places. One query."""
    return tuple(
        HallPavilion(name, x, y)
        for name, x, y in session.execute(
            select(Pavilion.name, Pavilion.x, Pavilion.y)
            .where(
                Pavilion.event_id == event_id,
                Pavilion.off_site.is_(False),
                Pavilion.placed,
                Pavilion.retired_at.is_(None),
            )
            .order_by(Pavilion.name)
        )
    )
