"""Reports of undeliverable mail (RFC 3464, RFC 6533), as they come back to the sender's mailbox."""

from __future__ import annotations

import email
import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32

from scheduler.domain.text_key import address_key

_SIZE = 1_000_000
_ADDRESS = re.compile(r"[^\s;<>@]+@[^\s;<>@]+")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")


@dataclass(frozen=True, slots=True)
class Bounce:
    """One address that a mail did not reach, and the server's words. `final`: it never will."""

    address: str
    words: str
    final: bool


def read_bounces(data: bytes) -> list[Bounce]:
    """The bounces in a mail; none when it is something else, such as an answer written by a person."""
    message = email.message_from_bytes(data[:_SIZE], policy=compat32)
    if message.get_content_type() != "multipart/report":
        return []
    found = []
    for block in _blocks(message):
        action = _field(block, "Action").lower()
        reader = _reader(block)
        if not reader or action not in ("failed", "delayed"):
            continue
        status = _field(block, "Status")
        words = (_field(block, "Diagnostic-Code") or status)[:250]
        found.append(Bounce(address_key(reader), words, action == "failed" and names_no_mailbox(status)))
    return found


def names_no_mailbox(status: str) -> bool:
    """Whether an enhanced status (RFC 3463) says that the address does not exist: 5.1.x, but the sender's own.

    A full mailbox (5.2), a size (5.3) or a blocklist (5.7) passes; the person is still there.
    """
    return re.match(r"5\.1\.(?![78]\b)\d", status) is not None


def _blocks(message: Message) -> Iterator[Message]:
    for part in message.walk():
        kind = part.get_content_type()
        if kind not in _REPORTS or not part.is_multipart():
            continue
        blocks = [block for block in part.get_payload() if isinstance(block, Message)]
        if kind == "message/delivery-status":
            yield from blocks
            continue
        # The parser takes the global form for a mail: its first block for headers, the others for the text.
        for text in re.split(rb"\r?\n[ \t]*\r?\n", _decoded(part, blocks)):
            yield email.message_from_bytes(text.lstrip() + b"\n\n", policy=compat32)


def _decoded(part: Message, blocks: list[Message]) -> bytes:
    text = b"\n\n".join(block.as_bytes(policy=compat32) for block in blocks)
    coding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    try:
        return (
            a2b_base64(text) if coding == "base64" else a2b_qp(text) if coding == "quoted-printable" else text
        )
    except ValueError:
        return b""


def _field(block: Message, name: str) -> str:
    """A field's text; raw UTF-8 is kept by the parser as surrogates."""
    value = next((value for key, value in block.raw_items() if key.lower() == name.lower()), "")
    return " ".join(str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())


def _reader(block: Message) -> str:
    for name in ("Final-Recipient", "Original-Recipient"):
        kind, _, rest = _field(block, name).partition(";")
        if kind.strip().lower() == "utf-8":
            rest = _ESCAPED.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), rest)
        if (found := _ADDRESS.search(rest or kind)) is not None:
            return found[0]
    return ""
