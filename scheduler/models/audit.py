"""The audit log: who did what when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.models.access import User
from scheduler.models.base import Base, Key
from scheduler.models.people import Participant


class AuditEntry(Base):
    """One act. `action` is a verb in dotted form (`plan.publish`), `subject` a public id or a name."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_event_id_at", "event_id", "at"),
        Index("ix_audit_entry_on_behalf_of_id", "on_behalf_of_id", "id"),
    )

    id: Mapped[Key]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"))
    """For whom `user` did it, in the area of that participant; None for what they did as themselves."""
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    user: Mapped[User | None] = relationship()
    on_behalf_of: Mapped[Participant | None] = relationship()
