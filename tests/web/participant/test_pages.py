"""Now, agenda, requests, me: what the pages say and what their forms do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.domain.enums import MeetingState, ParticipantState, PlanState, RequestState, RoundState
from tests.counting import counted
from tests.factories import (
    NOW,
    make_meeting,
    make_place,
    make_plan,
    make_request,
    make_session,
)
from tests.web.participant.scene import Scene

PAGES = ["", "agenda", "people", "requests", "requests?view=sent", "requests?view=answered", "about"]

# Pages: what they store is tested on both databases with the services.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("page", [*PAGES, "profile", "availability"])
def test_pages_of_the_participant_need_a_participant(scene: Scene, page: str) -> None:
    assert scene.get(page)
    scene.client.post("/account/sign-out")

    assert scene.client.get(scene.path(page)).status_code == 302


def test_now_says_what_is_asked_until_when_what_next_and_what_one_gets(scene: Scene) -> None:
    make_request(scene.session, scene.round, scene.person(), scene.me)
    scene.round.closes_at = datetime.now(UTC) + timedelta(days=2)
    scene.round.guarantee = 3

    page = scene.get()

    assert "Answer 1 person who asks to meet you" in page
    assert "Tell who you are and what you seek" in page
    assert "is open until" in page
    assert "Then the organiser makes the schedule" in page
    assert "You have 4 times in which you can meet." in page
    assert "at 3 meetings at least for you" in page


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (RoundState.DRAFT, "Until then you can complete your profile"),
        (RoundState.CLOSED, "The organiser is making the schedule"),
    ],
)
def test_now_says_what_happens_when_no_round_is_open(scene: Scene, state: RoundState, sentence: str) -> None:
    scene.round.state = state

    assert sentence in scene.get()


def test_agenda_shows_meetings_with_place_and_sessions(scene: Scene) -> None:
    grace = scene.person(name="Grace Hopper")
    plan = make_plan(scene.session, scene.round)
    meeting = make_meeting(
        scene.session, plan, scene.block.slots[0], make_place(scene.session, scene.event), [scene.me, grace]
    )
    plan.state = PlanState.PUBLISHED
    plan.published_at = NOW
    talk = make_session(scene.session, scene.event, attendees=[scene.me])

    page = scene.get("agenda?day=2023-11-07")

    assert "Grace Hopper" in page
    assert meeting.place.name in page
    assert talk.title in page
    assert "Grace Hopper" not in scene.get("agenda?day=2023-11-08")
    assert "10:00–10:20" in scene.get(f"agenda/meeting/{meeting.uid}")


def test_agenda_of_others_is_nobodys(scene: Scene) -> None:
    one, other = scene.person(), scene.person()
    plan = make_plan(scene.session, scene.round)
    meeting = make_meeting(
        scene.session, plan, scene.block.slots[0], make_place(scene.session, scene.event), [one, other]
    )
    plan.state = PlanState.PUBLISHED
    scene.session.commit()

    assert scene.client.get(scene.path(f"agenda/meeting/{meeting.uid}")).status_code == 404


def test_request_is_accepted_from_the_list_in_one_tap(scene: Scene) -> None:
    request = make_request(scene.session, scene.round, scene.person(name="Grace Hopper"), scene.me)
    page = scene.get("requests")
    assert "Shall we meet?" in page

    scene.post(f"requests/{request.public_id}/answer", state="accepted", seen="open")

    assert request.state is RequestState.ACCEPTED
    assert "Nobody is waiting for you" in scene.get("requests")
    assert "You both want to meet" in scene.get("requests?view=answered")


def test_request_answered_from_an_old_page_says_what_happened(scene: Scene) -> None:
    request = make_request(scene.session, scene.round, scene.person(name="Grace Hopper"), scene.me)
    request.state = RequestState.WITHDRAWN

    page = scene.post(f"requests/{request.public_id}/answer", 409, state="accepted", seen="open")

    assert "Grace Hopper has withdrawn this request in the meantime" in page


def test_request_of_others_can_not_be_answered_by_address(scene: Scene) -> None:
    request = make_request(scene.session, scene.round, scene.person(), scene.person())

    scene.post(f"requests/{request.public_id}/answer", 404, state="accepted", seen="open")
    scene.post(f"requests/{request.public_id}/withdraw", 404)
    assert request.state is RequestState.OPEN


def test_request_is_withdrawn_by_its_sender(scene: Scene) -> None:
    request = make_request(scene.session, scene.round, scene.me, scene.person())

    scene.post(f"requests/{request.public_id}/withdraw", view="sent")

    assert request.state is RequestState.WITHDRAWN


@pytest.mark.parametrize("page", PAGES)
def test_pages_do_the_same_number_of_queries_for_one_row_and_for_three(scene: Scene, page: str) -> None:
    def one_more() -> None:
        make_request(scene.session, scene.round, scene.person(), scene.me)
        make_request(scene.session, scene.round, scene.me, scene.person())
        answered = make_request(scene.session, scene.round, scene.person(), scene.me)
        answered.state = RequestState.DECLINED

    one_more()
    scene.get(page)
    with counted() as first:
        scene.get(page)
    one_more()
    one_more()
    scene.session.commit()
    with counted() as second:
        scene.get(page)

    assert len(first) == len(second)


def test_invited_person_says_that_they_take_part(scene: Scene) -> None:
    grace = scene.person()
    scene.me.state, scene.me.came_in_at = ParticipantState.INVITED, None
    assert "You are invited" in scene.get()
    assert "Say first that you take part" in scene.post(
        f"people/{grace.public_id}/interest", 403, level="like"
    )

    scene.post("take-part")

    assert scene.me.state is ParticipantState.ACTIVE
    assert "You are invited" not in scene.get()


def test_leaving_says_what_it_touches_and_cancels_meetings(scene: Scene) -> None:
    grace = scene.person()
    make_request(scene.session, scene.round, scene.me, grace)
    plan = make_plan(scene.session, scene.round)
    meeting = make_meeting(
        scene.session, plan, scene.block.slots[0], make_place(scene.session, scene.event), [scene.me, grace]
    )
    plan.state = PlanState.PUBLISHED
    page = scene.get("leave")
    assert "Your meeting ahead is cancelled" in page
    assert "1 request that waits for an answer is withdrawn" in page

    scene.post("leave", sure="1")

    assert scene.me.state is ParticipantState.WITHDRAWN
    assert meeting.state is MeetingState.CANCELLED
    assert scene.client.get(scene.path("people")).status_code == 403


def test_queue_shows_one_request_after_the_other(scene: Scene) -> None:
    asking = [
        make_request(scene.session, scene.round, scene.person(name=name), scene.me)
        for name in ("Ann", "Bob", "Cid")
    ]
    page = scene.get("requests/queue")
    assert "3 requests to answer" in page
    assert "Ann" in page
    assert "Bob" not in page

    scene.post(
        f"requests/{asking[0].public_id}/answer", state="accepted", seen="open", view="queue", later="0"
    )
    assert "Bob" in scene.get("requests/queue?later=0")
    page = scene.get("requests/queue?later=1")
    assert "Cid" in page
    assert "Bob" not in page
    path = scene.path("requests/queue?later=2")
    scene.session.commit()
    assert scene.client.get(path).status_code == 302
    assert "2 requests are left for later" in scene.get("requests")


def test_rest_of_the_queue_is_declined_with_a_word(scene: Scene) -> None:
    asking = [make_request(scene.session, scene.round, scene.person(), scene.me) for _ in range(3)]
    asking[0].state = RequestState.ACCEPTED
    elsewhere = make_request(scene.session, scene.round, scene.person(), scene.person())

    scene.post("requests/decline-rest", reason="My days are full")

    assert [one.state for one in asking] == ["accepted", "declined", "declined"]
    assert asking[1].answer == "My days are full"
    assert elsewhere.state is RequestState.OPEN


def test_queue_counts_in_its_no_to_all_only_those_who_wait_for_me_alone(scene: Scene) -> None:
    colleague = scene.person(name="Grace Hopper")
    colleague.organisation = scene.me.organisation
    for _number in range(3):
        make_request(scene.session, scene.round, scene.person(), scene.me)
    to_any = make_request(scene.session, scene.round, scene.person(), colleague)
    to_any.any_representative = True
    to_any.sent_at -= timedelta(days=1)

    page = scene.get("requests/queue")

    assert "Addressed to any of you, through Grace Hopper." in page
    assert "4 requests to answer" in page
    assert "Say no to all 3 people who wait for you alone." in page


def test_who_has_left_reads_so_at_every_page(scene: Scene) -> None:
    scene.post("leave", sure="1")

    answer = scene.client.get(scene.path("agenda"))
    assert answer.status_code == 403
    assert "You no longer take part in this event" in answer.text


def test_now_names_a_proposal_of_a_colleague(scene: Scene) -> None:
    asked, colleague = scene.person(), scene.person()
    colleague.organisation = asked.organisation
    request = make_request(scene.session, scene.round, scene.me, asked)
    request.proposed_id = colleague.id

    assert "Answer 1 proposal of a colleague" in scene.get()
    scene.post(f"requests/{request.public_id}/proposal", agree="1")
    assert "proposal of a colleague" not in scene.get()
    assert "It counts once" in scene.get("requests?view=sent")

    assert colleague.user is not None
    scene.client.sign_in(colleague.user)
    assert f"{asked.name} was asked and suggests you instead." in scene.get("requests")
    assert scene.me.name in scene.get("requests/queue")
    scene.post(f"requests/{request.public_id}/answer", state="accepted", seen="open")
    assert (request.to_id, request.state) == (colleague.id, RequestState.ACCEPTED)
    assert "proposal of a colleague" not in scene.get()
