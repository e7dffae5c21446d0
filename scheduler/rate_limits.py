"""How often somebody may do something: declared at a view, counted for all processes together.

Who does it is the signed-in person, a device or the address that mails go to; a network address is shared by a whole
hall, so limits by network lie far above what a hall needs. A store that does not answer stops nobody: each process
then counts for itself until the store is back.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, request, session
from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from scheduler.errors import SchedulerError, TooMany
from scheduler.rate_store import DatabaseStorage

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
Key = Callable[[], str]

RETRY = 5.0
"""Seconds for which a store that failed is not asked again."""
PATIENCE = 1.0
"""Seconds that a request waits for the store."""


def network() -> str:
    """The network address of who asks; of IPv6 the part that one customer has."""
    address = request.remote_addr or ""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def by_person() -> str:
    """Who makes the request: the signed-in user on whatever device, else the network address."""
    return str(session.get("_user_id", "")).partition(".")[0] or network()


@dataclass(frozen=True)
class _Rule:
    """One limit of a view. `key` may answer an empty string: then the request is not counted by this rule."""

    items: tuple[RateLimitItem, ...]
    key: Key
    methods: frozenset[str]
    says: Callable[[], str] | None
    scope: str


class Counter:
    """The counts of one application, in its store, or in this process while the store does not answer."""

    def __init__(self, store: Storage) -> None:
        self._store = SlidingWindowCounterRateLimiter(store)
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._again = 0.0
        self._lock = threading.Lock()

    def hit(self, item: RateLimitItem, *who: str) -> bool:
        """Count once; False when that is too often. What is counted is stored as a hash only."""
        digest = hashlib.sha256("\0".join(who).encode("utf-8", "surrogatepass")).hexdigest()[:40]
        if time.monotonic() >= self._again:
            try:
                return self._store.hit(item, digest)
            except Exception as error:  # noqa: BLE001
                # Whatever a store, its driver or the network may raise: nobody is turned away for it.
                self._give_up(error)
        return self._here.hit(item, digest)

    def _give_up(self, error: Exception) -> None:
        with self._lock:
            known, self._again = self._again, time.monotonic() + RETRY
        if known < time.monotonic() - RETRY:
            log.warning(
                "the store of rate limits does not answer (%s): each process counts for itself meanwhile",
                type(error).__name__,
            )


class Limiter:
    """The extension: `limit` declares, a check before each view counts."""

    def init_app(self, app: Flask) -> None:
        """Bind to an application. Raises SchedulerError when its store can't be used."""
        app.extensions["expo-rate-limits"] = Counter(store_of(app))
        app.before_request(self._check)

    @property
    def enabled(self) -> bool:
        return bool(current_app.config["RATELIMIT_ENABLED"])

    def limit(
        self,
        often: str,
        *,
        key_func: Key = by_person,
        methods: tuple[str, ...] = (),
        says: Callable[[], str] | None = None,
    ) -> Callable[[View], View]:
        """Declare that a view may be used so often, such as `6 per minute; 60 per hour`, by whom `key_func` names.

        `says` makes the sentence of the refusal; without it, the usual one is said.
        """

        def declare(view: View) -> View:
            rules = getattr(view, "rate_limits", ())
            rule = _Rule(
                tuple(parse_many(often)),
                key_func,
                frozenset(methods),
                says,
                f"{view.__module__}.{view.__qualname__}.{len(rules)}",
            )
            view.rate_limits = (*rules, rule)  # type: ignore[attr-defined]
            return view

        return declare

    def within(self, often: str, *who: str) -> bool:
        """Count once in the middle of a view; False when that is too often.

        Only where the request holds no transaction that writes: on SQLite the count would wait for it.
        """
        counter: Counter = current_app.extensions["expo-rate-limits"]
        return not self.enabled or all(counter.hit(item, *who) for item in parse_many(often))

    def _check(self) -> None:
        # Before the view and its access rule: the request holds no transaction yet.
        view = current_app.view_functions.get(request.endpoint or "")
        counter: Counter = current_app.extensions["expo-rate-limits"]
        for rule in getattr(view, "rate_limits", ()) if self.enabled else ():
            who = rule.key() if not rule.methods or request.method in rule.methods else ""
            if who and not all(counter.hit(item, rule.scope, who) for item in rule.items):
                if rule.says is not None:
                    raise TooMany(rule.says())
                abort(429)


def store_of(app: Flask) -> Storage:
    """The store that the configuration names: the database, a Redis, or the memory of each process."""
    url = str(app.config["RATELIMIT_STORAGE_URI"])
    if url == "database":
        return DatabaseStorage(str(app.config["DATABASE_URL"]), PATIENCE)
    options: dict[str, Any] = {}
    if url.startswith(("redis://", "rediss://")):
        options = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    try:
        return cast(Storage, storage_from_string(url, **options))
    except ConfigurationError as error:
        if options:
            raise SchedulerError(
                "EXPO_RATELIMIT_STORAGE_URI names a Redis, whose client is not installed:"
                " pip install 'expo-scheduler[redis]'."
            ) from error
        raise SchedulerError(_UNUSABLE) from error
    except ValueError as error:
        raise SchedulerError(_UNUSABLE) from error


_UNUSABLE = "EXPO_RATELIMIT_STORAGE_URI can't be used: it is `database`, `memory://` or a `redis://` address."
