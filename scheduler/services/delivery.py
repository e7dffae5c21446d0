"""Sending the outbox: each message once. The rules stand in `MessageState`; the crash tests hold them.

Each step is a transaction of its own. Before a message's content goes out, its row says SENDING, committed:
whoever finds such a row of a dead worker knows that this single message may have been delivered or not.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

import psutil
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageKind, MessageState
from scheduler.errors import Conflict
from scheduler.mail.bounces import Bounce, read_bounces
from scheduler.mail.form import compose, sender_address
from scheduler.mail.smtp import Attempt, Line, Outcome
from scheduler.models import DeadAddress, OutboxMessage, SenderLease
from scheduler.services.accounts import same_address
from scheduler.services.message_texts import Post, fill, letter_of
from scheduler.services.messages import wall_clock

LEASE = timedelta(minutes=5)
"""How long a worker of another machine is believed to live without a sign. On this machine we look."""
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
"""The waits between attempts; after the last the message is given up. Greylisting ends within the second."""
_LEASE_ID = 1


@dataclass(slots=True)
class Tally:
    """What one pass over the outbox did."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    uncertain: int = 0


def holder_name() -> str:
    """This process, so that another can tell whether it still lives."""
    process = psutil.Process()
    return f"{socket.gethostname()}|{os.getpid()}|{process.create_time():.2f}"


def take_lease(session: Session, holder: str) -> bool:
    """Become the one sender, or stay it. Whoever takes over from a dead one cleans up behind it. Commits."""
    now = wall_clock()
    lease = session.get(SenderLease, _LEASE_ID, with_for_update=True)
    if lease is None:
        session.add(SenderLease(id=_LEASE_ID, holder=holder, expires_at=now + LEASE))
        try:
            session.commit()
        except IntegrityError:
            session.rollback()
            return False
        recover(session)
        return True
    if lease.holder != holder and lease.expires_at > now and _lives(lease.holder):
        session.rollback()
        return False
    taken_over = lease.holder != holder
    lease.holder, lease.expires_at = holder, now + LEASE
    session.commit()
    if taken_over:
        recover(session)
    return True


def give_lease_back(session: Session, holder: str) -> None:
    """End being the sender. Commits."""
    lease = session.get(SenderLease, _LEASE_ID, with_for_update=True)
    if lease is not None and lease.holder == holder:
        session.delete(lease)
    session.commit()


def recover(session: Session) -> int:
    """What a dead sender left: CLAIMED was not sent, of SENDING nobody knows. Returns how many are
    uncertain.
    """
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == MessageState.CLAIMED)
        .values(state=MessageState.QUEUED)
    )
    found = list(session.scalars(select(OutboxMessage).where(OutboxMessage.state == MessageState.SENDING)))
    for message in found:
        message.state = MessageState.UNCERTAIN
        message.last_error = "The worker ended while this message was handed over."
    session.commit()
    return len(found)


def deliver_due(
    session: Session, line: Line, post: Post, *, limit: int = 200, should_stop: Callable[[], bool] = bool
) -> Tally:
    """Send what is due, in order of priority. The caller holds the lease. Commits after each message."""
    tally = Tally()
    sender = sender_address(post.mail_from)[1]
    session.commit()
    due = list(
        session.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.state == MessageState.QUEUED, OutboxMessage.due_at <= wall_clock())
            .order_by(OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id)
            .limit(limit)
        )
    )
    session.commit()
    for key in due:
        if should_stop():
            break
        message = session.get_one(OutboxMessage, key, populate_existing=True, with_for_update=True)
        if message.state is not MessageState.QUEUED:
            session.commit()
            continue
        mail = _claim(session, message, post, tally)
        if mail is None:
            continue

        def on_the_brink(message: OutboxMessage = message) -> None:
            message.state = MessageState.SENDING
            session.commit()

        attempt = line.send(mail, sender, message.to_address, on_the_brink)
        _record(session, message, attempt, tally)
        if attempt.outcome is Outcome.LATER and not attempt.words[:1].isdigit():
            # The server is not there: the others need not wait for its time-out, one after another.
            break
    return tally


def keep_due(session: Session, post: Post) -> int:
    """In a demonstration without mail server: nothing is sent, the outbox page shows it. Commits."""
    count = 0
    for message in session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.QUEUED, OutboxMessage.due_at <= wall_clock())
        .limit(500)
    ):
        filled = fill(session, message, post)
        message.state = MessageState.KEPT if filled else MessageState.EXPIRED
        count += 1
    session.commit()
    return count


def _claim(session: Session, message: OutboxMessage, post: Post, tally: Tally) -> EmailMessage | None:
    """The mail of a message that is to be sent now, its row claimed; None when it is not to be sent."""
    now = wall_clock()
    if message.expires_at is not None and message.expires_at <= now:
        message.state = MessageState.EXPIRED
    elif message.kind is not MessageKind.SIGN_IN and _is_dead(session, message.to_address):
        message.state = MessageState.SUPPRESSED
        message.last_error = "This address was refused for good before."
    if message.state is not MessageState.QUEUED:
        session.commit()
        return None
    try:
        if not fill(session, message, post):
            message.state = MessageState.EXPIRED
            session.commit()
            return None
        mail = compose(letter_of(session, message, post), post.mail_from, post.uid_host)
    except ValueError as error:
        message.state, message.last_error = MessageState.FAILED, str(error)[:300]
        tally.failed += 1
        session.commit()
        return None
    message.state = MessageState.CLAIMED
    message.attempts += 1
    session.commit()
    return mail


def _record(session: Session, message: OutboxMessage, attempt: Attempt, tally: Tally) -> None:
    now = wall_clock()
    message.last_error = attempt.words[:300]
    match attempt.outcome:
        case Outcome.SENT:
            message.state, message.sent_at = MessageState.SENT, now
            tally.sent += 1
        case Outcome.UNKNOWN:
            message.state = MessageState.UNCERTAIN
            tally.uncertain += 1
        case Outcome.LATER:
            _put_off(message, now, tally)
        case Outcome.REFUSED:
            message.state = MessageState.FAILED
            tally.failed += 1
            if attempt.dead:
                remember_dead(session, message.to_address, attempt.words)
    session.commit()


def _put_off(message: OutboxMessage, now: datetime, tally: Tally) -> None:
    if message.attempts > len(BACK_OFF):
        message.state = MessageState.FAILED
        tally.failed += 1
        return
    message.state = MessageState.QUEUED
    message.due_at = now + BACK_OFF[message.attempts - 1]
    tally.later += 1


def remember_dead(session: Session, address: str, reason: str) -> None:
    """Write to an address no more. Nothing happens when it is known already."""
    if not _is_dead(session, address):
        session.add(DeadAddress(address=same_address(address), reason=reason[:300], bounced_at=wall_clock()))


def record_bounces(session: Session, data: bytes) -> list[Bounce]:
    """Remember the dead addresses of a report that came back; returns what it said."""
    found = read_bounces(data)
    for bounce in found:
        if bounce.final:
            remember_dead(session, bounce.address, bounce.words)
    session.flush()
    return found


def send_again(session: Session, message: OutboxMessage) -> None:
    """Queue a message that failed, or of which nobody knows: a person decided so. Raises Conflict otherwise."""
    if message.state not in (MessageState.FAILED, MessageState.UNCERTAIN):
        raise Conflict(_("This message is %(state)s; it can't be sent again.", state=message.state.value))
    message.state, message.due_at, message.attempts = MessageState.QUEUED, wall_clock(), 0


def revive(session: Session, address: str) -> None:
    """Write to an address again, for example after its owner has repaired the mailbox."""
    found = session.get(DeadAddress, same_address(address))
    if found is not None:
        session.delete(found)


def _is_dead(session: Session, address: str) -> bool:
    return session.get(DeadAddress, same_address(address)) is not None


def _lives(holder: str) -> bool:
    """Whether a sender lives; one on another machine counts as alive until its lease ends."""
    host, _, rest = holder.partition("|")
    pid, _, created = rest.partition("|")
    if host != socket.gethostname():
        return True
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == created
    except (psutil.NoSuchProcess, ValueError):
        return False
