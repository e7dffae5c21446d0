"""Build the demonstration: Barcelona 2023 with invented people, of any size, in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.demo.calls import Board, wish_partners
from scheduler.demo.crowd import gather
from scheduler.demo.frame import build_frame, set_clock
from scheduler.demo.programme import schedule_sessions, write_busy_times
from scheduler.demo.register import enter, give_roles
from scheduler.demo.source import DemoSource, read_source
from scheduler.demo.wishes import Wishes
from scheduler.models import Event

USUAL = 300
SEED = 2023


@dataclass(frozen=True)
class Built:
    """`made` is False when the event was there already: then only its clock was set."""

    event: Event
    made: bool


def slug_of(source: DemoSource, participants: int) -> str:
    return source.slug if participants == USUAL else f"{source.slug}-{participants}"


def build(session: Session, participants: int = USUAL, *, seed: int = SEED) -> Built:
    """Make the event, unless it is there; commits nothing. The same seed makes the same people and wishes.

    The closed round is left without a plan: see `scheduler.demo.plan`.
    """
    source = read_source()
    slug = slug_of(source, participants)
    known = session.scalar(select(Event).where(Event.slug == slug))
    if known is not None:
        set_clock(known, source)
        return Built(known, made=False)
    rng = Random(seed)
    large = participants != USUAL
    name = f"{source.name} ({participants:,} participants)" if large else source.name
    frame = build_frame(
        session,
        source,
        slug=slug,
        name=name,
        tables_factor=max(1.0, participants / USUAL * 0.6) if large else 1.0,
    )
    topics = {code: topic.label for code, topic in frame.topics.items()}
    crowd = gather(source, topics, participants, rng)
    register = enter(session, frame, crowd, rng)
    users = give_roles(session, frame, crowd, register)
    emails = {user.email for user in users.values()}
    hosts = [person for person in crowd.people if person.email in emails]
    schedule_sessions(session, frame, crowd, register, rng)
    stays = {person.id for person in hosts} | {person.id for person in crowd.people if person.delegation}
    write_busy_times(session, frame, crowd, rng, stays)
    wishes = Wishes(frame, crowd, topics, rng)
    wishes.past_round()
    wishes.open_round(hosts)
    wishes.write(session)
    # Their own chance: what others see of the event does not depend on them.
    more = Random(seed + 1)
    wish_partners(session, frame, crowd, more)
    Board(session, frame, crowd, register, more).fill()
    session.flush()
    return Built(frame.event, made=True)
