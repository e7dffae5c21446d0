"""Somebody leaves in the middle of the week: nothing of theirs stays behind, and whoever waited is told."""

from __future__ import annotations

from sqlalchemy import select

from scheduler.domain.enums import AnswerState, MeetingState, PlanState, RequestState
from scheduler.domain.messages import MessageKind
from scheduler.models import CallAnswer, Delegation, OpenCall, OutboxMessage, Participant
from scheduler.queries.people.participation import count_sent
from scheduler.queries.requests.recommendations import event_facts
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.requests.ranked_lists import rank_round, store_round
from tests.factories import NOW, make_delegation, make_meeting, make_place, make_plan, make_request
from tests.services.scenes import set_clock
from tests.web.participant.scene import Scene


def become(scene: Scene, person: Participant) -> None:
    assert person.user is not None
    user = person.user
    scene.session.commit()
    scene.client.sign_in(user)


def test_who_leaves_in_the_middle_of_a_week_leaves_nothing_behind(scene: Scene) -> None:
    session, me = scene.session, scene.me
    gone, third = scene.person(name="Grace Hopper"), scene.person(name="Jan Gehl")
    # A plan with a meeting, requests open and agreed, a list of partners, a delegation, two open calls.
    set_clock(scene.event, "2023-10-20 09:00")
    plan = make_plan(session, scene.round)
    meeting = make_meeting(session, plan, scene.block.slots[0], make_place(session, scene.event), [me, gone])
    plan.state, plan.published_at = PlanState.PUBLISHED, NOW
    waits = make_request(session, scene.round, gone, me)
    agreed = make_request(session, scene.round, third, gone, RequestState.ACCEPTED)
    delegation: Delegation = make_delegation(session, scene.event, [me, gone])
    refresh(session, scene.event, mails=False)
    store_round(session, scene.round.id, rank_round(event_facts(session, scene.event.id)), NOW, NOW, 1)
    become(scene, gone)
    scene.post("calls/new", title="Cities with the same pilot", seats="3")
    become(scene, me)
    scene.post("calls/new", title="Buy sensors together", seats="3")
    theirs, mine = session.scalars(select(OpenCall).order_by(OpenCall.id)).all()
    scene.post(f"calls/{theirs.public_id}/answer", message="We too")
    become(scene, gone)
    scene.post(f"calls/{mine.public_id}/answer", message="And we")
    become(scene, me)
    scene.post(f"calls/{mine.public_id}/decide", person=gone.public_id, take="1")
    become(scene, gone)
    page = scene.get("leave")
    assert "Your meeting ahead is cancelled" in page
    assert "Your open call is called off" in page

    scene.post("leave", sure="1")

    assert meeting.state is MeetingState.CANCELLED
    assert (waits.state, agreed.state) == (RequestState.WITHDRAWN, RequestState.WITHDRAWN)
    assert count_sent(session, third, scene.round.id) == 0
    assert session.get_one(CallAnswer, (mine.id, gone.id)).state is AnswerState.WITHDRAWN
    become(scene, me)
    assert "has called off this group" in scene.get(f"calls/{theirs.public_id}")
    for rest in ("people", "people/recommended", f"calls/{mine.public_id}"):
        assert "Grace Hopper" not in scene.get(rest)
    assert "Withdrawn" in scene.get("requests?view=answered")
    assert "Nobody is waiting for you" in scene.get("requests")
    path = f"/e/{scene.event.slug}/delegation/{delegation.public_id}"
    session.commit()
    assert "Grace Hopper" not in scene.client.get(f"{path}/members", follow_redirects=True).text
    kinds = select(OutboxMessage.kind).where(OutboxMessage.kind != MessageKind.NEWS)
    mine_now = session.scalars(kinds.where(OutboxMessage.participant_id == me.id)).all()
    assert mine_now == [MessageKind.DIGEST], "one mail says that Grace can't come, with the meeting"
    told = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.participant_id == third.id, OutboxMessage.kind == MessageKind.NEWS
        )
    ).all()
    assert [item["what"] for message in told for item in (message.payload or {})["items"]] == ["left"]


def test_who_has_left_can_do_nothing_more_by_form_or_address(scene: Scene) -> None:
    other = scene.person()
    request = make_request(scene.session, scene.round, other, scene.me)
    scene.post("leave", sure="1")

    for rest, fields in (
        (f"people/{other.public_id}/request", {"message": "Still here"}),
        (f"people/{other.public_id}/interest", {"level": "must"}),
        (f"requests/{request.public_id}/answer", {"state": "accepted"}),
        ("calls/new", {"title": "Anybody?", "seats": "2"}),
        ("profile", {"goals": "Back"}),
    ):
        scene.post(rest, 403, **fields)
    assert request.state is RequestState.WITHDRAWN
