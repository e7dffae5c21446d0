"""Searching as organisers do, alike on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from scheduler.queries.people.people_admin import PeopleFilter, people_page
from tests.factories import make_event, make_organisation, make_participant


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ŚWIĄTEK", "Iga Świątek"),
        ("Świątek", "Iga Świątek"),
        ("swiatek", "Iga Świątek"),
        ("swiatek iga", "Iga Świątek"),
        ("GROSS", "Karl Groß"),
        ("groß", "Karl Groß"),
        ("isil", "Işıl İnönü"),
        ("İNÖNÜ", "Işıl İnönü"),
        ("inonu", "Işıl İnönü"),
        ("παπαδοπουλος", "Νίκος Παπαδόπουλος"),
        ("ΠΑΠΑΔΌΠΟΥΛΟΣ", "Νίκος Παπαδόπουλος"),
        ("КОРОЛЁВ", "Сергей Королёв"),
        ("королев", "Сергей Королёв"),
        ("o'neill", "Áine O’Neill"),
        ("öko", "Bo Berg"),
        ("OKO berg", "Bo Berg"),
        ("bo@berg", "Bo Berg"),
    ],
)
def test_people_are_found_however_their_names_are_typed(session: Session, text: str, name: str) -> None:
    event = make_event(session)
    for one in (
        "Iga Świątek",
        "Karl Groß",
        "Işıl İnönü",
        "Νίκος Παπαδόπουλος",
        "Сергей Королёв",
        "Áine O’Neill",
    ):
        make_participant(session, event, name=one)
    berg = make_participant(
        session, event, name="Bo Berg", organisation=make_organisation(session, event, "ÖKO AG")
    )
    berg.email = "bo@berg.example"
    session.flush()
    found = people_page(session, event.id, PeopleFilter(text=text), 1)
    assert [line.name for line in found.lines] == [name]
    assert found.count == 1


@pytest.mark.parametrize("text", ["%", "_", "\\", "swiatek nobody"])
def test_signs_of_the_database_are_plain_letters(session: Session, text: str) -> None:
    event = make_event(session)
    make_participant(session, event, name="Iga Świątek")
    assert people_page(session, event.id, PeopleFilter(text=text), 1).count == 0
