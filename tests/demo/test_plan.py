"""The demonstration's closed round is planned by the real solver and published."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from scheduler.demo.command import make_demo
from scheduler.domain.enums import PlanState, RunState
from scheduler.extensions import db
from scheduler.models import Meeting, Plan, Run


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_demonstration_publishes_a_solved_plan_once(app: Flask) -> None:
    for _time in range(2):
        make_demo(app, participants=60, seconds=10, plan=True, say=lambda _line: None)
    with db.new_session(app.config["DATABASE_URL"]) as session:
        plan = session.scalars(select(Plan)).one()
        assert plan.state is PlanState.PUBLISHED
        assert plan.published_at is not None
        assert session.scalars(select(Run.state)).all() == [RunState.FINISHED]
        assert len(session.scalars(select(Meeting.id)).all()) == plan.measures["held"] > 10
