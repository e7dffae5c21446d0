"""A calendar file as a programme: what its entries say, read by the bounded child process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scheduler.sandbox.run import Limits, read_apart

_CHILD = Path(__file__).with_name("sessions_child.py")
_LIMITS = Limits(seconds=20, memory=512 * 1024 * 1024, answer=24 * 1024 * 1024)


def read_sessions(content: bytes, zone: str, most: int) -> dict[str, Any]:
    """The sessions of a calendar and what is left out, as `reading.sessions` answers. Raises Busy, TooMuch, Broken.

    `zone` is that of times that name none; of more than `most` entries nothing is read.
    """
    return read_apart(_CHILD, content, {"zone": zone, "sessions": most}, _LIMITS)
