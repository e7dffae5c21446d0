"""The readers' matrix: what real calendar programs make of our files. Writes docs/calendars.md.

    python -m bench.readers [--quick] [--write docs/calendars.md]

Every zone of the IANA database with two meetings in each month of a year is written by us and read back by each
reader; a time is wrong when it differs from the wall clock that was written. `--quick` takes every tenth zone.
"""

from __future__ import annotations

import argparse
import time
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

from scheduler.calendars.writer import write
from tests.calendars.agendas import agenda, meeting
from tests.calendars.readers import READERS, MissingReader
from tests.calendars.test_hostile_names import NAMES
from tests.calendars.test_right_times import wrong_times
from tests.calendars.test_versions import published

BEGIN, END = "<!-- readers: begin -->", "<!-- readers: end -->"


@dataclass(frozen=True)
class Result:
    """What one reader made of everything."""

    name: str
    used_by: str
    times: int
    wrong: int
    versions: str
    names: str
    seconds: float


def examine(name: str, keys: list[str]) -> Result:
    """Everything that one reader is asked. Raises MissingReader when it is not installed."""
    used_by, read = READERS[name]
    started = time.perf_counter()
    wrong = len(wrong_times(name, keys))
    right = 0
    for entries in published():
        (seen,) = read([write(agenda(*entries))])
        expected = sorted((one.uid, one.start, one.place, one.status.name) for one in entries)
        right += sorted((item.uid, item.start, item.place, item.status) for item in seen) == expected
    hostile = [meeting(number, title=text, place=text) for number, text in enumerate(NAMES.values(), start=1)]
    (seen,) = read([write(agenda(*hostile))])
    whole = {item.uid for item in seen} == {one.uid for one in hostile} and len(seen) == len(hostile)
    return Result(
        name,
        used_by,
        24 * len(keys),
        wrong,
        f"{right} of {len(published())}",
        f"{len(hostile)} of {len(hostile)}" if whole else "not all",
        time.perf_counter() - started,
    )


def table(results: list[Result | str]) -> list[str]:
    lines = [
        "| reader | used by | times read | wrong | versions as published | difficult names | seconds |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for result in results:
        if isinstance(result, str):
            lines.append(f"| {result} | | | | | | |")
        else:
            lines.append(
                f"| {result.name} | {result.used_by} | {result.times:,} | {result.wrong} | {result.versions}"
                f" | {result.names} | {result.seconds:.0f} |"
            )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="every tenth zone")
    parser.add_argument("--write", type=Path, help="put the table between the marks of this file")
    choices = parser.parse_args()
    keys = sorted(zoneinfo.available_timezones())[:: 10 if choices.quick else 1]
    results: list[Result | str] = []
    for name in READERS:
        try:
            results.append(examine(name, keys))
        except MissingReader as missing:
            results.append(f"{name}: {missing}")
        print(table(results)[-1], flush=True)
    lines = [f"{len(keys)} zones, two meetings in each month of a year.", "", *table(results)]
    if choices.write:
        text = choices.write.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        after = rest.split(END)[1]
        body = "\n".join(lines)
        choices.write.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
