"""Mail servers on loopback: a real one, and the bad ones."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.waiting import PATIENCE


@dataclass
class Inbox:
    """What a server received. `greylist`, `refuse` and `answers` decide by the reader's address."""

    letters: list[bytes] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    sender_answer: str = ""
    mails_in_a_line: int = 0
    lines: list[SMTP] = field(default_factory=list)
    greylisted: set[str] = field(default_factory=set)
    greylist: bool = False
    refuse: set[str] = field(default_factory=set)

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        server.mails = 0
        self.lines.append(server)
        return responses

    async def handle_MAIL(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer:
            return self.sender_answer
        server.mails += 1
        if self.mails_in_a_line and server.mails > self.mails_in_a_line:
            return "421 4.7.0 too many mails in one line"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    def hang_up(self) -> None:
        """End every line that is open, as after a while without a word."""
        for server in self.lines:
            if server.transport is not None:
                server.loop.call_soon_threadsafe(server.transport.close)
        self.lines.clear()

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return "550 5.1.1 no such mailbox"
        if address in self.answers:
            return self.answers[address]
        if self.greylist and address not in self.greylisted:
            self.greylisted.add(address)
            return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.letters.append(bytes(envelope.content or b""))
        self.readers.extend(envelope.rcpt_tos)
        return "250 OK"


@contextmanager
def mail_server(inbox: Inbox, **options: Any) -> Iterator[str]:
    """A real SMTP server; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE, **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}?timeout={PATIENCE:.0f}"
    finally:
        controller.stop()


@contextmanager
def silent_server() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}?timeout=0.5"


@contextmanager
def cutting_server(answer_after_content: bytes | None) -> Iterator[str]:
    """A server that says everything right until the end of the content, then says this, or hangs up."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", buffering=0) as stream:
                stream.write(b"220 here\r\n")
                for line in stream:
                    word = line[:4].upper()
                    if word == b"DATA":
                        stream.write(b"354 go on\r\n")
                        while stream.readline() != b".\r\n":
                            pass
                        if answer_after_content is None:
                            break
                        stream.write(answer_after_content)
                    elif word == b"QUIT":
                        stream.write(b"221 bye\r\n")
                        break
                    else:
                        stream.write(b"250 fine\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}?timeout={PATIENCE:.0f}"
    finally:
        listening.close()
