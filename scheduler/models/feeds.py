"""Secret addresses of calendar feeds: only a hash of each is stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import FeedKind
from scheduler.models.access import User
from scheduler.models.base import Base, Key, PublicId, text_enum


class FeedToken(Base):
    """Who reads what by this address. Read-only, revocable alone, replaced by making a new one."""

    __tablename__ = "feed_token"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'participant') = (participant_id IS NOT NULL)"
            " AND (kind = 'delegation') = (delegation_id IS NOT NULL)"
            " AND (kind = 'stand') = (place_id IS NOT NULL)"
            " AND (kind = 'pavilion') = (pavilion_id IS NOT NULL)"
            " AND (kind = 'session') = (session_id IS NOT NULL)",
            name="subject",
        ),
        Index("ix_feed_token_participant_id", "participant_id"),
        Index("ix_feed_token_event_id", "event_id"),
        Index("ix_feed_token_made_by_id", "made_by_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[FeedKind] = mapped_column(text_enum(FeedKind))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id", ondelete="CASCADE"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"))
    pavilion_id: Mapped[int | None] = mapped_column(ForeignKey("pavilion.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("programme_session.id", ondelete="CASCADE"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    """Whose right to read it is; asked again at each reading. Places have feeds from before this was kept."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    made_by: Mapped[User | None] = relationship()
