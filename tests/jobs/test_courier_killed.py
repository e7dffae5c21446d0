"""A sender that is killed again and again: each message arrives once, or is named as uncertain."""

from __future__ import annotations

import asyncio
import email
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.config import DEFAULTS
from scheduler.domain.messages import MessageState
from scheduler.mail.outbox import queue_mail
from scheduler.models import OutboxMessage
from tests.mail.servers import Inbox, mail_server
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
UNFINISHED = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.SENDING)
LINES = int(str(DEFAULTS["MAIL_CONNECTIONS"]))


class SlowInbox(Inbox):
    """Takes its time before and after it has the letter, so that a kill finds every moment of a delivery."""

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        await asyncio.sleep(random.random() * 0.01)
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(random.random() * 0.01)
        return answer


def _start(tmp_path: Path, database_url: str, url: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.send_outbox", str(tmp_path / "i"), database_url, url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _count(session: Session, *states: MessageState) -> int:
    session.commit()
    statement = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state.in_(states))
    found = session.scalar(statement) or 0
    session.commit()
    return found


def _kill_again_and_again(session: Session, tmp_path: Path, database_url: str, kills: int, each: int) -> None:
    for number in range(kills * each):
        queue_mail(session, to_address=f"p{number}@example.org", to_name="", subject=str(number), text="x\n")
    session.commit()
    inbox = SlowInbox()
    done = 0
    with mail_server(inbox) as url:
        while done < kills:
            process = _start(tmp_path, database_url, url)
            before = len(inbox.letters)
            # All may have been handed over already, and be waited for by nobody.
            wait_until(
                lambda before=before: len(inbox.letters) > before or not _count(session, *UNFINISHED),
                "a letter",
            )
            time.sleep(random.random() * 0.08)
            process.kill()
            process.communicate()
            done += 1
        process = _start(tmp_path, database_url, url)
        wait_until(lambda: not _count(session, *UNFINISHED), "all settled")
        process.terminate()
        process.communicate()
    delivered = Counter(str(email.message_from_bytes(data)["Message-ID"]) for data in inbox.letters)
    rows = session.scalars(select(OutboxMessage)).all()
    states = Counter(row.state for row in rows)
    assert set(delivered.values()) == {1}
    assert set(states) <= {MessageState.SENT, MessageState.UNCERTAIN}
    # Each line may have been handing one over.
    assert states[MessageState.UNCERTAIN] <= kills * LINES
    for row in rows:
        if row.state is MessageState.SENT:
            assert delivered[f"<{row.public_id}@expo-scheduler.invalid>"] == 1
    print(f"{kills} kills, {len(rows)} messages, {dict(states)}, {len(inbox.letters)} delivered")


# Starting a process is slow, and the slow test below runs on both databases.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sender_killed_a_few_times_sends_nothing_twice_and_forgets_nothing(
    session: Session, tmp_path: Path, database_url: str
) -> None:
    _kill_again_and_again(session, tmp_path, database_url, kills=2, each=12)


@pytest.mark.slow
def test_sender_killed_a_hundred_times_sends_nothing_twice_and_forgets_nothing(
    session: Session, tmp_path: Path, database_url: str
) -> None:
    _kill_again_and_again(session, tmp_path, database_url, kills=100, each=12)
