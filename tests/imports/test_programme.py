"""Programmes that people bring, in the shapes in which they come."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from scheduler.errors import Invalid
from scheduler.imports.programme import ImportedSession, read_programme
from scheduler.imports.sheets import MOST_BYTES
from tests.imports.tables import sheet_of

FRAB = """<?xml version="1.0" encoding="utf-8"?>
<schedule><conference><title>Conf</title></conference>
<day index="1" date="2023-11-07"><room name="Hall A">
<event guid="0b1f7f0e-6f6a-5b44-8a3e-1c1b9f0c7a01" id="11"><date>2023-11-07T09:30:00+01:00</date><start>09:30</start>
<duration>00:45</duration><room>Hall A</room><title>Trams</title><subtitle>A history</subtitle><track>Mobility</track>
<type>lecture</type><language>en</language><abstract>Short</abstract>
<description>Long &amp; &lt;b&gt;bold&lt;/b&gt;</description>
<persons><person id="1">Ada Lee</person><person id="2">Bo Berg</person></persons></event>
</room></day></schedule>"""
BARE = """<schedule><day index="1"><room name="Stage"><event><start>10:00</start><duration>01:00</duration>
<title>First</title></event></room></day><day index="2"><room name="Stage"><event><start>24:30</start>
<duration>00:30</duration><title>Late</title></event><event><title>Nothing</title></event></room></day></schedule>"""
PRETALX = {
    "schedule": {
        "conference": {
            "days": [
                {
                    "index": 1,
                    "date": "2023-11-08",
                    "rooms": {
                        "Room 1": [
                            {
                                "guid": "g1",
                                "id": 5,
                                "date": "2023-11-08T14:00:00+01:00",
                                "start": "14:00",
                                "duration": "00:30",
                                "title": "Light",
                                "type": {"en": "Workshop"},
                                "persons": [{"public_name": "Cy"}, {"name": "Di"}],
                                "track": None,
                            }
                        ]
                    },
                }
            ]
        }
    }
}
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:one@x
DTSTART;TZID=Europe/Madrid:20231107T160000
DTEND;TZID=Europe/Madrid:20231107T170000
SUMMARY:Reception
LOCATION:Bavaria\\, Bar
END:VEVENT
BEGIN:VEVENT
UID:two@x
DTSTART;VALUE=DATE:20231107
SUMMARY:Whole day
END:VEVENT
BEGIN:VEVENT
UID:three@x
DTSTART:20231107T080000Z
DURATION:PT30M
RRULE:FREQ=DAILY
SUMMARY:Yoga
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def only(content: bytes) -> ImportedSession:
    (found,) = read_programme(content).sessions
    return found


def test_schedule_xml_with_all_that_it_may_say() -> None:
    found = only(FRAB.encode())
    assert (found.title, found.room, found.track, found.kind, found.language) == (
        "Trams: A history",
        "Hall A",
        "Mobility",
        "lecture",
        "en",
    )
    assert found.start.isoformat() == "2023-11-07T09:30:00+01:00"
    assert (found.end - found.start).total_seconds() == 45 * 60
    assert found.speakers == ("Ada Lee", "Bo Berg")
    assert found.description == "Long & bold"
    assert found.source == "0b1f7f0e-6f6a-5b44-8a3e-1c1b9f0c7a01"


def test_schedule_xml_without_identifiers_and_dates_counts_its_days() -> None:
    found = read_programme(BARE.encode())
    assert [(one.title, one.source, one.day, one.number) for one in found.sessions] == [
        ("First", "", None, 0),
        ("Late", "", None, 1),
    ]
    assert (found.sessions[1].start - datetime(1, 1, 1)).total_seconds() == 24.5 * 3600  # noqa: DTZ001 no zone
    assert [(row.title, row.reason) for row in found.left] == [
        ("Nothing", "It has no day and time that can be read.")
    ]


def test_schedule_json_of_pretalx() -> None:
    found = only(json.dumps(PRETALX).encode())
    assert (found.title, found.room, found.kind, found.speakers, found.source) == (
        "Light",
        "Room 1",
        "Workshop",
        ("Cy", "Di"),
        "g1",
    )


def test_calendar_says_what_it_does_not_bring() -> None:
    found = read_programme(ICS.encode())
    assert [(one.title, one.room, one.start.isoformat()) for one in found.sessions] == [
        ("Reception", "Bavaria, Bar", "2023-11-07T15:00:00+00:00")
    ]
    assert {row.title: row.reason for row in found.left} == {
        "Whole day": "It lasts whole days: a session has a time.",
        "Yoga": "It recurs: enter each time as a session of its own.",
    }


@pytest.mark.parametrize(
    ("rows", "start", "end"),
    [
        ((("Title", "Day", "Start", "End"), ("A", "2023-11-07", "09:30", "10:15")), "09:30", "10:15"),
        ((("Titel", "Datum", "Beginn", "Dauer"), ("A", "07.11.2023", "9.30", "45 min")), "09:30", "10:15"),
        ((("Session", "Date", "Time"), ("A", "7/11/2023", "09:30 - 10:15")), "09:30", "10:15"),
        ((("Título", "Fecha", "Hora", "Fin"), ("A", "07/11/2023", "2:30 pm", "3 pm")), "14:30", "15:00"),
        ((("Title", "Start", "Duration"), ("A", "2023-11-07 22:30", "01:45")), "22:30", "00:15"),
        (
            (("Programme",), (), ("Title", "Day", "Start", "End"), ("A", "2023-11-07", "09:30", "10:15")),
            "09:30",
            "10:15",
        ),
    ],
)
def test_spreadsheets_whatever_they_call_it(rows: tuple[tuple[str, ...], ...], start: str, end: str) -> None:
    found = only(sheet_of(rows))
    assert found.start.date().isoformat() == "2023-11-07"
    assert (found.start.strftime("%H:%M"), found.end.strftime("%H:%M")) == (start, end)


def test_a_day_holds_for_the_rows_below_it() -> None:
    rows = (
        ("Title", "Day", "Start", "End"),
        ("A", "2023-11-07", "09:00", "10:00"),
        ("B", "", "10:00", "11:00"),
    )
    assert [one.start.day for one in read_programme(sheet_of(rows)).sessions] == [7, 7]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (FRAB.encode()[:500], "cut off"),
        (json.dumps(PRETALX).encode()[:200], "cut off"),
        (ICS.encode()[:150], "cut off"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><schedule/>', "defines entities"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><schedule/>'.encode("utf-16"), "defines entities"),
        (b"<html><body>Schedule</body></html>", "web page"),
        (b"<rss/>", "is no schedule"),
        (b'{"talks": []}', "is no schedule"),
        (b"<schedule></schedule>", "holds no session"),
        (b"x" * (MOST_BYTES + 1), "larger than"),
        (b"Name;Mail\nAda;a@b.c", "One row must name the columns"),
        (
            b"<schedule><day date='2023-11-07'>"
            + b"<event><title>x</title><start>9:00</start><duration>1:00</duration></event>" * 50_000
            + b"</day></schedule>",
            "More than 5000 sessions",
        ),
    ],
    ids=[
        *("empty", "cut xml", "cut json", "cut ics", "entities", "wide entities", "html", "rss"),
        *("other json", "no session", "large", "people", "50,000"),
    ],
)
def test_what_is_no_programme_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_programme(content)
