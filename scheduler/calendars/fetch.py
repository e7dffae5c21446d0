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

from scheduler.calendars.problems import CalendarProblem, UnusableCalendar
from scheduler.calendars.web_address import WebAddress, web_address

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_REDIRECTS = {301, 302, 303, 307, 308}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given to the public internet; site-local and unassigned ranges lie outside."""
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        # Inside of clouds these answer with what the machine may do: Azure's host, IBM's services.
        "168.63.129.16/32",
        "161.26.0.0/16",
        "166.8.0.0/14",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "192.0.0.0/24",
        # The nearest relay of 6to4, wherever that is.
        "192.88.99.0/24",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The middle of an IPv6 address that wraps an IPv4 address of the same site."""


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
        if address not in _UNICAST or int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
            return False
    if any(address.version == network.version and address in network for network in _SPECIAL):
        return False
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
    """The bytes at an address (https, http or webcal). Raises UnusableCalendar."""
    deadline = time.monotonic() + policy.seconds
    where = web_address(address, policy.ports)
    for _ in range(policy.redirects + 1):
        try:
            answer = _ask(where, policy, deadline)
        except UnusableCalendar:
            raise
        except TimeoutError as error:
            raise UnusableCalendar(CalendarProblem.NO_ANSWER, host=where.shown) from error
        # Answers of strangers fail in many ways; a number that is none is a ValueError.
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UnusableCalendar(CalendarProblem.UNREACHABLE, host=where.shown) from error
        if isinstance(answer, bytes):
            return answer
        where = where.follow(answer, policy.ports)
    raise UnusableCalendar(CalendarProblem.CIRCLE)


def _ask(where: WebAddress, policy: FetchPolicy, deadline: float) -> bytes | str:
    """One request: the body, or the address of a redirect."""
    chosen = _resolved(where, policy, deadline)
    connection = http.client.HTTPConnection(where.host, where.port)
    connection.sock = socket.create_connection((str(chosen), where.port), timeout=_left(deadline))
    sockets = [connection.sock]
    # The socket has no other bound on all reads together: a server that sends a byte a minute is cut off
    # here.
    watchdog = threading.Timer(_left(deadline), _cut, args=(sockets,))
    watchdog.daemon = True
    watchdog.start()
    try:
        if where.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=where.host)
            sockets.append(connection.sock)
        connection.request(
            "GET",
            where.target,
            headers={
                "Accept": "text/calendar, */*;q=0.1",
                "Accept-Encoding": "identity",
                "User-Agent": "ExpoScheduler-calendar/1",
            },
        )
        return _answer(connection.getresponse(), where, policy, deadline)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if not isinstance(error, UnusableCalendar) and time.monotonic() >= deadline:
            raise TimeoutError from error
        raise
    finally:
        watchdog.cancel()
        connection.close()


def _answer(
    response: http.client.HTTPResponse, where: WebAddress, policy: FetchPolicy, deadline: float
) -> bytes | str:
    location = response.getheader("Location")
    if response.status in _REDIRECTS and location:
        return location
    if response.status != 200:
        raise UnusableCalendar(CalendarProblem.REFUSED, host=where.shown, number=response.status)
    if response.getheader("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
        raise UnusableCalendar(CalendarProblem.COMPRESSED, host=where.shown)
    body = response.read(policy.size + 1)
    if len(body) > policy.size:
        raise UnusableCalendar(CalendarProblem.TOO_LARGE, host=where.shown, number=policy.size // 1_000_000)
    if time.monotonic() >= deadline:
        raise TimeoutError
    return body


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


def _resolved(where: WebAddress, policy: FetchPolicy, deadline: float) -> Address:
    """An address of the host, after all of them were found allowed."""
    found: list[Address] = []
    failure: list[Exception] = []

    def look_up() -> None:
        try:
            for *_, found_at in socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM):
                found.append(ipaddress.ip_address(str(found_at[0]).split("%")[0]))
        except (OSError, UnicodeError) as error:
            failure.append(error)

    # The system's resolver has no bound of its own.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(_left(deadline))
    if thread.is_alive():
        raise TimeoutError
    if failure or not found:
        raise UnusableCalendar(CalendarProblem.UNKNOWN_HOST, host=where.shown)
    if not all(policy.allowed(address) for address in found):
        raise UnusableCalendar(CalendarProblem.NOT_PUBLIC, host=where.shown)
    return found[0]
