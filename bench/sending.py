"""How fast mail leaves: by one connection and by several, and how long a sign-in link waits meanwhile.

    python -m bench.sending [--messages N] [--latency MS] [--connections 1 4] [--database URL]

Makes a database of its own with agenda mails for invented people, and a mail server on loopback that takes its time
for each answer, as one in another town does. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.feed_event import build
from scheduler import create_app
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.extensions import db, make_engine
from scheduler.jobs.courier import Courier
from scheduler.mail.outbox import queue_mail
from scheduler.models import Base, OutboxMessage
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.meetings.plans import publish

PORT = 8825
CONTEXT = multiprocessing.get_context("spawn")
Shared = Any
Ready = Any


class Distant:
    """Answers after a while; tells how many mails came, and when a sign-in link did."""

    def __init__(self, latency: float, count: Shared, signed_in: Shared) -> None:
        self.latency, self.count, self.signed_in = latency, count, signed_in

    async def handle_MAIL(
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await asyncio.sleep(self.latency)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await asyncio.sleep(self.latency)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:
        await asyncio.sleep(2 * self.latency)
        self.count.value += 1
        if "link@example.org" in envelope.rcpt_tos:
            self.signed_in.value = time.monotonic()
        return "250 OK"


def distant_server(latency: float, count: Shared, signed_in: Shared, ready: Ready) -> None:
    """A mail server in a process of its own: what it costs is not ours."""
    controller = Controller(Distant(latency, count, signed_in), hostname="127.0.0.1", port=PORT)
    controller.start()
    ready.set()
    threading.Event().wait()


@dataclass(frozen=True, slots=True)
class Measured:
    """Mails a second, our processor's milliseconds for one, and the seconds that a sign-in link waits meanwhile."""

    rate: float
    processor: float
    link: float


def measure(url: str, folder: Path, connections: int, latency: float, messages: int) -> Measured:
    """Send what is queued over some connections, with a sign-in link in the middle."""
    count, signed_in, ready = CONTEXT.Value("q", 0), CONTEXT.Value("d", 0.0), CONTEXT.Event()
    server = CONTEXT.Process(target=distant_server, args=(latency, count, signed_in, ready), daemon=True)
    server.start()
    ready.wait()
    app = create_app(
        {
            "INSTANCE": folder,
            "DATABASE_URL": url,
            "MODE": "production",
            "SECRET_KEY": "x",
            "MAIL_URL": f"smtp://127.0.0.1:{PORT}",
            "MAIL_CONNECTIONS": connections,
        }
    )
    stop = threading.Event()
    thread = threading.Thread(target=Courier(app, stop=stop).run)
    began, used = time.monotonic(), time.process_time()
    thread.start()
    while count.value < messages // 2:
        time.sleep(0.02)
    with db.new_session(url) as session:
        queue_mail(
            session,
            to_address="link@example.org",
            to_name="",
            subject="Sign in",
            text="x",
            kind=MessageKind.SIGN_IN,
        )
        session.commit()
    asked = time.monotonic()
    while count.value < messages + 1:
        time.sleep(0.02)
    seconds, used = time.monotonic() - began, time.process_time() - used
    stop.set()
    thread.join()
    server.kill()
    server.join()
    return Measured(messages / seconds, used / messages * 1000, signed_in.value - asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=10.0, help="milliseconds of each answer")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4])
    parser.add_argument(
        "--database", default="", help="an empty database; by default SQLite in a temporary folder"
    )
    wanted = parser.parse_args()
    print(
        "| connections | mails a second | to one connection | processor ms a mail | a sign-in link waits |\n"
        "| --: | --: | --: | --: | --: |"
    )
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.database or f"sqlite:///{folder}/expo.sqlite3"
        engine = make_engine(url)
        Base.metadata.create_all(engine)
        app = create_app({"INSTANCE": folder, "DATABASE_URL": url, "MODE": "development"})
        first = 0.0
        with Session(engine, expire_on_commit=False) as session, app.app_context():
            _event, plan = build(session, wanted.messages, wanted.messages * 4)
            publish(session, plan, None)
            session.commit()
            while refresh_marked(session):
                session.commit()
            session.commit()
            total = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
            for connections in wanted.connections:
                session.query(OutboxMessage).update({"state": MessageState.QUEUED, "attempts": 0, "text": ""})
                session.commit()
                found = measure(url, Path(folder), connections, wanted.latency / 1000, total)
                first = first or found.rate
                print(
                    f"| {connections} | {found.rate:.0f} | {found.rate / first:.1f} |"
                    f" {found.processor:.1f} | {found.link:.2f} s |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
