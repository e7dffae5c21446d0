"""Open calls: post, answer, choose who is taken; those taken and the author meet as one group."""

from __future__ import annotations

from datetime import datetime
from itertools import combinations

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerState, CallState, ParticipantState
from scheduler.domain.wish_keys import CALL_KEY
from scheduler.errors import Conflict, Invalid, NotAllowed, TooMany
from scheduler.mail.request_mails import News, forget, tell_of_call
from scheduler.models import (
    CallAnswer,
    MatchmakingRound,
    OpenCall,
    Participant,
    Plan,
    Topic,
    Unscheduled,
)
from scheduler.queries.people.may_ask import pairs_who_may_ask
from scheduler.services.requests.interests import check_may_ask, check_open
from scheduler.services.text import clean_line, clean_text

CALLS = 3
"""Calls that one participant may have open in a round."""
SEATS = 12
ANSWERS = 40
"""Calls that one participant may answer in a round."""


def post_call(
    session: Session,
    me: Participant,
    round_: MatchmakingRound | None,
    *,
    title: str,
    text: str,
    topic_id: int | None,
    seats: int,
    now: datetime,
) -> OpenCall:
    """Post a call. Raises Invalid with the field, Conflict when no round is open, TooMany for a fourth."""
    round_ = check_open(round_)
    title = clean_line(title, 120, "title", _("Title"))
    if not title:
        raise Invalid(_("Say in a few words what you look for."), "title")
    text = clean_text(text, 2000, "text", _("Text"))
    if not 1 <= seats <= SEATS:
        raise Invalid(_("A group has room for %(most)s others at most.", most=SEATS), "seats")
    if topic_id is not None:
        topic = session.get(Topic, topic_id)
        if topic is None or topic.event_id != me.event_id:
            raise Invalid(_("This topic does not exist any more. Choose another one."), "topic")
    _lock(session, me)
    open_now = session.scalar(
        select(func.count())
        .select_from(OpenCall)
        .where(OpenCall.author_id == me.id, OpenCall.round_id == round_.id, OpenCall.state == CallState.OPEN)
    )
    if (open_now or 0) >= CALLS:
        raise TooMany(_("You have %(most)s open calls already. Close one first.", most=CALLS))
    call = OpenCall(
        round_id=round_.id,
        author=me,
        topic_id=topic_id,
        title=title,
        text=text,
        seats=seats,
        created_at=now,
        changed_at=now,
    )
    session.add(call)
    session.flush()
    return call


def close_call(
    session: Session, me: Participant, call: OpenCall, now: datetime, *, withdraw: bool = False
) -> None:
    """Take no more answers; with `withdraw` the group is given up as well, for good. Only the author may."""
    _check_author(me, call)
    if call.state is CallState.WITHDRAWN:
        raise Conflict(_("This group was given up."))
    call.state = CallState.WITHDRAWN if withdraw else CallState.CLOSED
    call.changed_at = now
    session.flush()
    if withdraw:
        for member in _members(session, call):
            tell_of_call(session, member, News.GIVEN_UP, call, me)


def answer_call(
    session: Session,
    me: Participant,
    call: OpenCall,
    round_: MatchmakingRound | None,
    message: str,
    now: datetime,
) -> CallAnswer:
    """Answer a call, or change the message of an answer that waits.

    Raises NotAllowed where the matching matrix forbids to ask the author, Conflict when the call or the
    round is closed or the answer was decided on.
    """
    round_ = check_open(round_)
    if call.round_id != round_.id or call.state is not CallState.OPEN:
        raise Conflict(_("This call takes no more answers."))
    check_may_ask(session, me, call.author)
    message = clean_text(message, 500, "message", _("Message"))
    _lock(session, me, call.author)
    found = session.get(CallAnswer, (call.id, me.id), populate_existing=True)
    if found is not None:
        if found.state not in (AnswerState.WAITING, AnswerState.WITHDRAWN):
            raise Conflict(_("Your answer was decided on already."))
        found.state, found.message, found.sent_at = AnswerState.WAITING, message, now
        session.flush()
        tell_of_call(session, call.author, News.ANSWER, call, me, message)
        return found
    given = session.scalar(
        select(func.count())
        .select_from(CallAnswer)
        .join(OpenCall, OpenCall.id == CallAnswer.call_id)
        .where(CallAnswer.participant_id == me.id, OpenCall.round_id == round_.id)
    )
    if (given or 0) >= ANSWERS:
        raise TooMany(_("You have answered %(most)s calls in this round. That is the limit.", most=ANSWERS))
    found = CallAnswer(call=call, participant=me, message=message, sent_at=now)
    session.add(found)
    session.flush()
    tell_of_call(session, call.author, News.ANSWER, call, me, message)
    return found


def withdraw_answer(session: Session, me: Participant, call: OpenCall, now: datetime) -> None:
    """Take an answer back, also one that was taken: its seat is free again. A no of the author stays a no."""
    found = session.get(CallAnswer, (call.id, me.id))
    if found is None or found.state is AnswerState.WITHDRAWN:
        raise Conflict(_("You have not answered this call."))
    if found.state is AnswerState.DECLINED:
        raise Conflict(_("Your answer was decided on already."))
    taken = found.state is AnswerState.TAKEN
    found.state, found.decided_at = AnswerState.WITHDRAWN, now
    session.flush()
    forget(session, call.author_id, f"{call.public_id} {me.public_id}")
    if taken:
        tell_of_call(session, call.author, News.LEFT_GROUP, call, me)


def decide_answer(
    session: Session, me: Participant, call: OpenCall, participant_id: int, *, take: bool, now: datetime
) -> CallAnswer:
    """Take somebody into the group, or decline. Only the author may, and only while there are seats.

    Raises NotAllowed when the rules of the event forbid two of the group to meet.
    """
    _check_author(me, call)
    check_open(session.get(MatchmakingRound, call.round_id))
    # Two devices of one author decide one after the other: the count of seats is then true for both.
    session.execute(select(OpenCall.id).where(OpenCall.id == call.id).with_for_update())
    session.refresh(call, ["state"])
    if call.state is CallState.WITHDRAWN:
        raise Conflict(_("This group was given up."))
    found = session.get(CallAnswer, (call.id, participant_id), populate_existing=True)
    if found is None or found.state is AnswerState.WITHDRAWN:
        raise Conflict(_("This answer was taken back."))
    if take and found.state is not AnswerState.TAKEN:
        if found.participant.state is not ParticipantState.ACTIVE:
            raise Conflict(_("%(name)s is no longer taking part.", name=found.participant.name))
        members = _members(session, call)
        if len(members) >= call.seats:
            raise Conflict(_("All seats of this group are taken."))
        _check_group(session, [call.author, *members, found.participant])
    before = found.state
    found.state, found.decided_at = AnswerState.TAKEN if take else AnswerState.DECLINED, now
    found.optional = found.optional and take
    session.flush()
    forget(session, me.id, f"{call.public_id} {found.participant.public_id}")
    if found.state is not before:
        tell_of_call(session, found.participant, News.TAKEN if take else News.NOT_TAKEN, call, me)
    return found


def let_miss(
    session: Session, me: Participant, call: OpenCall, participant_id: int, *, optional: bool, now: datetime
) -> CallAnswer:
    """Let the group meet without a member when no time suits all, or wait for them again; it counts from the next
    run on. Only the author may, also after the round was closed.
    """
    _check_author(me, call)
    if call.state is CallState.WITHDRAWN:
        raise Conflict(_("This group was given up."))
    found = session.get(CallAnswer, (call.id, participant_id), populate_existing=True, with_for_update=True)
    if found is None or found.state is not AnswerState.TAKEN:
        raise Conflict(_("This person is not in the group."))
    needed = [one for one in _members(session, call, needed=True) if one.id != participant_id]
    if optional and not needed:
        raise Conflict(_("A group needs another one besides you who comes for sure."))
    if found.optional is not optional:
        found.optional = optional
        call.changed_at = now
        session.flush()
        what = News.OPTIONAL if optional else News.EXPECTED
        tell_of_call(session, found.participant, what, call, me)
    return found


def tell_of_unheld_groups(session: Session, plan: Plan, previous: Plan | None) -> int:
    """Tell callers and members whose group the published plan holds no meeting for; who was told that already is not.

    Returns how many groups there are.
    """
    wishes = select(Unscheduled.wish).where(Unscheduled.wish.startswith(CALL_KEY))
    known = set(session.scalars(wishes.where(Unscheduled.plan_id == previous.id))) if previous else set()
    keys = [
        wish.removeprefix(CALL_KEY)
        for wish in session.scalars(wishes.where(Unscheduled.plan_id == plan.id))
        if wish not in known
    ]
    calls = session.scalars(
        select(OpenCall).where(OpenCall.public_id.in_(keys), OpenCall.state != CallState.WITHDRAWN)
    ).all()
    for call in calls:
        for reader in (call.author, *_members(session, call)):
            tell_of_call(session, reader, News.NOT_HELD, call, call.author)
    return len(calls)


def _members(session: Session, call: OpenCall, *, needed: bool = False) -> list[Participant]:
    """Those taken into the group; with `needed` only those whom it waits for."""
    wanted = (
        select(Participant)
        .join(CallAnswer, CallAnswer.participant_id == Participant.id)
        .where(CallAnswer.call_id == call.id, CallAnswer.state == AnswerState.TAKEN)
    )
    return list(session.scalars(wanted.where(CallAnswer.optional.is_(False)) if needed else wanted))


def _check_group(session: Session, group: list[Participant]) -> None:
    """The matching matrix holds between every two who meet, in one direction at least."""
    allowed = pairs_who_may_ask(session, [person.id for person in group])
    for one, other in combinations(group, 2):
        if (one.id, other.id) not in allowed and (other.id, one.id) not in allowed:
            raise NotAllowed(
                _(
                    "By the rules of this event %(one)s and %(other)s may not meet.",
                    one=one.name,
                    other=other.name,
                )
            )


def _check_author(me: Participant, call: OpenCall) -> None:
    if call.author_id != me.id:
        raise NotAllowed(_("Only who posted a call decides about it."))


def _lock(session: Session, *people: Participant) -> None:
    """One at a time for each participant, so that limits hold for requests that come together."""
    session.execute(
        select(Participant.id)
        .where(Participant.id.in_([person.id for person in people]))
        .order_by(Participant.id)
        .with_for_update(key_share=True)
    )
