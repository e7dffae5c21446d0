"""The courier: sends the outbox. One worker at a time does, over several lines."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from scheduler.config import keeps_mail, template_folder
from scheduler.domain.messages import Priority
from scheduler.extensions import db
from scheduler.jobs.lanes import Lane, MessagesInHand, Pressure
from scheduler.jobs.loops import Loop, Step
from scheduler.jobs.vitals import Vitals
from scheduler.mail.compose import Post
from scheduler.mail.outbox import wall_clock
from scheduler.mail.send import due_messages, keep_due, left_behind, recover
from scheduler.mail.smtp import Server
from scheduler.services.machine.leases import Lease, give_lease_back, holder_name, take_lease

log = logging.getLogger(__name__)

LOOK = 0.5
"""Seconds between two looks into the outbox."""
LEASE = timedelta(seconds=20)
"""How long a sender is believed to live without a sign; it gives one at each look, so another goes on after that."""
RENEW = 4.0
AHEAD = 400
"""Messages that wait in memory for a free line."""
AT_ONCE = 4
"""Messages that a line takes in one transaction."""
FAREWELL = 10.0
URGENT = 1
"""The number of the line that takes nothing but what is urgent."""


class Courier:
    """One per worker process. Only the holder of the lease sends."""

    def __init__(self, app: Flask, vitals: Vitals | None = None, stop: threading.Event | None = None) -> None:
        self._app = app
        self._stop = stop or threading.Event()
        self._vitals = vitals or Vitals()
        self._url = str(app.config["DATABASE_URL"])
        self._post = Post.from_config(app.config, str(template_folder()))
        mail_url = str(app.config["MAIL_URL"])
        self._keeps = keeps_mail(app.config)
        self._holder = holder_name()
        self._waiting = MessagesInHand()
        self._lanes = self._make_lanes(mail_url) if mail_url else []
        self._loops = [
            Loop(f"mail line {number}", self._in_context(lane), self._vitals, self._stop)
            for number, lane in enumerate(self._lanes, start=1)
        ]
        self._renewed = 0.0
        self._sends = False

    def _make_lanes(self, mail_url: str) -> list[Lane]:
        server = Server.from_url(mail_url)
        count = max(1, int(self._app.config["MAIL_CONNECTIONS"]))
        pressure = Pressure(count, self._vitals)
        return [
            Lane(
                number,
                server,
                self._post,
                self._waiting,
                pressure,
                self._session,
                self._holder,
                self._stop,
                only_urgent=number == URGENT and count > URGENT,
                # Alone on its line, an urgent message would wait for all that were taken before.
                at_once=AT_ONCE if count > URGENT else 1,
            )
            for number in range(count)
        ]

    def loops(self) -> list[Loop]:
        """The threads of the courier: one that looks for what is due, one for each line."""
        return [Loop("courier", self.step, self._vitals, self._stop), *self._loops]

    def step(self) -> float:
        """Look for what is due and give it to the lines; seconds until the next look."""
        if not self._lanes:
            return self._keep() if self._keeps else 5.0
        if not self._is_sender():
            self._waiting.give_up()
            return 2.0
        with self._session(read_only=True) as session:
            found = due_messages(session, AHEAD, most=Priority.SOON)
            if len(self._waiting.rest) < AHEAD // 2:
                most = AHEAD + len(self._waiting.rest)
                found += due_messages(session, most, least=Priority.LATER)
        self._waiting.add(found)
        return LOOK

    def end(self) -> None:
        """Close the lines and let another worker send. The threads have ended."""
        for lane in self._lanes:
            lane.close()
        if self._sends:
            try:
                with self._session() as session:
                    give_lease_back(session, "mail", self._holder)
            except SQLAlchemyError:
                log.warning("the courier could not give its lease back; it ends by itself")

    def run(self) -> None:
        """Do nothing else until told to stop."""
        loops = self.loops()
        for loop in loops:
            loop.start()
        while not self._stop.wait(0.5):
            pass
        for loop in loops:
            loop.join(FAREWELL)
        self.end()

    def _is_sender(self) -> bool:
        """Hold the lease, and take up what was left by senders that are gone, by ourselves before a failure too."""
        now = time.monotonic()
        if self._sends and now - self._renewed < RENEW:
            return True
        with self._session() as session:
            taken = take_lease(session, "mail", self._holder, LEASE, wall_clock())
        self._sends, self._renewed = taken is not Lease.NONE, now
        if not self._sends:
            return False
        held = self._waiting.held()
        with self._session(read_only=True) as session:
            left = set(left_behind(session))
        if left - set(held):
            with self._session() as session:
                uncertain = recover(session, held)
            log.warning("%s messages taken up that were left, %s of them uncertain", len(left), uncertain)
        return True

    def _keep(self) -> float:
        with self._app.app_context(), self._session() as session:
            return 0.0 if keep_due(session, self._post) else LOOK

    def _session(self, *, read_only: bool = False) -> Session:
        return db.new_session(self._url, read_only=read_only)

    def _in_context(self, lane: Lane) -> Step:
        def step() -> float:
            with self._app.app_context():
                return lane.step()

        return step
