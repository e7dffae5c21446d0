"""A co-organiser places people in organisations of their own only, and what is written in their name is logged."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.errors import Invalid
from scheduler.models import AuditEntry, EventRole, Participant
from scheduler.services.people.people_admin import PersonEntry, add_person, change_person
from scheduler.services.people.profile import update_organisation
from tests.conftest import Client
from tests.factories import NOW, make_event, make_organisation, make_organiser, make_participant, make_user


def entry(organisation: str) -> PersonEntry:
    return PersonEntry("Eva", "eva@example.org", organisation, "supplier")


def test_seat_in_a_foreign_organisation_is_refused_on_every_way(session: Session) -> None:
    event = make_event(session)
    own = make_organisation(session, event, "Cluster")
    foreign = make_participant(session, event, organisation=make_organisation(session, event, "Barcelona"))
    make_organisation(session, event, "Entered by the organiser")
    actor = make_user(session)
    for name in ("Barcelona", " BARCELONA ", "Entered by the organiser"):
        with pytest.raises(Invalid, match="is not yours"):
            add_person(session, event, entry(name), actor, brought_by_id=own.id)
    person = add_person(session, event, entry("Fresh and new"), actor, brought_by_id=own.id)
    with pytest.raises(Invalid, match="is not yours"):
        change_person(session, event, person, entry("Barcelona"), actor, acting_for=own.id)
    change_person(session, event, person, entry("cluster"), actor, acting_for=own.id)
    assert person.organisation is own
    # An organiser may, and what is there already may stay.
    person.organisation = foreign.organisation
    change_person(session, event, person, entry("Barcelona"), actor, acting_for=own.id)


def test_co_organiser_without_an_organisation_registers_nobody(client: Client, session: Session) -> None:
    event = make_event(session, "expo")
    user = make_organiser(session, event, Role.CO_ORGANISER)
    session.commit()
    client.sign_in(user)
    fields = {
        "name": "Eva",
        "email": "eva@example.org",
        "organisation": "X",
        "type": "supplier",
        "guarantee": "0",
    }
    assert client.post("/e/expo/organise/people/new", data=fields).status_code == 403
    assert session.scalars(select(Participant)).all() == []
    session.commit()


def test_import_into_a_foreign_organisation_is_refused(client: Client, session: Session) -> None:
    event = make_event(session, "expo")
    own = make_organisation(session, event, "Cluster")
    make_participant(session, event, organisation=make_organisation(session, event, "Barcelona"))
    user = make_user(session)
    role = EventRole(user_id=user.id, event_id=event.id, role=Role.CO_ORGANISER, organisation_id=own.id)
    session.add(role)
    session.commit()
    client.sign_in(user)
    table = "name;email;organisation;type\nEva;eva@example.org;Barcelona;Supplier\n"
    answer = client.post("/e/expo/organise/people/import", data={"text": table, "act": "store"})
    assert (answer.status_code, "is not yours" in answer.text) == (422, True)
    assert len(session.scalars(select(Participant)).all()) == 1
    session.commit()


def test_what_is_written_in_an_organisations_name_is_logged(session: Session) -> None:
    event = make_event(session)
    person = make_participant(session, event)
    update_organisation(session, person, {"website": "https://evil.example"}, NOW)
    update_organisation(session, person, {"website": "https://evil.example"}, NOW)
    found = session.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.change")).one()
    assert (found.user_id, found.detail["name"]) == (person.user_id, person.organisation.name)
    assert "https://evil.example" in found.detail["website"]
