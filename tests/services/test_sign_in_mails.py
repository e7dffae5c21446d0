"""Mails with sign-in links: what lies in the outbox opens nothing, and the newest link is the one that works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.config import template_folder
from scheduler.domain.messages import MessageState
from scheduler.domain.tokens import hash_token
from scheduler.mail.compose import Post
from scheduler.mail.send import deliver_due
from scheduler.mail.smtp import Server, SmtpConnection
from scheduler.models import OutboxMessage, SignInLink
from tests import factories as make
from tests.mail.servers import Inbox, mail_server

TOKEN = re.compile(r"/account/sign-in/([\w-]{43})")


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def line(inbox: Inbox) -> Iterator[tuple[SmtpConnection, str]]:
    with mail_server(inbox) as url:
        line = SmtpConnection(Server.from_url(url))
        yield line, url
        line.close()


@pytest.fixture
def site(app: Flask, line: tuple[SmtpConnection, str]) -> Flask:
    """The application as it sends mail."""
    return create_app(
        {**app.config, "INSTANCE": app.instance_path, "MAIL_URL": line[1], "MODE": "production"}
    )


def ask(site: Flask) -> None:
    answer = site.test_client().post("/account/sign-in", data={"email": "ana@example.org"})
    assert answer.status_code == 200


def deliver(site: Flask, session: Session, line: tuple[SmtpConnection, str]) -> None:
    with site.app_context():
        deliver_due(session, line[0], Post.from_config(site.config, str(template_folder())))
    session.rollback()


def tokens(inbox: Inbox) -> list[str]:
    """The token of each letter, in order."""
    found = []
    for raw in inbox.letters:
        parts = [part for part in message_from_bytes(raw).walk() if part.get_content_maintype() == "text"]
        inside = [set(TOKEN.findall(part.get_payload(decode=True).decode())) for part in parts]
        assert len(inside) == 2
        assert inside[0] == inside[1]
        found.extend(inside[0])
    return found


def test_token_is_made_when_the_mail_leaves_and_stored_nowhere(
    site: Flask, session: Session, line: tuple[SmtpConnection, str], inbox: Inbox
) -> None:
    make.make_user(session, "ana@example.org", "Ana")
    session.commit()
    ask(site)
    waiting = session.scalars(select(OutboxMessage)).one()
    assert TOKEN.search(waiting.text + waiting.html) is None
    session.rollback()
    deliver(site, session, line)
    (token,) = tokens(inbox)
    sent = session.scalars(select(OutboxMessage)).one()
    assert sent.state is MessageState.SENT
    assert token not in f"{sent.text}{sent.html}{sent.payload}{sent.subject}{sent.last_error}"
    assert session.scalars(select(SignInLink.token_hash)).one() == hash_token(token)
    session.rollback()
    client = site.test_client()
    assert client.post(f"/account/sign-in/{token}", base_url="https://localhost").status_code == 302


def test_mail_of_a_replaced_link_does_not_leave(
    site: Flask, session: Session, line: tuple[SmtpConnection, str], inbox: Inbox
) -> None:
    make.make_user(session, "ana@example.org", "Ana")
    session.commit()
    for _ in range(3):
        ask(site)
    deliver(site, session, line)
    (token,) = tokens(inbox)
    states = [message.state for message in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]
    assert states == [MessageState.EXPIRED, MessageState.EXPIRED, MessageState.SENT]
    session.rollback()
    assert site.test_client().get(f"/account/sign-in/{token}").status_code == 200


def test_second_attempt_has_a_token_that_works(
    site: Flask, session: Session, line: tuple[SmtpConnection, str], inbox: Inbox
) -> None:
    make.make_user(session, "ana@example.org", "Ana")
    session.commit()
    inbox.greylist = True
    ask(site)
    deliver(site, session, line)
    assert inbox.letters == []
    message = session.scalars(select(OutboxMessage)).one()
    message.due_at = datetime.now(UTC)
    session.commit()
    deliver(site, session, line)
    (token,) = tokens(inbox)
    assert site.test_client().get(f"/account/sign-in/{token}").status_code == 200


def test_outbox_page_is_closed_where_mails_are_sent_in_every_mode(
    app: Flask, line: tuple[SmtpConnection, str], session: Session, tmp_path: Path
) -> None:
    for mode in ("development", "demonstration", "production"):
        site = create_app({**app.config, "INSTANCE": app.instance_path, "MAIL_URL": line[1], "MODE": mode})
        assert site.test_client().get("/outbox/").status_code == 404
        assert "outbox" not in site.test_client().get("/").text
