"""A participant's week on a phone: invited, profile, availability by .ics, partners, requests, agenda, move, rating."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction, ParticipantState
from scheduler.extensions import db
from scheduler.models import (
    Event,
    MatchmakingRound,
    MeetingBlock,
    Participant,
    ParticipantTopic,
    Place,
    Request,
    Topic,
)
from scheduler.services.calendars import calendar_sync
from scheduler.services.meetings import plans
from tests.e2e.conftest import Site, serious_findings, too_wide
from tests.factories import (
    at,
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_place,
    make_plan,
    make_request,
    make_round,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//A phone//EN
BEGIN:VEVENT
UID:1@phone
DTSTAMP:20231001T000000Z
DTSTART:20231107T100000Z
DTEND:20231107T103000Z
SUMMARY:Dentist
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@dataclass
class Week:
    """An event of its own in the site's database: what happens here disturbs no other test."""

    site: Site
    slug: str
    ada: str
    grace: str
    jane: str

    def address(self, path: str = "") -> str:
        return f"{self.site.base}/e/{self.slug}/me/{path}"

    def session(self) -> Session:
        return db.new_session(self.site.database_url)

    def clock(self, moment: str) -> None:
        """Set the event's clock to a local time."""
        with self.session() as session:
            event = session.scalars(select(Event).where(Event.slug == self.slug)).one()
            event.clock_shift = int((datetime.now(UTC) - at(moment)).total_seconds())
            session.commit()


@pytest.fixture(scope="module")
def week(site: Site) -> Iterator[Week]:
    with db.new_session(site.database_url) as session:
        event = make_event(session, "a-week")
        make_round(session, event, blocks=[make_block(session, event, slots=6)])
        topic = Topic(event_id=event.id, code="traffic", label="Traffic data platforms")
        session.add(topic)
        ada = make_participant(session, event, name="Ada Lovelace", with_user=False)
        ada.state = ParticipantState.INVITED
        grace = make_participant(session, event, name="Grace Hopper")
        grace.offers_text = "Compilers and traffic data"
        jane = make_participant(session, event, name="Jane Jacobs", type_code="city")
        session.flush()
        session.add(ParticipantTopic(participant_id=grace.id, topic_id=topic.id, direction=Direction.OFFERS))
        for number in range(4):
            make_participant(session, event, name=f"Passer-by {number}")
        make_place(session, event, capacity=3)
        session.commit()
        found = Week(site, event.slug, ada.email, grace.email, jane.email)
    found.clock("2023-10-23 09:00")
    return found


@pytest.fixture(scope="module")
def ada(week: Week, browser: Browser) -> Iterator[Page]:
    """One phone for the whole week."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    yield page
    context.close()


def looks_right(page: Page) -> None:
    assert serious_findings(page) == []
    assert not too_wide(page)


def person(session: Session, email: str) -> Participant:
    return session.scalars(select(Participant).where(Participant.email == email)).one()


def test_monday_an_invited_person_signs_in_by_mail_and_takes_part(week: Week, ada: Page) -> None:
    ada.goto(week.address())
    ada.get_by_label("Your mail address").fill(week.ada)
    ada.locator("main button").click()
    ada.goto(f"{week.site.base}/outbox/?to={week.ada}")
    ada.get_by_role("link", name="sign-in link").first.click()
    ada.locator("[data-mail-text] a").first.click()
    ada.locator("main button").first.click()

    # Who follows the mail takes part: nothing else is asked.
    looks_right(ada)
    expect(ada.get_by_text("Tell who you are and what you seek").first).to_be_visible()


def test_tuesday_the_profile_is_saved_as_one_goes_also_without_a_connection(week: Week, ada: Page) -> None:
    ada.goto(week.address("profile"))
    looks_right(ada)
    told = ada.locator("[data-status]")
    ada.get_by_label("What you seek, in your words").fill("Cities with open traffic data")
    ada.get_by_label("Your goals for this event").focus()
    expect(told).to_have_text("Saved")
    ada.locator("fieldset", has_text="Topics you seek").locator("summary").first.click()
    ada.get_by_label("Traffic data platforms in general").first.check()
    expect(ada.locator("[data-percent]")).to_have_text("38")

    ada.context.set_offline(True)
    ada.get_by_label("Your goals for this event").fill("Two pilots")
    ada.get_by_label("Your role", exact=True).focus()
    expect(told).to_contain_text("No connection")
    ada.context.set_offline(False)
    expect(told).to_have_text("Saved")
    ada.reload()
    expect(ada.get_by_label("Your goals for this event")).to_have_value("Two pilots")
    with week.session() as session:
        assert person(session, week.ada).goals == "Two pilots"


def test_wednesday_busy_times_come_from_a_calendar_and_are_painted(week: Week, ada: Page) -> None:
    ada.goto(week.address("availability/calendar"))
    looks_right(ada)
    ada.get_by_label("A calendar file (.ics)").set_input_files(
        {"name": "mine.ics", "mimeType": "text/calendar", "buffer": CALENDAR.encode()}
    )
    ada.get_by_role("button", name="Look what it says").click()
    expect(ada.locator("main")).to_contain_text("4 instead of 6 meeting times stay open to you")
    looks_right(ada)
    ada.get_by_role("button", name="Keep these busy times").click()
    expect(ada.locator("main")).to_contain_text("4 of 6 meeting times are open to you")

    # A tap on the last time, then the keyboard on the one above it.
    boxes = ada.locator(".cell input")
    boxes.nth(5).locator("xpath=..").tap()
    expect(boxes.nth(5)).not_to_be_checked()
    boxes.nth(5).focus()
    ada.keyboard.press("Shift+ArrowUp")
    expect(boxes.nth(4)).not_to_be_checked()
    ada.keyboard.press("Space")
    expect(boxes.nth(4)).to_be_checked()
    ada.get_by_role("button", name="Save these times").click()
    expect(ada.locator("main")).to_contain_text("3 of 6 meeting times are open to you")
    looks_right(ada)


def test_thursday_partners_are_found_and_asked(week: Week, ada: Page) -> None:
    ada.goto(week.address("people/recommended"))
    looks_right(ada)
    ada.goto(week.address("people"))
    looks_right(ada)
    ada.get_by_role("searchbox", name="Search").fill("compilers")
    ada.get_by_role("button", name="Search").click()
    ada.wait_for_url("**q=compilers*")
    expect(ada.locator(".person-card")).to_have_count(1)
    ada.get_by_role("button", name="Must").tap()
    expect(ada.get_by_role("button", name="Must")).to_have_attribute("aria-pressed", "true")
    ada.get_by_role("link", name="Grace Hopper").click()
    expect(ada.get_by_role("heading", name="Ask for a meeting")).to_be_visible()
    looks_right(ada)
    ada.get_by_label("Message").fill("Shall we talk about traffic data?")
    ada.get_by_role("button", name="Send request").click()
    expect(ada.get_by_role("status")).to_contain_text("on its way to Grace Hopper")
    looks_right(ada)


def test_friday_a_request_is_answered_in_three_taps(week: Week, ada: Page) -> None:
    with week.session() as session:
        jane, me = person(session, week.jane), person(session, week.ada)
        round_ = session.scalars(
            select(MatchmakingRound).where(MatchmakingRound.event_id == me.event_id)
        ).one()
        make_request(session, round_, jane, me)
        session.commit()
    ada.goto(week.address())
    expect(ada.locator("main")).to_contain_text("Answer 1 person who asks to meet you")
    looks_right(ada)
    ada.get_by_role("link", name="Requests").last.tap()
    expect(ada.get_by_role("heading", name="Requests")).to_be_visible()
    looks_right(ada)
    ada.get_by_role("button", name="Yes, gladly").tap()
    expect(ada.get_by_role("status")).to_contain_text("You and Jane Jacobs both want to meet")
    ada.get_by_role("link", name="Answered").tap()
    expect(ada.locator("main")).to_contain_text("I can't after all")
    looks_right(ada)


def test_at_the_event_the_agenda_shows_where_to_go_and_a_meeting_is_moved(
    week: Week, ada: Page, browser: Browser
) -> None:
    with week.session() as session:
        me, grace, jane = (person(session, email) for email in (week.ada, week.grace, week.jane))
        round_ = session.scalars(
            select(MatchmakingRound).where(MatchmakingRound.event_id == me.event_id)
        ).one()
        session.scalars(select(Request).where(Request.to_id == grace.id)).one().state = "accepted"
        block = session.scalars(select(MeetingBlock).where(MeetingBlock.event_id == me.event_id)).one()
        place = session.scalars(select(Place).where(Place.event_id == me.event_id)).one()
        plan = make_plan(session, round_)
        make_meeting(session, plan, block.slots[0], place, [me, grace])
        make_meeting(session, plan, block.slots[1], place, [me, jane])
        round_.state = "closed"
        session.flush()
        plans.publish(session, plan, None)
        event = session.get_one(Event, me.event_id)
        calendar_sync.refresh(session, event, [me.id, grace.id, jane.id])
        session.commit()
    week.clock("2023-11-07 09:30")
    ada.goto(week.address())
    expect(ada.locator("main")).to_contain_text("Grace Hopper")
    looks_right(ada)
    ada.get_by_role("link", name="Agenda").last.tap()
    expect(ada.locator(".entry")).to_have_count(2)
    looks_right(ada)
    ada.get_by_role("link", name="Grace Hopper").click()
    expect(ada.get_by_role("img", name="on the plan of the hall")).to_be_visible()
    looks_right(ada)
    ada.get_by_text("Something in the way?").click()
    looks_right(ada)
    # The only other time at which Ada is free: two are busy, one was painted out, one is Jane's.
    expect(ada.locator("input[name=slot]")).to_have_count(1)
    ada.locator("input[name=slot]").check()
    ada.locator("#move-reason").fill("My train is late")
    ada.get_by_role("button", name="Ask to move").click()
    expect(ada.get_by_role("heading", name="You have asked to move")).to_be_visible()

    other = browser.new_context(viewport={"width": 390, "height": 844})
    page = week.site.sign_in(other.new_page(), week.grace)
    page.goto(ada.url)
    expect(page.locator("main")).to_contain_text("My train is late")
    looks_right(page)
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.get_by_role("status")).to_contain_text("The meeting is moved")
    other.close()
    ada.reload()
    expect(ada.locator("main")).to_contain_text("11:40–12:00")


def test_afterwards_a_meeting_is_rated_and_its_contact_kept(week: Week, ada: Page) -> None:
    week.clock("2023-11-07 12:30")
    ada.reload()
    ada.get_by_role("radio", name="Yes").check()
    ada.get_by_role("radio", name="5").check()
    ada.get_by_label("What you agreed").fill("A call in December")
    looks_right(ada)
    ada.get_by_role("button", name="Keep").click()
    expect(ada.get_by_role("status")).to_contain_text("Only you can read")
    expect(ada.get_by_role("radio", name="5")).to_be_checked()

    ada.get_by_role("link", name="Me", exact=True).last.tap()
    expect(ada.get_by_role("link", name="Contacts")).to_be_visible()
    looks_right(ada)
    ada.get_by_role("link", name="Contacts").click()
    expect(ada.locator("main")).to_contain_text("A call in December")
    looks_right(ada)
    card = ada.request.get(week.address("contacts.vcf"))
    assert card.status == 200
    assert "FN:Grace Hopper" in card.text()


def test_every_other_page_of_the_area_is_accessible_on_the_phone(week: Week, ada: Page) -> None:
    for path in ("sessions", "leave", "requests?view=sent", "calendar", "mails", "people?q=nobody-at-all"):
        answer = ada.goto(week.address(path))
        assert answer is not None
        assert answer.status == 200, path
        looks_right(ada)


def test_times_are_painted_by_mouse_and_by_finger_and_a_swipe_scrolls(week: Week, ada: Page) -> None:
    week.clock("2023-11-06 18:00")  # what has begun can't be painted
    week.site.sign_in(ada, week.grace)
    # The page's own clock: how long a finger stays is not how long this machine takes.
    ada.clock.install()
    ada.goto(week.address("availability"))
    ada.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    boxes = ada.locator(".cell input")

    def painted() -> str:
        return "".join("x" if box.is_checked() else "." for box in boxes.all())

    def middle(number: int) -> dict[str, float]:
        frame = boxes.nth(number).locator("xpath=..").bounding_box()
        assert frame is not None
        return {"x": frame["x"] + frame["width"] / 2, "y": frame["y"] + frame["height"] / 2}

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    assert painted() == "xxxxxx"
    ada.mouse.move(**middle(0))
    ada.mouse.down()
    for number in (1, 2):
        ada.mouse.move(**middle(number))
    ada.mouse.up()
    assert painted() == "...xxx"

    finger = ada.context.new_cdp_session(ada)
    touch("touchStart", middle(1))
    ada.clock.run_for(400)
    for number in (2, 3):
        touch("touchMove", middle(number))
    touch("touchEnd")
    assert painted() == ".xxxxx"

    start = middle(4)
    touch("touchStart", start)
    for step in range(1, 12):
        touch("touchMove", {"x": start["x"], "y": start["y"] - 20 * step})
        ada.clock.run_for(16)
    touch("touchEnd")
    assert painted() == ".xxxxx"
    ada.on("dialog", lambda dialog: dialog.accept())
