"""People whom a participant has met or will meet, as they may be taken home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """One partner of published meetings. `met_at` is the (first) meeting's UTC instant; notes are the
    reader's own.
    """

    public_id: str
    name: str
    job_title: str
    organisation: str
    country: str
    city: str
    email: str
    website: str
    links: tuple[str, ...]
    languages: tuple[str, ...]
    kind: str
    met_at: datetime
    place: str
    held: bool | None
    rating: int | None
    note: str
    follow_up: str
