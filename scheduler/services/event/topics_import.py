"""Adding many topics from a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.imports.headings import TOPIC_HEADINGS
from scheduler.imports.sheet_child import heading_key
from scheduler.imports.sheets import SheetRow
from scheduler.models import Event, Topic, User, new_public_id
from scheduler.services.audit import record
from scheduler.services.event.topics import (
    LABEL_LIMIT,
    MOST_TOPICS,
    next_position,
    refuse_too_many,
    topic_count,
)
from scheduler.services.text import clean_line

_PATH = " > "


@dataclass(frozen=True, slots=True)
class Imported:
    """How many topics a table added, and how many of its rows name one that is there already."""

    added: int
    known: int


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    label: str
    above: str


class _Tree:
    """The topics by where they stand: one name may stand below several."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._at: dict[tuple[int | None, str], Topic] = {}
        self._named: dict[str, list[Topic]] = {}
        self._by_id: dict[int, Topic] = {}
        for topic in topics:
            self.add(topic)

    def add(self, topic: Topic) -> None:
        key = name_key(topic.label)
        self._at[topic.parent_id, key] = topic
        self._named.setdefault(key, []).append(topic)
        self._by_id[topic.id] = topic

    def at(self, parent: Topic | None, label: str) -> Topic | None:
        return self._at.get((parent.id if parent else None, name_key(label)))

    def called(self, words: str) -> list[Topic]:
        """The topics of a name, or at the end of a path `Energy > Grids`."""
        found = self._named.get(name_key(words), [])
        if found or _PATH.strip() not in words:
            return found
        steps = [name_key(step) for step in words.split(_PATH.strip())]
        return [topic for topic in self._named.get(steps[-1], []) if self._stands_below(topic, steps[:-1])]

    def path(self, topic: Topic) -> str:
        steps = [topic.label]
        while topic.parent_id is not None:
            topic = self._by_id[topic.parent_id]
            steps.insert(0, topic.label)
        return _PATH.join(steps)

    def like(self, words: str) -> str:
        near = get_close_matches(name_key(words[:LABEL_LIMIT]), self._named, 1)
        return self._named[near[0]][0].label if near else ""

    def _stands_below(self, topic: Topic, steps: list[str]) -> bool:
        for step in reversed(steps):
            if topic.parent_id is None:
                return False
            topic = self._by_id[topic.parent_id]
            if name_key(topic.label) != step:
                return False
        return True


def import_topics(session: Session, event: Event, rows: Sequence[SheetRow], actor: User) -> Imported:
    """Add the topics of a table: first column the topic, second the topic above it (empty: at the top).

    A topic that stands there already stays as it is. All rows or none: Invalid names the first row that can't be used.
    """
    lines = _lines(rows)
    tree = _Tree(session.scalars(select(Topic).where(Topic.event_id == event.id).order_by(Topic.id)).all())
    position = next_position(session, event)
    fresh: list[Topic] = []
    room = MOST_TOPICS - topic_count(session, event)
    known = 0
    for line in lines:
        parent = _above(tree, line) if line.above else None
        if tree.at(parent, line.label) is not None:
            known += 1
            continue
        if len(fresh) == room:
            refuse_too_many(session, event, len({(one.label, one.above) for one in lines}) - known)
        topic = Topic(
            event_id=event.id,
            code=f"own.{new_public_id()}",
            label=line.label,
            parent_id=parent.id if parent is not None else None,
            position=position + len(fresh),
        )
        session.add(topic)
        session.flush()
        tree.add(topic)
        fresh.append(topic)
    record(session, event, actor, "topic.import", "", added=len(fresh))
    return Imported(len(fresh), len(lines) - len(fresh))


def _lines(rows: Sequence[SheetRow]) -> list[_Line]:
    if rows and heading_key(rows[0].at(0)) in TOPIC_HEADINGS:
        rows = rows[1:]
    if not rows:
        raise Invalid(
            _("The table has no topic. Its first column names the topic, its second the one above.")
        )
    return [_line(row) for row in rows]


def _line(row: SheetRow) -> _Line:
    try:
        label = clean_line(row.at(0), LABEL_LIMIT, "", _("Topic"))
    except Invalid:
        label = ""
    if not label:
        raise Invalid(
            _(
                "Row %(row)s: a topic needs a name of at most %(limit)s characters. Nothing was stored.",
                row=row.number,
                limit=LABEL_LIMIT,
            )
        )
    return _Line(row.number, label, row.at(1))


def _above(tree: _Tree, line: _Line) -> Topic:
    found = tree.called(line.above)
    if len(found) == 1:
        return found[0]
    if found:
        paths = _(" or ").join(f"“{tree.path(topic)}”" for topic in found[:5])
        raise Invalid(
            _(
                "Row %(row)s: there are several topics “%(above)s”. Write %(paths)s. Nothing was stored.",
                row=line.number,
                above=line.above[:80],
                paths=paths,
            )
        )
    near = tree.like(line.above)
    hint = _("Did you mean “%(near)s”?", near=near) if near else _("Name it first.")
    raise Invalid(
        _(
            "Row %(row)s: there is no topic “%(above)s”. %(hint)s Nothing was stored.",
            row=line.number,
            above=line.above[:80],
            hint=hint,
        )
    )
