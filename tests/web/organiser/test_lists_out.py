"""Lists go out as they are filtered, as spreadsheets and as CSV, with no formula and to no stranger."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import RequestState, Role
from scheduler.imports.sheets import read_sheet
from scheduler.models import Event, EventRole
from tests.conftest import Client
from tests.counting import counted
from tests.factories import (
    make_block,
    make_event,
    make_meeting,
    make_organisation,
    make_participant,
    make_pavilion,
    make_place,
    make_plan,
    make_request,
    make_round,
    make_session,
    make_user,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it


def get(client: Client, event: Event, what: str, **query: str) -> list[list[str]]:
    """The rows of the CSV; the spreadsheet says the same."""
    base = f"/e/{event.slug}/organise/lists/{what}"
    text = client.get(f"{base}.csv", query_string=query)
    assert text.status_code == 200, text.text
    rows = list(csv.reader(io.StringIO(text.data.decode("utf-8-sig"))))
    book = read_sheet(client.get(f"{base}.xlsx", query_string=query).data).rows
    assert [row.cells[0] for row in book][:1] == [rows[0][0]]
    assert len(book) == len(rows)
    return rows


def test_people_go_out_as_they_are_filtered_and_come_back_in(
    session: Session, client: Client, event: Event
) -> None:
    ada, _bo = (
        make_participant(session, event, name="Ada Lee"),
        make_participant(session, event, name="Bo Ek"),
    )
    ada.offers_text, ada.languages, ada.country = "Light", "ca de", "ES"
    session.commit()
    assert [row[0] for row in get(client, event, "people")] == ["Name", "Ada Lee", "Bo Ek"]
    rows = get(client, event, "people", q="ada")
    assert [row[0] for row in rows] == ["Name", "Ada Lee"]
    assert rows[1][5:7] == ["Spain", "Catalan, German"]

    out = client.get(f"/e/{event.slug}/organise/lists/people.xlsx").data
    brought = client.post(
        f"/e/{event.slug}/organise/people/import",
        data={"file": (io.BytesIO(out), "p.xlsx")},
        follow_redirects=True,
    )
    assert "2 are registered already and stay as they are." in " ".join(brought.text.split())


def test_what_looks_like_a_formula_stays_text(session: Session, client: Client, event: Event) -> None:
    make_participant(session, event, name='=HYPERLINK("https://evil.example")')
    session.commit()
    assert get(client, event, "people")[1][0] == '\'=HYPERLINK("https://evil.example")'
    book = client.get(f"/e/{event.slug}/organise/lists/people.xlsx").data
    assert read_sheet(book).rows[1].cells[0] == '=HYPERLINK("https://evil.example")'


def test_a_csv_brought_again_changes_nobody_though_texts_look_like_formulas(
    session: Session, client: Client, event: Event
) -> None:
    ada = make_participant(session, event, name="=Ada Lee")
    ada.job_title, ada.offers_text, ada.seeks_text = "@Light", "-40 % energy", "'quoted' words"
    ada.organisation.name = "+Light"
    session.commit()
    out = client.get(f"/e/{event.slug}/organise/lists/people.csv").data
    assert b"'=Ada Lee" in out
    page = client.post(
        f"/e/{event.slug}/organise/people/import",
        data={"file": (io.BytesIO(out), "p.csv"), "update": "yes"},
        follow_redirects=True,
    )
    text = " ".join(page.text.split())
    assert "One is registered already and stays as it is." in text


def test_requests_meetings_sessions_places_and_the_log(
    session: Session, client: Client, event: Event
) -> None:
    block, pavilion = make_block(session, event), make_pavilion(session, event, "Bavaria")
    round_ = make_round(session, event, blocks=[block])
    ada, bo = make_participant(session, event, name="Ada"), make_participant(session, event, name="Bo")
    make_request(session, round_, ada, bo, RequestState.ACCEPTED)
    plan, place = make_plan(session, round_), make_place(session, event, pavilion)
    make_meeting(session, plan, block.slots[0], place, [ada, bo])
    talk = make_session(session, event, "2023-11-07 10:00", attendees=[ada])
    talk.speakers = "Cy\nDi"
    session.commit()

    (request,) = get(client, event, "requests", round=round_.public_id)[1:]
    assert (request[0], request[2], request[4]) == ("Ada", "Bo", "accepted")
    (meeting,) = get(client, event, "meetings", plan=plan.public_id)[1:]
    assert (meeting[2], meeting[8], meeting[10]) == ("Bavaria", "Ada", "Bo")
    (row,) = get(client, event, "sessions")[1:]
    assert (row[:2], row[10], row[14]) == (["2023-11-07", "10:00"], "Cy; Di", "1")
    (where,) = get(client, event, "places")[1:]
    assert (where[0], where[3]) == ("Bavaria", str(place.capacity))
    client.post(f"/e/{event.slug}/organise/rounds/{round_.public_id}/close")
    assert "Time" in get(client, event, "log")[0]


def test_the_spreadsheet_holds_the_sessions_that_the_page_shows(
    session: Session, client: Client, event: Event
) -> None:
    for number in range(90):
        talk = make_session(session, event, f"2023-11-0{7 + number % 3} {9 + number % 8:02d}:00")
        talk.title, talk.track = f"Talk {number}", "Water" if number % 2 else "Light"
    session.commit()
    shown = []
    for query in ("", "?day=all", "?day=2023-11-08", "?q=talk+1", "?track=Water", "?day=2023-11-09&q=talk+8"):
        page = client.get(f"/e/{event.slug}/organise/programme/{query}").text
        titles = re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>', page)
        (address,) = re.findall(r'href="([^"]*/lists/sessions\.csv[^"]*)"', page)
        rows = list(csv.reader(io.StringIO(client.get(html.unescape(address)).data.decode("utf-8-sig"))))
        assert [row[3] for row in rows[1:]] == titles
        shown.append(len(titles))
    assert shown == [30, 90, 30, 18, 45, 7]


def test_a_long_list_takes_a_fixed_number_of_queries(session: Session, client: Client, event: Event) -> None:
    def queries() -> int:
        with counted() as found:
            get(client, event, "people")
        return len(found)

    make_participant(session, event)
    session.commit()
    before = queries()
    for _number in range(40):
        make_participant(session, event)
    session.commit()
    assert queries() == before


def test_co_organisers_take_their_own_people_and_nothing_else(
    session: Session, client: Client, event: Event
) -> None:
    own = make_organisation(session, event, "Cluster")
    mine, _other = make_participant(session, event, name="Mine"), make_participant(session, event)
    mine.brought_by_id = own.id
    user = make_user(session)
    session.add(EventRole(user_id=user.id, event_id=event.id, role=Role.CO_ORGANISER, organisation_id=own.id))
    round_ = make_round(session, event)
    session.commit()
    client.sign_in(user)
    assert [row[0] for row in get(client, event, "people")[1:]] == ["Mine"]
    base = f"/e/{event.slug}/organise/lists"
    assert client.get(f"{base}/requests.csv?round={round_.public_id}").status_code == 403
    assert client.get(f"{base}/log.csv").status_code == 403


def test_lists_that_there_are_not(session: Session, client: Client, event: Event) -> None:
    far = make_round(session, make_event(session))
    session.commit()
    base = f"/e/{event.slug}/organise/lists"
    for tail in ("secrets.csv", "people.pdf", f"requests.csv?round={far.public_id}", "meetings.csv?plan=x"):
        assert client.get(f"{base}/{tail}").status_code == 404
