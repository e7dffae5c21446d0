"""The child process of a run, seen from the worker: news comes in, `stop` goes out, and it can be killed."""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, cast

import psutil

from scheduler.domain.run_outcome import RunOutcome, read_outcome
from scheduler.planning.order import Order, QuestionOrder, as_line

log = logging.getLogger(__name__)

MODULE = "scheduler.planning.child"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a child said: its phase, a step (seconds, score, bound), an answer, or why it failed."""

    phase: str = ""
    step: tuple[float, int | None, float | None] | None = None
    failed: RunOutcome | None = None
    answer: Mapping[str, Any] | None = None


@dataclass
class Child:
    """A started child. Every method may be called at any time, also after its end."""

    process: subprocess.Popen[bytes]
    _news: queue.SimpleQueue[Heard] = field(default_factory=queue.SimpleQueue)

    @classmethod
    def start(cls, order: Order | QuestionOrder, module: str = MODULE) -> Child:
        """Start a fresh Python: forking a process with threads and connections is not safe."""
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(os.environ, PYTHONPATH=path),
            start_new_session=True,
        )
        child = cls(process)
        child._send(as_line(order))
        threading.Thread(target=child._read, daemon=True).start()
        return child

    def hear(self, seconds: float) -> list[Heard]:
        """Everything said meanwhile; waits up to `seconds` for the first of it."""
        heard: list[Heard] = []
        with suppress(queue.Empty):
            heard.append(self._news.get(timeout=seconds))
            while True:
                heard.append(self._news.get_nowait())
        return heard

    def stop(self) -> None:
        """Ask it to end the search and to store the best schedule so far."""
        self._send(b"stop\n")

    def kill(self) -> None:
        """End it and everything it started, at once."""
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self.process.pid)
            for process in [*family.children(recursive=True), family]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self.process.wait()

    def end(self) -> int | None:
        """Its exit code, None while it runs."""
        return self.process.poll()

    def close(self) -> None:
        """Make sure that nothing of it is left."""
        if self.process.poll() is None:
            self.kill()
        with suppress(OSError):
            cast("IO[bytes]", self.process.stdin).close()

    def _send(self, line: bytes) -> None:
        pipe = cast("IO[bytes]", self.process.stdin)
        with suppress(OSError, ValueError):
            pipe.write(line)
            pipe.flush()

    def _read(self) -> None:
        with cast("IO[bytes]", self.process.stdout) as pipe:
            for line in pipe:
                try:
                    news = json.loads(line)
                except ValueError:
                    log.warning("a run's child said something unreadable: %r", line[:200])
                    continue
                step = news.get("step")
                self._news.put(
                    Heard(
                        phase=str(news.get("phase", "")),
                        step=(step[0], step[1], step[2]) if step else None,
                        failed=read_outcome(news.get("failed")),
                        answer=news.get("answer"),
                    )
                )
