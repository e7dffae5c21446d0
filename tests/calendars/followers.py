"""Programs that follow a published calendar: vdirsyncer with khal, and a Radicale server."""

from __future__ import annotations

import base64
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from click.testing import CliRunner
from vdirsyncer.cli import app as vdirsyncer

from tests.calendars.readers import Seen, khal_folder, read_icalendar
from tests.outages import listens
from tests.waiting import wait_until

_ANA = "Basic " + base64.b64encode(b"ana:ana").decode()


class Publisher:
    """A web server with one calendar, which changes."""

    def __init__(self) -> None:
        self.body = b""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}/feed.ics"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/calendar; charset=utf-8")
                self.send_header("Content-Length", str(len(publisher.body)))
                self.end_headers()
                self.wfile.write(publisher.body)

            def log_message(self, *_: object) -> None:
                return None

        return Handler


@contextmanager
def publisher() -> Iterator[Publisher]:
    found = Publisher()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.server.shutdown()
        found.server.server_close()


@contextmanager
def radicale(folder: Path) -> Iterator[str]:
    """A Radicale server without passwords; yields the address of an empty calendar."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "radicale.ini"
    config.write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n"
        f"[storage]\nfilesystem_folder = {folder / 'collections'}\n[rights]\ntype = authenticated\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "radicale", "--config", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: listens(port), "Radicale listens")
        address = f"http://127.0.0.1:{port}/ana/agenda/"
        make = urllib.request.Request(address, method="MKCALENDAR")
        make.add_header("Authorization", _ANA)
        urllib.request.urlopen(make).close()
        yield address
    finally:
        process.terminate()
        process.wait()


class Follower:
    """vdirsyncer, which follows a feed into a folder, and khal, which shows the folder."""

    def __init__(self, folder: Path, feed: str) -> None:
        self.items = folder / "items"
        self.items.mkdir(parents=True)
        self._config = folder / "config"
        self._config.write_text(
            f'[general]\nstatus_path = "{folder / "status"}"\n'
            '[pair agenda]\na = "feed"\nb = "copy"\ncollections = null\nconflict_resolution = "a wins"\n'
            f'[storage feed]\ntype = "http"\nurl = "{feed}"\n'
            f'[storage copy]\ntype = "filesystem"\npath = "{self.items}"\nfileext = ".ics"\n'
        )
        self._run("discover", "agenda")

    def sync(self) -> None:
        """Follow once. `--force-delete`: a feed that became empty is meant so."""
        self._run("sync", "--force-delete", "agenda")

    def _run(self, *arguments: str) -> None:
        done = CliRunner().invoke(vdirsyncer, ["-c", str(self._config), *arguments], input="y\n" * 5)
        assert done.exit_code == 0, done.output

    def khal(self) -> list[Seen]:
        return khal_folder(self.items)


def put_calendar(address: str, data: bytes) -> None:
    """Make a calendar on a CalDAV server what a file says."""
    request = urllib.request.Request(address, data=data, method="PUT")
    request.add_header("Authorization", _ANA)
    request.add_header("Content-Type", "text/calendar; charset=utf-8")
    urllib.request.urlopen(request).close()


def on_server(address: str) -> list[Seen]:
    """What a CalDAV server hands out for a whole calendar."""
    request = urllib.request.Request(address)
    request.add_header("Authorization", _ANA)
    with urllib.request.urlopen(request) as answer:
        return read_icalendar([answer.read()])[0]
