"""Names on drawings: lines that stay inside their box, whatever a thing is called."""

from __future__ import annotations

import textwrap

ELLIPSIS = "…"


def lines_of(name: str, width: int, most: int = 2) -> list[str]:
    """A name as at most `most` lines of at most `width` characters, cut with an ellipsis where it is longer still."""
    lines = textwrap.wrap(name, width, break_long_words=True, break_on_hyphens=True) or [""]
    if len(lines) <= most:
        return lines
    last = textwrap.shorten(" ".join(lines[most - 1 :]), width, placeholder=ELLIPSIS)
    if len(last) <= 1:
        last = lines[most - 1][: width - 1] + ELLIPSIS
    return [*lines[: most - 1], last]
