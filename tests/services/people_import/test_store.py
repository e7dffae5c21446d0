"""Registering many people from a table."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.imports.people import ImportedPerson
from scheduler.models import AuditEntry, Organisation, Participant
from scheduler.services.people_import.store import store_people
from tests.counting import counted
from tests.factories import make_event, make_organisation, make_organiser, make_participant
from tests.imports.tables import check_rows


def row(
    number: int, email: str, kind: str = "City", name: str = "Ada", organisation: str = "Puig"
) -> ImportedPerson:
    return ImportedPerson(number, name, email, organisation, kind, "Mayor", "Spain")


def test_rows_are_sorted_into_ready_known_and_faulty_with_a_reason_each(session: Session) -> None:
    event = make_event(session)
    there = make_participant(session, event)
    checked = check_rows(
        session,
        event,
        [
            row(2, "a@example.org"),
            row(3, there.email),
            row(4, "A@example.org"),
            row(5, "no address"),
            row(6, "b@example.org", kind="Suplier"),
            row(7, "c@example.org", name=""),
            row(8, "d@example.org", organisation=" "),
        ],
    )
    assert [(one.person.email, one.person.type, one.person.country) for one in checked.ready] == [
        ("a@example.org", "city", "ES")
    ]
    assert checked.known == 1
    assert [problem.number for problem in checked.problems] == [4, 5, 6, 7, 8]
    assert "row 2" in checked.problems[0].text
    assert "Did you mean Supplier?" in checked.problems[2].text


def test_ready_people_are_stored_with_organisations_made_once(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    home = make_organisation(session, event, "Puig")
    checked = check_rows(
        session,
        event,
        [
            row(2, "a@example.org", organisation="PUIG"),
            row(3, "b@example.org", organisation="New Lights"),
            row(4, "c@example.org", organisation="new lights"),
        ],
    )
    assert len(store_people(session, event, checked, actor).people) == 3
    people = {
        person.email: person for person in session.scalars(select(Participant).order_by(Participant.email))
    }
    assert people["a@example.org"].organisation_id == home.id
    assert people["b@example.org"].organisation_id == people["c@example.org"].organisation_id
    assert session.scalar(select(func.count(Organisation.id))) == 2
    assert session.scalars(select(AuditEntry.action)).all() == ["people.import"]
    assert check_rows(session, event, [row(2, "a@example.org")]).known == 1


def test_a_long_list_takes_no_more_queries_than_a_short_one(session: Session) -> None:
    event = make_event(session)
    with counted() as short:
        check_rows(session, event, [row(2, "a@example.org")])
    with counted() as long:
        check_rows(session, event, [row(n, f"p{n}@example.org") for n in range(2, 500)])
    assert len(long) == len(short)
