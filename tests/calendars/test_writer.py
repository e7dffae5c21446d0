"""What stands in a calendar file, and that it stands there for the readers that are known to be difficult."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import icalendar
import pytest

from scheduler.calendars.options import FeedOptions
from scheduler.calendars.writer import Site, etag, write
from scheduler.domain.agenda import EntryStatus
from tests.calendars.agendas import CHANGED, MADRID, agenda, full_agenda, meeting

GOLDEN = Path(__file__).parent / "golden"

# Google: drops cancelled entries itself and wants an address without tricks. Outlook: shows cancelled
# entries as alive, so they say it in the title and do not look busy. Apple: keeps cancelled entries, takes
# alarms.
QUIRKS = {
    "google": FeedOptions(hide_cancelled=True),
    "outlook": FeedOptions(),
    "apple": FeedOptions(walking=True, reminder=10),
    "busy": FeedOptions(busy_only=True),
}


def _events(data: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


@pytest.mark.parametrize("client", QUIRKS)
def test_file_equals_the_golden_one_for(client: str) -> None:
    assert write(full_agenda(), QUIRKS[client]) == (GOLDEN / f"{client}.ics").read_bytes()


def test_same_agenda_gives_same_bytes_whatever_the_order_of_entries() -> None:
    one, other = meeting(1), meeting(2)
    assert write(agenda(one, other)) == write(agenda(other, one))


def test_file_has_no_zone_no_method_and_only_instants() -> None:
    text = write(full_agenda()).decode()
    assert "VTIMEZONE" not in text
    assert "TZID" not in text
    assert "METHOD" not in text
    times = [
        line for line in text.splitlines() if line.startswith(("DTSTART", "DTEND", "DTSTAMP", "LAST-MOD"))
    ]
    assert times
    assert all(line.endswith("Z") for line in times)


def test_stamp_is_the_change_and_not_the_hour_of_writing() -> None:
    (event,) = _events(write(agenda(meeting(1, last_modified=CHANGED, sequence=3))))
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == CHANGED
    assert event["SEQUENCE"] == 3


def test_cancelled_meeting_stays_with_a_word_in_its_title_and_without_being_busy() -> None:
    (event,) = _events(write(agenda(meeting(1, status=EntryStatus.CANCELLED))))
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"].startswith("Cancelled: ")
    assert event["TRANSP"] == "TRANSPARENT"


def test_cancelled_meeting_is_left_out_when_the_reader_chose_so() -> None:
    gone = agenda(meeting(1, status=EntryStatus.CANCELLED), meeting(2))
    assert [e["UID"] for e in _events(write(gone, FeedOptions(hide_cancelled=True)))] == ["m2@expo.example"]


def test_walk_is_an_entry_before_the_meeting_when_the_reader_chose_so() -> None:
    walk, held = _events(write(agenda(meeting(1, walk_minutes=6)), FeedOptions(walking=True)))
    assert walk["DTEND"].dt == held["DTSTART"].dt
    assert walk["DTEND"].dt - walk["DTSTART"].dt == timedelta(minutes=6)
    assert walk["SUMMARY"] == "Walk to Bavaria (6 min)"


def test_sessions_are_left_out_when_the_reader_chose_so() -> None:
    uids = {event["UID"] for event in _events(write(full_agenda(), FeedOptions(sessions=False)))}
    assert uids == {f"m{number}@expo.example" for number in (1, 2, 3, 4)}


def test_busy_only_file_gives_away_nothing_but_times() -> None:
    text = write(full_agenda(), FeedOptions(busy_only=True)).decode()
    for secret in ("Sofia", "Bavaria", "Catalonia", "Petrova", "Keynote", "expo.example/meeting"):
        assert secret not in text.replace("NAME:Smart City Expo 2023 - Ana Petrova", "")
    assert text.count("SUMMARY:Busy") == 4


def test_reminder_stands_in_each_meeting_that_takes_place() -> None:
    text = write(full_agenda(), FeedOptions(reminder=15)).decode()
    assert text.count("TRIGGER:-PT15M") == 4


def test_half_filled_meeting_gets_a_title_and_says_that_the_place_is_open() -> None:
    (event,) = _events(write(agenda(meeting(1, title="", place="", pavilion="", partners=()))))
    assert event["SUMMARY"] == "Meeting"
    assert "The place is not fixed yet." in event["DESCRIPTION"]
    assert "LOCATION" not in event


def test_text_tells_the_local_time_of_the_event() -> None:
    (event,) = _events(write(agenda(meeting(1))))
    assert "When: Tue 7 Nov, 10:30-10:55 (Europe/Madrid)" in event["DESCRIPTION"]


def test_title_of_a_group_stands_alone_and_its_names_in_the_text() -> None:
    (event,) = _events(write(agenda(meeting(1, names=("Ana Petrova", "Ivan Iliev")))))
    assert event["SUMMARY"] == "Sofia Municipality - Company 1"
    assert event["DESCRIPTION"].startswith("Who goes: Ana Petrova, Ivan Iliev\n")


def test_empty_agenda_is_a_calendar_without_entries() -> None:
    assert _events(write(agenda())) == []


def test_hints_tell_readers_to_come_hourly() -> None:
    text = write(agenda(meeting())).decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    assert "X-PUBLISHED-TTL:PT1H\r\n" in text


def test_site_makes_uid_and_address_whole() -> None:
    data = write(
        agenda(meeting(1, uid="abc", url="/e/expo/me/agenda")), site=Site("expo.example", "https://x.y")
    )
    (event,) = _events(data)
    assert event["UID"] == "abc@expo.example"
    assert event["URL"] == "https://x.y/e/expo/me/agenda"


def test_etag_depends_on_version_choices_and_language_only() -> None:
    plain = FeedOptions()
    assert etag("7", plain) == etag("7", FeedOptions())
    different = {
        etag("7", plain),
        etag("8", plain),
        etag("7", FeedOptions(reminder=5)),
        etag("7", plain, "es"),
    }
    assert len(different) == 4


def test_options_survive_an_address_and_nonsense_falls_back_to_the_default() -> None:
    chosen = FeedOptions(sessions=False, walking=True, hide_cancelled=True, busy_only=True, reminder=30)
    assert FeedOptions.from_query(chosen.query()) == chosen
    assert FeedOptions.from_query({}) == FeedOptions()
    assert FeedOptions.from_query({"reminder": "-5", "walking": "yes", "sessions": ""}) == FeedOptions()
    assert FeedOptions.from_query({"reminder": "99999"}).reminder == 7 * 24 * 60
    assert FeedOptions.from_query({"reminder": "٣"}) == FeedOptions()
    assert agenda().zone is MADRID
