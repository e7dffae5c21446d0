"""The courier: brings agendas up to date, writes reminders, sends the outbox. A thread of the worker."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from scheduler.config import Mode, template_folder
from scheduler.domain.messages import MessageState
from scheduler.errors import SchedulerError
from scheduler.extensions import db
from scheduler.mail.smtp import Line, Server
from scheduler.models import AgendaMark, Event, EventDay, OutboxMessage
from scheduler.services.agenda_marks import refresh_marked
from scheduler.services.agendas import bury_the_past
from scheduler.services.delivery import deliver_due, give_lease_back, holder_name, keep_due, take_lease
from scheduler.services.message_texts import Post
from scheduler.services.messages import wall_clock
from scheduler.services.reminders import queue_reminders

log = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds between two looks into the outbox."""
SETTLE = 3.0
"""Seconds between two looks for changed agendas: a hand at work makes several changes in a row."""
TIDY = 60.0
"""Seconds between two looks for reminders that are due and tombstones that are past."""
BATCH = 100


class Courier:
    """One per worker process. Only the holder of the lease sends; the others do the rest."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._url = str(app.config["DATABASE_URL"])
        self._post = Post.from_config(app.config, str(template_folder()))
        mail_url = str(app.config["MAIL_URL"])
        self._line = Line(Server.from_url(mail_url)) if mail_url else None
        self._keeps = not mail_url and Mode(app.config["MODE"]).shows_mail
        self._holder = holder_name()
        self._next_marks = self._next_tidy = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. A failure is logged and tried again: mails wait, they are not lost."""
        with self._app.app_context():
            while not stop.is_set():
                busy = False
                try:
                    busy = self.look(stop)
                except (SQLAlchemyError, OSError, SchedulerError):
                    log.exception("the courier stumbled; the next look is in %s seconds", LOOK)
                if not busy:
                    stop.wait(LOOK)
            self._end()

    def look(self, stop: threading.Event) -> bool:
        """Everything that is due now, once; whether more of it waits."""
        now = time.monotonic()
        if now >= self._next_marks:
            self._next_marks = now + SETTLE
            self._refresh()
        if now >= self._next_tidy:
            self._next_tidy = now + TIDY
            self._tidy()
        return self._send(stop)

    def _session(self, *, read_only: bool = False) -> Session:
        return db.new_session(self._url, read_only=read_only)

    def _ask(self, statement: Any) -> Any:
        """A look that takes no write lock: most looks find nothing."""
        with self._session(read_only=True) as session:
            return session.scalar(statement)

    def _refresh(self) -> None:
        if self._ask(select(AgendaMark.id).limit(1)) is not None:
            with self._session() as session:
                refresh_marked(session)
                session.commit()

    def _tidy(self) -> None:
        with self._session(read_only=True) as session:
            events = list(session.scalars(select(Event.id).join(EventDay).group_by(Event.id)))
        for key in events:
            with self._session() as session:
                event = session.get_one(Event, key)
                last = session.scalar(select(func.max(EventDay.date)).where(EventDay.event_id == key))
                bury_the_past(session, event)
                if last is not None and event.now().astimezone(event.zone).date() <= last:
                    queue_reminders(session, event)
                session.commit()

    def _send(self, stop: threading.Event) -> bool:
        if self._line is None and not self._keeps:
            return False
        waiting = select(OutboxMessage.id).where(
            OutboxMessage.state.in_((MessageState.QUEUED, MessageState.CLAIMED, MessageState.SENDING)),
            OutboxMessage.due_at <= wall_clock(),
        )
        if self._ask(waiting.limit(1)) is None:
            return False
        with self._session() as session:
            if self._line is None:
                return keep_due(session, self._post) > 0
            if not take_lease(session, self._holder):
                return False
            tally = deliver_due(session, self._line, self._post, limit=BATCH, should_stop=stop.is_set)
            return tally.sent >= BATCH

    def _end(self) -> None:
        if self._line is None:
            return
        self._line.close()
        try:
            with self._session() as session:
                give_lease_back(session, self._holder)
        except SQLAlchemyError:
            log.exception("the courier could not give its lease back; it ends by itself")
