"""Busy times from a calendar: a preview before anything is kept; hostile ones refused in bounded time."""

from __future__ import annotations

import io
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import select

from scheduler.calendars.fetch import FetchPolicy
from scheduler.domain.enums import BusySource
from scheduler.models import AgendaEntry, BusyTime
from tests.factories import at, make_block, make_event, make_participant
from tests.waiting import PATIENCE
from tests.web.participant.scene import Scene

pytestmark = pytest.mark.parametrize(
    # The pages are the matter here; what they store is tested on both databases elsewhere.
    "database_url",
    ["sqlite"],
    indirect=True,
)

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:1
DTSTAMP:20231001T000000Z
DTSTART:20231107T090000Z
DTEND:20231107T094500Z
SUMMARY:Dentist
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTAMP:20231001T000000Z
DTSTART;VALUE=DATE:20231108
DTEND;VALUE=DATE:20231109
SUMMARY:Trade fair
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTAMP:20231001T000000Z
DTSTART:20231107T100000Z
DTEND:20231107T110000Z
TRANSP:TRANSPARENT
SUMMARY:Maybe
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def upload(scene: Scene, text: str | bytes, status: int = 200) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    return scene.post("availability/calendar", status, file=(io.BytesIO(data), "mine.ics"))


def stored(scene: Scene) -> list[BusyTime]:
    return list(scene.session.scalars(select(BusyTime).order_by(BusyTime.starts_at)))


def test_calendar_is_shown_before_anything_is_kept(scene: Scene) -> None:
    page = upload(scene, CALENDAR)

    assert "2 instead of 4 meeting times stay open to you" in page
    assert "Tue 7 Nov, 10:00–10:45" in page
    assert "Trade fair" in page
    assert "Maybe" not in page
    assert "The calendar has 3 entries. 1 takes no time of yours: free, cancelled or declined." in page
    assert stored(scene) == []


def test_calendar_is_kept_with_the_days_that_were_ticked(scene: Scene) -> None:
    page = upload(scene, CALENDAR)
    packed = re.findall(r'name="busy" value="([^"]*)"', page)[0]

    scene.post("availability/calendar/store", busy=packed, day="2023-11-08/2023-11-08")

    assert [(row.source, (row.ends_at - row.starts_at).total_seconds()) for row in stored(scene)] == [
        (BusySource.CALENDAR, 2700),
        (BusySource.CALENDAR, 86400),
    ]
    assert "2 of 4 meeting times" in scene.get("availability")


@pytest.mark.parametrize("busy", ["nonsense", "1-", "9" * 30 + "-1", "-5-7", "1-999999999999999"])
def test_calendar_with_a_forged_preview_is_refused(scene: Scene, busy: str) -> None:
    assert "Read the calendar again" in scene.post("availability/calendar/store", 422, busy=busy)
    assert stored(scene) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        b"\x00\xff" * 100,
        b"x" * 6_000_000,
    ],
    ids=["empty", "text", "bytes", "six megabytes"],
)
def test_calendar_that_is_none_is_answered_with_a_sentence(scene: Scene, text: str | bytes) -> None:
    page = upload(scene, text, 422)

    assert "notice-wrong" in page
    assert "Traceback" not in page
    assert stored(scene) == []


def test_calendar_with_an_endless_rule_is_read_without_it(scene: Scene) -> None:
    page = upload(scene, CALENDAR.replace("SUMMARY:Dentist", "SUMMARY:Dentist\r\nRRULE:FREQ=SECONDLY"))

    assert "Left out" in page


def test_what_was_not_read_is_named_and_doubts_are_said(scene: Scene) -> None:
    text = (
        CALENDAR.replace("DTEND:20231107T094500Z", "DTEND:soon")
        .replace("DTSTART:20231107T100000Z", "DTSTART;TZID=Customized Time Zone:20231107T100000")
        .replace("DTEND:20231107T110000Z", "DTEND;TZID=Customized Time Zone:20231107T110000")
        .replace("TRANSP:TRANSPARENT\r\n", "")
        .replace("END:VCALENDAR\r\n", "")
    )

    page = unescape(upload(scene, text))

    assert "“Dentist”, Tue 7 Nov, 10:00: Its end can't be read: “soon”." in page
    assert "The time zone “Customized Time Zone” is not known." in page
    assert "The end of this file is missing" in page
    assert "Tue 7 Nov, 10:00–11:00" in page


def test_own_meetings_read_back_are_not_busy_and_said(scene: Scene) -> None:
    host = scene.client.application.config["UID_HOST"]
    page = upload(scene, CALENDAR.replace("UID:1\r", f"UID:abc@{host}\r"))

    assert "4 instead of 4 meeting times stay open to you" in page
    assert "Entries of this event" in page
    assert "Dentist" in page


def test_meeting_at_another_event_of_this_site_is_busy(scene: Scene) -> None:
    host = scene.client.application.config["UID_HOST"]
    event = make_event(scene.session)
    other = make_participant(scene.session, event)
    other.user_id = scene.me.user_id
    row = AgendaEntry(
        event_id=event.id,
        participant_id=other.id,
        uid="abc",
        kind="meeting",
        status="confirmed",
        starts_at=at("2023-11-07 10:00"),
        ends_at=at("2023-11-07 10:45"),
        changed_at=at("2023-11-01 10:00"),
    )
    scene.session.add(row)

    page = upload(scene, CALENDAR.replace("UID:1\r", f"UID:abc@{host}\r"))

    assert "2 instead of 4 meeting times stay open to you" in page
    assert "Entries of this event" not in page


def test_invitation_that_was_declined_takes_no_time(scene: Scene) -> None:
    answer = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{scene.me.email}\r\nATTENDEE:mailto:x@invented.example\r\n"
    page = upload(scene, CALENDAR.replace("SUMMARY:Dentist", answer + "SUMMARY:Dentist"))

    assert "4 instead of 4 meeting times stay open to you" in page


def test_time_of_a_question_is_kept_when_it_is_ticked(scene: Scene) -> None:
    page = upload(scene, CALENDAR.replace("SUMMARY:Dentist", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"))
    (away,) = re.findall(r'name="day" type="checkbox" value="([^"]*T[^"]*)"', page)

    scene.post("availability/calendar/store", busy="", day=unescape(away))

    assert [(row.ends_at - row.starts_at).total_seconds() for row in stored(scene)] == [2700]


@pytest.mark.parametrize(
    "day", ["x", "2023-11-08", "2023-11-08/2023-11-07", "2023-11-08T10:00/", "T/T", "9" * 300]
)
def test_forged_answer_to_a_question_is_refused(scene: Scene, day: str) -> None:
    assert "Read the calendar again" in scene.post("availability/calendar/store", 422, busy="", day=day)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/käl.ics", "https://ex ample.org/", "https://[", "x" * 3000, "https://a..b/", "\u200b"],
)
def test_odd_address_is_answered_with_a_sentence(scene: Scene, address: str) -> None:
    assert "notice-wrong" in scene.post("availability/calendar", 422, address=address)


def test_calendar_page_without_file_or_address_says_what_to_do(scene: Scene) -> None:
    assert "Choose a file or give an address" in scene.post("availability/calendar", 422, address=" ")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.ics",
        "http://localhost/x.ics",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/x.ics",
        "http://10.0.0.1/x.ics",
        "http://0x7f000001/x.ics",
        "file:///etc/passwd",
        "ftp://example.org/x.ics",
        "https://user:secret@example.org/x.ics",
    ],
)
def test_address_that_points_into_the_network_is_refused(scene: Scene, address: str) -> None:
    page = scene.post("availability/calendar", 422, address=address)

    assert "notice-wrong" in page


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/inside.ics")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            if self.path.startswith("/writes"):
                # Somebody else's write, while the calendar is fetched: it fails when the database is taken.
                path = unquote(self.path.partition("?")[2])
                with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as other:
                    other.execute("BEGIN IMMEDIATE")
                self.wfile.write(CALENDAR.encode())
            elif self.path == "/good":
                self.wfile.write(CALENDAR.encode())
            elif self.path == "/hangs":
                time.sleep(PATIENCE)
            else:
                while True:
                    self.wfile.write(b"X" * 10_000)
                    time.sleep(0.01)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(scene: Scene) -> Iterator[str]:
    """A server of a stranger, on the one port and address that the policy takes for public."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    port = running.server_address[1]
    scene.client.application.config["CALENDAR_POLICY"] = FetchPolicy(
        size=200_000, seconds=PATIENCE, allowed=lambda _address: True, ports=frozenset({port})
    )
    yield f"http://127.0.0.1:{port}"
    running.shutdown()
    running.server_close()


def test_address_is_read_once(scene: Scene, server: str) -> None:
    assert "Tue 7 Nov, 10:00–10:45" in scene.post("availability/calendar", 200, address=f"{server}/good")


def test_nobody_waits_for_the_database_while_a_calendar_is_read(scene: Scene, server: str) -> None:
    path = scene.client.application.config["DATABASE_URL"].removeprefix("sqlite:///")
    page = scene.post("availability/calendar", 200, address=f"{server}/writes?{quote(path)}")
    assert "Tue 7 Nov, 10:00–10:45" in page


@pytest.mark.parametrize("path", ["redirect", "hangs", "never-ends"])
def test_address_that_redirects_inside_hangs_or_never_ends_is_refused(
    scene: Scene, server: str, path: str
) -> None:
    policy = scene.client.application.config["CALENDAR_POLICY"]
    scene.client.application.config["CALENDAR_POLICY"] = replace(policy, seconds=1.5)

    page = scene.post("availability/calendar", 422, address=f"{server}/{path}")

    assert "notice-wrong" in page
    assert stored(scene) == []


def test_last_evening_is_read_until_its_last_meeting_time_ends(scene: Scene) -> None:
    evening = make_block(scene.session, scene.event, "2023-11-09 23:30", slots=3, minutes=30, pause=0)
    assert evening.slots[-1].ends_at == at("2023-11-10 01:00")
    late = (
        CALENDAR.replace("20231107T090000Z", "20231109T230000Z")  # 00:00 in Barcelona
        .replace("20231107T094500Z", "20231110T030000Z")
        .replace("Dentist", "Night train")
    )
    page = upload(scene, late)
    found = re.search(r'name="busy" value="([^"]*)"', page)
    assert found is not None
    assert f"{int(at('2023-11-10 00:00').timestamp())}-{int(at('2023-11-10 01:00').timestamp())}" in found[1]
