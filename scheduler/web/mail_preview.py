"""How a mail will read, shown before it is written."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app

from scheduler.config import template_folder
from scheduler.domain.messages import MessageKind
from scheduler.extensions import db
from scheduler.mail.compose import Post, texts_of
from scheduler.mail.render import Texts
from scheduler.models import Event, OutboxMessage


def preview(event: Event, kind: MessageKind, payload: Mapping[str, object], name: str) -> Texts:
    """The texts of a message that is not written yet, to a reader called `name`."""
    message = OutboxMessage(
        event_id=event.id,
        kind=kind,
        to_name=name,
        locale="",
        subject="",
        text="",
        html="",
        payload=dict(payload),
    )
    return texts_of(db.session, message, Post.from_config(current_app.config, str(template_folder())))
