"""An archive that somebody brings: looked through by a child process first, then read again entry by entry."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.migrations import revisions
from scheduler.sandbox.run import Limits, read_apart
from scheduler.services.archive.contents import ACCOUNTS, FORMAT, VERSION, archived_tables, file_of
from scheduler.services.archive.said import place, refused
from scheduler.services.archive.upgrades import Step, former_name, steps_since, upgraded

_CHILD = Path(__file__).with_name("archive_child.py")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an archive may be: bytes as it comes, bytes and entries unpacked; seconds for looking through it."""

    packed: int
    unpacked: int
    rows: int
    seconds: int


PAGE = Bounds(packed=12 * MEGABYTE - 64 * 1024, unpacked=512 * MEGABYTE, rows=1_000_000, seconds=60)
"""Of a page: what one request may carry, less the form around the file. Some thousand people fit without photos."""
COMMAND = Bounds(packed=4096 * MEGABYTE, unpacked=16384 * MEGABYTE, rows=50_000_000, seconds=1200)
"""Of the command line: whoever types there runs the installation."""

MOST_FILES = 400_000
FILE_BYTES = 32 * MEGABYTE
LINE_BYTES = 16 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was looked through: every file is there, is what its hash says, and holds JSON objects."""

    content: bytes
    manifest: dict[str, Any]

    @property
    def slug(self) -> str:
        return str(self.manifest["event"]["slug"])

    @property
    def schema(self) -> str:
        return str(self.manifest["schema"])

    @property
    def steps(self) -> Sequence[Step]:
        """What has to be done with it, so that it fits this version's schema."""
        return steps_since(self.schema)

    def file(self, table: str) -> str:
        """The name of a table's file, which may be that of an earlier revision."""
        return file_of(former_name(table, self.steps))

    def rows(self, table: str) -> int:
        """How many entries a table has; none when the archive's schema did not know it."""
        told = self.manifest["tables"].get(self.file(table))
        return int(told["rows"]) if told is not None else 0

    @contextmanager
    def opened(self) -> Iterator[OpenArchive]:
        """The archive open for reading."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            yield OpenArchive(self, archive)


@dataclass(frozen=True, slots=True)
class OpenArchive:
    archive: Archive
    zip: zipfile.ZipFile

    def entries(
        self, table: str, change_line: Callable[[str], str] | None = None
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each entry of a table with its number, as an entry of this version's schema."""
        name = self.archive.file(table)
        if name not in self.archive.manifest["tables"]:
            return
        steps = self.archive.steps
        former = former_name(table, steps)
        for number, text in enumerate(self.lines(name), start=1):
            entry = upgraded(former, json.loads(change_line(text) if change_line else text), steps)
            if entry is not None:
                yield number, entry

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a file as they stand there."""
        with self.zip.open(name) as file:
            for line in file:
                yield line.decode()

    def file(self, digest: object) -> bytes | None:
        """The bytes that an entry names; None when the archive has no such file."""
        name = f"files/{digest}"
        return self.zip.read(name) if name in self.archive.manifest["files"] else None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an archive holds, for somebody who decides whether to bring it in."""

    name: str
    slug: str
    city: str
    venue: str
    first_day: date
    last_day: date
    as_of: datetime
    software: str
    counts: dict[str, int]
    """Entries by table."""
    files: int


def open_archive(content: bytes, bounds: Bounds) -> Archive:
    """An archive, looked through in a child process. Raises Invalid with what is wrong, and Busy."""
    if len(content) > bounds.packed:
        raise Invalid(
            _(
                "This archive is larger than %(n)d MB. The command line takes larger ones.",
                n=-(-bounds.packed // MEGABYTE),
            ),
            "file",
        )
    order = {
        "format": FORMAT,
        "version": VERSION,
        "schemas": list(revisions()),
        "files": MOST_FILES,
        "bytes": bounds.unpacked,
        "file": FILE_BYTES,
        "rows": bounds.rows,
        "line": LINE_BYTES,
    }
    limits = Limits(
        seconds=bounds.seconds,
        clock=bounds.seconds * 2.0,
        memory=512 * MEGABYTE + 2 * len(content),
        answer=64 * MEGABYTE,
    )
    found = read_apart(_CHILD, content, order, limits)
    if "problem" in found:
        raise refused(found)
    archive = Archive(content, found["manifest"])
    _know_tables(archive)
    return archive


def _know_tables(archive: Archive) -> None:
    """Raises Invalid for a table that this version does not know, or that only an older schema may lack."""
    manifest = archive.manifest
    known = {archive.file(ACCOUNTS), *(archive.file(each.name) for each in archived_tables())}
    for name in manifest["tables"]:
        if name not in known:
            raise Invalid(_("%(file)s is no table that this version knows.", file=name), "file")
    if manifest["schema"] == revisions()[-1]:
        for name in sorted(known - set(manifest["tables"])):
            raise refused({"problem": "missing", "file": name, "entry": 0, "value": ""})
    told = manifest["tables"].get(file_of("event"), {"rows": 0})
    if told["rows"] != 1:
        raise Invalid(
            _("%(file)s must have one entry: an archive holds one event.", file=file_of("event")), "file"
        )


def preview_of(archive: Archive) -> Preview:
    """What is shown of an archive before it is brought in. Raises Invalid."""
    with archive.opened() as opened:
        event = next(entry for _number, entry in opened.entries("event"))
        days = [_day(number, entry) for number, entry in opened.entries("event_day")]
        if not days:
            raise Invalid(_("The event of this archive has no day."), "file")
        return Preview(
            name=str(event.get("name", ""))[:200],
            slug=archive.slug[:60],
            city=str(event.get("city", ""))[:120],
            venue=str(event.get("venue", ""))[:200],
            first_day=min(days),
            last_day=max(days),
            as_of=_as_of(archive.manifest["as_of"]),
            software=archive.manifest["software"][:40],
            counts={each.name: archive.rows(each.name) for each in archived_tables()},
            files=len(archive.manifest["files"]),
        )


def _as_of(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise refused({"problem": "manifest", "file": "manifest.json", "entry": 0, "value": "as_of"})
    return found


def _day(number: int, entry: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(entry["date"])
    except (KeyError, TypeError, ValueError):
        where = place(file_of("event_day"), number)
        raise Invalid(_("%(where)s: the date of a day can't be read.", where=where), "file") from None
