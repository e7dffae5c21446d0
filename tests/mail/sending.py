"""Sending the outbox in a test, and looking at what came."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from typing import cast

from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.mail.compose import Post
from scheduler.mail.outbox import queue_mail
from scheduler.mail.send import (
    SendTally,
    deliver_due,
)
from scheduler.mail.smtp import Server, SmtpConnection
from scheduler.models import OutboxMessage
from scheduler.services.calendars.calendar_sync import refresh
from tests.mail.servers import Inbox
from tests.services.scenes import Scene, published_scene, set_clock

POST = Post(str(template_folder()), "https://expo.example", "expo.example", "Expo <no-reply@expo.example>")


def send_all(session: Session, url: str) -> SendTally:
    line = SmtpConnection(Server.from_url(url))
    try:
        return deliver_due(session, line, POST)
    finally:
        line.close()


def queue(session: Session, address: str = "ana@example.org", **values: object) -> OutboxMessage:
    message = queue_mail(
        session,
        to_address=address,
        to_name="Ana",
        subject="Hello",
        text=".a dot\nand Grüße\n",
        **values,  # type: ignore[arg-type]
    )
    session.commit()
    return message


def letters_of(inbox: Inbox) -> list[EmailMessage]:
    return [cast(EmailMessage, email.message_from_bytes(data, policy=default)) for data in inbox.letters]


def changed_scene(session: Session) -> Scene:
    scene = published_scene(session, "expo")
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event, mails=False)
    scene.meetings[0].slot = scene.block.slots[2]
    refresh(session, scene.event)
    session.commit()
    return scene
