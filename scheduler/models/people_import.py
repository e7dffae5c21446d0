"""Lists of people that organisers bring: looked at, stored, perhaps undone; and what their words mean here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import ImportState
from scheduler.models.access import User
from scheduler.models.base import Base, Key, PublicId, text_enum


class PeopleImport(Base):
    """One list. Its rows are kept while it is looked at; what was made of them is kept, so that it can be undone."""

    __tablename__ = "people_import"
    __table_args__ = (Index("ix_people_import_event_id", "event_id"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(200), default="")
    """What the file is called; empty when the list was pasted."""
    state: Mapped[ImportState] = mapped_column(text_enum(ImportState), default=ImportState.OPEN)
    created_at: Mapped[datetime]
    stored_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The rows as they were read, packed; gone once the list is stored."""
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What somebody said of it: columns, corrected cells, who is who."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    made: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """What storing it made and changed, packed; gone once it is undone."""

    user: Mapped[User | None] = relationship()


class ImportWord(Base):
    """What a word of a list means at an event: “KMU” is the type company. `value` is empty when it means nothing."""

    __tablename__ = "import_word"
    __table_args__ = (UniqueConstraint("event_id", "kind", "word_key"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    word_key: Mapped[str] = mapped_column(String(400))
    value: Mapped[str] = mapped_column(String(80))
