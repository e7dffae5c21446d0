"""How many strangers' files the machine reads at a time, counted over all its processes by locked files."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import gettext as _

from scheduler.errors import Unavailable

_PAUSE = 0.05


class Busy(Unavailable):
    """Other files are being read; trying again in a moment helps. `field` is the entry of the form, as of Invalid."""

    def __init__(self, field: str = "file") -> None:
        super().__init__(
            _("Other files are being read just now. Try again in a minute; nothing was changed.")
        )
        self.field = field


class Slots:
    """A few places on the machine. A lock ends with the processes that hold its file: none is ever left behind.

    `patience` is how long somebody waits for a place, in seconds; more than `queue` never wait in one process,
    so that its threads stay free for others.
    """

    def __init__(
        self, count: int = 2, *, patience: float = 20.0, queue: int = 8, folder: Path | None = None
    ) -> None:
        self._count = count
        self.patience = patience
        self._folder = folder
        self._queue = queue
        self._lock = threading.Lock()
        self.waiting = 0
        """How many of this process wait for a place."""

    @contextmanager
    def one(self) -> Iterator[int]:
        """A place, as the open file that holds it; a child that inherits it keeps the place. Raises Busy."""
        with self._lock:
            if self.waiting >= self._queue:
                raise Busy
            self.waiting += 1
        try:
            slot = self._wait()
        finally:
            with self._lock:
                self.waiting -= 1
        try:
            yield slot
        finally:
            os.close(slot)

    def _wait(self) -> int:
        deadline = time.monotonic() + self.patience
        while True:
            for number in range(self._count):
                slot = self._try(number)
                if slot is not None:
                    return slot
            if time.monotonic() >= deadline:
                raise Busy
            time.sleep(_PAUSE)

    def _try(self, number: int) -> int | None:
        try:
            path = self._place() / f"reading-{number}"
            slot = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError:
            raise Busy from None
        try:
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(slot)
            return None
        return slot

    def _place(self) -> Path:
        folder = self._folder or Path(tempfile.gettempdir()) / f"expo-scheduler-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        # Anybody may have made a folder of that name in a temporary folder; then it is not ours to use.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise PermissionError(folder)
        return folder


MACHINE = Slots()
