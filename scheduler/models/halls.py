"""Plans of halls: a drawing, what stands where on it, aisles, and the ways from hall to hall.

Positions are in percent of the drawing's width and height, from its upper left corner: they hold whatever size it is
shown at, and when a better drawing of the same hall replaces it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.domain.text_key import name_key as as_name
from scheduler.models.base import Base, Key, PublicId
from scheduler.models.keys import key_of


class Hall(Base):
    """A hall with its drawing; without one, an empty floor of `width` by `height`."""

    __tablename__ = "hall"
    __table_args__ = (
        Index("uq_hall_name_key", "event_id", "name_key", unique=True),
        CheckConstraint("width > 0 AND height > 0", name="size"),
        CheckConstraint("metres > 0", name="metres"),
        CheckConstraint("pace >= 10 AND pace <= 200", name="pace"),
        CheckConstraint("(drawing IS NULL) = (drawing_id IS NULL)", name="drawing"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = key_of(as_name, "name")
    width: Mapped[float]
    height: Mapped[float]
    """In units of the drawing: only how they compare matters."""
    metres: Mapped[float | None]
    """How many the drawing measures across; None: nobody has said."""
    pace: Mapped[int] = mapped_column(default=60)
    """Metres a minute on foot."""
    aisles: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Lines, each a list of positions `[x, y]`."""
    names: Mapped[list[Any]] = mapped_column(JSON, default=list, deferred=True)
    """Words of the drawing, `[text, x, y]`."""
    drawing_id: Mapped[str | None] = mapped_column(String(20))
    """New with every drawing, so that its address may be cached for ever."""
    drawing_type: Mapped[str] = mapped_column(String(20), default="")
    drawing: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class HallPoint(Base):
    """Where a pavilion, a place or, with neither, an entrance is on the plan of a hall."""

    __tablename__ = "hall_point"
    __table_args__ = (
        UniqueConstraint("pavilion_id"),
        UniqueConstraint("place_id"),
        CheckConstraint("x >= 0 AND x <= 100 AND y >= 0 AND y <= 100", name="position"),
        CheckConstraint("pavilion_id IS NULL OR place_id IS NULL", name="one"),
        Index("ix_hall_point_hall_id", "hall_id"),
        Index("ix_hall_point_event_id", "event_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id", ondelete="CASCADE"))
    pavilion_id: Mapped[int | None] = mapped_column(ForeignKey("pavilion.id", ondelete="CASCADE"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120), default="")
    """Of an entrance; pavilions and places have names of their own."""
    x: Mapped[float]
    y: Mapped[float]


class HallLink(Base):
    """Whole minutes on foot from the entrances of one hall to those of another, both ways."""

    __tablename__ = "hall_link"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("minutes >= 0 AND minutes <= 240", name="minutes"),
        CheckConstraint("one_id <> other_id", name="pair"),
        Index("ix_hall_link_event_id", "event_id"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    one_id: Mapped[int] = mapped_column(ForeignKey("hall.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("hall.id", ondelete="CASCADE"))
    minutes: Mapped[int]
