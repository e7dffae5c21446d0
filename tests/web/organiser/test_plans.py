"""The organiser's pages of plans: read a draft, publish it, take it back, change a meeting by hand."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.causes import Cause, CauseKind
from scheduler.domain.enums import MeetingState, ParticipantState, PlanState, Role
from scheduler.jobs.background_publication import plan_errand
from scheduler.models import Plan, Unscheduled, WalkingTime
from scheduler.planning.material import minute
from tests import factories as make
from tests.conftest import Client
from tests.counting import counted
from tests.services.scenes import set_clock

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the database."""


class Scene:
    """A draft: Anna meets Bo, Carl's wish to meet Anna was not placed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        self.block = make.make_block(session, self.event)
        self.round = make.make_round(session, self.event, blocks=[self.block])
        self.pavilion = make.make_pavilion(session, self.event, "Bavaria")
        self.place = make.make_place(session, self.event, self.pavilion)
        self.anna, self.bo, self.carl = (
            make.make_participant(session, self.event, name=name) for name in ("Anna", "Bo", "Carl")
        )
        self.plan = make.make_plan(session, self.round)
        self.plan.measures = {"held": 1, "wanted": 2, "ceiling": 1, "participants": 3, "guarantee": 0}
        self.meeting = make.make_meeting(
            session, self.plan, self.block.slots[0], self.place, [self.anna, self.bo]
        )
        self.miss(self.carl, self.anna)
        self.organiser = make.make_organiser(session, self.event)
        self.plans = f"/e/{self.event.slug}/organise/plans"
        self.address = f"{self.plans}/{self.plan.public_id}"
        session.commit()

    def miss(self, first, second, reason: str = "outranked") -> None:
        start = self.block.slots[0].starts_at
        self.session.add(
            Unscheduled(
                plan_id=self.plan.id,
                wish=f"{first.public_id}+{second.public_id}",
                kind="B2B",
                first_id=first.id,
                second_id=second.id,
                reason=reason,
                causes=[
                    Cause(
                        CauseKind.MEETING,
                        second.public_id,
                        "gone",
                        start=minute(start),
                        end=minute(start) + 20,
                    ).stored()
                ],
            )
        )

    def state(self) -> PlanState:
        self.session.expire_all()
        return self.session.scalars(select(Plan.state).where(Plan.id == self.plan.id)).one()


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


@pytest.fixture
def organiser(client: Client, scene: Scene) -> Client:
    return client.sign_in(scene.organiser)


def test_the_draft_says_in_words_what_it_holds_and_what_is_possible(scene, organiser):
    page = organiser.get(f"{scene.address}/").text
    assert "1 of 2 meetings placed. No schedule can place more." in page
    assert "1 person has no meeting." in page
    assert "Other meetings were worth more" in page


def test_what_speaks_against_a_draft_by_now_is_counted(scene, organiser):
    make.make_session(scene.session, scene.event, "2023-11-07 10:10", attendees=[scene.anna])
    scene.bo.state = ParticipantState.WITHDRAWN
    scene.session.commit()
    page = organiser.get(f"{scene.address}/checks").text
    assert "In 1 meeting somebody is no longer free" in page
    assert "1 meeting is with somebody who has left the event" in page


def test_the_timetable_shows_a_meeting_at_its_table_and_time(scene, organiser):
    page = organiser.get(f"{scene.address}/timetable").text
    assert re.search(r"10:00<span\s+class=\"until\">–10:20", page)
    assert f"{scene.place.name} 1" in page
    assert "Anna" in page


@SQLITE
def test_an_unknown_day_or_pavilion_shows_the_first(scene, organiser):
    page = organiser.get(f"{scene.address}/timetable?day=yesterday&pavilion=moon")
    assert page.status_code == 200
    assert "Bavaria, Tue 7 Nov" in page.text


def test_people_and_their_meetings_and_what_they_miss(scene, organiser):
    page = organiser.get(f"{scene.address}/people?q=car").text
    assert "Carl" in page
    assert "Anna" not in page
    page = organiser.get(f"{scene.address}/people/{scene.anna.public_id}").text
    assert "Tue 7 Nov, 10:00–10:20" in page
    assert "Anna is in another meeting, Tue 7 Nov, 10:00–10:20." in page


def test_what_was_not_placed_can_be_filtered_by_reason_and_name(scene, organiser):
    scene.miss(scene.bo, scene.carl, "walking")
    scene.session.commit()
    page = organiser.get(f"{scene.address}/not-placed?reason=walking").text
    assert "Too far to walk in time" in page
    assert "Anna is in another meeting" not in page
    assert "Nothing matches" in organiser.get(f"{scene.address}/not-placed?q=100%25").text


def test_publishing_asks_with_figures_then_does_it(scene, organiser):
    question = organiser.get(f"{scene.address}/publish").text
    assert "people whose agenda changes" in question
    assert '<strong class="figures">1</strong> new meeting' in question
    assert scene.state() is PlanState.DRAFT
    answer = organiser.post(f"{scene.address}/publish", follow_redirects=True)
    assert "Published. The agendas of 2 people have changed." in answer.text
    assert scene.state() is PlanState.PUBLISHED


@SQLITE
def test_publishing_warns_of_people_who_left(scene, organiser):
    scene.bo.state = ParticipantState.WITHDRAWN
    scene.session.commit()
    assert "It is taken out." in organiser.get(f"{scene.address}/publish").text
    assert organiser.post(f"{scene.address}/publish").status_code == 409
    assert scene.state() is PlanState.DRAFT


def test_taking_back_asks_with_figures_then_does_it(scene, organiser):
    organiser.post(f"{scene.address}/publish")
    page = " ".join(organiser.get(f"{scene.address}/unpublish").text.split())
    assert "1 meeting leaves the agendas as cancelled. It concerns 2 people." in page
    organiser.post(f"{scene.address}/unpublish")
    assert scene.state() is PlanState.DRAFT


@SQLITE
def test_a_plan_put_aside_can_be_brought_back(scene, organiser):
    organiser.post(f"{scene.address}/discard")
    assert scene.state() is PlanState.DISCARDED
    organiser.post(f"{scene.address}/bring-back")
    assert scene.state() is PlanState.DRAFT


def test_changes_show_a_moved_meeting_beside_the_published_one(scene, organiser):
    organiser.post(f"{scene.address}/publish")
    second = make.make_plan(scene.session, scene.round)
    moved = make.make_meeting(
        scene.session, second, scene.block.slots[2], scene.place, [scene.anna, scene.bo]
    )
    moved.wish = scene.meeting.wish
    scene.session.commit()
    page = organiser.get(f"{scene.plans}/{second.public_id}/changes").text
    assert "1 moved, 0 cancelled, 0 new, 0 as they are. 2 people would notice." in page
    assert "10:00–10:20" in page
    assert "10:50–11:10" in page


def meeting_address(scene: Scene) -> str:
    return f"{scene.address}/meetings/{scene.meeting.public_id}"


@SQLITE
def test_a_meeting_is_moved_by_hand(scene, organiser):
    form = {"slot": scene.block.slots[1].public_id, "place": scene.place.public_id}
    answer = organiser.post(f"{meeting_address(scene)}/move", data=form, follow_redirects=True)
    assert "The meeting is moved." in answer.text
    assert "Tue 7 Nov, 10:25–10:45" in answer.text


@SQLITE
def test_a_double_booking_by_hand_is_refused_by_name_and_keeps_what_was_chosen(scene, organiser):
    make.make_meeting(scene.session, scene.plan, scene.block.slots[1], scene.place, [scene.bo, scene.carl])
    scene.session.commit()
    form = {"slot": scene.block.slots[1].public_id, "place": scene.place.public_id}
    answer = organiser.post(f"{meeting_address(scene)}/move", data=form)
    assert answer.status_code == 409
    said = "Bo already has a meeting at that time: with Carl, 10:25–10:45."
    assert f"{said} Nothing was changed." in answer.text
    assert answer.text.count(said) == 2, "once as the refusal, once among the times that can't be"
    assert f'value="{form["slot"]}"' not in answer.text


@SQLITE
def test_what_may_be_overruled_is_asked_once_more_with_names_and_minutes(scene, organiser):
    other = make.make_pavilion(scene.session, scene.event, "Catalonia")
    scene.session.add(
        WalkingTime(event_id=scene.event.id, from_id=scene.place.pavilion_id, to_id=other.id, minutes=17)
    )
    far = make.make_place(scene.session, scene.event, other)
    make.make_meeting(scene.session, scene.plan, scene.block.slots[3], far, [scene.bo, scene.carl])
    scene.session.commit()
    form = {"slot": scene.block.slots[2].public_id, "place": scene.place.public_id}

    answer = organiser.post(f"{meeting_address(scene)}/move", data=form)

    assert answer.status_code == 409
    assert "Bo has 5 minutes for the walk between Catalonia (Carl, 11:15–11:35)" in answer.text
    assert "and needs 17." in answer.text
    accepted = re.findall(r'name="accepted" value="([^"]+)"', answer.text)
    answer = organiser.post(f"{meeting_address(scene)}/move", data={**form, "accepted": "walk|Bo|other"})
    assert answer.status_code == 409
    answer = organiser.post(
        f"{meeting_address(scene)}/move", data={**form, "accepted": [html.unescape(key) for key in accepted]}
    )
    assert answer.status_code == 302
    scene.session.refresh(scene.meeting)
    assert scene.meeting.slot_id == scene.block.slots[2].id


@SQLITE
def test_meeting_that_has_begun_offers_no_move(scene, organiser):
    set_clock(scene.event, "2023-11-07 10:00")
    scene.session.commit()

    page = organiser.get(meeting_address(scene)).text

    assert "This meeting has begun: it stays as it is." in page
    form = {"slot": scene.block.slots[2].public_id, "place": scene.place.public_id}
    answer = organiser.post(f"{meeting_address(scene)}/move", data=form)
    assert answer.status_code == 409
    scene.session.refresh(scene.meeting)
    assert scene.meeting.slot_id == scene.block.slots[0].id


@SQLITE
def test_a_meeting_is_called_off_and_brought_back(scene, organiser):
    organiser.post(f"{meeting_address(scene)}/cancel")
    scene.session.refresh(scene.meeting)
    assert scene.meeting.state is MeetingState.CANCELLED
    organiser.post(f"{meeting_address(scene)}/bring-back")
    scene.session.refresh(scene.meeting)
    assert scene.meeting.state is MeetingState.PLANNED


@SQLITE
def test_a_meeting_is_locked(scene, organiser):
    organiser.post(f"{meeting_address(scene)}/lock", data={"locked": "1"})
    scene.session.refresh(scene.meeting)
    assert scene.meeting.locked


@SQLITE
@pytest.mark.parametrize("form", [{}, {"slot": "x", "place": "y"}])
def test_moving_to_nowhere_is_refused(scene, organiser, form):
    assert organiser.post(f"{meeting_address(scene)}/move", data=form).status_code == 422


@SQLITE
def test_co_organisers_read_and_do_not_publish(client, scene):
    helper = make.make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client.sign_in(helper)
    assert client.get(f"{scene.address}/").status_code == 200
    assert client.post(f"{scene.address}/publish").status_code == 403
    assert scene.state() is PlanState.DRAFT


@SQLITE
def test_plans_and_meetings_of_another_event_are_not_found(scene, organiser):
    other = Scene(scene.session)
    assert organiser.get(f"{scene.plans}/{other.plan.public_id}/").status_code == 404
    address = f"{scene.address}/meetings/{other.meeting.public_id}"
    assert organiser.get(address).status_code == 404


@SQLITE
@pytest.mark.parametrize("page", ["/", "/checks", "/timetable", "/people", "/not-placed", "/changes"])
def test_pages_take_as_many_queries_for_three_meetings_as_for_one(scene, organiser, page):
    def count() -> int:
        with counted() as statements:
            assert organiser.get(f"{scene.address}{page}").status_code == 200
        return len(statements)

    one = count()
    for slot in (1, 2):
        one_more, other = (make.make_participant(scene.session, scene.event) for _ in range(2))
        make.make_meeting(scene.session, scene.plan, scene.block.slots[slot], scene.place, [one_more, other])
        scene.miss(one_more, scene.anna)
    scene.session.commit()
    assert count() == one


@SQLITE
def test_large_plan_is_left_to_the_worker_and_its_page_says_when_it_is_done(
    scene: Scene, organiser: Client, app, monkeypatch
):
    monkeypatch.setattr("scheduler.services.meetings.background_publication.LARGE", 0)
    assert organiser.post(f"{scene.address}/publish").status_code == 302
    assert scene.state() is PlanState.DRAFT
    page = organiser.get(f"{scene.address}/").text
    assert "is being published" in page
    assert "Publish ..." not in page
    assert "so far" in organiser.get(f"{scene.address}/errand").text
    assert organiser.post(f"{scene.address}/publish").status_code == 409
    plan_id = scene.plan.id
    scene.session.rollback()
    plan_errand(app, plan_id)
    assert organiser.get(f"{scene.address}/errand").headers["HX-Refresh"] == "true"
    assert scene.state() is PlanState.PUBLISHED
    assert "Take it back ..." in organiser.get(f"{scene.address}/").text
