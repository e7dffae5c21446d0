"""An event with an open round, seen by a supplier who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction
from scheduler.models import Event, MatchmakingRound, MeetingBlock, Participant, ParticipantTopic, Topic
from tests.conftest import Client
from tests.factories import make_block, make_event, make_participant, make_round


@dataclass
class Scene:
    session: Session
    client: Client
    event: Event
    round: MatchmakingRound
    block: MeetingBlock
    me: Participant
    topic: Topic

    def person(self, type_code: str = "supplier", name: str = "") -> Participant:
        return make_participant(self.session, self.event, type_code=type_code, name=name)

    def path(self, rest: str = "") -> str:
        return f"/e/{self.event.slug}/me/{rest}"

    def get(self, rest: str = "") -> str:
        path = self.path(rest)
        self.session.commit()
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, rest: str, status: int = 302, **fields: object) -> str:
        path = self.path(rest)
        # A transaction left open would hold SQLite's write lock against the application.
        self.session.commit()
        answer = self.client.post(path, data=fields)
        assert answer.status_code == status, answer.text
        self.session.expire_all()
        return answer.text


def make_scene(session: Session, client: Client) -> Scene:
    event = make_event(session)
    block = make_block(session, event)
    round_ = make_round(session, event, blocks=[block])
    me = make_participant(session, event, name="Ada Lovelace")
    topic = Topic(event_id=event.id, code="traffic", label="Traffic data platforms")
    session.add(topic)
    session.flush()
    session.add(ParticipantTopic(participant_id=me.id, topic_id=topic.id, direction=Direction.SEEKS))
    session.commit()
    assert me.user is not None
    client.sign_in(me.user)
    return Scene(session, client, event, round_, block, me, topic)
