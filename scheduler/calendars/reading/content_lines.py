"""Content lines out of octets (RFC 5545, 3.1), whatever a program, a mail or a disk has done to them.

Only CR and LF end a line: U+2028 and its like are text. Lines are unfolded as octets, because a fold may stand
inside a character.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BREAKS = re.compile(rb"[\r\n]+")
_FOLDS = re.compile(rb"\n[ \t]")
# A byte order mark, also one that was read as Latin-1 and written again; with it what can't be seen.
_BEFORE_NAME = re.compile("^(?:[\\s\ufeff\u200b\u200e\u200f]|\u00ef\u00bb\u00bf)+")
_NAME = re.compile(r"(?:[A-Za-z0-9_-]+\.)?([A-Za-z0-9-]+)[ \t]*(?=[;:])")
_PARAMETER = re.compile(r';[ \t]*([A-Za-z0-9-]+)[ \t]*=[ \t]*((?:"[^"]*"|[^";:])*)')
_SOFT_BREAK = re.compile(r"^[^:]*ENCODING=QUOTED-PRINTABLE[^:]*:.*=$", re.IGNORECASE)
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A property: its name in capitals, its parameters, its value as it is written."""

    name: str
    parameters: dict[str, str]
    value: str

    def resplit(self) -> Iterator[ContentLine]:
        """The other readings of a line whose last parameter holds a colon that nobody quoted, as in
        `TZID=UTC+01:00:20231107T100000`.
        """
        if not self.parameters:
            return
        last = next(reversed(self.parameters))
        pieces = self.value.split(":")
        for cut in range(1, min(len(pieces), 8)):
            whole = ":".join([self.parameters[last], *pieces[:cut]]).strip('" ')
            yield ContentLine(self.name, {**self.parameters, last: whole}, ":".join(pieces[cut:]))


def content_lines(data: bytes) -> Iterator[str]:
    """The unfolded lines of a file as text."""
    octets = _FOLDS.sub(b"", _BREAKS.sub(b"\n", _narrow(data)))
    waiting = ""
    for piece in octets.split(b"\n"):
        text = waiting + _BEFORE_NAME.sub("", _text(piece))
        if len(text) < 100_000 and _SOFT_BREAK.match(text):
            waiting = text[:-1]
            continue
        waiting = ""
        if text:
            yield text
    if waiting:
        yield waiting


def name_of(text: str) -> str:
    """The property's name in capitals; nothing when the text is no content line."""
    found = _NAME.match(text)
    return found[1].upper() if found else ""


def parsed(text: str) -> ContentLine | None:
    """A text as a property, None when it is none."""
    found = _NAME.match(text)
    if found is None:
        return None
    position, parameters = found.end(), {}
    while (more := _PARAMETER.match(text, position)) is not None:
        parameters[more[1].upper()] = more[2].strip().strip('"')
        position = more.end()
    if text[position : position + 1] != ":":
        # A quote that is never closed, or no parameter at all: the first colon ends it.
        colon = text.find(":", position)
        if colon < 0:
            return None
        key, _equals, value = text[position:colon].lstrip("; ").partition("=")
        if parameters and text[position : position + 1] == '"':
            last = next(reversed(parameters))
            parameters[last] = text[position:colon].strip('" ')
        elif value:
            parameters[key.strip().upper()] = value.strip('" ')
        position = colon
    return ContentLine(found[1].upper(), parameters, text[position + 1 :])


def unescaped(line: ContentLine, limit: int = 200) -> str:
    """The value as a text in one line, cut at `limit` characters."""
    value = line.value[:4000]
    if line.parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        value = _text(quopri.decodestring(value.encode("utf-8", "replace")))
    value = re.sub(r"\\(.)", lambda match: " " if match[1] in "nN" else match[1], value)
    shown = "".join(letter if letter.isprintable() or letter in "\u200c\u200d" else " " for letter in value)
    words = " ".join(shown.split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _narrow(data: bytes) -> bytes:
    """The file with one octet for each ASCII letter, without null octets."""
    for mark, name in _WIDE:
        if data.startswith(mark):
            return data.decode(name, "replace").encode("utf-8", "replace")
    head = data[:400]
    if head[1::2].count(0) > len(head) // 3:
        return data.decode("utf-16-le", "replace").encode("utf-8", "replace")
    if head[0::2].count(0) > len(head) // 3:
        return data.decode("utf-16-be", "replace").encode("utf-8", "replace")
    return data.replace(b"\0", b"")


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")
