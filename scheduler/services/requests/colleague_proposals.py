"""A colleague instead of the one who was asked: it binds once both the colleague and the sender have said yes."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import RequestState
from scheduler.errors import Conflict, NotAllowed
from scheduler.mail.request_mails import News, forget, tell_of_request
from scheduler.models import Participant, Request
from scheduler.services.requests.interests import check_may_ask, check_open
from scheduler.services.requests.requests import ANSWER_LIMIT, change_request, check_may_answer
from scheduler.services.text import clean_text


def propose(
    session: Session,
    me: Participant,
    request: Request,
    colleague: Participant,
    now: datetime,
    reason: str = "",
) -> Request:
    """Propose a colleague instead of oneself. The request stays open until the colleague and the sender agree.

    Raises NotAllowed for somebody of another organisation, or whom the sender may not ask; Conflict when the
    sender has asked them already.
    """
    check_open(request.round)
    check_may_answer(session, me, request)
    if colleague.organisation_id != me.organisation_id or colleague.id == request.to_id:
        raise NotAllowed(_("Only another representative of your organisation can be proposed."))
    check_may_ask(session, request.sender, colleague)
    _check_not_asked(session, request, colleague)
    text = clean_text(reason, ANSWER_LIMIT, "answer", _("Reason"))
    # Who proposes themselves to take over what a colleague was asked has said yes by that.
    agrees = colleague.id == me.id
    change_request(
        session,
        request,
        RequestState.OPEN,
        proposed_id=colleague.id,
        colleague_agrees=agrees,
        sender_agrees=False,
        answer=text,
        answered_at=now,
        answered_by_id=me.id,
    )
    forget(session, request.to_id, request.public_id)
    tell_of_request(session, request.sender, News.INSTEAD, request, me, text, colleague)
    if not agrees:
        tell_of_request(session, colleague, News.STAND_IN, request, request.sender, request.message, me)
    return request


def answer_as_sender(
    session: Session, me: Participant, request: Request, agree: bool, now: datetime
) -> Request:
    """The sender's yes or no to the colleague who was proposed. A no withdraws the request."""
    check_open(request.round)
    if request.from_id != me.id:
        raise NotAllowed(_("Only the sender of a request answers a proposal."))
    colleague = _proposed(session, request)
    if not agree:
        change_request(
            session,
            request,
            RequestState.OPEN,
            state=RequestState.WITHDRAWN,
            answered_at=now,
            proposed_id=None,
        )
        forget(session, colleague.id, request.public_id)
        return request
    check_may_ask(session, me, colleague)
    if request.colleague_agrees:
        return _bind(session, request, colleague, now)
    change_request(session, request, RequestState.OPEN, sender_agrees=True)
    return request


def answer_as_colleague(
    session: Session, me: Participant, request: Request, agree: bool, now: datetime, reason: str = ""
) -> Request:
    """The proposed colleague's yes or no. After a no the request waits for the one who was asked, as before."""
    check_open(request.round)
    colleague = _proposed(session, request)
    if colleague.id != me.id:
        raise NotAllowed(_("This request was not sent to you."))
    text = clean_text(reason, ANSWER_LIMIT, "answer", _("Reason"))
    if not agree:
        change_request(
            session,
            request,
            RequestState.OPEN,
            proposed_id=None,
            colleague_agrees=False,
            sender_agrees=False,
            answer="",
            answered_at=None,
            answered_by_id=None,
        )
        forget(session, request.from_id, request.public_id)
        tell_of_request(session, request.receiver, News.COLLEAGUE_CANNOT, request, request.sender, text, me)
        return request
    check_may_ask(session, request.sender, me)
    if request.sender_agrees:
        return _bind(session, request, me, now)
    change_request(session, request, RequestState.OPEN, colleague_agrees=True)
    return request


def _bind(session: Session, request: Request, colleague: Participant, now: datetime) -> Request:
    _check_not_asked(session, request, colleague)
    change_request(
        session,
        request,
        RequestState.OPEN,
        state=RequestState.ACCEPTED,
        to_id=colleague.id,
        proposed_id=None,
        answered_at=now,
        answered_by_id=colleague.id,
    )
    tell_of_request(session, request.sender, News.ACCEPTED, request, colleague)
    tell_of_request(session, colleague, News.ACCEPTED, request, request.sender)
    return request


def _proposed(session: Session, request: Request) -> Participant:
    """The colleague, as it is now: of two answers at once the second has to see the first."""
    session.refresh(request, with_for_update=True)
    if request.state is not RequestState.OPEN or request.proposed is None:
        raise Conflict(_("This proposal was taken back."))
    return request.proposed


def _check_not_asked(session: Session, request: Request, colleague: Participant) -> None:
    known = session.scalar(
        select(Request.id).where(
            Request.round_id == request.round_id,
            Request.from_id == request.from_id,
            Request.to_id == colleague.id,
        )
    )
    if known is not None:
        raise Conflict(
            _("%(name)s has asked %(other)s already.", name=request.sender.name, other=colleague.name)
        )
