"""The lanes of the courier: a few connections to the mail server, one of them kept free for what can't wait."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from scheduler.domain.messages import Priority
from scheduler.jobs.loops import reason_of
from scheduler.jobs.vitals import Vitals, pause_after
from scheduler.mail.compose import Post
from scheduler.mail.mime import Parcel, sender_address
from scheduler.mail.send import Lost, SendTally, claim_some, cross_the_brink, settle
from scheduler.mail.smtp import Attempt, DeliveryOutcome, Server, SmtpConnection

log = logging.getLogger(__name__)

PART = "mail server"
EASE = 20.0
"""Seconds without complaint after which one more line is used again."""


@dataclass
class MessagesInHand:
    """Messages between the database and the lanes. A message is in hand from here until it is settled."""

    urgent: deque[int] = field(default_factory=deque)
    rest: deque[int] = field(default_factory=deque)
    in_hand: set[int] = field(default_factory=set)
    news: threading.Condition = field(default_factory=threading.Condition)

    def add(self, found: Iterable[tuple[int, int]]) -> None:
        """Take in what is due; what is here already stays where it is."""
        with self.news:
            for key, priority in found:
                if key not in self.in_hand:
                    self.in_hand.add(key)
                    (self.urgent if priority <= Priority.SOON else self.rest).append(key)
            self.news.notify_all()

    def take(self, only_urgent: bool, seconds: float, most: int) -> list[int]:
        """The next messages for a lane, one when it is urgent; none when there is none for so long."""
        with self.news:
            if not self._next(only_urgent):
                self.news.wait(seconds)
            queue = self._next(only_urgent)
            if queue is None:
                return []
            count = 1 if queue is self.urgent else min(most, len(queue))
            return [queue.popleft() for _ in range(count)]

    def done(self, key: int) -> None:
        """A message is settled, or another sender's."""
        with self.news:
            self.in_hand.discard(key)

    def give_up(self) -> None:
        """Forget what no lane has begun: somebody else is the sender."""
        with self.news:
            for queue in (self.urgent, self.rest):
                self.in_hand.difference_update(queue)
                queue.clear()

    def held(self) -> Collection[int]:
        with self.news:
            return set(self.in_hand)

    def _next(self, only_urgent: bool) -> deque[int] | None:
        if self.urgent:
            return self.urgent
        return self.rest if self.rest and not only_urgent else None


class Pressure:
    """How much the mail server takes: fewer lines when it asks for less, none for a while when it is away."""

    def __init__(self, lines: int, vitals: Vitals) -> None:
        self._lock = threading.Lock()
        self._most = self._allowed = lines
        self._vitals = vitals
        self._failures = 0
        self._again = 0.0
        self._eased = time.monotonic()

    def may_send(self, number: int) -> bool:
        """Whether the line with this number may be used now."""
        with self._lock:
            now = time.monotonic()
            if self._allowed < self._most and now - self._eased > EASE:
                self._allowed, self._eased = self._allowed + 1, now
            # While the server is away the first line alone looks whether it is back.
            return now >= self._again and number < (1 if self._failures else self._allowed)

    def heard(self, attempt: Attempt) -> None:
        """Take in how an attempt ended."""
        with self._lock:
            if attempt.crowded:
                self._allowed, self._eased = max(1, self._allowed // 2), time.monotonic()
            if attempt.outcome is DeliveryOutcome.ABSENT:
                self._failures += 1
                self._again = time.monotonic() + pause_after(self._failures)
                if self._vitals.unwell(PART, attempt.words):
                    log.warning("the mail server takes nothing: %s", attempt.words)
            elif attempt.outcome is not DeliveryOutcome.UNKNOWN:
                self._failures, self._again = 0, 0.0
                if self._vitals.well(PART):
                    log.warning("the mail server takes mails again")


class Lane:
    """One line to the mail server with its thread's work. The first takes everything, what is urgent first."""

    def __init__(
        self,
        number: int,
        server: Server,
        post: Post,
        waiting: MessagesInHand,
        pressure: Pressure,
        new_session: Callable[[], Session],
        holder: str,
        stop: threading.Event,
        only_urgent: bool,
        at_once: int,
    ) -> None:
        self._number, self._post, self._waiting, self._pressure = number, post, waiting, pressure
        self._new_session, self._holder, self._stop = new_session, holder, stop
        self._only_urgent, self._at_once = only_urgent, at_once
        self._line = SmtpConnection(server)
        self._sender = sender_address(post.mail_from)[1]
        self.tally = SendTally()

    def step(self) -> float:
        """Send one message, if there is one for this lane; seconds until the next look."""
        if not self._pressure.may_send(self._number):
            self._line.idle()
            return 0.2
        keys = self._waiting.take(self._only_urgent, 0.5, self._at_once)
        if not keys:
            self._line.idle()
            return 0.0
        try:
            self._deliver(keys)
        finally:
            for key in keys:
                self._waiting.done(key)
        return 0.0

    def close(self) -> None:
        self._line.close()

    def _deliver(self, keys: list[int]) -> None:
        with self._new_session() as session:
            parcels = claim_some(session, keys, self._holder, self._post)
        for key, parcel in parcels:
            if self._stop.is_set() or not self._pressure.may_send(self._number):
                # Nothing was tried: it keeps its place.
                self._settle(key, Attempt(DeliveryOutcome.ABSENT))
            else:
                self._hand_over(key, parcel)

    def _hand_over(self, key: int, parcel: Parcel) -> None:
        try:
            attempt = self._line.send(parcel, self._sender, lambda: self._brink(key))
        except Lost:
            return
        except Exception as error:
            # Nothing went out: that is known here alone, so it is written down before anything else.
            known = isinstance(error, SQLAlchemyError)
            words = reason_of(error)
            attempt = Attempt(DeliveryOutcome.ABSENT if known else DeliveryOutcome.LATER, words)
            if not known:
                log.exception("message %s can't be handed over", key)
            self._settle(key, attempt)
            if known:
                raise
            return
        self._pressure.heard(attempt)
        self._settle(key, attempt)

    def _brink(self, key: int) -> None:
        with self._new_session() as session:
            cross_the_brink(session, key, self._holder)

    def _settle(self, key: int, attempt: Attempt) -> None:
        """Write down what became of a message. While the database is away only this thread knows: it waits."""
        failures = 0
        while True:
            try:
                with self._new_session() as session:
                    settle(session, key, self._holder, attempt, self.tally)
                return
            except SQLAlchemyError as error:
                failures += 1
                if failures == 1:
                    log.warning(
                        "message %s is %s, not written yet: %s", key, attempt.outcome.value, reason_of(error)
                    )
                if self._stop.wait(min(pause_after(failures), 5.0)):
                    return
