"""Headers as they leave, byte for byte.

The email package folds by re-parsing: it loses blanks between encoded words and encodes addresses of the web. Here
each header knows how it is written. Each function gives whole lines, with the break at their end.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from email.headerregistry import Address

_WORD = 45
"""Bytes in one encoded word: 60 letters of base64 and the frame, within the 75 that RFC 2047 allows."""
_LINE = 76
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_BLANK = re.compile(r"(?<=\S) (?=\S)")


def mailbox(name: str, address: Address) -> str:
    """From, To: the name as it is, the address never broken."""
    pieces = _phrase(address.display_name)
    return _folded(name, [*pieces, f"<{address.addr_spec}>"] if pieces else [address.addr_spec])


def text(name: str, value: str) -> str:
    """Subject."""
    if not value.isascii() or "=?" in value or any(len(word) > _LINE for word in value.split(" ")):
        return _folded(name, _encoded_words(value))
    # A line is broken before one blank that stays as its first letter: nothing is lost, nothing added.
    return _folded(name, _BLANK.split(value))


def raw(name: str, value: str) -> str:
    """What is written as it is, in one line, such as an address of the web (RFC 2369, RFC 8058)."""
    return f"{name}: {value}\r\n"


def _phrase(name: str) -> Sequence[str]:
    """A display name in pieces that may stand on lines of their own."""
    if not name.isascii() or "=?" in name:
        return _encoded_words(name)
    if _PLAIN.fullmatch(name) and name == " ".join(name.split()):
        return [name] if name else []
    return ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"']


def _encoded_words(value: str) -> list[str]:
    """Text as encoded words (RFC 2047); blanks are inside, since readers drop those between two words."""
    words: list[str] = []
    piece = b""
    for letter in value:
        octets = letter.encode("utf-8", "replace")
        if len(piece) + len(octets) > _WORD:
            words.append(_encoded(piece))
            piece = b""
        piece += octets
    return [*words, _encoded(piece)] if piece else words


def _encoded(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?="


def _folded(name: str, pieces: Sequence[str]) -> str:
    lines = [f"{name}:"]
    for piece in pieces:
        # The first piece stays beside the name: a line of blanks alone is not allowed.
        if len(lines[-1]) + 1 + len(piece) > _LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {piece}"
    return "\r\n".join(lines) + "\r\n"
