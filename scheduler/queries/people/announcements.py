"""What was written to many people at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import WritingKind
from scheduler.models import Announcement, AnnouncementReader, Participant

PAGE_SIZE = 25
SHOWN = 50
"""Of one's own: more than any event writes."""


@dataclass(frozen=True, slots=True)
class AnnouncementsPage:
    lines: Sequence[Announcement]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


def announcements_page(session: Session, event_id: int, page: int) -> AnnouncementsPage:
    """What organisers have written, the newest first, with who wrote it; two queries."""
    here = Announcement.event_id == event_id
    count = session.scalar(select(func.count(Announcement.id)).where(here)) or 0
    page = max(1, min(page, -(-count // PAGE_SIZE) or 1))
    lines = session.scalars(
        select(Announcement)
        .where(here)
        .options(joinedload(Announcement.user))
        .order_by(Announcement.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return AnnouncementsPage(lines, page, count)


def announcements_for(session: Session, person: Participant, most: int = SHOWN) -> Sequence[Announcement]:
    """The announcements that are for a participant, the newest first. One query."""
    return session.scalars(
        select(Announcement)
        .join(AnnouncementReader, AnnouncementReader.announcement_id == Announcement.id)
        .where(AnnouncementReader.participant_id == person.id, Announcement.kind == WritingKind.ANNOUNCEMENT)
        .order_by(Announcement.id.desc())
        .limit(most)
    ).all()
