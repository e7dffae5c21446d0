"""Reports of undeliverable mail (RFC 3464, RFC 6533), as they come back to the sender's mailbox."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scheduler.domain.text_key import address_key
from scheduler.sandbox.run import Limits, read_apart

MOST_BYTES = 1_000_000
"""What lies beyond is the mail itself, which the report quotes."""

_CHILD = Path(__file__).with_name("bounce_child.py")
_LIMITS = Limits(seconds=10, memory=256 * 1024 * 1024, answer=8 * 1024 * 1024)
_NAME = re.compile(rb"<([a-z0-9]{20})@")
_MOST_NAMES = 50


@dataclass(frozen=True, slots=True)
class Bounce:
    """One address that a mail did not reach, and the server's words. `final`: it never will."""

    address: str
    words: str
    final: bool


def read_bounces(data: bytes) -> list[Bounce]:
    """The bounces in a mail; none when it is something else, such as an answer written by a person.

    Raises Invalid for a report that no mail server writes, and Busy.
    """
    found = read_apart(_CHILD, data[:MOST_BYTES], {}, _LIMITS)["found"]
    return [
        Bounce(address_key(reader), (words or status)[:250], action == "failed" and names_no_mailbox(status))
        for reader, action, status, words in found
        if action in ("failed", "delayed")
    ]


def names_in(data: bytes) -> frozenset[str]:
    """The names that mails of ours may have (the part of their Message-ID before the @) and that stand in a mail."""
    return frozenset(found.decode() for found in _NAME.findall(data[:MOST_BYTES])[:_MOST_NAMES])


def names_no_mailbox(status: str) -> bool:
    """Whether an enhanced status (RFC 3463) says that the address does not exist: 5.1.x, but the sender's own.

    A full mailbox (5.2), a size (5.3) or a blocklist (5.7) passes; the person is still there.
    """
    return re.match(r"5\.1\.(?![78]\b)\d", status) is not None
