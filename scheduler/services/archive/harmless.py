"""What pages serve or follow as it stands, and no service would store: kinds of files, addresses, colours."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, String

from scheduler.services.archive.values import Unfit

SHOWN_TYPES = frozenset(
    ("", "application/pdf", "image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp")
)
"""Kinds of files that a browser shows; none of them runs anything on a page of ours."""
_RUNS = re.compile(r"(?:javascript|data|vbscript|blob|file)\s*:", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x20]+")
_COLOUR = re.compile(r"(#[0-9a-fA-F]{6})?\Z")


def guarded(column: Column[Any], read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The reader of a column, with a look at what a page would do with the value. It raises Unfit."""
    check = _check_of(column)
    if check is None:
        return read

    def looked(value: Any) -> Any:
        found = read(value)
        if found is not None:
            check(found)
        return found

    return looked


def _check_of(column: Column[Any]) -> Callable[[str], None] | None:
    if not isinstance(column.type, String):
        return None
    name = column.name
    if name.endswith(("media_type", "logo_type", "drawing_type")):
        return _type
    if name in ("website", "link", "links"):
        return _address
    return _colour if name == "colour" else None


def _type(value: str) -> None:
    if value not in SHOWN_TYPES:
        raise Unfit("type")


def _address(value: str) -> None:
    # Browsers pass over line breaks within an address; where each line is one, each is looked at.
    if any(_RUNS.match(_UNSEEN.sub("", each)) for each in (value, *value.splitlines())):
        raise Unfit("link")


def _colour(value: str) -> None:
    if not _COLOUR.match(value):
        raise Unfit("colour")
