"""Signing in as people do it: production mode behind TLS, a real browser, the link from a received mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.production import Production, postgresql_database

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EVENT = ["create-event", "expo", "Smart City Expo", "--timezone", "Europe/Madrid"]
DAYS = ["--first-day", "2030-11-05", "--last-day", "2030-11-07"]


@pytest.mark.parametrize(
    ("trusted_proxies", "passes_host", "knows_its_address"),
    [
        pytest.param(1, True, True, id="trusted proxy"),
        pytest.param(0, True, True, id="proxy not named", marks=pytest.mark.slow),
        pytest.param(0, False, True, id="proxy hides the host"),
        pytest.param(0, True, False, id="address not configured", marks=pytest.mark.slow),
    ],
)
def test_the_link_from_a_mail_signs_in_behind_tls(
    browser: Browser, tmp_path: Path, trusted_proxies: int, passes_host: bool, knows_its_address: bool
) -> None:
    with Production.running(
        tmp_path,
        trusted_proxies=trusted_proxies,
        passes_host=passes_host,
        base_url="" if knows_its_address else "http://127.0.0.1:8000",
    ) as site:
        _sign_in(browser, site, knows_its_address)


@pytest.mark.postgresql
def test_the_link_from_a_mail_signs_in_behind_tls_on_postgresql(
    browser: Browser, tmp_path: Path, postgresql_server: str
) -> None:
    with (
        postgresql_database(postgresql_server) as url,
        Production.running(tmp_path, database_url=url) as site,
    ):
        _sign_in(browser, site, True)


def _sign_in(browser: Browser, site: Production, knows_its_address: bool) -> None:
    site.expo(*EVENT, *DAYS, "--organiser", "ana@example.org")
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(site.base)
    page.get_by_role("link", name="Sign in with your mail address").click()
    page.get_by_label("Your mail address").fill("Ana@example.org")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    link = site.mail.sign_in_link("ana@example.org")
    if not knows_its_address:
        link = link.replace("http://127.0.0.1:8000", site.base)
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Smart City Expo")
    cookie = next(cookie for cookie in context.cookies() if cookie["name"] == "expo")
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (knows_its_address, True, "Lax")
    # A second form, now with a session: what was mended is not one page.
    page.goto(f"{site.base}/account/me")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    context.close()
