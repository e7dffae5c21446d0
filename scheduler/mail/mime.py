"""A message in the form in which it travels (RFC 5322, RFC 2045), with its calendar part and its way out.

Written here and not by the email package, which takes about twenty times as long (`docs/decisions`); the tests read
every kind of mail with that package and compare it with the one that the package would have written.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from functools import lru_cache

import idna

from scheduler.calendars.invitation import Invitation, Method
from scheduler.calendars.lines import one_line
from scheduler.mail import headers
from scheduler.mail.render import Texts

_NAME_LIMIT = 120
_LINE = 76
"""Octets of a line of text that needs no encoding (RFC 2045, 6.7)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that makes a mail. `id` is part of the Message-ID and the same in every attempt.

    `unsubscribe` is the address of the one-click way out (RFC 8058); a mail that was asked for has none.
    """

    id: str
    to_name: str
    to_address: str
    texts: Texts
    written_at: datetime
    unsubscribe: str = ""
    invitations: tuple[Invitation, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail ready to be handed over. `international`: the server has to offer SMTPUTF8 (RFC 6531)."""

    reader: str
    content: bytes
    international: bool


def parcel_of(letter: Letter, mail_from: str, host: str) -> Parcel:
    """The letter as the bytes that travel. Raises ValueError when an address can't be written in one."""
    author, reader = _author(mail_from), _mailbox(letter.to_name, letter.to_address)
    head = [
        headers.mailbox("From", author),
        headers.mailbox("To", reader),
        headers.text("Subject", one_line(letter.texts.subject)),
        headers.raw("Date", format_datetime(letter.written_at)),
        headers.raw("Message-ID", f"<{letter.id}@{host}>"),
        # Answering machines stay silent (RFC 3834).
        headers.raw("Auto-Submitted", "auto-generated"),
    ]
    if letter.unsubscribe:
        head.append(headers.raw("List-Unsubscribe", f"<{letter.unsubscribe}>"))
        head.append(headers.raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    head.append(headers.raw("MIME-Version", "1.0"))
    beyond_ascii = not (reader.addr_spec.isascii() and author.addr_spec.isascii())
    return Parcel(reader.addr_spec, "".join(head).encode() + _body(letter), beyond_ascii)


def sender_address(mail_from: str) -> tuple[str, str]:
    """Name and address of `Expo <no-reply@example.org>`. Raises ValueError for something else."""
    name, address = parseaddr(mail_from)
    if "@" not in address:
        raise ValueError(f"MAIL_FROM is '{mail_from}'; it must hold a mail address.")
    return name, wire_address(address)


def wire_address(address: str) -> str:
    """The address as mail servers know it: the domain in ASCII (RFC 5891), the local part as it is.

    Raises ValueError for what is no mail address.
    """
    local, _, domain = address.strip().rpartition("@")
    if not local or not domain:
        raise ValueError(f"'{address}' is no mail address.")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise ValueError(f"The domain of '{address}' can't be written in a mail.") from None
    return f"{local}@{domain}"


@lru_cache(maxsize=8)
def _author(mail_from: str) -> Address:
    return _mailbox(*sender_address(mail_from))


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = wire_address(address).rpartition("@")
    try:
        return Address(one_line(name, _NAME_LIMIT), local, domain)
    except (ValueError, HeaderParseError) as error:
        raise ValueError(f"'{address}' can't be written in a mail: {error}") from None


def _body(letter: Letter) -> bytes:
    """The rest of a mail, from its type on: the text in its forms, and calendar files."""
    parts = [_text("plain", letter.texts.text)]
    if letter.texts.html:
        parts.append(_text("html", letter.texts.html))
    files = letter.invitations
    if len(files) == 1 and files[0].method is not Method.PUBLISH:
        parts.append(_embedded(files[0]))
        files = ()
    body = _several("alternative", f"=_{letter.id}_a", parts)
    attached = [_attached(file, number) for number, file in enumerate(files, start=1)]
    return _several("mixed", f"=_{letter.id}_m", [body, *attached])


def _several(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Parts as one; a single part is itself.

    No encoded text has the `=_` of the boundary in it (RFC 2045, 6.7), and no other text knows the number of its mail.
    """
    if len(parts) == 1:
        return parts[0]
    line = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n'.encode()
    return b"\r\n".join((head, *(line + b"\r\n" + part for part in parts), line + b"--\r\n"))


def _text(kind: str, text: str) -> bytes:
    lines = text.encode("utf-8", "replace").splitlines()
    plain = b"\r\n".join((*lines, b""))
    encoding, content = "7bit", plain
    if not plain.isascii() or max(map(len, lines), default=0) > _LINE:
        quoted, numbers = binascii.b2a_qp(plain), _base64(plain)
        readable = len(quoted) <= len(numbers)
        encoding, content = ("quoted-printable", quoted) if readable else ("base64", numbers)
    return _part(f'text/{kind}; charset="utf-8"', encoding, content)


def _embedded(invitation: Invitation) -> bytes:
    """The calendar part as one of the alternatives: what Outlook and Google take for an invitation.

    The method stands in the MIME type as in the file; with another one, or none, the buttons stay away.
    """
    kind = f'text/calendar; charset="utf-8"; method="{invitation.method.value}";\r\n name="invite.ics"'
    return _part(kind, "base64", _base64(invitation.body))


def _attached(invitation: Invitation, number: int) -> bytes:
    """The calendar file as one of several: iTIP allows one meeting in each."""
    method = invitation.method
    name = "agenda.ics" if method is Method.PUBLISH else f"{number:02}-{method.value.lower()}.ics"
    kind = f'text/calendar; charset="utf-8"; method="{method.value}"'
    where = headers.raw("Content-Disposition", f'attachment; filename="{name}"').encode()
    return where + _part(kind, "base64", _base64(invitation.body))


def _part(kind: str, encoding: str, content: bytes) -> bytes:
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + content


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
