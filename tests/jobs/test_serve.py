"""`expo serve`: web server and worker begin and end together; a worker that dies is replaced."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from tests.waiting import PATIENCE, wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/") as answer:
            return answer.status == 200
    except URLError:
        return False


def workers(server: psutil.Process) -> list[psutil.Process]:
    found = []
    for child in server.children():
        # A worker that was just killed has no command line any more.
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
            if "worker" in child.cmdline():
                found.append(child)
    return found


def test_serve_answers_replaces_a_dead_worker_and_ends_cleanly(tmp_path: Path):
    port = free_port()
    environment = {
        **os.environ,
        "EXPO_INSTANCE": str(tmp_path),
        "EXPO_MODE": "production",
        "EXPO_MAIL_URL": "",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "scheduler.cli", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    process = psutil.Process(server.pid)
    try:
        wait_until(lambda: answers(port), "the server answers")
        (first,) = wait_until(lambda: workers(process), "a worker")
        first.kill()
        wait_until(lambda: any(worker.pid != first.pid for worker in workers(process)), "another worker")
        family = process.children(recursive=True)
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=PATIENCE)[0].decode()
        assert server.returncode == 0
        assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []
    finally:
        for left in [*process.children(recursive=True), process] if process.is_running() else []:
            left.kill()
    assert "No mail server is configured" in said
    assert "The worker ended with code -9; it is started again." in said
