"""Logo, colour and imprint of an event: said once, shown on its pages and in its mails."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.domain.messages import MessageKind
from scheduler.mail.compose import texts_of
from scheduler.mail.outbox import queue_for
from scheduler.models import AuditEntry, Event, EventLook
from tests.conftest import Client
from tests.factories import NOW, make_event, make_organiser, make_participant
from tests.mail.sending import POST

LOOK = {
    "colour": "#7A3E9D",
    "contact": "Desk@Example.org",
    "website": "www.example.org",
    "imprint": "Fair Ltd\nTwo Street",
    "languages": ["es", "en"],
}


def picture(kind: str = "PNG") -> tuple[io.BytesIO, str]:
    target = io.BytesIO()
    Image.new("RGBA", (900, 300), (10, 90, 106, 128)).save(target, kind)
    target.seek(0)
    return target, "logo.png"


def address(event: Event, end: str = "") -> str:
    return f"/e/{event.slug}/organise/event/look{end}"


def test_what_is_said_stands_on_every_page_of_the_event(
    session: Session, client: Client, event: Event
) -> None:
    assert client.post(address(event), data=LOOK).status_code == 302
    page = html.unescape(client.get(f"/e/{event.slug}/organise/").text)
    assert 'style="--brand: #7a3e9d"' in page
    for words in (
        "Fair Ltd\nTwo Street",
        "mailto:desk@example.org",
        "https://www.example.org",
        "Languages of the event: English, Spanish",
    ):
        assert words in page
    assert 'value="#7a3e9d"' in client.get(address(event)).text
    acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "event.look")).all()
    assert [sorted(act.detail["changed"]) for act in acts] == [sorted(LOOK)]


def test_pages_of_an_event_without_a_look_are_as_ever(client: Client, event: Event) -> None:
    page = client.get(f"/e/{event.slug}/organise/").text
    assert "--brand" not in page
    assert "event-foot" not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"colour": "#ffcc00"}, "is too light"),
        ({"colour": "red;}"}, "is no colour"),
        ({"contact": "nobody"}, "is no mail address"),
        ({"website": "javascript:alert(1)"}, "address"),
        ({"imprint": "x" * 2001}, "2001 characters"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_entered_is_lost(
    session: Session, client: Client, event: Event, changes: dict[str, str], sentence: str
) -> None:
    answer = client.post(address(event), data={**LOOK, **changes})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert re.search(rf'<p class="error"[^>]*>[^<]*{re.escape(sentence)}', page)
    assert list({**LOOK, **changes}.values())[1] in page
    assert session.scalars(select(EventLook)).all() == []


def test_too_light_a_colour_is_refused_with_one_that_will_do(
    session: Session, client: Client, event: Event
) -> None:
    answer = client.post(address(event), data={"colour": "#ffcc00"})
    better = re.findall(r"#[0-9a-f]{6} is the nearest", answer.text)[0].split()[0]
    assert client.post(address(event), data={"colour": better}).status_code == 302


def test_logo_is_drawn_anew_shown_to_everybody_and_taken_away(
    session: Session, client: Client, event: Event
) -> None:
    assert client.post(address(event, "/logo"), data={"picture": picture()}).status_code == 302
    source = re.findall(r'src="(/e/[^"]+/logo/[^"]+)"', client.get(f"/e/{event.slug}/organise/").text)[0]
    client.post("/account/sign-out")
    shown = client.get(source)
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert Image.open(io.BytesIO(shown.data)).size == (512, 171)


def test_logo_is_taken_away(session: Session, client: Client, event: Event) -> None:
    client.post(address(event, "/logo"), data={"picture": picture()})
    source = re.findall(r'src="(/e/[^"]+/logo/[^"]+)"', client.get(address(event)).text)[0]
    assert client.post(address(event, "/logo"), data={"remove": "1"}).status_code == 302
    assert client.get(source).status_code == 404


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"<svg onload='alert(1)'/>", "can't be read as a picture"),
        (None, "Choose a picture first."),
    ],
)
def test_what_is_no_picture_is_refused(
    session: Session, client: Client, event: Event, file: bytes | None, sentence: str
) -> None:
    client.post(address(event), data=LOOK)
    answer = client.post(
        address(event, "/logo"), data={"picture": (io.BytesIO(file), "logo.svg")} if file else {}
    )
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)
    assert "Fair Ltd" in answer.text


def test_logo_of_another_event_is_not_found_here(session: Session, client: Client, event: Event) -> None:
    other = make_event(session)
    session.commit()
    client.post(address(event, "/logo"), data={"picture": picture()})
    logo = session.scalars(select(EventLook.logo_id)).one()
    assert client.get(f"/e/{other.slug}/logo/{logo}").status_code == 404


def test_co_organiser_looks_and_changes_nothing(session: Session, client: Client, event: Event) -> None:
    user = make_organiser(session, event, Role.CO_ORGANISER)
    session.commit()
    client.sign_in(user)
    assert client.get(address(event)).status_code == 200
    assert client.post(address(event), data=LOOK).status_code == 403
    assert client.post(address(event, "/logo"), data={"picture": picture()}).status_code == 403


def test_mails_bear_the_look(app: Flask, session: Session, client: Client, event: Event) -> None:
    client.post(address(event), data=LOOK)
    client.post(address(event, "/logo"), data={"picture": picture()})
    session.expire_all()
    said = {"round": "Autumn", "closes": NOW.isoformat(), "open": 1}
    message = queue_for(session, make_participant(session, event), MessageKind.ROUND_CLOSING, said)
    session.flush()
    with app.app_context():
        texts = texts_of(session, message, POST)
    assert "border-top:4px solid #7a3e9d" in texts.html
    assert f"/e/{event.slug}/logo/" in texts.html
    for words in ("Fair Ltd", "Two Street", "desk@example.org"):
        assert words in texts.html
        assert words in texts.text
