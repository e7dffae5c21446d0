"""Reading what strangers bring, in a bounded child process.

    answer = read_apart(Path(__file__).with_name("busy_child.py"), data, {"zone": "Europe/Madrid"}, Limits(seconds=15))

The child is a module of its own, run by its path: it defines `read(data: bytes, order: dict) -> dict`, imports
nothing of ours, and returns what JSON can carry. Say what is wrong with a file as data in the answer; whatever
the module raises ends the child as Broken.

The child has a bound on its memory, processor time, clock and answer; it is nice, has an empty environment, no open
files, a session of its own, and may neither write files nor start processes. At most two run at a time on the whole
machine. Call this while no transaction is open (`scheduler.web.uploads.apart` sees to it): nobody else should
wait for the database until a file is read.

All three errors carry a sentence for the person: Busy, TooMuch, Broken. A page shows it on its form.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.sandbox.launch import FAILED, OUT_OF_MEMORY
from scheduler.sandbox.slots import MACHINE, Busy, Slots

__all__ = ["Broken", "Busy", "Limits", "TooMuch", "read_apart"]

logger = logging.getLogger(__name__)

_LAUNCH = Path(__file__).with_name("launch.py")
_COMPLAINT = 4096
"""How much of a child's last words is kept for the log."""


class TooMuch(Invalid):
    """The file needs more memory, time or room for its answer than it may have."""


class Broken(Invalid):
    """The child could not make sense of the file, in a way that its module did not foresee."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading a file may cost: processor time and the clock in seconds, sizes in bytes."""

    seconds: int = 10
    clock: float = 40.0
    memory: int = 512 * 1024 * 1024
    answer: int = 32 * 1024 * 1024


def read_apart(
    child: Path,
    data: bytes,
    order: Mapping[str, object],
    limits: Limits = Limits(),
    *,
    slots: Slots = MACHINE,
) -> dict[str, Any]:
    """What `read` of the module at `child` says of the data. Raises Busy, TooMuch, Broken."""
    with slots.one() as slot, _input(data) as source:
        process = _start(child, order, limits, source, slot)
        try:
            said, complaint = _listen(process, limits)
        finally:
            _end(process)
    if process.returncode == 0 and said is not None:
        found: dict[str, Any] = json.loads(said)
        return found
    # Of what a library wrote before it died nothing is told: it may quote the file.
    words = complaint.rsplit("\n", 1)[-1] if process.returncode == FAILED else ""
    logger.warning("%s ended with code %s %s", child.name, process.returncode, words[:200])
    if said is None or process.returncode < 0 or process.returncode == OUT_OF_MEMORY:
        raise TooMuch(
            _(
                "Reading this file takes more time or memory than a file of its kind should. "
                "Make it smaller and try again; nothing was changed."
            ),
            "file",
        )
    raise Broken(_("This file can't be read. Save it anew and try again; nothing was changed."), "file")


def _input(data: bytes) -> IO[bytes]:
    """The data as a file without a name: the child reads it at its own pace, and no thread feeds it."""
    try:
        if hasattr(os, "memfd_create"):
            source: IO[bytes] = os.fdopen(os.memfd_create("upload"), "w+b")
        else:
            source = tempfile.TemporaryFile()  # noqa: SIM115 the caller closes it
        source.write(data)
        source.seek(0)
    except OSError:
        raise Busy from None
    return source


def _start(
    child: Path, order: Mapping[str, object], limits: Limits, source: IO[bytes], slot: int
) -> subprocess.Popen[bytes]:
    # Isolated mode: neither the environment nor the working folder decides what the child imports.
    command = [sys.executable, "-I", "-B", str(_LAUNCH), str(child)]
    try:
        return subprocess.Popen(
            [*command, json.dumps(asdict(limits)), json.dumps(order)],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # The slot is free again when the last holder of its lock is gone: us and the child.
            pass_fds=(slot,),
            env={},
            cwd="/",
            start_new_session=True,
        )
    except OSError:
        raise Busy from None


def _listen(process: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes | None, str]:
    """The child's answer, None when it is too long in time or size, and its last words."""
    assert process.stdout is not None
    assert process.stderr is not None
    deadline = time.monotonic() + limits.clock
    answer, complaint = bytearray(), bytearray()
    with selectors.DefaultSelector() as both:
        both.register(process.stdout, selectors.EVENT_READ, answer)
        both.register(process.stderr, selectors.EVENT_READ, complaint)
        while both.get_map():
            left = deadline - time.monotonic()
            if left <= 0 or len(answer) > limits.answer:
                return None, complaint.decode(errors="replace")
            for key, _events in both.select(left):
                part = os.read(key.fd, 65536)
                if not part:
                    both.unregister(key.fileobj)
                key.data.extend(part)
                del complaint[:-_COMPLAINT]
    return bytes(answer), complaint.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a child that has closed its pipes; kill whatever else is there."""
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
