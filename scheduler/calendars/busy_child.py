"""The child process that reads a stranger's calendar: bytes on standard input, one JSON object on standard
output.

It runs by its path, in isolated mode, and imports nothing of ours, so that it starts quickly and can do
little.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_ENDLESS = {"SECONDLY", "MINUTELY"}


class Unusable(Exception):
    """The calendar can't be used; the message says why."""


def main() -> None:
    order = json.loads(sys.argv[1])
    seconds, memory = int(order["seconds"]), int(order["memory"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(sys.stdin.buffer.read(), order)
    except Unusable as error:
        answer = {"problem": str(error)}
    except (MemoryError, RecursionError):
        answer = {
            "problem": "This calendar needs more memory than a calendar should. Nothing was kept of it."
        }
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        reason = " ".join(str(error).split())[:120]
        answer = {"problem": f"This file can't be read as a calendar: {reason}. Nothing was kept of it."}
    sys.stdout.write(json.dumps(answer))


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The busy stretches, questions and omissions of a calendar, ready for JSON."""
    text = _decoded(data)
    _check_shape(text, entries=order["entries"], depth=order["depth"])
    # Only now: the libraries take a third of a second to load.
    import icalendar
    import recurring_ical_events
    import x_wr_timezone

    zone = ZoneInfo(order["zone"])
    window = (datetime.fromisoformat(order["start"]), datetime.fromisoformat(order["end"]))
    ignored: list[str] = []
    busy: list[tuple[datetime, datetime]] = []
    questions: set[tuple[str, date, date]] = set()
    count = 0
    for found in icalendar.Calendar.from_ical(text, multiple=True):
        calendar = x_wr_timezone.to_standard(found) if "X-WR-TIMEZONE" in found else found
        _drop_endless(calendar, ignored)
        occurrences = recurring_ical_events.of(calendar, skip_bad_series=True, components=["VEVENT"])
        # A day more on either side: floating times move by up to 14 hours when they get their zone.
        for event in occurrences.between(window[0] - timedelta(days=1), window[1] + timedelta(days=1)):
            count += 1
            if count > order["occurrences"]:
                raise Unusable(
                    f"This calendar has more than {order['occurrences']} entries on the days of the event."
                )
            if _is_free(event):
                continue
            start, end = _bounds(event)
            if not isinstance(start, datetime):
                last = max(start, end - timedelta(days=1))
                if start <= window[1].astimezone(zone).date() and last >= window[0].astimezone(zone).date():
                    questions.add((str(event.get("SUMMARY", ""))[:200], start, last))
                continue
            busy.append((_instant(start, zone), _instant(end, zone)))
        busy.extend(_free_busy(calendar, zone))
    return {
        "busy": [(a.isoformat(), b.isoformat()) for a, b in _merged(busy, window)],
        "questions": [(title, a.isoformat(), b.isoformat()) for title, a, b in sorted(questions)],
        "ignored": ignored,
    }


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(
            "This file is not in UTF-8, as calendars must be. Export it again from your calendar program."
        ) from None


def _check_shape(text: str, *, entries: int, depth: int) -> None:
    """Refuses what is no calendar, or too many or too deeply nested entries, before a parser builds them."""
    level = total = 0
    for line in text.splitlines():
        head = line[:6].upper()
        if head == "BEGIN:":
            level += 1
            total += 1
            if level > depth:
                raise Unusable("This file is nested deeper than any calendar. Nothing was kept of it.")
            if total > entries:
                raise Unusable(
                    f"This calendar has more than {entries} entries. Export only the days of the event."
                )
        elif head.startswith("END:"):
            level -= 1
    if "BEGIN:VCALENDAR" not in text[:2000].upper():
        raise Unusable("This file is no calendar. Choose a file that ends with .ics.")
    if level != 0:
        raise Unusable("This file was cut short. Export it again from your calendar program.")


def _drop_endless(calendar: Any, ignored: list[str]) -> None:
    """Takes out entries that repeat every second or minute: no appointment does, and they would never end."""
    kept = []
    for part in calendar.subcomponents:
        rules = part.get("RRULE", [])
        rules = rules if isinstance(rules, list) else [rules]
        if any(str(value).upper() in _ENDLESS for rule in rules for value in rule.get("FREQ", [])):
            ignored.append(f"'{str(part.get('SUMMARY', ''))[:80]}' repeats every minute or faster; left out.")
        else:
            kept.append(part)
    calendar.subcomponents = kept


def _is_free(event: Any) -> bool:
    return (
        str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        or str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    )


def _bounds(event: Any) -> tuple[Any, Any]:
    start = event["DTSTART"].dt
    if "DTEND" in event:
        return start, event["DTEND"].dt
    if "DURATION" in event:
        return start, start + event["DURATION"].dt
    return start, start if isinstance(start, datetime) else start + timedelta(days=1)


def _instant(moment: date, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def _free_busy(calendar: Any, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for part in calendar.walk("VFREEBUSY"):
        values = part.get("FREEBUSY", [])
        for value in values if isinstance(values, list) else [values]:
            if str(value.params.get("FBTYPE", "BUSY")).upper() == "FREE":
                continue
            for period in value.dts if hasattr(value, "dts") else [value]:
                start = period.start if hasattr(period, "start") else period.dt[0]
                end = period.end if hasattr(period, "end") else period.dt[1]
                if isinstance(end, timedelta):
                    end = start + end
                yield _instant(start, zone), _instant(end, zone)


def _merged(
    stretches: Iterable[tuple[datetime, datetime]], window: tuple[datetime, datetime]
) -> list[tuple[datetime, datetime]]:
    result: list[tuple[datetime, datetime]] = []
    for start, end in sorted(stretches):
        start, end = max(start, window[0]), min(end, window[1])
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


if __name__ == "__main__":
    main()
