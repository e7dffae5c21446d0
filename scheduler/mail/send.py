"""Sending the outbox: each message once. The rules stand in `MessageState`; the crash tests hold them.

Each step is a transaction of its own, and each names the sender: a row that bears another name is not ours any more,
whatever we remember of it. Before a message's content goes out, its row says SENDING, committed: whoever finds such
a row of a dead sender knows that this single message may have been delivered or not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, select, text, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageKind, MessageState, Priority
from scheduler.errors import Conflict, NotFound
from scheduler.mail.addresses import same_address
from scheduler.mail.bounces import Bounce, names_in, read_bounces
from scheduler.mail.compose import Post, Stock, fill, letter_of, stock_for
from scheduler.mail.mime import Parcel, parcel_of, sender_address
from scheduler.mail.outbox import wall_clock
from scheduler.mail.smtp import Attempt, DeliveryOutcome, SmtpConnection
from scheduler.models import DeadAddress, Event, OutboxMessage, Participant
from scheduler.models.message import IN_HAND, OPEN

log = logging.getLogger(__name__)

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
"""The waits between attempts; after the last the message is given up. Greylisting ends within the second."""
SUSPICIOUS = 6
"""Attempts after which a message that a dead sender left waits like one that was put off: it may be the reason."""
BELIEVED = timedelta(days=30)
"""How long after a mail was written a report about it is believed."""
UNREACHABLE = (OperationalError, InterfaceError, NoConnection)
"""What says that the database does not answer, and nothing about the message at hand."""

NewSession = Callable[[], Session]


class Lost(Exception):
    """The message belongs to another sender by now."""


@dataclass(slots=True)
class SendTally:
    """What became of messages."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    uncertain: int = 0
    absent: int = 0


def due_messages(
    session: Session, limit: int, *, most: Priority = Priority.LATER, least: Priority = Priority.WAITING
) -> list[tuple[int, int]]:
    """Ids and priorities of messages to be sent now, in their order."""
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.priority)
        .where(
            text(OPEN),
            OutboxMessage.state == MessageState.QUEUED,
            OutboxMessage.due_at <= wall_clock(),
            OutboxMessage.priority >= least,
            OutboxMessage.priority <= most,
        )
        .order_by(OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
    )
    return [(key, priority) for key, priority in rows]


def claim(session: Session, key: int, holder: str, post: Post) -> Parcel | None:
    """The mail of a message that is to be sent now, its row claimed; None when it is not to be sent. Commits.

    Whatever is wrong with the message itself fails this message alone.
    """
    try:
        found = _claim_all(session, [key], holder, post)
    except UNREACHABLE:
        raise
    except Exception as error:
        if not isinstance(error, ValueError):
            log.exception("message %s can't be written", key)
        session.rollback()
        sentence = (
            str(error) if isinstance(error, ValueError) else f"It can't be written: {type(error).__name__}"
        )
        _write(
            session, key, None, (MessageState.QUEUED,), state=MessageState.FAILED, last_error=sentence[:300]
        )
        session.commit()
        return None
    return found[0][1] if found else None


def claim_some(session: Session, keys: Sequence[int], holder: str, post: Post) -> list[tuple[int, Parcel]]:
    """The mails of those of some messages that are to be sent now, claimed in one transaction. Commits."""
    try:
        return _claim_all(session, keys, holder, post)
    except UNREACHABLE:
        raise
    except Exception:  # noqa: BLE001 - one of them is wrong, and is found by taking them one by one
        session.rollback()
        return [(key, parcel) for key in keys if (parcel := claim(session, key, holder, post)) is not None]


def _claim_all(session: Session, keys: Sequence[int], holder: str, post: Post) -> list[tuple[int, Parcel]]:
    """Claim and commit. What the mails are made of is read for all at once, in a fixed number of statements."""
    locked = (
        select(OutboxMessage)
        .where(OutboxMessage.id.in_(keys))
        .order_by(OutboxMessage.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = {message.id: message for message in session.scalars(locked)}
    stock = stock_for(session, list(rows.values()))
    dead = _dead_among(session, [message.to_address for message in rows.values()])
    with session.no_autoflush:
        found = [
            (key, parcel)
            for key in keys
            if key in rows and (parcel := _claim(session, rows[key], holder, post, dead, stock)) is not None
        ]
    session.commit()
    return found


def _claim(
    session: Session,
    message: OutboxMessage,
    holder: str,
    post: Post,
    dead: Collection[str],
    stock: Stock,
) -> Parcel | None:
    now = wall_clock()
    if message.state is not MessageState.QUEUED or message.due_at > now:
        return None
    if message.expires_at is not None and message.expires_at <= now:
        message.state = MessageState.EXPIRED
    elif message.attempts > len(BACK_OFF):
        message.state = MessageState.FAILED
    elif message.kind is not MessageKind.SIGN_IN and same_address(message.to_address) in dead:
        message.state = MessageState.SUPPRESSED
        message.last_error = "This address was refused for good before."
    elif not fill(session, message, post, stock):
        message.state = MessageState.EXPIRED
    if message.state is not MessageState.QUEUED:
        return None
    parcel = parcel_of(letter_of(session, message, post), post.mail_from, post.uid_host)
    message.state, message.claimed_by = MessageState.CLAIMED, holder
    message.attempts += 1
    return parcel


def cross_the_brink(session: Session, key: int, holder: str) -> None:
    """Note that the content goes out now. Raises Lost when another sender has the message. Commits."""
    if not _write(session, key, holder, (MessageState.CLAIMED,), state=MessageState.SENDING):
        session.rollback()
        raise Lost
    session.commit()


def settle(session: Session, key: int, holder: str, attempt: Attempt, tally: SendTally) -> None:
    """Write down how an attempt ended. Who took the message over meanwhile said that nobody knows: we do. Commits."""
    now = wall_clock()
    ours = (MessageState.CLAIMED, MessageState.SENDING, MessageState.UNCERTAIN)
    if attempt.outcome is DeliveryOutcome.SENT:
        sent = {"state": MessageState.SENT, "sent_at": now, "last_error": "", "claimed_by": ""}
        tally.sent += _write(session, key, holder, ours, **sent)
        session.commit()
        return
    message = session.get(OutboxMessage, key, populate_existing=True, with_for_update=True)
    if message is None or message.claimed_by != holder or message.state not in ours:
        session.rollback()
        return
    message.last_error, message.claimed_by = attempt.words[:300], ""
    match attempt.outcome:
        case DeliveryOutcome.UNKNOWN:
            message.state = MessageState.UNCERTAIN
            tally.uncertain += 1
        case DeliveryOutcome.ABSENT:
            # Nothing was said about this message: it keeps its place and its attempts.
            message.state, message.attempts = MessageState.QUEUED, max(0, message.attempts - 1)
            tally.absent += 1
        case DeliveryOutcome.LATER:
            _put_off(message, now, tally)
        case DeliveryOutcome.REFUSED:
            message.state = MessageState.FAILED
            tally.failed += 1
            if attempt.dead:
                remember_dead(session, message.to_address, attempt.words)
    session.commit()


def _put_off(message: OutboxMessage, now: datetime, tally: SendTally) -> None:
    if message.attempts > len(BACK_OFF):
        message.state = MessageState.FAILED
        tally.failed += 1
        return
    message.state = MessageState.QUEUED
    message.due_at = now + BACK_OFF[max(0, message.attempts - 1)]
    tally.later += 1


def recover(session: Session, in_hand: Collection[int] = ()) -> int:
    """What senders left that are gone: CLAIMED was not sent, of SENDING nobody knows; how many are uncertain.

    The caller holds the lease; `in_hand` are the messages that it is sending itself. Commits.
    """
    statement = select(OutboxMessage).where(text(IN_HAND), OutboxMessage.claimed_by >= "").with_for_update()
    left = session.scalars(statement.execution_options(populate_existing=True)).all()
    uncertain = 0
    for message in left:
        if message.id in in_hand:
            continue
        if message.state is MessageState.SENDING:
            # Its sender's name stays: should it live after all, it knows what became of the message.
            message.state = MessageState.UNCERTAIN
            message.last_error = "The worker ended while this message was handed over."
            uncertain += 1
            continue
        message.state, message.claimed_by = MessageState.QUEUED, ""
        if message.attempts >= SUSPICIOUS:
            message.due_at = wall_clock() + BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
    session.commit()
    return uncertain


def left_behind(session: Session) -> list[int]:
    """Ids of the messages that some sender has, or had, in hand."""
    return list(
        session.scalars(select(OutboxMessage.id).where(text(IN_HAND), OutboxMessage.claimed_by >= ""))
    )


def deliver_due(
    session: Session, line: SmtpConnection, post: Post, *, limit: int = 200, holder: str = "here"
) -> SendTally:
    """Send what is due over one line, one after the other; ends when the server is not there. Commits."""
    tally = SendTally()
    sender = sender_address(post.mail_from)[1]
    session.commit()
    due = due_messages(session, limit)
    session.commit()
    for key, _priority in due:
        parcel = claim(session, key, holder, post)
        if parcel is None:
            continue

        def on_the_brink(key: int = key) -> None:
            cross_the_brink(session, key, holder)

        attempt = line.send(parcel, sender, on_the_brink)
        settle(session, key, holder, attempt, tally)
        if attempt.outcome is DeliveryOutcome.ABSENT:
            # The others need not wait for its time-out, one after another.
            break
    return tally


def keep_due(session: Session, post: Post) -> int:
    """In a demonstration without mail server: nothing is sent, the outbox page shows it. Commits."""
    due = due_messages(session, 500)
    session.commit()
    for key, _priority in due:
        try:
            message = session.get_one(OutboxMessage, key, populate_existing=True)
            message.state = MessageState.KEPT if fill(session, message, post) else MessageState.EXPIRED
            session.commit()
        except UNREACHABLE:
            raise
        except Exception as error:
            log.exception("message %s can't be written", key)
            session.rollback()
            sentence = f"It can't be written: {type(error).__name__}"
            _write(session, key, None, (MessageState.QUEUED,), state=MessageState.FAILED, last_error=sentence)
            session.commit()
    return len(due)


def _write(
    session: Session, key: int, holder: str | None, states: Collection[MessageState], **values: Any
) -> bool:
    """Change a message that is in one of the states, and is this holder's; whether it was."""
    statement = update(OutboxMessage).where(OutboxMessage.id == key, OutboxMessage.state.in_(states))
    if holder is not None:
        statement = statement.where(OutboxMessage.claimed_by == holder)
    done = session.execute(statement.values(**values).execution_options(synchronize_session="evaluate"))
    return cast("CursorResult[object]", done).rowcount == 1


def remember_dead(session: Session, address: str, reason: str) -> None:
    """Write to an address no more. Nothing happens when it is known already."""
    if not is_dead(session, address):
        session.add(DeadAddress(address=same_address(address), reason=reason[:300], bounced_at=wall_clock()))
        session.flush()


def record_bounces(session: Session, data: bytes) -> list[Bounce]:
    """Remember the dead addresses of a report that came back; returns what it said of mails of ours.

    Anybody can write such a report. It is believed when it carries the name of a mail that we lately sent to that
    very address: only its reader, and the servers on its way, know it.
    """
    names = names_in(data)
    found = [bounce for bounce in read_bounces(data) if _was_sent(session, names, bounce.address)]
    for bounce in found:
        if bounce.final:
            remember_dead(session, bounce.address, bounce.words)
    session.flush()
    return found


def _was_sent(session: Session, names: Collection[str], address: str) -> bool:
    sent = select(OutboxMessage.to_address).where(
        OutboxMessage.public_id.in_(names),
        OutboxMessage.state.in_((MessageState.SENT, MessageState.UNCERTAIN)),
        OutboxMessage.created_at > wall_clock() - BELIEVED,
    )
    return same_address(address) in {same_address(reader) for reader in session.scalars(sent)}


def send_again(session: Session, message: OutboxMessage) -> None:
    """Queue a message that failed, or of which nobody knows: a person decided so. Raises Conflict otherwise."""
    if message.state not in (MessageState.FAILED, MessageState.UNCERTAIN):
        raise Conflict(_("This message is %(state)s; it can't be sent again.", state=message.state.value))
    message.state, message.due_at, message.attempts = MessageState.QUEUED, wall_clock(), 0
    message.claimed_by = ""


def revive(session: Session, event: Event, address: str) -> None:
    """Write to an address of an event's people again, for example after its owner has repaired the mailbox.

    Raises NotFound for an address that nobody has at the event, or that is not dead.
    """
    found = session.get(DeadAddress, same_address(address))
    theirs = select(Participant.id).where(
        Participant.event_id == event.id, Participant.email == same_address(address)
    )
    if found is None or session.scalar(theirs.limit(1)) is None:
        raise NotFound(_("This is no refused address of anybody at this event."))
    session.delete(found)


def is_dead(session: Session, address: str) -> bool:
    """Whether a mail server said that it does not know the address."""
    return bool(_dead_among(session, [address]))


def _dead_among(session: Session, addresses: Iterable[str]) -> set[str]:
    """Those of some addresses that a mail server does not know, in the form of `same_address`."""
    asked = {same_address(address) for address in addresses}
    return set(session.scalars(select(DeadAddress.address).where(DeadAddress.address.in_(asked))))
