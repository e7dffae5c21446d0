"""Real calendar readers behind one face: bytes in, what the reader understood out. Used by tests and by the
bench.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.waiting import PATIENCE

_VENDOR = Path(__file__).parent / "vendor" / "ical.js-2.2.1" / "ical.min.mjs"


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """One entry as a reader understood it."""

    uid: str
    start: datetime
    end: datetime
    title: str
    place: str
    status: str


class MissingReader(Exception):
    """The reader is not installed here; the message says what is missing."""


Reader = Callable[[Sequence[bytes]], list[list[Seen]]]


def read_icaljs(files: Sequence[bytes]) -> list[list[Seen]]:
    """ical.js, which Thunderbird and Nextcloud use, run by node."""
    node = shutil.which("node")
    if node is None:
        raise MissingReader("node is not installed")
    script = f"""
import ICAL from {json.dumps(_VENDOR.as_uri())};
import {{ readFileSync }} from 'node:fs';
const files = JSON.parse(readFileSync(0, 'utf-8'));
const iso = time => time.convertToZone(ICAL.Timezone.utcTimezone).toString();
console.log(JSON.stringify(files.map(text => {{
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents('vevent').map(part => {{
    const event = new ICAL.Event(part);
    return [event.uid, iso(event.startDate), iso(event.endDate), event.summary || '', event.location || '',
            part.getFirstPropertyValue('status') || ''];
  }});
}})));
"""
    done = subprocess.run(
        [node, "--input-type=module", "-e", script],
        input=json.dumps([data.decode() for data in files]),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return [
        [Seen(uid, _iso(start), _iso(end), *rest) for uid, start, end, *rest in found]
        for found in json.loads(done.stdout)
    ]


def read_icalendar(files: Sequence[bytes]) -> list[list[Seen]]:
    """The icalendar library."""
    import icalendar

    result = []
    for data in files:
        calendar = icalendar.Calendar.from_ical(data)
        result.append(
            [
                Seen(
                    str(event["UID"]),
                    event["DTSTART"].dt.astimezone(UTC),
                    event["DTEND"].dt.astimezone(UTC),
                    str(event.get("SUMMARY", "")),
                    str(event.get("LOCATION", "")),
                    str(event.get("STATUS", "")),
                )
                for event in calendar.walk("VEVENT")
            ]
        )
    return result


def read_strict(files: Sequence[bytes]) -> list[list[Seen]]:
    """The strict parser `ical` (Home Assistant)."""
    from ical.calendar_stream import IcsCalendarStream

    result = []
    for data in files:
        calendar = IcsCalendarStream.calendar_from_ics(data.decode())
        result.append(
            [
                Seen(
                    event.uid,
                    event.dtstart.astimezone(UTC),
                    event.dtend.astimezone(UTC),
                    event.summary or "",
                    event.location or "",
                    event.status.value if event.status else "",
                )
                for event in calendar.events
            ]
        )
    return result


def read_vobject(files: Sequence[bytes]) -> list[list[Seen]]:
    """vobject, the parser inside Radicale and many a CalDAV client."""
    import vobject

    result = []
    for data in files:
        calendar = vobject.readOne(data.decode())
        result.append(
            [
                Seen(
                    event.uid.value,
                    event.dtstart.value.astimezone(UTC),
                    event.dtend.value.astimezone(UTC),
                    event.summary.value,
                    event.location.value if hasattr(event, "location") else "",
                    event.status.value,
                )
                for event in getattr(calendar, "vevent_list", [])
            ]
        )
    return result


def read_khal(files: Sequence[bytes]) -> list[list[Seen]]:
    """khal, from the one-entry files that vdirsyncer makes of a feed, with khal's own database."""
    from vdirsyncer.vobject import split_collection

    result = []
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(files):
            home = Path(folder) / str(number)
            home.mkdir()
            for position, item in enumerate(split_collection(data.decode())):
                (home / f"{position}.ics").write_text(item, newline="")
            result.append(khal_folder(home))
    return result


def khal_folder(home: Path) -> list[Seen]:
    """What khal shows of a folder of calendar files."""
    from khal.khalendar import CalendarCollection

    locale = {
        "local_timezone": ZoneInfo("UTC"),
        "default_timezone": ZoneInfo("UTC"),
        "dateformat": "%Y-%m-%d",
        "longdateformat": "%Y-%m-%d",
        "timeformat": "%H:%M",
        "datetimeformat": "%Y-%m-%d %H:%M",
        "longdatetimeformat": "%Y-%m-%d %H:%M",
        "firstweekday": 0,
        "unicode_symbols": False,
        "weeknumbers": False,
    }
    calendar = {
        "name": "feed",
        "path": str(home),
        "color": "",
        "readonly": True,
        "priority": 10,
        "addresses": [],
    }
    collection = CalendarCollection({"feed": calendar}, dbpath=":memory:", locale=locale)
    collection.update_db()
    begin, end = datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
    return sorted(
        Seen(
            str(event.uid),
            event.start.astimezone(UTC),
            event.end.astimezone(UTC),
            str(event.summary),
            str(event.location),
            str(event.status).strip(),
        )
        for event in collection.get_localized(begin, end)
    )


def read_vdirsyncer(files: Sequence[bytes]) -> list[list[Seen]]:
    """vdirsyncer: the entries into which it cuts a feed, as it would hand them on."""
    from vdirsyncer.vobject import Item, split_collection

    result = []
    for data in files:
        found = []
        for raw in split_collection(data.decode()):
            item = Item(raw)
            assert item.uid
            event = next(part for part in item.parsed.subcomponents if part.name == "VEVENT")
            found.append(
                Seen(
                    event["UID"],
                    _compact(event["DTSTART"]),
                    _compact(event["DTEND"]),
                    _unescaped(event["SUMMARY"]),
                    _unescaped(event.get("LOCATION") or ""),
                    event["STATUS"],
                )
            )
        result.append(found)
    return result


class _Time(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", ctypes.c_int),
        ("is_daylight", ctypes.c_int),
        ("zone", ctypes.c_void_p),
    )


def read_libical(files: Sequence[bytes]) -> list[list[Seen]]:
    """libical, which Evolution and KOrganizer use, called directly."""
    name = ctypes.util.find_library("ical")
    if name is None:
        raise MissingReader("libical3 is not installed")
    library = ctypes.CDLL(name)
    for function, restype, argtypes in (
        ("icalparser_parse_string", ctypes.c_void_p, [ctypes.c_char_p]),
        ("icalcomponent_get_first_component", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int]),
        ("icalcomponent_get_next_component", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int]),
        ("icalcomponent_count_errors", ctypes.c_int, [ctypes.c_void_p]),
        ("icalcomponent_get_dtstart", _Time, [ctypes.c_void_p]),
        ("icalcomponent_get_dtend", _Time, [ctypes.c_void_p]),
        ("icalcomponent_get_uid", ctypes.c_char_p, [ctypes.c_void_p]),
        ("icalcomponent_get_summary", ctypes.c_char_p, [ctypes.c_void_p]),
        ("icalcomponent_get_location", ctypes.c_char_p, [ctypes.c_void_p]),
        ("icalcomponent_get_status", ctypes.c_int, [ctypes.c_void_p]),
        ("icalproperty_status_to_string", ctypes.c_char_p, [ctypes.c_int]),
        ("icaltime_as_timet_with_zone", ctypes.c_long, [_Time, ctypes.c_void_p]),
        ("icaltimezone_get_utc_timezone", ctypes.c_void_p, []),
        ("icalcomponent_string_to_kind", ctypes.c_int, [ctypes.c_char_p]),
        ("icalcomponent_free", None, [ctypes.c_void_p]),
    ):
        getattr(library, function).restype = restype
        getattr(library, function).argtypes = argtypes
    utc = library.icaltimezone_get_utc_timezone()
    kind = library.icalcomponent_string_to_kind(b"VEVENT")

    def instant(moment: _Time) -> datetime:
        seconds = library.icaltime_as_timet_with_zone(moment, moment.zone or utc)
        return datetime.fromtimestamp(seconds, UTC)

    result = []
    for data in files:
        calendar = library.icalparser_parse_string(data)
        if not calendar or library.icalcomponent_count_errors(calendar):
            raise ValueError("libical found errors in the file")
        found = []
        event = library.icalcomponent_get_first_component(calendar, kind)
        while event:
            status = library.icalproperty_status_to_string(library.icalcomponent_get_status(event))
            found.append(
                Seen(
                    library.icalcomponent_get_uid(event).decode(),
                    instant(library.icalcomponent_get_dtstart(event)),
                    instant(library.icalcomponent_get_dtend(event)),
                    (library.icalcomponent_get_summary(event) or b"").decode(),
                    (library.icalcomponent_get_location(event) or b"").decode(),
                    (status or b"").decode(),
                )
            )
            event = library.icalcomponent_get_next_component(calendar, kind)
        library.icalcomponent_free(calendar)
        result.append(found)
    return result


READERS: dict[str, tuple[str, Reader]] = {
    "ical.js 2.2.1": ("Thunderbird, Nextcloud", read_icaljs),
    "khal 0.14.1": ("khal", read_khal),
    "vdirsyncer 0.21.0": ("vdirsyncer", read_vdirsyncer),
    "ical 14.3.1": ("Home Assistant; strict", read_strict),
    "libical 3": ("Evolution, KOrganizer", read_libical),
    "vobject 0.9.9": ("Radicale", read_vobject),
    "icalendar 7.3.0": ("many Python programs", read_icalendar),
}


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _compact(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _unescaped(text: str) -> str:
    result, position = [], 0
    while position < len(text):
        letter = text[position]
        if letter == "\\" and position + 1 < len(text):
            position += 1
            letter = "\n" if text[position] in "nN" else text[position]
        result.append(letter)
        position += 1
    return "".join(result)
