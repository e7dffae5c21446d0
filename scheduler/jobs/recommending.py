"""Jobs that make lists of partners."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from scheduler.domain.enums import RoundState
from scheduler.extensions import db
from scheduler.matching.store import Ranking, load, save
from scheduler.models import Event, MatchmakingRound, Participant, Recommendation
from scheduler.queries.requests.recommendations import people_facts, rounds_to_serve
from scheduler.services.machine.leases import Lease, give_lease_back, holder_name, take_lease
from scheduler.services.requests import ranked_lists

log = logging.getLogger(__name__)

_busy = threading.Lock()
LEASE = timedelta(minutes=10)
"""How long the lists of 100,000 people may take on a slow machine."""


def kept_file(app: Flask, round_id: int, learned_at: datetime) -> Path:
    """Where a worker keeps what was learned of a round: a copy of what the database holds, by its time."""
    return Path(app.instance_path) / "matching" / f"round-{round_id}-{learned_at:%Y%m%d%H%M%S%f}.npz"


def known_of(app: Flask, round_id: int) -> tuple[datetime, Ranking] | None:
    """What was learned of a round the last time, by whichever worker; None before the first time."""
    with _session(app, True) as session:
        stamp = ranked_lists.model_stamp(session, round_id)
    if stamp is None:
        return None
    path = kept_file(app, round_id, stamp)
    if not path.exists():
        with _session(app, True) as session:
            found = ranked_lists.model_content(session, round_id)
        if found is None:
            return None
        stamp, content = found
        path = kept_file(app, round_id, stamp)
        save(path, content)
        for old in path.parent.glob(f"round-{round_id}*.npz"):
            if old != path:
                old.unlink(missing_ok=True)
    ranking = load(path)
    return (stamp, ranking) if ranking is not None else None


def recommend_round(app: Flask, round_id: int) -> None:
    """Make all lists of a round. While another thread, or another worker, does that already, nothing is done."""
    if not _busy.acquire(blocking=False):
        return
    holder, lease = holder_name(), f"lists of round {round_id}"
    try:
        with _session(app, False) as session:
            if take_lease(session, lease, holder, LEASE, datetime.now(UTC)) is Lease.NONE:
                return
        try:
            _recommend(app, round_id)
        finally:
            with _session(app, False) as session:
                give_lease_back(session, lease, holder)
    finally:
        _busy.release()


def _recommend(app: Flask, round_id: int) -> None:
    with _session(app, True) as session:
        round_ = session.get(MatchmakingRound, round_id)
        if round_ is None:
            return
        event_id = round_.event_id
    made = ranked_lists.recommend_round(
        lambda read_only: _session(app, read_only), round_id, lambda: _event_now(app, event_id)
    )
    if made is not None:
        log.info("round %s: lists of %s people, %s of them seen", round_id, made.people, made.seen)


def recommend_needed(app: Flask) -> None:
    """Make the lists of every open round that has none, or old ones."""
    with _session(app, True) as session:
        clocks: dict[int, datetime] = {}

        def now_of(event_id: int) -> datetime:
            if event_id not in clocks:
                event = session.get(Event, event_id)
                clocks[event_id] = event.now() if event is not None else datetime.now(UTC)
            return clocks[event_id]

        needed = ranked_lists.rounds_in_need(session, now_of)
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
        # Once more when others have learned anew meanwhile.
        for _ in range(2):
            known = known_of(app, round_id)
            ranked = ranked_lists.rank_one(facts[0], known[1]) if known is not None else None
            if known is None or ranked is None:
                break
            with _session(app, False) as session:
                stored = ranked_lists.store_one(session, round_id, participant_id, ranked, now, known[0])
                session.commit()
            if stored:
                break


class Adviser:
    """Looks now and then for rounds whose lists are missing or old, and makes them."""

    def __init__(self, app: Flask, pause: float = 15.0) -> None:
        self._app = app
        self._pause = pause

    def step(self) -> float:
        """One look; seconds until the next."""
        recommend_needed(self._app)
        return self._pause


def _session(app: Flask, read_only: bool) -> Session:
    return db.new_session(str(app.config["DATABASE_URL"]), read_only=read_only)


def _event_now(app: Flask, event_id: int) -> datetime:
    with _session(app, True) as session:
        event = session.get(Event, event_id)
        return event.now() if event is not None else datetime.now(UTC)
