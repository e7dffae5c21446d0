"""The declarative base, and the column types that every table shares."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from sqlalchemy import DateTime, MetaData, String, TypeDecorator
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_public_id() -> str:
    """An identifier that may leave the system: 20 characters, 99 random bits, easy to read aloud."""
    # One draw for all letters: a large event makes hundreds of thousands of these.
    rest = secrets.randbelow(len(ALPHABET) ** 20)
    letters = []
    for _ in range(20):
        rest, letter = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


class UtcInstant(TypeDecorator[datetime]):
    """A point in time: aware on the Python side, UTC in the database.

    SQLite keeps no zone, so a naive value would come back as something else than what was stored:
    naive values are refused.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Any, coltype: object) -> Any:
        """SQLite keeps text. The instants of an event's slots come again in every row: each is read once."""
        found = super().result_processor(dialect, coltype)
        return lru_cache(4096)(found) if found is not None and dialect.name == "sqlite" else found

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_enum(kind: type[Enum], name: str = "") -> SqlEnum:
    """An enumeration stored as its value, with a CHECK in the database.

    A second column of one kind in a table needs a `name` of its own for the CHECK.
    """
    return SqlEnum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcInstant()}


Key = Annotated[int, mapped_column(primary_key=True)]
PublicId = Annotated[str, mapped_column(String(20), unique=True, default=new_public_id)]
