"""What somebody who leaves the event leaves behind: requests, proposals, open calls. Whoever waited is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import AnswerState, CallState, RequestState, RoundState
from scheduler.mail.request_mails import News, forget, tell_of_call, tell_of_delegation, tell_of_request
from scheduler.models import (
    CallAnswer,
    Delegation,
    DelegationMember,
    MatchmakingRound,
    Meeting,
    OpenCall,
    Participant,
    Request,
)


def leave_requests(
    session: Session, person: Participant, now: datetime, *, told: Collection[int] = ()
) -> int:
    """Withdraw the requests from and to somebody who leaves: those that wait, and what was agreed in an open round.

    Who was `told` that they leave, with a meeting that is cancelled, is not told again.
    Returns how many. Where they were proposed instead of a colleague, the request waits for that colleague again.
    """
    found = session.scalars(
        select(Request)
        .where(
            or_(Request.from_id == person.id, Request.to_id == person.id, Request.proposed_id == person.id),
            or_(
                Request.state == RequestState.OPEN,
                # What is agreed would still count against the other's cap.
                and_(Request.state == RequestState.ACCEPTED, MatchmakingRound.state == RoundState.OPEN),
            ),
        )
        .join(MatchmakingRound, MatchmakingRound.id == Request.round_id)
        .options(joinedload(Request.sender), joinedload(Request.receiver))
        .with_for_update(of=Request)
        .execution_options(populate_existing=True)
    ).all()
    count = 0
    for request in found:
        proposed_id, request.proposed_id = request.proposed_id, None
        request.colleague_agrees = request.sender_agrees = False
        readers = {request.from_id: request.sender, request.to_id: request.receiver}
        if proposed_id != person.id:
            request.state, request.answered_at = RequestState.WITHDRAWN, now
            count += 1
        for reader_id in (*readers, proposed_id):
            forget(session, reader_id, request.public_id)
        for reader in readers.values():
            if reader.id not in (person.id, *told) and (
                proposed_id != person.id or reader.id == request.to_id
            ):
                tell_of_request(session, reader, News.LEFT, request, person)
    session.flush()
    return count


def leave_calls(session: Session, person: Participant, now: datetime, *, told: Collection[int] = ()) -> None:
    """Give up the calls of somebody who leaves, and free the seats that they took in others.

    Who was `told` that they leave is not told again of a group that is given up.
    """
    for call in session.scalars(
        select(OpenCall).where(OpenCall.author_id == person.id, OpenCall.state != CallState.WITHDRAWN)
    ).all():
        call.state, call.changed_at = CallState.WITHDRAWN, now
        for answer in call.answers:
            open_ = answer.state in (AnswerState.WAITING, AnswerState.TAKEN)
            if open_ and answer.participant_id not in told:
                tell_of_call(session, answer.participant, News.GIVEN_UP, call, person)
    for answer in session.scalars(
        select(CallAnswer).where(
            CallAnswer.participant_id == person.id,
            CallAnswer.state.in_((AnswerState.WAITING, AnswerState.TAKEN)),
        )
    ).all():
        taken = answer.state is AnswerState.TAKEN
        answer.state, answer.decided_at = AnswerState.WITHDRAWN, now
        forget(session, answer.call.author_id, f"{answer.call.public_id} {person.public_id}")
        if taken and answer.call.author_id not in told:
            tell_of_call(session, answer.call.author, News.LEFT_GROUP, answer.call, person)
    session.flush()


def leave_groups(session: Session, person: Participant, meetings: Iterable[Meeting]) -> set[int]:
    """Take somebody out of the meetings of groups that go on without them. Returns who still comes."""
    others: set[int] = set()
    for meeting in meetings:
        for attendance in list(meeting.attendances):
            if attendance.participant_id == person.id:
                meeting.attendances.remove(attendance)
            else:
                others.add(attendance.participant_id)
    session.flush()
    return others


def tell_delegations(
    session: Session, person: Participant, start: datetime | None, *, told: Collection[int] = ()
) -> None:
    """Tell the leaders of somebody's delegations that they leave; of a leader, the members."""
    for delegation in session.scalars(
        select(Delegation)
        .where(
            or_(
                Delegation.leader_id == person.id,
                Delegation.id.in_(
                    select(DelegationMember.delegation_id).where(DelegationMember.participant_id == person.id)
                ),
            )
        )
        .order_by(Delegation.id)
    ).all():
        members = {member.participant_id: member.participant for member in delegation.members}
        leads = delegation.leader_id == person.id
        readers = members if leads else {delegation.leader_id: delegation.leader}
        for reader in readers.values():
            if reader is not None and reader.id not in (person.id, *told):
                tell_of_delegation(session, reader, delegation, person, start, leads=leads)
