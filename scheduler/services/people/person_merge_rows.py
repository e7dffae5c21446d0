"""The rows of two registrations that become one, table by table: of two that say the same, the better one stays.

What needs no rule of its own is moved by the foreign keys themselves (`database.references`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, FromClause, Table, case, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerState, BusySource, RequestState, SessionRole
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.mail.outbox import queue_mail, wall_clock
from scheduler.models import (
    AgendaVersion,
    BusyTime,
    CallAnswer,
    Delegation,
    DelegationMember,
    Event,
    FeedToken,
    Interest,
    Meeting,
    MeetingAttendance,
    OpenCall,
    OutboxMessage,
    Participant,
    Request,
    SessionAttendance,
    SessionWaiting,
    Unscheduled,
)
from scheduler.queries.people.merge_obstacles import meetings_of, wish_of

if TYPE_CHECKING:
    from scheduler.services.people.person_merge import PersonMerge

Better = Callable[[FromClause, FromClause], ColumnElement[bool]]
"""Whether a row of the first table is better than its twin of the second."""


def prepare_rows(session: Session, found: PersonMerge, now: datetime) -> None:
    """All that has to be decided before the rows of the one who goes can be moved."""
    kept, gone = found.kept, found.gone
    session.flush()
    _part_the_two(session, kept, gone)
    _choose_twins(session, kept, gone)
    _settle_meetings(session, found)
    _settle_delegation(session, kept, gone)
    _settle_times(session, kept, gone)
    _settle_calendars(session, kept, gone, now)
    _settle_mails(session, kept, gone)


def tidy_rows(session: Session, kept: Participant) -> None:
    """What makes no sense any more once the rows have moved."""
    attends = select(SessionAttendance.session_id).where(SessionAttendance.participant_id == kept.id)
    _run(
        session,
        delete(SessionWaiting).where(
            SessionWaiting.participant_id == kept.id, SessionWaiting.session_id.in_(attends)
        ),
    )
    proposed = or_(Request.proposed_id == Request.to_id, Request.proposed_id == Request.from_id)
    _run(
        session,
        update(Request)
        .where(Request.proposed_id == kept.id, proposed)
        .values(proposed_id=None, colleague_agrees=False, sender_agrees=False),
    )


def tell_other_address(session: Session, event: Event, kept: Participant, address: str) -> None:
    """Tell the address that is no longer used. It does not learn the other one: it may have been a stranger's."""
    queue_mail(
        session,
        to_address=address,
        to_name="",
        subject=_("%(event)s: your two registrations are one now", event=event.name),
        text=_(
            "The organisers of %(event)s found that you were registered twice, and made one registration of the two."
            " All that belonged to the one with this address is there. Sign in with your other address from now on."
            " Calendars that were followed with this address have ended, and notes on meetings stay private to the"
            " account that wrote them. If you were not registered twice, write to the organisers.",
            event=event.name,
        )
        + "\n",
        kind=MessageKind.NOTE,
        event=event,
    )


def _part_the_two(session: Session, kept: Participant, gone: Participant) -> None:
    """What one said of the other was said of oneself."""
    both = (kept.id, gone.id)
    for model in (Interest, Request):
        _run(session, delete(model).where(model.from_id.in_(both), model.to_id.in_(both)))
    _run(
        session,
        delete(Unscheduled).where(Unscheduled.first_id.in_(both), Unscheduled.second_id.in_(both)),
    )
    calls = select(OpenCall.id).where(OpenCall.author_id.in_(both))
    _run(
        session, delete(CallAnswer).where(CallAnswer.participant_id.in_(both), CallAnswer.call_id.in_(calls))
    )


def _choose_twins(session: Session, kept: Participant, gone: Participant) -> None:
    """Where both have a row that only one may have: the one that goes takes the place of the other if it is better."""
    interests, requests = _table(Interest), _table(Request)
    answers, attendances = _table(CallAnswer), _table(SessionAttendance)

    def newer(one: FromClause, other: FromClause) -> ColumnElement[bool]:
        return one.c.updated_at > other.c.updated_at

    def further(one: FromClause, other: FromClause) -> ColumnElement[bool]:
        return _request_rank(one) > _request_rank(other)

    def taken(one: FromClause, other: FromClause) -> ColumnElement[bool]:
        return _answer_rank(one) > _answer_rank(other)

    def binding(one: FromClause, other: FromClause) -> ColumnElement[bool]:
        return _attendance_rank(one) > _attendance_rank(other)

    for table, column, others, better in (
        (interests, "from_id", ("round_id", "to_id"), newer),
        (interests, "to_id", ("round_id", "from_id"), newer),
        (requests, "from_id", ("round_id", "to_id"), further),
        (requests, "to_id", ("round_id", "from_id"), further),
        (answers, "participant_id", ("call_id",), taken),
        (attendances, "participant_id", ("session_id",), binding),
    ):
        twin = table.alias()
        same = [twin.c[name] == table.c[name] for name in others]
        _run(
            session,
            delete(table).where(
                table.c[column] == kept.id,
                exists(
                    select(1).select_from(twin).where(twin.c[column] == gone.id, *same, better(twin, table))
                ),
            ),
        )


def _request_rank(rows: FromClause) -> ColumnElement[int]:
    ranks = {RequestState.ACCEPTED: 3, RequestState.OPEN: 2, RequestState.DECLINED: 1}
    return case(*((rows.c.state == state, rank) for state, rank in ranks.items()), else_=0)


def _answer_rank(rows: FromClause) -> ColumnElement[int]:
    ranks = {AnswerState.TAKEN: 3, AnswerState.WAITING: 2, AnswerState.DECLINED: 1}
    return case(*((rows.c.state == state, rank) for state, rank in ranks.items()), else_=0)


def _attendance_rank(rows: FromClause) -> ColumnElement[int]:
    """Who is on stage stays so; who must come must."""
    return case((rows.c.role != SessionRole.ATTENDEE, 2), (rows.c.required.is_(True), 1), else_=0)


def _settle_meetings(session: Session, found: PersonMerge) -> None:
    """Leave out what one person can't attend, and give the rest the keys that their wishes have from now on."""
    kept, gone = found.kept, found.gone
    if found.meetings.dropped:
        _run(session, delete(Meeting).where(Meeting.id.in_(found.meetings.dropped)))
    if found.meetings.shared:
        _run(
            session,
            delete(MeetingAttendance).where(
                MeetingAttendance.meeting_id.in_(found.meetings.shared),
                MeetingAttendance.participant_id == gone.id,
            ),
        )
    taken = {(plan, wish) for _meeting, plan, wish in meetings_of(session, kept.id)}
    for meeting, plan, wish in meetings_of(session, gone.id):
        renamed = wish_of(wish, gone.public_id, kept.public_id)
        # Of two of one wish that were called off or held, the second keeps the key that it had.
        if renamed != wish and (plan, renamed) not in taken:
            taken.add((plan, renamed))
            _run(session, update(Meeting).where(Meeting.id == meeting).values(wish=renamed))
    _settle_unscheduled(session, kept, gone, taken)


def _settle_unscheduled(
    session: Session, kept: Participant, gone: Participant, held: set[tuple[int, str]]
) -> None:
    """Wishes that a plan left out: one that the other has as well, or that is held, is said once."""
    mine = set(held)
    rows = session.execute(
        select(Unscheduled.id, Unscheduled.plan_id, Unscheduled.wish)
        .where(
            or_(Unscheduled.first_id.in_((kept.id, gone.id)), Unscheduled.second_id.in_((kept.id, gone.id)))
        )
        .order_by(Unscheduled.id)
    ).all()
    mine |= {(plan, wish) for _key, plan, wish in rows if gone.public_id not in wish}
    for key, plan, wish in rows:
        renamed = wish_of(wish, gone.public_id, kept.public_id)
        if renamed == wish:
            continue
        if (plan, renamed) in mine:
            _run(session, delete(Unscheduled).where(Unscheduled.id == key))
        else:
            mine.add((plan, renamed))
            _run(session, update(Unscheduled).where(Unscheduled.id == key).values(wish=renamed))


def _settle_delegation(session: Session, kept: Participant, gone: Participant) -> None:
    """Who leads a delegation travels with it."""
    leads = session.scalar(select(Delegation.id).where(Delegation.leader_id == gone.id).limit(1))
    if leads is not None:
        _run(
            session,
            delete(DelegationMember).where(
                DelegationMember.participant_id == kept.id, DelegationMember.delegation_id != leads
            ),
        )


def _settle_times(session: Session, kept: Participant, gone: Participant) -> None:
    """Busy is when either said so. Daily limits are those of one of them."""
    limited = [kept.not_before, kept.not_after, kept.lunch_from]
    if any(limit is not None for limit in limited):
        _run(
            session,
            delete(BusyTime).where(BusyTime.participant_id == gone.id, BusyTime.source == BusySource.LIMIT),
        )
    rows = _table(BusyTime)
    twin = rows.alias()
    same = [twin.c[name] == rows.c[name] for name in ("starts_at", "ends_at", "source")]
    _run(
        session,
        delete(rows).where(
            rows.c.participant_id == gone.id,
            exists(select(1).select_from(twin).where(twin.c.participant_id == kept.id, *same)),
        ),
    )


def _settle_calendars(session: Session, kept: Participant, gone: Participant, now: datetime) -> None:
    """No version is said twice of two states; calendars that another account follows have ended."""
    versions = session.scalars(
        select(AgendaVersion.version).where(AgendaVersion.participant_id.in_((kept.id, gone.id)))
    ).all()
    if versions:
        _run(session, delete(AgendaVersion).where(AgendaVersion.participant_id == gone.id))
        found = session.get(AgendaVersion, kept.id, populate_existing=True)
        if found is None:
            found = AgendaVersion(participant_id=kept.id)
            session.add(found)
        found.version, found.changed_at = max(versions) + 1, now
        session.flush()
    ended = FeedToken.made_by_id.is_(None) if kept.user_id is None else FeedToken.made_by_id != kept.user_id
    _run(
        session,
        update(FeedToken)
        .where(FeedToken.participant_id == gone.id, FeedToken.revoked_at.is_(None), ended)
        .values(revoked_at=wall_clock()),
    )


def _settle_mails(session: Session, kept: Participant, gone: Participant) -> None:
    """Mails that wait go to the address that stays; one more invitation to it is none of them."""
    waiting = (OutboxMessage.participant_id == gone.id, OutboxMessage.state == MessageState.QUEUED)
    _run(
        session,
        update(OutboxMessage)
        .where(*waiting, OutboxMessage.kind == MessageKind.INVITATION)
        .values(state=MessageState.SUPPRESSED),
    )
    _run(session, update(OutboxMessage).where(*waiting).values(to_address=kept.email))


def _run(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


def _table(model: Any) -> Table:
    return cast(Table, model.__table__)
