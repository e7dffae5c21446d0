"""Errands that nobody does: begun again when their worker ended in the middle, or when the queue forgot them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.extensions import db
from scheduler.services.machine.errands import OpenErrand
from scheduler.services.machine.processes import lives, process_name
from scheduler.services.machine.workers import living_workers

log = logging.getLogger(__name__)

FORGOTTEN = timedelta(minutes=1)
"""How long an errand waits before the queue is told again: it may have lost the first word."""
ATTEMPTS = 3
"""How often an errand is begun whose worker ends in the middle of it."""


@dataclass(frozen=True, slots=True)
class ErrandKind:
    """How errands of a kind are found, given back, told to the queue and given up; `noun` is for the log."""

    noun: str
    open_errands: Callable[[Session], Sequence[OpenErrand]]
    ours: Collection[int]
    """What threads of this process are at."""
    release: Callable[[Session, int, str], bool]
    tell_queue: Callable[[int], None]
    give_up: Callable[[OpenErrand], None]
    """End one that too many workers have begun."""


def look_after(url: str, kind: ErrandKind) -> None:
    """Begin again what a worker left in the middle (its transaction went with it), and what nobody began."""
    now = datetime.now(UTC)
    with db.new_session(url, read_only=True) as session:
        waiting = kind.open_errands(session)
        living = living_workers(session, now) if waiting else set()
    for errand in waiting:
        if errand.worker and _is_left(kind, errand, living, now):
            _take_up(url, kind, errand)
        elif not errand.worker and now - errand.since > FORGOTTEN:
            # Doing it twice is not possible: the second one finds it taken.
            kind.tell_queue(errand.subject_id)


def _is_left(kind: ErrandKind, errand: OpenErrand, living: Collection[str], now: datetime) -> bool:
    """Whether nobody does it any more: our own threads are known, others by their process or their signs of life."""
    if errand.worker == process_name():
        return errand.subject_id not in kind.ours
    return not lives(errand.worker) or (errand.worker not in living and now - errand.since > FORGOTTEN)


def _take_up(url: str, kind: ErrandKind, errand: OpenErrand) -> None:
    if errand.attempts >= ATTEMPTS:
        kind.give_up(errand)
        return
    with db.new_session(url) as session:
        released = kind.release(session, errand.subject_id, errand.worker)
        session.commit()
    if released:
        log.warning("%s %s was left in the middle; it is begun again", kind.noun, errand.subject_id)
        kind.tell_queue(errand.subject_id)
