"""Closing a round is asked first, says what it ends and for whom, and leads on to the run."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, PlanState, RequestMode, RequestState, RoundState
from scheduler.models import Event, MatchmakingRound, Request
from tests.conftest import Client
from tests.factories import (
    make_block,
    make_event,
    make_organiser,
    make_participant,
    make_plan,
    make_request,
    make_round,
)
from tests.services.scenes import set_clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def event(session: Session, client: Client) -> Event:
    event = make_event(session)
    set_clock(event, "2023-10-25 09:00")
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    return event


@pytest.fixture
def found(session: Session, event: Event) -> MatchmakingRound:
    """A round in which Grace has three requests to answer, and Ada one."""
    found = make_round(session, event, blocks=[make_block(session, event)])
    grace, ada = make_participant(session, event, name="Grace"), make_participant(session, event, name="Ada")
    for _ in range(3):
        make_request(session, found, make_participant(session, event), grace)
    make_request(session, found, grace, ada)
    session.commit()
    return found


def _base(event: Event) -> str:
    return f"/e/{event.slug}/organise"


def test_closing_says_first_what_expires_and_for_whom(
    client: Client, event: Event, found: MatchmakingRound
) -> None:
    page = " ".join(client.get(f"{_base(event)}/rounds/{found.public_id}/close").text.split())
    assert "4 requests have no answer yet. They expire when you close the round." in page
    assert "2 people have to answer, 4 people wait for it." in page
    rows = re.findall(r'people/[^/]+/">(\w+)</a></th>\s*<td>[^<]*</td>\s*<td class="numeric">(\d)</td>', page)
    assert rows == [("Grace", "3"), ("Ada", "1")]


def test_in_a_round_where_silence_is_yes_nothing_is_said_to_expire(
    session: Session, client: Client, event: Event, found: MatchmakingRound
) -> None:
    found.request_mode = RequestMode.OPT_OUT
    session.commit()
    page = client.get(f"{_base(event)}/rounds/{found.public_id}/close").text
    assert "4 requests have no answer yet. They count as wishes" in page
    assert "expire" not in page


def test_closed_and_opened_again_everybody_waits_as_before(
    session: Session, client: Client, event: Event, found: MatchmakingRound
) -> None:
    address = f"{_base(event)}/rounds/{found.public_id}"
    closed = client.post(f"{address}/close", follow_redirects=True).text
    assert "4 requests had no answer and expired; opening the round again undoes that." in closed
    assert f"/organise/runs/new?round={found.public_id}" in closed
    assert "4 requests that expired with its closing wait for an answer again." in closed
    opened = client.post(f"{address}/open", follow_redirects=True).text
    assert "4 requests that had expired with its closing wait for an answer again." in opened
    session.expire_all()
    states = session.scalars(select(Request.state)).all()
    assert states == [RequestState.OPEN] * 4
    client.post(f"{address}/close")
    form = client.get(f"{_base(event)}/runs/new?round={found.public_id}").text
    assert f'<option selected value="{found.public_id}">' in form


def test_people_who_neither_asked_nor_were_asked_are_those_on_the_page(
    session: Session, client: Client, event: Event, found: MatchmakingRound
) -> None:
    before = make_round(session, event, state=RoundState.CLOSED)
    make_plan(session, before).state = PlanState.PUBLISHED
    silent = [make_participant(session, event, name=f"Silent {number}") for number in range(3)]
    make_request(session, before, silent[0], silent[1], RequestState.ACCEPTED)
    make_participant(session, event, name="Not yet in", state=ParticipantState.INVITED)
    found.name = "Now"
    session.commit()
    page = client.get(f"{_base(event)}/").text
    assert "3 people have neither asked nor been asked in this round." in page
    (address,) = re.findall(r'href="([^"]*need=no-requests[^"]*)"', page)
    shown = client.get(address.replace("&amp;", "&")).text
    assert re.findall(r">(Silent \d)<", shown) == ["Silent 0", "Silent 1", "Silent 2"]
    assert "Not yet in" not in shown
    assert "Only requests of “Now” count here." in shown


RULES = {
    "name": "First",
    "opens_at": "2023-10-25T09:00",
    "closes_at": "2023-10-27T18:00",
    "request_mode": "opt-in",
    "request_cap": "10",
    "max_meetings_per_half_day": "4",
    "half_day_at": "12:30",
    "pause_after": "3",
    "max_meetings-city": "6",
    "guarantee-city": "2",
}


def test_limits_for_everybody_and_by_type_are_shown_as_they_were_set(
    client: Client, event: Event, found: MatchmakingRound
) -> None:
    address = f"{_base(event)}/rounds/{found.public_id}"
    sent = client.post(f"{address}/edit", data=RULES, follow_redirects=True)
    page = " ".join(re.sub(r"<[^>]+>", " ", sent.text).split())
    assert "Half a day 4 (from 12:30 on the second)" in page
    assert "Pause after 3" in page
    assert "City Guaranteed: 2 Meetings in the round: 6" in page
    form = client.get(f"{address}/edit").text
    assert re.search(r'name="max_meetings-city" value="6"', form)
    assert re.search(r'name="pause_after-city" value=""[^>]*placeholder="3"', form)


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"pause_after-city": "often"}, "City: “often” is no number."),
        ({"pause_minutes-city": "3"}, "City: This lies between 5 and 240."),
        ({"pause_after": "0"}, "Number must be between 1 and 1000."),
        ({"half_day_at": "noon"}, "Not a valid time value"),
    ],
)
def test_a_limit_that_nobody_can_mean_is_said_and_nothing_typed_is_lost(
    client: Client, event: Event, found: MatchmakingRound, entered: dict[str, str], said: str
) -> None:
    sent = client.post(f"{_base(event)}/rounds/{found.public_id}/edit", data=RULES | entered)
    assert sent.status_code == 422
    assert said in sent.text
    assert re.search(r'name="max_meetings-city" value="6"', sent.text)
