"""Calendars from an address: only from the public internet, and never for long."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scheduler.calendars.fetch import FetchPolicy, fetch_calendar, is_public
from scheduler.calendars.problems import CalendarProblem, UnusableCalendar
from tests.waiting import PATIENCE


@contextmanager
def _server(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _here(port: int, **values: object) -> FetchPolicy:
    """A policy that allows this machine, for the sake of the test."""
    return FetchPolicy(allowed=lambda _: True, ports=frozenset({port}), **{"seconds": PATIENCE} | values)  # type: ignore[arg-type]


def _say(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:53aa:64c:0:0:f5ff:fffe",
        "ff02::1",
        "fec0::1",
        "feff::1",
        "168.63.129.16",
        "::ffff:168.63.129.16",
        "64:ff9b::a83f:8110",
        "100.100.100.200",
        "161.26.0.10",
        "166.9.1.1",
        "192.88.99.1",
        "2002:c058:6301::1",
        "5f00::1",
        "3fff::1",
        "4000::1",
        "2001:db8::1",
        "2600::5efe:192.168.0.1",
        "2600::200:5efe:10.0.0.1",
        "64:ff9b:1::1",
    ],
)
def test_address_inside_of_a_network_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
)
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.ics",
        "http://localhost/x.ics",
        "http://[::1]/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://127.1/",
        "webcal://localhost/x.ics",
        "http://[::ffff:127.0.0.1]/",
    ],
)
def test_own_machine_is_never_asked(address: str) -> None:
    with pytest.raises(UnusableCalendar, match=r"not_public|unknown_host|unreachable"):
        fetch_calendar(address)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("ftp://example.org/x", CalendarProblem.SCHEME),
        ("file:///etc/passwd", CalendarProblem.SCHEME),
        ("https://user:secret@example.org/", CalendarProblem.PASSWORD),
        ("https://example.org:22/", CalendarProblem.PORT),
        ("https://example.org:99999/", CalendarProblem.NO_ADDRESS),
        ("https://exa mple.org/", CalendarProblem.BLANKS),
        ("https://example.org/\r\nHost: evil", CalendarProblem.BLANKS),
        ("", CalendarProblem.SCHEME),
        ("https://", CalendarProblem.SCHEME),
    ],
)
def test_unusable_address_is_refused(address: str, problem: CalendarProblem) -> None:
    with pytest.raises(UnusableCalendar) as refusal:
        fetch_calendar(address)
    assert refusal.value.problem is problem


def test_calendar_is_fetched_and_redirects_are_followed() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/a":
            _say(b"", 302, Location="/b?x=1")(handler)
        else:
            _say(handler.path.encode())(handler)

    with _server(answer) as port:
        assert fetch_calendar(f"http://127.0.0.1:{port}/a", _here(port)) == b"/b?x=1"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/käl.ics", "/k%C3%A4l.ics"),
        ("/k%C3%A4l.ics", "/k%C3%A4l.ics"),
        ("/q?x=ü&y=1", "/q?x=%C3%BC&y=1"),
        ("/\u200bok.ics", "/ok.ics"),
        ("/100%.ics", "/100%25.ics"),
        ("/a|b{c}.ics", "/a%7Cb%7Bc%7D.ics"),
        ("/日程/予定.ics#now", "/%E6%97%A5%E7%A8%8B/%E4%BA%88%E5%AE%9A.ics"),
    ],
)
def test_letters_beyond_ascii_are_asked_for_as_a_request_carries_them(written: str, asked: str) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/from"):
            # As a careless server writes it: octets, not escapes.
            handler.send_response(302)
            handler.wfile.write(b"")
            handler._headers_buffer.append(b"Location: " + written.encode() + b"\r\n")  # type: ignore[attr-defined]
            handler.end_headers()
        else:
            _say(handler.path.encode())(handler)

    with _server(answer) as port:
        here = f"http://127.0.0.1:{port}"
        assert fetch_calendar(here + written, _here(port)).decode() == asked
        if "\u200b" not in written:
            assert fetch_calendar(f"{here}/from", _here(port)).decode() == asked


@pytest.mark.parametrize(
    "location",
    ["ftp://example.org/x", "javascript:alert(1)", "http://[::1", "http://a:b@c/", "//", "http://\xff/"],
)
def test_redirect_to_what_is_no_address_is_refused(location: str) -> None:
    with _server(_say(b"", 302, Location=location)) as port, pytest.raises(UnusableCalendar):
        fetch_calendar(f"http://127.0.0.1:{port}/", _here(port))


@pytest.mark.parametrize(
    "answer",
    [b"nonsense\r\n\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500],
)
def test_server_that_speaks_no_http_is_unreachable(answer: bytes) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def speak() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        threading.Thread(target=speak, daemon=True).start()
        port = listening.getsockname()[1]
        with pytest.raises(UnusableCalendar, match="unreachable"):
            fetch_calendar(f"http://127.0.0.1:{port}/", _here(port))


def test_redirect_into_the_own_network_is_refused() -> None:
    with _server(_say(b"", 302, Location="http://169.254.169.254/latest/meta-data/")) as port:
        policy = FetchPolicy(
            allowed=lambda address: address.is_loopback or is_public(address), ports=frozenset({port})
        )
        with pytest.raises(UnusableCalendar, match="not_public"):
            fetch_calendar(f"http://127.0.0.1:{port}/", policy)


def test_endless_redirects_end() -> None:
    with (
        _server(_say(b"", 302, Location="/again")) as port,
        pytest.raises(UnusableCalendar, match="circle"),
    ):
        fetch_calendar(f"http://127.0.0.1:{port}/", _here(port))


def test_body_that_is_too_large_and_errors_are_refused() -> None:
    with _server(_say(b"x" * 3_000_000)) as port, pytest.raises(UnusableCalendar, match=r"too_large .* 1"):
        fetch_calendar(f"http://127.0.0.1:{port}/", _here(port, size=1_000_000))
    with _server(_say(b"x", 404)) as port, pytest.raises(UnusableCalendar, match=r"refused .* 404"):
        fetch_calendar(f"http://127.0.0.1:{port}/", _here(port))
    with (
        _server(_say(b"x", Content_Encoding="gzip")) as port,
        pytest.raises(UnusableCalendar, match="compressed"),
    ):
        fetch_calendar(f"http://127.0.0.1:{port}/", _here(port))


def test_server_that_drips_is_cut_off() -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            while not over.wait(0.1):
                handler.wfile.write(b"x")
                handler.wfile.flush()

    over = threading.Event()
    with _server(drip) as port, pytest.raises(UnusableCalendar, match="no_answer"):
        fetch_calendar(f"http://127.0.0.1:{port}/", _here(port, seconds=1.0))


def test_server_that_is_silent_is_left() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        with pytest.raises(UnusableCalendar, match="no_answer"):
            fetch_calendar(f"http://127.0.0.1:{port}/", _here(port, seconds=0.5))


def test_name_that_changes_its_address_is_asked_only_where_it_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up: list[str] = []

    def changing(host: str, port: int, **_: object) -> list[object]:
        looked_up.append(host)
        return [
            (
                socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                ("127.0.0.1" if len(looked_up) > 1 else "192.0.2.1", port),
            )
        ]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    with pytest.raises(UnusableCalendar, match="not_public"):
        fetch_calendar("http://rebind.example/")
    assert looked_up == ["rebind.example"]
