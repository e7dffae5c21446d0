"""The pages of the matching matrix and of the types that it is made of."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import CellPriority, HeldAt, RequestMode
from scheduler.domain.matrix import Cell
from scheduler.models import Event
from scheduler.queries.rounds.cells import matrix_cells
from tests.conftest import Client
from tests.factories import make_block, make_event, make_organiser, make_participant, type_of
from tests.services.scenes import set_clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def event(session: Session, client: Client) -> Event:
    event = make_event(session)
    set_clock(event, "2023-10-25 09:00")
    make_block(session, event, minutes=20)
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    return event


@pytest.fixture
def base(event: Event) -> str:
    return f"/e/{event.slug}/organise/rounds/"


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


RULES = {
    "may_ask": "y",
    "kind": "C2B",
    "slot_minutes": "20",
    "held_at": "stand",
    "request_mode": "opt-out",
    "request_cap": "5",
    "priority": "first",
}
FULL = Cell("C2B", 20, HeldAt.STAND, RequestMode.OPT_OUT, 5, CellPriority.FIRST)


def test_a_cell_is_set_for_its_row_and_the_other_way_and_the_grid_says_so(
    session: Session, client: Client, event: Event, base: str
) -> None:
    form = client.get(f"{base}matrix/city/supplier").text
    assert "20 minutes" in form
    sent = client.post(
        f"{base}matrix/city/supplier",
        data=RULES | {"also": ["city"], "both_ways": "y"},
        follow_redirects=True,
    )
    assert "Saved: 3 pairs changed." in sent.text
    assert words(sent.text).count("C2B 20 min · at the stand · unless declined · 5 requests · first") == 3
    city, supplier = type_of(session, event, "city").id, type_of(session, event, "supplier").id
    cells = matrix_cells(session, event.id)
    assert {pair for pair, cell in cells.items() if cell == FULL} == {
        (city, supplier),
        (city, city),
        (supplier, city),
    }
    again = client.get(f"{base}matrix/city/supplier").text
    assert re.search(r'name="kind"[^>]*value="C2B"', again)
    assert re.search(r'<option selected value="stand">', again)


def test_taking_the_tick_away_ends_asking(session: Session, client: Client, event: Event, base: str) -> None:
    unticked = {name: value for name, value in RULES.items() if name != "may_ask"}
    sent = client.post(f"{base}matrix/city/supplier", data=unticked)
    assert sent.status_code == 302
    city, supplier = type_of(session, event, "city").id, type_of(session, event, "supplier").id
    assert (city, supplier) not in matrix_cells(session, event.id)


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"kind": " "}, "Give the meeting a name"),
        ({"request_cap": "many"}, "Not a valid integer"),
        ({"slot_minutes": "25"}, "Not a valid choice"),
        ({"also": ["king"]}, "There is no such type"),
    ],
)
def test_what_can_not_be_is_said_and_what_was_typed_stays(
    session: Session, client: Client, event: Event, base: str, entered: dict[str, object], said: str
) -> None:
    before = matrix_cells(session, event.id)
    sent = client.post(f"{base}matrix/city/city", data=RULES | entered)
    assert sent.status_code == 422
    assert said in sent.text
    assert '<option selected value="stand">' in sent.text
    assert matrix_cells(session, event.id) == before


def test_a_type_that_nobody_knows_has_no_cell(client: Client, base: str) -> None:
    assert client.get(f"{base}matrix/city/king").status_code == 404


def test_types_are_added_renamed_moved_and_merged(
    session: Session, client: Client, event: Event, base: str
) -> None:
    make_participant(session, event, type_code="city")
    session.commit()
    added = client.post(f"{base}types", data={"name": "Sponsor"}, follow_redirects=True).text
    assert "“Sponsor” is a type now." in added
    assert "May ask nobody, and is asked by nobody." in added
    double = client.post(f"{base}types", data={"name": "SPONSOR"})
    assert (double.status_code, 'value="SPONSOR"' in double.text) == (409, True)
    assert "There is a type “Sponsor” already." in double.text
    client.post(f"{base}types/sponsor", data={"name": "Gold sponsor"})
    moved = client.post(f"{base}types/sponsor/move", data={"to": "up"}, follow_redirects=True).text
    assert re.findall(r"<summary>([^<]+)</summary>", moved) == ["City", "Gold sponsor", "Supplier"]
    page = words(client.get(f"{base}types/city/remove").text)
    assert "People who have it 1" in page
    refused = client.post(f"{base}types/city/remove")
    assert (refused.status_code, "Merge it into another type." in refused.text) == (409, True)
    merged = client.post(f"{base}types/city/merge", data={"into": "sponsor"}, follow_redirects=True).text
    assert "1 person is of the type “Gold sponsor” now." in merged
    gone = client.post(f"{base}types/supplier/remove", follow_redirects=True).text
    assert "The type “Supplier” is deleted." in gone
    assert re.findall(r"<summary>([^<]+)</summary>", gone) == ["Gold sponsor"]
