"""Two events with everything that can be changed, and a browser for each role: what tests of rights try."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from scheduler.domain.enums import (
    ChangeKind,
    ImportState,
    InquiryKind,
    PlanState,
    QuestionKind,
    RequestState,
    Role,
    RunState,
)
from scheduler.domain.messages import MessageState
from scheduler.extensions import db
from scheduler.imports.programme import ImportedProgramme
from scheduler.imports.sheets import Sheet, SheetRow
from scheduler.mail.outbox import preference_of, queue_mail
from scheduler.models import (
    CallAnswer,
    DeadAddress,
    EventRole,
    Inquiry,
    MeetingChange,
    OpenCall,
    Participant,
    PeopleImport,
    ProgrammeImport,
    Run,
    Topic,
    Unscheduled,
    User,
)
from scheduler.services.calendars.feeds import create_feed
from scheduler.services.event.programme_import import keep_programme
from scheduler.services.people_import.packing import pack_made, pack_sheet
from scheduler.services.people_import.store import ListMade
from tests import factories as make
from tests.conftest import Client

REFUSED = {401, 403, 404, 405}
WISH = "one+other"
"""The key of a wish that the plan leaves out."""
FIELDS: dict[str, dict[str, Any]] = {
    "organiser.plans_take": {"wish": WISH},
    "account.sign_in": {"email": "nobody@example.org"},
    "participant.me_profile_field": {"name": "job_title", "value": "Engineer"},
    "organiser.venue_hall_put": {"what": "e-"},
    "outbox.write_again": {"address": "{address}"},
    "participant.agenda_meeting_answer": {"agree": "0"},
    "participant.people_calls_decide": {"person": "{other}", "take": "1"},
    "participant.people_calls_optional": {"person": "{other}", "optional": "1"},
}
"""What a route needs before it looks at anything else."""


@dataclass
class Cluster:
    """Objects that belong together; `values` by the name that addresses have for them."""

    values: dict[str, Any] = field(default_factory=dict)
    feeds: dict[str, str] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What a route is tried on that only the author of something may use."""
    address: str = ""
    other: str = ""
    leader: str = ""
    colleague: str = ""
    """Of the member's organisation."""
    slot: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    """Ids of what a co-organiser may be responsible for."""
    """To which the meeting may be moved."""

    def arguments(self, rule: Rule) -> dict[str, Any]:
        area = rule.endpoint.partition("_")[0]
        known = {**self.values, "feed_id": self.feeds.get(area, ""), **self.own.get(rule.endpoint, {})}
        return {name: known[name] for name in rule.arguments if name != "event_slug"}


def people_of(session: Session, event: Any, count: int) -> list[Participant]:
    return [make.make_participant(session, event) for _ in range(count)]


def brought_list(session: Session, event: Any, state: str) -> PeopleImport:
    """A list of people that an organiser brought."""
    sheet = Sheet(
        (SheetRow(1, ("Name", "Mail", "Organisation", "Type")), SheetRow(2, ("Ada", "no", "A", "City")))
    )
    found = PeopleImport(
        event_id=event.id,
        state=ImportState(state),
        created_at=make.NOW,
        content=pack_sheet(sheet) if state == "open" else None,
        made=pack_made(ListMade()) if state == "stored" else None,
    )
    session.add(found)
    session.flush()
    return found


def brought_programme(session: Session, event: Any) -> ProgrammeImport:
    """A programme that is being looked at."""
    return keep_programme(session, event, ImportedProgramme((), ()), "schedule.xml")


def make_cluster(session: Session, event: Any, leader: Participant, member: Participant) -> Cluster:
    """Everything that can be changed, around a delegation of two and somebody whom they meet."""
    other = make.make_participant(session, event)
    block = make.make_block(session, event, f"2023-11-0{7 + make_cluster.count % 3} 10:00")  # type: ignore[attr-defined]
    make_cluster.count += 1  # type: ignore[attr-defined]
    round_ = make.make_round(session, event, blocks=[block])
    pavilion = make.make_pavilion(session, event)
    hall = make.make_hall(session, event)
    place = make.make_place(session, event, pavilion)
    delegation = make.make_delegation(session, event, [leader, member])
    visit = make.make_session(session, event, attendees=[leader, member], delegation=delegation)
    talk = make.make_session(session, event, "2023-11-08 15:00", attendees=[member])
    request = make.make_request(session, round_, other, member, RequestState.OPEN)
    plan = make.make_plan(session, round_)
    meeting = make.make_meeting(session, plan, block.slots[0], place, [member, other])
    plan.state = PlanState.PUBLISHED
    change = MeetingChange(
        meeting=meeting,
        participant=other,
        kind=ChangeKind.MOVE,
        reason="Late train",
        slot=block.slots[1],
        created_at=make.NOW,
    )
    topic = Topic(event_id=event.id, code=f"t{round_.id}", label=f"Topic {round_.id}")
    question = make.make_question(session, event, QuestionKind.ONE, choices=("A", "B", "C"))
    call, members_call = (
        OpenCall(
            round_id=round_.id,
            author_id=author.id,
            title="Who knows trams?",
            created_at=make.NOW,
            changed_at=make.NOW,
        )
        for author in (other, member)
    )
    answer = CallAnswer(call=members_call, participant=other, sent_at=make.NOW)
    sent = make.make_request(session, round_, member, leader)
    proposed = make.make_request(session, round_, member, make.make_participant(session, event))
    proposed.proposed_id, proposed.colleague_agrees = other.id, True
    run = Run(round_id=round_.id, created_at=make.NOW, state=RunState.FAILED, time_limit=60)
    inquiry = Inquiry(plan_id=plan.id, kind=InquiryKind.HOLD, wish=WISH, asked_at=make.NOW, moved_at=make.NOW)
    left_out = Unscheduled(
        plan_id=plan.id, wish=WISH, kind="B2B", first_id=member.id, second_id=other.id, reason="outranked"
    )
    message = queue_mail(
        session, to_address=member.email, to_name=member.name, subject="x", text="x", event=event
    )
    message.state = MessageState.FAILED
    gone = make.make_block(session, event, "2023-11-09 18:00")
    closed = make.make_pavilion(session, event)
    away = make.make_place(session, event, pavilion)
    gone.retired_at = closed.retired_at = away.retired_at = make.NOW
    dead = DeadAddress(address=member.email, reason="550", bounced_at=make.NOW)
    session.add_all([change, topic, call, members_call, answer, run, dead, inquiry, left_out])
    session.flush()
    feeds = {
        "feeds.joint": create_feed(session, delegation, member.user)[0].public_id,
        "feeds.mine": create_feed(session, member)[0].public_id,
        "feeds.desk": create_feed(session, pavilion)[0].public_id,
    }
    return Cluster(
        {
            "person_id": member.public_id,
            "organisation_id": member.organisation.public_id,
            "delegation_id": delegation.public_id,
            "visit_id": visit.public_id,
            "kind": "pavilion",
            "desk_id": pavilion.public_id,
            "pavilion_id": pavilion.public_id,
            "hall_id": hall.public_id,
            "place_id": place.public_id,
            "plan_id": plan.public_id,
            "meeting_id": meeting.public_id,
            "uid": meeting.uid,
            "change_id": change.public_id,
            "session_id": talk.public_id,
            "block_id": block.public_id,
            "round_id": round_.public_id,
            "topic_id": topic.id,
            "question_id": question.public_id,
            "choice_id": question.choices[0].id,
            "run_id": run.public_id,
            "inquiry_id": inquiry.public_id,
            "message_id": message.public_id,
            "call_id": call.public_id,
            "request_id": request.public_id,
            "key": preference_of(session, member.id).unsubscribe_key,
            "token": "a-token-of-nobody",
            "list_id": brought_list(session, event, "open").public_id,
            "import_id": brought_programme(session, event).public_id,
            "asking": "city",
            "asked": "supplier",
            "type_code": "city",
            "user_id": make.make_organiser(session, event, Role.CO_ORGANISER).public_id,
            "role": Role.CO_ORGANISER.value,
        },
        feeds,
        {
            "participant.people_calls_close": {"call_id": members_call.public_id},
            "participant.people_calls_optional": {"call_id": members_call.public_id},
            "participant.people_calls_decide": {"call_id": members_call.public_id},
            "participant.requests_withdraw": {"request_id": sent.public_id},
            "participant.me_profile_file": {
                "question_id": make.make_question(session, event, QuestionKind.FILE).public_id
            },
            "participant.requests_proposal": {"request_id": proposed.public_id},
            "organiser.people_import_undo": {"list_id": brought_list(session, event, "stored").public_id},
            "organiser.programme_blocks_restore": {"block_id": gone.public_id},
            "organiser.venue_pavilion_restore": {"pavilion_id": closed.public_id},
            "organiser.venue_place_restore": {"place_id": away.public_id},
        },
        member.email,
        other.public_id,
        leader.public_id,
        make.make_participant(session, event, organisation=member.organisation).public_id,
        block.slots[2].public_id,
        {"delegation": delegation.id, "pavilion": pavilion.id, "round": round_.id},
    )


make_cluster.count = 0  # type: ignore[attr-defined]


@dataclass
class World:
    app: Flask
    cookies: dict[str, str]
    slugs: tuple[str, str]
    clusters: dict[str, Cluster]
    url: str
    snapshot: Path

    def restore(self) -> None:
        """The database as it was before the last request that changed something."""
        db.dispose(self.url)
        path = Path(self.url.removeprefix("sqlite:///"))
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
        shutil.copy(self.snapshot, path)


def scope(session: Session, event: Any, **column: int) -> User:
    """A co-organiser who is responsible for one thing."""
    user = make.make_user(session)
    session.add(EventRole(user_id=user.id, event_id=event.id, role=Role.CO_ORGANISER, **column))
    return user


def make_world(app: Flask, session: Session, database_url: str, tmp_path: Path) -> World:
    """An event with all roles, and another one; see `World`."""
    event, far = make.make_event(session, "here"), make.make_event(session, "far")
    leader, member = people_of(session, event, 2)
    own = make.make_organisation(session, event, "Of the co-organiser")
    member.brought_by_id = own.id
    first = make_cluster(session, event, leader, member)
    clusters = {
        "own": first,
        "foreign": make_cluster(session, event, *people_of(session, event, 2)),
        "far": make_cluster(session, far, *people_of(session, far, 2)),
    }
    co_organiser = make.make_user(session)
    session.add(
        EventRole(user_id=co_organiser.id, event_id=event.id, role=Role.CO_ORGANISER, organisation_id=own.id)
    )
    scoped = {
        "of a delegation": scope(session, event, delegation_id=first.rows["delegation"]),
        "of a pavilion": scope(session, event, pavilion_id=first.rows["pavilion"]),
        "of a round": scope(session, event, round_id=first.rows["round"]),
    }
    users: dict[str, User | None] = {
        **scoped,
        "anonymous": None,
        "stranger": make.make_user(session),
        "participant": make.make_participant(session, event).user,
        "member": member.user,
        "leader": leader.user,
        "co-organiser": co_organiser,
        "organiser": make.make_organiser(session, event),
        "desk": make.make_organiser(session, event, Role.DESK),
        "sponsor": make.make_organiser(session, event, Role.SPONSOR),
        "organiser of the other event": make.make_organiser(session, far),
    }
    session.commit()
    app.test_client_class = Client
    cookies = {}
    for role, user in users.items():
        client = app.test_client()
        assert isinstance(client, Client)
        if user is not None:
            assert client.sign_in(user).get("/account/me").status_code == 200
            cookie = client.get_cookie("expo")
            cookies[role] = cookie.value if cookie is not None else ""
    session.close()
    db.dispose(database_url)
    snapshot = tmp_path / "snapshot.sqlite3"
    shutil.copy(database_url.removeprefix("sqlite:///"), snapshot)
    return World(app, cookies, ("here", "far"), clusters, database_url, snapshot)


def writes(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            yield rule


def cases(world: World, rule: Rule) -> Iterator[tuple[str, str, Cluster]]:
    """What is tried of a route: the object's name in the list, the event in the address, the objects."""
    here, far = world.slugs
    if "event_slug" not in rule.arguments:
        yield "-", "", world.clusters["own"]
        return
    if rule.arguments == {"event_slug"}:
        yield "-", here, world.clusters["own"]
    else:
        for name in ("own", "foreign"):
            yield name, here, world.clusters[name]
        yield "far object, this event", here, world.clusters["far"]
    yield "other event", far, world.clusters["far"]


def is_allowed(world: World, rule: Rule, role: str, slug: str, objects: Cluster) -> bool:
    values = objects.arguments(rule)
    if slug:
        values["event_slug"] = slug
    with world.app.test_request_context():
        path = world.app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
    fields = {
        name: str(value).format(address=objects.address, other=objects.other)
        for name, value in FIELDS.get(rule.endpoint, {}).items()
    }
    client = world.app.test_client()
    if role in world.cookies:
        client.set_cookie("expo", world.cookies[role])
    # An answer that is streamed holds the database until it is read.
    answer = client.post(path, data=fields, buffered=True)
    if answer.status_code < 400:
        world.restore()
    assert answer.status_code < 500, (rule.endpoint, role, slug, answer.status_code)
    return answer.status_code not in REFUSED and "/account/sign-in?next=" not in answer.headers.get(
        "Location", ""
    )
