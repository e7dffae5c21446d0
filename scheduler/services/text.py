"""Text that people enter: trimmed, bounded, without control characters."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from scheduler.errors import Invalid

# Letters of Persian, Sinhala and others need their joiners, families and flags of emoji theirs.
_JOINERS = "\u200c\u200d"
_TAGS = range(0xE0020, 0xE0080)
# Signs of Arabic, Syriac and Kaithi numbers and verses: Unicode calls them formats, readers see them.
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_BREAKS = frozenset("\n\x0b\x0c\x85\u2028\u2029")


def clean_text(value: str, limit: int, field: str, label: str) -> str:
    """The text without blanks around it and without characters that nobody sees, but line breaks and joiners.

    Raises Invalid when more than `limit` characters are left; nothing is cut off in silence.
    """
    # Ten megabytes are refused before any work is spent on them.
    if len(value) <= 4 * limit + 1000:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        value = "".join(map(_kept, value)).strip().strip(_JOINERS).strip()
        if not any(_is_seen(letter) for letter in value):
            value = ""
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


def clean_name(value: str, limit: int, field: str, label: str) -> str:
    """The name of a person or an organisation: as `clean_line`, and no address of the web, which mails would carry."""
    name = clean_line(value, limit, field, label)
    if "://" in name or "www." in name.lower():
        raise Invalid(_("%(label)s: a name holds no web address. Enter the name alone.", label=label), field)
    return name


def _kept(letter: str) -> str:
    """What is kept of a character: itself, a plain blank or line break, or nothing."""
    if (
        letter.isprintable()
        or letter == "\t"
        or letter in _JOINERS
        or letter in _SEEN
        or ord(letter) in _TAGS
    ):
        return letter
    if letter in _BREAKS:
        return "\n"
    kind = unicodedata.category(letter)
    if kind == "Zs":
        return " "
    # Letters and emoji that are younger than this Python have no kind yet; what never will be one is left out.
    return (
        letter
        if kind == "Cn" and ord(letter) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(letter) < 0xFDF0
        else ""
    )


def _is_seen(letter: str) -> bool:
    """Whether a character shows anything by itself."""
    hidden = letter in _JOINERS or ord(letter) in _TAGS or letter in "\u115f\u1160\u3164\uffa0\u2800"
    return not hidden and not letter.isspace() and unicodedata.category(letter) not in ("Mn", "Me")
