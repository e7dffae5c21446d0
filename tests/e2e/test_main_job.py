"""The main job in a browser: collect, solve, review, publish; an agenda; a delegation's daily plan on a phone."""

from __future__ import annotations

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect
from sqlalchemy import select

from scheduler.extensions import db
from scheduler.models import Delegation, MeetingAttendance, Participant, Plan
from tests.e2e.conftest import Site, serious_findings, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ORGANISER = "organiser@expo.example"


def somebody_with_meetings(site: Site) -> str:
    """The address of a participant with a published meeting."""
    with db.new_session(site.database_url, read_only=True) as session:
        return (
            session.scalars(
                select(Participant.email)
                .join(MeetingAttendance, MeetingAttendance.participant_id == Participant.id)
                .join(Plan, Plan.id == MeetingAttendance.plan_id)
                .where(Plan.state == "published")
                .order_by(Participant.id)
            ).first()
            or ""
        )


def test_organiser_closes_solves_reviews_and_publishes_a_round(site: Site, desk: Page) -> None:
    site.sign_in(desk, ORGANISER)
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Smart City Expo")
    desk.get_by_role("link", name="Follow-up meetings").first.click()
    desk.get_by_role("link", name="Close the round").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Close “Follow-up meetings”?")
    desk.get_by_role("button", name="Close the round").click()
    expect(desk.locator("main")).to_contain_text("Closed")
    desk.get_by_role("link", name="Runs").first.click()
    desk.get_by_role("link", name="Start a run").click()
    desk.get_by_label("Round").select_option(label="Follow-up meetings")
    desk.get_by_label("How long to search").select_option(index=0)
    assert serious_findings(desk) == []
    desk.get_by_role("button", name="Start the run").click()
    look = desk.get_by_role("link", name="Look at the draft")
    expect(look).to_be_visible()
    assert serious_findings(desk) == []
    look.click()
    expect(desk.locator("main")).to_contain_text("meetings placed")
    assert serious_findings(desk) == []
    desk.get_by_role("link", name="Publish ...").click()
    expect(desk.locator("main")).to_contain_text("What this touches")
    desk.get_by_role("button", name="Publish").click()
    expect(desk.locator("main")).to_contain_text("Take it back")


def test_participant_downloads_an_agenda_that_a_calendar_reads(site: Site, phone: Page) -> None:
    site.sign_in(phone, somebody_with_meetings(site))
    site.visit(phone, "/me/agenda")
    assert serious_findings(phone) == []
    assert not too_wide(phone)
    answer = phone.request.get(site.address("/me/agenda.ics"))
    assert answer.status == 200
    events = Calendar.from_ical(answer.body()).walk("VEVENT")
    assert events
    assert all(event["DTSTART"].dt.tzinfo is not None for event in events)


def test_delegation_leader_reads_the_day_on_a_phone(site: Site, phone: Page) -> None:
    with db.new_session(site.database_url, read_only=True) as session:
        delegation = session.scalars(select(Delegation).order_by(Delegation.id)).first()
        assert delegation is not None
        leader, key = delegation.leader.email, delegation.public_id
    site.sign_in(phone, leader)
    site.visit(phone, f"/delegation/{key}/?day=2023-11-07")
    expect(phone.locator(".dayplan-list .entry").first).to_be_visible()
    expect(phone.locator(".dayplan")).to_be_hidden()
    assert not too_wide(phone)
    assert serious_findings(phone) == []


@pytest.mark.parametrize(
    "path", ["", "people/", "venue/", "programme/", "rounds/", "runs/", "plans/", "log/"]
)
def test_organisers_pages_are_accessible_and_fit_both_screens(
    site: Site, desk: Page, phone: Page, path: str
) -> None:
    for page in (desk, phone):
        site.sign_in(page, ORGANISER)
        site.visit(page, f"/organise/{path}")
        assert serious_findings(page) == []
        assert not too_wide(page)
