"""What became of an agreed meeting is said wherever the two see each other: its time, its end, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from scheduler.domain.causes import Cause, CauseKind, WhyNot
from scheduler.domain.enums import (
    AnswerState,
    InterestLevel,
    MeetingState,
    ParticipantState,
    PlanState,
    RequestState,
    RoundState,
)
from scheduler.domain.wish_keys import call_key, wish_key
from scheduler.models import CallAnswer, Interest, Meeting, OpenCall, Participant, Plan, Unscheduled
from scheduler.services.calendars.calendar_sync import refresh
from tests.factories import NOW, at, make_meeting, make_place, make_plan, make_request, make_round
from tests.services.scenes import set_clock
from tests.web.participant.scene import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NO_PLACE = "It found no place in the schedule."


def published(scene: Scene) -> Plan:
    set_clock(scene.event, "2023-11-01 09:00")
    plan = make_plan(scene.session, scene.round)
    plan.state, plan.published_at = PlanState.PUBLISHED, at("2023-10-31 18:00")
    scene.round.state = RoundState.CLOSED
    scene.session.flush()
    return plan


def agree(scene: Scene, name: str) -> Participant:
    person = scene.person(name=name)
    make_request(scene.session, scene.round, scene.me, person, RequestState.ACCEPTED)
    return person


def meet(scene: Scene, plan: Plan, slot: int, *people: Participant, wish: str = "") -> Meeting:
    place = make_place(scene.session, scene.event)
    meeting = make_meeting(scene.session, plan, scene.block.slots[slot], place, [scene.me, *people])
    meeting.wish = wish or wish_key(scene.me.public_id, people[0].public_id)
    scene.session.flush()
    return meeting


def unplaced(
    scene: Scene, plan: Plan, person: Participant, reason: WhyNot, causes: Sequence[Cause] = (), **values: Any
) -> None:
    row = {
        "wish": wish_key(scene.me.public_id, person.public_id),
        "kind": "B2B",
        "first_id": scene.me.id,
        "second_id": person.id,
        "reason": reason.value,
        "causes": [cause.stored() for cause in causes],
    }
    scene.session.add(Unscheduled(plan=plan, **(row | values)))
    scene.session.flush()


def test_time_of_the_meeting_stands_on_the_persons_page_the_request_and_in_the_list(scene: Scene) -> None:
    plan, grace = published(scene), agree(scene, "Grace Hopper")
    meeting = meet(scene, plan, 0, grace)
    for page in (f"people/{grace.public_id}", "requests?view=sent", "people"):
        text = scene.get(page)
        assert "You both want to meet" not in text
        assert "Tue 7 Nov" in text
        assert "10:00" in text
    assert f"agenda/meeting/{meeting.uid}" in scene.get(f"people/{grace.public_id}")
    assert meeting.place.pavilion.name in scene.get("requests?view=sent")


def test_cancelled_meeting_is_called_cancelled_everywhere(scene: Scene) -> None:
    plan, grace = published(scene), agree(scene, "Grace Hopper")
    meet(scene, plan, 0, grace).state = MeetingState.CANCELLED
    for page in (f"people/{grace.public_id}", "requests?view=sent", "people"):
        text = scene.get(page)
        assert "You both want to meet" not in text
        assert "cancelled" in text


def test_person_of_a_meeting_cancelled_in_another_round_says_so_until_both_want_again(scene: Scene) -> None:
    plan, grace = published(scene), scene.person(name="Grace Hopper")
    meet(scene, plan, 0, grace).state = MeetingState.CANCELLED
    now = make_round(scene.session, scene.event)
    page = f"people/{grace.public_id}"
    assert "Your meeting is cancelled." in scene.get(page)
    make_request(scene.session, now, scene.me, grace, RequestState.ACCEPTED)
    assert "You both want to meet. The schedule will find" in scene.get(page)


def test_page_of_somebody_who_agreed_and_left_can_still_be_opened(scene: Scene) -> None:
    published(scene)
    grace = agree(scene, "Grace Hopper")
    grace.state = ParticipantState.WITHDRAWN
    assert "is no longer taking part" in scene.get(f"people/{grace.public_id}")


def test_meeting_with_the_colleague_who_took_the_request_over_is_the_requests_meeting(scene: Scene) -> None:
    plan, asked = published(scene), agree(scene, "Grace Hopper")
    colleague = scene.person(name="Ada Colleague")
    meet(scene, plan, 1, colleague, wish=wish_key(scene.me.public_id, asked.public_id))
    assert "10:25" in scene.get("requests?view=sent")


def test_before_publication_both_want_to_meet_and_the_schedule_is_being_made(scene: Scene) -> None:
    grace = agree(scene, "Grace Hopper")
    older = make_plan(scene.session, scene.round)
    meet(scene, older, 0, grace)
    scene.round.state = RoundState.CLOSED
    assert "You both want to meet. The schedule will find" in scene.get(f"people/{grace.public_id}")
    text = scene.get()
    assert "The organiser is making the schedule" in text
    assert "The schedule of" not in text
    assert "lean back" not in text


def test_meetings_of_another_round_do_not_publish_this_one(scene: Scene) -> None:
    plan, grace = published(scene), scene.person(name="Grace Hopper")
    meet(scene, plan, 0, grace)
    plan.round = scene.round.__class__(
        event_id=scene.event.id,
        name="Earlier",
        state=RoundState.CLOSED,
        opens_at=at("2023-09-01 09:00"),
        closes_at=at("2023-09-08 09:00"),
        created_at=NOW,
    )
    scene.session.flush()
    text = scene.get()
    assert f"“{scene.round.name}” is closed. The organiser is making the schedule" in text
    assert "1 meeting is in your agenda." in text


def test_published_round_without_a_meeting_of_mine_says_so(scene: Scene) -> None:
    published(scene)
    assert "It holds no meeting of yours this time." in scene.get()


def test_reasons_are_told_in_the_readers_words(scene: Scene) -> None:
    plan = published(scene)
    people = {
        name: agree(scene, name) for name in ("Nocommon", "Full", "Limited", "Theirs", "Outranked", "Dropped")
    }
    me = scene.me.public_id

    def fact(kind: CauseKind, person: str, **values: Any) -> Cause:
        return Cause(kind, person=person, **values)

    unplaced(
        scene,
        plan,
        people["Nocommon"],
        WhyNot.NO_COMMON_SLOT,
        [
            fact(CauseKind.BUSY, me, slots=3, number=4),
            fact(CauseKind.BUSY, people["Nocommon"].public_id, slots=2, number=4),
        ],
    )
    unplaced(scene, plan, people["Full"], WhyNot.PLACE_FULL, [Cause(CauseKind.PLACE_FULL, slots=2)])
    unplaced(scene, plan, people["Limited"], WhyNot.LIMIT_REACHED, [fact(CauseKind.LIMIT, me, number=2)])
    theirs = fact(CauseKind.LIMIT, people["Theirs"].public_id, number=3)
    unplaced(scene, plan, people["Theirs"], WhyNot.LIMIT_REACHED, [theirs])
    unplaced(scene, plan, people["Outranked"], WhyNot.OUTRANKED)
    text = scene.get("agenda")
    assert "6 wishes found no time" in text
    said = {name: text.split(f">{name}</a>")[1].split("</li>")[0] for name in people}
    assert "You have no time in common." in said["Nocommon"]
    assert "You have said no to 3 of the round&#39;s 4 slots." in said["Nocommon"]
    assert "Nocommon can&#39;t make the times that are left." in said["Nocommon"]
    assert "Every table was taken" in said["Full"]
    assert "You wanted 2 meetings at most, and have them." in said["Limited"]
    assert NO_PLACE in said["Theirs"]
    assert "at most" not in said["Theirs"]
    assert "6 wishes of yours found no time" in scene.get()
    assert "no time was found" in scene.get(f"people/{people['Full'].public_id}")
    assert "No time was found" in scene.get("requests?view=sent")


def test_nobody_can_tell_a_rather_not_from_a_full_schedule(scene: Scene) -> None:
    plan, disliked, outranked = published(scene), agree(scene, "Other One"), agree(scene, "Other Two")
    scene.session.add(
        Interest(
            round_id=scene.round.id,
            from_id=disliked.id,
            to_id=scene.me.id,
            level=InterestLevel.RATHER_NOT,
            updated_at=NOW,
        )
    )
    busy = Cause(CauseKind.MEETING, person=scene.me.public_id, key="x", start=1, end=2)
    unplaced(scene, plan, outranked, WhyNot.OUTRANKED, [busy])
    text = scene.get("agenda")
    one, two = (text.split(f">{person.name}</a>")[1].split("</li>")[0] for person in (disliked, outranked))
    assert one.replace(disliked.organisation.name, "") == two.replace(outranked.organisation.name, "")
    for person in (disliked, outranked):
        assert NO_PLACE in scene.get(f"people/{person.public_id}")


def test_what_is_agreed_after_publication_waits_for_the_next_schedule(scene: Scene) -> None:
    published(scene)
    scene.round.state = RoundState.OPEN
    grace = scene.person(name="Grace Hopper")
    request = make_request(scene.session, scene.round, grace, scene.me, RequestState.ACCEPTED)
    request.answered_at = at("2023-11-01 08:00")
    assert "You both want to meet. The schedule will find" in scene.get(f"people/{grace.public_id}")
    assert "found no time" not in scene.get("agenda")


def test_group_keeps_its_title_on_the_agenda_in_the_calendar_and_without_a_time(scene: Scene) -> None:
    plan, one, other = published(scene), scene.person(name="Grace Hopper"), scene.person(name="Jan Gehl")
    call = OpenCall(
        round_id=scene.round.id,
        author=scene.me,
        title="Cities with the same pilot, to buy sensors for traffic together",
        created_at=NOW,
        changed_at=NOW,
    )
    call.answers = [
        CallAnswer(participant=person, state=AnswerState.TAKEN, sent_at=NOW, decided_at=NOW)
        for person in (one, other)
    ]
    scene.session.add(call)
    scene.session.flush()
    assert f">{call.title}</a>" in scene.get("agenda"), "it found no time yet"
    assert "1 wish found no time" in scene.get("agenda")
    meeting = meet(scene, plan, 0, one, other, wish=call_key(call.public_id))
    refresh(scene.session, scene.event, mails=False)
    text = scene.get("agenda")
    assert f">{call.title}</a></h3>" in text
    assert "found no time" not in text
    assert f"Grace Hopper ({one.organisation.name}), Jan Gehl" in text
    assert call.title in scene.get(f"agenda/meeting/{meeting.uid}")
    calendar = scene.client.get(f"/e/{scene.event.slug}/me/agenda.ics")
    if calendar.status_code == 200:
        assert call.title in calendar.text.replace("\r\n ", "").replace("\\,", ",")


def test_taking_somebody_into_a_group_is_answered(scene: Scene) -> None:
    scene.post("calls/new", title="Buy sensors together", seats="3")
    call = scene.session.query(OpenCall).one()
    grace = scene.person(name="Grace Hopper")
    call.answers.append(CallAnswer(participant=grace, sent_at=NOW))
    address = f"calls/{call.public_id}"
    scene.post(f"{address}/decide", person=grace.public_id, take="1")
    assert "Grace Hopper is in the group, and is told." in scene.get(address)
    scene.post(f"{address}/decide", person=grace.public_id, take="0")
    assert "Grace Hopper is no longer in the group, and is told." in scene.get(address)
