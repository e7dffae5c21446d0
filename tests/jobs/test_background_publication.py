"""A plan that is too large for a page: a worker publishes it, all of it or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, PlanErrand, PlanState
from scheduler.domain.plan_refusal import PlanObstacle, PlanRefusal, read_refusal
from scheduler.errors import Conflict
from scheduler.jobs.background_publication import look_after_errands, plan_errand
from scheduler.jobs.queue import queue_of
from scheduler.models import AgendaEntry, OutboxMessage, Plan
from scheduler.services.machine.processes import process_name
from scheduler.services.machine.workers import beat
from scheduler.services.meetings.background_publication import ask_for, release, run_errand, take
from scheduler.services.meetings.plans import publish
from tests.services.scenes import Scene, published_scene, set_clock

DEAD = process_name().rsplit(":", 1)[0] + ":1"


@pytest.fixture
def scene(session: Session) -> Scene:
    """The scene's plan, not published yet."""
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 09:00")
    scene.plan.state = PlanState.DRAFT
    session.commit()
    return scene


def _asked(session: Session, plan: Plan, errand: PlanErrand = PlanErrand.PUBLISH, minutes: int = 0) -> None:
    ask_for(session, plan, errand, datetime.now(UTC) - timedelta(minutes=minutes))
    session.commit()


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_worker_publishes_the_plan_with_agendas_and_messages(
    app: Flask, session: Session, scene: Scene
) -> None:
    _asked(session, scene.plan)
    plan_errand(app, scene.plan.id)
    session.expire_all()
    assert (scene.plan.state, scene.plan.errand) == (PlanState.PUBLISHED, None)
    assert (_count(session, AgendaEntry), _count(session, OutboxMessage)) == (4, 3)
    session.commit()
    plan_errand(app, scene.plan.id)
    assert _count(session, OutboxMessage) == 3


def test_worker_takes_the_plan_back(app: Flask, session: Session, scene: Scene) -> None:
    with app.app_context():
        publish(session, scene.plan, None, mails=False)
        _asked(session, scene.plan, PlanErrand.UNPUBLISH)
    plan_errand(app, scene.plan.id)
    session.expire_all()
    assert scene.plan.state is PlanState.DRAFT
    assert set(session.scalars(select(AgendaEntry.status))) == {"cancelled"}


def test_plan_with_an_errand_is_not_changed_by_anybody_else(
    app: Flask, session: Session, scene: Scene
) -> None:
    with app.app_context():
        _asked(session, scene.plan)
        with pytest.raises(Conflict):
            ask_for(session, scene.plan, PlanErrand.PUBLISH, datetime.now(UTC))
        with pytest.raises(Conflict):
            publish(session, scene.plan, None)


def test_plan_that_cannot_be_published_stays_a_draft_and_says_why(
    app: Flask, session: Session, scene: Scene
) -> None:
    for meeting in scene.meetings:
        meeting.state = MeetingState.CANCELLED
    _asked(session, scene.plan)
    plan_errand(app, scene.plan.id)
    session.expire_all()
    assert (scene.plan.state, scene.plan.errand) == (PlanState.DRAFT, None)
    assert read_refusal(scene.plan.errand_refusal) == PlanRefusal(PlanObstacle.NO_MEETING)


@pytest.mark.parametrize("left_by", [DEAD, process_name(), "elsewhere:1:1"], ids=["dead", "own", "elsewhere"])
def test_plan_that_a_worker_left_is_published_by_the_next(
    app: Flask, session: Session, scene: Scene, left_by: str
) -> None:
    _asked(session, scene.plan, minutes=2)
    assert take(session, scene.plan.id, left_by)
    session.commit()
    look_after_errands(app)
    session.expire_all()
    assert (scene.plan.errand, scene.plan.errand_worker) == (PlanErrand.PUBLISH, "")
    assert queue_of(app).pending_count() == 1
    session.commit()
    plan_errand(app, scene.plan.id)
    session.expire_all()
    assert scene.plan.state is PlanState.PUBLISHED
    assert _count(session, OutboxMessage) == 3


def test_plan_that_another_living_worker_has_stays_with_it(
    app: Flask, session: Session, scene: Scene
) -> None:
    _asked(session, scene.plan, minutes=2)
    now = datetime.now(UTC)
    beat(session, "elsewhere:1:1", now, now, {})
    assert take(session, scene.plan.id, "elsewhere:1:1")
    session.commit()
    look_after_errands(app)
    session.expire_all()
    assert scene.plan.errand_worker == "elsewhere:1:1"


def test_plan_that_ends_each_worker_is_given_up_and_says_so(
    app: Flask, session: Session, scene: Scene
) -> None:
    _asked(session, scene.plan)
    for _ in range(3):
        assert take(session, scene.plan.id, DEAD)
        session.commit()
        look_after_errands(app)
        session.expire_all()
    assert scene.plan.errand is None
    assert read_refusal(scene.plan.errand_refusal) == PlanRefusal(PlanObstacle.WORKER_GONE)
    assert _count(session, AgendaEntry) == 0


def test_worker_whose_errand_was_done_by_another_does_nothing(
    app: Flask, session: Session, scene: Scene
) -> None:
    with app.app_context():
        _asked(session, scene.plan)
        assert take(session, scene.plan.id, "a")
        assert release(session, scene.plan.id, "a")
        assert take(session, scene.plan.id, "b")
        assert not run_errand(session, scene.plan.id, None, "a")
        assert run_errand(session, scene.plan.id, None, "b")
        assert not run_errand(session, scene.plan.id, None, "a")
    assert scene.plan.state is PlanState.PUBLISHED


def test_errand_that_the_queue_has_forgotten_is_told_again(
    app: Flask, session: Session, scene: Scene
) -> None:
    _asked(session, scene.plan)
    look_after_errands(app)
    assert queue_of(app).pending_count() == 0
    scene.plan.errand_since = datetime.now(UTC) - timedelta(minutes=2)
    session.commit()
    look_after_errands(app)
    assert queue_of(app).pending_count() == 1
