"""Texts as calendars and mails can carry them: no control characters, plain line breaks or none."""

from __future__ import annotations

import re

from scheduler.domain.shortening import shortened

# Everything a reader could take for the end of a line, then what no reader can show. U+2028 and its like
# end a line for programs that split by Unicode's rules; embeddings and overrides would turn the text after
# a name around.
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_UNSHOWN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Text without control characters, with plain line breaks, without blanks at the ends."""
    return _UNSHOWN.sub("", _BREAKS.sub("\n", text)).strip()


def one_line(text: str, limit: int = 0) -> str:
    """Clean text in one line; longer than `limit` characters it is cut between words and ends with an ellipsis."""
    # Printable text has nothing to clean, and most text is.
    line = " ".join((text if text.isprintable() else clean(text)).split())
    return shortened(line, limit) if limit else line
