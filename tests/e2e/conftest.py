"""A real server with the demonstration event, and a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from sqlalchemy import select

from scheduler.extensions import db
from scheduler.models import Event
from scheduler.services.accounts import sign_in_links
from tests.conftest import missing
from tests.waiting import PATIENCE, wait_until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"


FOUNDER = "founder@afternoon.example"
"""Who may make an event on the site, and organises none yet."""


@dataclass
class Site:
    """A running server. `slug` is the demonstration event's name in addresses."""

    base: str
    instance: Path

    @cached_property
    def slug(self) -> str:
        with db.new_session(self.database_url, read_only=True) as session:
            return session.scalars(select(Event.slug).where(Event.demonstration)).one()

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.instance / 'expo.sqlite3'}"

    def sign_in(self, page: Page, email: str) -> Page:
        """Sign in by a link, as a person does."""
        with db.new_session(self.database_url) as session:
            user = sign_in_links.user_by_address(session, email, datetime.now(UTC))
            assert user is not None, email
            token = sign_in_links.new_link(session, user, "/", datetime.now(UTC), 30).token
            session.commit()
        page.goto(f"{self.base}/account/sign-in/{token}")
        page.click("main button")
        return page

    def visit(self, page: Page, path: str) -> Page:
        """Open a page of the event that has to be there."""
        answer = page.goto(self.address(path))
        assert answer is not None
        assert (path, answer.status) == (path, 200)
        return page

    def address(self, path: str) -> str:
        """An address below the event, such as `/me/agenda`."""
        return f"{self.base}/e/{self.slug}{path}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers that it is well."""

    def answers() -> bool:
        assert process.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=PATIENCE):
                return True
        except OSError:
            return False

    wait_until(answers, f"an answer from {address}")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`expo serve` (web and worker) on a small demonstration event, solved and published."""
    instance = tmp_path_factory.mktemp("instance")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "EXPO_INSTANCE": str(instance),
        "EXPO_MODE": "demonstration",
        "EXPO_BASE_URL": base,
        "EXPO_FOUNDERS": FOUNDER,
    }
    expo = [sys.executable, "-m", "scheduler.cli"]
    subprocess.run(
        [*expo, "demo", "--participants", "80", "--seconds", "5"],
        env=environment,
        check=True,
        timeout=PATIENCE,
        stdout=subprocess.DEVNULL,
    )
    server = subprocess.Popen([*expo, "serve", "--port", str(port)], env=environment, start_new_session=True)
    try:
        wait_for(base, server)
        yield Site(base, instance)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        db.dispose(f"sqlite:///{instance / 'expo.sqlite3'}")


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    if CHROMIUM is None:
        missing("a browser: install Debian's package chromium")
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    browser = playwright_driver.chromium.launch(
        executable_path=CHROMIUM, args=ARGUMENTS, timeout=PATIENCE * 1000
    )
    make_patient(browser)
    yield browser
    browser.close()


def make_patient(browser: Browser) -> None:
    """Let every action and expectation wait until a hang is certain, in every context that is made from now on."""
    new_context = browser.new_context

    def patient_context(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        return context

    browser.new_context = patient_context  # type: ignore[method-assign]
    expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A page on an organiser's wide screen."""
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page on a phone, 390 pixels wide, with touch."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def serious_findings(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it stands, one line a finding."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{finding['id']}: {node['target']} {node['html'][:120]}"
        for finding in result["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]


def too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > Math.min(screen.width, window.innerWidth)")
    )
