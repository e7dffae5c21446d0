"""Fetching a calendar from an address that a stranger gave: never from inside the installation's own network.

Every address that a host name has is looked at, and the connection goes to an address that was looked at: a
name that answers differently the second time gains nothing. Redirects are treated like the first address.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

from scheduler.calendars.busy import UnusableCalendar

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_REDIRECTS = {301, 302, 303, 307, 308}
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet, also when it wraps an IPv4 address in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.sixtofour:
            return is_public(address.sixtofour)
        if address.teredo:
            return False
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What may be fetched: bytes, seconds for all together, redirects, addresses, ports beside the usual
    ones.
    """

    size: int = 5_000_000
    seconds: float = 20.0
    redirects: int = 5
    allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = field(default_factory=frozenset)


_DEFAULT = FetchPolicy()


def fetch_calendar(address: str, policy: FetchPolicy = _DEFAULT) -> bytes:
    """The bytes at an address (https, http or webcal). Raises UnusableCalendar with a sentence for the
    person.
    """
    deadline = time.monotonic() + policy.seconds
    for _ in range(policy.redirects + 1):
        parts = _parsed(address, policy)
        try:
            answer = _ask(parts, policy, deadline)
        except TimeoutError as error:
            raise UnusableCalendar(f"'{parts.hostname}' did not answer in time. Try again later.") from error
        except (OSError, http.client.HTTPException, ssl.SSLError) as error:
            raise UnusableCalendar(f"'{parts.hostname}' could not be reached. Check the address.") from error
        if isinstance(answer, bytes):
            return answer
        address = urljoin(parts.geturl(), answer)
    raise UnusableCalendar("This address leads from one to the next without end.")


def _parsed(address: str, policy: FetchPolicy) -> SplitResult:
    address = address.strip()
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in address):
        raise UnusableCalendar("This address has blanks or control characters in it.")
    for scheme in ("webcal://", "webcals://"):
        if address.lower().startswith(scheme):
            address = "https://" + address[len(scheme) :]
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UnusableCalendar("This is no address of a calendar.") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UnusableCalendar("An address of a calendar begins with https:// or webcal://.")
    if parts.username or parts.password:
        raise UnusableCalendar("An address with a name or password in it is not fetched.")
    if port is not None and port not in _PORTS.values() and port not in policy.ports:
        raise UnusableCalendar(f"Calendars are not fetched from port {port}.")
    return parts


def _ask(parts: SplitResult, policy: FetchPolicy, deadline: float) -> bytes | str:
    """One request: the body, or the address of a redirect."""
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    chosen = _resolved(host, port, policy, deadline)
    connection = http.client.HTTPConnection(host, port)
    connection.sock = socket.create_connection((str(chosen), port), timeout=_left(deadline))
    sockets = [connection.sock]
    # The socket has no other bound on all reads together: a server that sends a byte a minute is cut off
    # here.
    watchdog = threading.Timer(_left(deadline), _cut, args=(sockets,))
    watchdog.daemon = True
    watchdog.start()
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
            sockets.append(connection.sock)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET",
            target,
            headers={
                "Accept": "text/calendar, */*;q=0.1",
                "Accept-Encoding": "identity",
                "User-Agent": "ExpoScheduler-calendar/1",
            },
        )
        response = connection.getresponse()
        if response.status in _REDIRECTS and response.getheader("Location"):
            return str(response.getheader("Location"))
        if response.status != 200:
            raise UnusableCalendar(f"'{host}' answered with code {response.status} instead of a calendar.")
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise UnusableCalendar(f"'{host}' sent the calendar compressed though it was asked not to.")
        body = response.read(policy.size + 1)
        if len(body) > policy.size:
            raise UnusableCalendar(f"The calendar at '{host}' is larger than {policy.size // 1_000_000} MB.")
        if time.monotonic() >= deadline:
            raise TimeoutError
        return body
    except (OSError, http.client.HTTPException, ValueError) as error:
        if not isinstance(error, UnusableCalendar) and time.monotonic() >= deadline:
            raise TimeoutError from error
        raise
    finally:
        watchdog.cancel()
        connection.close()


def _cut(sockets: list[socket.socket]) -> None:
    for connection in sockets:
        # The first is an empty shell once TLS has taken it over, and either may be closed by now.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _resolved(host: str, port: int, policy: FetchPolicy, deadline: float) -> Address:
    """An address of the host, after all of them were found allowed."""
    found: list[Address] = []
    failure: list[Exception] = []

    def look_up() -> None:
        try:
            for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append(ipaddress.ip_address(str(where[0]).split("%")[0]))
        except (OSError, UnicodeError) as error:
            failure.append(error)

    # The system's resolver has no bound of its own.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(_left(deadline))
    if thread.is_alive():
        raise TimeoutError
    if failure or not found:
        raise UnusableCalendar(f"There is no host named '{host}'. Check the address.")
    if not all(policy.allowed(address) for address in found):
        raise UnusableCalendar(
            f"'{host}' is not on the public internet; calendars are fetched only from there."
        )
    return found[0]
