"""Reports of undeliverable mail (RFC 3464), as they come back to the sender's mailbox."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.policy import default

from scheduler.domain.text_key import address_key

_SIZE = 1_000_000
_ADDRESS = re.compile(r"[^\s;<>@]+@[^\s;<>@]+")


@dataclass(frozen=True, slots=True)
class Bounce:
    """One address that a mail did not reach, and the server's words. `final`: it never will."""

    address: str
    words: str
    final: bool


def read_bounces(data: bytes) -> list[Bounce]:
    """The bounces in a mail; none when it is something else, such as an answer written by a person."""
    message = email.message_from_bytes(data[:_SIZE], policy=default)
    if message.get_content_type() != "multipart/report":
        return []
    found = []
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.iter_parts() if part.is_multipart() else ():
            action = str(block.get("Action", "")).strip().lower()
            reader = _ADDRESS.search(
                str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
            )
            if reader is None or action not in ("failed", "delayed"):
                continue
            status = str(block.get("Status", "")).strip()
            words = " ".join(str(block.get("Diagnostic-Code", "") or status).split())[:250]
            found.append(Bounce(address_key(reader[0]), words, action == "failed" and status.startswith("5")))
    return found
