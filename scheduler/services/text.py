"""Text that people enter: trimmed, bounded, without control characters."""

from __future__ import annotations

from flask_babel import gettext as _

from scheduler.errors import Invalid


def clean_text(value: str, limit: int, field: str, label: str) -> str:
    """The text without blanks around it and without control characters but line breaks.

    Raises Invalid when more than `limit` characters are left; nothing is cut off in silence.
    """
    # Ten megabytes are refused before any work is spent on them.
    if len(value) <= 4 * limit + 1000:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        value = "".join(letter for letter in value if letter in "\n\t" or letter.isprintable()).strip()
    if len(value) > limit:
        raise Invalid(
            _(
                "%(label)s: this has %(length)s characters, and %(limit)s are allowed. "
                "Shorten it; nothing was changed.",
                label=label,
                length=len(value),
                limit=limit,
            ),
            field,
        )
    return value


def clean_line(value: str, limit: int, field: str, label: str) -> str:
    """One line of text: as `clean_text`, with line breaks and runs of blanks made one blank."""
    if len(value) <= 4 * limit + 1000:
        value = " ".join(value.split())
    return clean_text(value, limit, field, label)
