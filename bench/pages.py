"""Times the list pages of a large event: queries, processor time and wall clock of each.

    EXPO_INSTANCE=DIR expo demo --participants 25000
    python bench/pages.py DIR/expo.sqlite3 [--event SLUG] [--repeat N]

Reads only, but for the sessions that it signs in with.
Prints a Markdown table; the median of N visits, after one that fills caches.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.enums import Role
from scheduler.extensions import db
from scheduler.models import (
    Event,
    EventRole,
    MatchmakingRound,
    Participant,
    ParticipantTopic,
    ParticipantType,
    Pavilion,
    Place,
    Slot,
    Topic,
    User,
)
from scheduler.services.accounts.user_sessions import begin_session

ORGANISER = {
    "Overview": "",
    "People": "people/",
    "People, search": "people/?q=mar",
    "People, by organisation, page 3": "people/?sort=organisation&page=3",
    "People with requests to answer": "people/?need=unanswered",
    "People without any request": "people/?need=no-requests",
    "Venue": "venue/",
    "Programme": "programme/",
    "Meeting blocks": "programme/blocks/",
    "Rounds": "rounds/",
    "Delegations": "delegations/",
    "Runs": "runs/",
    "Plans": "plans/",
    "Log": "log/",
}
PARTICIPANT = {
    "Now": "",
    "Agenda": "agenda",
    "People one may meet": "people",
    "People one may meet, page 300": "people?page=300",
    "People one may meet, search": "people?q=mar",
    "People one may meet, search for two words": "people?q=digital+city",
    "People one may meet, by topic": "people?topic={topic}",
    "People one may meet, by type": "people?type={type}",
    "People one may meet, by country": "people?country={country}",
    "People one may meet, by pavilion": "people?pavilion={pavilion}",
    "People one may meet, by day": "people?day={day}",
    "People one may meet, all filters": (
        "people?q=a&topic={topic}&type={type}&country={country}&pavilion={pavilion}&day={day}"
    ),
    "For you": "people/recommended",
    "Open calls": "calls",
    "Requests": "requests",
    "Requests, sent": "requests?view=sent",
    "Requests, answered": "requests?view=answered",
    "Sessions": "sessions",
    "Contacts": "contacts",
    "Availability": "availability",
}


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def signed_in(app: Flask, user: User) -> FlaskClient:
    client = app.test_client()
    with db.new_session(app.config["DATABASE_URL"]) as session:
        secret = begin_session(session, user, datetime.now(UTC))
        session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{user.public_id}.{secret}"
        cookie["_fresh"] = True
    return client


def measure(client: FlaskClient, label: str, address: str, repeat: int) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        print(f"| {label} | status {answer.status_code} | | | |")
        return
    processor, wall = [], []
    with statements() as found:
        for _time in range(repeat):
            begin, start = time.perf_counter(), time.process_time()
            client.get(address)
            processor.append((time.process_time() - start) * 1000)
            wall.append((time.perf_counter() - begin) * 1000)
    size = len(answer.data) / 1024
    print(
        f"| {label} | {len(found) // repeat} | {statistics.median(processor):.0f} |"
        f" {statistics.median(wall):.0f} | {size:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("database", help="the path of a SQLite database, or a URL")
    parser.add_argument("--event", default="", help="the event's short name; by default the largest")
    parser.add_argument("--repeat", type=int, default=5)
    wanted = parser.parse_args()
    url = wanted.database if "://" in wanted.database else f"sqlite:///{wanted.database}"
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {"INSTANCE": folder, "DATABASE_URL": url, "MODE": "demonstration", "RATELIMIT_ENABLED": False}
        )
        with db.new_session(url, read_only=True) as session:
            run(app, session, wanted.event, wanted.repeat)


def run(app: Flask, session: Session, slug: str, repeat: int) -> None:
    chosen = session.scalars(select(Event).where(Event.slug == slug) if slug else select(Event)).all()
    found = max(chosen, key=lambda each: each.id)
    organiser = session.scalars(
        select(User).join(EventRole).where(EventRole.event_id == found.id, EventRole.role == Role.ORGANISER)
    ).first()
    person = session.scalars(
        select(User)
        .join(Participant, Participant.user_id == User.id)
        .where(Participant.event_id == found.id)
        .order_by(Participant.id)
    ).first()
    rounds = session.scalars(
        select(MatchmakingRound.public_id)
        .where(MatchmakingRound.event_id == found.id)
        .order_by(MatchmakingRound.id)
    ).all()
    print(
        f"{found.name}\n\n| page | queries | processor ms | wall ms | kB |\n| --- | --: | --: | --: | --: |"
    )
    if organiser is not None:
        client = signed_in(app, organiser)
        pages = ORGANISER | {f"Round {n + 1}": f"rounds/{each}/" for n, each in enumerate(rounds)}
        for label, path in pages.items():
            measure(client, f"Organiser: {label}", f"/e/{found.slug}/organise/{path}", repeat)
    if person is not None:
        client = signed_in(app, person)
        values = commonest(session, found.id)
        for label, path in PARTICIPANT.items():
            address = f"/e/{found.slug}/me/{path.format(**values)}"
            measure(client, f"Participant: {label}", address, repeat)


def commonest(session: Session, event_id: int) -> dict[str, object]:
    """A value for each filter that leaves many people."""
    topic = session.scalars(
        select(ParticipantTopic.topic_id)
        .join(Topic, Topic.id == ParticipantTopic.topic_id)
        .where(Topic.event_id == event_id)
        .group_by(ParticipantTopic.topic_id)
        .order_by(func.count().desc())
    ).first()
    kind = session.scalars(
        select(ParticipantType.code)
        .join(Participant, Participant.type_id == ParticipantType.id)
        .where(ParticipantType.event_id == event_id)
        .group_by(ParticipantType.code)
        .order_by(func.count().desc())
    ).first()
    country = session.scalars(
        select(Participant.country)
        .where(Participant.event_id == event_id)
        .group_by(Participant.country)
        .order_by(func.count().desc())
    ).first()
    pavilion = session.scalars(
        select(Pavilion.public_id)
        .join(Place, Place.pavilion_id == Pavilion.id)
        .where(Pavilion.event_id == event_id, Place.organisation_id.is_not(None))
        .group_by(Pavilion.public_id)
        .order_by(func.count().desc())
    ).first()
    day = session.scalars(select(Slot.day).where(Slot.event_id == event_id).order_by(Slot.day)).first()
    return {"topic": topic, "type": kind, "country": country, "pavilion": pavilion, "day": day}


if __name__ == "__main__":
    main()
