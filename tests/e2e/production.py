"""An installation as people run it: production mode behind TLS, a real mail server, either database.

    with postgresql_database(server) as url, Production.running(folder, database_url=url) as site:
        site.expo("create-event", ...)
        page.goto(site.base)
        letter = site.mail.letter_to("ana@example.org")

Chromium takes the certificate with `browser.new_context(ignore_https_errors=True)`.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from sqlalchemy import create_engine, text

from scheduler.extensions import db
from tests.conftest import missing
from tests.e2e.conftest import free_port, wait_for
from tests.mail.servers import Inbox, mail_server
from tests.waiting import PATIENCE, wait_until

SIGN_IN_LINK = re.compile(r"https?://\S+/account/sign-in/[\w-]+")


def certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key in one file, made now."""
    if shutil.which("openssl") is None:
        missing("a certificate of one's own: install Debian's package openssl")
    both, key = folder / "tls.pem", folder / "tls.key"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
        " -addext subjectAltName=IP:127.0.0.1,DNS:localhost"
    )
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(both)], check=True, capture_output=True
    )
    both.write_bytes(both.read_bytes() + key.read_bytes())
    return both


class TlsProxy:
    """A reverse proxy that ends TLS in front of a server on this machine, with the headers that proxies add.

    One thread with a loop of its own: a TLS connection must not be read and written by two threads at once.
    """

    def __init__(self, port: int, behind: int, pem: Path, *, passes_host: bool = True) -> None:
        self.port = port
        self.behind = behind
        self.passes_host = passes_host
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def start(self) -> None:
        self.thread.start()
        serving = asyncio.start_server(
            self._serve, "127.0.0.1", self.port, ssl=self.context, backlog=128, limit=2**20
        )
        asyncio.run_coroutine_threadsafe(serving, self.loop).result(PATIENCE)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)

    async def _end(self) -> None:
        """Connections that browsers keep open end with the proxy."""
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _serve(self, inside: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One connection, one request: then the rest of it is nothing but its body."""
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await inside.readuntil(b"\r\n\r\n")
            lines = [
                line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")
            ]
            lines += [b"Connection: close", b"X-Forwarded-Proto: https", b"X-Forwarded-For: 192.0.2.7"]
            if not self.passes_host:
                lines = [line for line in lines if not line.lower().startswith(b"host:")]
                lines.append(f"Host: 127.0.0.1:{self.behind}".encode())
            outside, onward = await asyncio.open_connection("127.0.0.1", self.behind)
            onward.write(b"\r\n".join(lines) + b"\r\n\r\n")
            body = asyncio.ensure_future(_pump(inside, onward))
            await _pump(outside, back)
            body.cancel()
            onward.close()
        back.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()


@dataclass
class Mailbox:
    """What the mail server of an installation took, by reader."""

    inbox: Inbox

    def letters_to(self, address: str) -> list[EmailMessage]:
        """All letters to an address, in order of arrival."""
        letters = [cast(EmailMessage, message_from_bytes(raw, policy=default)) for raw in self.inbox.letters]
        return [letter for letter in letters if address.lower() in str(letter["To"]).lower()]

    def letter_to(self, address: str, *, after: int = 0, subject: str = "") -> EmailMessage:
        """The letter to an address that comes after the first `after` ones, with `subject` in its subject."""

        def look() -> EmailMessage | None:
            found = [one for one in self.letters_to(address)[after:] if subject in str(one["Subject"])]
            return found[0] if found else None

        return wait_until(look, f"a letter to {address}")

    def sign_in_link(self, address: str, *, after: int = 0) -> str:
        """The link of the next sign-in mail to an address."""

        def look() -> str | None:
            for letter in self.letters_to(address)[after:]:
                if found := SIGN_IN_LINK.search(text_of(letter)):
                    return found[0]
            return None

        return wait_until(look, f"a sign-in link to {address}")


def text_of(letter: EmailMessage) -> str:
    """A letter's plain text."""
    part = letter.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


@dataclass
class Production:
    """A running installation. `base` is the address that people use, `plain` the one behind the proxy."""

    base: str
    plain: str
    database_url: str
    environment: dict[str, str]
    mail: Mailbox

    def expo(self, *arguments: str) -> str:
        """Run a command of the installation; what it said. Its failure fails the test."""
        done = subprocess.run(
            [sys.executable, "-m", "scheduler.cli", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"expo {arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    @classmethod
    @contextmanager
    def running(
        cls,
        folder: Path,
        *,
        database_url: str = "",
        trusted_proxies: int = 1,
        passes_host: bool = True,
        base_url: str = "",
        settings: dict[str, str] | None = None,
    ) -> Iterator[Production]:
        """`expo serve` in production mode behind TLS, on SQLite unless told otherwise.

        `base_url` is the configured address when it is to differ from the one that people use.
        """
        port, inner, inbox = free_port(), free_port(), Inbox()
        base, plain = f"https://127.0.0.1:{port}", f"http://127.0.0.1:{inner}"
        url = database_url or f"sqlite:///{folder / 'instance' / 'expo.sqlite3'}"
        with ExitStack() as stack:
            mail_url = stack.enter_context(mail_server(inbox))
            environment = {
                **{name: value for name, value in os.environ.items() if not name.startswith("EXPO_")},
                "EXPO_INSTANCE": str(folder / "instance"),
                "EXPO_MODE": "production",
                "EXPO_BASE_URL": base_url or base,
                "EXPO_DATABASE_URL": url,
                "EXPO_MAIL_URL": mail_url,
                "EXPO_MAIL_FROM": "Expo <no-reply@expo.example>",
                "EXPO_SECRET_KEY": "a secret of the tests, long enough for production",
                "EXPO_UID_HOST": "expo.example",
                "EXPO_TRUSTED_PROXIES": str(trusted_proxies),
                **(settings or {}),
            }
            found = cls(base, plain, url, environment, Mailbox(inbox))
            found.expo("db", "upgrade")
            stack.enter_context(_serving(inner, environment, plain))
            proxy = TlsProxy(port, inner, certificate(folder), passes_host=passes_host)
            proxy.start()
            stack.callback(proxy.stop)
            try:
                yield found
            finally:
                db.dispose(url)


@contextmanager
def _serving(port: int, environment: dict[str, str], plain: str) -> Iterator[None]:
    server = subprocess.Popen(
        [sys.executable, "-m", "scheduler.cli", "serve", "--port", str(port)],
        env=environment,
        start_new_session=True,
    )
    try:
        wait_for(plain, server)
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """An empty database on a PostgreSQL server (the fixture `postgresql_server`), dropped at the end."""
    name = f"production_{uuid.uuid4().hex[:8]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.replace("/postgres?", f"/{name}?").replace("postgresql+psycopg://", "postgresql://")
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
