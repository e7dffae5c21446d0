"""Events and their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.models.base import Base, Key, PublicId

if TYPE_CHECKING:
    from scheduler.models.event_look import EventLook


class Event(Base):
    """One edition of an expo: several days, one time zone, its own people, venue and rounds."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("hall_width >= 1 AND hall_width <= 20000", name="hall_width"),
        CheckConstraint("hall_depth >= 1 AND hall_depth <= 20000", name="hall_depth"),
        CheckConstraint("assumed_walk >= 0 AND assumed_walk <= 240", name="assumed_walk"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(60))
    city: Mapped[str] = mapped_column(String(120), default="")
    venue: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    clock_shift: Mapped[int] = mapped_column(BigInteger, default=0)
    """Seconds by which the event's clock is behind the wall clock: more than 0 only in a demonstration."""
    plans_made: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many plans were ever made, deleted ones too: no two plans of an event share a number."""
    approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether others see people only once an organiser approved them."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    deletes_at: Mapped[datetime | None]
    """When the worker deletes it: by the machine's clock, as is `archived_at`. Until then it can be taken back."""
    hall_width: Mapped[int | None]
    hall_depth: Mapped[int | None]
    """How many metres the plan of the hall measures across and down; None: the plan has no scale."""
    assumed_walk: Mapped[int | None]
    """The minutes that the organiser decided to count for a way that nobody knows; None: not decided."""

    days: Mapped[list[EventDay]] = relationship(
        back_populates="event", order_by="EventDay.date", cascade="all, delete-orphan"
    )
    look: Mapped[EventLook | None] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    def now(self) -> datetime:
        """The present as the event sees it, a UTC instant: for deadlines, for now and next, for times shown."""
        return datetime.now(UTC) - timedelta(seconds=self.clock_shift)

    @property
    def closed(self) -> bool:
        """Whether nothing in it may change: it is archived, or about to be deleted."""
        return self.archived_at is not None or self.deletes_at is not None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class EventDay(Base):
    __tablename__ = "event_day"
    __table_args__ = (UniqueConstraint("event_id", "date"), CheckConstraint("label <> ''", name="label"))

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    date: Mapped[date]
    label: Mapped[str] = mapped_column(String(120))

    event: Mapped[Event] = relationship(back_populates="days")
