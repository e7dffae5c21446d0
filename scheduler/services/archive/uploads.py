"""Archives that are looked at on a page before they become an event: one a person, for a day.

They lie in a folder of the installation and not in its database: one is as large as many events' rows, and soon gone.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.services.archive.reading import Preview

KEPT = 24 * 3600
"""Seconds after which an archive that nobody has brought in is thrown away."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An archive that was looked through: what the file was called, what it holds, and where it lies."""

    name: str
    preview: Preview
    path: Path

    def content(self) -> bytes:
        """Its bytes. Raises Invalid when it was thrown away meanwhile."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            raise Invalid(_("The archive is not here any more. Bring it again."), "file") from None


def keep_upload(folder: Path, person: str, name: str, content: bytes, preview: Preview) -> None:
    """Keep a person's archive; what they had before goes, and what anybody left lying. `person`: a public id."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - KEPT:
            old.unlink(missing_ok=True)
    archive, told = _paths(folder, person)
    holds = asdict(preview)
    for day in ("first_day", "last_day", "as_of"):
        holds[day] = holds[day].isoformat()
    kept = json.dumps({"file": name[:200], "holds": holds}).encode()
    for path, data in ((archive, content), (told, kept)):
        with _whole(path) as beside:
            beside.write_bytes(data)


def kept_upload(folder: Path, person: str) -> Upload | None:
    """The archive that a person looks at; None when there is none any more."""
    archive, told = _paths(folder, person)
    try:
        if told.stat().st_mtime < time.time() - KEPT:
            return None
        kept = json.loads(told.read_bytes())
    except FileNotFoundError:
        return None
    holds = kept["holds"]
    for day in ("first_day", "last_day"):
        holds[day] = date.fromisoformat(holds[day])
    holds["as_of"] = datetime.fromisoformat(holds["as_of"])
    return Upload(kept["file"], Preview(**holds), archive)


def throw_away(folder: Path, person: str) -> None:
    """Forget a person's archive."""
    for path in _paths(folder, person):
        path.unlink(missing_ok=True)


def _paths(folder: Path, person: str) -> tuple[Path, Path]:
    return folder / f"{person}.zip", folder / f"{person}.json"


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file that only its owner reads, and that is there whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.touch(0o600)
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
