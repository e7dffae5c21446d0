"""The normal forms of names and addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.text_key import LONGEST_KEY, address_key, name_key, search_key, search_words


@pytest.mark.parametrize(
    "names",
    [
        ("ÖKO AG", "öko ag", "Öko  AG ", "O\u0308KO AG", "Öko\u00a0AG", "ö\u00adko\u200b ag"),
        ("Straße", "STRASSE", "STRAẞE"),
        ("İstanbul", "ISTANBUL", "istanbul", "ıstanbul"),
        ("ΟΔΥΣΣΕΥΣ", "Οδυσσευς", "οδυσσευσ"),
        ("ＡＣＭＥ", "acme", "Acme\ufeff"),
        ("ЁЛКА", "ёлка", "е\u0308лка"),
        ("ﬁrma", "FIRMA"),
    ],
)
def test_ways_of_writing_one_name_have_one_key(names: tuple[str, ...]) -> None:
    assert {name_key(name) for name in names} == {name_key(names[0])}


@pytest.mark.parametrize(
    "names", [("Öko", "Oko"), ("Łódź", "Lodz"), ("ё", "е"), ("ガ", "カ"), ("A B", "AB"), ("कि", "कु")]
)
def test_other_names_have_other_keys(names: tuple[str, str]) -> None:
    assert name_key(names[0]) != name_key(names[1])


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("ŚWIĄTEK", "Iga Świątek"),
        ("swiatek", "Iga Świątek"),
        ("świątek", "SWIATEK"),
        ("strasse", "Lange Straße"),
        ("Straße", "LANGE STRASSE"),
        ("istanbul", "İSTANBUL"),
        ("ISIK", "Işık"),
        ("οδυσσευς", "ΟΔΥΣΣΈΑΣ ΟΔΥΣΣΕΎΣ"),
        ("елка", "Ёлка"),
        ("ЙОД", "иод"),
        ("lodz", "Łódź"),
        ("oresund", "Øresund"),
        ("dorde", "Đorđe"),
        ("aesir", "Æsir"),
        ("o'brien", "O’Brien"),
        ("smart-city", "Smart–City"),
        ("バス", "市バス"),
        ("서울", "서울시"),
        ("علی", "علی\u200cرضا"),
    ],
)
def test_what_was_typed_stands_in_what_is_searched(typed: str, text: str) -> None:
    assert search_key(typed) in search_key(text)


def test_searching_keeps_letters_apart_that_only_look_like_accents() -> None:
    assert search_key("ガス") != search_key("カス")
    assert search_words("  Świątek,\n IGA\t") == ["swiatek,", "iga"]


@given(st.text(max_size=60))
def test_keys_are_settled_and_ignore_case(text: str) -> None:
    for make in (name_key, search_key, address_key):
        assert make(make(text)) == make(text)
    for other in (text.upper(), text.lower(), f"  {text} "):
        assert search_key(other) == search_key(text)


@given(st.text(min_size=1, max_size=400))
def test_a_key_is_never_empty_nor_too_long_for_an_index(text: str) -> None:
    assert 0 < len(name_key(text)) <= LONGEST_KEY


def test_long_names_that_differ_at_their_end_stay_two() -> None:
    long = "\ufdfa" * 199
    assert name_key(long + "a") != name_key(long + "b")


@pytest.mark.parametrize(
    ("address", "form"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("\u200bada@example.org", "ada@example.org"),
        ("ÜNAL@öko.example", "ünal@öko.example"),
        ("u\u0308nal@ÖKO.example", "ünal@öko.example"),
        # Another mailbox than strasse@.
        ("straße@example.org", "straße@example.org"),
    ],
)
def test_an_address_has_one_form(address: str, form: str) -> None:
    assert address_key(address) == form
