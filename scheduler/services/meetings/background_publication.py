"""Publishing and withdrawing a large plan, by a worker: asked for on a page, done in one transaction.

The plan says what was asked and who is at it. Whatever ends the work early undoes all of it: the plan is then
as it was, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanErrand, PlanState
from scheduler.domain.plan_refusal import PlanRefusal
from scheduler.errors import Conflict
from scheduler.models import Event, Meeting, Plan, User
from scheduler.services.machine.errands import OpenErrand
from scheduler.services.meetings.plans import publish, unpublish

LARGE = 3000
"""Meetings above which a worker does it: their people's agendas and messages take longer than two seconds."""


def is_large(session: Session, plan: Plan) -> bool:
    """Whether publishing the plan takes longer than somebody should wait for a page."""
    count = session.scalar(select(func.count()).select_from(Meeting).where(Meeting.plan_id == plan.id))
    return (count or 0) > LARGE


def ask_for(session: Session, plan: Plan, errand: PlanErrand, now: datetime) -> None:
    """Note down what a worker is to do. Raises Conflict when the plan is in the wrong state or one is at it."""
    session.refresh(plan, with_for_update=True)
    wanted = PlanState.DRAFT if errand is PlanErrand.PUBLISH else PlanState.PUBLISHED
    if plan.errand is not None:
        raise Conflict(_("This plan is being worked on already. Wait until that is done."))
    if plan.state is not wanted:
        raise Conflict(_("This plan has changed in the meantime. Reload to see it."))
    plan.errand, plan.errand_since, plan.errand_worker = errand, now, ""
    plan.errand_refusal, plan.errand_attempts = {}, 0
    session.flush()


def take(session: Session, plan_id: int, worker: str) -> bool:
    """Become the one who does it; false when another one is, or nothing is asked any more."""
    taken = session.execute(
        update(Plan)
        .where(Plan.id == plan_id, Plan.errand.is_not(None), Plan.errand_worker == "")
        .values(errand_worker=worker, errand_attempts=Plan.errand_attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", taken).rowcount == 1


def release(session: Session, plan_id: int, worker: str) -> bool:
    """Take an errand from a worker that no longer does it, so that another one can; whether it had it."""
    released = session.execute(
        update(Plan)
        .where(Plan.id == plan_id, Plan.errand.is_not(None), Plan.errand_worker == worker)
        .values(errand_worker="")
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", released).rowcount == 1


def run_errand(session: Session, plan_id: int, actor_id: int | None, worker: str) -> bool:
    """Do what was asked, in the caller's one transaction: the plan, every agenda, every message.

    False, and nothing is done, when it is not, or no longer, this worker's.
    """
    plan = session.get_one(Plan, plan_id)
    # The event's row before the plan's, as everybody who publishes does.
    session.execute(select(Event.id).where(Event.id == plan.event_id).with_for_update())
    session.refresh(plan, with_for_update=True)
    if plan.errand is None or plan.errand_worker != worker:
        return False
    actor = session.get(User, actor_id) if actor_id is not None else None
    act: Callable[[Session, Plan, User | None], object] = (
        publish if plan.errand is PlanErrand.PUBLISH else unpublish
    )
    plan.errand, plan.errand_since, plan.errand_worker, plan.errand_refusal = None, None, "", {}
    session.flush()
    act(session, plan, actor)
    return True


def give_up(session: Session, plan_id: int, refusal: PlanRefusal) -> None:
    """End an errand that did not succeed and keep why for the plan's page."""
    session.execute(
        update(Plan)
        .where(Plan.id == plan_id, Plan.errand.is_not(None))
        .values(errand=None, errand_since=None, errand_worker="", errand_refusal=refusal.stored())
        .execution_options(synchronize_session=False)
    )


def open_errands(session: Session) -> list[OpenErrand]:
    """Every errand that is not done."""
    rows = session.execute(
        select(Plan.id, Plan.errand_worker, Plan.errand_since, Plan.errand_attempts).where(
            Plan.errand.is_not(None)
        )
    )
    return [
        OpenErrand(key, worker, since, attempts) for key, worker, since, attempts in rows if since is not None
    ]
