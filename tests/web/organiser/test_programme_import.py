"""A programme is brought, looked at, taken over, brought again, and given out."""

from __future__ import annotations

import html
import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import SessionKind
from scheduler.imports.programme import read_programme
from scheduler.models import Event, ProgrammeImport, ProgrammeSession
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_pavilion, make_session
from tests.imports.test_programme import BARE, FRAB

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it


@pytest.fixture
def event(session: Session, client: Client) -> Event:
    event = make_event(session)
    make_pavilion(session, event, "Hall A")
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    return event


def bring(client: Client, event: Event, content: bytes | str) -> tuple[str, str]:
    """Where the file led, and what the page says."""
    data = content.encode() if isinstance(content, str) else content
    answer = client.post(
        f"/e/{event.slug}/organise/programme/import",
        data={"file": (io.BytesIO(data), "schedule.xml")},
        follow_redirects=True,
    )
    return answer.request.path, " ".join(html.unescape(answer.text).split())


def sessions(session: Session) -> list[ProgrammeSession]:
    session.expire_all()
    return list(session.scalars(select(ProgrammeSession).order_by(ProgrammeSession.starts_at)))


def test_a_programme_is_looked_at_and_taken_over(session: Session, client: Client, event: Event) -> None:
    address, text = bring(client, event, FRAB)
    assert "One session is new, 0 are changed, 0 are as they were." in text
    assert sessions(session) == []

    client.post(address)
    (found,) = sessions(session)
    assert (found.title, found.pavilion.name if found.pavilion else "", found.room) == (
        "Trams: A history",
        "Hall A",
        "",
    )
    assert (found.speakers, found.track, found.kind) == ("Ada Lee\nBo Berg", "Mobility", SessionKind.SEMINAR)
    assert session.scalars(select(ProgrammeImport)).all() == []
    assert "Ada Lee, Bo Berg" in client.get(f"/e/{event.slug}/organise/programme/").text


def test_brought_again_it_updates_instead_of_doubling(session: Session, client: Client, event: Event) -> None:
    client.post(bring(client, event, FRAB)[0])
    assert "0 sessions are new, 0 are changed, one is as it was." in bring(client, event, FRAB)[1]

    later = FRAB.replace("T09:30", "T11:00").replace("Trams", "Trams and buses")
    address, text = bring(client, event, later)
    assert "0 sessions are new, one is changed," in text
    client.post(address)
    (found,) = sessions(session)
    assert (found.title, found.sequence) == ("Trams and buses: A history", 1)
    assert found.starts_at.astimezone(event.zone).hour == 11


def test_what_is_in_the_file_no_more_is_named_and_left_to_the_organiser(
    session: Session, client: Client, event: Event
) -> None:
    make_session(session, event, "2023-11-08 09:00").title = "By hand"
    session.commit()
    client.post(bring(client, event, FRAB)[0])
    other = FRAB.replace("0b1f7f0e-6f6a-5b44-8a3e-1c1b9f0c7a01", "other").replace("Trams", "Buses")

    address, text = bring(client, event, other)
    assert "in this one no more: Trams: A history" in text
    client.post(address)
    assert [one.title for one in sessions(session)] == ["Trams: A history", "Buses: A history", "By hand"]

    client.post(bring(client, event, other)[0], data={"remove": "y"})
    assert [one.title for one in sessions(session)] == ["Buses: A history", "By hand"]


def test_a_schedule_without_dates_goes_to_the_days_of_the_event(
    session: Session, client: Client, event: Event
) -> None:
    client.post(bring(client, event, BARE)[0])
    assert [one.starts_at.astimezone(event.zone).isoformat()[:16] for one in sessions(session)] == [
        "2023-11-07T10:00",
        "2023-11-09T00:30",
    ]
    assert "0 sessions are new, 0 are changed, 2 are as they were." in bring(client, event, BARE)[1]


def test_a_file_of_other_days_is_moved_or_left_out_as_one_says(
    session: Session, client: Client, event: Event
) -> None:
    other = FRAB.replace("2023-11-07", "2019-05-21").replace("+01:00", "+02:00")
    address, text = bring(client, event, other)
    assert "its first day became the event's first, 1,631 days away" in text.replace("1631", "1,631")
    assert "It lies outside the event's days." in html.unescape(client.get(address).text)
    client.post(address, data={"move": "1"})
    (found,) = sessions(session)
    assert found.starts_at.astimezone(event.zone).isoformat()[:16] == "2023-11-07T09:30"


def test_a_speaker_on_two_stages_is_named(client: Client, event: Event) -> None:
    second = (
        FRAB[FRAB.index("<event") : FRAB.index("</event>") + 8]
        .replace("Trams", "Buses")
        .replace("a01", "a02")
    )
    text = bring(client, event, FRAB.replace("</room></day>", second + "</room></day>"))[1]
    assert "Ada Lee (“Trams: A history”, “Buses: A history”)" in text


@pytest.mark.parametrize("form", ["xml", "json"])
def test_what_is_given_out_comes_back_as_the_same(
    session: Session, client: Client, event: Event, form: str
) -> None:
    for number in range(3):
        made = make_session(session, event, f"2023-11-0{7 + number} 09:00")
        made.title, made.room, made.speakers = f"Talk {number} & <more>", "Room 1", "Zoë\nBo"
        made.description, made.track, made.source = "Two\nlines", "Light", f"source-{number}"
    session.commit()
    out = client.get(f"/e/{event.slug}/organise/programme/schedule.{form}").data
    with client.application.test_request_context():
        assert len(read_programme(out).sessions) == 3
    text = bring(client, event, out)[1]
    assert "0 sessions are new, 3 are changed" in text  # they are called by their guid now
    client.post(bring(client, event, out)[0])
    again = client.get(f"/e/{event.slug}/organise/programme/schedule.{form}").data
    assert again == out
    assert "0 sessions are new, 0 are changed, 3 are as they were." in bring(client, event, again)[1]


def test_co_organisers_and_strangers_bring_no_programme(
    session: Session, client: Client, event: Event
) -> None:
    address, _text = bring(client, event, FRAB)
    other = make_event(session)
    client.sign_in(make_organiser(session, other))
    session.commit()
    assert client.get(address).status_code == 403
    assert client.get(address.replace(event.slug, other.slug)).status_code == 404


def test_a_refused_file_is_named(client: Client, event: Event) -> None:
    path, text = bring(client, event, b"<html></html>")
    assert "This is a web page." in text
    assert path.endswith("/programme/import")


def test_large_programme_takes_no_more_queries(session: Session, client: Client, event: Event) -> None:
    rows = "".join(
        f"<event guid='g{n}'><title>Talk {n}</title><date>2023-11-0{7 + n % 3}T{9 + n % 9:02d}:00:00+01:00</date>"
        f"<duration>00:30</duration><persons><person>P{n}</person></persons></event>"
        for n in range(1400)
    )
    address, text = bring(client, event, f"<schedule><day><room name='Hall A'>{rows}</room></day></schedule>")
    assert "1,400 sessions are new" in text.replace("1400", "1,400")
    client.post(address)
    assert len(sessions(session)) == 1400
