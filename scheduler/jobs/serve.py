"""The web server and the worker as one command: two processes that begin and end together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

THREADS = 64
"""More than the streams and polls that wait at once: a thread that waits serves nobody else."""
FAREWELL = 15.0
RESTART_AFTER = 2.0


def gunicorn_command(host: str, port: int, processes: int = 1) -> list[str]:
    """The command line of the web server."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "scheduler:create_app()",
        f"--bind={host}:{port}",
        f"--workers={processes}",
        "--worker-class=scheduler.jobs.front.FrontWorker",
        f"--threads={THREADS}",
        "--timeout=60",
        "--graceful-timeout=10",
        "--keep-alive=5",
        "--log-level=warning",
    ]


def worker_command() -> list[str]:
    """The command line of the worker."""
    return [sys.executable, "-m", "scheduler.cli", "worker", "--quiet"]


def serve(host: str, port: int, processes: int, say: Callable[[str], None]) -> int:
    """Run both until a signal comes or the web server ends; the exit code.

    A worker that dies is started again: its run is noticed as lost by the new one.
    """
    asked = [False]

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        asked[0] = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    with _running(gunicorn_command(host, port, processes)) as web:
        with _running(worker_command()) as first:
            worker = first
            while not asked[0] and web.poll() is None:
                if worker.poll() is not None:
                    say(f"The worker ended with code {worker.returncode}; it is started again.")
                    time.sleep(RESTART_AFTER)
                    worker = subprocess.Popen(worker_command())
                time.sleep(0.2)
            _end(worker)
        code = web.poll()
    if code is not None and not asked[0]:
        say(f"The web server ended with code {code}.")
        return code or 1
    return 0


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    # A session of its own: Ctrl+C reaches this process alone, which then ends both in order.
    process = subprocess.Popen(command, start_new_session=True)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
