"""The clerk: brings agendas up to date, writes reminders, ends what is over, keeps the database's statistics."""

from __future__ import annotations

import threading
import time

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.extensions import db
from scheduler.jobs.loops import Loop
from scheduler.jobs.periodic import OPEN, expire_requests, sign_off_people, tidy_imports
from scheduler.jobs.vitals import Vitals
from scheduler.mail.reminders import queue_reminders
from scheduler.models import AgendaMark, Event, EventDay
from scheduler.services.calendars.calendar_sync import bury_the_past
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.machine.statistics import Sizes, has_grown, keep_statistics, sizes

SETTLE = 3.0
"""Seconds between two looks for changed agendas: a hand at work makes several changes in a row."""
BREATH = 0.15
"""Seconds between two pieces of work on a large event."""
TIDY = 60.0
"""Seconds between two looks for reminders that are due and tombstones that are past."""
STATISTICS = 60.0
"""Seconds between two looks whether a table has grown."""
EXPIRY = 600.0
"""Seconds between two looks for requests, seats and imports whose time is over."""


class Clerk:
    """One per worker process. Two may do the same at once: each step is one transaction that finds it done."""

    def __init__(self, app: Flask, vitals: Vitals, stop: threading.Event) -> None:
        self._app = app
        self._url = str(app.config["DATABASE_URL"])
        self._vitals, self._stop = vitals, stop
        self._next_expiry = 0.0
        self._sizes: Sizes = {}

    def loops(self) -> list[Loop]:
        return [
            Loop("agendas", self.refresh, self._vitals, self._stop),
            Loop("reminders", self.tidy, self._vitals, self._stop),
            Loop("statistics", self.keep_statistics, self._vitals, self._stop),
        ]

    def refresh(self) -> float:
        """Bring agendas up to date that were touched; seconds until the next look."""
        with self._app.app_context():
            # Most looks find nothing, so the first takes no write lock.
            with self._session(read_only=True) as session:
                marked = session.scalar(select(AgendaMark.id).limit(1)) is not None
            if marked:
                with self._session() as session:
                    more = refresh_marked(session) > 0
                    session.commit()
                # On SQLite others wait for the lock by looking now and then: they need a moment in which it is free.
                return BREATH if more else SETTLE
        return SETTLE

    def tidy(self) -> float:
        """Write reminders, bury what is past, let requests and imports expire; seconds until the next look."""
        with self._app.app_context():
            with self._session(read_only=True) as session:
                events = list(
                    session.scalars(select(Event.id).join(EventDay).where(*OPEN).group_by(Event.id))
                )
            for key in events:
                with self._session() as session:
                    event = session.get_one(Event, key)
                    last = session.scalar(select(func.max(EventDay.date)).where(EventDay.event_id == key))
                    bury_the_past(session, event)
                    if last is not None and event.now().astimezone(event.zone).date() <= last:
                        queue_reminders(session, event)
                    session.commit()
            if time.monotonic() >= self._next_expiry:
                sign_off_people(self._url)
                expire_requests(self._url)
                tidy_imports(self._url)
                self._next_expiry = time.monotonic() + EXPIRY
        return TIDY

    def keep_statistics(self) -> float:
        """Have the database look at tables that have grown; seconds until the next look."""
        with self._session(read_only=True) as session:
            now = sizes(session)
        if has_grown(self._sizes, now):
            with self._session() as session:
                keep_statistics(session)
            self._sizes = now
        return STATISTICS

    def _session(self, *, read_only: bool = False) -> Session:
        return db.new_session(self._url, read_only=read_only)
