"""What no page sends: answered with a sentence, never with a failure of ours."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Client
from tests.factories import (
    make_event,
    make_organiser,
    make_participant,
    make_pavilion,
    make_place,
    make_round,
)


def test_zero_byte_in_an_address_is_answered_with_a_sentence(session: Session, client: Client) -> None:
    event = make_event(session)
    client.sign_in(make_organiser(session, event))
    session.commit()
    answer = client.get(f"/e/{event.slug}/organise/venue/places/%00x")
    assert answer.status_code in (400, 404)
    assert "<main" in answer.text


@pytest.mark.parametrize("number", ["9" * 30, "2147483648"])
def test_number_beyond_the_database_is_answered_with_a_sentence(
    number: str, session: Session, client: Client
) -> None:
    event = make_event(session)
    client.sign_in(make_organiser(session, event))
    session.commit()
    answer = client.post(f"/e/{event.slug}/organise/rounds/topics/{number}/remove")
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize("body", ["5", '"x"', "[1]", "null", '{"a":'])
def test_json_sent_to_a_form_is_refused(body: str, client: Client) -> None:
    answer = client.post("/account/sign-in", data=body, content_type="application/json")
    assert answer.status_code in (400, 415)


def test_place_sent_without_its_fields_shows_the_form_again(session: Session, client: Client) -> None:
    event = make_event(session)
    place = make_place(session, event, make_pavilion(session, event))
    client.sign_in(make_organiser(session, event))
    session.commit()
    answer = client.post(f"/e/{event.slug}/organise/venue/places/{place.public_id}", data={})
    assert answer.status_code == 422


def test_page_far_beyond_the_last_is_answered_with_a_sentence(session: Session, client: Client) -> None:
    event = make_event(session)
    client.sign_in(make_organiser(session, event))
    session.commit()
    answer = client.get(f"/e/{event.slug}/organise/people/?page={'9' * 30}")
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "²"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("calls/new", ("seats", "topic")),
        ("profile", ("offers", "seeks")),
        ("availability/limits", ("max_meetings",)),
    ],
)
def test_number_of_thousands_of_digits_is_answered_with_a_sentence(
    path: str, fields: tuple[str, ...], number: str, session: Session, client: Client
) -> None:
    event = make_event(session)
    make_round(session, event)
    client.sign_in(make_participant(session, event).user)
    session.commit()
    for name in fields:
        data = {"title": "Who knows trams?", "name": "", "seats": "3", name: number}
        answer = client.post(f"/e/{event.slug}/me/{path}", data=data)
        assert answer.status_code in (302, 400, 422)
