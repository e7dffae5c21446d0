"""The plan of a hall in a real browser: things placed by click and by keys, an aisle drawn, minutes taken over."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Site, serious_findings, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DRAWING: FilePayload = {
    "name": "annex.svg",
    "mimeType": "image/svg+xml",
    "buffer": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 600"><script>alert(1)</script>'
    b'<rect x="20" y="20" width="1160" height="560" fill="#eee"/></svg>',
}


def click_at(page: Page, x: float, y: float) -> None:
    """Click on the plan, in shares of its sides."""
    plan = page.locator(".plan-frame")
    box = plan.bounding_box()
    assert box is not None
    plan.click(position={"x": x * box["width"], "y": y * box["height"]})


def test_hall_is_drawn_placed_and_walked(site: Site, desk: Page) -> None:
    site.sign_in(desk, "organiser@expo.example")
    for name in ("Annex East", "Annex West"):
        site.visit(desk, "/organise/venue/pavilions/new")
        desk.fill("[name=name]", name)
        desk.click("main button[type=submit]")

    site.visit(desk, "/organise/venue/halls/new")
    desk.fill("[name=name]", "Annex")
    desk.fill("[name=metres]", "580")
    desk.set_input_files("[name=drawing]", DRAWING)
    desk.click("main button[type=submit]")
    expect(desk.get_by_text("Left out of the drawing: scripts.")).to_be_visible()
    annex = desk.url.split("#")[0]

    waiting = desk.locator("section", has=desk.get_by_role("heading", name="Not on a plan yet"))
    placed = desk.locator("details", has=desk.get_by_role("heading", name="On this plan"))
    waiting.get_by_role("link", name="Annex East").click()
    click_at(desk, 0.2, 0.5)
    # The next one is chosen, and the plan takes keys at once.
    expect(desk.get_by_role("heading", name="Annex West")).to_be_visible()
    expect(placed.get_by_role("link", name="Annex East")).to_be_visible()
    expect(desk.locator(".plan-frame")).to_be_focused()
    for _step in range(6):
        desk.keyboard.press("Shift+ArrowRight")
    expect(desk.locator("#point [name=x]")).to_have_value("80")
    assert serious_findings(desk) == []
    desk.keyboard.press("Enter")
    expect(placed.get_by_role("link", name="Annex West")).to_be_visible()

    desk.goto(annex)
    desk.get_by_role("link", name="Aisles").click()
    click_at(desk, 0.1, 0.5)
    click_at(desk, 0.9, 0.5)
    expect(desk.locator(".plan-open")).to_have_count(1)
    desk.get_by_role("button", name="End this aisle").click()
    expect(desk.locator(".plan-open")).to_have_count(0)
    assert serious_findings(desk) == []
    desk.get_by_role("button", name="Save the aisles").click()
    expect(desk.get_by_text("The aisles are saved.")).to_be_visible()

    desk.get_by_role("link", name="Work out the minutes").click()
    row = desk.get_by_role("row", name="Annex East to Annex West")
    # 348 metres along the aisle; straight, with a detour, it would be 8 minutes.
    expect(row.get_by_text("6 min")).to_be_visible()
    expect(row.get_by_role("checkbox")).to_be_checked()
    desk.get_by_role("button", name="Take over what is ticked").click()
    expect(desk.get_by_label("Annex East to Annex West")).to_have_value("6")


def test_plans_fit_a_phone(site: Site, phone: Page) -> None:
    site.sign_in(phone, "organiser@expo.example")
    for path in (
        "/organise/venue/",
        "/organise/venue/halls/new",
        "/organise/venue/halls/minutes",
        "/halls/?zoom=4",
    ):
        site.visit(phone, path)
        assert (path, serious_findings(phone)) == (path, [])
        assert (path, too_wide(phone)) == (path, False)
