"""The organiser's pages in a real browser: accessible, and no wider than the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Site, serious_findings, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = [
    "/organise/",
    "/organise/people/",
    "/organise/people/new",
    "/organise/people/import",
    "/organise/venue/",
    "/organise/venue/walking",
    "/organise/venue/list",
    "/organise/programme/",
    "/organise/programme/blocks/",
    "/organise/programme/import",
    "/organise/programme/sessions/new",
    "/organise/rounds/",
    "/organise/rounds/new",
    "/organise/rounds/matrix",
    "/organise/delegations/",
    "/organise/log/",
]
FIRST_LINKS = [
    "/organise/people/",
    "/organise/venue/",
    "/organise/programme/",
    "/organise/rounds/",
    "/organise/delegations/",
]


def test_organiser_pages_have_no_serious_finding_on_a_desk_or_a_phone(
    site: Site, desk: Page, phone: Page
) -> None:
    for page in (desk, phone):
        site.sign_in(page, "organiser@expo.example")
        for path in PAGES:
            site.visit(page, path)
            assert (path, serious_findings(page)) == (path, [])
            assert (path, too_wide(page)) == (path, False)


def test_pages_of_single_things_have_no_serious_finding(site: Site, desk: Page) -> None:
    site.sign_in(desk, "organiser@expo.example")
    for path in FIRST_LINKS:
        site.visit(desk, path)
        desk.click("main tbody th a")
        desk.wait_for_load_state()
        assert (desk.url, serious_findings(desk)) == (desk.url, [])
