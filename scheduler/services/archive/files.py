"""Archives as files of this machine, for the command line."""

from __future__ import annotations

import os
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.services.archive.reading import COMMAND, Archive, open_archive
from scheduler.services.archive.writing import archive_of


def write_archive(session: Session, event_id: int, path: Path) -> int:
    """Write an event's archive; returns its bytes. Until it is whole there is no file of that name. Raises Invalid."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    size = 0
    try:
        with beside.open("xb") as file:
            for part in archive_of(session, event_id):
                size += file.write(part)
        beside.replace(path)
    except OSError as error:
        raise Invalid(_("%(file)s can't be written: %(why)s.", file=str(path), why=error.strerror)) from None
    finally:
        beside.unlink(missing_ok=True)
    return size


def read_archive(path: Path) -> Archive:
    """An archive of a file, looked through. Raises Invalid, Busy."""
    try:
        with path.open("rb") as file:
            content = file.read(COMMAND.packed + 1)
    except OSError as error:
        raise Invalid(_("%(file)s can't be read: %(why)s.", file=str(path), why=error.strerror)) from None
    return open_archive(content, COMMAND)
