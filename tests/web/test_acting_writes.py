"""Every change of the participant's area, tried by a co-organiser who acts for its participant: it is made and logged
with both names, it changes nothing, or it is refused.

What holds for which stands in `acting_writes.txt`, which people review.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from scheduler.web.access import rule_of
from scheduler.web.access_rules import PARTICIPANT
from scheduler.web.acting import deed_of
from scheduler.web.labels.acts import ACTS
from tests.conftest import Client
from tests.web.rights_world import Cluster, World, make_world

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LIST = Path(__file__).with_name("acting_writes.txt")
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20231101T000000Z\r\n"
    b"DTSTART:20231107T080000Z\r\nDTEND:20231107T083000Z\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
FIRST = {
    "participant.agenda_meeting_move": "participant.agenda_meeting_answer",
    "participant.people_calls_optional": "participant.people_calls_decide",
}
"""What has to be done before."""
VISIT = {
    "title": "Lunch",
    "kind": "visit",
    "day": "2023-11-07",
    "starts": "12:00",
    "ends": "13:00",
    "pavilion": "",
}
FIELDS: dict[str, dict[str, Any]] = {
    "outbox.mails_save": {"changes": "daily", "requests": "daily", "invitations": "auto"},
    "delegation.visits_edit": VISIT,
    "delegation.visits_new": VISIT,
    "participant.agenda_meeting_answer": {"agree": "0"},
    "participant.agenda_meeting_cancel": {"reason": "Late train"},
    "participant.agenda_meeting_move": {"slot": "{slot}", "reason": "Late train"},
    "participant.me_availability_calendar_preview": {"file": CALENDAR},
    "participant.me_availability_calendar_store": {"busy": ""},
    "participant.me_leave_post": {"sure": "1", "since": "now"},
    "participant.me_profile_field": {"name": "job_title", "value": "Engineer"},
    "participant.me_profile_file": {"remove": "1"},
    "participant.me_profile_picture": {"remove": "1"},
    "participant.me_profile_save": {"job_title": "Engineer"},
    "participant.me_sessions_attend": {"going": ""},
    "participant.people_calls_answer": {"message": "I do"},
    "participant.people_calls_decide": {"person": "{other}", "take": "1"},
    "participant.people_calls_optional": {"person": "{other}", "optional": "0"},
    "participant.people_calls_post": {"title": "Who knows trams?", "text": "", "seats": "3"},
    "participant.people_interest": {"level": "must"},
    "participant.people_request": {"message": "Let us meet"},
    "participant.requests_answer": {"state": "accepted"},
    "participant.requests_propose": {"colleague": "{colleague}", "reason": "Knows more"},
    "participant.requests_proposal": {"agree": "1"},
}


def of_the_area(app: Flask) -> list[Rule]:
    """The writes of the participant's area and of the delegation's."""
    found = []
    for rule in app.url_map.iter_rules():
        declared = rule_of(app.view_functions[rule.endpoint])
        writes = (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if writes and declared is not None and (declared is PARTICIPANT or declared.delegation):
            found.append(rule)
    return sorted(found, key=lambda rule: rule.endpoint)


def dump(world: World) -> list[str]:
    with closing(sqlite3.connect(world.url.removeprefix("sqlite:///"))) as database:
        return list(database.iterdump())


def names(world: World) -> list[tuple[str, str]]:
    """By whom and for whom the last acts were done."""
    with closing(sqlite3.connect(world.url.removeprefix("sqlite:///"))) as database:
        return database.execute(
            "SELECT user_account.email, participant.public_id FROM audit_entry"
            " JOIN user_account ON user_account.id = audit_entry.user_id"
            " LEFT JOIN participant ON participant.id = on_behalf_of_id"
            " WHERE action <> 'behalf.begin' AND on_behalf_of_id IS NOT NULL"
        ).fetchall()


def send(world: World, client: Client, endpoint: str, objects: Cluster, person: str) -> TestResponse:
    """Make the change, on a page that was made for `person`."""
    rule = next(rule for rule in of_the_area(world.app) if rule.endpoint == endpoint)
    values = {**objects.arguments(rule), "event_slug": "here"}
    if endpoint.startswith("participant.people_"):
        values["person_id"] = objects.other
    with world.app.test_request_context():
        path = world.app.url_map.bind("localhost").build(endpoint, values, method="POST")
    fields: dict[str, Any] = {"acting_for": person}
    for name, value in FIELDS.get(endpoint, {}).items():
        sent = value.format(**vars(objects)) if isinstance(value, str) else value
        fields[name] = (BytesIO(sent), "brought") if isinstance(sent, bytes) else sent
    return client.post(path, data=fields)


def outcome(world: World, client: Client, endpoint: str, objects: Cluster, person: str) -> str:
    if endpoint in FIRST:
        assert send(world, client, FIRST[endpoint], objects, person).status_code == 302
    before, known = dump(world), names(world)
    answer = send(world, client, endpoint, objects, person)
    if answer.status_code == 403:
        assert "This stays with" in answer.text, endpoint
        assert dump(world) == before
        return "refused"
    assert answer.status_code < 400, (endpoint, answer.status_code, answer.text)
    logged, changed = names(world)[len(known) :], dump(world) != before
    world.restore()
    assert bool(logged) is changed, endpoint
    assert {person} >= {who for _by, who in logged}, endpoint
    return "logged" if logged else "changes nothing"


def client_for(world: World, role: str, person: str) -> Client:
    """A browser of this role that acts for somebody."""
    client = world.app.test_client()
    assert isinstance(client, Client)
    client.set_cookie("expo", world.cookies[role])
    assert client.post(f"/e/here/organise/people/{person}/act-for").status_code == 302
    return client


def test_each_change_is_logged_with_both_names_or_refused(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    world = make_world(app, session, database_url, tmp_path)
    own = world.clusters["own"]
    member = str(own.values["person_id"])
    by_role = {
        False: (client_for(world, "co-organiser", member), member),
        True: (client_for(world, "organiser", own.leader), own.leader),
    }
    world.restore()
    lines: list[str] = []
    for rule in of_the_area(app):
        declared = rule_of(app.view_functions[rule.endpoint])
        assert declared is not None
        client, person = by_role[declared.delegation]
        lines.append(f"{rule.endpoint} | {outcome(world, client, rule.endpoint, own, person)}\n")
    known = [line for line in LIST.read_text(encoding="utf-8").splitlines(True) if not line.startswith("#")]
    (tmp_path / LIST.name).write_text("".join(lines), encoding="utf-8")
    assert lines == known, f"what is allowed now stands in {tmp_path / LIST.name}"


def test_deeds_are_declared_for_what_changes_something_in_the_area_and_worded(app: Flask) -> None:
    inside = {rule.endpoint for rule in of_the_area(app)}
    for endpoint, view in app.view_functions.items():
        if (deed := deed_of(view)) is not None:
            assert endpoint in inside
            assert deed.action in ACTS
