from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from scheduler.models import Event
from tests.conftest import Client
from tests.factories import make_event, make_organiser
from tests.web.organiser.people_import_pages import Import


@pytest.fixture
def event(session: Session, client: Client) -> Event:
    """An event whose organiser the client is."""
    event = make_event(session)
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    return event


@pytest.fixture
def page(client: Client, event: Event) -> Import:
    """The pages that import people."""
    return Import(client, event)
