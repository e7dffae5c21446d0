"""Events and their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.models.base import Base, Key, PublicId


class Event(Base):
    """One edition of an expo: several days, one time zone, its own people, venue and rounds."""

    __tablename__ = "event"

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
    created_at: Mapped[datetime]

    days: Mapped[list[EventDay]] = relationship(
        back_populates="event", order_by="EventDay.date", cascade="all, delete-orphan"
    )

    def now(self) -> datetime:
        """The present as the event sees it, a UTC instant: for deadlines, for now and next, for times shown."""
        return datetime.now(UTC) - timedelta(seconds=self.clock_shift)

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
