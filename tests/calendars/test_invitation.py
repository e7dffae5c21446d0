"""Invitations and cancellations as calendar files: what stands in them besides the entry of the feed."""

from __future__ import annotations

import icalendar
import pytest

from scheduler.calendars.invitation import Invitation, Mailbox, Method, invite
from scheduler.domain.agenda import EntryStatus
from tests.calendars.agendas import CHANGED, MADRID, meeting

OFFICE = Mailbox("Smart City Expo, Office", "office@expo.example")


def _invited(name: str, status: EntryStatus = EntryStatus.CONFIRMED) -> Invitation:
    entry = meeting(1, status=status, last_modified=CHANGED, sequence=2)
    return invite(entry, organizer=OFFICE, reader=Mailbox(name, "ana@sofia.example"), zone=MADRID)


@pytest.mark.parametrize(
    ("status", "method"), [(EntryStatus.CONFIRMED, Method.REQUEST), (EntryStatus.CANCELLED, Method.CANCEL)]
)
def test_file_says_its_method_once_and_holds_one_entry(status: EntryStatus, method: Method) -> None:
    found = _invited("Ana Petrova", status)
    calendar = icalendar.Calendar.from_ical(found.body)
    (event,) = calendar.walk("VEVENT")
    assert (found.method, calendar["METHOD"]) == (method, method.value)
    assert "UID" not in calendar
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("m1@expo.example", 2, status.name)
    assert event["DTSTAMP"].dt == CHANGED
    assert found == _invited("Ana Petrova", status)


def test_reader_is_the_only_attendee_and_the_office_the_organizer() -> None:
    text = _invited("Ana Petrova").body.replace(b"\r\n ", b"").decode()
    assert 'ORGANIZER;CN="Smart City Expo, Office":mailto:office@expo.example\r\n' in text
    (attendee,) = [line for line in text.splitlines() if line.startswith("ATTENDEE")]
    assert attendee == (
        'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;CN="Ana Petrova":mailto:ana@sofia.example'
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('Ana "Anka" Petrova', ";CN=\"Ana 'Anka' Petrova\""),
        ("Ana: x;y\r\nATTENDEE:mailto:evil@x.example", ';CN="Ana: x;y ATTENDEE:mailto:evil@x.example"'),
        ("Ana", ";CN=Ana"),
        ("", ""),
    ],
)
def test_name_stays_a_name_whatever_stands_in_it(name: str, shown: str) -> None:
    text = _invited(name).body.replace(b"\r\n ", b"").decode()
    assert f"RSVP=FALSE{shown}:mailto:ana@sofia.example\r\n" in text
    assert text.count("ATTENDEE;") == 1
    assert "\nATTENDEE:" not in text
