"""What the organiser's forms change, and what they answer when something can't be."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, ParticipantState, RoundState
from scheduler.models import (
    Event,
    MatchmakingRound,
    MatrixRule,
    MeetingBlock,
    Participant,
    Pavilion,
    WalkingTime,
)
from tests.conftest import Client
from tests.factories import (
    make_block,
    make_delegation,
    make_event,
    make_organiser,
    make_participant,
    make_pavilion,
    make_round,
    make_session,
)
from tests.services.scenes import published_scene, set_clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PERSON = {
    "name": "Ada Puig",
    "email": "ada@example.org",
    "organisation": "Puig",
    "type": "city",
    "country": "ES",
}


@pytest.fixture
def event(session: Session, client: Client) -> Event:
    """An event whose organiser the client is."""
    event = make_event(session)
    set_clock(event, "2023-10-10 09:00")
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    return event


def test_person_is_registered_changed_withdrawn_and_taken_back(
    session: Session, client: Client, event: Event
) -> None:
    base = f"/e/{event.slug}/organise/people"
    shown = client.post(f"{base}/new", data=PERSON, follow_redirects=True)
    assert "Ada Puig is registered." in shown.text
    person = session.scalars(select(Participant)).one()
    page = f"{base}/{person.public_id}"
    client.post(f"{page}/edit", data=PERSON | {"name": "Ada P.", "max_meetings_per_day": "4"})
    client.post(f"{page}/withdraw")
    session.expire_all()
    assert (person.name, person.max_meetings_per_day, person.state) == (
        "Ada P.",
        4,
        ParticipantState.WITHDRAWN,
    )
    assert client.post(f"{page}/withdraw").status_code == 409
    client.post(f"{page}/take-back")
    session.expire_all()
    # As before: others see nobody who has not come in.
    assert person.state is ParticipantState.INVITED


def test_a_form_that_cannot_be_used_keeps_what_was_entered(
    session: Session, client: Client, event: Event
) -> None:
    there = make_participant(session, event)
    session.commit()
    base = f"/e/{event.slug}/organise"
    twice = client.post(f"{base}/people/new", data=PERSON | {"email": there.email})
    assert twice.status_code == 422
    assert "is registered with this address already" in twice.text
    assert 'value="Ada Puig"' in twice.text
    half = client.post(f"{base}/venue/pavilions/new", data={"name": "Tokyo", "x": "400", "y": "1"})
    assert half.status_code == 422
    assert 'value="Tokyo"' in half.text
    block = client.post(
        f"{base}/programme/blocks/",
        data={
            "name": "Late",
            "day": "2023-11-07",
            "starts": "12:00",
            "ends": "11:00",
            "slot_minutes": "20",
            "pause_minutes": "5",
        },
    )
    assert (block.status_code, "past midnight" in block.text) == (422, True)
    assert session.scalars(select(Pavilion)).all() == session.scalars(select(MeetingBlock)).all() == []


def test_walks_are_saved_and_a_word_among_them_changes_nothing(
    session: Session, client: Client, event: Event
) -> None:
    one, other = make_pavilion(session, event), make_pavilion(session, event)
    session.commit()
    page = f"/e/{event.slug}/organise/venue/walking"
    name = f"w-{one.public_id}-{other.public_id}"
    assert client.post(page, data={name: "7"}).status_code == 302
    assert session.scalars(select(WalkingTime.minutes)).all() == [7]
    wrong = client.post(page, data={name: "far"})
    assert wrong.status_code == 422
    assert "“far” is no number of minutes" in wrong.text
    assert client.post(page, data={name: ""}).status_code == 302
    assert session.scalars(select(WalkingTime.minutes)).all() == []


def test_round_is_made_opened_and_closed(session: Session, client: Client, event: Event) -> None:
    block = make_block(session, event)
    session.commit()
    base = f"/e/{event.slug}/organise/rounds"
    data = {
        "name": "First",
        "opens_at": "2023-10-02T09:00",
        "closes_at": "2023-10-27T18:00",
        "request_mode": "opt-in",
        "request_cap": "10",
        "half_day_at": "13:00",
        "request_cap-city": "3",
        "blocks": [block.public_id],
    }
    assert client.post(f"{base}/new", data=data | {"closes_at": "2023-10-01T09:00"}).status_code == 422
    assert client.post(f"{base}/new", data=data | {"request_cap-city": "many"}).status_code == 422
    assert client.post(f"{base}/new", data=data).status_code == 302
    found = session.scalars(select(MatchmakingRound)).one()
    page = f"{base}/{found.public_id}"
    for act, state in (("open", RoundState.OPEN), ("close", RoundState.CLOSED), ("open", RoundState.OPEN)):
        assert client.post(f"{page}/{act}").status_code == 302
        session.expire_all()
        assert found.state is state
        assert client.get(f"{page}/").status_code == 200
    assert client.post(f"{page}/open").status_code == 409


def test_matrix_is_changed_by_its_form(session: Session, client: Client, event: Event) -> None:
    page = f"/e/{event.slug}/organise/rounds/matrix"
    assert (
        client.post(page, data={"m-city-city": "City to city", "m-supplier-supplier": ""}).status_code == 302
    )
    kinds = session.scalars(select(MatrixRule.meeting_kind).order_by(MatrixRule.meeting_kind)).all()
    assert kinds == ["City to city", "City-supplier", "City-supplier"]


def test_ids_of_another_event_are_not_found(session: Session, client: Client, event: Event) -> None:
    elsewhere = make_event(session)
    person, pavilion = make_participant(session, elsewhere), make_pavilion(session, elsewhere)
    found, visit = make_round(session, elsewhere), make_session(session, elsewhere)
    session.commit()
    base = f"/e/{event.slug}/organise"
    for page in (
        f"people/{person.public_id}/",
        f"people/{person.public_id}/edit",
        f"venue/pavilions/{pavilion.public_id}/",
        f"rounds/{found.public_id}/",
        f"programme/sessions/{visit.public_id}/",
    ):
        assert client.get(f"{base}/{page}").status_code == 404
    assert client.post(f"{base}/people/{person.public_id}/withdraw").status_code == 404
    assert client.post(f"{base}/rounds/{found.public_id}/open").status_code == 404


def test_a_list_is_looked_at_before_it_is_stored(session: Session, client: Client, event: Event) -> None:
    page = f"/e/{event.slug}/organise/people/import"
    table = "Name;Mail;Organisation;Type\nAda;ada@example.org;Puig;City\nBo;no address;Puig;City\n"
    file = (io.BytesIO(table.encode()), "people.csv")
    looked = client.post(page, data={"file": file, "act": "check"}, follow_redirects=True)
    assert looked.status_code == 200
    assert "One person is ready." in looked.text
    assert "Row 3, cell B3" in looked.text
    assert session.scalars(select(Participant)).all() == []
    stored = client.post(page, data={"text": table, "act": "store"}, follow_redirects=True)
    assert "One person is registered." in stored.text
    assert "One row was left out. It stands below" in stored.text
    assert session.scalars(select(Participant.name)).all() == ["Ada"]
    for data in ({"text": ""}, {"file": (io.BytesIO(b"PK no"), "x.xlsx")}):
        assert client.post(page, data=data).status_code == 422


def test_who_joins_a_delegation_hears_what_lies_at_the_time_of_its_visits(
    session: Session, client: Client, event: Event
) -> None:
    leader = make_participant(session, event, name="Lea Danner")
    joins = make_participant(session, event, name="Ada Puig")
    delegation = make_delegation(session, event, [leader])
    visit = make_session(session, event, "2023-11-07 10:00", delegation=delegation)
    talk = make_session(session, event, "2023-11-07 10:30", attendees=[joins])
    make_session(session, event, "2023-11-07 12:00", attendees=[joins])
    session.commit()
    shown = client.post(
        f"/e/{event.slug}/organise/delegations/{delegation.public_id}/members",
        data={"who": "Ada Puig"},
        follow_redirects=True,
    ).text
    assert "Ada Puig travels along." in shown
    assert (
        f"One thing lies at the same time and was not changed: Ada Puig is at “{talk.title}” (10:30–11:30)."
        in shown
    )
    assert visit.title not in shown.partition("One thing lies")[2].partition("</")[0]


def test_meeting_that_has_begun_is_not_called_off_from_its_page(session: Session, client: Client) -> None:
    scene = published_scene(session)
    client.sign_in(make_organiser(session, scene.event))
    page = (
        f"/e/{scene.event.slug}/organise/plans/{scene.plan.public_id}/meetings/{scene.meetings[0].public_id}"
    )
    set_clock(scene.event, "2023-11-07 09:59")
    session.commit()
    assert "Call it off" in client.get(page).text
    set_clock(scene.event, "2023-11-07 10:00")
    session.commit()
    assert "Call it off" not in client.get(page).text
    answer = client.post(f"{page}/cancel")
    assert answer.status_code == 409
    assert "The meeting has begun: it can&#39;t be called off any more." in answer.text
    session.expire_all()
    assert scene.meetings[0].state is MeetingState.PLANNED


def test_session_that_is_over_offers_nothing_that_it_would_refuse(
    session: Session, client: Client, event: Event
) -> None:
    talk = make_session(session, event, "2023-11-07 10:00", attendees=[make_participant(session, event)])
    page = f"/e/{event.slug}/organise/programme/sessions/{talk.public_id}"
    session.commit()
    assert "It disappears from one agenda" in client.get(f"{page}/").text
    set_clock(event, "2023-11-07 11:00")
    session.commit()
    shown = client.get(f"{page}/").text
    assert "It is over: who attended stays as it was." in shown
    assert "Remove" not in shown
    answer = client.post(f"{page}/remove")
    assert answer.status_code == 409
    assert f"“{talk.title}” is over" in answer.text
