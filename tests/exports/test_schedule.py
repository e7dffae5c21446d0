"""A schedule is what its public schemas ask for (`voc/schedule`: schedule.xml.xsd, schema.json)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from scheduler.exports.schedule import ScheduleHead, ScheduleItem, guid_of, schedule_json, schedule_xml

ZONE = ZoneInfo("Europe/Madrid")
HEAD = ScheduleHead(
    "Expo", "my-expo", ZONE.key, (date(2023, 11, 7), date(2023, 11, 8)), "https://expo.example"
)
CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
WITH_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def item(number: int, hours: float = 1, link: str = "") -> ScheduleItem:
    start = datetime(2023, 11, 7, 22, tzinfo=ZONE)
    return ScheduleItem(
        number,
        f"key-{number}",
        f"Talk {number}",
        start,
        start + timedelta(hours=hours),
        "Hall",
        "",
        "seminar",
        "",
        "a\x0bb",
        ("Ada",),
        link,
    )


def test_xml_holds_what_its_schema_asks_for() -> None:
    root = ElementTree.fromstring(schedule_xml(HEAD, [item(1), item(2, 26.5, "https://expo.example/2")]))
    assert [child.tag for child in root] == ["version", "conference", "day", "day"]
    days = root.findall("day")
    assert [day.get("index") for day in days] == ["1", "2"]
    assert all(WITH_ZONE.fullmatch(day.get(name, "")) for day in days for name in ("start", "end"))
    first, second = root.findall("day/room/event")
    assert first.find("url") is None
    assert second.findtext("url") == "https://expo.example/2"
    assert second.findtext("duration") == "26:30"
    assert first.get("guid") == guid_of("key-1") != second.get("guid")
    for event in (first, second):
        assert {
            "room",
            "title",
            "subtitle",
            "type",
            "date",
            "start",
            "duration",
            "abstract",
            "slug",
            "track",
        } <= {child.tag for child in event}
        assert WITH_ZONE.fullmatch(event.findtext("date", ""))
        assert CLOCK.fullmatch(event.findtext("duration", ""))
    assert first.findtext("description") == "ab"


def test_json_holds_what_its_schema_asks_for() -> None:
    conference = schedule_json(HEAD, [item(1), item(2)])["schedule"]["conference"]
    assert re.fullmatch(r"[a-z0-9_-][a-z0-9_]{3,}", conference["acronym"])
    assert conference["daysCount"] == 2
    events = [event for day in conference["days"] for room in day["rooms"].values() for event in room]
    assert all(re.fullmatch(r"[a-z0-9_-]+[a-z0-9]", event["slug"]) for event in events)
    assert len({event["slug"] for event in events}) == 2


def test_identifier_of_another_system_stays() -> None:
    guid = "0b1f7f0e-6f6a-5b44-8a3e-1c1b9f0c7a01"
    assert guid_of(guid.upper()) == guid
    assert guid_of("x") == guid_of("x") != guid_of("y")
