"""The child process that reads a report of undeliverable mail: anybody can send one to the sender's mailbox.

It imports nothing of ours; `scheduler.sandbox.run` starts it and says what it may cost.
"""

from __future__ import annotations

import email
import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from email.message import Message
from email.policy import compat32
from typing import Any

_ADDRESS = re.compile(r"[^\s;<>@]{1,320}@[^\s;<>@]{1,320}")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_FIELD = 2000
_REPORTS = ("message/delivery-status", "message/global-delivery-status")


def read(data: bytes, _order: dict[str, Any]) -> dict[str, Any]:
    """Of each address in a report: itself, the action, the status and the server's words."""
    message = email.message_from_bytes(data, policy=compat32)
    if message.get_content_type() != "multipart/report":
        return {"found": []}
    return {
        "found": [
            (
                reader,
                _field(block, "Action").lower(),
                _field(block, "Status"),
                _field(block, "Diagnostic-Code")[:250],
            )
            for block in _blocks(message)
            if (reader := _reader(block))
        ]
    }


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
    return " ".join(str(value)[:_FIELD].encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())


def _reader(block: Message) -> str:
    for name in ("Final-Recipient", "Original-Recipient"):
        kind, _, rest = _field(block, name).partition(";")
        if kind.strip().lower() == "utf-8":
            rest = _ESCAPED.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), rest)
        if (found := _ADDRESS.search(rest or kind)) is not None:
            return found[0]
    return ""
