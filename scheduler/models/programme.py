"""The programme: sessions with a fixed time and place, and who attends them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.domain.enums import SessionKind, SessionRole
from scheduler.domain.session_limits import LETTERS, MOST_SEATS
from scheduler.models.base import Base, Key, PublicId, text_enum
from scheduler.models.people import Participant
from scheduler.models.venue import Pavilion


class ProgrammeSession(Base):
    """A session of the programme; with a `delegation_id`, a joint item of that delegation alone."""

    __tablename__ = "programme_session"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint(f"capacity >= 1 AND capacity <= {MOST_SEATS}", name="capacity"),
        Index("ix_programme_session_event_id_starts_at", "event_id", "starts_at"),
        Index("ix_programme_session_delegation_id", "delegation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(LETTERS["title"]))
    kind: Mapped[SessionKind] = mapped_column(text_enum(SessionKind))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    pavilion_id: Mapped[int | None] = mapped_column(ForeignKey("pavilion.id", ondelete="SET NULL"))
    room: Mapped[str] = mapped_column(String(LETTERS["room"]), default="")
    host: Mapped[str] = mapped_column(String(LETTERS["host"]), default="")
    description: Mapped[str] = mapped_column(default="")
    speakers: Mapped[str] = mapped_column(default="", server_default="")
    """Their names, one a line: those on stage need not take part in matchmaking."""
    track: Mapped[str] = mapped_column(String(LETTERS["track"]), default="", server_default="")
    language: Mapped[str] = mapped_column(String(LETTERS["language"]), default="", server_default="")
    link: Mapped[str] = mapped_column(String(LETTERS["link"]), default="", server_default="")
    source: Mapped[str] = mapped_column(String(LETTERS["source"]), default="", server_default="")
    """What the file that it came from calls it; empty when it was entered by hand."""
    capacity: Mapped[int | None]
    """How many seats there are for those who attend; None: as many as come."""
    by_invitation: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Only who is invited may attend, and only they see it."""
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id", ondelete="CASCADE"))
    sequence: Mapped[int] = mapped_column(default=0)
    """Rises with every change of time, place or title (iCalendar SEQUENCE)."""
    changed_at: Mapped[datetime]

    pavilion: Mapped[Pavilion | None] = relationship()
    attendances: Mapped[list[SessionAttendance]] = relationship(
        back_populates="session", cascade="all, delete-orphan", passive_deletes=True
    )

    def count_change(self, now: datetime) -> None:
        """Have calendars take it for changed."""
        self.sequence += 1
        self.changed_at = now

    @property
    def speaker_names(self) -> tuple[str, ...]:
        """Who is on stage."""
        return tuple(filter(None, self.speakers.split("\n")))

    @property
    def name_in_files(self) -> str:
        """What a file calls it: as the file that it came from, or by its public id."""
        return self.source or self.public_id

    @property
    def where(self) -> str:
        """The pavilion and the room in it, as far as they are known."""
        return ", ".join(filter(None, (self.pavilion.name if self.pavilion else "", self.room)))


class ProgrammeImport(Base):
    """A programme that is looked at before it is taken over; then it goes."""

    __tablename__ = "programme_import"
    __table_args__ = (Index("ix_programme_import_event_id", "event_id"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The sessions as they were read, packed."""


class SessionAttendance(Base):
    __tablename__ = "session_attendance"
    __table_args__ = (Index("ix_session_attendance_participant_id", "participant_id"),)

    session_id: Mapped[int] = mapped_column(
        ForeignKey("programme_session.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[SessionRole] = mapped_column(text_enum(SessionRole), default=SessionRole.ATTENDEE)
    required: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The organiser counts on them: they can't leave it out themselves."""

    session: Mapped[ProgrammeSession] = relationship(back_populates="attendances")
    participant: Mapped[Participant] = relationship()
