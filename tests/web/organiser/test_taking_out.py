"""The organiser's pages on which places, tables, blocks and plans go: said first, nothing lost on the way."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState, Role
from scheduler.models import MeetingBlock, Place, PlaceOpening, Plan
from tests import factories as make
from tests.conftest import Client
from tests.services.scenes import set_clock

# What the pages call is tested on both databases in tests/services.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BLOCK = {
    "name": "Morning",
    "day": "2023-11-07",
    "starts": "10:00",
    "ends": "11:40",
    "slot_minutes": "20",
    "pause_minutes": "5",
}


class Scene:
    """Anna meets Bo at table 4 of Bavaria, Tue 7 Nov, 10:00, published; a draft has the same."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        set_clock(self.event, "2023-11-01 09:00")
        self.block = make.make_block(session, self.event)
        self.block.name = "Morning"
        self.round = make.make_round(session, self.event, blocks=[self.block])
        self.pavilion = make.make_pavilion(session, self.event, "Bavaria")
        self.place = make.make_place(session, self.event, self.pavilion)
        self.place.name = "Tables"
        people = [make.make_participant(session, self.event, name=name) for name in ("Anna", "Bo")]
        self.plan, self.draft = make.make_plan(session, self.round), make.make_plan(session, self.round)
        for plan in (self.plan, self.draft):
            make.make_meeting(session, plan, self.block.slots[0], self.place, people, table_number=4)
        self.plan.state, self.plan.published_at = PlanState.PUBLISHED, make.NOW
        self.organiser = make.make_organiser(session, self.event)
        self.helper = make.make_organiser(session, self.event, Role.CO_ORGANISER)
        self.home = f"/e/{self.event.slug}/organise"
        self.place_page = f"{self.home}/venue/places/{self.place.public_id}"
        self.block_page = f"{self.home}/programme/blocks/{self.block.public_id}/"
        session.commit()

    def count(self, what) -> int:
        return self.session.scalar(select(func.count()).select_from(what)) or 0


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


@pytest.fixture
def organiser(client: Client, scene: Scene) -> Client:
    return client.sign_in(scene.organiser)


def test_fewer_tables_are_asked_for_first_with_the_form_as_it_was_entered(scene, organiser):
    form = {"kind": "tables", "name": "Long tables", "capacity": "2", "hours": "always"}
    page = organiser.post(scene.place_page, data=form)
    assert page.status_code == 200
    assert "1 published meeting no longer fits." in page.text
    assert "Anna, Bo" in page.text
    assert scene.draft.name in page.text
    assert 'value="Long tables"' in page.text
    assert scene.session.scalars(select(Place.capacity)).one() == 4
    done = organiser.post(scene.place_page, data={**form, "confirm": "yes"})
    assert done.status_code == 302
    assert scene.session.scalars(select(Place.capacity)).one() == 2
    listed = organiser.get(f"{scene.home}/plans/{scene.plan.public_id}/misfits").text
    assert "Table 4 has been taken out." in listed
    assert "no longer fits" in organiser.get(f"{scene.home}/").text
    assert "no longer fits" in organiser.get(f"{scene.home}/plans/{scene.draft.public_id}/publish").text


def test_more_tables_are_saved_at_once(scene, organiser):
    form = {"kind": "tables", "name": "Tables", "capacity": "9", "hours": "always"}
    assert organiser.post(scene.place_page, data=form).status_code == 302


def test_opening_hours_are_entered_and_shown(scene, organiser):
    form = {"kind": "tables", "name": "Tables", "capacity": "4", "hours": "blocks"}
    refused = organiser.post(scene.place_page, data=form)
    assert refused.status_code == 422
    assert "never open" in refused.text
    done = organiser.post(scene.place_page, data={**form, "blocks": scene.block.public_id})
    assert done.status_code == 302
    assert scene.session.scalars(select(PlaceOpening.block_id)).all() == [scene.block.id]
    assert "Morning" in organiser.get(f"{scene.home}/venue/pavilions/{scene.pavilion.public_id}/").text
    assert f'checked id="blocks-0" name="blocks" type="checkbox" value="{scene.block.public_id}"' in (
        organiser.get(scene.place_page).text
    )


@pytest.mark.parametrize("what", ["place", "pavilion", "block"])
def test_what_plans_use_goes_after_a_question_and_comes_back(scene, organiser, what):
    page = {
        "place": scene.place_page,
        "pavilion": f"{scene.home}/venue/pavilions/{scene.pavilion.public_id}",
        "block": scene.block_page.rstrip("/"),
    }[what]
    asked = organiser.post(f"{page}/remove")
    assert "1 published meeting no longer fits." in asked.text
    assert organiser.get(f"{page}/remove").status_code == 200
    assert organiser.post(f"{page}/remove", data={"confirm": "yes"}).status_code == 302
    assert (
        "Bring back"
        in organiser.get(
            {
                "place": f"{scene.home}/venue/pavilions/{scene.pavilion.public_id}/",
                "pavilion": f"{scene.home}/venue/",
                "block": f"{scene.home}/programme/blocks/",
            }[what]
        ).text
    )
    assert organiser.post(f"{page}/restore").status_code == 302
    assert organiser.get(f"{page}/remove").status_code == 200


def test_a_block_is_changed_after_it_is_said_what_that_touches(scene, organiser):
    shown = organiser.get(scene.block_page).text
    assert 'value="10:00"' in shown
    form = {**BLOCK, "starts": "10:30", "rounds": scene.round.public_id}
    page = organiser.post(scene.block_page, data=form)
    assert page.status_code == 200
    assert "1 published meeting no longer fits." in page.text
    assert 'value="10:30"' in page.text
    assert organiser.post(scene.block_page, data={**form, "confirm": "yes"}).status_code == 302
    listed = organiser.get(f"{scene.home}/plans/{scene.plan.public_id}/misfits").text
    assert "This time is no longer in a meeting block." in listed


def test_a_block_may_end_after_midnight(scene, organiser):
    form = {**BLOCK, "name": "Night", "starts": "22:00", "ends": "00:30"}
    assert organiser.post(f"{scene.home}/programme/blocks/", data=form).status_code == 302
    assert "22:00 – Wed 8 Nov, 00:30" in organiser.get(f"{scene.home}/programme/blocks/").text


def test_a_plan_is_deleted_after_a_question(scene, organiser):
    page = f"{scene.home}/plans/{scene.draft.public_id}/delete"
    assert "1 planned meeting" in organiser.get(page).text
    assert organiser.post(page).status_code == 302
    assert scene.session.scalars(select(Plan.id)).all() == [scene.plan.id]
    refused = organiser.post(f"{scene.home}/plans/{scene.plan.public_id}/delete")
    assert refused.status_code == 409
    assert "Take it back first" in refused.text


def test_co_organisers_look_and_change_nothing(client, scene):
    client.sign_in(scene.helper)
    for address in (
        f"{scene.place_page}/remove",
        f"{scene.block_page}remove",
        scene.block_page,
        f"{scene.home}/plans/{scene.draft.public_id}/delete",
    ):
        assert client.post(address, data={"confirm": "yes"}).status_code == 403
    assert (scene.count(Place), scene.count(MeetingBlock), scene.count(Plan)) == (1, 1, 2)
    assert client.get(f"{scene.home}/plans/{scene.plan.public_id}/misfits").status_code == 200
