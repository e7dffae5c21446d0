"""A publication for many: the plan changes at once, agendas and messages follow piece by piece, each person's once."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState
from scheduler.models import AgendaEntry, AgendaMark, OutboxMessage
from scheduler.services.calendars import stale_agendas
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.meetings import plans
from tests.services.scenes import Scene, published_scene, set_clock


@pytest.fixture
def scene(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A draft of three people, who count as many; one person is done at a time."""
    monkeypatch.setattr(plans, "FEW", 2)
    monkeypatch.setattr(stale_agendas, "CHUNK", 1)
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 09:00")
    scene.plan.state = PlanState.DRAFT
    session.flush()
    session.execute(delete(AgendaMark))
    session.commit()
    return scene


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _finish(session: Session) -> None:
    while refresh_marked(session):
        session.commit()
    session.commit()


def test_plan_is_published_before_the_agendas_follow_one_by_one(
    app: Flask, session: Session, scene: Scene
) -> None:
    with app.app_context():
        plans.publish(session, scene.plan, None)
        session.commit()
        assert scene.plan.state is PlanState.PUBLISHED
        assert (_count(session, AgendaEntry), _count(session, OutboxMessage)) == (0, 0)
        for done in (1, 2, 3):
            assert refresh_marked(session) == 1
            session.commit()
            assert _count(session, OutboxMessage) == done
        assert refresh_marked(session) == 0
    assert (_count(session, AgendaEntry), _count(session, AgendaMark)) == (4, 0)


def test_worker_that_ends_meanwhile_leaves_what_is_to_be_done(
    app: Flask, session: Session, scene: Scene
) -> None:
    with app.app_context():
        plans.publish(session, scene.plan, None)
        session.commit()
        refresh_marked(session)
        session.commit()
        refresh_marked(session)
        session.rollback()
        _finish(session)
        told = Counter(session.scalars(select(OutboxMessage.participant_id)))
        assert (len(told), set(told.values())) == (3, {1})
        plans.unpublish(session, scene.plan, None)
        session.commit()
        _finish(session)
    assert set(session.scalars(select(AgendaEntry.status))) == {"cancelled"}


def test_change_of_the_whole_event_is_told_piece_by_piece(app: Flask, session: Session, scene: Scene) -> None:
    with app.app_context():
        plans.publish(session, scene.plan, None)
        session.commit()
        _finish(session)
        session.add(AgendaMark(event_id=scene.event.id, what="event", key=0))
        session.commit()
        assert refresh_marked(session) == 1
        session.commit()
        assert _count(session, AgendaMark) == 4
        _finish(session)
    assert _count(session, AgendaMark) == 0
