"""Addresses of calendars as people write them, in the one form that a request can carry (RFC 3986, 3987)."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import idna

from scheduler.calendars.problems import CalendarProblem, UnusableCalendar

PORTS = {"http": 80, "https": 443}
LONGEST = 2000
_SCHEMES = {"webcal": "https", "webcals": "https"}
_WRITTEN = "%/:@!$&'()*+,;=~-._[]?"
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?=.{1,253}\.?$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*\.?")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where to ask for what: `host` is ASCII, `target` the path and the query, percent-encoded; `shown` is the host
    as people know it.
    """

    scheme: str
    host: str
    port: int
    target: str
    shown: str

    @property
    def whole(self) -> str:
        """The address in one piece."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"

    def follow(self, location: str, ports: frozenset[int] = frozenset()) -> WebAddress:
        """The address that a server redirects to from here. `location` is the header as it was read, octet by octet."""
        try:
            octets = location.encode("latin-1")
        except UnicodeEncodeError:
            octets = location.encode("utf-8", "replace")
        text = octets.decode("utf-8", "replace").strip().replace(" ", "%20")
        try:
            return web_address(urljoin(self.whole, text), ports)
        except ValueError as error:
            if isinstance(error, UnusableCalendar):
                raise
            raise UnusableCalendar(CalendarProblem.NO_ADDRESS) from None


def web_address(text: str, ports: frozenset[int] = frozenset()) -> WebAddress:
    """The address that a text says; `ports` are allowed beside the usual ones. Raises UnusableCalendar."""
    text = _cleaned(text)
    scheme, _colon, rest = text.partition(":")
    scheme = _SCHEMES.get(scheme.lower(), scheme.lower())
    if scheme not in PORTS or not rest.startswith("//"):
        raise UnusableCalendar(CalendarProblem.SCHEME)
    try:
        parts = urlsplit(f"{scheme}:{rest}")
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise UnusableCalendar(CalendarProblem.NO_ADDRESS) from None
    if "@" in parts.netloc:
        raise UnusableCalendar(CalendarProblem.PASSWORD)
    if not host:
        raise UnusableCalendar(CalendarProblem.SCHEME)
    if port is not None and port not in PORTS.values() and port not in ports:
        raise UnusableCalendar(CalendarProblem.PORT, number=port)
    target = _encoded(parts.path or "/") + (f"?{_encoded(parts.query)}" if parts.query else "")
    if len(target) > 4 * LONGEST:
        raise UnusableCalendar(CalendarProblem.TOO_LONG, number=LONGEST)
    return WebAddress(scheme, _ascii_host(host), port or PORTS[scheme], target, host)


def _cleaned(text: str) -> str:
    """Without what comes along when an address is copied: blanks around it, brackets, and what can't be seen."""
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()
    while len(text) > 1 and (text[0], text[-1]) in (
        ("<", ">"),
        ('"', '"'),
        ("'", "'"),
        ("“", "”"),
        ("„", "“"),
    ):
        text = text[1:-1].strip()
    if len(text) > LONGEST:
        raise UnusableCalendar(CalendarProblem.TOO_LONG, number=LONGEST)
    if any(letter.isspace() or unicodedata.category(letter) == "Cc" for letter in text):
        raise UnusableCalendar(CalendarProblem.BLANKS)
    return text


def _encoded(text: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", text), safe=_WRITTEN, errors="replace")


def _ascii_host(host: str) -> str:
    """A host as the network knows it (IDNA)."""
    if ":" in host:
        try:
            if "%" in host:  # The name of a network card: of nobody's but the machine's own.
                raise ValueError(host)
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise UnusableCalendar(CalendarProblem.NO_ADDRESS) from None
    try:
        name = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise UnusableCalendar(CalendarProblem.UNKNOWN_HOST, host=host[:100]) from None
    if not _HOST.fullmatch(name.lower()):
        raise UnusableCalendar(CalendarProblem.UNKNOWN_HOST, host=host[:100])
    return name.lower()
