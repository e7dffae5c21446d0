"""Registering, changing, withdrawing people."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, ParticipantState, PlanState, RequestState
from scheduler.errors import Conflict, Invalid
from scheduler.models import AuditEntry, Organisation
from scheduler.services.people.people_admin import (
    PersonEntry,
    add_person,
    change_person,
)
from scheduler.services.people.withdrawal import take_back_person, withdraw_person
from tests.factories import (
    make_block,
    make_event,
    make_meeting,
    make_organiser,
    make_participant,
    make_place,
    make_plan,
    make_request,
    make_round,
)
from tests.services.scenes import set_clock

ENTRY = PersonEntry("Ada Puig", "Ada@Example.org", "Puig Lights", "supplier", country="es")


def test_add_registers_with_a_new_organisation_and_a_note_in_the_log(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    person = add_person(session, event, ENTRY, actor)
    assert (person.email, person.country, person.organisation.name) == (
        "ada@example.org",
        "ES",
        "Puig Lights",
    )
    again = add_person(
        session, event, PersonEntry("Bea Sol", "bea@example.org", "PUIG LIGHTS", "supplier"), actor
    )
    assert again.organisation_id == person.organisation_id
    assert session.scalars(select(AuditEntry.action)).all() == ["person.add", "person.add"]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (PersonEntry("", "a@example.org", "Org", "supplier"), "name"),
        (PersonEntry("A", "no address", "Org", "supplier"), "email"),
        (PersonEntry("A", "a@example.org", " ", "supplier"), "organisation"),
        (PersonEntry("A", "a@example.org", "Org", "king"), "type"),
        (PersonEntry("A", "a@example.org", "Org", "supplier", country="XX9"), "country"),
        (PersonEntry("A", "a@example.org", "Org", "supplier", guarantee=1000), "guarantee"),
        (PersonEntry("A" * 300, "a@example.org", "Org", "supplier"), "name"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_add_refuses_what_cannot_be_used_and_names_the_field(
    session: Session, entry: PersonEntry, field: str
) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    with pytest.raises(Invalid) as refused:
        add_person(session, event, entry, actor)
    assert refused.value.field == field


def test_two_people_of_an_event_cannot_share_an_address(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    first = add_person(session, event, ENTRY, actor)
    with pytest.raises(Invalid, match="Ada Puig is registered"):
        add_person(session, event, ENTRY, actor)
    change_person(session, event, first, PersonEntry("Ada P.", "ada@example.org", "Other", "city"), actor)
    assert (first.name, first.organisation.name, first.type.code) == ("Ada P.", "Other", "city")


def test_a_new_address_unseats_the_user_of_the_old_one(session: Session) -> None:
    event = make_event(session)
    person = make_participant(session, event)
    assert person.user_id is not None
    change_person(
        session,
        event,
        person,
        PersonEntry(person.name, "new@example.org", person.organisation.name, "supplier"),
        make_organiser(session, event),
    )
    assert person.user_id is None


def test_withdrawing_cancels_meetings_and_waiting_requests_and_can_be_taken_back(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    one, other = make_participant(session, event), make_participant(session, event)
    block = make_block(session, event)
    found = make_round(session, event, blocks=[block])
    waiting = make_request(session, found, one, other)
    plan = make_plan(session, found)
    meeting = make_meeting(session, plan, block.slots[0], make_place(session, event), [one, other])
    plan.state = PlanState.PUBLISHED
    set_clock(event, "2023-11-01 09:00")
    session.flush()
    touched = withdraw_person(session, event, one, actor)
    session.expire_all()
    assert (touched.meetings, touched.waiting) == (1, 1)
    assert one.state is ParticipantState.WITHDRAWN
    assert meeting.state is MeetingState.CANCELLED
    assert waiting.state is RequestState.WITHDRAWN
    with pytest.raises(Conflict):
        withdraw_person(session, event, one, actor)
    take_back_person(session, event, one, actor)
    assert one.state is ParticipantState.ACTIVE
    assert session.scalar(select(Organisation.id).where(Organisation.id == one.organisation_id))
