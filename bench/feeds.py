"""How fast feeds answer, measured against an empty view of the same server in the same run.

Builds an event of the wanted size (25,000 participants with 115,000 meetings by default) in a temporary folder,
times the publication with its change mails, starts gunicorn and asks with several connections kept alive.

    python -m bench.feeds [--participants N] [--meetings N] [--seconds S] [--table FILE]
    python -m bench.feeds --publish-only --database postgresql+psycopg://...   (an empty database)
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.asking import CONNECTIONS, Measured, measure
from bench.feed_event import build, changed_plan, make_tokens
from scheduler import create_app
from scheduler.extensions import db
from scheduler.models import AgendaEntry, Base, Meeting, OutboxMessage, Plan
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.meetings.plans import publish

ANEW = "feed, 200, for the first time"


@dataclass(frozen=True)
class Publication:
    """A publication with its mails: by the clock, by the processor, how many mails; `switch` is the seconds of the
    transaction that changes the plan, `longest` of the longest one after it.
    """

    switch: float
    longest: float
    seconds: float
    processor: float
    messages: int


def publish_timed(session: Session, plan: Plan) -> Publication:
    """Publish a plan as the application does: the plan at once, agendas and messages piece by piece."""
    before = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    session.commit()
    started, worked = time.perf_counter(), time.process_time()
    publish(session, plan, None)
    session.commit()
    switch, longest, left = time.perf_counter() - started, 0.0, 1
    while left:
        began = time.perf_counter()
        left = refresh_marked(session)
        session.commit()
        longest = max(longest, time.perf_counter() - began)
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    after = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    session.commit()
    return Publication(switch, longest, seconds, processor, after - before)


def application() -> Flask:
    """The real application with one empty view more, for gunicorn."""
    from scheduler.web import access

    app = create_app()

    @app.get("/empty")
    @access.public
    def empty() -> str:
        return ""

    return app


def tags(port: int, tokens: list[str]) -> dict[str, str]:
    """The ETag of every feed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    found = {}
    for token in tokens:
        connection.request("GET", f"/feeds/{token}.ics")
        answer = connection.getresponse()
        answer.read()
        found[token] = str(answer.getheader("ETag"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=25_000)
    parser.add_argument("--meetings", type=int, default=115_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=8115)
    parser.add_argument(
        "--database", help="the URL of an empty database; default: SQLite in a temporary folder"
    )
    parser.add_argument("--publish-only", action="store_true", help="no web server, only the publications")
    parser.add_argument("--table", type=Path, help="write the table as Markdown into this file")
    choices = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-feeds-") as folder:
        lines = run(choices, Path(folder))
    text = "\n".join(lines)
    print(text)
    if choices.table:
        choices.table.write_text(text + "\n", encoding="utf-8")


def run(choices: argparse.Namespace, folder: Path) -> list[str]:
    url = choices.database or f"sqlite:///{folder / 'expo.sqlite3'}"
    config = {"INSTANCE": folder, "DATABASE_URL": url, "MODE": "demonstration", "SECRET_KEY": "bench"}
    app = create_app(config)
    Base.metadata.create_all(db.engine(url))
    with app.app_context(), db.new_session(url) as session:
        event, plan = build(session, choices.participants, choices.meetings)
        session.commit()
        first = publish_timed(session, plan)
        second_plan = changed_plan(session, event, plan)
        session.commit()
        changes = publish_timed(session, second_plan)
        tokens = make_tokens(session, event)
        held = session.scalar(
            select(func.count()).select_from(Meeting).where(Meeting.plan_id == second_plan.id)
        )
        told = session.scalar(select(func.count()).select_from(AgendaEntry))
    db.dispose(url)
    if choices.publish_only:
        return publications(first, changes)
    rates = serve_and_measure(choices, folder, url, tokens)
    return report(choices, held or 0, told or 0, first, changes, rates)


def serve_and_measure(
    choices: argparse.Namespace, folder: Path, url: str, tokens: list[str]
) -> dict[str, list[Measured]]:
    environment = {
        **os.environ,
        "EXPO_INSTANCE": str(folder),
        "EXPO_DATABASE_URL": url,
        "EXPO_MODE": "demonstration",
        "EXPO_SECRET_KEY": "bench",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "bench.feeds:application()",
        f"--bind=127.0.0.1:{choices.port}",
    ]
    server = subprocess.Popen(
        [
            *command,
            "--workers=1",
            "--worker-class=gthread",
            "--threads=64",
            "--keep-alive=30",
            "--log-level=warning",
        ],
        env=environment,
    )
    try:
        _wait(choices.port)
        known = tags(choices.port, tokens)
        ways: dict[str, tuple[list[tuple[str, dict[str, str]]], int]] = {
            "empty view": ([("/empty", {})], 200),
            "feed, 304": ([(f"/feeds/{one}.ics", {"If-None-Match": known[one]}) for one in tokens], 304),
            "feed, 200": ([(f"/feeds/{one}.ics", {}) for one in tokens], 200),
        }
        found: dict[str, list[Measured]] = {name: [] for name in (*ways, ANEW)}
        for number in range(choices.rounds):
            # A choice that nobody has asked with: each body is written for this one answer.
            anew: list[tuple[str, dict[str, str]]] = [
                (f"/feeds/{one}.ics?reminder={number + 1}", {}) for one in tokens
            ]
            for name, (asks, status) in {**ways, ANEW: (anew, 200)}.items():
                found[name].append(measure(name, choices.port, asks, status, choices.seconds))
        return found
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=2).request("GET", "/empty")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _line(what: str, row: Publication) -> str:
    return f"| {what} | {row.messages:,} | {row.seconds:.1f} | {row.processor:.1f} |"


def publications(first: Publication, changes: Publication) -> list[str]:
    return [
        "| published and told | messages | seconds | of the processor |",
        "| --- | ---: | ---: | ---: |",
        _line("first publication, everybody gets the agenda", first),
        _line("publication that moves a meeting of everybody", changes),
    ]


def report(
    choices: argparse.Namespace,
    held: int,
    told: int,
    first: Publication,
    changes: Publication,
    rates: dict[str, list[Measured]],
) -> list[str]:
    middle = {name: sorted(rows, key=lambda row: row.rate)[len(rows) // 2] for name, rows in rates.items()}
    base = middle["empty view"].rate
    kind = "PostgreSQL" if choices.database else "SQLite"
    lines = [
        f"{choices.participants:,} participants, {held:,} meetings, {told:,} agenda entries; {kind}; one gunicorn",
        f"process, {CONNECTIONS} connections; the middle of {choices.rounds} runs of {choices.seconds:g} s.",
        "",
        "| asked | answers a second | ratio to the empty view | wanted | median |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, wanted in (("empty view", ""), ("feed, 304", "0.70"), ("feed, 200", "0.50"), (ANEW, "")):
        row = middle[name]
        lines.append(
            f"| {name} | {row.rate:,.0f} | {row.rate / base:.2f} | {wanted} | {row.median_ms:.1f} ms |"
        )
    return [*lines, "", *publications(first, changes)]


if __name__ == "__main__":
    main()
