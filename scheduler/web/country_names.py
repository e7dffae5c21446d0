"""Names of countries and languages in the reader's language."""

from __future__ import annotations

from babel import Locale
from flask_babel import get_locale

from scheduler.imports.countries import country_codes

# The languages that are offered: those of Europe and those most spoken beside them.
OFFERED = tuple(
    part
    for line in (
        "ar bg bn ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu id is it ja ko lb lt lv mk mt",
        "nl no pl pt ro ru sk sl sq sr sv th tr uk ur vi zh",
    )
    for part in line.split()
)


def _locale() -> Locale:
    return get_locale() or Locale("en")


def country(code: str) -> str:
    """The name of a country by its ISO 3166 code; the code itself when it is unknown."""
    return str(_locale().territories.get(code, code))


def language(code: str) -> str:
    """The name of a language by its ISO 639-1 code; the code itself when it is unknown."""
    return str(_locale().languages.get(code, code))


def countries() -> list[tuple[str, str]]:
    """All countries with their codes, by name."""
    found = [(code, name) for code, name in _locale().territories.items() if code in country_codes()]
    return sorted(found, key=lambda pair: pair[1])


def languages() -> list[tuple[str, str]]:
    """The languages that can be chosen, with their codes, by name."""
    return sorted(((code, language(code)) for code in OFFERED), key=lambda pair: pair[1])
