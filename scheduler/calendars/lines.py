"""Content lines of iCalendar (RFC 5545, section 3.1): clean text, escaped values, folded octets.

Written by hand because a feed is made anew for each reader in the time of a few database rows: the icalendar
library needs several times as long for the same agenda.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from scheduler.domain.shortening import shortened

# Everything a reader could take for the end of a line, then what no reader can show. U+2028 and its like
# end a line for programs that split by Unicode's rules; embeddings and overrides would turn the text after
# a name around.
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_UNSHOWN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPECIAL = re.compile(r"[\\;,\n]")
_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
_UNSAFE_PARAMETER = re.compile(r'["\n\t]')
_FOLD_AT = 75


def clean(text: str) -> str:
    """Text without control characters, with plain line breaks, without blanks at the ends."""
    return _UNSHOWN.sub("", _BREAKS.sub("\n", text)).strip()


def one_line(text: str, limit: int = 0) -> str:
    """Clean text in one line; longer than `limit` characters it is cut between words and ends with an ellipsis."""
    # Printable text has nothing to clean, and most text is.
    line = " ".join((text if text.isprintable() else clean(text)).split())
    return shortened(line, limit) if limit else line


def escaped(text: str) -> str:
    """A clean text as a TEXT value."""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)


def parameter(text: str) -> str:
    """A text as a quoted parameter value; quotes can't be written there (RFC 5545, 3.2) and become
    apostrophes.
    """
    return '"' + _UNSAFE_PARAMETER.sub(lambda match: "'" if match[0] == '"' else " ", one_line(text)) + '"'


def stamp(moment: datetime) -> str:
    """An instant in the one form that no reader gets wrong: UTC, whole seconds."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}{utc.month:02}{utc.day:02}T{utc.hour:02}{utc.minute:02}{utc.second:02}Z"


def folded(line: str) -> str:
    """A content line in pieces of at most 75 octets, never cut inside a character."""
    if len(line) <= _FOLD_AT and line.isascii():
        return line
    octets = line.encode("utf-8")
    if len(octets) <= _FOLD_AT:
        return line
    pieces: list[bytes] = []
    begin, room = 0, _FOLD_AT
    while begin < len(octets):
        end = min(begin + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[begin:end])
        begin, room = end, _FOLD_AT - 1
    return b"\r\n ".join(pieces).decode("utf-8")


def encoded(lines: list[str]) -> bytes:
    """Content lines as the bytes of a file."""
    return ("\r\n".join(folded(line) for line in lines) + "\r\n").encode("utf-8")
