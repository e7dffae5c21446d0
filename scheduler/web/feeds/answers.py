"""Calendars as HTTP answers."""

from __future__ import annotations

import re

from flask import Response, current_app

from scheduler.calendars.options import FeedOptions
from scheduler.calendars.translated_words import words_for
from scheduler.calendars.writer import CONTENT_TYPE, Site, write
from scheduler.domain.agenda import Agenda


def site() -> Site:
    """What makes UIDs and addresses whole; both come from the configuration and never from the request."""
    return Site(str(current_app.config["UID_HOST"]), str(current_app.config["BASE_URL"]))


def body(agenda: Agenda, options: FeedOptions, locale: str) -> bytes:
    """An agenda as the bytes of a calendar."""
    return write(agenda, options, words_for(locale), site())


def calendar(data: bytes) -> Response:
    """A calendar that readers follow: without an attachment header."""
    return Response(data, content_type=CONTENT_TYPE)


def download(agenda: Agenda, options: FeedOptions, locale: str, name: str) -> Response:
    """An agenda as a file to keep."""
    answer = calendar(body(agenda, options, locale))
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "agenda"
    answer.headers["Content-Disposition"] = f'attachment; filename="{plain}.ics"'
    return answer
