"""What the columns of a list of people are called, in the languages in which people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scheduler.imports.heading_row import heading_words
from scheduler.imports.sheet_child import heading_key

# "name" may hold a full name, a family name (beside a first name) or a first name (beside a family name); "title"
# is academic beside a column for the position, the position itself without one.
COLUMN_OF: Mapping[str, str] = heading_words("headings.json")
"""What a heading, as `heading_key` makes it, names."""
_POLITE = frozenset(
    {
        "what",
        "is",
        "are",
        "your",
        "you",
        "the",
        "a",
        "please",
        "enter",
        "give",
        "state",
        "us",
        "which",
        "do",
        "of",
    }
)
_TWICE = re.compile(r"[/|\n\r()\[\]]+| [-–—] ")


def column_of(heading: str) -> str | None:
    """What a heading names; one that says it twice, as in “Nombre / Name”, names what its known parts agree upon."""
    if whole := _known(heading):
        return whole
    meant = {column for part in _TWICE.split(heading) if (column := _known(part))}
    if len(meant) > 1 and "name" in meant:
        # “Nom / Last name”: the other part says which name is meant.
        meant.discard("name")
    return meant.pop() if len(meant) == 1 else None


def _known(heading: str) -> str | None:
    key = heading_key(heading)
    plainer = key.replace("e mail", "email")
    asked = " ".join(word for word in plainer.split() if word not in _POLITE)
    return COLUMN_OF.get(key) or COLUMN_OF.get(plainer) or COLUMN_OF.get(asked)


TOPIC_HEADINGS = frozenset({"topic", "topics", "label", "above", "parent", "topic above", "below"})

TOKENS: dict[str, frozenset[str]] = {
    "email": frozenset(
        {"mail", "email", "mails", "emails", "courriel", "correo", "epost", "eposta", "sahkoposti"}
    ),
    "organisation": frozenset(
        {
            "organisation",
            "organization",
            "company",
            "firma",
            "empresa",
            "entreprise",
            "azienda",
            "unternehmen",
            "institution",
        }
    ),
    "type": frozenset({"type", "category", "tipo", "typ", "kategorie", "categorie", "categoria"}),
    "country": frozenset({"country", "pais", "pays", "paese", "land"}),
    "job_title": frozenset({"position", "job", "funktion", "fonction", "cargo", "stanowisko"}),
}
"""Words that tell the column of a longer heading, when no heading names it in full."""
