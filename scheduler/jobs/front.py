"""The web server's front: a request takes a thread once it is here as a whole.

Gunicorn's threads read from the network, so that seventy clients who send a letter now and then keep all of them, and
nobody else is served. Here the one thread that watches the sockets gathers each request, in a file when it is large,
and ends what takes too long.
"""

from __future__ import annotations

import re
import socket
import struct
import tempfile
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 10.0
"""How long the head of a request may take, from its connection or the answer before."""
BODY_RATE = 16_000
"""Octets a second that a body has to come with, on top of the time for the head."""
LARGEST_HEAD = 64 * 1024
IN_MEMORY = 256 * 1024
ANSWER_SECONDS = 30
"""How long a client may take nothing of an answer."""
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,12})[ \t]*\r?$")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding:[^\r\n]*chunked")
_EXPECT = re.compile(rb"(?im)^expect:[ \t]*100-continue")


class Arriving:
    """A request on its way: what is here of it, and when it has to be complete."""

    def __init__(self, conn: Any) -> None:
        self.conn = conn
        self.until = time.monotonic() + HEAD_SECONDS
        self._head = bytearray()
        self._length: int | None = None
        self._chunked = False
        self._count = 0
        self._tail = b""
        self.content = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - outlives this call

    @property
    def begun(self) -> bool:
        return self._count > 0

    def take(self, data: bytes) -> bool:
        """Take in what has come; whether the request is here as a whole, or can be answered as it is."""
        self.content.write(data)
        self._count += len(data)
        self._tail = (self._tail + data)[-7:]
        if self._length is None and not self._chunked:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return len(self._head) > LARGEST_HEAD
            self._read_head(bytes(self._head[:end]), end + 4)
        if self._chunked:
            return self._tail.endswith((b"\r\n0\r\n\r\n", b"\n0\r\n\r\n")) or self._count > self._most
        return self._count >= self._most

    def _read_head(self, head: bytes, size: int) -> None:
        self._chunked = _CHUNKED.search(head) is not None
        found = _LENGTH.search(head)
        self._length = int(found[1]) if found else 0
        largest = self.conn.largest_body
        # What is too large is answered by its head.
        body = largest if self._chunked else self._length if self._length <= largest else 0
        self._most = size + body
        self.until += body / BODY_RATE
        if _EXPECT.search(head) and body:
            with suppress(OSError):
                self.conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")


class GatheredUnreader(SocketUnreader):
    """Gives the parser what was gathered, then what the socket says."""

    def __init__(self, sock: socket.socket, content: Any) -> None:
        super().__init__(sock)
        self._content = content
        content.seek(0)

    def chunk(self, size_hint: int | None = None) -> bytes:
        if self._content is not None:
            data: bytes = self._content.read(max(size_hint or 0, 65536))
            if data:
                return data
            self._content.close()
            self._content = None
        return super().chunk(size_hint)

    def keep_rest(self) -> None:
        """Keep what came behind the request: the beginning of the next one."""
        if self._content is not None:
            self.buf.seek(0, 2)
            self.buf.write(self._content.read())
            self._content.close()
            self._content = None


class FrontWorker(ThreadWorker):
    """Gunicorn's threaded worker behind that front."""

    largest_body = 13 * 1024 * 1024
    """A little more than the application takes: it says itself what is too large."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arriving: dict[int, Arriving] = {}

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, address = listener.accept()
        except OSError:
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, sock, address, listener.getsockname())
        conn.largest_body = self.largest_body
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", ANSWER_SECONDS, 0))
        self._await(conn)

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """A kept connection speaks again."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._on_data(self._await(conn), client)

    def murder_pending(self) -> None:
        """End what takes too long, and when the server stops what has not begun."""
        super().murder_pending()
        now = time.monotonic()
        for arriving in list(self._arriving.values()):
            if arriving.until < now or (not self.alive and not arriving.begun):
                self._end(arriving)

    def handle(self, conn: Any) -> Any:
        arrived = getattr(conn, "arrived", None)
        if arrived is not None:
            conn.arrived = None
            conn.data_ready = True
            conn.init()
            rest = conn.parser.unreader.take_buffered()
            conn.parser.unreader = GatheredUnreader(conn.sock, arrived.content)
            if rest:
                conn.parser.unreader.unread(rest)
        answer = super().handle(conn)
        if arrived is not None:
            conn.parser.unreader.keep_rest()
        return answer

    def _await(self, conn: Any) -> Arriving:
        arriving = Arriving(conn)
        conn.sock.setblocking(False)
        self._arriving[conn.sock.fileno()] = arriving
        self.poller.register(conn.sock, EVENT_READ, partial(self._on_data, arriving))
        return arriving

    def _on_data(self, arriving: Arriving, _client: Any) -> None:
        try:
            data = arriving.conn.sock.recv(65536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._end(arriving)
        elif arriving.take(data):
            self._leave(arriving)
            arriving.conn.arrived = arriving
            self.enqueue_req(arriving.conn)

    def _leave(self, arriving: Arriving) -> None:
        self._arriving.pop(arriving.conn.sock.fileno(), None)
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(arriving.conn.sock)

    def _end(self, arriving: Arriving) -> None:
        self._leave(arriving)
        arriving.content.close()
        self.nr_conns -= 1
        arriving.conn.close()
