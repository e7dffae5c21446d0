"""What `expo demo` does: build the event, plan and publish the closed round, print the sign-in links."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.config import Mode
from scheduler.database.bulk import without_collector
from scheduler.demo.build import USUAL, build
from scheduler.demo.links import RoleLink, make_links
from scheduler.demo.plan import plan_and_publish
from scheduler.domain.enums import RoundState
from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.models import Event, MatchmakingRound, Participant, Request

LEAST, MOST = 20, 200_000
PLANNED = 2000
"""Up to this size the closed round is planned and published at once, unless told otherwise."""
LABELS = {
    "organiser": "Organiser",
    "co-organiser": "Co-organiser",
    "leader": "Delegation leader",
    "participant": "Participant",
}


def make_demo(
    app: Flask,
    *,
    participants: int = USUAL,
    seconds: int = 25,
    plan: bool | None = None,
    say: Callable[[str], None],
) -> list[RoleLink]:
    """Build the demonstration where it is missing; safe to run again, and after an interruption.

    `plan` says whether the closed round is solved and published here (in `seconds`); by default it is,
    while a large event is left for the organiser to start a run. Raises Invalid.
    """
    if not LEAST <= participants <= MOST:
        raise Invalid(f"A demonstration has between {LEAST} and {MOST:,} participants.")
    started = time.monotonic()
    with db.new_session(app.config["DATABASE_URL"]) as session:
        with without_collector():
            built = build(session, participants)
            session.commit()
        event = built.event
        if built.made:
            say(f"{event.name}: built in {time.monotonic() - started:.0f} s. {_figures(session, event)}")
        else:
            say(f"{event.name} is there already; only its clock was set. {_figures(session, event)}")
        if plan if plan is not None else participants <= PLANNED:
            for sentence in plan_and_publish(app, session, event, seconds):
                say(sentence)
        # Where people are real, nobody signs in by what a terminal or a log has kept.
        links = make_links(session, event) if Mode(app.config["MODE"]).shows_mail else []
        session.commit()
    if not links:
        say(
            "In production no sign-in links are printed: they come by mail. EXPO_MODE=demonstration prints them."
        )
        return links
    say("Sign in (each link works once, within a day; `expo demo` makes new ones):")
    for link in links:
        address = f"{app.config['BASE_URL']}/account/sign-in/{link.token}"
        say(f"  {LABELS[link.role]:<18} {address}  ({link.user.name})")
    return links


def _figures(session: Session, event: Event) -> str:
    people = session.scalar(select(func.count()).where(Participant.event_id == event.id)) or 0
    requests = (
        session.scalar(
            select(func.count(Request.id))
            .join(MatchmakingRound, MatchmakingRound.id == Request.round_id)
            .where(MatchmakingRound.event_id == event.id, MatchmakingRound.state == RoundState.CLOSED)
        )
        or 0
    )
    return f"{people:,} participants, {requests:,} requests in the closed round."
