"""Problem and schedule files: JSON, version 1.

A problem file is read row by row straight into data classes, so that a file of 250 MB costs its text and its
data but never a second copy as dictionaries. Files are written beside their target and moved over it, so
that a reader never meets half a file.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, cast

from solver.errors import ProblemError, ScheduleError, SolverError
from solver.io.decode import LISTS, Rows, described
from solver.io.encode import problem_text, schedule_text
from solver.problem import (
    Meeting,
    Participant,
    Pavilion,
    Place,
    Problem,
    Rules,
    Slot,
    Walk,
    Weights,
)
from solver.schedule import Assignment, Claim, Schedule, Status

_DIGITS = 1000
"""More digits than any number here has a use for; Python would refuse some thousands in its own words."""
_SPACE = re.compile(r"[ \t\r\n]*")
_KEYS = frozenset({"format", "version", "name", "timezone", "rules", "weights", *LISTS})


def read_problem(path: str | Path) -> Problem:
    """The problem in a file. Raises ProblemError with one sentence when the file can't be used."""
    try:
        return parse_problem(_text(path, ProblemError))
    except RecursionError as error:
        raise ProblemError("the file is nested too deeply") from error


def read_claim(path: str | Path) -> Claim:
    """What a schedule file says. Raises ScheduleError with one sentence when it can't be used."""
    try:
        data = _decoder(ScheduleError).decode(_text(path, ScheduleError))
    except RecursionError as error:
        raise ScheduleError("the file is nested too deeply") from error
    except ValueError as error:
        raise ScheduleError(f"the file is not JSON: {error}") from error
    return _claim(data)


def parse_problem(text: str) -> Problem:
    """The problem in a JSON text. Raises ProblemError with one sentence when it can't be used."""
    rows = Rows()
    found: dict[str, Any] = {}
    try:
        for key, value in _members(text, rows):
            if key not in _KEYS:
                raise ProblemError(f"the file: {key!r} is not a key of this format")
            if key in found:
                raise ProblemError(f"the file: the key {key!r} appears twice")
            found[key] = value
    except ValueError as error:
        raise ProblemError(f"the file is not JSON: {error}") from error
    if found.get("format") != "expo-problem":
        raise ProblemError(f"the file: format must be 'expo-problem', not {described(found.get('format'))}")
    if type(found.get("version")) is not int or found["version"] != 1:
        raise ProblemError(f"the file: version must be 1, not {described(found.get('version'))}")
    for key in ("name", "timezone"):
        if type(found.get(key, "")) is not str:
            raise ProblemError(f"the file: {key} must be a string, not {described(found[key])}")
    for key in LISTS:
        if key not in found and key != "walking_minutes":
            raise ProblemError(f"the file: {key} is missing")
    return Problem(
        name=found.get("name", ""),
        timezone=found.get("timezone", "UTC"),
        slots=cast(tuple[Slot, ...], found["slots"]),
        pavilions=cast(tuple[Pavilion, ...], found["pavilions"]),
        walking=cast(tuple[Walk, ...], found.get("walking_minutes", ())),
        places=cast(tuple[Place, ...], found["places"]),
        participants=cast(tuple[Participant, ...], found["participants"]),
        meetings=cast(tuple[Meeting, ...], found["meetings"]),
        rules=rows.rules(found["rules"]) if "rules" in found else Rules(),
        weights=rows.weights(found["weights"]) if "weights" in found else Weights(),
    )


def write_problem(path: str | Path, problem: Problem) -> None:
    """Write a problem file, whole or not at all."""
    _write(path, problem_text(problem))


def write_schedule(path: str | Path, schedule: Schedule, *, seconds: float | None = None) -> None:
    """Write a schedule file, whole or not at all; `seconds` replaces the schedule's own figure."""
    _write(path, schedule_text(schedule, schedule.seconds if seconds is None else seconds))


def _text(path: str | Path, error_class: type[SolverError]) -> str:
    try:
        # some programs begin a file with a mark for its code, which says nothing here
        return Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except OSError as error:
        raise error_class(f"the file can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise error_class(f"the file is not UTF-8: byte {error.start + 1} can't be decoded") from error


def _decoder(error_class: type[SolverError]) -> json.JSONDecoder:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    raise error_class(f"the file: an object of {described(pairs[0][1])} has {key!r} twice")
                seen.add(key)
        return row

    def whole(digits: str) -> int:
        if len(digits) > _DIGITS:
            raise error_class(
                f"the file: {digits} has {len(digits)} digits, too many for a number of this format"
            )
        return int(digits)

    def refuse(name: str) -> NoReturn:
        raise error_class(f"the file: {name} is not a number of this format")

    return json.JSONDecoder(object_pairs_hook=once, parse_constant=refuse, parse_int=whole)


def _members(text: str, rows: Rows) -> Iterator[tuple[str, object]]:
    """Keys and values of the outermost object; the rows of the known lists are converted as they are read."""
    decode = _decoder(ProblemError).raw_decode
    skip = _SPACE.match

    def after(position: int) -> int:
        found = skip(text, position)
        return position if found is None else found.end()

    position = after(0)
    if text[position : position + 1] != "{":
        raise json.JSONDecodeError("Expecting an object", text, position)
    position = after(position + 1)
    if text[position : position + 1] == "}":
        position += 1
    else:
        while True:
            if text[position : position + 1] != '"':
                raise json.JSONDecodeError("Expecting a key in double quotes", text, position)
            key, position = decode(text, position)
            position = after(position)
            if text[position : position + 1] != ":":
                raise json.JSONDecodeError("Expecting ':'", text, position)
            position = after(position + 1)
            if key in LISTS:
                if text[position : position + 1] != "[":
                    value, _ = decode(text, position)
                    raise ProblemError(f"the file: {key} must be a list, not {described(value)}")
                convert = LISTS[key]
                entries: list[object] = []
                position = after(position + 1)
                if text[position : position + 1] == "]":
                    position += 1
                else:
                    while True:
                        value, position = decode(text, position)
                        entries.append(convert(rows, value, len(entries) + 1))
                        position = after(position)
                        mark = text[position : position + 1]
                        position = after(position + 1)
                        if mark == "]":
                            break
                        if mark != ",":
                            raise json.JSONDecodeError("Expecting ',' or ']'", text, position - 1)
                yield key, tuple(entries)
            else:
                value, position = decode(text, position)
                yield key, value
            position = after(position)
            mark = text[position : position + 1]
            position = after(position + 1)
            if mark == "}":
                break
            if mark != ",":
                raise json.JSONDecodeError("Expecting ',' or '}'", text, position - 1)
    if after(position) != len(text):
        raise json.JSONDecodeError("Extra data", text, after(position))


def _claim(data: object) -> Claim:
    if type(data) is not dict:
        raise ScheduleError(f"the file: it must be an object, not {described(data)}")
    if data.get("format", "expo-schedule") != "expo-schedule":
        raise ScheduleError(f"the file: format must be 'expo-schedule', not {described(data['format'])}")
    if data.get("version", 1) != 1:
        raise ScheduleError(f"the file: version must be 1, not {described(data['version'])}")
    try:
        status = Status(str(data.get("status")))
    except ValueError as error:
        raise ScheduleError(
            f"the file: status must be one of {', '.join(Status)}, not {described(data.get('status'))}"
        ) from error
    figures: list[float | None] = []
    for key in ("score", "bound"):
        figure = data.get(key)
        if figure is not None and type(figure) not in (int, float):
            raise ScheduleError(f"the file: {key} must be a number or null, not {described(figure)}")
        figures.append(figure)
    for key in ("meetings", "unscheduled"):
        if type(data.get(key, [])) is not list or (key == "meetings" and key not in data):
            raise ScheduleError(f"the file: {key} must be a list, not {described(data.get(key))}")
    return Claim(
        status,
        figures[0],
        figures[1],
        tuple(_assignment(row, i) for i, row in enumerate(data["meetings"], 1)),
        tuple(
            _name(row, "id", f"unscheduled entry {i}") for i, row in enumerate(data.get("unscheduled", []), 1)
        ),
    )


def _assignment(row: object, number: int) -> Assignment:
    owner = f"meetings entry {number}"
    meeting, slot, place = (_name(row, key, owner) for key in ("id", "slot", "place"))
    attendees = cast(dict[str, Any], row).get("attendees")
    if type(attendees) is not list or not all(type(name) is str for name in attendees):
        raise ScheduleError(f"{owner}: attendees must be a list of ids, not {described(attendees)}")
    return Assignment(meeting, slot, place, tuple(attendees))


def _name(row: object, key: str, owner: str) -> str:
    if type(row) is not dict:
        raise ScheduleError(f"{owner}: it must be an object, not {described(row)}")
    value = row.get(key)
    if type(value) is not str:
        raise ScheduleError(f"{owner}: {key} must be a string, not {described(value)}")
    return value


def _write(path: str | Path, parts: Iterator[str]) -> None:
    target = Path(os.path.realpath(path))
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        # a pipe or a device can't be replaced, only written to
        with target.open("w", encoding="utf-8") as stream:
            stream.writelines(parts)
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", buffering=1 << 20) as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
