"""The event's taxonomy: what the organiser changes in it, without losing what people chose."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction
from scheduler.domain.text_key import name_key
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.matching.taxonomy import default_taxonomy
from scheduler.models import Event, ParticipantTopic, Topic, User, new_public_id
from scheduler.services.audit import record
from scheduler.services.text import clean_text

LABEL_LIMIT = 160
MOST_TOPICS = 2000


def add_topic(session: Session, event: Event, label: str, parent_id: int | None, actor: User) -> Topic:
    """A topic below another, or at the top. Raises Invalid, Conflict, NotFound."""
    name = _label(label)
    if parent_id is not None:
        topic_of(session, event, parent_id)
    _refuse_double(session, event, name, parent_id)
    refuse_too_many(session, event, 1)
    topic = Topic(
        event_id=event.id,
        code=f"own.{new_public_id()}",
        label=name,
        parent_id=parent_id,
        position=next_position(session, event),
    )
    session.add(topic)
    session.flush()
    record(session, event, actor, "topic.add", topic.code, label=name)
    return topic


def add_default_topics(session: Session, event: Event) -> int:
    """The topics of smart cities, for an event that has none; how many. Raises Conflict when it has some."""
    if session.scalar(select(Topic.id).where(Topic.event_id == event.id).limit(1)) is not None:
        raise Conflict(_("This event has topics already."))
    rows: dict[str, Topic] = {}
    # Parents come before their children in the taxonomy.
    for position, topic in enumerate(default_taxonomy().topics.values()):
        parent = rows.get(topic.parent)
        row = Topic(
            event_id=event.id,
            code=topic.id,
            label=topic.label,
            parent_id=parent.id if parent is not None else None,
            position=position,
        )
        session.add(row)
        session.flush()
        rows[topic.id] = row
    record(session, event, None, "topic.import", "", added=len(rows))
    return len(rows)


def rename_topic(session: Session, event: Event, topic_id: int, label: str, actor: User) -> Topic:
    """Another label; who chose the topic keeps it. Raises Invalid, Conflict, NotFound."""
    topic = topic_of(session, event, topic_id)
    name = _label(label)
    if name != topic.label:
        _refuse_double(session, event, name, topic.parent_id, but=topic.id)
        record(session, event, actor, "topic.rename", topic.code, before=topic.label, after=name)
        topic.label = name
        session.flush()
    return topic


def remove_topic(session: Session, event: Event, topic_id: int, actor: User) -> str:
    """Remove a topic; its label. Those below move up, and whoever chose it gets the topic above, if there is one."""
    topic = topic_of(session, event, topic_id)
    label, code = topic.label, topic.code
    _take_out(session, topic)
    record(session, event, actor, "topic.remove", code, label=label)
    return label


def remove_topics(session: Session, event: Event, ids: Collection[int], actor: User) -> int:
    """Remove many, as `remove_topic` does each; how many. Ids of other events, or of topics gone, are passed over."""
    topics = list(session.scalars(select(Topic).where(Topic.event_id == event.id).order_by(Topic.id)))
    wanted = set(ids)
    chosen = [topic for topic in topics if topic.id in wanted]
    if len(chosen) == len(topics):
        numbers = select(Topic.id).where(Topic.event_id == event.id)
        for statement in (
            delete(ParticipantTopic).where(ParticipantTopic.topic_id.in_(numbers)),
            delete(Topic).where(Topic.event_id == event.id),
        ):
            session.execute(statement.execution_options(synchronize_session=False))
        session.expire_all()
    else:
        for topic in chosen:
            _take_out(session, topic)
    if chosen:
        record(session, event, actor, "topic.remove-many", "", removed=len(chosen))
    return len(chosen)


def _take_out(session: Session, topic: Topic) -> None:
    # The name becomes free first: one below may have the same.
    topic.label = f"removed {new_public_id()}"
    session.flush()
    above = topic.parent_id
    for below in session.scalars(select(Topic).where(Topic.parent_id == topic.id).order_by(Topic.id)).all():
        _move(session, below, above)
    if above is not None:
        _hand_over(session, topic.id, above)
    _delete(session, topic)


def _move(session: Session, topic: Topic, above: int | None) -> None:
    """Put a topic below another, or at the top. Where one of its name is there already, the two become one."""
    twin = session.scalar(
        select(Topic).where(
            Topic.event_id == topic.event_id,
            Topic.label_key == topic.label_key,
            Topic.parent_id.is_not_distinct_from(above),
        )
    )
    if twin is None:
        topic.parent_id = above
        session.flush()
        return
    for below in session.scalars(select(Topic).where(Topic.parent_id == topic.id).order_by(Topic.id)).all():
        _move(session, below, twin.id)
    _hand_over(session, topic.id, twin.id)
    _delete(session, topic)


def _hand_over(session: Session, topic_id: int, to_id: int) -> None:
    """Whoever chose one topic has chosen another instead."""
    chosen = ParticipantTopic
    known = select(chosen.participant_id).where(chosen.topic_id == to_id)
    for direction in Direction:
        session.execute(
            update(chosen)
            .where(
                chosen.topic_id == topic_id,
                chosen.direction == direction,
                chosen.participant_id.not_in(known.where(chosen.direction == direction)),
            )
            .values(topic_id=to_id)
            .execution_options(synchronize_session=False)
        )


def _delete(session: Session, topic: Topic) -> None:
    """Delete a topic and the choices that are left of it."""
    for statement in (
        delete(ParticipantTopic).where(ParticipantTopic.topic_id == topic.id),
        delete(Topic).where(Topic.id == topic.id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()


def topic_of(session: Session, event: Event, topic_id: int) -> Topic:
    """A topic of this event. Raises NotFound."""
    topic = session.scalar(select(Topic).where(Topic.id == topic_id, Topic.event_id == event.id))
    if topic is None:
        raise NotFound(_("This topic is not, or no longer, part of the event."))
    return topic


def _label(text: str) -> str:
    name = " ".join(clean_text(text, LABEL_LIMIT, "label", _("Topic")).split())
    if not name:
        raise Invalid(_("Give the topic a name."), field="label")
    return name


def _refuse_double(
    session: Session, event: Event, label: str, parent_id: int | None, but: int | None = None
) -> None:
    same = session.scalars(
        select(Topic.id).where(
            Topic.event_id == event.id,
            Topic.label_key == name_key(label),
            Topic.parent_id.is_not_distinct_from(parent_id),
        )
    ).all()
    if any(topic != but for topic in same):
        raise Conflict(_("There is already a topic “%(label)s” here.", label=label))


def refuse_too_many(session: Session, event: Event, more: int) -> None:
    """Raises Invalid when an event would have more topics than it may."""
    count = topic_count(session, event)
    if count + more > MOST_TOPICS:
        raise Invalid(
            _(
                "An event has %(most)s topics at most; this would make %(count)s.",
                most=MOST_TOPICS,
                count=count + more,
            )
        )


def topic_count(session: Session, event: Event) -> int:
    """How many topics an event has."""
    return session.scalar(select(func.count()).select_from(Topic).where(Topic.event_id == event.id)) or 0


def next_position(session: Session, event: Event) -> int:
    """Where the next topic stands in the order of the event."""
    return (session.scalar(select(func.max(Topic.position)).where(Topic.event_id == event.id)) or 0) + 1
