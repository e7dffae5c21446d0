"""A whole event in production mode: TLS, a real mail server, PostgreSQL, from the first command to the report.

Forty people come by a spreadsheet as people make them, are invited, sign in from their mails and ask each other. A
round is planned and published; on the first day somebody is ill, somebody comes late and a pavilion loses tables; a
second round follows.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from sqlalchemy import select

from scheduler.domain.enums import MeetingState, ParticipantState, PlanState
from scheduler.extensions import db
from scheduler.models import Event, Meeting, Participant, Plan
from tests.e2e.production import Production, postgresql_database, text_of
from tests.e2e.visitors import Visitor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.postgresql,
    pytest.mark.xdist_group("browser"),
]

ZONE = ZoneInfo("Europe/Madrid")
DAYS = [datetime(2023, 11, day, tzinfo=ZONE) for day in (7, 8, 9)]
PAVILIONS = {"Bavaria": ("20", "20"), "Catalonia": ("70", "20"), "Österreich": ("40", "80")}
PEOPLE = 40


Held = dict[int, tuple[datetime, datetime, frozenset[str]]]
"""Meetings that are held, by row: begin, end, mail addresses."""


@dataclass
class Guest:
    """A row of the spreadsheet."""

    name: str
    email: str
    organisation: str
    type: str


def guests() -> list[Guest]:
    first = ["Zoë", "Łukasz", "Ana", "Émile", "Øyvind", "Jürgen", "İpek", "Nuria", "Siân", "Ádám"]
    last = ["Świątek", "Großmann", "Çelik", "Nuñez"]
    found = []
    for number in range(PEOPLE):
        name = f"{first[number % 10]} {last[number // 10]}"
        kind = "City" if number % 4 == 0 else "Company"
        organisation = f"Stadt Nr. {number}" if kind == "City" else f"ÖKO Werk {number}"
        found.append(Guest(name, f"guest{number}@example.org", organisation, kind))
    return found


def spreadsheet(people: list[Guest]) -> bytes:
    """A list as people send it: a hidden sheet first, a title row, headings of their own, blanks, a row of nobody."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("Lookup").hide()
    sheet = book.add_worksheet("Teilnehmer")
    sheet.activate()
    sheet.set_first_sheet()
    sheet.write(0, 0, "Registration export, 2 October")
    rows = [["First name", "Surname", "E-Mail ", "Company", "Type", "Land", "Remarks"]]
    for number, guest in enumerate(people):
        first, last = guest.name.split(" ", 1)
        email = guest.email.upper() if number % 7 == 0 else f" {guest.email}\u00a0"
        rows.append([first, last, email, f" {guest.organisation}", guest.type.lower(), "Deutschland", "-"])
        if number == 11:
            rows.append([])
    rows.append(["", "Total", "", f"{len(people)} people", "", "", ""])
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()
    return file.getvalue()


class Story:
    """The organiser's screen, everybody's browsers, and the clock of the event."""

    def __init__(self, site: Production, desk: Page, playwright: Playwright) -> None:
        self.site = site
        self.desk = desk
        self.playwright = playwright
        self.visitors: dict[str, Visitor] = {}

    def set_clock(self, moment: datetime) -> None:
        """Only a demonstration's clock can be set in the application; a test does not wait for weeks."""
        with db.new_session(self.site.database_url) as session:
            event = session.scalars(select(Event)).one()
            event.clock_shift = int((datetime.now(UTC) - moment).total_seconds())
            session.commit()

    def organise(self, path: str = "") -> None:
        answer = self.desk.goto(f"{self.site.base}/e/expo/organise/{path}")
        assert answer is not None
        assert answer.status == 200, path

    def press(self, name: str) -> None:
        self.desk.get_by_role("button", name=name, exact=True).first.click()

    def says(self, text: str | re.Pattern[str]) -> None:
        expect(self.desk.locator("main")).to_contain_text(text)

    def held(self, state: PlanState = PlanState.PUBLISHED) -> Held:
        """The meetings of published plans: begin, end, mail addresses."""
        with db.new_session(self.site.database_url, read_only=True) as session:
            meetings = session.scalars(
                select(Meeting).join(Plan).where(Plan.state == state, Meeting.state == MeetingState.PLANNED)
            ).all()
            return {
                one.id: (
                    one.slot.starts_at,
                    one.slot.ends_at,
                    frozenset(each.participant.email for each in one.attendances),
                )
                for one in meetings
            }


@pytest.fixture
def story(
    browser: Browser, playwright_driver: Playwright, tmp_path: Path, postgresql_server: str
) -> Iterator[Story]:
    with (
        postgresql_database(postgresql_server) as url,
        Production.running(tmp_path, database_url=url) as site,
    ):
        context: BrowserContext = browser.new_context(
            ignore_https_errors=True, viewport={"width": 1360, "height": 900}
        )
        told = Story(site, context.new_page(), playwright_driver)
        yield told
        # Where the organiser stood when something failed.
        print(told.desk.url, told.desk.inner_text("main"), sep="\n")
        for visitor in told.visitors.values():
            visitor.close()
        context.close()


def test_a_whole_event(story: Story) -> None:
    people = guests()
    begin(story)
    build_the_venue(story)
    import_people(story, people)
    invite(story, people)
    come_in(story, people)
    make_round(
        story, "First round", "2023-10-02T08:00", "2023-10-20T18:00", ["Morning", "Afternoon", "Second day"]
    )
    open_round(story, people)
    ask_and_answer(story, people, step=1)
    close_plan_and_publish(story, "First round")
    agendas_are_right(story, people)
    bad_day(story, people)
    second_round(story, people)
    report(story)


def begin(story: Story) -> None:
    site, desk = story.site, story.desk
    site.expo(
        *["create-event", "expo", "Smart City Expo", "--timezone", "Europe/Madrid"],
        *["--first-day", "2023-11-07", "--last-day", "2023-11-09", "--organiser", "nora@example.org"],
    )
    story.set_clock(datetime(2023, 10, 1, 9, 0, tzinfo=ZONE))
    desk.goto(f"{site.base}/account/sign-in")
    desk.get_by_label("Your mail address").fill("nora@example.org")
    story.press("Mail me a link")
    desk.goto(site.mail.sign_in_link("nora@example.org"))
    story.press("Sign in")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()


def build_the_venue(story: Story) -> None:
    desk = story.desk
    for name, (x, y) in PAVILIONS.items():
        story.organise("venue/pavilions/new")
        desk.get_by_label("Name", exact=True).fill(name)
        desk.get_by_label("From the left").fill(x)
        desk.get_by_label("From the top").fill(y)
        story.press("Save")
        story.organise("venue/")
        desk.get_by_role("link", name=name, exact=True).last.click()
        desk.get_by_label("Kind").select_option("tables")
        desk.get_by_label("Name", exact=True).fill("Tables")
        desk.get_by_label("Meetings at once").fill("6")
        story.press("Add")
        story.says("Tables")
    # Nobody has said yet how long the walks take: a run would ask.
    story.organise("venue/walking")
    story.says("Nobody has said how long")
    for one, other, minutes in (
        ("Bavaria", "Catalonia", "4"),
        ("Bavaria", "Österreich", "6"),
        ("Catalonia", "Österreich", "3"),
    ):
        desk.get_by_label(f"{one} to {other}").fill(minutes)
    story.press("Save")
    for name, day, starts, ends in (
        ("Morning", 0, "09:00", "12:30"),
        ("Afternoon", 0, "14:00", "17:00"),
        ("Second day", 1, "09:00", "12:30"),
        ("Third day", 2, "09:00", "12:30"),
    ):
        story.organise("programme/blocks/")
        desk.get_by_label("Name", exact=True).fill(name)
        desk.locator(f"input[name=day][value='{DAYS[day].date().isoformat()}']").check()
        desk.get_by_label("From", exact=True).fill(starts)
        desk.get_by_label("To", exact=True).fill(ends)
        story.press("Add")
        story.says(name)


def import_people(story: Story, people: list[Guest]) -> None:
    desk = story.desk
    story.organise("people/import")
    desk.get_by_label("File").set_input_files(
        {
            "name": "people.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": spreadsheet(people),
        }
    )
    story.press("Look at it")
    story.says(f"{PEOPLE} people are ready.")
    story.press(f"Register {PEOPLE} people")
    story.organise("people/?q=SWIATEK")
    story.says("Świątek")


def invite(story: Story, people: list[Guest]) -> None:
    story.organise("people/invite")
    story.says(f"{PEOPLE} people who were never written to")
    story.press("Send the invitations")
    for guest in people:
        letter = story.site.mail.letter_to(guest.email, subject="invitation")
        assert guest.organisation in text_of(letter)


def come_in(story: Story, people: list[Guest]) -> None:
    for guest in people:
        letter = text_of(story.site.mail.letter_to(guest.email, subject="invitation"))
        link = re.search(r"Come in here: (https://\S+)", letter)
        assert link is not None, letter
        visitor = story.visitors[guest.email] = Visitor(story.playwright, story.site.base)
        visitor.visit(link[1])
        form = visitor.forms()[0]
        visitor.send(form.action.rsplit("/", 1)[-1])
    story.organise()
    story.says(re.compile(rf"{PEOPLE}\s+(people )?(have )?c[oa]me in"))


def make_round(story: Story, name: str, opens: str, closes: str, blocks: list[str]) -> None:
    desk = story.desk
    story.organise("rounds/new")
    desk.get_by_label("Name", exact=True).fill(name)
    desk.get_by_label("Opens").fill(opens)
    desk.get_by_label("Closes").fill(closes)
    for block in blocks:
        desk.get_by_label(re.compile(f"^{block}")).check()
    story.press("Save")
    story.says(name)


def open_round(story: Story, people: list[Guest]) -> None:
    before = {guest.email: len(story.site.mail.letters_to(guest.email)) for guest in people}
    story.desk.get_by_role("link", name="Open the round").click()
    story.says(f"Write to the {len(people)} people who take part")
    story.press("Open the round")
    for guest in people:
        story.site.mail.letter_to(guest.email, after=before[guest.email])


def ids(story: Story) -> dict[str, str]:
    with db.new_session(story.site.database_url, read_only=True) as session:
        return {person.email: person.public_id for person in session.scalars(select(Participant))}


def ask_and_answer(story: Story, people: list[Guest], step: int) -> None:
    known = ids(story)
    for number, guest in enumerate(people):
        visitor = story.visitors[guest.email]
        # Companies may not ask cities; everybody may ask companies.
        around = [people[(number + ahead) % len(people)] for ahead in range(step, step + 4)]
        for other in [one for one in around if one.type == "Company"][:2]:
            visitor.visit(f"/e/expo/me/people/{known[other.email]}")
            visitor.send("/request", message="We look for partners; shall we talk?")
    for guest in people:
        visitor = story.visitors[guest.email]
        for _answered in range(4):
            page = visitor.visit("/e/expo/me/requests?view=waiting")
            if "/answer" not in page:
                break
            form = next(form for form in visitor.forms() if form.action.endswith("/answer"))
            visitor.send(form.action.split("/me/")[1], state="accepted")


def close_plan_and_publish(story: Story, name: str) -> None:
    desk = story.desk
    story.organise("rounds/")
    desk.get_by_role("link", name=name, exact=True).first.click()
    # With requests that nobody has answered a page says first whom that cuts off.
    closing = desk.get_by_role("link", name="Close the round").or_(
        desk.get_by_role("button", name="Close the round")
    )
    closing.first.click()
    if desk.get_by_role("button", name="Close the round").count():
        story.press("Close the round")
    expect(desk.get_by_role("link", name="Start a run").first).to_be_visible()
    plan_and_publish(story, name)


def plan_and_publish(story: Story, name: str) -> None:
    desk = story.desk
    story.organise("runs/new")
    desk.get_by_label("Round", exact=True).select_option(label=name)
    desk.get_by_label("How long to search").select_option(index=0)
    story.press("Start the run")
    desk.get_by_role("link", name="Look at the draft").click()
    desk.get_by_role("link", name="Publish ...").click()
    story.press("Publish")
    story.says("Published")


def agendas_are_right(story: Story, people: list[Guest]) -> None:
    """Everybody's page and calendar file hold the meetings of the plan, and nothing else."""
    held = story.held()
    assert len(held) > len(people) / 2
    for guest in people[:10]:
        mine = [starts for starts, _ends, emails in held.values() if guest.email in emails]
        visitor = story.visitors[guest.email]
        calendar = visitor.visit("/e/expo/me/agenda.ics")
        begins = re.findall(r"DTSTART:(\d{8}T\d{6}Z)", calendar)
        assert sorted(begins) == sorted(starts.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for starts in mine)
        if mine:
            page = visitor.visit(f"/e/expo/me/agenda?day={min(mine).astimezone(ZONE).date()}")
            assert min(mine).astimezone(ZONE).strftime("%H:%M") in page
            letter = story.site.mail.letter_to(guest.email, subject="agenda")
            assert min(mine).astimezone(ZONE).strftime("%H:%M") in text_of(letter)


def bad_day(story: Story, people: list[Guest]) -> None:
    """Tuesday, 10:20: somebody is ill, somebody comes late, Bavaria loses four of six tables."""
    now = datetime(2023, 11, 7, 10, 20, tzinfo=ZONE)
    story.set_clock(now)
    before = story.held()
    past = {key: row for key, row in before.items() if row[0] <= now}
    ill = busiest(before, people, after=now)
    somebody_is_ill(story, ill)
    somebody_is_late(story, people, ill, now)
    tables_are_lost(story)
    plan_and_publish(story, "First round")
    after = story.held()
    assert not misfits(after)
    # Each plan has rows of its own; what people have is a time and each other.
    assert set(past.values()) == {row for row in after.values() if row[0] <= now}
    assert not [row for row in after.values() if ill.email in row[2] and row[0] > now]


def busiest(held: Held, people: list[Guest], after: datetime) -> Guest:
    ahead = [emails for starts, _ends, emails in held.values() if starts > after]
    return max(people, key=lambda guest: sum(guest.email in emails for emails in ahead))


def somebody_is_ill(story: Story, ill: Guest) -> None:
    """The organiser takes her out from now on: what was held stays, she gets one mail."""
    before = len(story.site.mail.letters_to(ill.email))
    story.organise(f"people/?q={ill.email}")
    story.desk.get_by_role("link", name=ill.name).first.click()
    story.desk.get_by_label("From now on").check()
    story.press(f"Withdraw {ill.name}")
    story.says("Let take part again")
    story.site.mail.letter_to(ill.email, after=before)


def somebody_is_late(story: Story, people: list[Guest], ill: Guest, now: datetime) -> None:
    """He can't make his next meeting: the organiser moves it by hand to a time that suits everybody."""
    desk = story.desk
    ahead = {key: row for key, row in story.held().items() if row[0] > now and ill.email not in row[2]}
    key = min(ahead, key=lambda key: (ahead[key][0], key))
    with db.new_session(story.site.database_url, read_only=True) as session:
        meeting = session.get_one(Meeting, key)
        path = f"plans/{meeting.plan.public_id}/meetings/{meeting.public_id}"
    letters = {email: len(story.site.mail.letters_to(email)) for email in ahead[key][2]}
    story.organise(path)
    desk.get_by_label(re.compile("free$")).last.check()
    story.press("Move the meeting")
    story.says("The meeting is moved.")
    moved = story.held()[key]
    assert moved[0] > ahead[key][0]
    for email, count in letters.items():
        letter = story.site.mail.letter_to(email, after=count)
        assert moved[0].astimezone(ZONE).strftime("%H:%M") in text_of(letter)
    # What has begun is moved by nobody.
    begun = next(key for key, row in story.held().items() if row[0] <= now < row[1] + (row[1] - row[0]))
    with db.new_session(story.site.database_url, read_only=True) as session:
        meeting = session.get_one(Meeting, begun)
        path = f"plans/{meeting.plan.public_id}/meetings/{meeting.public_id}"
    story.organise(path)
    story.says("This meeting has begun: it stays as it is.")


def tables_are_lost(story: Story) -> None:
    """The fullest pavilion keeps one table of six: what that touches is said first, then offered for repair."""
    desk = story.desk
    fullest = fullest_pavilion(story)
    story.organise("venue/")
    desk.get_by_role("link", name=fullest, exact=True).last.click()
    desk.get_by_role("link", name="Tables", exact=True).click()
    desk.get_by_label("Meetings at once").fill("1")
    story.press("Save")
    story.says("Nothing is saved yet: look at what this touches")
    story.press("Save all the same")


def fullest_pavilion(story: Story) -> str:
    """Where the most meetings are held at the same time, of those ahead."""
    with db.new_session(story.site.database_url, read_only=True) as session:
        now = session.scalars(select(Event)).one().now()
        meetings = session.scalars(
            select(Meeting)
            .join(Plan)
            .where(Plan.state == PlanState.PUBLISHED, Meeting.state == MeetingState.PLANNED)
        )
        at_once = Counter(
            (one.place.pavilion.name, one.slot_id) for one in meetings if one.slot.starts_at > now
        )
    (name, _slot), count = at_once.most_common(1)[0]
    assert count > 1
    return name


def misfits(held: Held) -> list[tuple[str, datetime]]:
    """Who is at two meetings at the same time: nobody, ever."""
    found = []
    rows = list(held.values())
    for number, (starts, ends, emails) in enumerate(rows):
        for other_starts, other_ends, others in rows[number + 1 :]:
            if starts < other_ends and other_starts < ends:
                found += [(email, starts) for email in emails & others]
    return found


def second_round(story: Story, people: list[Guest]) -> None:
    """Those who are there ask for more, on the third day; the first round's meetings stay where they are."""
    story.set_clock(datetime(2023, 11, 7, 18, 30, tzinfo=ZONE))
    before = story.held()
    make_round(story, "Second round", "2023-11-07T18:00", "2023-11-08T20:00", ["Third day"])
    there = [guest for guest in people if takes_part(story, guest)]
    assert len(there) == len(people) - 1
    open_round(story, there)
    ask_and_answer(story, there, step=7)
    story.set_clock(datetime(2023, 11, 8, 20, 30, tzinfo=ZONE))
    close_plan_and_publish(story, "Second round")
    after = story.held()
    assert set(before.values()) < set(after.values())
    assert not misfits(after)
    for guest in there[:5]:
        mine = [starts for starts, _ends, emails in after.values() if guest.email in emails]
        calendar = story.visitors[guest.email].visit("/e/expo/me/agenda.ics")
        begins = set(re.findall(r"DTSTART:(\d{8}T\d{6}Z)", calendar))
        assert {starts.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for starts in mine} <= begins


def takes_part(story: Story, guest: Guest) -> bool:
    with db.new_session(story.site.database_url, read_only=True) as session:
        person = session.scalars(select(Participant).where(Participant.email == guest.email)).one()
        return person.state is ParticipantState.ACTIVE


def report(story: Story) -> None:
    """What the organiser tells afterwards: the overview and the log."""
    story.organise()
    story.says(str(PEOPLE))
    story.organise("log/")
    for deed in ("Plan published", "Meeting moved", "Person withdrawn", "Round closed", "Place changed"):
        story.says(deed)
    story.organise("plans/")
    story.says("Published")
