"""Countries as people write them."""

from __future__ import annotations

import pytest
from babel import Locale

from scheduler.imports.countries import country_code, country_codes, like_country


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(text, "GB") for text in ("UK", "U.K.", "uk", "GBR", "England", "Great Britain", "Royaume-Uni")],
        *[(text, "US") for text in ("USA", "U.S.A.", "us", "United States", "Estados Unidos", "EE.UU.")],
        *[(text, "NL") for text in ("Netherlands (The)", "NETHERLANDS, THE", "Holland", "Niederlande")],
        *[(text, "CZ") for text in ("Czech Republic", "Czechia", "Česko", "Tschechien")],
        *[(text, "TR") for text in ("Turkey", "Türkiye", "TÜRKİYE", "turkiye", "Türkei")],
        *[(text, "KR") for text in ("South Korea", "Korea, Republic of", "Republic of Korea", "Südkorea")],
        *[(text, "CI") for text in ("Ivory Coast", "Côte d’Ivoire", "Cote d'Ivoire", "Costa de Marfil")],
        *[(text, "DE") for text in ("Deutschland", "Germany", "Alemania", "Allemagne", "Niemcy", "DEU")],
        *[(text, "ES") for text in ("España", "ESPAÑA", " Spain ", "Espanya", "Spanien", "スペイン")],
        *[(text, "BA") for text in ("Bosnia & Herzegovina", "Bosnia and Herzegovina", "Bosnien und Herzegowina")],
        *[("Hong Kong", "HK"), ("Hong Kong SAR China", "HK"), ("Viet Nam", "VN"), ("Россия", "RU"), ("Ελλάδα", "GR")],
        *[("Belgium/Belgique", "BE"), ("ES - Spain", "ES"), ("🇪🇸", "ES"), ("Rep. of Korea", "KR")],
        *[("EL", "GR"), ("Macedonia (FYROM)", "MK"), ("Kosovo*", "XK"), ("St. Lucia", "LC"), ("NA", "NA")],
        *[("EU", None), ("", None), ("Neverland", None), ("Spain/France", None), ("x", None), ("ZZ", None)],
    ],
)  # fmt: skip
def test_country_is_known_by_code_and_name_in_many_languages(text: str, code: str | None) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("language", ["en", "es", "ca", "fr", "de", "it", "pt", "pl", "el", "ru", "ja"])
def test_every_name_of_a_language_is_its_country(language: str) -> None:
    names = Locale(language).territories
    wrong = {
        code: country_code(names[code])
        for code in country_codes() & set(names)
        if country_code(names[code]) != code
    }

    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "code"), [("Spian", "ES"), ("Germny", "DE"), ("Itally", "IT"), ("EU", None), ("Atlantis", None)]
)
def test_what_was_meant_is_guessed_when_it_is_near(text: str, code: str | None) -> None:
    assert like_country(text) == code


@pytest.mark.parametrize("text", ["Spain/France", "ES - France", "Europe", "🇪🇺", "🇿🇿", "/", "Spain, France"])
def test_two_countries_are_none(text: str) -> None:
    assert country_code(text) is None
