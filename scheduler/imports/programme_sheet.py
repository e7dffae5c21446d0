"""The sessions of a spreadsheet, whatever its columns are called. Pure functions."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from scheduler.imports.heading_row import heading_words, known_columns
from scheduler.imports.sheets import Sheet, SheetRow, column_name

_MEANINGS = heading_words("programme_headings.json")
WORDS = _MEANINGS.keys()
MOST_LETTERS = 4001
"""One more than the longest field holds, so that what is cut is known."""
_DATES = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})"), (3, 2, 1)),
)
_CLOCK = re.compile(
    r"(\d{1,2})[:.h](\d{2})(?::\d{2})?\s*([ap]\.?m\.?)?|(\d{1,2})\s*([ap]\.?m\.?)", re.IGNORECASE
)
_SPEAKERS = re.compile(r"\s*[;\n|]\s*")


def sessions_of_sheet(sheet: Sheet, most: int) -> dict[str, Any]:
    """The sessions of a table, in the form in which the child process answers."""
    of, rows = known_columns(sheet, _MEANINGS)
    if (
        "title" not in of
        or not ({"start", "day"} & of.keys())
        or not ({"end", "duration", "start"} & of.keys())
    ):
        return {"problem": "columns"}
    if len(rows) > most:
        return {"problem": "many"}
    sessions: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    day = ""
    for row in rows:
        day = row.at(of.get("day")) or day
        found = _session(row, of, day)
        (left if "problem" in found else sessions).append(found)
    return {"sessions": sessions, "left": left} if sessions or left else {"problem": "blank"}


def _session(row: SheetRow, of: dict[str, int], day: str) -> dict[str, Any]:
    def text(kind: str) -> str:
        return row.at(of.get(kind))

    said: dict[str, Any] = {
        "where": f"{column_name(of['title'])}{row.number}",
        "title": text("title")[:300],
        "source": text("source")[:300],
        "number": 0,
        "speakers": [one for one in _SPEAKERS.split(text("speakers")) if one][:40],
    }
    said |= {kind: text(kind) for kind in ("track", "kind", "language", "description", "link")}
    said["room"] = ", ".join(filter(None, (text("pavilion"), text("room"))))
    said["capacity"] = int(text("capacity")) if re.fullmatch(r"[1-9]\d{0,5}", text("capacity")) else 0
    if text("delegation"):
        return said | {"problem": "joint"}
    if not said["title"]:
        return said | {"problem": "no title"}
    # “09:30 - 10:15” in one cell says both.
    begins, _mark, ends = text("start").partition("–" if "–" in text("start") else " - ")
    start = _moment(begins or day, day)
    if start is None:
        return said | {"problem": "no time"}
    end = _end(start, text("end") or ends, text("duration"), day)
    if end is None:
        return said | {"problem": "no end"}
    return said | {"start": start.isoformat(), "end": end.isoformat()}


def _moment(text: str, day: str) -> datetime | None:
    clock, on = _clock(text), _date(text) or _date(day)
    return datetime.combine(on, clock) if clock is not None and on is not None else None


def _end(start: datetime, text: str, duration: str, day: str) -> datetime | None:
    if text:
        clock = _clock(text)
        if clock is None:
            return None
        end = datetime.combine(_date(text) or start.date(), clock)
        return end if end > start else end + timedelta(days=1) if _date(text) is None else None
    hours = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", duration.strip())
    if hours:
        return start + timedelta(hours=int(hours[1]), minutes=int(hours[2]))
    minutes = re.match(r"(\d{1,4})", duration)
    return start + timedelta(minutes=int(minutes[1])) if minutes and int(minutes[1]) else None


def _date(text: str) -> date | None:
    for pattern, (year, month, day) in _DATES:
        if found := pattern.search(text):
            try:
                return date(int(found[year]), int(found[month]), int(found[day]))
            except ValueError:
                return None
    return None


def _clock(text: str) -> time | None:
    rest = text
    for pattern, _order in _DATES:
        rest = pattern.sub(" ", rest)
    found = _CLOCK.search(rest)
    if found is None:
        return None
    hour, minute = int(found[1] or found[4]), int(found[2] or 0)
    half = (found[3] or found[5] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
