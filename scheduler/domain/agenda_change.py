"""What changed in somebody's agenda, and whether that is worth a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.domain.agenda import Entry, EntryKind

SOON = timedelta(hours=48)


class AgendaChangeKind(StrEnum):
    NEW = "new"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    MOVED = "moved"
    PLACE = "place"
    PARTNER = "partner"
    TITLE = "title"
    HOST = "host"
    REMOVED = "removed"
    """Others took the participant out; the entry itself takes place."""
    DETAIL = "detail"
    """Texts and walking minutes: right in the calendar, not worth a message."""


@dataclass(frozen=True, slots=True)
class AgendaChange:
    """One change of one participant's agenda; `before` is None for what is new."""

    participant_id: int
    before: Entry | None
    after: Entry
    said: str = ""
    """What somebody said about it, such as why they cancelled."""
    absent: str = ""
    """Who can't come, where that is why."""
    without: bool = False
    """Whether the entry takes place, only without this participant."""

    @property
    def kind(self) -> AgendaChangeKind:
        before, after = self.before, self.after
        if self.without:
            return AgendaChangeKind.REMOVED
        if after.cancelled:
            return AgendaChangeKind.CANCELLED
        if before is None:
            return AgendaChangeKind.NEW
        if before.cancelled:
            return AgendaChangeKind.RESTORED
        if (before.start, before.end) != (after.start, after.end):
            return AgendaChangeKind.MOVED
        if before.place != after.place:
            return AgendaChangeKind.PLACE
        if before.title and before.title != after.title:
            return AgendaChangeKind.TITLE
        if before.partners != after.partners:
            return AgendaChangeKind.PARTNER if after.kind is EntryKind.MEETING else AgendaChangeKind.HOST
        return AgendaChangeKind.DETAIL

    def matters(self, now: datetime) -> bool:
        """Whether the participant must hear of it: of what is over they need not."""
        return self.after.end > now and self.kind is not AgendaChangeKind.DETAIL

    def soon(self, now: datetime) -> bool:
        """Whether the old or the new time is less than 48 hours away."""
        starts = [self.after.start] + ([self.before.start] if self.before is not None else [])
        return min(start for start in starts if start > now or start == self.after.start) - now <= SOON
