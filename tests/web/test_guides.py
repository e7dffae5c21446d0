"""The guides are pages that the pages they speak of lead to, at the part that speaks of them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from scheduler.web.guides import _PARTS, GUIDES, guide_html
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages know no database


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_a_page_for_everybody(client: Client, name: str) -> None:
    page = client.get(f"/guide/{name}")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert client.get("/guide/secrets").status_code == 404


def test_every_part_that_pages_point_to_is_there(app: Flask) -> None:
    for begins, name, part in _PARTS:
        assert not part or f'<h2 id="{part}">' in guide_html(name), (begins, part)
    names = {rule.endpoint for rule in app.url_map.iter_rules()}
    for begins, _name, _part in _PARTS:
        assert any(endpoint.startswith(begins) for endpoint in names), begins


def test_pages_lead_to_the_part_that_speaks_of_them(session: Session, client: Client) -> None:
    event = make_event(session)
    organiser, person = make_organiser(session, event), make_participant(session, event)
    session.commit()
    client.sign_in(organiser)
    for path, part in (
        ("people/import", "organiser#people"),
        ("programme/", "organiser#programme"),
        ("", "organiser"),
    ):
        text = client.get(f"/e/{event.slug}/organise/{path}").text
        assert f'<a href="/guide/{part}">Help with this page</a>' in text
    assert person.user is not None
    client.sign_in(person.user)
    text = client.get(f"/e/{event.slug}/me/agenda").text
    assert re.search(r'<a href="/guide/attendee#your-agenda">', text)
