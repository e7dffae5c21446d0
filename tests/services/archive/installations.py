"""Two installations side by side: an event of one, and what of it the other has afterwards."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from sqlalchemy import Column, ForeignKey, Table, select
from sqlalchemy.orm import Session

from scheduler.models import Base, Event
from scheduler.services.archive.reading import COMMAND, open_archive
from scheduler.services.archive.restoring import bring_in
from scheduler.services.archive.writing import archive_of, encode_manifest
from tests.factories import make_user

Tables = dict[str, list[dict[str, Any]]]

BOOKED = {"plan_id": "plan", "participant_id": "participant", "place_id": "place"}
"""What bookings name without a foreign key."""


def taken_out(session: Session, event: Event) -> bytes:
    """The archive of an event, as one file."""
    key = event.id
    session.commit()
    content = b"".join(archive_of(session, key))
    session.rollback()
    return content


def brought_in(session: Session, content: bytes, slug: str = "", *, archived: bool = False) -> Event:
    """The event of an archive in another database; its organiser there is carrier@example.org."""
    archive = open_archive(content, COMMAND)
    actor = make_user(session, "carrier@example.org")
    event = bring_in(session, archive, slug or archive.slug, actor, archived=archived)
    session.commit()
    return event


def files_of(content: bytes) -> dict[str, bytes]:
    """The files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    """Files as a zip, whose manifest counts and hashes what is there now."""
    manifest = json.loads(files["manifest.json"])
    for name in manifest["tables"]:
        if name in files:
            told = {"rows": files[name].count(b"\n"), "sha256": hashlib.sha256(files[name]).hexdigest()}
            manifest["tables"][name] = told
    return packed({**files, "manifest.json": encode_manifest(manifest)})


def packed(files: dict[str, bytes]) -> bytes:
    """Files as a zip, as they are."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def tables_of(session: Session) -> Tables:
    """Every row of a database with one event, table by table; nothing of the code under test is asked.

    Instead of ids stand places: the how-manieth row of its table it is; of accounts, the address.
    """
    names = {
        table.name: {key: place for place, key in enumerate(_ids(session, table))}
        for table in Base.metadata.sorted_tables
        if "id" in table.columns
    }
    users = dict(session.execute(select(_table("user_account").c.id, _table("user_account").c.email)).all())
    names["user_account"] = users  # type: ignore[assignment]
    return {
        table.name: sorted(
            (
                {column.name: _plain(names, column, row[column.name]) for column in table.columns}
                for row in session.execute(select(table)).mappings()
            ),
            key=repr,
        )
        for table in Base.metadata.sorted_tables
    }


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _ids(session: Session, table: Table) -> list[int]:
    return list(session.scalars(select(table.c.id).order_by(table.c.id)))


def _plain(names: dict[str, dict[int, int]], column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if column.name == "id":
        return names[column.table.name][value]
    if column.table.name.endswith("_booking") and column.name in BOOKED:
        return names[BOOKED[column.name]][value]
    keys: list[ForeignKey] = list(column.foreign_keys)
    while keys:
        target = keys[0].column
        if target.name == "id":
            return names[target.table.name][value]
        keys = list(target.foreign_keys)
    return value
