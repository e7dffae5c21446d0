"""Two organisers edit one thing: the second is told what changed, and loses nothing of what was typed."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from scheduler.models import Event, MeetingBlock, Participant, Pavilion, ProgrammeSession, User
from scheduler.services.audit import record
from scheduler.services.event.edit_lock import hold_edits
from tests.conftest import Client
from tests.factories import (
    make_block,
    make_delegation,
    make_event,
    make_organiser,
    make_participant,
    make_pavilion,
    make_place,
    make_round,
    make_session,
)
from tests.forms import Form, forms_of
from tests.waiting import wait_until

Pairs = dict[str, list[str]]


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session, "expo")


@pytest.fixture
def nora(session: Session, event: Event, client: Client) -> Client:
    user = make_organiser(session, event)
    user.name = "Nora Fischer"
    session.commit()
    return client.sign_in(user)


@pytest.fixture
def ivan(session: Session, event: Event, nora: Client, app: Flask) -> Client:
    user = make_organiser(session, event)
    user.name = "Ivan Petrov"
    session.commit()
    client = app.test_client()
    assert isinstance(client, Client)
    client.test_session = session
    return client.sign_in(user)


def _form(answer: TestResponse, address: str) -> Form:
    """The form of a page that carries a version and goes to an address."""
    found = [
        form for form in forms_of(answer.text, f"http://localhost{address}") if "version" in form.names()
    ]
    return next(form for form in found if form.action.endswith(address))


def _typed(form: Form, **changes: str) -> Pairs:
    pairs: Pairs = {}
    for name, value in form.pairs():
        pairs.setdefault(name, []).append(value)
    return pairs | {name: [value] for name, value in changes.items()}


def _open(client: Client, address: str) -> Form:
    return _form(client.get(address), address)


def test_second_is_told_who_changed_what_and_keeps_what_was_typed(
    session: Session, event: Event, nora: Client, ivan: Client
) -> None:
    address = "/e/expo/organise/event"
    slow = _open(ivan, address)
    assert (
        nora.post(address, data=_typed(_open(nora, address), name="Expo <2027>", city="Sofia")).status_code
        == 302
    )

    answer = ivan.post(address, data=_typed(slow, name="My expo", venue="Hall 5"))
    assert answer.status_code == 409
    page = html.unescape(answer.text)
    assert "Nora Fischer changed this while you had it open" in page
    assert "Now: Expo <2027>" in page
    assert "Expo &lt;2027&gt;" in answer.text
    again = _form(answer, address)
    shown = _typed(again)
    # What both changed is the second's, what only the first changed is taken over, what only the second typed stays.
    assert (shown["name"], shown["city"], shown["venue"]) == (["My expo"], ["Sofia"], ["Hall 5"])
    session.expire_all()
    assert session.get_one(Event, event.id).name == "Expo <2027>"

    assert ivan.post(address, data=shown).status_code == 302
    session.expire_all()
    saved = session.get_one(Event, event.id)
    assert (saved.name, saved.city, saved.venue) == ("My expo", "Sofia", "Hall 5")


def test_saving_again_is_stopped_once_more_when_a_third_came_between(
    event: Event, nora: Client, ivan: Client
) -> None:
    address = "/e/expo/organise/event"
    slow = _open(ivan, address)
    nora.post(address, data=_typed(_open(nora, address), name="First"))
    again = _form(ivan.post(address, data=_typed(slow, name="Mine")), address)
    nora.post(address, data=_typed(_open(nora, address), name="Second"))
    answer = ivan.post(address, data=_typed(again))
    assert (answer.status_code, "Now: Second" in answer.text) == (409, True)


def test_nobody_is_stopped_by_the_same_value_or_by_other_things(
    event: Event, nora: Client, ivan: Client
) -> None:
    address = "/e/expo/organise/event"
    slow = _open(ivan, address)
    nora.post(address, data=_typed(_open(nora, address), city="Sofia"))
    assert ivan.post(address, data=_typed(slow, city="Sofia", venue="Hall 5")).status_code == 302


def test_mistake_does_not_make_a_form_forget_what_it_showed(event: Event, nora: Client, ivan: Client) -> None:
    address = "/e/expo/organise/event"
    wrong = ivan.post(address, data=_typed(_open(ivan, address), name="", venue="Hall 5"))
    assert wrong.status_code == 422
    nora.post(address, data=_typed(_open(nora, address), city="Sofia"))
    answer = ivan.post(address, data=_typed(_form(wrong, address), name="Mine", city="Varna"))
    assert (answer.status_code, "Now: Sofia" in answer.text) == (409, True)
    assert _typed(_form(answer, address))["venue"] == ["Hall 5"]


def test_own_second_window_is_named_as_one_s_own(event: Event, nora: Client) -> None:
    address = "/e/expo/organise/event"
    slow = _open(nora, address)
    nora.post(address, data=_typed(_open(nora, address), name="First"))
    assert "You have changed this yourself" in nora.post(address, data=_typed(slow, name="Mine")).text


def test_version_that_is_no_version_is_no_failure(event: Event, nora: Client) -> None:
    address = "/e/expo/organise/event"
    form = _open(nora, address)
    for odd in (
        "x",
        "1.abc",
        "9" * 40 + ".",
        "-1.",
        "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"),
    ):
        assert nora.post(address, data=_typed(form, version=odd, name="Odd")).status_code == 302


Make = Callable[[Session, Event], str]


def _person(session: Session, event: Event) -> str:
    return f"people/{make_participant(session, event).public_id}/edit"


def _pavilion(session: Session, event: Event) -> str:
    return f"venue/pavilions/{make_pavilion(session, event).public_id}/edit"


def _place(session: Session, event: Event) -> str:
    make_block(session, event)
    return f"venue/places/{make_place(session, event, make_pavilion(session, event)).public_id}"


def _session(session: Session, event: Event) -> str:
    one = make_session(session, event)
    return f"programme/sessions/{one.public_id}/edit"


def _block(session: Session, event: Event) -> str:
    return f"programme/blocks/{make_block(session, event).public_id}/"


def _round(session: Session, event: Event) -> str:
    make_block(session, event)
    return f"rounds/{make_round(session, event).public_id}/edit"


def _delegation(session: Session, event: Event) -> str:
    return f"delegations/{make_delegation(session, event, [make_participant(session, event)]).public_id}/edit"


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (_person, "job_title"),
        (_pavilion, "name"),
        (_place, "name"),
        (_session, "title"),
        (_block, "name"),
        (_round, "name"),
        (_round, "request_cap"),
        (_delegation, "name"),
    ],
)
def test_every_form_of_one_thing_tells_the_second(
    session: Session, event: Event, nora: Client, ivan: Client, make: Make, name: str
) -> None:
    address = f"/e/expo/organise/{make(session, event)}"
    session.commit()
    slow = _open(ivan, address)
    assert nora.post(address, data=_typed(_open(nora, address), **{name: "41"})).status_code == 302
    answer = ivan.post(address, data=_typed(slow, **{name: "42"}))
    assert (answer.status_code, "Nora Fischer" in answer.text, "Now: 41" in answer.text) == (409, True, True)
    assert ivan.post(address, data=_typed(_form(answer, address))).status_code == 302
    assert _typed(_open(nora, address))[name] == ["42"]


def test_boxes_and_buttons_are_named_by_their_words(
    session: Session, event: Event, nora: Client, ivan: Client
) -> None:
    block = make_block(session, event)
    address = (
        f"/e/expo/organise/venue/places/{make_place(session, event, make_pavilion(session, event)).public_id}"
    )
    session.commit()
    slow = _open(ivan, address)
    changed = _typed(_open(nora, address), hours="blocks", blocks=block.public_id)
    assert nora.post(address, data=changed).status_code == 302
    answer = ivan.post(address, data=_typed(slow, name="Table 9"))
    assert answer.status_code == 409
    assert "Only in the blocks chosen here" in answer.text
    again = _typed(_form(answer, address))
    assert (again["name"], again["hours"], again["blocks"]) == (["Table 9"], ["blocks"], [block.public_id])


def test_grids_compare_cell_by_cell(session: Session, event: Event, nora: Client, ivan: Client) -> None:
    one, other = make_pavilion(session, event, "Bavaria"), make_pavilion(session, event, "Sofia")
    session.commit()
    address, cell = "/e/expo/organise/venue/walking", f"w-{one.public_id}-{other.public_id}"
    slow = _open(ivan, address)
    nora.post(address, data=_typed(_open(nora, address), **{cell: "7"}))
    # Another cell: the first's is taken over, and said.
    answer = ivan.post(address, data=_typed(slow, assumed_walk="9"))
    assert (answer.status_code, "Bavaria to Sofia" in answer.text) == (409, True)
    again = _typed(_form(answer, address))
    assert (again[cell], again["assumed_walk"]) == (["7"], ["9"])


def test_thing_that_is_gone_gives_back_what_was_written(
    session: Session, event: Event, nora: Client, ivan: Client
) -> None:
    address = f"/e/expo/organise/{_session(session, event)}"
    session.commit()
    slow = _open(ivan, address)
    nora.post(address.replace("/edit", "/remove"))
    assert session.scalars(select(ProgrammeSession)).all() == []
    answer = ivan.post(address, data=_typed(slow, description="Three sentences that took long."))
    assert (answer.status_code, "Three sentences that took long." in answer.text) == (404, True)


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_two_transactions_at_once_do_not_overwrite_each_other(
    session: Session, event: Event, nora: Client, ivan: Client
) -> None:
    address = "/e/expo/organise/event"
    typed = _typed(_open(ivan, address), name="Second")
    first = session
    actor = first.scalars(select(User).where(User.name == "Nora Fischer")).one()
    held = first.get_one(Event, event.id)
    hold_edits(first, held)
    held.name = "First"
    record(first, held, actor, "event.change", held.public_id)
    first.flush()

    ivan.test_session = None
    answers: list[TestResponse] = []
    second = threading.Thread(target=lambda: answers.append(ivan.post(address, data=typed)))
    second.start()
    # The second has read the old name, and waits for the first's lock.
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    wait_until(lambda: first.scalar(waiting), "the second waits for a lock")
    first.commit()
    second.join()

    assert (answers[0].status_code, "Now: First" in answers[0].text) == (409, True)
    assert first.scalar(select(Event.name).where(Event.id == event.id)) == "First"


def test_nobody_else_waits_or_is_asked(session: Session, event: Event, nora: Client) -> None:
    """A form that makes something new has nothing to compare with."""
    page = nora.get("/e/expo/organise/venue/pavilions/new").text
    assert 'name="version"' not in page
    assert session.scalars(select(Pavilion)).all() == []
    assert session.scalars(select(MeetingBlock)).all() == []
    assert session.scalars(select(Participant)).all() == []
