"""Clients that send slowly keep nobody from being served, and what they send is read as it is."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.test_serve import free_port
from tests.waiting import PATIENCE, wait_until

APPLICATION = """
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    said = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)} {body[:1]!r}{body[-1:]!r}".encode()
    start_response("200 OK", [("Content-Length", str(len(said))), ("Content-Type", "text/plain")])
    return [said]
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with the command line of the product, and an application that says what it got."""
    from scheduler.jobs.serve import gunicorn_command

    folder = tmp_path_factory.mktemp("front")
    (folder / "saying.py").write_text(APPLICATION)
    number = free_port()
    command = [
        "saying:application" if "create_app" in word else word
        for word in gunicorn_command("127.0.0.1", number)
    ]
    path = os.pathsep.join([str(folder), str(Path(__file__).parents[2])])
    server = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, cwd=folder)
    try:
        wait_until(lambda: _answers(number), "the server answers")
        yield number
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return _ask(port, "GET", "/") == "GET / 0 b''b''"
    return False


def _ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(method, path, body, headers)
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer


def _slow(port: int, begin: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(begin)
    return client


SLOW = {
    "nothing": b"",
    "half a head": b"GET /slow HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "half a body": b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
    "half a chunk": b"POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
}


@pytest.mark.parametrize("begin", SLOW.values(), ids=SLOW)
def test_two_hundred_slow_clients_do_not_silence_the_server(port: int, begin: bytes) -> None:
    clients = [_slow(port, begin) for _ in range(200)]
    try:
        for number in range(20):
            assert _ask(port, "GET", f"/{number}") == f"GET /{number} 0 b''b''"
            for client in clients[:: 20 + number]:
                with contextlib.suppress(OSError):
                    client.send(b"a" if begin else b"")
    finally:
        for client in clients:
            client.close()


def test_client_that_goes_on_slowly_is_ended(port: int) -> None:
    client = _slow(port, SLOW["half a head"])
    client.settimeout(0.5)

    def ended() -> bool:
        try:
            client.send(b"a")
            return client.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    wait_until(ended, "ended")


@pytest.mark.parametrize("size", [0, 1, 1000, 65536, 300_000, 12_000_000])
def test_bodies_of_all_sizes_arrive_whole(port: int, size: int) -> None:
    body = (b"a" * (size - 1) + b"z") if size else b""
    ends = "b''b''" if not size else "b'z'b'z'" if size == 1 else "b'a'b'z'"
    assert _ask(port, "POST", "/x", body) == f"POST /x {size} {ends}"
    assert _ask(port, "POST", "/x", body, Expect="100-continue") == f"POST /x {size} {ends}"


def test_chunked_body_arrives_whole(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("POST", "/c", iter([b"abc" * 1000, b"defz"]), encode_chunked=True)
    assert connection.getresponse().read() == b"POST /c 3004 b'a'b'z'"


def test_kept_connection_and_requests_sent_ahead_are_answered_in_order(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    for number in range(3):
        connection.request("POST", f"/k{number}", b"xyz")
        assert connection.getresponse().read().decode() == f"POST /k{number} 3 b'x'b'z'"
    connection.close()
    client = _slow(port, b"".join(b"GET /p%d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in range(3)))
    client.settimeout(PATIENCE)
    said = b""
    while b"/p2" not in said:
        data = client.recv(4096)
        assert data
        said += data
    assert [said.index(b"/p%d" % number) for number in range(3)] == sorted(
        said.index(b"/p%d" % number) for number in range(3)
    )


def test_body_that_is_too_large_is_answered_without_being_read(port: int) -> None:
    client = _slow(port, b"POST /big HTTP/1.0\r\nHost: x\r\nContent-Length: 99000000\r\n\r\n")
    client.shutdown(socket.SHUT_WR)
    client.settimeout(PATIENCE)
    assert client.recv(4096).startswith(b"HTTP/1.")


def test_garbage_is_refused(port: int) -> None:
    client = _slow(port, b"\x16\x03\x01 no http\r\n\r\n")
    client.settimeout(PATIENCE)
    assert b" 400 " in client.recv(4096)
