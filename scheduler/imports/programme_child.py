"""The child process that reads a stranger's programme: schedule.xml and schedule.json (frab, pretalx, wafer).

It imports nothing of ours; `scheduler.sandbox.run` starts it and says what it may cost. It answers with sessions as
texts, with what can't be used and where it stands, or with the name of a problem.

Sources: the XML schema of frab (https://github.com/voc/schedule), pretalx' schedule export.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

Row = dict[str, Any]

_LETTERS = 4001
_LINE = 300
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
_MARKUP = "a|abbr|b|blockquote|br|code|div|em|h[1-6]|hr|i|img|li|ol|p|pre|small|span|strong|table|tbody|td|th|tr|u|ul"
_BREAKS = re.compile(r"<br\s*/?>|</p>|</li>", re.IGNORECASE)
_TAGS = re.compile(rf"</?(?:{_MARKUP})(?:\s+[\w-]+\s*=[^<>]{{0,300}})?\s*/?>", re.IGNORECASE)
"""Markup of a text; whatever else stands in angle brackets is what somebody wrote."""


class UnreadableProgramme(Exception):
    """The file can't be used; the first argument names why."""


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The sessions of a programme, and what is left out with the reason; or the name of its problem."""
    try:
        head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
        rows = _xml(data) if b"<" in head[:4] else _json(data)
        sessions: list[Row] = []
        left: list[Row] = []
        for row in rows:
            if len(sessions) + len(left) >= order["sessions"]:
                raise UnreadableProgramme("many")
            problem = row.pop("problem", "")
            if problem:
                left.append({"where": row["where"], "title": row.get("title", ""), "problem": problem})
            else:
                sessions.append(row)
    except UnreadableProgramme as problem:
        return {"problem": str(problem)}
    if not sessions and not left:
        return {"problem": "blank"}
    return {"sessions": sessions, "left": left}


# schedule.xml


def _xml(data: bytes) -> Iterator[Row]:
    _refuse_doctype(data)
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 without entities, in a bounded process
    except ElementTree.ParseError as error:
        whole = data.rstrip().endswith(b"</schedule>")
        raise UnreadableProgramme(
            "xml" if whole or error.position[0] < data.count(b"\n") else "cut"
        ) from None
    if root.tag != "schedule":
        raise UnreadableProgramme("html" if root.tag.lower().endswith("html") else "other xml")
    for number, day in enumerate(root.iter("day")):
        for room in day.findall("room"):
            for event in room.findall("event"):
                yield _of_xml(event, day, room.get("name", ""), number)
        for event in day.findall("event"):
            yield _of_xml(event, day, "", number)


def _refuse_doctype(data: bytes) -> None:
    """What entities stand for is not asked for: a small file could grow without end, in any encoding."""

    def refuse(*_declared: object) -> None:
        raise UnreadableProgramme("entities")

    checker = expat.ParserCreate()
    checker.StartDoctypeDeclHandler = refuse
    with contextlib.suppress(expat.ExpatError):
        checker.Parse(data, True)


def _of_xml(event: ElementTree.Element, day: ElementTree.Element, room: str, number: int) -> Row:
    def text(name: str) -> str:
        found = event.find(name)
        return "" if found is None else "".join(found.itertext())

    people = event.find("persons")
    speakers = [] if people is None else ["".join(person.itertext()) for person in people.findall("person")]
    links = event.find("links")
    link = "" if links is None or not len(links) else links[0].get("href", "")
    return _session(
        where=f"event {event.get('id') or event.get('guid') or text('title')[:60]}",
        source=event.get("guid") or event.get("id") or "",
        title=text("title"),
        subtitle=text("subtitle"),
        date=text("date") or day.get("date", ""),
        number=number,
        clock=text("start"),
        duration=text("duration"),
        room=text("room") or room,
        track=text("track"),
        kind=text("type"),
        language=text("language"),
        description=text("description") or text("abstract"),
        speakers=speakers,
        link=text("url") or link,
    )


# schedule.json


def _json(data: bytes) -> Iterator[Row]:
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableProgramme("json") from None
    except (ValueError, RecursionError):
        whole = data.rstrip().endswith((b"}", b"]"))
        raise UnreadableProgramme("json" if whole else "cut") from None
    days = _days(found)
    if days is None:
        raise UnreadableProgramme("other json")
    for number, day in enumerate(days):
        if not isinstance(day, dict):
            continue
        rooms = day.get("rooms")
        parts = (
            rooms.items() if isinstance(rooms, dict) else [("", day.get("events") or day.get("talks") or [])]
        )
        for room, events in parts:
            for event in events if isinstance(events, list) else []:
                if isinstance(event, dict):
                    yield _of_json(event, str(day.get("date") or ""), str(room), number)


def _days(found: Any) -> list[Any] | None:
    for path in (("schedule", "conference", "days"), ("conference", "days"), ("schedule", "days"), ("days",)):
        place = found
        for name in path:
            place = place.get(name) if isinstance(place, dict) else None
        if isinstance(place, list):
            return place
    return None


def _of_json(event: Row, date: str, room: str, number: int) -> Row:
    def text(*names: str) -> str:
        for name in names:
            value = event.get(name)
            if isinstance(value, dict):
                value = value.get("en") or next(iter(value.values()), "")
            if isinstance(value, (str, int)) and value != "":
                return str(value)
        return ""

    persons = event.get("persons") or event.get("speakers") or []
    speakers = [
        str(one.get("public_name") or one.get("full_public_name") or one.get("name") or "")
        if isinstance(one, dict)
        else str(one)
        for one in (persons if isinstance(persons, list) else [])
    ]
    return _session(
        where=f"event {text('id', 'guid', 'code') or text('title')[:60]}",
        source=text("guid", "id", "code"),
        title=text("title"),
        subtitle=text("subtitle"),
        date=text("date") or date,
        number=number,
        clock=text("start"),
        duration=text("duration"),
        room=text("room") or room,
        track=text("track"),
        kind=text("type"),
        language=text("language"),
        description=text("description", "abstract"),
        speakers=speakers,
        link=text("url"),
    )


# All


def _session(
    *,
    where: str,
    source: str,
    title: str,
    subtitle: str,
    date: str,
    number: int,
    clock: str,
    duration: str,
    room: str,
    track: str,
    kind: str,
    language: str,
    description: str,
    speakers: list[str],
    link: str,
) -> Row:
    """A session of a schedule. `number` counts days from 0: where no date is given it says which day is meant."""
    name = _line(title)
    if (more := _line(subtitle)) and len(name) + len(more) < 190:
        name = f"{name}: {more}" if name else more
    row: Row = {"where": _line(where), "title": name}
    start, end = _times(date.strip(), clock.strip(), duration.strip())
    if not start:
        return row | {"problem": "no time"}
    return _checked(
        row
        | {
            "source": _line(source),
            "start": start,
            "end": end,
            "number": number,
            "room": _line(room),
            "track": _line(track),
            "kind": _line(kind),
            "language": _line(language),
            "description": _text(description),
            "speakers": [one for speaker in speakers[:40] if (one := _line(speaker))],
            "link": _line(link),
        }
    )


def _checked(row: Row) -> Row:
    if not row["title"]:
        return row | {"problem": "no title"}
    if not row["end"] or row["end"] <= row["start"]:
        return row | {"problem": "no end"}
    return row


def _times(date: str, clock: str, duration: str) -> tuple[str, str]:
    """Start and end as ISO texts: a date with a time may stand alone; without any date only the clock is said.

    `T10:00` is ten o'clock of the day that the session's number says.
    """
    length = _length(duration)
    try:
        if "T" in date or (len(date) > 10 and ":" in date):
            start = datetime.datetime.fromisoformat(date.replace(" ", "T").replace("Z", "+00:00"))
        else:
            found = _CLOCK.fullmatch(clock)
            if found is None:
                return "", ""
            day = datetime.date.fromisoformat(date[:10]) if date else datetime.date(1, 1, 1)
            start = datetime.datetime.combine(day, datetime.time(int(found[1]) % 24, int(found[2])))
            if int(found[1]) >= 24:
                start += datetime.timedelta(days=1)
        return start.isoformat(), (start + length).isoformat() if length else ""
    except (ValueError, OverflowError):
        return "", ""


def _length(duration: str) -> datetime.timedelta:
    """`00:45`, `1:02:30` (days, hours, minutes), `PT45M` or minutes."""
    if found := re.fullmatch(r"PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?", duration):
        return datetime.timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
    parts = duration.split(":")
    if not all(part.isdecimal() and len(part) < 5 for part in parts):
        return datetime.timedelta()
    numbers = [int(part) for part in parts]
    if len(numbers) == 3:
        days, hours, minutes = numbers
        return datetime.timedelta(days=days, hours=hours, minutes=minutes)
    return (
        datetime.timedelta(hours=numbers[0], minutes=numbers[1])
        if len(numbers) == 2
        else datetime.timedelta(minutes=numbers[0])
    )


def _line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:_LINE]


def _text(text: str) -> str:
    plain = _TAGS.sub("", _BREAKS.sub("\n", text.replace("\r\n", "\n").replace("\0", " ")))
    return "\n".join(" ".join(line.split()) for line in plain.split("\n")).strip()[:_LETTERS]
