"""The long lists of a plan, a page at a time: its people, and what was not placed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from scheduler.domain.enums import MeetingState
from scheduler.errors import NotFound
from scheduler.models import MeetingAttendance, Organisation, Participant, Plan, Unscheduled
from scheduler.queries.people.search import all_words, each_word

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class PlanPersonLine:
    public_id: str
    name: str
    organisation: str
    held: int
    missing: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of many."""

    rows: Sequence[object]
    count: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PER_PAGE))


def people_page(session: Session, plan: Plan, text: str, page: int) -> Page:
    """The people whom a plan concerns, by name, with how many meetings they have and miss."""
    held = _count(MeetingAttendance.participant_id, MeetingAttendance.meeting_id).where(
        MeetingAttendance.plan_id == plan.id, MeetingAttendance.state == MeetingState.PLANNED
    )
    concerned = (
        select(MeetingAttendance.participant_id)
        .where(MeetingAttendance.plan_id == plan.id)
        .union(
            select(Unscheduled.first_id).where(Unscheduled.plan_id == plan.id),
            select(Unscheduled.second_id).where(Unscheduled.plan_id == plan.id),
        )
    )
    where = [Participant.event_id == plan.event_id, Participant.id.in_(concerned), *_matches(text)]
    base = (
        select(Participant.id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(*where)
    )
    count = session.scalar(select(func.count()).select_from(base.subquery())) or 0
    rows = session.execute(
        select(Participant.id, Participant.public_id, Participant.name, Organisation.name)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(*where)
        .order_by(Participant.name, Participant.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    ids = [row[0] for row in rows]
    has: dict[int, int] = dict(session.execute(held.where(MeetingAttendance.participant_id.in_(ids))).all())
    lacks: dict[int, int] = defaultdict(int)
    for side in (Unscheduled.first_id, Unscheduled.second_id):
        for person, missing in session.execute(
            _count(side, Unscheduled.id).where(Unscheduled.plan_id == plan.id, side.in_(ids))
        ):
            lacks[person] += missing
    lines = [
        PlanPersonLine(public_id, name, org, has.get(id_, 0), lacks[id_])
        for id_, public_id, name, org in rows
    ]
    return Page(lines, count, page)


def _count(key: InstrumentedAttribute[int], counted: InstrumentedAttribute[int]) -> Select[int, int]:
    return select(key, func.count(counted)).group_by(key)


def _matches(text: str) -> list[ColumnElement[bool]]:
    return each_word(text, Participant.search_key, Organisation.search_key)


def person_of(session: Session, plan: Plan, public_id: str) -> Participant:
    """A participant of the plan's event. Raises NotFound."""
    found = session.scalar(
        select(Participant)
        .where(Participant.public_id == public_id, Participant.event_id == plan.event_id)
        .options(joinedload(Participant.organisation))
    )
    if found is None:
        raise NotFound("There is no such person at this event.")
    return found


def unscheduled_page(session: Session, plan: Plan, reason: str, text: str, page: int) -> Page:
    """The wishes that a plan does not fulfil, with both sides, by reason and name."""
    first, second = aliased(Participant), aliased(Participant)
    where: list[ColumnElement[bool]] = [Unscheduled.plan_id == plan.id]
    if reason:
        where.append(Unscheduled.reason == reason)
    if text:
        where.append(or_(all_words(text, first.search_key), all_words(text, second.search_key)))
    base = select(Unscheduled).where(*where)
    if text:
        base = base.join(first, first.id == Unscheduled.first_id)
        base = base.join(second, second.id == Unscheduled.second_id)
    count = session.scalar(base.with_only_columns(func.count())) or 0
    rows = session.scalars(
        base.options(*_with_people())
        .order_by(Unscheduled.reason, Unscheduled.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    return Page(rows, count, page)


def unscheduled_of(session: Session, plan: Plan, person: Participant) -> Sequence[Unscheduled]:
    """The wishes of one participant that a plan does not fulfil."""
    return session.scalars(
        select(Unscheduled)
        .where(
            Unscheduled.plan_id == plan.id,
            or_(Unscheduled.first_id == person.id, Unscheduled.second_id == person.id),
        )
        .options(*_with_people())
        .order_by(Unscheduled.id)
    ).all()


def _with_people() -> list[_AbstractLoad]:
    return [
        joinedload(Unscheduled.first).joinedload(Participant.organisation),
        joinedload(Unscheduled.second).joinedload(Participant.organisation),
    ]
