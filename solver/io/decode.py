"""JSON values to the problem's data classes: types, unknown keys, times.

What an entry refers to is checked by the Problem itself. Equal strings and tuples are shared, so that
600,000 meetings do not hold 600,000 copies of the same ids.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from solver.errors import ProblemError
from solver.problem import (
    Commitment,
    Meeting,
    OptionalAttendee,
    Participant,
    Pavilion,
    Place,
    Published,
    Rules,
    Slot,
    Walk,
    Weights,
)

Row = dict[str, Any]
"""One JSON object as read: the only place where the outside world has this shape."""

_KEYS: Final = {
    "slot": frozenset({"id", "start", "end"}),
    "pavilion": frozenset({"id", "name"}),
    "walking_minutes": frozenset({"from", "to", "minutes"}),
    "place": frozenset({"id", "pavilion", "capacity", "slots"}),
    "participant": frozenset(
        {"id", "organisation", "slots", "max_meetings", "max_meetings_per_day", "guarantee", "commitments"}
    ),
    "commitment": frozenset({"start", "end", "pavilion"}),
    "meeting": frozenset(
        {"id", "sides", "optional", "value", "required", "slots", "places", "after", "published", "locked"}
    ),
    "optional": frozenset({"participant", "value"}),
    "published": frozenset({"slot", "place", "attendees"}),
    "rules": frozenset({"max_break_spread"}),
    "weights": frozenset({"value", "break", "walking", "guarantee", "moved", "dropped"}),
}


def described(value: object) -> str:
    """A JSON value in a few words, for an error message of one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class Rows:
    """Turns the rows of one problem file into data classes; one instance per file, for what rows share."""

    def __init__(self) -> None:
        self._strings: dict[str, str] = {}
        self._tuples: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._minutes: dict[str, int] = {}

    def slot(self, value: object, number: int) -> Slot:
        """A slot from its row."""
        row, owner = self._entry(value, "slot", number)
        start = self._minute(row, "start", owner)
        return Slot(self._share(row["id"]), start, self._minute(row, "end", owner))

    def pavilion(self, value: object, number: int) -> Pavilion:
        """A pavilion from its row."""
        row, owner = self._entry(value, "pavilion", number)
        return Pavilion(self._share(row["id"]), self._text(row, "name", owner, ""))

    def walk(self, value: object, number: int) -> Walk:
        """A row of walking minutes."""
        owner = f"walking_minutes row {number}"
        row = self._object(value, "walking_minutes", owner)
        return Walk(
            self._text(row, "from", owner), self._text(row, "to", owner), _whole(row, "minutes", owner, None)
        )

    def place(self, value: object, number: int) -> Place:
        """A place from its row."""
        row, owner = self._entry(value, "place", number)
        return Place(
            self._share(row["id"]),
            self._text(row, "pavilion", owner),
            _whole(row, "capacity", owner, 1),
            self._names(row, "slots", owner),
        )

    def participant(self, value: object, number: int) -> Participant:
        """A participant from its row."""
        row, owner = self._entry(value, "participant", number)
        commitments = row.get("commitments") or []
        if type(row.get("commitments", [])) is not list:
            raise _wrong(owner, "commitments", "a list", row["commitments"])
        return Participant(
            self._share(row["id"]),
            self._text(row, "organisation", owner, ""),
            self._names(row, "slots", owner),
            _limit(row, "max_meetings", owner),
            _limit(row, "max_meetings_per_day", owner),
            _whole(row, "guarantee", owner, 0),
            tuple(self._commitment(entry, owner, i) for i, entry in enumerate(commitments, 1)),
        )

    def meeting(self, value: object, number: int) -> Meeting:
        """A meeting from its row."""
        row, owner = self._entry(value, "meeting", number)
        sides = row.get("sides")
        if type(sides) is not list:
            raise _wrong(owner, "sides", "a list of lists of participants", sides, "sides" not in row)
        optional = row.get("optional", [])
        if type(optional) is not list:
            raise _wrong(owner, "optional", "a list", optional)
        return Meeting(
            self._share(row["id"]),
            tuple([self._tuple(side, "sides", owner) for side in sides]),
            tuple([self._extra(entry, owner, i) for i, entry in enumerate(optional, 1)]) if optional else (),
            _whole(row, "value", owner, 1),
            _flag(row, "required", owner),
            self._names(row, "slots", owner),
            self._names(row, "places", owner),
            self._tuple(row["after"], "after", owner) if "after" in row else (),
            self._published(row.get("published"), owner),
            _flag(row, "locked", owner),
        )

    def rules(self, value: object) -> Rules:
        """The rules over the whole schedule."""
        row = self._object(value, "rules", "rules")
        return Rules(_limit(row, "max_break_spread", "rules"))

    def weights(self, value: object) -> Weights:
        """The weights of the score."""
        row = self._object(value, "weights", "weights")
        return Weights(
            _whole(row, "value", "weights", 1),
            *(
                _whole(row, key, "weights", 0)
                for key in ("break", "walking", "guarantee", "moved", "dropped")
            ),
        )

    def _commitment(self, value: object, person: str, number: int) -> Commitment:
        owner = f"{person}: commitment {number}"
        row = self._object(value, "commitment", owner)
        pavilion = row.get("pavilion")
        return Commitment(
            self._minute(row, "start", owner),
            self._minute(row, "end", owner),
            None if pavilion is None else self._text(row, "pavilion", owner),
        )

    def _extra(self, value: object, meeting: str, number: int) -> OptionalAttendee:
        owner = f"{meeting}: optional entry {number}"
        row = self._object(value, "optional", owner)
        return OptionalAttendee(self._text(row, "participant", owner), _whole(row, "value", owner, None))

    def _published(self, value: object, meeting: str) -> Published | None:
        if value is None:
            return None
        owner = f"{meeting}: published"
        row = self._object(value, "published", owner)
        return Published(
            self._text(row, "slot", owner),
            self._text(row, "place", owner),
            self._names(row, "attendees", owner),
        )

    def _entry(self, value: object, noun: str, number: int) -> tuple[Row, str]:
        if type(value) is not dict:
            raise ProblemError(f"{noun} number {number}: it must be an object, not {described(value)}")
        name = value.get("id")
        if type(name) is not str or not name:
            if "id" not in value:
                raise ProblemError(f"{noun} number {number}: it has no id")
            raise ProblemError(
                f"{noun} number {number}: id must be a non-empty string, not {described(name)}"
            )
        owner = f"{noun} {name!r}"
        if not value.keys() <= _KEYS[noun]:
            raise _unknown(value, noun, owner)
        return value, owner

    def _object(self, value: object, noun: str, owner: str) -> Row:
        if type(value) is not dict:
            raise ProblemError(f"{owner}: it must be an object, not {described(value)}")
        if not value.keys() <= _KEYS[noun]:
            raise _unknown(value, noun, owner)
        return value

    def _share(self, text: str) -> str:
        return self._strings.setdefault(text, text)

    def _text(self, row: Row, key: str, owner: str, default: str | None = None) -> str:
        value = row.get(key, default)
        if type(value) is not str:
            raise _wrong(owner, key, "a string", value, key not in row)
        return self._strings.setdefault(value, value)

    def _names(self, row: Row, key: str, owner: str) -> tuple[str, ...] | None:
        value = row.get(key)
        return None if value is None else self._tuple(value, key, owner)

    def _tuple(self, value: object, key: str, owner: str) -> tuple[str, ...]:
        if type(value) is not list:
            raise _wrong(owner, key, "a list of ids", value)
        found = tuple(value)
        try:
            known = self._tuples.get(found)
        except TypeError:
            known = None
        if known is not None:
            return known
        for name in value:
            if type(name) is not str:
                raise _wrong(owner, key, "a list of ids", name)
        shared = tuple([self._share(name) for name in value])
        return self._tuples.setdefault(shared, shared)

    def _minute(self, row: Row, key: str, owner: str) -> int:
        text = row.get(key)
        if type(text) is not str:
            raise _wrong(owner, key, "a time such as 2023-11-07T09:30+01:00", text, key not in row)
        minute = self._minutes.get(text)
        if minute is None:
            minute = self._minutes[text] = _parse_minute(text, key, owner)
        return minute


def _parse_minute(text: str, key: str, owner: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProblemError(f"{owner}: {key} {described(text)} is not an ISO 8601 time") from error
    if moment.tzinfo is None:
        raise ProblemError(f"{owner}: {key} {described(text)} has no UTC offset")
    return int(moment.timestamp() // 60)


def _whole(row: Row, key: str, owner: str, default: int | None) -> int:
    value = row.get(key, default)
    if type(value) is not int:
        raise _wrong(owner, key, "a whole number", value, key not in row)
    if value < 0:
        raise ProblemError(f"{owner}: {key} must not be negative, but is {described(value)}")
    return value


def _limit(row: Row, key: str, owner: str) -> int | None:
    return None if row.get(key) is None else _whole(row, key, owner, None)


def _flag(row: Row, key: str, owner: str) -> bool:
    value = row.get(key, False)
    if type(value) is not bool:
        raise _wrong(owner, key, "true or false", value)
    return value


def _wrong(owner: str, key: str, wanted: str, value: object, missing: bool = False) -> ProblemError:
    if missing:
        return ProblemError(f"{owner}: {key} is missing")
    return ProblemError(f"{owner}: {key} must be {wanted}, not {described(value)}")


def _unknown(row: Row, noun: str, owner: str) -> ProblemError:
    keys = sorted(row.keys() - _KEYS[noun])
    return ProblemError(f"{owner}: {keys[0]!r} is not a key of this format")


ListReader = Callable[[Rows, object, int], object]

LISTS: Final[dict[str, ListReader]] = {
    "slots": Rows.slot,
    "pavilions": Rows.pavilion,
    "walking_minutes": Rows.walk,
    "places": Rows.place,
    "participants": Rows.participant,
    "meetings": Rows.meeting,
}
"""The lists of a problem file and what reads one row of each."""
