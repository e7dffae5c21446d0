"""The solver's sentences with names in the place of ids."""

from __future__ import annotations

from scheduler.planning.names import say_names

ANNA, BO = "abcdefghjkmnpqrstuvw", "bcdefghjkmnpqrstuvwx"
NAMES = {ANNA: "Anna", BO: "Bo", "bavaria": "Bavaria, Tables"}


def test_quoted_ids_become_names_without_the_noun():
    assert say_names(f"participant '{ANNA}' is never free", NAMES) == "Anna is never free"


def test_bare_public_ids_become_names():
    assert say_names(f"{ANNA} and {BO} never meet", NAMES) == "Anna and Bo never meet"


def test_a_wish_is_said_by_its_two_people():
    assert say_names(f"meeting '{ANNA}+{BO}' is required", NAMES) == "Anna and Bo is required"


def test_a_table_of_its_own_is_said_with_its_number():
    assert say_names("place 'bavaria:4' is full", NAMES) == "Bavaria, Tables 4 is full"


def test_unknown_words_stay():
    assert say_names("the 'thing' is odd", NAMES) == "The 'thing' is odd"
