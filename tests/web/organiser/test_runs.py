"""The organiser's pages of runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import RequestState, Role, RunState
from scheduler.domain.run_outcome import RunEnd, RunFinding, RunOutcome
from scheduler.domain.wish_keys import wish_key
from scheduler.jobs.queue import queue_of
from scheduler.models import Run, RunProgress
from scheduler.services.machine.workers import beat
from scheduler.services.rounds.runs import DEFAULT_WEIGHTS
from scheduler.web.organiser.gap_chart import gap_chart
from tests import factories as make
from tests.conftest import Client
from tests.counting import counted
from tests.services.scenes import set_clock

# The pages do not depend on the database; what they call is tested on both in tests/services and tests/jobs.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORM = {
    "time_limit": "30",
    "breaks": "4",
    "walking": "1",
    "guarantee": "100",
    "published": "20",
    "seed": "0",
}


class Scene:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        self.round = make.make_round(session, self.event, blocks=[make.make_block(session, self.event)])
        make.make_place(session, self.event)
        one, other = (make.make_participant(session, self.event) for _ in range(2))
        make.make_request(session, self.round, one, other, RequestState.ACCEPTED)
        self.organiser = make.make_organiser(session, self.event)
        self.address = f"/e/{self.event.slug}/organise/runs"
        session.commit()

    def run(self, state: RunState = RunState.RUNNING, **values: object) -> Run:
        now = datetime.now(UTC)
        run = Run(
            round_id=self.round.id,
            state=state,
            time_limit=60,
            weights=dict(DEFAULT_WEIGHTS),
            attempt=1,
            created_at=now,
            started_at=now,
            **values,
        )
        self.session.add(run)
        self.session.commit()
        return run

    def start(self, client: Client, **changes: str):
        form = {**FORM, "round": self.round.public_id, **changes}
        return client.post(f"{self.address}/new", data=form)


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


@pytest.fixture
def organiser(client: Client, scene: Scene) -> Client:
    return client.sign_in(scene.organiser)


def test_starting_a_run_stores_it_tells_the_queue_and_shows_it(app, scene, organiser):
    answer = scene.start(organiser, breaks="12", published="80")
    run = scene.session.scalars(select(Run)).one()
    assert answer.status_code == 302
    assert answer.location.endswith(f"/runs/{run.public_id}/")
    assert (run.state, run.time_limit, run.created_by_id) == (RunState.QUEUED, 30, scene.organiser.id)
    assert run.weights == {**DEFAULT_WEIGHTS, "break": 12, "moved": 80, "dropped": 320}
    assert len(queue_of(app)) == 1
    now = datetime.now(UTC)
    beat(scene.session, "elsewhere:1:1", now, now, {})
    scene.session.commit()
    page = organiser.get(answer.location)
    assert "Waiting for the worker" in page.text
    assert "Avoid it strongly" in page.text


@pytest.mark.parametrize(
    "changes", [{"round": "nonsense"}, {"time_limit": "7"}, {"breaks": "99"}, {"seed": "-1"}, {"seed": "x"}]
)
def test_settings_that_make_no_sense_start_nothing(scene, organiser, changes):
    answer = scene.start(organiser, **changes)
    assert answer.status_code == 422
    assert scene.session.scalars(select(Run)).all() == []


def test_a_second_run_is_refused_in_words_on_the_form(scene, organiser):
    scene.run()
    answer = scene.start(organiser)
    assert answer.status_code == 409
    assert "A run of this round is under way" in answer.text


def test_the_form_says_what_a_run_would_lack(scene, organiser):
    scene.round.blocks = []
    scene.session.commit()
    assert "It has no meeting block: nobody can meet." in organiser.get(f"{scene.address}/new").text


@pytest.mark.parametrize(
    ("clock", "said"),
    [("2023-11-07 10:00", '">3</td>'), ("2023-11-07 11:15", "Every meeting time of it has begun")],
)
def test_the_form_counts_the_slots_that_are_ahead(scene, organiser, clock, said):
    set_clock(scene.event, clock)
    scene.session.commit()
    assert said in organiser.get(f"{scene.address}/new").text


def test_a_running_run_asks_for_its_news_and_an_ended_one_does_not(scene, organiser):
    run = scene.run()
    news = f"{scene.address}/{run.public_id}/progress"
    assert "hx-trigger" in organiser.get(news).text
    run.state = RunState.FINISHED
    scene.session.commit()
    assert "hx-trigger" not in organiser.get(news).text


def test_stopping_asks_the_worker_to_keep_the_best(scene, organiser):
    run = scene.run()
    organiser.post(f"{scene.address}/{run.public_id}/stop")
    scene.session.refresh(run)
    assert run.stop_requested
    assert "the best schedule so far is being kept" in organiser.get(f"{scene.address}/{run.public_id}/").text


def test_stopping_what_has_ended_says_so(scene, organiser):
    run = scene.run(RunState.FINISHED)
    answer = organiser.post(f"{scene.address}/{run.public_id}/stop", follow_redirects=True)
    assert "The run had already ended." in answer.text


def test_an_interrupted_run_says_so_and_can_be_started_again(app, scene, organiser):
    run = scene.run(RunState.LOST, outcome=RunOutcome(RunEnd.WORKER_GONE).stored())
    page = organiser.get(f"{scene.address}/{run.public_id}/")
    assert "The worker stopped under this run." in page.text
    organiser.post(f"{scene.address}/{run.public_id}/restart")
    scene.session.refresh(run)
    assert run.state is RunState.QUEUED
    assert len(queue_of(app)) == 1


def test_proof_that_nothing_is_possible_names_people_times_and_places(scene, organiser):
    person = make.make_participant(scene.session, scene.event, name="Anne O'Neill <b>")
    partner = make.make_participant(scene.session, scene.event, name="Jordi")
    slots = scene.round.blocks[0].slots[:2]
    finding = RunFinding(
        "person-short-of-slots",
        meetings=(wish_key(person.public_id, partner.public_id),),
        people=(person.public_id,),
        slots=tuple(slot.public_id for slot in slots),
        numbers=(3, 2),
    )
    outcome = RunOutcome(RunEnd.INFEASIBLE, findings=(finding,))
    run = scene.run(RunState.FINISHED, status="infeasible", outcome=outcome.stored())
    page = organiser.get(f"{scene.address}/{run.public_id}/")
    assert "It is proven that no schedule can keep every rule." in page.text
    assert "Anne O&#39;Neill &lt;b&gt; has 3 meetings that must be held" in page.text
    assert "with room for 2." in page.text
    person.name = "Anne Byrne"
    scene.session.commit()
    assert "Anne Byrne has 3 meetings" in organiser.get(f"{scene.address}/{run.public_id}/").text
    assert "It is proven that no schedule" in organiser.get(f"{scene.address}/").text


def test_schedule_that_was_not_kept_says_which_rules_it_breaks(scene, organiser):
    people = [make.make_participant(scene.session, scene.event, name=name) for name in ("Anne", "Jordi <b>")]
    slot = scene.round.blocks[0].slots[0]
    broken = RunFinding(
        "person-available",
        meetings=(wish_key(*(person.public_id for person in people)),),
        people=(people[1].public_id,),
        slots=(slot.public_id,),
    )
    outcome = RunOutcome(RunEnd.BROKEN, {"count": 2}, (broken, RunFinding("break-spread", numbers=(3, 1))))
    run = scene.run(RunState.FAILED, outcome=outcome.stored())
    page = organiser.get(f"{scene.address}/{run.public_id}/").text
    assert "The solver&#39;s schedule breaks 2 rules, so it was not kept." in page
    assert re.search("<li>Jordi &lt;b&gt; can&#39;t attend the meeting of .*Anne.* then: .*</li>", page)
    assert "<li>The breaks of two people differ by 3, and the limit is 1.</li>" in page


def test_co_organisers_look_and_do_not_start(client, scene):
    helper = make.make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client.sign_in(helper)
    assert "Start a run" not in client.get(f"{scene.address}/").text
    assert scene.start(client).status_code == 403


def test_runs_of_another_event_are_not_found(scene, organiser):
    other = Scene(scene.session)
    run = other.run()
    assert organiser.get(f"{scene.address}/{run.public_id}/").status_code == 404


def test_the_list_takes_as_many_queries_for_three_runs_as_for_one(scene, organiser):
    def count() -> int:
        with counted() as statements:
            assert organiser.get(f"{scene.address}/").status_code == 200
        return len(statements)

    scene.run(RunState.FINISHED)
    one = count()
    scene.run(RunState.FAILED)
    scene.run(RunState.LOST)
    assert count() == one


def test_the_picture_shows_where_score_and_bound_end(database_url):
    steps = [
        RunProgress(seconds=1.0, score=0, bound=200.0),
        RunProgress(seconds=2.0, score=90, bound=110.0),
        RunProgress(seconds=5.0, score=100, bound=100.0),
    ]
    chart = gap_chart(steps, 10.0)
    assert chart is not None
    assert chart.last_score == chart.last_bound
    assert chart.seconds == 10.0
    assert gap_chart([], 10.0) is None


def test_run_times_are_those_of_the_events_clock(scene, organiser):
    scene.event.clock_shift = int(timedelta(days=365).total_seconds())
    scene.run(RunState.FINISHED)
    year_ago = datetime.now(UTC) - timedelta(days=365)
    assert f"{year_ago:%Y-%m-}" in organiser.get(f"{scene.address}/").text


def test_the_organiser_says_from_which_draft_a_run_starts(scene, organiser):
    plan = make.make_plan(scene.session, scene.round)
    other = make.make_plan(scene.session, make.make_round(scene.session, scene.event))
    scene.session.commit()
    page = organiser.get(f"{scene.address}/new?from={plan.public_id}").text
    assert (
        f'<option selected value="{plan.public_id}">{scene.round.name}: {plan.name}, draft</option>' in page
    )
    refused = scene.start(organiser, base=other.public_id)
    assert refused.status_code == 422
    assert "belongs to another round" in refused.text
    answer = scene.start(organiser, base=plan.public_id)
    assert scene.session.scalars(select(Run.base_plan)).one() == plan.public_id
    assert plan.name in organiser.get(answer.location).text
