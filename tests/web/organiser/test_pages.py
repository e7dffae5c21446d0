"""Every page of the organiser answers, for those who may see it, with the same number of queries for more rows."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from scheduler.domain.enums import RequestState, Role
from scheduler.models import Event, EventRole
from tests.conftest import Client
from tests.counting import counted
from tests.factories import (
    make_block,
    make_delegation,
    make_event,
    make_meeting,
    make_organisation,
    make_organiser,
    make_participant,
    make_pavilion,
    make_place,
    make_plan,
    make_request,
    make_round,
    make_session,
    make_user,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LISTS = [
    "",
    "people/",
    "organisations/",
    "organisations/?need=alike",
    "venue/",
    "programme/",
    "programme/blocks/",
    "rounds/",
    "delegations/",
    "log/",
]
FORMS = [
    "people/new",
    "venue/walking",
    "venue/pavilions/new",
    "programme/sessions/new",
    "rounds/new",
    "rounds/matrix",
    "delegations/new",
]


def fill(session: Session, event: Event) -> None:
    """One more of everything that the lists show."""
    pavilion = make_pavilion(session, event)
    place = make_place(session, event, pavilion)
    block = make_block(session, event)
    one = make_participant(session, event, type_code="city")
    other = make_participant(session, event, organisation=make_organisation(session, event))
    found = make_round(session, event, blocks=[block])
    make_request(session, found, one, other, RequestState.ACCEPTED)
    make_request(session, found, other, one)
    plan = make_plan(session, found)
    make_meeting(session, plan, block.slots[0], place, [one, other])
    make_session(session, event, attendees=[one, other], pavilion=pavilion)
    make_delegation(session, event, [one])


@pytest.mark.parametrize("page", LISTS)
def test_list_takes_the_same_number_of_queries_for_three_rows_as_for_one(
    page: str, session: Session, client: Client
) -> None:
    event = make_event(session)
    user = make_organiser(session, event)
    fill(session, event)
    session.commit()
    client.sign_in(user)
    address = f"/e/{event.slug}/organise/{page}"
    assert client.get(address).status_code == 200
    with counted() as once:
        client.get(address)
    for _ in range(2):
        fill(session, event)
    session.commit()
    with counted() as thrice:
        assert client.get(address).status_code == 200
    assert len(thrice) == len(once)


def test_every_page_of_an_empty_event_says_what_belongs_there(session: Session, client: Client) -> None:
    event = make_event(session)
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    for page in [*LISTS, *FORMS]:
        answer = client.get(f"/e/{event.slug}/organise/{page}")
        assert (page, answer.status_code) == (page, 200)
    assert "No matchmaking round yet" in client.get(f"/e/{event.slug}/organise/").text
    assert "Nobody is registered yet" in client.get(f"/e/{event.slug}/organise/people/").text


def test_pages_are_for_organisers_of_this_event_only(session: Session, client: Client) -> None:
    event, other = make_event(session), make_event(session)
    stranger, elsewhere = make_user(session), make_organiser(session, other)
    participant = make_participant(session, event)
    session.commit()
    assert participant.user is not None
    for user in (stranger, elsewhere, participant.user):
        client.sign_in(user)
        for page in [*LISTS, *FORMS]:
            assert client.get(f"/e/{event.slug}/organise/{page}").status_code == 403


def test_co_organiser_reads_all_and_changes_the_own_people_only(session: Session, client: Client) -> None:
    event = make_event(session)
    home = make_organisation(session, event, "Alliance")
    user = make_organiser(session, event, Role.CO_ORGANISER)
    session.execute(update(EventRole).where(EventRole.user_id == user.id).values(organisation_id=home.id))
    own, foreign = make_participant(session, event), make_participant(session, event)
    own.brought_by_id = home.id
    session.commit()
    client.sign_in(user)
    base = f"/e/{event.slug}/organise"
    assert client.get(f"{base}/people/").status_code == 200
    assert client.get(f"{base}/people/{own.public_id}/edit").status_code == 200
    assert client.get(f"{base}/people/{foreign.public_id}/edit").status_code == 403
    assert client.post(f"{base}/people/{foreign.public_id}/withdraw").status_code == 403
    assert client.get(f"{base}/rounds/new").status_code == 403
    assert client.get(f"{base}/venue/walking").status_code == 403
