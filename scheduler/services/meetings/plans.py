"""What an organiser does with a plan: publish, withdraw, discard, bring back. Never half of any of it.

Agendas and messages are part of it: what calendars are told and who is written to stands in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from scheduler.database.bulk import update_many, without_collector
from scheduler.domain.enums import MeetingState, PlanState, RunState
from scheduler.domain.plan_difference import PlanDifference, PlanPosition, compare
from scheduler.domain.plan_refusal import PlanObstacle
from scheduler.errors import Conflict, NotFound
from scheduler.models import Event, Meeting, Plan, Run, User
from scheduler.queries.meetings.call_offs import called_off, called_off_since
from scheduler.queries.meetings.misfits import misfit_ids
from scheduler.queries.meetings.plan_positions import (
    begun_meetings,
    booked_elsewhere,
    left_since,
    published_plan,
    standings,
    tables_taken,
)
from scheduler.services.audit import record
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.stale_agendas import mark_people
from scheduler.services.meetings.move_requests import hand_on_wishes
from scheduler.services.meetings.past_meetings import keep_the_past
from scheduler.services.meetings.refused_plans import PlanClashes, PlanRefused
from scheduler.services.requests.open_calls import tell_of_unheld_groups

FEW = 2000
"""People up to whom agendas and messages are written in the transaction of the publication."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication did: the difference to what people had, and how many meetings it left out."""

    difference: PlanDifference
    left_out: int


@without_collector()
def publish(session: Session, plan: Plan, actor: User | None, *, mails: bool = True) -> Publication:
    """Make a draft the plan that people have, in the place of the round's published one, and tell them.

    Meetings with somebody who has left the event since, or whose time or table was taken out, are left out; those
    that were called off since stay so. What has begun stays as it was, and nothing new is held at a time that has
    begun.
    Raises PlanRefused when the plan is no draft or holds no meeting, PlanClashes when somebody, or a table, is taken
    by another round's published plan; Conflict when a worker is at it.
    """
    event = _lock(session, plan)
    _expect(plan, PlanState.DRAFT, PlanObstacle.NO_DRAFT)
    now = event.now()
    ended = called_off_since(session, plan)
    if ended:
        # They stay in the plan as what they are: the next run has to know.
        session.execute(
            update(Meeting)
            .where(Meeting.id.in_(ended))
            .values(state=MeetingState.CANCELLED)
            .execution_options(synchronize_session=False)
        )
    previous = published_plan(session, plan.round_id)
    begun = keep_the_past(session, plan, previous, now)
    gone = [*left_since(session, plan, now), *misfit_ids(session, plan, now)]
    if gone:
        session.execute(
            delete(Meeting).where(Meeting.id.in_(gone)).execution_options(synchronize_session=False)
        )
    session.expire_all()
    after = standings(session, plan)
    if not after:
        raise PlanRefused(PlanObstacle.NO_MEETING)
    _refuse_clashes(session, plan)
    before = standings(session, previous)
    difference = compare(before, after)
    _number(session, plan, before, after, now)
    if previous is not None:
        previous.state = PlanState.SUPERSEDED
        session.flush()
        hand_on_wishes(session, previous, plan, now)
    plan.state = PlanState.PUBLISHED
    plan.published_at = now
    record(
        session,
        event,
        actor,
        "plan.publish",
        plan.public_id,
        name=plan.name,
        meetings=len(after),
        added=len(difference.added),
        moved=len(difference.moved),
        dropped=len(difference.dropped),
        people=len(difference.people),
    )
    _tell(session, event, difference.people, mails=mails)
    if mails:
        tell_of_unheld_groups(session, plan, previous)
    return Publication(difference, len(set(gone)) + len(ended) + begun)


def unpublish(session: Session, plan: Plan, actor: User | None) -> None:
    """Take the published plan back: it is a draft again, and its meetings leave the agendas as cancelled.

    Raises PlanRefused once one of its meetings has begun: what was held can't be taken back.
    """
    event = _lock(session, plan)
    _expect(plan, PlanState.PUBLISHED, PlanObstacle.NOT_PUBLISHED)
    begun = begun_meetings(session, plan, event.now())
    if begun:
        raise PlanRefused(PlanObstacle.BEGUN, count=begun)
    people = {person for standing in standings(session, plan).values() for person in standing.people}
    plan.state = PlanState.DRAFT
    hand_on_wishes(session, plan, None, event.now())
    session.execute(
        update(Meeting)
        .where(Meeting.plan_id == plan.id)
        .values(sequence=Meeting.sequence + 1, changed_at=event.now())
        .execution_options(synchronize_session=False)
    )
    record(session, event, actor, "plan.unpublish", plan.public_id, name=plan.name)
    _tell(session, event, people)


def discard(session: Session, plan: Plan, actor: User | None) -> None:
    """Put a draft, or a plan that was superseded, aside. `bring_back` undoes it."""
    event = _lock(session, plan)
    if plan.state not in (PlanState.DRAFT, PlanState.SUPERSEDED):
        raise Conflict(
            _("Only a draft or a superseded plan can be discarded. Withdraw a published plan first.")
        )
    plan.state = PlanState.DISCARDED
    record(session, event, actor, "plan.discard", plan.public_id, name=plan.name)
    session.flush()


def bring_back(session: Session, plan: Plan, actor: User | None) -> None:
    """Make a discarded or superseded plan a draft again."""
    event = _lock(session, plan)
    if plan.state not in (PlanState.DISCARDED, PlanState.SUPERSEDED):
        raise Conflict(_("Only a discarded or superseded plan can be brought back."))
    plan.state = PlanState.DRAFT
    record(session, event, actor, "plan.bring-back", plan.public_id, name=plan.name)
    session.flush()


def delete_plan(session: Session, plan: Plan, actor: User | None) -> None:
    """Delete a plan that people do not have, with its meetings. What was called off in it stays so.

    Raises Conflict for a published plan, and while a run goes on from it.
    """
    event = _lock(session, plan)
    if plan.state is PlanState.PUBLISHED:
        raise Conflict(_("People have “%(name)s”. Take it back first, then delete it.", name=plan.name))
    busy = session.scalar(
        select(Run.id).where(
            Run.base_plan == plan.public_id, Run.state.in_((RunState.QUEUED, RunState.RUNNING))
        )
    )
    if busy is not None:
        raise Conflict(
            _("A run goes on from “%(name)s”. Stop it, or wait until it has ended.", name=plan.name)
        )
    _hand_on(session, plan)
    record(session, event, actor, "plan.delete", plan.public_id, name=plan.name, round=plan.round.name)
    session.execute(delete(Plan).where(Plan.id == plan.id).execution_options(synchronize_session=False))
    session.expunge(plan)
    session.expire_all()


def _hand_on(session: Session, plan: Plan) -> None:
    """Give what was called off in a plan to the one that people have, if that does not know of it."""
    successor = published_plan(session, plan.round_id)
    if successor is None:
        return
    known = select(Meeting.wish).where(Meeting.plan_id == successor.id)
    last_word = called_off(session, plan.round_id)
    rows = session.scalars(
        select(Meeting).where(
            Meeting.plan_id == plan.id, Meeting.id.in_(last_word.values()), Meeting.wish.not_in(known)
        )
    ).all()
    for meeting in rows:
        meeting.plan_id = successor.id
    session.flush()


def _lock(session: Session, plan: Plan) -> Event:
    """Lock the event, then the plan: two organisers publish one after the other, never at once."""
    event = session.scalar(select(Event).where(Event.id == plan.event_id).with_for_update())
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    session.refresh(plan, ["state", "published_at", "errand"])
    if event is None:
        raise NotFound(_("There is no such event."))
    if plan.errand is not None:
        raise Conflict(_("This plan is being worked on already. Wait until that is done."))
    return event


def _expect(plan: Plan, state: PlanState, otherwise: PlanObstacle) -> None:
    if plan.state is not state:
        raise PlanRefused(otherwise, state=plan.state.value)


def _refuse_clashes(session: Session, plan: Plan) -> None:
    people = booked_elsewhere(session, plan)
    if people is not None:
        raise PlanClashes(PlanObstacle.PEOPLE_ELSEWHERE, count=people.count, name=people.name)
    tables = tables_taken(session, plan)
    if tables is not None:
        raise PlanClashes(PlanObstacle.TABLES_ELSEWHERE, count=tables.count, name=tables.name)


def _number(
    session: Session,
    plan: Plan,
    before: Mapping[str, PlanPosition],
    after: Mapping[str, PlanPosition],
    now: datetime,
) -> None:
    """Let the sequence of every meeting that was public before go on counting, and its UID stay."""
    known: dict[str, tuple[str, int, datetime]] = {}
    for wish, uid, sequence, changed in session.execute(
        select(Meeting.wish, Meeting.uid, Meeting.sequence, Meeting.changed_at)
        .join(Plan, Plan.id == Meeting.plan_id)
        .where(Plan.round_id == plan.round_id, Plan.published_at.is_not(None))
    ):
        if wish not in known or known[wish][1] < sequence:
            known[wish] = (uid, sequence, changed)
    changes: list[dict[str, object]] = []
    rows = session.execute(select(Meeting.id, Meeting.wish).where(Meeting.plan_id == plan.id))
    for id_, wish in rows:
        if wish in known and wish in after:
            uid, sequence, changed = known[wish]
            same = before.get(wish) == after[wish]
            changes.append(
                {
                    "id": id_,
                    "uid": uid,
                    "sequence": sequence if same else sequence + 1,
                    "changed_at": changed if same else now,
                }
            )
        else:
            changes.append({"id": id_, "changed_at": now})
    update_many(session.connection(), cast(Table, Meeting.__table__), changes)
    session.expire_all()


def _tell(session: Session, event: Event, people: Collection[int], *, mails: bool = True) -> None:
    """Bring the agendas of those who are concerned up to date, and write their messages.

    Of many people the worker does it piece by piece, each agenda with its message: a sign-in must not wait for all.
    """
    if mails and len(people) > FEW:
        mark_people(session, event.id, people)
    else:
        refresh(session, event, people if len(people) <= FEW else None, mails=mails)
