"""Shorter texts that still read well: cut between words, and never inside what people see as one character."""

from __future__ import annotations

import unicodedata

_ELLIPSIS = "…"
_JOINER = "\u200d"
_LOOSE_ENDS = " ,;:/(-–·"
# Scripts that put no blanks between words: there a text may be cut after any character.
_WITHOUT_BLANKS = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x30FF), (0x3400, 0x4DBF)),
    *((0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
)


def shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters; a longer one ends with an ellipsis after its last whole word.

    A single word that is longer than the limit is cut after its last whole character (grapheme).
    """
    if len(text) <= limit:
        return text
    room = max(limit - len(_ELLIPSIS), 0)
    end = room
    if not text[room].isspace() and not _without_blanks(text[room]):
        blank = max((at for at in range(room) if text[at].isspace()), default=0)
        end = blank if text[:blank].strip(_LOOSE_ENDS) else room
    while end and not boundary(text, end):
        end -= 1
    return text[:end].rstrip(_LOOSE_ENDS) + _ELLIPSIS if room else ""


def boundary(text: str, at: int) -> bool:
    """Whether people see two characters at a position, not one that is made of several code points.

    The rules of Unicode's annex 29 that names and titles need: marks, joiners, skin tones, flags, Hangul and
    the conjuncts of Indic scripts.
    """
    before, after = text[at - 1], text[at]
    if _extends(after) or before == _JOINER or (unicodedata.combining(before) == 9 and after.isalpha()):
        return False
    if _flag(before) and _flag(after):
        run = 0
        while run < at and _flag(text[at - 1 - run]):
            run += 1
        return run % 2 == 0
    return not (_jamo(before) and _jamo(after) and _jamo(before) <= _jamo(after))


def _extends(char: str) -> bool:
    return (
        char in ("\u200c", _JOINER)
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _flag(char: str) -> bool:
    """Whether this is one of the letters that make a country's flag in pairs."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _jamo(char: str) -> int:
    """Which part of a Hangul syllable a letter is (1: first, 2: vowel, 3: last); 0 for everything else."""
    if "\u1100" <= char <= "\u115f":
        return 1
    if "\u1160" <= char <= "\u11a7":
        return 2
    if "\u11a8" <= char <= "\u11ff":
        return 3
    if "\uac00" <= char <= "\ud7a3":
        return 2
    return 0


def _without_blanks(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _WITHOUT_BLANKS)
