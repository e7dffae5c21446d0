"""Delegations: participants who travel together under a leader, with a joint programme."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.text_key import name_key as as_name
from scheduler.models.base import Base, Key, PublicId
from scheduler.models.keys import key_of
from scheduler.models.people import Participant


class Delegation(Base):
    """The joint programme is the sessions whose `delegation_id` points here, and those that members attend."""

    __tablename__ = "delegation"
    __table_args__ = (
        UniqueConstraint("event_id", "name"),
        Index("uq_delegation_name_key", "event_id", "name_key", unique=True),
        Index("ix_delegation_leader_id", "leader_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(160))
    name_key: Mapped[str] = key_of(as_name, "name")
    country: Mapped[str] = mapped_column(String(2), default="")
    note: Mapped[str] = mapped_column(default="")
    leader_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))

    leader: Mapped[Participant] = relationship()
    members: Mapped[list[DelegationMember]] = relationship(
        back_populates="delegation", cascade="all, delete-orphan", passive_deletes=True
    )


class DelegationMember(Base):
    """A participant belongs to one delegation at most; the leader is a member too."""

    __tablename__ = "delegation_member"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegation.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    delegation: Mapped[Delegation] = relationship(back_populates="members")
    participant: Mapped[Participant] = relationship()
