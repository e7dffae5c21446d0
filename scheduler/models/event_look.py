"""How the pages and mails of an event look, and who answers for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.models.base import Base


class EventLook(Base):
    """Logo, colour, imprint, contact and languages of an event; whoever never said any has no row."""

    __tablename__ = "event_look"
    __table_args__ = (CheckConstraint("(logo IS NULL) = (logo_id IS NULL)", name="logo"),)

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    colour: Mapped[str] = mapped_column(String(7), default="")
    """Such as `#0a5a6a`, readable on white; empty: that of the site."""
    imprint: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(String(254), default="")
    """A mail address."""
    website: Mapped[str] = mapped_column(String(300), default="")
    languages: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """ISO 639-1 codes."""
    logo_id: Mapped[str | None] = mapped_column(String(20))
    """New with every upload, so that its address may be cached for ever."""
    logo_type: Mapped[str] = mapped_column(String(20), default="")
    logo_width: Mapped[int] = mapped_column(default=0)
    logo_height: Mapped[int] = mapped_column(default=0)
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
