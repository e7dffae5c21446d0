"""What speaks against a time and place, in words: every rule, with who, what and when."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from scheduler.domain.alternatives import Fact, Rule
from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.domain.intervals import Interval
from scheduler.errors import Conflict
from scheduler.models import Pavilion, Place
from scheduler.services.meetings.refused_choices import ChoiceTaken, NeedsConsent
from scheduler.web.labels.alternatives import fact_said
from scheduler.web.labels.refusals import refusal_said

MADRID = ZoneInfo("Europe/Madrid")
NINE = Interval(datetime(2023, 11, 7, 8, tzinfo=UTC), datetime(2023, 11, 7, 8, 20, tzinfo=UTC))
MEETING = Engagement(EngagementKind.MEETING, NINE, pavilion="Hall 1", partners=("Cy", "Di"))
TALK = Engagement(EngagementKind.SESSION, NINE, title="Ports", pavilion="Hall 1")
PLACE = Place(name="Table 3", pavilion=Pavilion(name="Hall 2"))


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.test_request_context():
        yield


@pytest.mark.parametrize("rule", Rule)
@pytest.mark.parametrize("by", [MEETING, TALK], ids=["a meeting", "a session"])
def test_every_rule_is_said(rule: Rule, by: Engagement) -> None:
    said = fact_said(Fact(rule, "Ana", by, needed=7, there=5, limit=2), "Hall 2, Table 3", MADRID)
    assert said.endswith(".")
    assert "%(" not in said


def test_who_is_taken_by_what_and_when_is_said_in_the_events_time() -> None:
    error = ChoiceTaken([Fact(Rule.TAKEN, "Ana", MEETING)], PLACE, MADRID)
    assert refusal_said(error) == (
        "Ana already has a meeting at that time: with Cy and Di, 09:00–09:20. Nothing was changed."
    )


def test_what_needs_consent_says_what_speaks_against_it_and_no_more() -> None:
    walk = Fact(Rule.WALK, "Ana", TALK, needed=7, there=5)
    error = NeedsConsent([walk, Fact(Rule.CLOSED)], PLACE, MADRID)
    assert refusal_said(error) == (
        "Ana has 5 minutes for the walk between Hall 1 (“Ports”, 09:00–09:20) and Hall 2, Table 3, and needs 7."
        " Hall 2, Table 3 is not open then."
    )
    assert error.keys == (walk.key, Fact(Rule.CLOSED).key)


def test_other_errors_say_their_own_sentence() -> None:
    assert refusal_said(Conflict("It is too late.")) == "It is too late."
