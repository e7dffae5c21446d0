"""Programmes that people bring: schedule.xml, schedule.json, .ics or a spreadsheet, read by a child process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from scheduler.calendars.sessions import read_sessions
from scheduler.errors import Invalid
from scheduler.imports.programme_sheet import MOST_LETTERS, WORDS, sessions_of_sheet
from scheduler.imports.sheets import MOST_BYTES, read_sheet
from scheduler.sandbox.run import Broken, Limits, TooMuch, read_apart

MOST_SESSIONS = 5000
_CHILD = Path(__file__).with_name("programme_child.py")
_LIMITS = Limits(seconds=20, memory=512 * 1024 * 1024, answer=24 * 1024 * 1024)
_NO_DAY = date(1, 1, 1)
_WIDE = (b"\xff\xfe<\0", b"\xfe\xff\0<")
"""How XML in UTF-16 begins."""


@dataclass(frozen=True, slots=True)
class ImportedSession:
    """A session as the file says it. Times have no zone where the file names none: then they are the event's.

    `number` counts the file's days from 0; a start in the year 1 means that only the number says the day (see `day`).
    """

    source: str
    title: str
    start: datetime
    end: datetime
    number: int = 0
    room: str = ""
    track: str = ""
    kind: str = ""
    language: str = ""
    description: str = ""
    speakers: tuple[str, ...] = ()
    link: str = ""
    capacity: int = 0

    @property
    def day(self) -> date | None:
        """The day that the file names; None when it only counts days."""
        return None if self.start.date() <= _NO_DAY + timedelta(days=1) else self.start.date()


@dataclass(frozen=True, slots=True)
class LeftSession:
    """What can't be used of a file: where it stands, what it is called, and why."""

    where: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportedProgramme:
    """What was found in a file. `guessed`: its letters may have been read wrongly."""

    sessions: tuple[ImportedSession, ...]
    left: tuple[LeftSession, ...]
    guessed: bool = False


def read_programme(content: bytes, zone: str = "UTC") -> ImportedProgramme:
    """The sessions of a file. Raises Invalid with the reason, and Busy. `zone`: of a calendar's times without one."""
    if len(content) > MOST_BYTES:
        raise Invalid(_("The file is larger than %(n)d MB. Split it.", n=MOST_BYTES // 1024 // 1024), "file")
    if not content.strip(b"\0 \t\r\n"):
        raise Invalid(_("The file is empty."), "file")
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:15].upper() == b"BEGIN:VCALENDAR":
        return _programme(_read(lambda: read_sessions(content, zone, MOST_SESSIONS)))
    if head[:1] in (b"<", b"{", b"[") or head[:4] in _WIDE:
        return _programme(_read(lambda: read_apart(_CHILD, content, {"sessions": MOST_SESSIONS}, _LIMITS)))
    sheet = read_sheet(content, WORDS, letters=MOST_LETTERS)
    return replace(_programme(sessions_of_sheet(sheet, MOST_SESSIONS)), guessed=sheet.guessed)


def _read(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return read()
    except TooMuch:
        return {"problem": "many"}
    except Broken:
        return {"problem": "kind"}


def _programme(found: dict[str, Any]) -> ImportedProgramme:
    if not found.get("problem") and not found["sessions"] and not found["left"]:
        found = {"problem": "blank"}
    if problem := found.get("problem"):
        raise Invalid(_sentence(problem), "file")
    reasons = {
        "no time": _("It has no day and time that can be read."),
        "no end": _("It has no end, or ends before it starts."),
        "no title": _("It has no title."),
        "cancelled": _("It is cancelled."),
        "recurs": _("It recurs: enter each time as a session of its own."),
        "joint": _("It is a delegation's own: delegations make their programme themselves."),
        "all day": _("It lasts whole days: a session has a time."),
    }
    return ImportedProgramme(
        tuple(
            ImportedSession(
                row["source"],
                row["title"],
                datetime.fromisoformat(row["start"]),
                datetime.fromisoformat(row["end"]),
                row["number"],
                row["room"],
                row["track"],
                row["kind"],
                row["language"],
                row["description"],
                tuple(row["speakers"]),
                row["link"],
                row.get("capacity", 0),
            )
            for row in found["sessions"]
        ),
        tuple(LeftSession(row["where"], row["title"], str(reasons[row["problem"]])) for row in found["left"]),
    )


def _sentence(problem: str) -> str:
    sentences = {
        "kind": _(
            "This is no programme that can be read. Bring a schedule.xml, a schedule.json, an .ics or a spreadsheet."
        ),
        "xml": _("The XML of this file is broken. Export it again."),
        "cut": _("The file is cut off: its end is missing. Export or download it again."),
        "entities": _("This XML defines entities, which are not read. Export it again without a DOCTYPE."),
        "html": _(
            "This is a web page. Look on it for the link to the schedule.xml or .ics, and bring that file."
        ),
        "other xml": _("This XML is no schedule: its first element must be “schedule”."),
        "json": _("The JSON of this file is broken. Export it again."),
        "other json": _("This JSON is no schedule: it has no days of a conference."),
        "ics": _("This calendar can't be read. Export it again."),
        "many": _("More than %(n)d sessions. Split the file.", n=MOST_SESSIONS),
        "blank": _("The file holds no session."),
        "columns": _(
            "One row must name the columns; needed are a title, a day and a start (or a start with its date), and an"
            " end or a duration."
        ),
    }
    return str(sentences[problem])
