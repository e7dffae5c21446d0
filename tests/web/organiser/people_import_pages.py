"""The pages that import people, as their tests use them."""

from __future__ import annotations

import html
import io
import re

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from scheduler.models import Event, Participant
from tests.conftest import Client


class Import:
    """The pages, used as a browser does: a list is brought, looked at, and worked on where it led."""

    def __init__(self, client: Client, event: Event) -> None:
        self._client = client
        self.first = f"/e/{event.slug}/organise/people/import"
        self.address = self.first
        self.page = ""
        self.status = 0

    def bring(self, **data: object) -> str:
        """Bring a list, and look at it."""
        return self._took(self._client.post(self.first, data=data, follow_redirects=True))

    def check(self, content: bytes, name: str = "people.csv") -> str:
        """Choose a file and look at it."""
        return self.bring(file=(io.BytesIO(content), name))

    def act(self, act: str, **data: object) -> str:
        """Press a button of the list's page, with what was entered above it."""
        return self._took(self._client.post(self.address, data={"act": act, **data}, follow_redirects=True))

    def _took(self, answer: TestResponse) -> str:
        self.page, self.status = html.unescape(answer.text), answer.status_code
        if re.search(r"/people/import/\w+/$", answer.request.path):
            self.address = answer.request.path
        return " ".join(self.page.split())


def names(session: Session) -> set[str]:
    session.expire_all()
    return set(session.scalars(select(Participant.name)))
