"""What would it take? Asked on a page, answered by a worker, carried out with a button."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import InquiryState, MeetingState, PlanState, RequestState
from scheduler.jobs.inquiring import answer_inquiry
from scheduler.models import BusyTime, Inquiry, Meeting, OutboxMessage, Unscheduled
from scheduler.planning.wishes import wish_key
from scheduler.services.calendars import calendar_sync
from tests import factories as make
from tests.conftest import Client
from tests.counting import counted
from tests.services.scenes import set_clock

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Scene:
    """One table, two slots: Anna meets Bo, then Cem meets Dora; that Anna and Cem want to meet was not placed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        set_clock(self.event, "2023-11-01 09:00")
        self.block = make.make_block(session, self.event, slots=2)
        self.round = make.make_round(session, self.event, blocks=[self.block])
        self.table = make.make_place(
            session, self.event, make.make_pavilion(session, self.event, "Bavaria"), capacity=1
        )
        self.anna, self.bo, self.cem, self.dora = (
            make.make_participant(session, self.event, name=name) for name in ("Anna", "Bo", "Cem", "Dora")
        )
        self.plan = make.make_plan(session, self.round)
        for slot, (one, other) in enumerate(((self.anna, self.bo), (self.cem, self.dora))):
            meeting = make.make_meeting(session, self.plan, self.block.slots[slot], self.table, [one, other])
            meeting.wish = self._asked(one, other)
        self.wish = self._asked(self.anna, self.cem)
        session.add(
            Unscheduled(
                plan_id=self.plan.id,
                wish=self.wish,
                kind="B2B",
                first_id=self.anna.id,
                second_id=self.cem.id,
                reason="outranked",
            )
        )
        self.plan.state, self.plan.published_at = PlanState.PUBLISHED, self.event.now()
        session.flush()
        calendar_sync.refresh(session, self.event, mails=False)
        self.organiser = make.make_organiser(session, self.event)
        self.address = f"/e/{self.event.slug}/organise/plans/{self.plan.public_id}"
        session.commit()

    def _asked(self, one, other) -> str:
        make.make_request(self.session, self.round, one, other, RequestState.ACCEPTED)
        return wish_key(one.public_id, other.public_id)

    def answer(self, app: Flask) -> InquiryState:
        """Let a worker answer the one question that was asked, and leave the database to it meanwhile."""
        inquiry_id = self.session.scalars(select(Inquiry.id)).one()
        self.session.rollback()
        answer_inquiry(app, inquiry_id)
        state = self.session.scalars(select(Inquiry.state)).one()
        self.session.rollback()
        return state

    def held(self) -> set[str]:
        """The wishes of the meetings that are held."""
        found = set(self.session.scalars(select(Meeting.wish).where(Meeting.state == MeetingState.PLANNED)))
        self.session.rollback()
        return found


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


@pytest.fixture
def page(client: Client, scene: Scene) -> Client:
    client.sign_in(scene.organiser)
    return client


def test_what_it_takes_is_asked_answered_and_carried_out(page: Client, scene: Scene, app: Flask) -> None:
    listed = page.get(f"{scene.address}/not-placed").text
    assert "What would it take?" in listed
    asked = page.post(f"{scene.address}/take", data={"wish": scene.wish})
    answer = asked.headers["Location"]
    waiting = page.get(answer).text
    assert "Working it out" in waiting
    assert "hx-get" in waiting

    assert scene.answer(app) is InquiryState.ANSWERED

    shown = page.get(answer).text
    assert "1 meeting falls away" in shown
    assert "Proven" in shown
    assert "3 people get another agenda" in shown
    assert "hx-get" not in re.sub(r"(?s)<head>.*?</head>", "", shown).split('id="answer"')[1].split(">")[0]
    done = page.post(f"{answer}/carry-out", data={"offer": "0", "reason": "A minister comes"})
    assert done.headers["Location"] == answer
    assert scene.wish in scene.held()
    assert len(scene.held()) == 2
    messages = scene.session.scalars(select(OutboxMessage)).all()
    assert len(messages) == 3
    assert "A minister comes" in str([message.payload for message in messages])
    again = page.post(f"{answer}/carry-out", data={"offer": "0"})
    assert again.status_code == 409
    assert "carried out already" in again.text


def test_somebody_is_away_and_their_time_is_busy_afterwards(page: Client, scene: Scene, app: Flask) -> None:
    address = f"{scene.address}/people/{scene.bo.public_id}/away"
    first = scene.block.slots[0].starts_at.astimezone(scene.event.zone)
    refused = page.post(
        address, data={"begins": f"{first:%Y-%m-%dT%H:%M}", "ends": f"{first:%Y-%m-%dT%H:%M}"}
    )
    assert refused.status_code == 422
    assert "It ends before it begins" in refused.text
    assert f'value="{first:%Y-%m-%dT%H:%M}"' in refused.text
    asked = page.post(address, data={"begins": f"{first:%Y-%m-%dT%H:%M}", "ends": f"{first:%Y-%m-%d}T20:00"})
    scene.answer(app)
    shown = page.get(asked.headers["Location"]).text
    assert "Bo is away" in shown
    page.post(f"{asked.headers['Location']}/carry-out", data={"offer": "0"})
    assert scene.wish in scene.held()
    busy = scene.session.scalars(select(BusyTime)).one()
    assert (busy.participant_id, busy.starts_at) == (scene.bo.id, scene.block.slots[0].starts_at)


@SQLITE
def test_lost_tables_are_asked_with_a_place_and_a_time(page: Client, scene: Scene, app: Flask) -> None:
    first = scene.block.slots[0].starts_at.astimezone(scene.event.zone)
    form = page.get(f"{scene.address}/tables-lost").text
    assert "Bavaria" in form
    values = {
        "place": scene.table.public_id,
        "tables": "1",
        "begins": f"{first:%Y-%m-%dT%H:%M}",
        "ends": f"{first:%Y-%m-%d}T20:00",
    }
    assert page.post(f"{scene.address}/tables-lost", data={**values, "tables": "0"}).status_code == 422
    assert page.post(f"{scene.address}/tables-lost", data={**values, "place": "nowhere"}).status_code == 422
    asked = page.post(f"{scene.address}/tables-lost", data=values)
    scene.answer(app)
    shown = page.get(asked.headers["Location"]).text
    assert "2 meetings fall away" in shown


@SQLITE
def test_the_answer_takes_as_many_queries_whatever_its_size(page: Client, scene: Scene, app: Flask) -> None:
    asked = page.post(f"{scene.address}/take", data={"wish": scene.wish}).headers["Location"]
    with counted() as open_:
        page.get(asked)
    scene.answer(app)
    with counted() as whole:
        page.get(asked)
    assert len(whole) <= len(open_) + 3


@SQLITE
@pytest.mark.parametrize("wish", ["", "nobody+nothing", "x" * 500])
def test_a_wish_that_is_none_is_refused(page: Client, scene: Scene, wish: str) -> None:
    assert page.post(f"{scene.address}/take", data={"wish": wish}).status_code == 404
    assert scene.session.scalars(select(Inquiry)).all() == []


@SQLITE
def test_an_offer_that_is_none_is_refused(page: Client, scene: Scene, app: Flask) -> None:
    asked = page.post(f"{scene.address}/take", data={"wish": scene.wish}).headers["Location"]
    scene.answer(app)
    before = scene.held()
    for offer in ("7", "-1", "", "one"):
        assert page.post(f"{asked}/carry-out", data={"offer": offer}).status_code == 409
    assert scene.held() == before
