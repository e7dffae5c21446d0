"""What a participant thinks of meeting another."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, object_session

from scheduler.domain.enums import InterestLevel, ParticipantState, RequestState, RoundState
from scheduler.errors import Conflict, NotAllowed
from scheduler.mail.request_mails import forget
from scheduler.models import (
    Event,
    Interest,
    MatchmakingRound,
    MatrixRule,
    Participant,
    Request,
    Slot,
    round_block,
)
from scheduler.queries.people.approval import waits
from scheduler.queries.people.may_ask import cell_of_two, cell_to_ask
from scheduler.services.text import clean_text


def check_open(round_: MatchmakingRound | None) -> MatchmakingRound:
    """The round, when interests and requests may be given in it. Raises Conflict otherwise."""
    if round_ is None or round_.state is not RoundState.OPEN:
        raise Conflict(
            _("No round is open now. Interests and requests can be given once the next one opens.")
        )
    if _is_over(round_):
        raise Conflict(_("Every meeting time of this round has begun: nobody can meet in it any more."))
    return round_


def _is_over(round_: MatchmakingRound) -> bool:
    """Whether the round has meeting times, and none of them is ahead."""
    session = object_session(round_)
    if session is None:
        return False
    last = session.scalar(
        select(func.max(Slot.starts_at))
        .join(round_block, round_block.c.block_id == Slot.block_id)
        .where(round_block.c.round_id == round_.id, Slot.retired_at.is_(None))
    )
    return last is not None and last <= session.get_one(Event, round_.event_id).now()


def check_may_ask(session: Session, me: Participant, other: Participant) -> MatrixRule:
    """The cell of the matrix by which one may ask another. Raises NotAllowed or Conflict when there is none.

    Who has not said yet that they take part sees whom they could ask, and asks once they have.
    """
    rule = cell_to_ask(session, me, other)
    if rule is None or me.state is not ParticipantState.ACTIVE:
        raise _refusal(session, me, other)
    return rule


def _refusal(session: Session, me: Participant, other: Participant) -> NotAllowed | Conflict:
    """Why one may not ask another, in words."""
    if other.event_id != me.event_id:
        return NotAllowed(_("This person is not at this event."))
    if other.id == me.id or other.organisation_id == me.organisation_id:
        return NotAllowed(_("You are of the same organisation: no meeting has to be arranged for that."))
    if waits(me):
        return NotAllowed(_("The organiser looks at your registration first. You are told by mail."))
    if me.state is not ParticipantState.ACTIVE:
        return NotAllowed(_("Say first that you take part: on the page “Now”."))
    if cell_of_two(session, me, other) is None:
        return NotAllowed(_("The rules of this event do not let you ask this person for a meeting."))
    return Conflict(_("%(name)s is no longer taking part.", name=other.name))


def set_interest(
    session: Session,
    me: Participant,
    other: Participant,
    round_: MatchmakingRound | None,
    level: InterestLevel | None,
    now: datetime,
    note: str | None = None,
) -> Interest | None:
    """Say what one thinks of meeting somebody; None takes it back. `note` is for oneself; None leaves it.

    `rather-not` withdraws an open request of one's own: asking and not wanting contradict each other.
    """
    round_ = check_open(round_)
    check_may_ask(session, me, other)
    found = session.scalar(
        select(Interest).where(
            Interest.round_id == round_.id, Interest.from_id == me.id, Interest.to_id == other.id
        )
    )
    if level is None:
        session.execute(
            delete(Interest).where(
                Interest.round_id == round_.id, Interest.from_id == me.id, Interest.to_id == other.id
            )
        )
        return None
    text = clean_text(note, 500, "note", _("Note")) if note is not None else None
    if found is None:
        found = Interest(
            round_id=round_.id, from_id=me.id, to_id=other.id, level=level, note=text or "", updated_at=now
        )
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:
            raise Conflict(_("This was saved a moment ago from another page. Reload to see it.")) from None
    else:
        found.level = level
        found.updated_at = now
        if text is not None:
            found.note = text
    if level is InterestLevel.RATHER_NOT:
        own = session.scalar(
            select(Request).where(
                Request.round_id == round_.id,
                Request.from_id == me.id,
                Request.to_id == other.id,
                Request.state == RequestState.OPEN,
            )
        )
        if own is not None:
            for reader_id in (own.to_id, own.proposed_id):
                forget(session, reader_id, own.public_id)
            own.state, own.proposed_id = RequestState.WITHDRAWN, None
            own.answered_at = now
    session.flush()
    return found
