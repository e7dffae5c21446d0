"""Lists of people that organisers bring: looked at, stored, perhaps undone; and what their words mean here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import ImportRefusal, ImportState, ImportTask
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
    errand: Mapped[ImportErrand | None] = relationship(viewonly=True)

    @property
    def task(self) -> ImportTask | None:
        """What a worker does with it, or is about to; None when nobody does anything."""
        errand = self.errand
        return errand.task if errand is not None and errand.refusal is None else None


class ImportErrand(Base):
    """What a worker was asked to do with a list. Gone once it is done; with a refusal, nobody does it any more.

    The row is the truth; the queue only carries the list's id.
    """

    __tablename__ = "import_errand"
    __table_args__ = (
        Index("ix_import_errand_by_id", "by_id"),
        Index("ix_import_errand_home_id", "home_id"),
    )

    list_id: Mapped[int] = mapped_column(ForeignKey("people_import.id", ondelete="CASCADE"), primary_key=True)
    task: Mapped[ImportTask] = mapped_column(text_enum(ImportTask))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    """Who asked."""
    home_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    """The organisation for which a co-organiser asked."""
    since: Mapped[datetime]
    """Wall clock."""
    worker: Mapped[str] = mapped_column(String(120), default="")
    """Who is at it; empty while nobody is."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How many workers have begun it: one that ends its worker is not begun for ever."""
    refusal: Mapped[ImportRefusal | None] = mapped_column(text_enum(ImportRefusal))


class ImportWord(Base):
    """What a word of a list means at an event: “KMU” is the type company. `value` is empty when it means nothing."""

    __tablename__ = "import_word"
    __table_args__ = (UniqueConstraint("event_id", "kind", "word_key"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    word_key: Mapped[str] = mapped_column(String(400))
    value: Mapped[str] = mapped_column(String(80))
