"""Counts of rate limits, when they are kept in the database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.models.base import Base


class RateCount(Base):
    """How often something was done in one window of time. `key` holds a hash: neither an address nor a person."""

    __tablename__ = "rate_count"
    __table_args__ = (Index("ix_rate_count_ends_at", "ends_at"),)

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[int] = mapped_column(BigInteger)
    """Seconds since 1970 after which the count says nothing any more."""
