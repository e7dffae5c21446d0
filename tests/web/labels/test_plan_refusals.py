"""Why a plan stayed as it was: every obstacle has words, and what was stored is read again."""

from __future__ import annotations

import pytest
from flask import Flask

from scheduler.domain.enums import PlanState
from scheduler.domain.plan_refusal import PlanObstacle, PlanRefusal, read_refusal
from scheduler.services.meetings.refused_plans import PlanClashes
from scheduler.web.labels.plan_refusals import plan_refusal_said
from scheduler.web.labels.refusals import refusal_said


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.test_request_context():
        yield


@pytest.mark.parametrize("why", PlanObstacle)
@pytest.mark.parametrize("count", [1, 2])
def test_every_obstacle_is_stored_and_said(why: PlanObstacle, count: int) -> None:
    refusal = PlanRefusal(why, count, "As it was said.", PlanState.SUPERSEDED.value)
    assert read_refusal(refusal.stored()) == refusal
    said = plan_refusal_said(refusal)
    assert said.endswith(".")
    assert "%(" not in said


@pytest.mark.parametrize("state", PlanState)
def test_every_state_is_said(state: PlanState) -> None:
    said = plan_refusal_said(PlanRefusal(PlanObstacle.NO_DRAFT, state=state.value))
    assert said.startswith("Only a draft can be published. ")
    assert said.endswith(".")


def test_clash_names_somebody_and_counts_the_others() -> None:
    error = PlanClashes(PlanObstacle.PEOPLE_ELSEWHERE, count=2, name="Ana")
    assert refusal_said(error).startswith("2 people, among them Ana, would be at two meetings at once: ")


def test_nothing_refused_says_nothing() -> None:
    assert (read_refusal({}), plan_refusal_said(None)) == (None, "")
