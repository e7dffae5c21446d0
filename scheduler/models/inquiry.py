"""What organisers ask of a plan and a worker answers: what it takes to hold a meeting, how to mend the plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import InquiryKind, InquiryState
from scheduler.models.access import User
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.plans import Plan


class Inquiry(Base):
    """A question about a plan, and its answer. The row is the truth; the queue only carries its id."""

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint("(kind = 'hold') = (wish <> '')", name="wish"),
        Index("ix_inquiry_plan_id", "plan_id", "wish"),
        Index("ix_inquiry_state", "state"),
        Index("ix_inquiry_asked_by_id", "asked_by_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    kind: Mapped[InquiryKind] = mapped_column(text_enum(InquiryKind))
    wish: Mapped[str] = mapped_column(String(80), default="")
    """Of the meeting that is to be held."""
    happening: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What has happened (`domain.inquiry.Happening`), where the plan is to be mended."""
    state: Mapped[InquiryState] = mapped_column(text_enum(InquiryState), default=InquiryState.WAITING)
    worker: Mapped[str] = mapped_column(String(120), default="")
    asked_at: Mapped[datetime]
    """Wall clock, as `moved_at`."""
    moved_at: Mapped[datetime]
    """When the state changed last."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was found so far (`domain.inquiry.InquiryAnswer`)."""

    plan: Mapped[Plan] = relationship()
    asked_by: Mapped[User | None] = relationship()
