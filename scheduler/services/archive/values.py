"""A column's values as JSON and back. What comes back is a stranger's: each value is checked against its column."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Float, Integer, String
from sqlalchemy import Enum as SqlEnum

from scheduler.models.base import UtcInstant

_SHORT, _LONG = 2**31 - 1, 2**63 - 1
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

encode_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
"""One form of each value: no spaces, letters as they are."""


class Unfit(Exception):
    """A value that its column can't hold; `word` says what belongs there (see `said.py`)."""

    def __init__(self, word: str, most: int = 0) -> None:
        super().__init__(word)
        self.word = word
        self.most = most


def writer(column: Column[Any]) -> Callable[[Any], Any] | None:
    """From a column's values to what JSON takes; None when they are that already."""
    kind = column.type
    if isinstance(kind, UtcInstant):
        return _instant_out
    if isinstance(kind, Date):
        return date.isoformat
    if isinstance(kind, SqlEnum):
        return _enum_out
    return None


@lru_cache(65536)
def _instant_out(value: datetime) -> str:
    return value.isoformat().removesuffix("+00:00") + "Z"


def _enum_out(value: Enum) -> Any:
    return value.value


def reader(column: Column[Any]) -> Callable[[Any], Any]:
    """From JSON to a column's values, None among them. The reader raises Unfit."""
    read = _reader(column)
    if column.nullable:
        return lambda value: None if value is None else read(value)

    def needed(value: Any) -> Any:
        if value is None:
            raise Unfit("something")
        return read(value)

    return needed


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, UtcInstant):
        return lru_cache(65536)(_instant_in)
    if isinstance(kind, SqlEnum):
        return _enum_in(kind)
    if isinstance(kind, String):
        return _text_in(kind.length)
    if isinstance(kind, JSON):
        return _json_in
    simple: dict[type[Any], Callable[[Any], Any]] = {
        Boolean: _truth_in,
        BigInteger: _whole_in(_LONG),
        Integer: _whole_in(_SHORT),
        Float: _number_in,
        Date: _date_in,
    }
    for each, read in simple.items():
        if isinstance(kind, each):
            return read
    raise TypeError(f"Archives don't know how to write a {kind!r}.")


def _truth_in(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("truth")
    return value


def _whole_in(most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not -most <= value <= most:
            raise Unfit("whole")
        return value

    return read


def _number_in(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
        raise Unfit("number")
    if not math.isfinite(value):
        raise Unfit("number")
    return float(value)


def _instant_in(value: Any) -> datetime:
    if not isinstance(value, str) or not value.endswith("Z"):
        raise Unfit("instant")
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise Unfit("instant") from None
    if not _EARLIEST <= found < _LATEST:
        raise Unfit("instant")
    return found


def _date_in(value: Any) -> date:
    try:
        found = date.fromisoformat(value)
    except (ValueError, TypeError):
        raise Unfit("date") from None
    if not _EARLIEST.date() <= found < _LATEST.date():
        raise Unfit("date")
    return found


def _enum_in(kind: SqlEnum) -> Callable[[Any], Any]:
    values = {member.value: member for member in kind.enum_class or ()}

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in values:
            raise Unfit("word")
        return values[value]

    return read


def _text_in(most: int | None) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not _storable(value):
            raise Unfit("text")
        if most is not None and len(value) > most:
            raise Unfit("length", most)
        return value

    return read


def _json_in(value: Any) -> Any:
    if not _storable(encode_line(value)):
        raise Unfit("text")
    return value


def _storable(text: str) -> bool:
    """Whether every database takes a text: none of them takes half a letter, PostgreSQL no NUL."""
    if "\0" in text or "\\u0000" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
