"""Languages as people write them: “Englisch, Català”, “EN/DE”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from scheduler.domain.text_key import search_key

_WRITTEN_IN = (
    *("en", "es", "ca", "fr", "de", "it", "pt", "nl", "pl", "cs", "sv", "da", "nb", "fi", "hu", "ro", "tr"),
    *("el", "bg", "ru", "uk", "hr", "sl", "sk", "lt", "lv", "et", "eu", "gl", "ja", "zh", "ko", "ar", "he"),
)
_BETWEEN = re.compile(r"\s*[;,|/\n+&]\s*|\s+(?:and|und|et|y|i|e|og|en|и)\s+")


def language_words(text: str) -> tuple[str, ...]:
    """The languages of a cell as they are written, one after the other."""
    parts = [part.strip(" .()") for part in _BETWEEN.split(text)]
    found: list[str] = []
    for part in parts:
        codes = part.split()
        found += codes if len(codes) > 1 and all(len(code) == 2 for code in codes) else [part]
    return tuple(dict.fromkeys(part for part in found if part))


def language_code(word: str) -> str | None:
    """The ISO 639-1 code of a language by its code or its name in one of many languages; None when it is none."""
    key = search_key(word)
    if found := _names().get(key):
        return found
    # “en-GB”, “English (fluent)”, “German C1”
    plain = re.sub(r"\(.*?\)|\b[abc][12]\b", " ", key)
    first = re.split(r"[-_ ]", plain.strip())[0]
    return _names().get(" ".join(plain.split())) or (first if len(first) == 2 and first in _codes() else None)


@cache
def _codes() -> frozenset[str]:
    return frozenset(str(code) for code in Locale("en").languages if len(str(code)) == 2)


@cache
def _names() -> Mapping[str, str]:
    found: dict[str, str] = {code: code for code in _codes()}
    for language in _WRITTEN_IN:
        for code, name in Locale(language).languages.items():
            if code in _codes():
                found.setdefault(search_key(name), code)
    return found
