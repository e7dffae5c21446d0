"""A line that can be cut, held and mended, and a Redis server: parts that go away and come back."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.conftest import missing
from tests.waiting import wait_until


class Proxy:
    """Passes bytes to a server of TCP or a Unix socket, unless the line is cut or held."""

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self._connect = connect
        self._open = threading.Event()
        self._open.set()
        self._flows = threading.Event()
        self._flows.set()
        self._pairs: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(128)
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection, and every new one at once."""
        self._open.clear()
        with self._lock:
            for end in self._pairs:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._pairs.clear()

    def hold(self) -> None:
        """Pass nothing on, and end nothing."""
        self._flows.clear()

    def mend(self) -> None:
        self._open.set()
        self._flows.set()

    @contextmanager
    def away(self, seconds: float) -> Iterator[None]:
        """Cut for a while, at least for so long."""
        self.cut()
        over = threading.Timer(seconds, lambda: None)
        over.start()
        try:
            yield
            over.join()
        finally:
            self.mend()

    def close(self) -> None:
        self.cut()
        self._flows.set()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if not self._open.is_set():
                near.close()
                continue
            try:
                far = self._connect()
            except OSError:
                near.close()
                continue
            with self._lock:
                self._pairs |= {near, far}
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            with self._lock:
                self._pairs.discard(end)


def to_tcp(port: int) -> Callable[[], socket.socket]:
    return lambda: socket.create_connection(("127.0.0.1", port), timeout=None)


@contextmanager
def proxied_postgresql(url: str) -> Iterator[tuple[Proxy, str]]:
    """A line to a PostgreSQL server that listens on a Unix socket or on TCP, and the address at its near end."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [""])[0]

    def connect() -> socket.socket:
        if not folder:
            return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5432))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{folder}/.s.PGSQL.{parts.port or 5432}")
        return far

    proxy = Proxy(connect)
    user = parts.username or "postgres"
    try:
        yield proxy, f"{parts.scheme}://{user}:{parts.password or ''}@127.0.0.1:{proxy.port}{parts.path}"
    finally:
        proxy.close()


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """The port of a real Redis server that keeps nothing on the disk."""
    program = shutil.which("redis-server")
    if program is None:
        missing("Redis: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: listens(port), "Redis listens")
        yield port
    finally:
        process.terminate()
        process.wait()
