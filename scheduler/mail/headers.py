"""Headers as they leave, byte for byte.

The email package folds by re-parsing: it loses blanks between encoded words and encodes addresses of the web. Here
each header knows how it is written.
"""

from __future__ import annotations

import base64
import re
from email.headerregistry import AddressHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import Any

_WORD = 45
"""Bytes in one encoded word: 60 letters of base64 and the frame, within the 75 that RFC 2047 allows."""
_LINE = 76
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def encoded_words(text: str) -> list[str]:
    """Text as encoded words (RFC 2047); blanks are inside, since readers drop those between two words."""
    words: list[str] = []
    piece = b""
    for letter in text:
        octets = letter.encode("utf-8", "replace")
        if len(piece) + len(octets) > _WORD:
            words.append(_encoded(piece))
            piece = b""
        piece += octets
    return [*words, _encoded(piece)] if piece else words


def _encoded(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?="


def phrase(name: str) -> list[str]:
    """A display name in pieces that may stand on lines of their own."""
    if not name.isascii() or "=?" in name:
        return encoded_words(name)
    if _PLAIN.fullmatch(name) and name == " ".join(name.split()):
        return [name] if name else []
    return ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"']


class MailboxHeader(AddressHeader):
    """From, To: the name as it is, the address never broken."""

    name: str

    max_count = 1

    def fold(self, *, policy: EmailPolicy) -> str:
        lines: list[str] = []
        for address in self.addresses:
            pieces = phrase(address.display_name)
            lines += [*pieces, f"<{address.addr_spec}>"] if pieces else [address.addr_spec]
        return _folded(self.name, lines)


class TextHeader(UniqueUnstructuredHeader):
    """Subject."""

    name: str

    def fold(self, *, policy: EmailPolicy) -> str:
        text = str(self)
        if not text.isascii() or "=?" in text or any(len(word) > _LINE for word in text.split(" ")):
            return _folded(self.name, encoded_words(text))
        # A line is broken before one blank that stays as its first letter: nothing is lost, nothing added.
        return _folded(self.name, re.split(r"(?<=\S) (?=\S)", text))


class RawHeader(UniqueUnstructuredHeader):
    """An address of the web: one line, no encoded words (RFC 2369, RFC 8058)."""

    name: str

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}\r\n"


def _folded(name: str, pieces: list[str]) -> str:
    lines = [f"{name}:"]
    for piece in pieces:
        # The first piece stays beside the name: a line of blanks alone is not allowed.
        if len(lines[-1]) + 1 + len(piece) > _LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {piece}"
    return "\r\n".join(lines) + "\r\n"


def _policy() -> EmailPolicy[EmailMessage]:
    registry: Any = HeaderRegistry()
    for name, kind in (
        ("from", MailboxHeader),
        ("to", MailboxHeader),
        ("subject", TextHeader),
        ("list-unsubscribe", RawHeader),
        ("list-unsubscribe-post", RawHeader),
        ("message-id", RawHeader),
        ("date", RawHeader),
        ("auto-submitted", RawHeader),
    ):
        registry.map_to_type(name, kind)
    return SMTP.clone(header_factory=registry)


POLICY = _policy()
