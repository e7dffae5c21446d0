"""The queue: huey on SQLite in the instance folder, or on the server that EXPO_QUEUE_URL names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Flask
from huey import Huey, PostgresHuey, PriorityRedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from scheduler.errors import SchedulerError
from scheduler.extensions import POSTGRESQL_WAITS
from scheduler.jobs.registry import perform

NAME = "expo"


class PlainSerializer(Serializer):
    """JSON in the place of pickle: whoever can write to the queue still can't run code here."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(bytes(data)))


def queue_of(app: Flask) -> Huey:
    """The application's queue, made at the first use in each process."""
    known = app.extensions.get("expo-queue")
    if known is None:
        known = app.extensions["expo-queue"] = _make(app)
    return known


def enqueue(app: Flask, name: str, **arguments: object) -> None:
    """Ask the worker for a job. Call it once the change it is about is committed."""
    queue_of(app).expo_task(name, arguments)


def _make(app: Flask) -> Huey:
    url = str(app.config["QUEUE_URL"])
    options: dict[str, Any] = {"results": False, "utc": True, "serializer": PlainSerializer()}
    if not url:
        path = Path(app.instance_path) / "queue.sqlite3"
        huey = SqliteHuey(NAME, filename=str(path), timeout=30, **options)
    elif url.startswith(("redis://", "rediss://")):
        huey = PriorityRedisHuey(NAME, url=_patient(url), **options)
    elif url.startswith(("postgres://", "postgresql://")):
        huey = PostgresHuey(NAME, dsn=url, **POSTGRESQL_WAITS, **options)
    else:
        raise SchedulerError(
            f"EXPO_QUEUE_URL is {url!r}; it must begin with redis:// or postgresql://, or be empty."
        )

    @huey.task(name="expo")
    def expo(name: str, arguments: dict[str, object]) -> None:
        perform(app, name, arguments)

    huey.expo_task = expo
    return huey


def _patient(url: str) -> str:
    """The address of a Redis server with an end to every wait; what the address says itself is kept."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    waits = {"socket_connect_timeout": "5", "socket_timeout": "15", "socket_keepalive": "true"}
    return urlunsplit(parts._replace(query=urlencode({**waits, **given})))
