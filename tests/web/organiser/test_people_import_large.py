"""A list that is too large for a page: its page says how far the worker is, and what came of it."""

from __future__ import annotations

import html

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ImportRefusal
from scheduler.jobs.importing import import_errand
from scheduler.jobs.progress import ImportProgress
from scheduler.jobs.queue import queue_of
from scheduler.models import ImportErrand, PeopleImport
from scheduler.services.people_import.errands import LARGE, give_up, take
from scheduler.services.people_import.progress import StoringStep
from tests.conftest import Client
from tests.web.organiser.people_import_pages import Import, names

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it


@pytest.fixture
def large(session: Session, page: Import) -> int:
    """A list that was brought, looked at, and stored as its button says; one row lacks its address."""
    rows = "\n".join(f"Ada {n};ada{n}@example.org;Acme;City" for n in range(LARGE + 1))
    page.check(f"Name;Mail;Organisation;Type\n{rows}\nBo;;Acme;City".encode())
    page.act("store")
    found = session.scalars(select(PeopleImport.id)).one()
    session.commit()
    return found


def _names(session: Session) -> set[str]:
    found = names(session)
    session.commit()
    return found


def _text(client: Client, address: str) -> str:
    return " ".join(html.unescape(client.get(address).text).split())


def test_page_says_how_far_the_worker_is_and_then_what_came_of_it(
    app: Flask, session: Session, client: Client, page: Import, large: int
) -> None:
    assert "This list is being stored." in page.page
    assert _names(session) == set()
    assert take(session, large, "me")
    session.commit()
    ImportProgress(app, large).tell(StoringStep.CHECK, 1500, 2002)
    text = _text(client, page.address)
    assert "Checked 1,500 of 2,002 rows." in text
    assert "Look again" in text
    assert "Checked 1,500 of 2,002 rows." in _text(client, page.address + "progress")
    assert "Being stored" in _text(client, page.first)

    session.execute(ImportErrand.__table__.update().values(worker=""))
    session.commit()
    import_errand(app, large)

    assert client.get(page.address + "progress").headers["HX-Refresh"] == "true"
    text = _text(client, page.address)
    assert "2,001 people are registered." in text
    assert "One row was left out." in text
    assert "Correct what was left out" in text
    assert len(_names(session)) == LARGE + 1


def test_second_press_leads_to_the_same_page_and_every_other_button_waits(
    app: Flask, session: Session, client: Client, page: Import, large: int
) -> None:
    assert "This list is being stored." in page.act("store")
    assert "This list is being stored. Wait until that is done." in page.act("discard")
    assert page.status == 409
    assert queue_of(app).pending_count() == 1
    for _ in range(2):
        import_errand(app, large)
    assert len(_names(session)) == LARGE + 1
    page.act("store")
    assert page.status == 409


def test_list_that_could_not_be_stored_says_why_and_can_be_stored_again(
    app: Flask, session: Session, client: Client, page: Import, large: int
) -> None:
    assert take(session, large, "me")
    assert give_up(session, large, "me", ImportRefusal.DATABASE)
    session.commit()
    assert "The database did not take it. Nothing was changed; try again." in _text(client, page.address)
    page.act("store")
    import_errand(app, large)
    assert len(_names(session)) == LARGE + 1


def test_large_list_is_taken_back_by_a_worker(
    app: Flask, session: Session, client: Client, page: Import, large: int
) -> None:
    import_errand(app, large)
    assert len(_names(session)) == LARGE + 1
    answer = client.post(page.address + "undo", follow_redirects=True)
    assert "This list is being taken back." in answer.text
    assert len(_names(session)) == LARGE + 1
    import_errand(app, large)
    assert "The list is taken back: 2,001 people went." in _text(client, page.address)
    assert _names(session) == set()
