"""What a worker was asked to do once: the same for plans and for lists of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OpenErrand:
    """An errand that is not done: what it is about, by row, who is at it (empty: nobody yet), since when it waits."""

    subject_id: int
    worker: str
    since: datetime
    attempts: int
