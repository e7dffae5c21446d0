"""What a reader may choose about a calendar; the choices stand in the address, so that each feed has its
own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_REMINDER_LIMIT = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """The choices of a feed or download; `reminder` is minutes before the start, zero for none."""

    sessions: bool = True
    walking: bool = False
    hide_cancelled: bool = False
    busy_only: bool = False
    reminder: int = 0

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> FeedOptions:
        """The choices in an address. What can't be understood is left at its default: a feed must not fail
        because a mail program has broken its address.
        """
        minutes = query.get("reminder", "0")
        reminder = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else 0
        return cls(
            sessions=query.get("sessions", "1") != "0",
            walking=query.get("walking") == "1",
            hide_cancelled=query.get("cancelled") == "0",
            busy_only=query.get("busy") == "1",
            reminder=min(reminder, _REMINDER_LIMIT),
        )

    def query(self) -> dict[str, str]:
        """The choices that differ from the defaults, as they stand in an address."""
        chosen: dict[str, str] = {}
        if not self.sessions:
            chosen["sessions"] = "0"
        if self.walking:
            chosen["walking"] = "1"
        if self.hide_cancelled:
            chosen["cancelled"] = "0"
        if self.busy_only:
            chosen["busy"] = "1"
        if self.reminder:
            chosen["reminder"] = str(self.reminder)
        return chosen

    @property
    def key(self) -> str:
        """A short text that is the same for the same choices; part of an ETag."""
        flags = "".join(
            letter
            for letter, on in (
                ("s", self.sessions),
                ("w", self.walking),
                ("h", self.hide_cancelled),
                ("b", self.busy_only),
            )
            if on
        )
        return f"{flags}{self.reminder}"


DEFAULT = FeedOptions()
