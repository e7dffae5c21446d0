"""How fast mail leaves: by one connection and by several, and how long a sign-in link waits meanwhile.

    python -m bench.sending [--messages N] [--latency MS] [--connections 1 4] [--database URL]

Makes a database of its own with agenda mails for invented people, and a mail server on loopback that takes its time
for each answer, as one in another town does. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
import time
from pathlib import Path

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


class Distant:
    """Answers after a while; remembers when a sign-in link came."""

    def __init__(self, latency: float) -> None:
        self.latency, self.count, self.signed_in = latency, 0, 0.0

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
        self.count += 1
        if "link@example.org" in envelope.rcpt_tos:
            self.signed_in = time.perf_counter()
        return "250 OK"


def measure(url: str, folder: Path, connections: int, latency: float, messages: int) -> tuple[float, float]:
    """Mails a second, and the seconds that a sign-in link waits in the middle of it."""
    distant = Distant(latency)
    controller = Controller(distant, hostname="127.0.0.1", port=8825)
    controller.start()
    app = create_app(
        {
            "INSTANCE": folder,
            "DATABASE_URL": url,
            "MODE": "production",
            "SECRET_KEY": "x",
            "MAIL_URL": "smtp://127.0.0.1:8825",
            "MAIL_CONNECTIONS": connections,
        }
    )
    stop = threading.Event()
    thread = threading.Thread(target=Courier(app, stop=stop).run)
    began = time.perf_counter()
    thread.start()
    while distant.count < messages // 2:
        time.sleep(0.01)
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
    asked = time.perf_counter()
    while distant.count < messages or not distant.signed_in:
        time.sleep(0.01)
    seconds = time.perf_counter() - began
    stop.set()
    thread.join()
    controller.stop()
    return messages / seconds, distant.signed_in - asked


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
        "| connections | mails a second | to one connection | a sign-in link waits |\n| --: | --: | --: | --: |"
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
                rate, waits = measure(url, Path(folder), connections, wanted.latency / 1000, total)
                first = first or rate
                print(f"| {connections} | {rate:.0f} | {rate / first:.1f} | {waits:.2f} s |")


if __name__ == "__main__":
    main()
