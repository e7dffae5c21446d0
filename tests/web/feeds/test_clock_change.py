"""An event over the night in which the clocks change: every surface tells the wall clock of that day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.domain.messages import MessageKind
from scheduler.mail.compose import Post, invitations_of, texts_of
from scheduler.mail.reminders import queue_reminders
from scheduler.models import Event, EventDay, OutboxMessage, Participant, ProgrammeSession
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.feeds import create_feed
from tests.conftest import Client
from tests.factories import make_event, make_participant, make_session
from tests.services.scenes import set_clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

POST = Post(str(template_folder()), "https://expo.example", "expo.example", "Expo <no-reply@expo.example>")


@pytest.fixture
def ana(session: Session) -> Participant:
    """Ana attends three sessions without a place, before, in and after the longest night of 2023 in Madrid."""
    event = make_event(session, "expo")
    event.days = [EventDay(date=date(2023, 10, day), label=f"Day {day}") for day in (28, 29, 30)]
    ana = make_participant(session, event, name="Ana")
    make_session(session, event, "2023-10-28 10:00", attendees=[ana]).title = "Before"
    make_session(session, event, "2023-10-29 01:30", minutes=180, attendees=[ana]).title = "Night"
    make_session(session, event, "2023-10-30 10:00", attendees=[ana]).title = "After"
    set_clock(event, "2023-10-28 18:30")
    refresh(session, event, mails=False)
    session.commit()
    return ana


def test_feed_and_phone_tell_the_wall_clock_of_each_day(
    client: Client, session: Session, ana: Participant
) -> None:
    _feed, token = create_feed(session, ana)
    session.commit()
    entries = {
        str(entry["SUMMARY"]): entry
        for entry in icalendar.Calendar.from_ical(client.get(f"/feeds/{token}.ics").data).walk("VEVENT")
    }
    assert entries["Before"].start == datetime(2023, 10, 28, 8, 0, tzinfo=UTC)
    assert entries["After"].start == datetime(2023, 10, 30, 9, 0, tzinfo=UTC)
    assert "Sat 28 Oct, 10:00-11:00" in entries["Before"]["DESCRIPTION"]
    assert "Mon 30 Oct, 10:00-11:00" in entries["After"]["DESCRIPTION"]
    # Three hours from half past one end at half past three, because one of them is there twice.
    assert "Sun 29 Oct, 01:30-03:30" in entries["Night"]["DESCRIPTION"]
    assert entries["Night"].duration.total_seconds() == 3 * 3600
    assert "LOCATION" not in entries["Night"]
    assert "The place is not fixed yet" in entries["Night"]["DESCRIPTION"]
    data = client.sign_in(ana.user).get("/e/expo/me/pocket/data.json").get_json()
    told = {entry["title"]: (entry["day"], entry["from"], entry["until"]) for entry in data["entries"]}
    assert told == {
        "Before": ("2023-10-28", "10:00", "11:00"),
        "Night": ("2023-10-29", "01:30", "03:30"),
        "After": ("2023-10-30", "10:00", "11:00"),
    }


def test_mail_about_the_day_of_twenty_five_hours_holds_what_is_on_it(
    app: Flask, session: Session, ana: Participant
) -> None:
    queue_reminders(session, session.get_one(Event, ana.event_id))
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == MessageKind.TOMORROW)).one()
    with app.app_context():
        texts = texts_of(session, message, POST)
    assert "Sun 29 Oct, 01:30-03:30: Night. Place to be confirmed" in texts.text
    assert "Before" not in texts.text
    assert "After" not in texts.text


def test_moved_over_the_change_the_mail_and_its_file_tell_the_same_instant(
    app: Flask, session: Session, ana: Participant
) -> None:
    night = session.scalars(select(ProgrammeSession).where(ProgrammeSession.title == "Night")).one()
    night.starts_at = datetime(2023, 10, 29, 9, 0, tzinfo=UTC)
    night.ends_at = datetime(2023, 10, 29, 10, 0, tzinfo=UTC)
    refresh(session, session.get_one(Event, ana.event_id))
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == MessageKind.CHANGE)).one()
    with app.app_context():
        texts = texts_of(session, message, POST)
        (part,) = invitations_of(session, message, POST)
    assert "is now on Sun 29 Oct, 10:00-11:00; it was on Sun 29 Oct, 01:30-03:30" in texts.text
    (entry,) = icalendar.Calendar.from_ical(part.body).walk("VEVENT")
    assert (entry.start, part.method.value) == (datetime(2023, 10, 29, 9, 0, tzinfo=UTC), "REQUEST")
