"""Walks that nobody knows: said as they are, computed from a plan with a scale, asked for before a run."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import RequestState
from scheduler.models import Run
from tests import factories as make
from tests.conftest import Client

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Scene:
    """Bavaria at the left and Catalonia at the right of the plan, both with tables; nobody entered the walk."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        self.event.assumed_walk = None
        self.round = make.make_round(session, self.event, blocks=[make.make_block(session, self.event)])
        self.pavilions = [make.make_pavilion(session, self.event, name) for name in ("Bavaria", "Catalonia")]
        for pavilion, x in zip(self.pavilions, (10, 90), strict=True):
            pavilion.x = x
            make.make_place(session, self.event, pavilion)
        one, other = (make.make_participant(session, self.event) for _ in range(2))
        make.make_request(session, self.round, one, other, RequestState.ACCEPTED)
        self.organiser = make.make_organiser(session, self.event)
        self.base = f"/e/{self.event.slug}/organise"
        session.commit()

    def start(self, client: Client, **changes: str):
        form = {"breaks": "4", "walking": "1", "guarantee": "100", "published": "20", "seed": "0"}
        form |= {"time_limit": "30", "round": self.round.public_id, **changes}
        return client.post(f"{self.base}/runs/new", data=form)

    def save(self, client: Client, **changes: str):
        return client.post(f"{self.base}/venue/walking", data=changes)


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


@pytest.fixture
def organiser(client: Client, scene: Scene) -> Client:
    return client.sign_in(scene.organiser)


MISSING = "Nobody has said how long the walk between Bavaria and Catalonia takes."


def test_pages_of_the_venue_never_say_0_minutes_for_an_unknown_walk(scene, organiser):
    for page in ("venue/", f"venue/pavilions/{scene.pavilions[0].public_id}/", "venue/walking"):
        text = organiser.get(f"{scene.base}/{page}").text
        assert "0 min" not in text
    assert MISSING in organiser.get(f"{scene.base}/venue/").text
    assert "unknown" in organiser.get(f"{scene.base}/venue/").text


def test_run_is_asked_what_to_count_before_it_starts_and_told_where_to_enter_it(scene, organiser):
    form = organiser.get(f"{scene.base}/runs/new").text
    assert MISSING in form
    assert f"{scene.base}/venue/walking" in form

    answer = scene.start(organiser)

    assert answer.status_code == 422
    assert f"{MISSING} Enter it, or say what this run is to count for it." in answer.text
    assert scene.session.scalars(select(Run)).all() == []


def test_assumption_is_kept_for_later_runs_and_shown_where_it_counts(scene, organiser):
    assert scene.start(organiser, assumed_walk="8").status_code == 302
    scene.session.refresh(scene.event)
    assert scene.event.assumed_walk == 8
    assert "Runs count 8 minutes for it." in organiser.get(f"{scene.base}/venue/").text


def test_run_that_is_refused_for_another_reason_keeps_no_assumption(scene, organiser):
    scene.start(organiser, assumed_walk="8")
    scene.session.refresh(scene.event)
    scene.event.assumed_walk = None
    scene.session.commit()

    assert scene.start(organiser, assumed_walk="5").status_code == 409
    scene.session.refresh(scene.event)
    assert scene.event.assumed_walk is None


def test_walk_is_computed_from_a_plan_with_a_scale_and_the_pace_is_said(scene, organiser):
    assert scene.save(organiser, hall_width="600", hall_depth="200").status_code == 302

    page = organiser.get(f"{scene.base}/venue/").text
    assert "8 min" in page
    assert "≈8" in page
    assert "at 60 metres a minute" in page
    assert MISSING not in page
    assert "at 60 metres a minute" in organiser.get(f"{scene.base}/runs/new").text
    assert scene.start(organiser).status_code == 302


def test_pavilion_without_a_position_stays_unknown(scene, organiser):
    scene.save(organiser, hall_width="600", hall_depth="200")
    address = f"{scene.base}/venue/pavilions/{scene.pavilions[0].public_id}/edit"

    assert organiser.post(address, data={"name": "Bavaria", "x": "", "y": ""}).status_code == 302

    assert MISSING in organiser.get(f"{scene.base}/venue/").text
    assert organiser.post(address, data={"name": "Bavaria", "x": "3", "y": ""}).status_code == 422


@pytest.mark.parametrize(
    "form",
    [
        {"hall_width": "600"},
        {"hall_width": "0", "hall_depth": "5"},
        {"hall_width": "x", "hall_depth": "5"},
        {"assumed_walk": "241"},
    ],
)
def test_figure_that_makes_no_sense_is_refused_with_the_form_as_it_was(scene, organiser, form):
    answer = scene.save(organiser, **form)

    assert answer.status_code == 422
    for value in form.values():
        assert f'value="{value}"' in answer.text
    scene.session.refresh(scene.event)
    assert (scene.event.hall_width, scene.event.hall_depth, scene.event.assumed_walk) == (None, None, None)
