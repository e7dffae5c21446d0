"""The lanes of the courier: what is urgent goes first, and a server that asks for less gets less."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.messages import MessageKind, Priority
from scheduler.jobs.courier import Courier
from scheduler.jobs.lanes import PART, MessagesInHand, Pressure
from scheduler.jobs.vitals import Vitals
from scheduler.mail.outbox import queue_mail
from scheduler.mail.smtp import Attempt, DeliveryOutcome
from tests.mail.servers import Inbox, mail_server
from tests.waiting import wait_until


def test_urgent_messages_are_taken_first_and_nothing_twice() -> None:
    waiting = MessagesInHand()
    waiting.add([(1, Priority.LATER), (2, Priority.LATER), (3, Priority.WAITING), (1, Priority.LATER)])
    assert waiting.take(True, 0, 4) == [3]
    assert waiting.take(True, 0, 4) == []
    assert waiting.take(False, 0, 4) == [1, 2]
    waiting.add([(1, Priority.LATER), (3, Priority.WAITING)])
    assert waiting.take(False, 0, 4) == []
    waiting.done(1)
    waiting.add([(1, Priority.LATER)])
    assert waiting.take(False, 0, 4) == [1]


def test_server_that_asks_for_less_gets_fewer_lines() -> None:
    pressure = Pressure(4, Vitals())
    assert [pressure.may_send(number) for number in range(4)] == [True] * 4
    pressure.heard(Attempt(DeliveryOutcome.LATER, "421 4.7.0 too many connections", crowded=True))
    assert [pressure.may_send(number) for number in range(4)] == [True, True, False, False]


def test_server_that_is_away_is_looked_for_by_one_line_and_is_said_to_be() -> None:
    vitals = Vitals()
    pressure = Pressure(4, vitals)
    pressure.heard(Attempt(DeliveryOutcome.ABSENT, "ConnectionRefusedError"))
    assert not any(pressure.may_send(number) for number in range(4))
    assert vitals.trouble() == {PART: "ConnectionRefusedError"}
    wait_until(lambda: pressure.may_send(0), "one line looks again")
    assert not pressure.may_send(1)
    pressure.heard(Attempt(DeliveryOutcome.SENT))
    assert vitals.trouble() == {}
    assert pressure.may_send(3)


class SlowInbox(Inbox):
    """A tenth of a second for each letter."""

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        await asyncio.sleep(0.1)
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sign_in_link_overtakes_what_was_queued_before(
    session: Session, tmp_path: Path, database_url: str
) -> None:
    inbox = SlowInbox()
    for number in range(300):
        queue_mail(session, to_address=f"p{number}@example.org", to_name="", subject="x", text="x\n")
    session.commit()
    with ExitStack() as stack:
        url = stack.enter_context(mail_server(inbox))
        app = create_app(
            {"INSTANCE": tmp_path, "DATABASE_URL": database_url, "MODE": "production", "MAIL_URL": url}
        )
        stop = threading.Event()
        thread = threading.Thread(target=Courier(app, stop=stop).run)
        thread.start()
        stack.callback(thread.join)
        stack.callback(stop.set)
        wait_until(lambda: len(inbox.readers) > 10, "some letters")
        queue_mail(
            session,
            to_address="link@example.org",
            to_name="",
            subject="x",
            text="x\n",
            kind=MessageKind.SIGN_IN,
        )
        session.commit()
        wait_until(lambda: "link@example.org" in inbox.readers, "the link")
        # Not by the clock, which a busy machine makes slow: most of what was queued before it still waits.
        assert inbox.readers.index("link@example.org") < 200
