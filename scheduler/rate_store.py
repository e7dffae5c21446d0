"""Counts of rate limits in the database: the same for all processes, without another server.

A connection of its own with short waits: neither does a count hold up a request, nor is it undone with one.
"""

from __future__ import annotations

import os
import threading
import time

from limits.storage import SlidingWindowCounterSupport, Storage
from limits.storage.base import TimestampedSlidingWindow
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

SWEEP = 600.0
"""Seconds between two deletions of counts that are past."""

_ADD = text(
    "INSERT INTO rate_count (key, hits, ends_at) VALUES (:key, :amount, :ends_at)"
    " ON CONFLICT (key) DO UPDATE SET hits = rate_count.hits + :amount RETURNING hits"
)
_READ = text("SELECT hits FROM rate_count WHERE key = :key AND ends_at > :now")


class DatabaseStorage(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """A store of the `limits` library on the table `rate_count`."""

    STORAGE_SCHEME = None
    clock = staticmethod(time.time)

    def __init__(self, url: str, patience: float) -> None:
        super().__init__()
        self._url = url
        self._patience = patience
        self._engines: dict[int, Engine] = {}
        self._lock = threading.Lock()
        self._swept_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count, unless this window and the part of the last one that still reaches into it are full."""
        now = self.clock()
        self._sweep(now)
        with self._engine().connect() as connection:
            # The first statement locks the row until the end: of two at once, the second sees the first's count.
            hits = self._add(connection, key, expiry, amount, now)
            before = self._before(connection, key, expiry, now)
            full = before * (1 - now % expiry / expiry) + hits > limit
            if full:
                connection.rollback()
            else:
                connection.commit()
        return not full

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The counts of the last window and of this one, each with the seconds it still counts."""
        now = self.clock()
        left = expiry - now % expiry
        with self._engine().connect() as connection:
            before = self._before(connection, key, expiry, now)
            hits = self._read(connection, self.sliding_window_keys(key, expiry, now)[1], now)
        return before, left, hits, left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        for name in self.sliding_window_keys(key, expiry, self.clock()):
            self.clear(name)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count without a limit."""
        with self._engine().begin() as connection:
            values = {"key": key, "amount": amount, "ends_at": int(self.clock() + expiry) + 1}
            return int(connection.execute(_ADD, values).scalar_one())

    def get(self, key: str) -> int:
        with self._engine().connect() as connection:
            return self._read(connection, key, self.clock())

    def get_expiry(self, key: str) -> float:
        with self._engine().connect() as connection:
            statement = text("SELECT ends_at FROM rate_count WHERE key = :key")
            return float(connection.execute(statement, {"key": key}).scalar() or self.clock())

    def check(self) -> bool:
        """Whether the database answers."""
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        """Forget all counts; how many there were."""
        with self._engine().begin() as connection:
            return connection.execute(text("DELETE FROM rate_count")).rowcount

    def clear(self, key: str) -> None:
        with self._engine().begin() as connection:
            connection.execute(text("DELETE FROM rate_count WHERE key = :key"), {"key": key})

    def _add(self, connection: Connection, key: str, expiry: int, amount: int, now: float) -> int:
        name = self.sliding_window_keys(key, expiry, now)[1]
        # A window is needed as long as the one after it counts.
        values = {"key": name, "amount": amount, "ends_at": int(now + 2 * expiry) + 1}
        return int(connection.execute(_ADD, values).scalar_one())

    def _before(self, connection: Connection, key: str, expiry: int, now: float) -> int:
        return self._read(connection, self.sliding_window_keys(key, expiry, now)[0], now)

    def _read(self, connection: Connection, name: str, now: float) -> int:
        return int(connection.execute(_READ, {"key": name, "now": int(now)}).scalar() or 0)

    def _sweep(self, now: float) -> None:
        with self._lock:
            if now < self._swept_at + SWEEP:
                return
            self._swept_at = now
        with self._engine().begin() as connection:
            connection.execute(text("DELETE FROM rate_count WHERE ends_at <= :now"), {"now": int(now)})

    def _engine(self) -> Engine:
        """The engine of this process: a connection must not cross a fork."""
        # Not on top: the module of the engines holds the limiter as well.
        from scheduler.extensions import make_engine

        with self._lock:
            if os.getpid() not in self._engines:
                self._engines[os.getpid()] = make_engine(self._url, patience=self._patience)
            return self._engines[os.getpid()]
