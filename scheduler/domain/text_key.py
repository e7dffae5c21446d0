"""One form of each text for comparing, and one for searching, the same on every database.

Databases fold case in ways of their own (SQLite knows ASCII letters only, PostgreSQL its locale's), so keys are made
here, stored beside the text and compared as they are.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable

LONGEST_KEY = 400
"""A longer key can't be indexed everywhere: folding makes some letters many."""

_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # joiners and fillers that are letters or marks by category
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
_STROKES = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ı": "i",
        "ƒ": "f",
        "ƶ": "z",
        "ɨ": "i",
        "ɓ": "b",
        "ɗ": "d",
        "ɖ": "d",
        "ɛ": "e",
        "ə": "e",
        "ǝ": "e",
        "ɔ": "o",
        "ґ": "г",
        "ё": "е",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "ʻ": "'",
        "ʹ": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
"""Letters that do not decompose into a plain one and a mark, and signs that keyboards write in several ways."""
_KEPT_MARKS = frozenset((7, 8, 9))
"""Combining classes of nukta, of the Japanese voicing marks and of virama: without them it is another letter."""


def name_key(text: str) -> str:
    """What two ways of writing one name have in common: never shown, only compared.

    NFKC, without case, blanks collapsed, without letters that nobody sees (zero-width joiners, soft hyphens,
    variation selectors). The Turkish i's are one: case-folding alone would tell ISIK written by hand from Işık's
    own capitals. Accents stay: Ma is not Mā. A text of invisible letters only is its own key.
    """
    return _bounded(_settled(_plain_name, text) or text)


def search_key(text: str) -> str:
    """The text as searching sees it: `name_key` without accents, strokes and kinds of quotes and dashes.

    Found by part: a text is found when the `search_key` of what was typed stands in its own.
    """
    return _settled(_plain_search, text)


def search_words(text: str, most: int = 6) -> list[str]:
    """The words that somebody looks for, each of which has to be found; at most `most`."""
    return search_key(text).split()[:most]


def address_key(address: str) -> str:
    """A mail address in lower case, NFKC, without blanks around it and without invisible letters.

    Not case-folded: mail is sent to this form, and `straße@` is another mailbox than `strasse@`.
    """
    return _settled(_plain_address, address)


def _settled(step: Callable[[str], str], text: str) -> str:
    """Folding composes what folds again, and the other way round: until nothing changes."""
    for _round in range(8):
        before, text = text, step(text)
        if text == before:
            break
    return text


def _plain_name(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _seen(text)).casefold())
        text = text.replace("i\u0307", "i").replace("ı", "i")
    return " ".join(text.lower().split())


def _plain_search(text: str) -> str:
    text = _plain_name(text.translate(_STROKES)).translate(_STROKES)
    if text.isascii():
        return text
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if not (mark := unicodedata.combining(letter)) or mark in _KEPT_MARKS
    )
    return " ".join(unicodedata.normalize("NFC", plain).split())


def _plain_address(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _seen(text))
    return text.lower().strip()


def _seen(text: str) -> str:
    return "".join(
        letter for letter in text if letter not in _INVISIBLE and unicodedata.category(letter) != "Cf"
    )


def _bounded(key: str) -> str:
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{key[: LONGEST_KEY - len(digest) - 1]}#{digest}"
