"""Every kind of message in text and HTML: whole, in the event's time, and safe with any name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from scheduler.calendars.invitation import Mailbox, invite
from scheduler.calendars.words import ENGLISH
from scheduler.config import template_folder
from scheduler.domain.agenda import Entry, EntryKind, EntryStatus, Partner
from scheduler.domain.messages import MessageKind
from scheduler.mail.mime import Letter, parcel_of
from scheduler.mail.payload import entry_to_json
from scheduler.mail.render import Setting, Texts, render
from tests.calendars.test_hostile_names import NAMES

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

START = datetime(2023, 11, 7, 9, 0, tzinfo=UTC)
SETTING = Setting(
    event_name="Expo",
    venue="Fira, Barcelona",
    days=(date(2023, 11, 7), date(2023, 11, 9)),
    zone=ZoneInfo("Europe/Madrid"),
    locale="en",
    words=ENGLISH,
    agenda_address="https://expo.example/e/expo/me/agenda",
    requests_address="https://expo.example/e/expo/me/requests",
    calls_address="https://expo.example/e/expo/me/calls",
    calendar_address="https://expo.example/e/expo/me/calendar",
    preferences_address="https://expo.example/e/expo/me/mails",
)
EVIL = '<script>alert("1")</script>'


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _entry(name: str, **values: Any) -> Entry:
    return Entry(
        uid="m1",
        kind=EntryKind.MEETING,
        title="",
        start=START,
        end=START + timedelta(minutes=20),
        last_modified=START,
        partners=(Partner(name, name),),
        **values,
    )


def _change(kind: str, name: str) -> dict[str, Any]:
    after = _entry(name, place=name)
    if kind == "cancelled":
        after = _entry(name, status=EntryStatus.CANCELLED, sequence=1)
    before = None if kind == "new" else entry_to_json(_entry(name))
    return {"kind": kind, "before": before, "after": entry_to_json(after), "said": name}


def payload(kind: MessageKind, name: str) -> dict[str, Any]:
    """What a message of a kind is made of, with a name everywhere."""
    match kind:
        case MessageKind.ROUND_CLOSING:
            return {"round": name, "closes": START.isoformat(), "open": 2}
        case MessageKind.ROUND_OPEN:
            return {"round": name, "closes": START.isoformat()}
        case MessageKind.INVITATION:
            return {"before": 1, "organisation": name}
        case MessageKind.REQUESTS_WAITING:
            return {"open": 12, "people": [name] * 10}
        case MessageKind.AGENDA_PUBLISHED | MessageKind.TOMORROW:
            walk = _entry(name, place=name, walk_minutes=6)
            return {"entries": [entry_to_json(walk), entry_to_json(_entry(name))], "invite": True}
        case MessageKind.CHANGE | MessageKind.DIGEST:
            kinds = ("new", "cancelled", "restored", "moved", "place", "partner")
            return {"changes": [_change(one, name) for one in kinds], "invite": True}
        case MessageKind.NEWS:
            item = {"what": "asked", "who": name, "text": name, "key": "1"}
            return {"items": [item]}
        case MessageKind.NOTE:
            span = [START.isoformat(), (START + timedelta(minutes=20)).isoformat()]
            return {"what": "ask-to-move", "who": name, "uid": "m1", "old": span, "new": span, "reason": name}
        case MessageKind.ANNOUNCEMENT:
            # The service refuses one without a subject, so this has one whatever the name is.
            return {"what": "announcement", "subject": f"News: {name}", "text": f"{name}, at 10:00"}
        case _:
            return {}


WORDED = [kind for kind in MessageKind if kind is not MessageKind.SIGN_IN]


def _rendered(kind: MessageKind, name: str) -> Texts:
    return render(str(template_folder()), kind, payload(kind, name), SETTING, name=name)


@pytest.mark.parametrize("kind", WORDED)
def test_message_has_subject_text_and_html_in_the_time_of_the_event(kind: MessageKind) -> None:
    texts = _rendered(kind, "Ana Petrova")
    assert texts.subject
    assert "Hello Ana Petrova" in texts.text
    assert "Hello Ana Petrova" in texts.html
    assert "Europe/Madrid" in texts.text
    assert "Europe/Madrid" in texts.html
    if kind not in (MessageKind.INVITATION, MessageKind.REQUESTS_WAITING, MessageKind.NEWS):
        assert "10:00" in texts.text
        assert "10:00" in texts.html
        assert "09:00" not in texts.text + texts.html


@pytest.mark.parametrize("kind", WORDED)
def test_message_with_a_name_of_markup_shows_it_and_runs_nothing(kind: MessageKind) -> None:
    texts = _rendered(kind, EVIL)
    assert "<script" not in texts.html
    if kind is not MessageKind.INVITATION:
        assert EVIL in texts.text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", WORDED)
def test_message_with_a_hostile_name_can_be_sent(kind: MessageKind, name: str) -> None:
    texts = _rendered(kind, NAMES[name])
    part = invite(
        _entry(NAMES[name]),
        organizer=Mailbox(NAMES[name], "no-reply@expo.example"),
        reader=Mailbox(NAMES[name], "ana@example.org"),
        zone=SETTING.zone,
    )
    letter = Letter("1", NAMES[name], "ana@example.org", texts, START, "https://expo.example/x", (part, part))
    data = parcel_of(letter, "Expo <no-reply@expo.example>", "expo.example").content
    head = data.split(b"\r\n\r\n", 1)[0].lower()
    assert head.count(b"\nto:") == 1
    assert b"bcc:" not in head
    assert 0 < len(texts.subject) <= 78
