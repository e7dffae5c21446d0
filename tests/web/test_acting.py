"""Acting for a participant: what is seen, by whom, for how long, and what stays the participant's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import InterestLevel, ParticipantState, Role
from scheduler.domain.messages import MessageKind
from scheduler.models import AuditEntry, EventRole, Interest, OutboxMessage, Participant, User
from scheduler.services.meetings.meeting_notes import keep_memory
from tests.conftest import Client
from tests.factories import make_organisation, make_organiser, make_participant
from tests.forms import forms_of
from tests.services.scenes import Scene, published_scene, set_clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session, "fair")
    session.commit()
    return scene


@pytest.fixture
def organiser(session: Session, client: Client, scene: Scene) -> User:
    user = make_organiser(session, scene.event)
    user.name = "Marta Soler"
    session.commit()
    client.sign_in(user)
    return user


def act_for(client: Client, person: Participant) -> None:
    answer = client.post(f"/e/fair/organise/people/{person.public_id}/act-for")
    assert answer.location == "/e/fair/me/"


def mark(client: Client, scene: Scene, level: str, whom: Participant, acting_for: str | None = None) -> int:
    who = scene.ana.public_id if acting_for is None else acting_for
    fields = {"level": level, "acting_for": who}
    return client.post(f"/e/fair/me/people/{whom.public_id}/interest", data=fields).status_code


def marks(session: Session, person: Participant) -> list[tuple[int, InterestLevel]]:
    session.expire_all()
    rows = session.execute(select(Interest.to_id, Interest.level).where(Interest.from_id == person.id))
    return [(to, level) for to, level in rows]


def test_each_page_of_the_area_says_for_whom_and_lets_one_stop(
    client: Client, scene: Scene, organiser: User
) -> None:
    page = f"/e/fair/organise/people/{scene.ana.public_id}/"
    assert "Act for this person" in client.get(page).text
    act_for(client, scene.ana)
    for address in (
        "",
        "agenda",
        "people",
        "requests",
        "about",
        "profile",
        "availability",
        "sessions",
        "mails",
    ):
        answer = client.get(f"/e/fair/me/{address}")
        assert answer.status_code == 200, address
        assert "You act for Ana" in answer.text, address
        assert "It ends in 60 minutes." in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "data-person" not in answer.text
    stopped = client.post("/e/fair/organise/people/stop-acting", follow_redirects=True)
    assert stopped.request.path == page
    assert "You no longer act for Ana." in stopped.text
    assert client.get("/e/fair/me/").status_code == 403


def test_what_is_done_is_the_persons_and_both_are_named_in_the_log(
    session: Session, client: Client, scene: Scene, organiser: User
) -> None:
    act_for(client, scene.ana)
    assert mark(client, scene, "must", scene.ivan) == 302
    assert marks(session, scene.ana) == [(scene.ivan.id, InterestLevel.MUST)]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "interest.mark")).one()
    assert (entry.user_id, entry.on_behalf_of_id) == (organiser.id, scene.ana.id)
    assert entry.detail == {"name": "Ivan", "level": "must"}
    log = " ".join(client.get("/e/fair/organise/log/").text.split())
    assert "Marta Soler for Ana" in log
    assert "Ivan · must" in log
    assert ",Marta Soler,Ana,Person marked," in client.get("/e/fair/organise/lists/log.csv").text


def test_person_reads_what_was_done_and_gets_one_mail(
    session: Session, client: Client, scene: Scene, organiser: User
) -> None:
    assert scene.ana.user is not None
    act_for(client, scene.ana)
    before = session.scalars(select(OutboxMessage.id)).all()
    for level in ("must", "like", ""):
        assert mark(client, scene, level, scene.ivan) == 302
    written = session.scalars(select(OutboxMessage).where(OutboxMessage.id.not_in(before))).all()
    assert [(one.kind, one.participant_id) for one in written] == [(MessageKind.NEWS, scene.ana.id)]
    assert written[0].payload is not None
    assert written[0].payload["items"][0]["who"] == "Marta Soler"
    client.sign_in(scene.ana.user)
    assert "Organisers did 4 things for you" in client.get("/e/fair/me/").text
    page = " ".join(client.get("/e/fair/me/done-for-me").text.split())
    assert page.count("Person marked") == 3
    assert "Marta Soler" in page
    assert "mark taken back" in page


def test_mail_goes_out_although_the_organiser_ended_all_mails_first(
    session: Session, client: Client, scene: Scene, organiser: User
) -> None:
    act_for(client, scene.ana)
    never = {"changes": "never", "requests": "never", "invitations": "no", "acting_for": scene.ana.public_id}
    assert client.post("/e/fair/me/mails", data=never).status_code == 303
    assert mark(client, scene, "must", scene.ivan) == 302
    found = select(OutboxMessage).where(OutboxMessage.participant_id == scene.ana.id)
    kinds = [one.kind for one in session.scalars(found.order_by(OutboxMessage.id))]
    assert kinds[-1] is MessageKind.NEWS


def test_page_of_another_tab_changes_nothing_for_whom_one_acts_for_now(
    session: Session, client: Client, scene: Scene, organiser: User
) -> None:
    act_for(client, scene.ana)
    page = f"/e/fair/me/people/{scene.ivan.public_id}"
    sent = next(form for form in forms_of(client.get(page).text, page) if form.action.endswith("/interest"))
    assert ("acting_for", scene.ana.public_id) in sent.pairs()
    act_for(client, scene.marta)
    answer = client.post(sent.action, data=dict(sent.pairs()))
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.text
    client.post("/e/fair/organise/people/stop-acting")
    assert client.post(sent.action, data=dict(sent.pairs())).status_code in (403, 409)
    assert marks(session, scene.ana) == marks(session, scene.marta) == []


def test_own_page_of_an_organiser_who_takes_part_changes_nothing_for_somebody_else(
    session: Session, client: Client, scene: Scene, organiser: User
) -> None:
    me = make_participant(session, scene.event)
    me.user = organiser
    session.commit()
    assert mark(client, scene, "like", scene.ivan, acting_for="") == 302
    act_for(client, scene.ana)
    assert mark(client, scene, "must", scene.ivan, acting_for="") == 409
    assert marks(session, scene.ana) == []
    client.post("/e/fair/organise/people/stop-acting")
    assert "You act for" not in client.get("/e/fair/me/").text


def test_what_is_private_is_neither_shown_nor_set(
    session: Session, client: Client, scene: Scene, organiser: User
) -> None:
    set_clock(scene.event, "2023-11-07 10:22")
    uid = scene.meetings[0].uid
    keep_memory(session, scene.ana, uid, at=scene.event.now(), rating=2, note="Talks too much")
    session.add(
        Interest(
            round_id=scene.round.id,
            from_id=scene.ana.id,
            to_id=scene.ivan.id,
            level=InterestLevel.RATHER_NOT,
            note="No",
            updated_at=scene.event.now(),
        )
    )
    session.commit()
    act_for(client, scene.ana)
    meeting = client.get(f"/e/fair/me/agenda/meeting/{uid}").text
    assert "Talks too much" not in meeting
    assert "How was it?" not in meeting
    person = client.get(f"/e/fair/me/people/{scene.ivan.public_id}").text
    assert 'value="rather-not"' not in person
    assert 'aria-pressed="true"' not in person
    assert "Note for yourself" not in person
    assert mark(client, scene, "rather-not", scene.marta) == 403
    assert mark(client, scene, "", scene.ivan) == 302
    assert marks(session, scene.ana) == [(scene.ivan.id, InterestLevel.RATHER_NOT)]
    for address in ("pocket", "pocket/data.json", "contacts", "contacts.xlsx", "contacts.vcf", "calendar"):
        answer = client.get(f"/e/fair/me/{address}")
        assert answer.status_code == 403, address
        assert "This stays with Ana" in answer.text, address


def test_it_ends_after_an_hour(client: Client, scene: Scene, organiser: User) -> None:
    act_for(client, scene.ana)
    with client.session_transaction() as cookie:
        began = datetime.now(UTC) - timedelta(minutes=59)
        cookie["acting"] = {**cookie["acting"], "since": began.isoformat()}
    assert "It ends in 1 minute." in client.get("/e/fair/me/").text
    with client.session_transaction() as cookie:
        began = datetime.now(UTC) - timedelta(minutes=60)
        cookie["acting"] = {**cookie["acting"], "since": began.isoformat()}
    answer = client.get("/e/fair/me/")
    assert answer.status_code == 403
    assert "the hour is over" in answer.text
    assert mark(client, scene, "must", scene.ivan) == 403


def test_it_ends_with_the_role_and_when_the_person_leaves(
    session: Session, client: Client, scene: Scene, organiser: User
) -> None:
    act_for(client, scene.ana)
    left = client.post(
        "/e/fair/me/leave", data={"sure": "1", "since": "now", "acting_for": scene.ana.public_id}
    )
    assert left.location == f"/e/fair/organise/people/{scene.ana.public_id}/"
    session.expire_all()
    assert scene.ana.state is ParticipantState.WITHDRAWN
    assert client.get("/e/fair/me/").status_code == 403
    again = client.post(f"/e/fair/organise/people/{scene.ana.public_id}/act-for")
    assert again.status_code == 409
    act_for(client, scene.marta)
    session.query(EventRole).filter_by(user_id=organiser.id).delete()
    session.commit()
    assert client.get("/e/fair/me/").status_code == 403


def test_it_ends_at_sign_out(client: Client, scene: Scene, organiser: User) -> None:
    act_for(client, scene.ana)
    client.post("/account/sign-out")
    client.sign_in(organiser)
    assert client.get("/e/fair/me/").status_code == 403


def test_co_organiser_acts_for_their_own_people_alone(session: Session, client: Client, scene: Scene) -> None:
    own = make_organisation(session, scene.event)
    scene.ana.brought_by_id = own.id
    user = make_organiser(session, scene.event, Role.CO_ORGANISER)
    session.scalars(select(EventRole).where(EventRole.user_id == user.id)).one().organisation_id = own.id
    session.commit()
    client.sign_in(user)
    assert client.post(f"/e/fair/organise/people/{scene.marta.public_id}/act-for").status_code == 403
    assert "Act for this person" not in client.get(f"/e/fair/organise/people/{scene.marta.public_id}/").text
    act_for(client, scene.ana)
    assert mark(client, scene, "must", scene.ivan) == 302
    scene.ana.brought_by_id = None
    session.commit()
    assert mark(client, scene, "like", scene.ivan) == 403


def test_nobody_else_begins(session: Session, client: Client, scene: Scene) -> None:
    assert scene.marta.user is not None
    for user in (scene.marta.user, make_organiser(session, scene.event, Role.DESK)):
        session.commit()
        client.sign_in(user)
        assert client.post(f"/e/fair/organise/people/{scene.ana.public_id}/act-for").status_code == 403
