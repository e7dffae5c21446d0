"""How much a session of the programme holds."""

from __future__ import annotations

from collections.abc import Mapping

LETTERS: Mapping[str, int] = {
    "title": 200,
    "room": 120,
    "host": 200,
    "description": 4000,
    "speakers": 4000,
    "track": 120,
    "language": 40,
    "link": 300,
    "source": 300,
}
"""By field, the letters that fit; in `speakers` all names with their line breaks."""
MOST_SEATS = 100_000
