"""The venue: pavilions, the walk between them, and the places where meetings are held."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import PlaceKind
from scheduler.domain.text_key import name_key as as_name
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.keys import key_of
from scheduler.models.people import Organisation


class Pavilion(Base):
    """A part of the hall, or an off-site address. `x` and `y` are its position on the plan, 0 to 100.

    Not `placed`: nobody has said where it is, and the position is only where it is drawn.
    """

    __tablename__ = "pavilion"
    __table_args__ = (
        UniqueConstraint("event_id", "name"),
        Index("uq_pavilion_name_key", "event_id", "name_key", unique=True),
        CheckConstraint("x >= 0 AND x <= 100 AND y >= 0 AND y <= 100", name="position"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = key_of(as_name, "name")
    x: Mapped[float] = mapped_column(default=50.0)
    y: Mapped[float] = mapped_column(default=50.0)
    placed: Mapped[bool] = mapped_column(default=False, server_default=false())
    off_site: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None]
    """Taken out, and kept because plans hold meetings in it."""

    places: Mapped[list[Place]] = relationship(back_populates="pavilion", order_by="Place.name")


class WalkingTime(Base):
    """Whole minutes on foot from one pavilion to another, as entered; see `domain.walking` for what is not."""

    __tablename__ = "walking_time"
    __table_args__ = (
        UniqueConstraint("from_id", "to_id"),
        CheckConstraint("minutes >= 0 AND minutes <= 240", name="minutes"),
        CheckConstraint("from_id <> to_id", name="pair"),
        Index("ix_walking_time_event_id", "event_id"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    from_id: Mapped[int] = mapped_column(ForeignKey("pavilion.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("pavilion.id", ondelete="CASCADE"))
    minutes: Mapped[int]
    from_plan: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Taken over from the plan of the halls; False: a person said it."""


class Place(Base):
    """Where a meeting is held: a group of like tables, an organisation's stand, or a room.

    `capacity` is the number of meetings at the same instant; tables are numbered from 1 to it.
    """

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("pavilion_id", "name"),
        Index("uq_place_name_key", "pavilion_id", "name_key", unique=True),
        CheckConstraint("capacity >= 1 AND capacity <= 1000", name="capacity"),
        Index("ix_place_event_id", "event_id"),
        Index("ix_place_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    pavilion_id: Mapped[int] = mapped_column(ForeignKey("pavilion.id", ondelete="CASCADE"))
    kind: Mapped[PlaceKind] = mapped_column(text_enum(PlaceKind))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = key_of(as_name, "name")
    capacity: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    retired_at: Mapped[datetime | None]
    """No meeting is put here any more; those that plans hold at it stay readable."""

    pavilion: Mapped[Pavilion] = relationship(back_populates="places")
    organisation: Mapped[Organisation | None] = relationship()
