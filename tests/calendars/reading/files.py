"""Calendars for the tests of this folder, and what reading them comes to, in the shortest form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.calendars.reading.calendar import read

MADRID = ZoneInfo("Europe/Madrid")
START = datetime(2023, 11, 6, 23, 0, tzinfo=UTC)
END = datetime(2023, 11, 9, 23, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """What a calendar says, times in the event's zone."""

    busy: list[str]
    questions: list[str]
    left_out: list[tuple[str, str]]
    doubts: list[tuple[str, str]]
    counts: dict[str, int]
    answer: dict[str, Any]

    @property
    def entries(self) -> int:
        return sum(self.counts.values())


def said(
    data: bytes, *, start: datetime = START, end: datetime = END, zone: ZoneInfo = MADRID, **order: object
) -> Said:
    """What a file says of the days between two instants."""
    answer = read(
        data,
        {"zone": zone.key, "start": start.isoformat(), "end": end.isoformat(), "entries": 20_000, **order},
    )
    assert "problem" not in answer, answer

    def shown(text: str) -> str:
        return datetime.fromisoformat(text).astimezone(zone).strftime("%d %H:%M") if "T" in text else text[8:]

    return Said(
        [
            f"{shown(first)}-{shown(last)[3 if shown(first)[:2] == shown(last)[:2] else 0 :]}"
            for first, last in answer["busy"]
        ],
        [f"{title} {shown(first)}-{shown(last)}" for title, first, last in answer["questions"]],
        [(why, title) for why, title, *_ in answer["left_out"]],
        [(doubt, zone) for doubt, zone, _taken in answer["doubts"]],
        {name: number for name, number in answer["counts"].items() if number},
        answer,
    )


def event(*lines: str, uid: str = "", title: str = "X") -> str:
    """An entry; its UID is made from its lines unless one is given."""
    head = [f"UID:{uid or abs(hash(lines))}", f"SUMMARY:{title}"]
    return "\n".join(["BEGIN:VEVENT", *head, *lines, "END:VEVENT"]) + "\n"


def calendar(*parts: str, head: str = "") -> bytes:
    """A file with one calendar, as programs write it."""
    body = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{''.join(parts)}END:VCALENDAR\n"
    return body.replace("\n", "\r\n").encode()


def times(start: str, end: str, *more: str) -> tuple[str, ...]:
    """The lines of an entry from one time to another, in UTC on 7 November: `1000` is ten o'clock."""
    return (f"DTSTART:20231107T{start}00Z", f"DTEND:20231107T{end}00Z", *more)
