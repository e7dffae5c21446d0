"""An afternoon of an organiser: from nothing to an open round of 700 people, in the browser, in at most 60 actions."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from scheduler.domain.enums import RoundState
from scheduler.extensions import db
from scheduler.models import (
    Event,
    MatchmakingRound,
    MeetingBlock,
    Participant,
    Pavilion,
    Place,
    ProgrammeSession,
    WalkingTime,
)
from scheduler.services.accounts import sign_in_links
from tests.e2e.conftest import FOUNDER, Site, serious_findings, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_ACTIONS = 60
FIRST = datetime.now(UTC).date() + timedelta(days=120)
PEOPLE, PAVILIONS, SESSIONS = 700, 14, 120


@dataclass
class Hand:
    """One person's hand: each click, each field and each file counts."""

    page: Page
    actions: int = 0

    def click(self, role: Any, name: str) -> None:
        self._act(self.page.get_by_role(role, name=name).first).click()

    def fill(self, label: str, text: str) -> None:
        self._act(self.page.get_by_label(label, exact=True)).fill(text)

    def choose(self, label: str, option: str) -> None:
        self._act(self.page.get_by_label(label)).select_option(label=option)

    def bring(self, name: str, content: bytes, label: str = "File") -> None:
        self._act(self.page.get_by_label(label, exact=True)).set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )

    def sees(self, text: str) -> None:
        """Look; that is no action. The page is fit for everybody meanwhile."""
        expect(self.page.locator("main")).to_contain_text(text)
        assert (self.page.url, serious_findings(self.page)) == (self.page.url, [])

    def _act(self, place: Locator) -> Locator:
        self.actions += 1
        return place


def people() -> bytes:
    """An export as another system writes it: types of its own, some rows that are no use."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(
        (
            *("Email", "First name", "Last name", "Job description", "Organization name", "Country"),
            *("Participation type", "Organization type", "Areas of activities", "Organization description"),
            "Validated",
        )
    )
    for n in range(PEOPLE):
        kind = "KMU" if n % 3 else "Cluster"
        mail = f"guest{n}@afternoon.example" if n != 7 else "guest7(at)afternoon.example"
        home = f"Firm {n // 2}"
        writer.writerow(
            (mail, "Ada", f"Lee {n}", "Engineer", home, "Spain", "Onsite", kind, "", "We make light.", "Yes")
        )
    return target.getvalue().encode()


def schedule() -> bytes:
    """The programme of last year's edition, as pretalx exports it."""
    days = []
    for number in range(3):
        date = f"2022-05-1{number}"
        events = [
            {
                "guid": f"00000000-0000-4000-8000-{number:06d}{n:06d}",
                "id": 1000 * number + n,
                "date": f"{date}T{9 + n // 8:02d}:{n % 2 * 30:02d}:00+02:00",
                "duration": "00:25",
                "title": f"Talk {number}.{n}",
                "type": "Talk",
                "track": "Mobility",
                "persons": [{"public_name": f"Speaker {n}"}],
            }
            for n in range(SESSIONS // 3)
        ]
        days.append({"index": number + 1, "date": date, "rooms": {"Main stage": events}})
    return json.dumps({"schedule": {"conference": {"days": days}}}).encode()


def floor_plan() -> bytes:
    """The hall's drawing as planners export it: a name in each of its booths, in columns of four."""
    booths = [(n, 100 + 150 * (n % 4), 80 + 100 * (n // 4)) for n in range(PAVILIONS)]
    shapes = [
        f'<rect x="{x}" y="{y}" width="90" height="60" fill="none" stroke="black"/>'
        f'<text x="{x + 10}" y="{y + 34}" font-size="14">Pavilion {n + 1}</text>'
        for n, x, y in booths
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 500">{"".join(shapes)}</svg>'.encode()


def test_an_afternoon_from_nothing_to_an_open_round(site: Site, desk: Page, tmp_path: Path) -> None:
    with db.new_session(site.database_url) as session:
        # Whoever runs the installation named them; others of the site keep their one event.
        sign_in_links.add_user(session, FOUNDER, "", datetime.now(UTC))
        session.commit()
    site.sign_in(desk, FOUNDER)
    desk.goto(f"{site.base}/account/me")
    hand = Hand(desk)

    hand.click("link", "Make an event")
    hand.fill("Name", "Light and Trams")
    hand.fill("First day", FIRST.isoformat())
    hand.fill("Last day", (FIRST + timedelta(days=2)).isoformat())
    hand.click("radio", "Brokerage event")
    hand.click("button", "Make the event")
    hand.sees("is made. Below stands what it needs next.")

    hand.click("link", "Venue")
    hand.click("link", "Add many")
    tables = "\n".join(f"Pavilion {n};{4 + n}" for n in range(1, PAVILIONS + 1))
    hand.fill("Or type or paste it, with one row for the columns", f"Pavilion;Tables\n{tables}")
    hand.click("button", "Look at it")
    hand.sees("14 new pavilions, 14 new places")
    hand.click("button", "Take it over")
    hand.click("link", "Add a plan")
    hand.fill("Name", "Hall 1")
    hand.bring("hall-1.svg", floor_plan(), "Drawing")
    hand.fill("How wide is the drawing?", "160")
    hand.click("button", "Save")
    hand.sees("14 names are yours and on no plan yet")
    hand.click("button", "Place all 14")
    hand.click("link", "Work out the minutes")
    hand.click("button", "Take over what is ticked")

    hand.click("link", "Programme")
    hand.click("link", "Import a programme")
    hand.bring("schedule.json", schedule())
    hand.click("button", "Look at it")
    hand.sees("its first day became the event's first")
    hand.sees("120 sessions are new")
    hand.click("button", "Take it over")

    hand.click("link", "People")
    hand.click("link", "Import a list")
    hand.bring("participants.csv", people())
    hand.click("button", "Look at it")
    hand.sees("This looks like an export of b2match")
    hand.choose("“KMU” means", "Company")
    hand.click("button", "Keep what they mean")
    hand.sees("699 people are ready.")
    hand.fill("Row 9, Email", "guest7@afternoon.example")
    hand.click("button", "Keep the corrections")
    hand.sees("700 people are ready.")
    assert not too_wide(desk)
    hand.click("button", "Register 700 people")

    hand.click("link", "Overview")
    hand.click("link", "Open the round")
    hand.click("link", "Open the round")
    hand.click("button", "Open the round")
    hand.sees("is open. Participants can ask and answer now.")

    print(f"{hand.actions} actions")
    assert hand.actions <= MOST_ACTIONS
    with db.new_session(site.database_url, read_only=True) as session:
        event = session.scalars(select(Event).where(Event.name == "Light and Trams")).one()
        counts = [
            session.scalar(select(func.count(model.id)).where(model.event_id == event.id))
            for model in (Participant, Pavilion, Place, ProgrammeSession, MeetingBlock)
        ]
        assert counts == [PEOPLE, PAVILIONS, PAVILIONS, SESSIONS, 6]
        known = session.scalar(select(func.count(WalkingTime.id)).where(WalkingTime.event_id == event.id))
        assert known in (PAVILIONS * (PAVILIONS - 1) // 2, PAVILIONS * (PAVILIONS - 1))
        assert session.scalars(
            select(MatchmakingRound.state).where(MatchmakingRound.event_id == event.id)
        ).all() == [RoundState.OPEN]
