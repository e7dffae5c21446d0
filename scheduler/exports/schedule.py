"""A programme as schedule.xml and schedule.json, which companion apps of conferences read.

Source: the schema of frab's export, https://c3voc.de/schedule/schema.xsd, and pretalx' JSON.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

_NAMESPACE = uuid.UUID("6f0cc7c4-3d2c-5c1e-9f0e-2d7a51f0b1e5")


@dataclass(frozen=True, slots=True)
class ScheduleItem:
    """A session; times are in the event's zone. `key` never changes and makes the guid, `number` is its id."""

    number: int
    key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str
    track: str
    kind: str
    language: str
    description: str
    speakers: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class ScheduleHead:
    """The event around the sessions."""

    title: str
    acronym: str
    timezone: str
    days: tuple[date, ...]
    url: str


def guid_of(key: str) -> str:
    """A UUID that is the same for the same key on every installation; a key that is one stays."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, key))


def schedule_xml(head: ScheduleHead, items: Sequence[ScheduleItem]) -> bytes:
    """A schedule.xml: days, in them rooms, in them events in order of time."""
    root = ElementTree.Element("schedule")
    ElementTree.SubElement(root, "version").text = "1"
    conference = ElementTree.SubElement(root, "conference")
    for name, value in (
        ("acronym", _acronym(head)),
        ("title", head.title),
        ("start", head.days[0].isoformat() if head.days else ""),
        ("end", head.days[-1].isoformat() if head.days else ""),
        ("days", str(len(head.days))),
        ("timeslot_duration", "00:05"),
        ("base_url", head.url),
        ("time_zone_name", head.timezone),
    ):
        ElementTree.SubElement(conference, name).text = value
    for index, day in enumerate(_days(head, items), 1):
        element = ElementTree.SubElement(
            root, "day", index=str(index), date=day["date"], start=day["day_start"], end=day["day_end"]
        )
        for room, events in day["rooms"].items():
            place = ElementTree.SubElement(element, "room", name=room)
            for event in events:
                _xml_event(place, event)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def schedule_json(head: ScheduleHead, items: Sequence[ScheduleItem]) -> dict[str, Any]:
    """A schedule.json of the same content."""
    return {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "schedule": {
            "version": "1",
            "base_url": head.url,
            "conference": {
                "acronym": _acronym(head),
                "title": head.title,
                "start": head.days[0].isoformat() if head.days else "",
                "end": head.days[-1].isoformat() if head.days else "",
                "daysCount": len(head.days),
                "timeslot_duration": "00:05",
                "time_zone_name": head.timezone,
                "days": [{"index": index, **day} for index, day in enumerate(_days(head, items), 1)],
            },
        },
    }


def _days(head: ScheduleHead, items: Sequence[ScheduleItem]) -> list[dict[str, Any]]:
    zone = ZoneInfo(head.timezone)
    every = sorted({*head.days, *(item.starts_at.date() for item in items)})
    found = []
    for day in every:
        mine = sorted(
            (item for item in items if item.starts_at.date() == day),
            key=lambda item: (item.room, item.starts_at, item.number),
        )
        begin = min((item.starts_at for item in mine), default=None)
        end = max((item.ends_at for item in mine), default=None)
        rooms: dict[str, list[dict[str, Any]]] = {}
        for item in mine:
            rooms.setdefault(item.room, []).append(_event(item, head))
        found.append(
            {
                "date": day.isoformat(),
                "day_start": (begin or datetime.combine(day, time(), zone)).isoformat(),
                "day_end": (end or datetime.combine(day, time(23, 59), zone)).isoformat(),
                "rooms": rooms,
            }
        )
    return found


def _event(item: ScheduleItem, head: ScheduleHead) -> dict[str, Any]:
    minutes = int((item.ends_at - item.starts_at).total_seconds()) // 60
    return {
        "guid": guid_of(item.key),
        "id": item.number,
        "date": item.starts_at.isoformat(),
        "start": item.starts_at.strftime("%H:%M"),
        "duration": f"{minutes // 60:02d}:{minutes % 60:02d}",
        "room": item.room,
        "slug": f"{_acronym(head)}-session-{item.number}",
        "title": item.title,
        "subtitle": "",
        "track": item.track,
        "type": item.kind,
        "language": item.language,
        "abstract": "",
        "description": item.description,
        "persons": [{"id": number, "public_name": name} for number, name in enumerate(item.speakers, 1)],
        "links": [],
        "url": item.link,
    }


def _xml_event(place: ElementTree.Element, event: dict[str, Any]) -> None:
    element = ElementTree.SubElement(place, "event", guid=event["guid"], id=str(event["id"]))
    for name in (
        *("date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track", "type"),
        *("language", "abstract", "description"),
    ):
        # The schema knows no empty address.
        if name != "url" or event[name]:
            ElementTree.SubElement(element, name).text = _printable(event[name])
    persons = ElementTree.SubElement(element, "persons")
    for person in event["persons"]:
        ElementTree.SubElement(persons, "person", id=str(person["id"])).text = _printable(
            person["public_name"]
        )
    ElementTree.SubElement(element, "links")


def _acronym(head: ScheduleHead) -> str:
    """The event's short name in the letters that the schemas allow, four at least."""
    return head.acronym.replace("-", "_").ljust(4, "_")


def _printable(text: str) -> str:
    """Without the control characters that XML has no way to write."""
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")
