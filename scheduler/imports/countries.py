"""Countries as people write them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources

from babel import Locale
from babel.core import get_global

_LANGUAGES = (
    *("en", "es", "ca", "fr", "de", "it", "pt", "nl", "pl", "cs", "sv", "da", "nb", "fi", "hu", "ro", "tr"),
    *(
        "el",
        "bg",
        "ru",
        "uk",
        "hr",
        "sl",
        "sk",
        "lt",
        "lv",
        "et",
        "ga",
        "mt",
        "is",
        "eu",
        "gl",
        "sq",
        "sr",
        "mk",
    ),
    *("ja", "zh", "ko", "ar", "he"),
)
_COMPARED = ("en", "es", "fr", "de", "it", "pt")
_FIRST_FLAG = 0x1F1E6
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_PARTS = re.compile(r"\s*[/|]\s*|\s+[-–—:]\s+")
_SHORT = {"rep": "republic", "dem": "democratic"}
_ASIDE = re.compile(r"\([^()]*\)")
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def country_codes() -> frozenset[str]:
    """ISO 3166 codes of two letters."""
    return frozenset(
        str(code)
        for code in Locale("en").territories
        if len(str(code)) == 2 and str(code).isalpha() and code not in _NO_COUNTRY
    )


def country_code(text: str) -> str | None:
    """The code of a country by its code of two or three letters, or its name in one of many languages; None when
    it is none.
    """
    if text.strip().upper() in country_codes():
        return text.strip().upper()
    if found := _names().get(_key(text)) or _names().get(_key(_ASIDE.sub(" ", text))):
        return found
    if flag := _FLAG.fullmatch(text.strip()):
        letters = "".join(chr(ord(sign) - _FIRST_FLAG + ord("A")) for sign in flag[0])
        return letters if letters in country_codes() else None
    # “Schweiz/Suisse”, “ES - Spain”: one country said twice; two countries are none.
    parts = [part for part in _PARTS.split(text) if part.strip()]
    said = {country_code(part) for part in parts} if len(parts) > 1 else set()
    return said.pop() if len(said) == 1 else None


def like_country(text: str) -> str | None:
    """The code of the country whose name looks most like a text, if one does."""
    key = _key(text[:60])
    near = get_close_matches(key, _likely_names(), n=1, cutoff=0.8) if len(key) > 3 else []
    return _names()[near[0]] if near else None


@cache
def _likely_names() -> tuple[str, ...]:
    """Names worth comparing with: those of all languages together look like anything."""
    codes = country_codes()
    return tuple(
        {
            _key(name)
            for language in _COMPARED
            for code, name in Locale(language).territories.items()
            if code in codes
        }
    )


@cache
def _names() -> Mapping[str, str]:
    found: dict[str, str] = {}
    # Names that people use and that no list of countries has.
    more = resources.files("scheduler.data").joinpath("country_names.json").read_text(encoding="utf-8")
    for code, names in json.loads(more).items():
        for name in names:
            found.setdefault(_key(name), code)
    codes = country_codes()
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in codes:
                found.setdefault(_key(name), code)
    for alias, known in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(known) == 1 and known[0] in codes:
            found.setdefault(_key(alias), known[0])
    found.pop("", None)
    return found


def _key(text: str) -> str:
    """A name without case, accents, marks and what some put before or behind it."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("&", " and ").replace("ı", "i")
    letters = (
        one if one.isalpha() else " " for one in plain if not unicodedata.combining(one) and one != "."
    )
    words = "".join(letters).split()
    return " ".join(_SHORT.get(word, word) for word in words if word != "the")
