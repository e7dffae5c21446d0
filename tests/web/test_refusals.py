"""What can't be done is said in the form that asked for it: filled, with the sentence at its top."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from scheduler.models import Event
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant


@pytest.fixture
def event(session: Session, client: Client) -> Event:
    event = make_event(session)
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    return event


def referer(path: str, host: str = "localhost") -> dict[str, str]:
    return {"Referer": f"http://{host}{path}"}


def test_a_refused_act_is_answered_by_the_page_that_it_came_from(
    session: Session, client: Client, event: Event
) -> None:
    person = make_participant(session, event)
    session.commit()
    page = f"/e/{event.slug}/organise/people/{person.public_id}/"
    client.post(f"{page}withdraw", headers=referer(page))

    answer = client.post(f"{page}withdraw", headers=referer(page))

    assert answer.status_code == 409
    assert f"<h1>{person.name}</h1>" in answer.text
    assert re.search(r'id="refused" role="alert" tabindex="-1" autofocus>.*?<p>[^<]+</p>', answer.text, re.S)
    assert "This did not work" not in answer.text


def test_a_refused_act_changes_nothing(session: Session, client: Client, event: Event) -> None:
    person = make_participant(session, event)
    session.commit()
    page = f"/e/{event.slug}/organise/people/{person.public_id}/"
    client.post(f"{page}withdraw", headers=referer(page))
    before = client.get(f"/e/{event.slug}/organise/log").text

    client.post(f"{page}withdraw", headers=referer(page))

    assert client.get(f"/e/{event.slug}/organise/log").text == before


def test_a_page_of_another_site_is_not_where_a_form_came_from(
    session: Session, client: Client, event: Event
) -> None:
    person = make_participant(session, event)
    session.commit()
    page = f"/e/{event.slug}/organise/people/{person.public_id}/"
    client.post(f"{page}withdraw", headers=referer(page))

    answer = client.post(f"{page}withdraw", headers=referer(page, "elsewhere.example"))

    assert answer.status_code == 409
    assert "<h1>This did not work</h1>" in answer.text
    assert f"To {event.name}" in answer.text


def test_a_form_that_was_open_for_too_long_comes_back_filled(
    app: Flask, session: Session, client: Client, event: Event
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = f"/e/{event.slug}/organise/people/new"

    answer = client.post(page, data={"name": "Ada Puig", "csrf_token": "old"}, headers=referer(page))

    assert answer.status_code == 400
    assert "This form was open for too long." in answer.text
    assert 'value="Ada Puig"' in answer.text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
    assert token is not None
    assert token[1] != "old"


def test_a_strangers_form_is_never_shown_filled(app: Flask, client: Client, event: Event) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = f"/e/{event.slug}/organise/people/new"

    for headers in ({}, referer("/trap", "elsewhere.example"), {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post(page, data={"name": "Ada Puig", "csrf_token": "old"}, headers=headers)
        assert (answer.status_code, 'value="Ada Puig"' in answer.text) == (400, False)


def test_a_refusal_never_shows_a_page_that_the_reader_may_not_see(
    session: Session, client: Client, event: Event
) -> None:
    other = make_event(session, slug="other")
    person = make_participant(session, other)
    session.commit()
    page = f"/e/{other.slug}/organise/people/{person.public_id}/"

    answer = client.post(f"{page}withdraw", headers=referer(page))

    assert answer.status_code == 403
    assert person.name not in answer.text


def test_a_form_comes_back_behind_a_proxy_that_hides_the_host(
    app: Flask, session: Session, client: Client, event: Event
) -> None:
    app.config["BASE_URL"] = "https://expo.example"
    person = make_participant(session, event)
    session.commit()
    page = f"/e/{event.slug}/organise/people/{person.public_id}/"
    client.post(f"{page}withdraw")

    answer = client.post(f"{page}withdraw", headers={"Referer": f"https://expo.example{page}"})

    assert answer.status_code == 409
    assert f"<h1>{person.name}</h1>" in answer.text


STRANGERS: list[dict[str, str]] = [
    {},
    referer("/trap", "elsewhere.example"),
    referer("/", "localhost.elsewhere.example"),
    {"Referer": "http://["},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", **referer("/")},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
]
WORDS = "Your account is locked: call this number at once"


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
@pytest.mark.parametrize(
    "path",
    [
        "/e/{slug}/organise/people/new",  # takes forms, and asks for their token
        "/e/{slug}/organise/people/",  # takes none
        "/e/{slug}/organise/nothing/here",
        "/mails/unsubscribe/of-nobody",  # takes those of mail programs, without a token
    ],
)
def test_a_strangers_words_never_stand_on_our_page(
    app: Flask, client: Client, event: Event, path: str, headers: dict[str, str]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    data = {"name": WORDS, "q": WORDS, "csrf_token": "old"}

    answer = client.post(path.format(slug=event.slug), data=data, headers=headers)

    assert answer.status_code >= 400
    assert WORDS not in answer.text


def test_what_was_written_is_kept_when_its_page_is_gone(app: Flask, client: Client, event: Event) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = f"/e/{event.slug}/organise/people/gone/"

    for headers in (referer(page), {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
        answer = client.post(f"{page}withdraw", data={"note": WORDS}, headers=headers)
        assert WORDS in answer.text
