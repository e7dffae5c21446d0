"""Reads about the event's taxonomy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction
from scheduler.models import ParticipantTopic, Topic


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in the order of the tree. `depth` is 0 at the top; the counts are people who chose it."""

    topic: Topic
    depth: int
    offers: int
    seeks: int


def topic_tree(session: Session, event_id: int) -> list[TopicLine]:
    """The tree, each topic before those below it, in two queries."""
    topics = session.scalars(
        select(Topic).where(Topic.event_id == event_id).order_by(Topic.position, Topic.id)
    ).all()
    counts: Counter[tuple[int, Direction]] = Counter()
    for topic_id, direction, number in session.execute(
        select(ParticipantTopic.topic_id, ParticipantTopic.direction, func.count())
        .join(Topic, Topic.id == ParticipantTopic.topic_id)
        .where(Topic.event_id == event_id)
        .group_by(ParticipantTopic.topic_id, ParticipantTopic.direction)
    ):
        counts[topic_id, direction] = number
    below: dict[int | None, list[Topic]] = {}
    for topic in topics:
        below.setdefault(topic.parent_id, []).append(topic)
    lines: list[TopicLine] = []
    stack = [(topic, 0) for topic in reversed(below.get(None, []))]
    while stack:
        topic, depth = stack.pop()
        lines.append(
            TopicLine(topic, depth, counts[topic.id, Direction.OFFERS], counts[topic.id, Direction.SEEKS])
        )
        stack.extend((child, depth + 1) for child in reversed(below.get(topic.id, [])))
    return lines
