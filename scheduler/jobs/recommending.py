"""Jobs that make lists of partners."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from scheduler.domain.kinds import RoundState
from scheduler.extensions import db
from scheduler.models import Event, MatchmakingRound, Participant, Recommendation
from scheduler.queries.recommendations import people_facts, rounds_to_serve
from scheduler.services import recommendations

log = logging.getLogger(__name__)

_busy = threading.Lock()


def kept_file(app: Flask, round_id: int) -> Path:
    """Where a worker keeps what it has learned in a round."""
    return Path(app.instance_path) / "matching" / f"round-{round_id}.npz"


def recommend_round(app: Flask, round_id: int) -> None:
    """Make all lists of a round. While another thread does that already, nothing is done."""
    if not _busy.acquire(blocking=False):
        return
    try:
        with _session(app, True) as session:
            round_ = session.get(MatchmakingRound, round_id)
            if round_ is None:
                return
            event_id = round_.event_id
        made = recommendations.recommend_round(
            lambda read_only: _session(app, read_only),
            round_id,
            lambda: _event_now(app, event_id),
            kept_file(app, round_id),
        )
        if made is not None:
            log.info("round %s: lists of %s people, %s of them seen", round_id, made.people, made.seen)
    finally:
        _busy.release()


def recommend_needed(app: Flask) -> None:
    """Make the lists of every open round that has none, or old ones."""
    with _session(app, True) as session:
        clocks: dict[int, datetime] = {}

        def now_of(event_id: int) -> datetime:
            if event_id not in clocks:
                event = session.get(Event, event_id)
                clocks[event_id] = event.now() if event is not None else datetime.now(UTC)
            return clocks[event_id]

        needed = recommendations.rounds_in_need(session, now_of)
    for round_id in needed:
        recommend_round(app, round_id)


def recommend_one(app: Flask, participant_id: int) -> None:
    """Make one participant's lists again, in the rounds of their event that have lists and are not closed."""
    with _session(app, True) as session:
        person = session.get(Participant, participant_id)
        if person is None:
            return
        facts = people_facts(session, person.event_id, [participant_id])
        now = _event_now(app, person.event_id)
        found = []
        for round_id in rounds_to_serve(session, person.event_id):
            round_ = session.get(MatchmakingRound, round_id)
            last = session.get(Recommendation, (round_id, participant_id))
            fresh = last is not None and last.made_at >= person.updated_at
            if round_ is not None and round_.state is not RoundState.CLOSED and not fresh:
                found.append(round_id)
    for round_id in found if facts else ():
        ranked = recommendations.rank_one(facts[0], kept_file(app, round_id))
        if ranked is None:
            continue
        with _session(app, False) as session:
            recommendations.store_one(session, round_id, participant_id, ranked, now)
            session.commit()


class Adviser:
    """Looks now and then for rounds whose lists are missing or old, and makes them."""

    def __init__(self, app: Flask, pause: float = 15.0) -> None:
        self._app = app
        self._pause = pause

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop; an unreachable database is tried again."""
        while not stop.is_set():
            try:
                recommend_needed(self._app)
            except OperationalError:
                log.exception("lists of partners wait: the database did not answer")
            stop.wait(self._pause)


def _session(app: Flask, read_only: bool) -> Session:
    return db.new_session(str(app.config["DATABASE_URL"]), read_only=read_only)


def _event_now(app: Flask, event_id: int) -> datetime:
    with _session(app, True) as session:
        event = session.get(Event, event_id)
        return event.now() if event is not None else datetime.now(UTC)
