"""Mails about requests and open calls: the first at once, whatever follows within the hour in one mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.calendars.lines import one_line
from scheduler.domain.enums import ParticipantState
from scheduler.domain.evening import next_evening
from scheduler.domain.messages import ChangeMail, MessageKind, MessageState
from scheduler.mail.outbox import queue_for, wall_clock
from scheduler.models import (
    Delegation,
    Event,
    MessagePreference,
    OpenCall,
    OutboxMessage,
    Participant,
    Request,
    User,
)

PAUSE = timedelta(hours=1)
"""Between two of these mails to one person: whom twenty ask within the hour gets two mails."""
LASTS = timedelta(days=7)
_BRINK = timedelta(seconds=5)
"""A mail that is due this soon may be on its way: nothing is added to it."""
_TEXT_LIMIT = 300


class News(StrEnum):
    """What happened, from the reader's side. `mail/news.txt` has a sentence for each."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    INSTEAD = "instead"
    """A colleague was proposed instead of the person asked; the sender has to say yes or no."""
    STAND_IN = "stand-in"
    """A colleague proposed the reader; they have to say yes or no."""
    COLLEAGUE_CANNOT = "colleague-cannot"
    LEFT = "left"
    ANSWER = "answer"
    TAKEN = "taken"
    NOT_TAKEN = "not-taken"
    LEFT_GROUP = "left-group"
    GIVEN_UP = "given-up"
    NOT_HELD = "not-held"
    """The published schedule found no time for the group."""
    OPTIONAL = "optional"
    """The group may meet without the reader."""
    LEFT_DELEGATION = "left-delegation"
    LEADER_LEFT = "leader-left"
    ACTED_FOR = "acted-for"
    """An organiser acts for the reader. This is always said: who acts for somebody could end all other mails."""
    EXPECTED = "expected"
    """The group waits for the reader's time again."""


def tell_of_request(
    session: Session,
    reader: Participant,
    what: News,
    request: Request,
    other: Participant,
    text: str = "",
    third: Participant | None = None,
) -> None:
    """Tell `reader` what `other` did with a request; `third` is the colleague who is proposed or proposed them."""
    item = {"what": what.value, "who": _label(other), "text": one_line(text, _TEXT_LIMIT)}
    if third is not None:
        item["third"] = one_line(third.name)
    _tell(session, reader, request.public_id, item)


def tell_of_call(
    session: Session, reader: Participant, what: News, call: OpenCall, other: Participant, text: str = ""
) -> None:
    """Tell `reader` what happened to a call: the author of answers, who answered of the author's choice."""
    item = {
        "what": what.value,
        "who": _label(other),
        "text": one_line(text, _TEXT_LIMIT),
        "call": call.public_id,
        "title": one_line(call.title),
    }
    _tell(session, reader, f"{call.public_id} {other.public_id}", item)


def tell_of_delegation(
    session: Session,
    reader: Participant,
    delegation: Delegation,
    person: Participant,
    start: datetime | None,
    *,
    leads: bool,
) -> None:
    """Tell `reader` that a member of their delegation leaves, at once or at a time."""
    item = {
        "what": (News.LEADER_LEFT if leads else News.LEFT_DELEGATION).value,
        "who": _label(person),
        "text": "",
        "title": one_line(delegation.name),
        "at": start.isoformat() if start is not None else "",
    }
    _tell(session, reader, f"{delegation.public_id} {person.public_id}", item)


def tell_of_acts(session: Session, reader: Participant, actor: User) -> None:
    """Tell `reader` that an organiser acts for them; the mail leads to the page that says what they do."""
    item = {
        "what": News.ACTED_FOR.value,
        "who": one_line(actor.name or actor.email),
        "text": "",
        "acts": True,
    }
    _tell(session, reader, f"acts {actor.public_id}", item, always=True)


def forget(session: Session, reader_id: int | None, key: str) -> None:
    """Take something out of a mail that has not left yet: it was settled in the meantime. None is nobody."""
    if reader_id is None:
        return
    for message in _waiting(session, reader_id):
        items = [item for item in (message.payload or {}).get("items", []) if item["key"] != key]
        if len(items) < len((message.payload or {}).get("items", [])):
            _fill(message, items)
            if not items:
                message.state = MessageState.SUPPRESSED


def _tell(
    session: Session, reader: Participant, key: str, item: dict[str, Any], *, always: bool = False
) -> None:
    if reader.state is ParticipantState.WITHDRAWN:
        return
    wish = session.scalar(
        select(MessagePreference.requests).where(MessagePreference.participant_id == reader.id)
    )
    if wish is ChangeMail.NEVER and not always:
        return
    item["key"] = key
    now = wall_clock()
    waiting = _waiting(session, reader.id)
    if waiting:
        items = [known for known in (waiting[0].payload or {}).get("items", []) if known["key"] != key]
        _fill(waiting[0], [*items, item])
        return
    due = _next_daily(session.get_one(Event, reader.event_id)) if wish is ChangeMail.DAILY else now
    last = session.scalar(
        select(func.max(OutboxMessage.due_at)).where(
            OutboxMessage.participant_id == reader.id,
            OutboxMessage.kind == MessageKind.NEWS,
            OutboxMessage.state != MessageState.SUPPRESSED,
        )
    )
    if last is not None:
        due = max(due, last + PAUSE)
    queue_for(session, reader, MessageKind.NEWS, {"items": [item]}, due_at=due, expires_at=due + LASTS)
    session.flush()


def _waiting(session: Session, reader_id: int) -> list[OutboxMessage]:
    """Mails of this kind that wait and have not been tried, locked."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.participant_id == reader_id,
                OutboxMessage.kind == MessageKind.NEWS,
                OutboxMessage.state == MessageState.QUEUED,
                OutboxMessage.attempts == 0,
                OutboxMessage.due_at > wall_clock() + _BRINK,
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _fill(message: OutboxMessage, items: list[dict[str, Any]]) -> None:
    message.payload = {"items": items}
    # Somebody may have looked at the mail already: its texts are made again.
    message.subject = message.text = message.html = ""


def _next_daily(event: Event) -> datetime:
    now = event.now()
    return wall_clock() + (next_evening(now, event.zone) - now)


def _label(person: Participant) -> str:
    return one_line(f"{person.name} ({person.organisation.name})")
