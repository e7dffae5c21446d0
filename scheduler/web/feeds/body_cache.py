"""Bodies of feeds as they were last written: icalendar takes milliseconds for an agenda, and programs that know no ETag
ask for the same one day and night.

Kept in the memory of each web process and nowhere else. Whoever takes a body has just read from the database that its
reader may have it and which version holds: none is served beyond a right or a change. What nobody asks for any more is
forgotten after two hours, at the next request for any feed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app
from flask.sansio.blueprints import BlueprintSetupState

from scheduler.web.feeds.blueprint import blueprint

ROOM = 32 * 2**20
"""Bytes of one process; with 5 kB for each, agendas of 6,000 people."""
LIFE = 2 * 3600.0
"""Seconds; programs that take the hint ask hourly."""
CHOICES = 4
"""Bodies of one feed: its address may be asked with any choices, and a phone's differ from a computer's."""

_KEY = "expo-feed-bodies"


@dataclass(slots=True)
class _Kept:
    """The bodies of one feed, all of one version, by the ETags of their choices."""

    version: str
    since: float
    bodies: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))


class BodyCache:
    """The newest version of each feed that was asked for lately, the oldest given up for room."""

    def __init__(self, room: int = ROOM, clock: Callable[[], float] = time.monotonic) -> None:
        self._room, self._clock = room, clock
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._size = 0

    def get(self, feed: str, version: str, tag: str) -> bytes | None:
        """The body of a feed in a version. Those of any other version are forgotten."""
        with self._lock:
            self._forget_old()
            kept = self._kept.get(feed)
            if kept is None:
                return None
            if kept.version != version:
                self._drop(feed)
                return None
            return kept.bodies.get(tag)

    def put(self, feed: str, version: str, tag: str, body: bytes) -> None:
        """Keep a body that was written from this version of the feed."""
        with self._lock:
            kept = self._kept.get(feed)
            if kept is not None and (kept.version != version or len(kept.bodies) >= CHOICES):
                self._drop(feed)
            kept = self._kept.setdefault(feed, _Kept(version, self._clock()))
            self._size += len(body) - len(kept.bodies.get(tag, b""))
            kept.bodies[tag] = body
            while self._size > self._room:
                self._drop(next(iter(self._kept)))

    def forget(self, feed: str) -> None:
        """Forget a feed: its address was revoked, or whoever made it may no longer read it."""
        with self._lock:
            self._drop(feed)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes of all bodies."""
        return self._size

    def _forget_old(self) -> None:
        # Feeds stand in the order in which they were first kept.
        end = self._clock() - LIFE
        while self._kept and (oldest := next(iter(self._kept))) and self._kept[oldest].since < end:
            self._drop(oldest)

    def _drop(self, feed: str) -> None:
        kept = self._kept.pop(feed, None)
        if kept is not None:
            self._size -= kept.size


@blueprint.record_once
def _begin_empty(setup: BlueprintSetupState) -> None:
    setup.app.extensions[_KEY] = BodyCache()


def bodies() -> BodyCache:
    """The cache of the current application."""
    found: BodyCache = current_app.extensions[_KEY]
    return found
