"""A programme is brought, looked at, taken over, brought again, and given out."""

from __future__ import annotations

import html
import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import SessionKind
from scheduler.imports.sheets import read_sheet
from scheduler.models import Event, Pavilion, ProgrammeImport, ProgrammeSession
from tests.conftest import Client
from tests.counting import counted
from tests.factories import (
    make_delegation,
    make_event,
    make_organiser,
    make_participant,
    make_pavilion,
    make_session,
)
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
    assert "in this one no more." in text
    (key,) = re.findall(r'name="remove" type="checkbox" value="(\w+)"> ?<label[^>]*>Trams: A history', text)
    client.post(address)
    assert [one.title for one in sessions(session)] == ["Trams: A history", "Buses: A history", "By hand"]

    client.post(bring(client, event, other)[0], data={"remove": key})
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
    said = re.sub("<[^>]*>", " ", text[text.index("Speakers on two stages at once") :])
    assert "Ada Lee Trams: A history Buses: A history" in " ".join(said.split())


GIVEN_OUT = ("schedule.xml", "schedule.json", "schedule.ics", "xlsx", "csv")


@pytest.mark.parametrize("form", GIVEN_OUT)
def test_what_is_given_out_comes_back_as_the_same(
    session: Session, client: Client, event: Event, form: str
) -> None:
    hall = make_pavilion(session, event, "Hall, the large one")
    for number, kind in enumerate((SessionKind.SEMINAR, SessionKind.PARTNER_MEETING, SessionKind.VISIT)):
        made = make_session(session, event, f"2023-11-0{7 + number} 23:30", kind=kind)
        made.title, made.room, made.speakers = f"Closing {number} & <more>", "Room 1", "Zoë\nBo"
        made.description, made.track = "Two\n\nlines, a  blank; <b and> 'c'", "Light, dark"
        made.source = f"source-{number}" if number else ""
        made.pavilion = hall if number == 2 else None
        made.link, made.language, made.capacity = "https://example.org/?a=b,c", "ca", 30
    twin = make_session(session, event, "2023-11-07 23:30")
    twin.title, twin.room = "Closing 0 & <more>", "Room 2"
    make_session(session, event, "2023-11-08 09:00").title = "-Dash"
    guest = make_participant(session, event)
    make_session(session, event, "2023-11-08 10:00", delegation=make_delegation(session, event, [guest]))
    session.commit()
    first = f"/e/{event.slug}/organise/"
    place = f"programme/{form}" if form.startswith("schedule") else f"lists/sessions.{form}"
    out = client.get(first + place)
    assert out.status_code == 200, place

    text = bring(client, event, out.data)[1]

    told = text[text.index("notice-") : text.index("</main>")]
    assert "0 sessions are new, 0 are changed, 5 are as they were." in text, told


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


def talks(count: int) -> str:
    """A schedule of some talks on three days."""
    rows = "".join(
        f"<event guid='g{n}'><title>Talk {n}</title><date>2023-11-0{7 + n % 3}T{9 + n % 9:02d}:00:00+01:00</date>"
        f"<duration>00:30</duration><persons><person>P{n}</person></persons></event>"
        for n in range(count)
    )
    return f"<schedule><day><room name='Hall A'>{rows}</room></day></schedule>"


def test_large_programme_takes_no_more_queries(session: Session, client: Client, event: Event) -> None:
    def queries(address: str) -> int:
        with counted() as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    few = queries(bring(client, event, talks(3))[0])
    address, text = bring(client, event, talks(1400))
    assert queries(address) == few > 0
    assert "1,400 sessions are new" in text.replace("1400", "1,400")
    client.post(address)
    assert len(sessions(session)) == 1400

    page = f"/e/{event.slug}/organise/programme/"
    counts = []
    for query in ("", "?day=all", "?q=talk+139", "?day=2023-11-08"):
        with counted() as statements:
            counts.append((client.get(page + query).text.count('<th scope="row">'), len(statements)))
    assert [shown for shown, _number in counts] == [467, 1400, 12, 467]
    assert len({number for _shown, number in counts}) == 1


def test_unknown_places_become_rooms_pavilions_or_rooms_of_one(
    session: Session, client: Client, event: Event
) -> None:
    other = FRAB.replace("Hall A", "Stage 7")
    address, text = bring(client, event, other)
    assert "One place: Stage 7" in text
    (hall,) = session.scalars(select(Pavilion)).all()
    client.post(address, data={"places": hall.public_id})
    (found,) = sessions(session)
    assert (found.pavilion_id, found.room) == (hall.id, "Stage 7")
    assert "0 are changed, one is as it was." in bring(client, event, other)[1]

    other = FRAB.replace("Hall A", "Stage 8")
    client.post(bring(client, event, other)[0], data={"places": "each"})
    (found,) = sessions(session)
    assert (found.pavilion.name if found.pavilion else "", found.room) == ("Stage 8", "")
    assert "0 are changed, one is as it was." in bring(client, event, other)[1]


def test_too_many_places_are_no_pavilions(session: Session, client: Client, event: Event) -> None:
    rows = "".join(
        f"<event guid='g{n}'><title>Talk {n}</title><date>2023-11-07T09:00:00+01:00</date>"
        f"<duration>00:30</duration><room>Stage {n}</room></event>"
        for n in range(201)
    )
    address, _text = bring(client, event, f"<schedule><day>{rows}</day></schedule>")
    refused = client.post(address, data={"places": "each"})
    assert refused.status_code == 422
    assert "too many to be pavilions" in refused.text
    assert client.post(address).status_code == 302
    assert len(sessions(session)) == 201


def test_what_is_too_long_is_cut_and_named(session: Session, client: Client, event: Event) -> None:
    long = FRAB.replace("Trams", "Trams " * 50).replace("Long", "Long " * 1000)
    address, text = bring(client, event, long)
    assert "2 texts are longer than a session can hold" in text
    client.post(address)
    (found,) = sessions(session)
    assert len(found.description) == 4000


def test_parallel_sessions_of_one_title_stay_apart(session: Session, client: Client, event: Event) -> None:
    rows = "".join(
        f"<room name='{room}'><event><title>Break</title><start>10:00</start><duration>00:30</duration></event></room>"
        for room in ("Foyer", "Terrace", "Bar")
    )
    content = f"<schedule><day date='2023-11-07'>{rows}</day></schedule>"
    client.post(bring(client, event, content)[0])
    assert {one.room for one in sessions(session)} == {"Foyer", "Terrace", "Bar"}
    assert "0 are changed, 3 are as they were." in bring(client, event, content)[1]


def test_everything_that_is_left_out_can_be_taken_away_with_the_reason(client: Client, event: Event) -> None:
    rows = "".join(
        f"<event><title>Talk {n}</title><date>2023-12-07T09:00:00+01:00</date><duration>00:30</duration></event>"
        for n in range(60)
    )
    content = FRAB.replace("<room name", f"<room name='X'>{rows}</room><room name", 1)
    address, text = bring(client, event, content)
    assert "60 can't be taken." in text
    assert "It lies outside the event's days. (60)" in text
    book = read_sheet(client.get(address + "left-out.xlsx").data).rows
    assert len(book) == 61
    assert book[1].cells == ("2023-12-07 09:00", "Talk 0", "It lies outside the event's days.")


def test_letters_that_are_a_guess_are_said(client: Client, event: Event) -> None:
    table = "Titel;Datum;Beginn;Ende\nBegrüßung;07.11.2023;9:00;10:00"
    assert "does not say how its letters are stored" in bring(client, event, table.encode("cp1252"))[1]
    text = bring(client, event, table)[1]
    assert "Begrüßung" in text
    assert "how its letters are stored" not in text
