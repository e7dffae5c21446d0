"""The agenda in the pocket, in a real browser, with a network that can be cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.enums import PlanState, RoundState
from scheduler.extensions import db
from scheduler.models import (
    AgendaEntry,
    Event,
    MatchmakingRound,
    MeetingMemory,
    Participant,
    Pavilion,
    Place,
    Plan,
    Slot,
)
from scheduler.services.calendars.calendar_sync import refresh
from tests.e2e.conftest import Site, serious_findings, too_wide
from tests.factories import make_meeting, make_plan
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@dataclass
class Cable:
    """A way to the server that can be cut, as the network of a crowded hall cuts itself."""

    target: int
    open: bool = True
    _sockets: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.open = False
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._sockets.clear()

    def join(self) -> None:
        self.open = True

    def close(self) -> None:
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            if not self.open:
                here.close()
                continue
            there = socket.create_connection(("127.0.0.1", self.target))
            self._sockets += [here, there]
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module", autouse=True)
def _published(site: Site) -> None:
    """A published plan with four meetings of one person, unless another test has published one."""
    app = create_app({"INSTANCE": site.instance, "DATABASE_URL": site.database_url, "MODE": "demonstration"})
    with app.app_context(), db.new_session(site.database_url) as session:
        event = session.scalars(select(Event).where(Event.slug == site.slug)).one()
        published = select(Plan.id).where(Plan.event_id == event.id, Plan.state == PlanState.PUBLISHED)
        if session.scalar(published) is None:
            _publish_by_hand(session, event)
        refresh(session, event, mails=False)
        session.commit()


def _publish_by_hand(session: Session, event: Event) -> None:
    closed = select(MatchmakingRound).where(
        MatchmakingRound.event_id == event.id, MatchmakingRound.state == RoundState.CLOSED
    )
    plan = make_plan(session, session.scalars(closed.order_by(MatchmakingRound.id)).first())
    people = session.scalars(
        select(Participant).where(Participant.event_id == event.id).order_by(Participant.id).limit(5)
    ).all()
    place = session.scalars(
        select(Place).join(Pavilion).where(Place.event_id == event.id, ~Pavilion.off_site).order_by(Place.id)
    ).first()
    slots = session.scalars(
        select(Slot).where(Slot.event_id == event.id, Slot.starts_at > event.now()).order_by(Slot.starts_at)
    ).all()
    taken = [slots[0]]
    for slot in slots:
        if slot.starts_at >= taken[-1].ends_at and len(taken) < 4:
            taken.append(slot)
    for slot, partner in zip(taken, people[1:], strict=True):
        make_meeting(session, plan, slot, place, [people[0], partner])
    plan.state = PlanState.PUBLISHED
    session.flush()


@pytest.fixture
def cable(site: Site) -> Iterator[Cable]:
    cable = Cable(int(site.base.rsplit(":", 1)[1]))
    yield cable
    cable.close()


def _busy_participant(site: Site) -> Participant:
    """Who has the most meetings."""
    busiest = (
        select(AgendaEntry.participant_id)
        .where(AgendaEntry.kind == "meeting", AgendaEntry.status == "confirmed")
        .group_by(AgendaEntry.participant_id)
        .order_by(func.count().desc(), AgendaEntry.participant_id)
        .limit(1)
    )
    with db.new_session(site.database_url, read_only=True) as session:
        key = session.scalar(busiest)
        assert key is not None
        return session.get_one(Participant, key)


def _open(site: Site, cable: Cable, phone: Page, person: Participant) -> str:
    """Sign in, open the pocket agenda over the cable, wait until it could do without."""
    site.sign_in(phone, person.email)
    address = f"http://127.0.0.1:{cable.port}/e/{site.slug}/me/pocket"
    phone.goto(address)
    expect(phone.locator("[data-state]")).to_contain_text("Up to date")
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    return address


def test_agenda_works_without_network_and_sends_what_was_kept(site: Site, cable: Cable, phone: Page) -> None:
    person = _busy_participant(site)
    address = _open(site, cable, phone, person)
    entries = phone.locator(".pocket-entry")
    count = entries.count()
    assert count >= 3
    expect(phone.locator(".pocket-card")).not_to_have_count(0)

    cable.cut()
    phone.reload()
    expect(phone.locator("[data-state]")).to_contain_text("No network")
    expect(entries).to_have_count(count)
    first = phone.locator(".pocket-entry[data-kind=meeting]").first
    uid = str(first.get_attribute("href")).removeprefix("#m/")
    first.click()
    expect(phone.locator("[data-detail] .pocket-plan")).to_be_visible()
    expect(phone.locator("[data-detail] h3").first).to_be_visible()
    phone.locator("label", has_text="4").click()
    phone.locator("label", has_text="Yes").click()
    phone.fill("#pocket-note", "Call in May")
    phone.click("text=Keep")
    expect(phone.locator("[data-detail] [role=status]")).to_contain_text("Kept on this phone")

    phone.goto(address.replace("/pocket", "/people"))
    expect(phone.locator(".pocket-entry").first).to_be_visible()

    cable.join()
    phone.goto(address)
    expect(phone.locator("[data-state]")).to_contain_text("Up to date")
    memory = wait_until(lambda: _memory(site, person, uid), "what was kept")
    assert (memory.rating, memory.held, memory.note) == (4, True, "Call in May")


def _say(phone: Page, uid: str, note: str) -> None:
    """Write a note about a meeting on the open agenda."""
    phone.evaluate(f"location.hash = '#m/{uid}'")
    phone.fill("#pocket-note", note)
    phone.click("text=Keep")
    expect(phone.locator("[data-detail] [role=status]")).to_contain_text("Kept")


def _memory(site: Site, person: Participant, uid: str) -> MeetingMemory | None:
    with db.new_session(site.database_url, read_only=True) as session:
        # By the participant: the account of who signs in for the first time is younger than `person`.
        kept = select(MeetingMemory).where(
            MeetingMemory.participant_id == person.id, MeetingMemory.uid == uid
        )
        return session.scalars(kept).one_or_none()


def _wait_for_note(site: Site, person: Participant, uid: str, wanted: str) -> None:
    def stored() -> bool:
        memory = _memory(site, person, uid)
        return memory is not None and memory.note == wanted

    wait_until(stored, f"the note {wanted!r}")


def test_notes_made_offline_twice_meet_a_newer_one_and_signing_out_clears_the_phone(
    site: Site, cable: Cable, phone: Page, browser: Browser
) -> None:
    person = _busy_participant(site)
    address = _open(site, cable, phone, person)
    uid = str(phone.locator(".pocket-entry[data-kind=meeting]").last.get_attribute("href")).removeprefix(
        "#m/"
    )
    state = phone.locator("[data-state]")
    for note in ("first", "second"):
        phone.context.set_offline(True)
        phone.goto(address)
        expect(state).to_contain_text("No network")
        _say(phone, uid, f"a draft of the {note}")
        _say(phone, uid, note)
        expect(state).to_contain_text("Waiting for network: 1")
        phone.context.set_offline(False)
        phone.goto(address)
        _wait_for_note(site, person, uid, note)

    phone.context.set_offline(True)
    phone.goto(address)
    _say(phone, uid, "from the hall")
    laptop = browser.new_context(storage_state=phone.context.storage_state()).new_page()
    laptop.goto(address)
    expect(laptop.locator("[data-state]")).to_contain_text("Up to date")
    _say(laptop, uid, "from the laptop")
    _wait_for_note(site, person, uid, "from the laptop")
    laptop.context.close()
    phone.context.set_offline(False)
    phone.goto(address)
    expect(phone.locator("[data-changes]")).to_contain_text("There is a newer note")
    phone.click("text=Add it to the note")
    _wait_for_note(site, person, uid, "from the laptop\nfrom the hall")

    phone.goto(address.replace(f"/e/{site.slug}/me/pocket", "/account/me"))
    phone.click("button:has-text('Sign out')")
    phone.wait_for_load_state()
    assert phone.evaluate("Object.keys(localStorage)") == []
    assert phone.evaluate("caches.keys()") == []


def test_somebody_else_on_the_same_phone_sees_nothing_of_the_first(
    site: Site, cable: Cable, phone: Page
) -> None:
    person = _busy_participant(site)
    _open(site, cable, phone, person)
    waiting = f"pocket:{site.slug}:waiting"
    phone.evaluate("(key) => localStorage.setItem(key, JSON.stringify([{id: '1', note: 'mine'}]))", waiting)
    with db.new_session(site.database_url, read_only=True) as session:
        other = session.scalars(
            select(Participant)
            .where(Participant.event_id == person.event_id, Participant.id != person.id)
            .where(Participant.user_id.is_not(None))
            .order_by(Participant.id)
        ).first()
        assert other is not None
    phone.context.clear_cookies()
    site.sign_in(phone, other.email)
    phone.goto(f"http://127.0.0.1:{cable.port}/e/{site.slug}/me/people")
    kept = phone.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('pocket:'))")
    assert kept == []


def test_change_shows_itself_until_it_was_seen(site: Site, cable: Cable, phone: Page) -> None:
    person = _busy_participant(site)
    _open(site, cable, phone, person)
    with db.new_session(site.database_url) as session:
        entry = session.scalars(
            select(AgendaEntry).where(AgendaEntry.participant_id == person.id, AgendaEntry.kind == "meeting")
        ).first()
        assert entry is not None
        partner = session.scalars(
            select(Participant).where(Participant.public_id == entry.partners[0][2])
        ).one()
        partner.name = "Brunhilde Neuer-Name"
        session.commit()
    notice = phone.locator("[data-changes] .notice")

    def told() -> bool:
        phone.reload()
        expect(phone.locator("[data-state]")).to_contain_text("Up to date")
        return notice.count() > 0

    wait_until(told, "the change")
    expect(notice).to_contain_text("Brunhilde Neuer-Name")
    phone.click("text=I have seen it")
    expect(notice).to_have_count(0)
    phone.reload()
    expect(phone.locator("[data-state]")).to_contain_text("Up to date")
    expect(notice).to_have_count(0)


def test_pocket_agenda_can_be_installed_and_fits_a_phone(site: Site, cable: Cable, phone: Page) -> None:
    _open(site, cable, phone, _busy_participant(site))
    tools = phone.context.new_cdp_session(phone)
    errors = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
    assert not too_wide(phone)
    assert serious_findings(phone) == []
    phone.locator(".pocket-entry[data-kind=meeting]").first.click()
    expect(phone.locator("#pocket-note")).to_be_visible()
    assert not too_wide(phone)
    assert serious_findings(phone) == []
