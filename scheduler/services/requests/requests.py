"""Asking for a meeting, and answering. Of two answers at once the first counts and the second is told so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import InterestLevel, ParticipantState, RequestMode, RequestState, RoundState
from scheduler.errors import Conflict, NotAllowed, TooMany
from scheduler.mail.request_mails import News, forget, tell_of_request
from scheduler.models import Interest, MatchmakingRound, MatrixRule, Participant, ParticipantType, Request
from scheduler.queries.people.participation import answer_days_of, cap_of, count_sent
from scheduler.queries.requests.counting import has_mode
from scheduler.queries.requests.requests import sender_may_ask, to_me_alone
from scheduler.services.requests.interests import check_may_ask, check_open, set_interest
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
    rule = check_may_ask(session, me, other)
    text = clean_text(message, MESSAGE_LIMIT, "message", _("Message"))
    _one_at_a_time(session, me, other)
    theirs = _between(session, round_, other, me)
    if theirs is not None and theirs.state is RequestState.OPEN:
        return answer(session, me, theirs, RequestState.ACCEPTED, now)
    request = _between(session, round_, me, other)
    _check_again(request, other)
    _check_caps(session, me, round_, rule)
    expires = round_.closes_at
    if days := answer_days_of(session, me, round_):
        expires = min(expires, now + timedelta(days=days))
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
    request.colleague_agrees = request.sender_agrees = False
    request.expires_at = expires
    request.expired_by_closing = False
    request.reminded_at = None
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        raise Conflict(_("You asked %(name)s a moment ago.", name=other.name)) from None
    _would_like(session, me, other, round_, now)
    tell_of_request(session, other, News.ASKED, request, me, text)
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
    check_may_answer(session, me, request)
    if state not in (RequestState.ACCEPTED, RequestState.DECLINED):
        raise NotAllowed(_("A request is accepted or declined."))
    if seen not in (RequestState.OPEN, RequestState.ACCEPTED, RequestState.DECLINED):
        raise Conflict(_("This request can't be answered any more."))
    if state is RequestState.ACCEPTED and request.sender.state is not ParticipantState.ACTIVE:
        raise Conflict(_("%(name)s is no longer taking part.", name=request.sender.name))
    text = clean_text(reason, ANSWER_LIMIT, "answer", _("Reason"))
    proposed_id = request.proposed_id
    change_request(
        session,
        request,
        seen,
        state=state,
        answer=text,
        answered_at=now,
        answered_by_id=me.id,
        proposed_id=None,
    )
    for reader_id in (request.to_id, proposed_id):
        forget(session, reader_id, request.public_id)
    what = News.ACCEPTED if state is RequestState.ACCEPTED else News.DECLINED
    tell_of_request(session, request.sender, what, request, me, text)
    return request


def decline_rest(
    session: Session, me: Participant, round_: MatchmakingRound | None, reason: str, now: datetime
) -> int:
    """Decline all requests to a participant, and to nobody else, that still wait; how many."""
    round_ = check_open(round_)
    text = clean_text(reason, ANSWER_LIMIT, "answer", _("Reason"))
    waiting = session.scalars(
        select(Request)
        .where(*to_me_alone(me, round_.id))
        .options(joinedload(Request.sender))
        .with_for_update(of=Request)
    ).all()
    for request in waiting:
        request.state, request.answer = RequestState.DECLINED, text
        request.answered_at, request.answered_by_id = now, me.id
    session.flush()
    for request in waiting:
        forget(session, me.id, request.public_id)
        tell_of_request(session, request.sender, News.DECLINED, request, me, text)
    return len(waiting)


def withdraw(session: Session, me: Participant, request: Request, now: datetime) -> Request:
    """Take a request back, open or accepted."""
    check_open(request.round)
    if request.from_id != me.id:
        raise NotAllowed(_("Only the sender can withdraw a request."))
    if request.state not in (RequestState.OPEN, RequestState.ACCEPTED):
        raise Conflict(_("This request is answered already: there is nothing to withdraw."))
    proposed_id = request.proposed_id
    change_request(
        session, request, request.state, state=RequestState.WITHDRAWN, answered_at=now, proposed_id=None
    )
    for reader_id in (request.to_id, proposed_id):
        forget(session, reader_id, request.public_id)
    return request


def expire(session: Session, event_id: int, now: datetime) -> int:
    """Let open requests expire whose time is over; how many. What counts without a yes stays.

    Those that had until the round closes wait again when the round gets a later closing time.
    """
    closes = (
        select(MatchmakingRound.closes_at).where(MatchmakingRound.id == Request.round_id).scalar_subquery()
    )
    result = session.execute(
        update(Request)
        .where(
            Request.state == RequestState.OPEN,
            Request.expires_at <= now,
            Request.round_id.in_(
                select(MatchmakingRound.id).where(
                    MatchmakingRound.event_id == event_id,
                    MatchmakingRound.state == RoundState.OPEN,
                )
            ),
            has_mode(RequestMode.OPT_IN),
        )
        .values(state=RequestState.EXPIRED, answered_at=now, expired_by_closing=Request.expires_at >= closes)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", result).rowcount


def change_request(session: Session, request: Request, seen: RequestState, **values: object) -> None:
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


def check_may_answer(session: Session, me: Participant, request: Request) -> None:
    if request.to_id == me.id:
        return
    same = request.receiver.organisation_id == me.organisation_id
    for_any = request.any_representative and same and me.takes_any
    # A colleague may be of a type that the sender may not ask.
    asked = select(Request.id).where(Request.id == request.id, sender_may_ask(me))
    if not for_any or session.scalar(asked) is None:
        raise NotAllowed(_("This request was not sent to you."))


def _one_at_a_time(session: Session, me: Participant, other: Participant) -> None:
    """Let nobody else ask in the name of either meanwhile: the cap holds, and two who ask each other at once meet.

    The order of the keys keeps the two from waiting for each other.
    """
    session.execute(
        select(Participant.id)
        .where(Participant.id.in_((me.id, other.id)))
        .order_by(Participant.id)
        .with_for_update(key_share=True)
    )


def _check_caps(session: Session, me: Participant, round_: MatchmakingRound, rule: MatrixRule) -> None:
    """Whether one more request fits into the cap of the round, and into that of the cell. Raises TooMany."""
    cap = cap_of(session, me, round_)
    if count_sent(session, me, round_.id) >= cap:
        raise TooMany(
            _(
                "You have asked %(cap)s people, which is the limit of this round. Withdraw a request that "
                "matters less, or wait: who declines makes room.",
                cap=cap,
            )
        )
    if rule.request_cap is None:
        return
    if count_sent(session, me, round_.id, rule.to_type_id) >= rule.request_cap:
        kind = session.get_one(ParticipantType, rule.to_type_id).name
        raise TooMany(
            ngettext(
                "You may ask %(num)d person of the type “%(type)s” (%(kind)s) in a round, and have. Withdraw a"
                " request that matters less, or wait: who declines makes room.",
                "You may ask %(num)d people of the type “%(type)s” (%(kind)s) in a round, and have. Withdraw a"
                " request that matters less, or wait: who declines makes room.",
                rule.request_cap,
                type=kind,
                kind=rule.meeting_kind,
            )
        )


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
