"""Asking for a meeting, and answering. Of two answers at once the first counts and the second is told so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.kinds import InterestLevel, ParticipantState, RequestMode, RequestState, RoundState
from scheduler.errors import Conflict, NotAllowed, TooMany
from scheduler.models import Interest, MatchmakingRound, Participant, Request
from scheduler.queries.participation import cap_of, count_sent
from scheduler.services.interests import check_may_ask, check_open, set_interest
from scheduler.services.text import clean_text

MESSAGE_LIMIT = 1000
ANSWER_LIMIT = 500


def send(
    session: Session,
    me: Participant,
    other: Participant,
    round_: MatchmakingRound | None,
    message: str,
    now: datetime,
    *,
    any_representative: bool = False,
) -> Request:
    """Ask somebody for a meeting. Who has asked oneself already is answered with yes instead.

    Raises Conflict when the answer was given before or the round is not open, NotAllowed by the matching
    matrix, TooMany above the cap, Invalid for a text that is too long.
    """
    round_ = check_open(round_)
    check_may_ask(session, me, other)
    text = clean_text(message, MESSAGE_LIMIT, "message", _("Message"))
    # One request of a person at a time, so that the cap holds under concurrent senders too.
    session.execute(select(Participant.id).where(Participant.id == me.id).with_for_update())
    theirs = _between(session, round_, other, me)
    if theirs is not None and theirs.state is RequestState.OPEN:
        return answer(session, me, theirs, RequestState.ACCEPTED, now)
    request = _between(session, round_, me, other)
    _check_again(request, other)
    cap = cap_of(session, me, round_)
    if count_sent(session, me, round_.id) >= cap:
        raise TooMany(
            _(
                "You have asked %(cap)s people, which is the limit of this round. Withdraw a request that "
                "matters less, or wait: who declines makes room.",
                cap=cap,
            )
        )
    expires = round_.closes_at
    if round_.answer_days:
        expires = min(expires, now + timedelta(days=round_.answer_days))
    if request is None:
        request = Request(round_id=round_.id, from_id=me.id, to_id=other.id)
    request.state = RequestState.OPEN
    request.message = text
    request.answer = ""
    request.any_representative = any_representative
    request.sent_at = now
    request.answered_at = None
    request.answered_by_id = None
    request.proposed_id = None
    request.expires_at = expires
    request.reminded_at = None
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        raise Conflict(_("You asked %(name)s a moment ago.", name=other.name)) from None
    _would_like(session, me, other, round_, now)
    return request


def answer(
    session: Session,
    me: Participant,
    request: Request,
    state: RequestState,
    now: datetime,
    *,
    reason: str = "",
    seen: RequestState = RequestState.OPEN,
) -> Request:
    """Accept or decline a request; an answer may be changed until the round closes.

    `seen` is the state that the page showed: when it is another by now, somebody was faster (a colleague
    who answered for all, or the sender who withdrew), and Conflict says so.
    """
    check_open(request.round)
    _check_may_answer(me, request)
    if state not in (RequestState.ACCEPTED, RequestState.DECLINED):
        raise NotAllowed(_("A request is accepted or declined."))
    if seen not in (RequestState.OPEN, RequestState.ACCEPTED, RequestState.DECLINED):
        raise Conflict(_("This request can't be answered any more."))
    if state is RequestState.ACCEPTED and request.sender.state is not ParticipantState.ACTIVE:
        raise Conflict(_("%(name)s does not take part any more.", name=request.sender.name))
    text = clean_text(reason, ANSWER_LIMIT, "answer", _("Reason"))
    _change(
        session,
        request,
        seen,
        state=state,
        answer=text,
        answered_at=now,
        answered_by_id=me.id,
        proposed_id=None,
    )
    return request


def decline_rest(
    session: Session, me: Participant, round_: MatchmakingRound | None, reason: str, now: datetime
) -> int:
    """Decline all requests to a participant, and to nobody else, that still wait; how many."""
    round_ = check_open(round_)
    text = clean_text(reason, ANSWER_LIMIT, "answer", _("Reason"))
    result = session.execute(
        update(Request)
        .where(
            Request.round_id == round_.id,
            Request.to_id == me.id,
            Request.state == RequestState.OPEN,
            Request.proposed_id.is_(None),
            # A colleague may still take what was asked of any of us.
            Request.any_representative.is_(False),
        )
        .values(state=RequestState.DECLINED, answer=text, answered_at=now, answered_by_id=me.id)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", result).rowcount


def propose(
    session: Session,
    me: Participant,
    request: Request,
    colleague: Participant,
    now: datetime,
    reason: str = "",
) -> Request:
    """Propose a colleague instead of oneself. The request stays open until the sender answers that."""
    check_open(request.round)
    _check_may_answer(me, request)
    if colleague.organisation_id != me.organisation_id or colleague.id == request.to_id:
        raise NotAllowed(_("Only another representative of your organisation can be proposed."))
    check_may_ask(session, request.sender, colleague)
    text = clean_text(reason, ANSWER_LIMIT, "answer", _("Reason"))
    _change(
        session,
        request,
        RequestState.OPEN,
        proposed_id=colleague.id,
        answer=text,
        answered_at=now,
        answered_by_id=me.id,
    )
    return request


def answer_proposal(
    session: Session, me: Participant, request: Request, agree: bool, now: datetime
) -> Request:
    """Say yes or no to the colleague who was proposed instead. Yes makes it an accepted request to them."""
    round_ = check_open(request.round)
    if request.from_id != me.id:
        raise NotAllowed(_("Only the sender of a request answers a proposal."))
    if request.proposed_id is None or request.proposed is None:
        raise Conflict(_("This proposal was taken back."))
    colleague = request.proposed
    if not agree:
        _change(session, request, RequestState.OPEN, state=RequestState.WITHDRAWN, answered_at=now)
        return request
    check_may_ask(session, me, colleague)
    if _between(session, round_, me, colleague) is not None:
        raise Conflict(_("You have asked %(name)s already.", name=colleague.name))
    _change(
        session,
        request,
        RequestState.OPEN,
        state=RequestState.ACCEPTED,
        to_id=colleague.id,
        proposed_id=None,
        answered_at=now,
    )
    return request


def withdraw(session: Session, me: Participant, request: Request, now: datetime) -> Request:
    """Take a request back, open or accepted."""
    check_open(request.round)
    if request.from_id != me.id:
        raise NotAllowed(_("Only the sender can withdraw a request."))
    if request.state not in (RequestState.OPEN, RequestState.ACCEPTED):
        raise Conflict(_("This request is answered already: there is nothing to withdraw."))
    _change(session, request, request.state, state=RequestState.WITHDRAWN, answered_at=now, proposed_id=None)
    return request


def expire(session: Session, event_id: int, now: datetime) -> int:
    """Let open requests expire whose time is over; how many. In opt-out rounds a request stays: it counts."""
    result = session.execute(
        update(Request)
        .where(
            Request.state == RequestState.OPEN,
            Request.expires_at <= now,
            Request.round_id.in_(
                select(MatchmakingRound.id).where(
                    MatchmakingRound.event_id == event_id,
                    MatchmakingRound.state == RoundState.OPEN,
                    MatchmakingRound.request_mode == RequestMode.OPT_IN,
                )
            ),
        )
        .values(state=RequestState.EXPIRED, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", result).rowcount


def _change(session: Session, request: Request, seen: RequestState, **values: object) -> None:
    """Change a request that is still in the state that was seen. Raises Conflict when it is not."""
    try:
        with session.begin_nested():
            result = session.execute(
                update(Request)
                .where(Request.id == request.id, Request.state == seen)
                .values(**values)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise Conflict(_("There is such a request already.")) from None
    changed = cast("CursorResult[object]", result).rowcount
    session.refresh(request)
    if changed != 1:
        raise Conflict(_too_late(request))


def _too_late(request: Request) -> str:
    sentences = {
        RequestState.WITHDRAWN: _(
            "%(name)s has withdrawn this request in the meantime.", name=request.sender.name
        ),
        RequestState.EXPIRED: _("This request has expired in the meantime."),
        RequestState.ACCEPTED: _("This request was accepted in the meantime. Reload to see by whom."),
        RequestState.DECLINED: _("This request was declined in the meantime. Reload to see by whom."),
        RequestState.OPEN: _("This request has changed in the meantime. Reload to see it."),
    }
    return str(sentences[request.state])


def _check_may_answer(me: Participant, request: Request) -> None:
    if request.to_id == me.id:
        return
    same = request.receiver.organisation_id == me.organisation_id
    if not (request.any_representative and same and me.takes_any):
        raise NotAllowed(_("This request was not sent to you."))


def _between(
    session: Session, round_: MatchmakingRound, sender: Participant, receiver: Participant
) -> Request | None:
    return session.scalar(
        select(Request)
        .where(Request.round_id == round_.id, Request.from_id == sender.id, Request.to_id == receiver.id)
        .execution_options(populate_existing=True)
    )


def _check_again(request: Request | None, other: Participant) -> None:
    """Whether one may ask (once more). A no is a no for the whole round."""
    if request is None or request.state in (RequestState.WITHDRAWN, RequestState.EXPIRED):
        return
    if request.state is RequestState.OPEN:
        raise Conflict(_("You have asked %(name)s already. They have not answered yet.", name=other.name))
    if request.state is RequestState.ACCEPTED:
        raise Conflict(_("%(name)s has said yes already.", name=other.name))
    raise Conflict(_("%(name)s has declined. You can't ask again in this round.", name=other.name))


def _would_like(
    session: Session, me: Participant, other: Participant, round_: MatchmakingRound, now: datetime
) -> None:
    """Who asks would like to meet: a `must` stays, everything else becomes `like`."""
    level = session.scalar(
        select(Interest.level).where(
            Interest.round_id == round_.id, Interest.from_id == me.id, Interest.to_id == other.id
        )
    )
    if level is None or level is InterestLevel.RATHER_NOT:
        set_interest(session, me, other, round_, InterestLevel.LIKE, now)
