"""Every end of a question about a plan has words, and every offer a title."""

from __future__ import annotations

import pytest
from flask import Flask

from scheduler.domain.inquiry import InquiryAnswer, InquiryEnd, Offer, PlanStep, Where
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.web.labels.inquiries import end_said, gain_said, offer_title, people_said, proof_said


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> object:
    with app.test_request_context():
        yield


@pytest.mark.parametrize("end", InquiryEnd)
def test_every_end_is_said_and_no_two_alike(end: InquiryEnd) -> None:
    outcome = RunOutcome(RunEnd.NO_BLOCK)
    said = {each: end_said(InquiryAnswer(end=each, outcome=outcome)) for each in InquiryEnd}
    assert len(said[end]) > 20
    assert list(said.values()).count(said[end]) == 1
    assert end_said(InquiryAnswer()) == ""


def _step(before: Where | None, after: Where | None, *people: int) -> PlanStep:
    return PlanStep("a+b", "B2B", 1, 1, 2, tuple((person, 0) for person in people), before, after)


def test_an_offer_says_what_moves_what_falls_away_and_who_is_told() -> None:
    here, there = Where(1, 1), Where(2, 1)
    steps = (_step(None, here, 1, 2), _step(here, there, 2, 3), _step(here, None, 4, 5))
    offer = Offer(steps, least=2, proven=False, gain=-1)
    assert offer_title(offer) == "1 meeting moves, 1 meeting falls away"
    assert people_said(offer, True) == "5 people get another agenda, and one mail about it."
    assert people_said(offer, False) == "It concerns 5 people; only this draft changes."
    assert proof_said(offer) == "Proven: it can't be done with fewer changes."
    assert gain_said(offer) == "It costs the plan 1 point."


def test_an_offer_that_claims_no_proof_says_none() -> None:
    offer = Offer((_step(Where(1, 1), Where(2, 1), 1, 2),), least=0, proven=False, gain=0)
    assert proof_said(offer) == ""
    assert offer_title(offer) == "1 meeting moves"


def test_an_absence_that_touches_nothing_says_so() -> None:
    offer = Offer((), least=0, proven=True, gain=0)
    assert offer_title(offer) == "No meeting is touched"
    assert "later runs" in people_said(offer, True)
