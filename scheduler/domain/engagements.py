"""What takes somebody's time: a meeting, a session, a joint visit, or what they said about their days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.domain.intervals import Interval


class EngagementKind(StrEnum):
    """Meetings, sessions and visits are where somebody is; the others are times at which they can't meet."""

    MEETING = "meeting"
    SESSION = "session"
    VISIT = "visit"
    BUSY = "busy"
    CALENDAR = "calendar"
    LIMIT = "limit"


_ANSWERS = frozenset({EngagementKind.BUSY, EngagementKind.CALENDAR, EngagementKind.LIMIT})


@dataclass(frozen=True, slots=True)
class Engagement:
    """One thing that takes somebody's time: what, when and where.

    `title` is a session's; `partners` are the others at a meeting. `key` is a meeting's UID, a session's public
    id. `speaks` when they are needed at a session. `pavilion_id` None: nobody knows where.
    """

    kind: EngagementKind
    time: Interval
    title: str = ""
    key: str = ""
    pavilion_id: int | None = None
    pavilion: str = ""
    partners: tuple[str, ...] = ()
    speaks: bool = False
    round_id: int | None = None

    @property
    def is_answer(self) -> bool:
        """Whether it is only an answer about availability, which an organiser may overrule."""
        return self.kind in _ANSWERS
