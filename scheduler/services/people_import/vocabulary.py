"""What the words of a list mean at an event: its types, topics, delegations and stands, and what was said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlaceKind
from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.imports.countries import country_code
from scheduler.imports.languages import language_code
from scheduler.imports.people import OWN
from scheduler.models import (
    Delegation,
    Event,
    ImportWord,
    ParticipantType,
    Pavilion,
    Place,
    Topic,
    User,
)
from scheduler.services.event.topics import add_topic
from scheduler.services.people_import.answers import ListedQuestion, listed_questions

KINDS = ("type", "country", "language", "topic")
"""What is mapped word by word."""
NEW = "new"
"""Chosen for a topic: it becomes one of the event's."""
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type of participants, apart from the database."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that the rows of a list may name, by key, apart from the database; `labels` of topics by id.

    `said` are words that somebody explained, by kind and key: a type's or a country's code, a topic's id, or nothing.
    """

    types: Sequence[TypeName]
    topics: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[int, str] = field(default_factory=dict)
    delegations: Mapping[str, str] = field(default_factory=dict)
    stands: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    said: Mapping[tuple[str, str], str] = field(default_factory=dict)
    questions: Mapping[str, ListedQuestion] = field(default_factory=dict)
    """The event's own, by column."""

    def type_of(self, word: str) -> TypeName | None:
        """The type that a word names. Its name counts before a code: that stays when a type is called otherwise."""
        key = name_key(word)
        meant = self.said.get(("type", key))
        by_name = {name_key(kind.name): kind for kind in self.types}
        by_code = {name_key(kind.code): kind for kind in self.types}
        said = next((kind for kind in self.types if kind.code == meant), None)
        return by_name.get(key) or said or by_code.get(key)

    def topics_like(self, word: str) -> dict[int, str]:
        """The topics whose names look most like a word, by id."""
        near = get_close_matches(name_key(word), self.topics, n=4, cutoff=0.5)
        return {self.topics[key]: self.labels[self.topics[key]] for key in near}


def vocabulary_of(session: Session, event: Event) -> Vocabulary:
    """What an event's lists may name, in a fixed number of queries."""
    types = session.execute(
        select(ParticipantType.code, ParticipantType.name)
        .where(ParticipantType.event_id == event.id)
        .order_by(ParticipantType.position, ParticipantType.id)
    )
    topics: dict[str, int] = {}
    labels: dict[int, str] = {}
    for key, number, label in session.execute(
        select(Topic.label_key, Topic.id, Topic.label).where(Topic.event_id == event.id).order_by(Topic.id)
    ):
        topics.setdefault(key, number)
        labels[number] = label
    stands: dict[str, tuple[int, ...]] = {}
    for number, stand, pavilion in session.execute(
        select(Place.id, Place.name, Pavilion.name)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Place.event_id == event.id, Place.kind == PlaceKind.STAND, Place.retired_at.is_(None))
        .order_by(Place.id)
    ):
        for text in (stand, f"{pavilion}, {stand}", f"{pavilion} {stand}"):
            stands[name_key(text)] = (*stands.get(name_key(text), ()), number)
    return Vocabulary(
        types=tuple(TypeName(code, name) for code, name in types),
        topics=topics,
        labels=labels,
        delegations=dict(
            session.execute(
                select(Delegation.name_key, Delegation.name).where(Delegation.event_id == event.id)
            ).all()
        ),
        stands=stands,
        said={
            (kind, key): value
            for kind, key, value in session.execute(
                select(ImportWord.kind, ImportWord.word_key, ImportWord.value).where(
                    ImportWord.event_id == event.id
                )
            )
        },
        questions=listed_questions(session, event),
    )


def say(session: Session, event: Event, kind: str, word: str, value: str, actor: User) -> None:
    """Keep what a word means from now on: for this list and those that follow.

    A topic may be `NEW`: then the word becomes one. Raises Invalid for a value that there is none of.
    """
    if kind == "topic" and value == NEW:
        value = str(add_topic(session, event, word[:160], None, actor).id)
    else:
        _require(session, event, kind, value)
    key = name_key(word)[:_LONGEST]
    found = session.scalar(
        select(ImportWord).where(
            ImportWord.event_id == event.id, ImportWord.kind == kind, ImportWord.word_key == key
        )
    )
    if found is None:
        session.add(ImportWord(event_id=event.id, kind=kind, word_key=key, value=value))
    else:
        found.value = value


def forget(session: Session, event: Event, kind: str, word: str) -> None:
    """A word means nothing in particular any more."""
    for found in session.scalars(
        select(ImportWord).where(
            ImportWord.event_id == event.id, ImportWord.kind == kind, ImportWord.word_key == name_key(word)
        )
    ):
        session.delete(found)


def _require(session: Session, event: Event, kind: str, value: str) -> None:
    if kind not in KINDS and not kind.startswith(OWN):
        raise Invalid(_("Only types, countries, languages and topics are explained word by word."))
    if not _is_there(session, event, kind, value):
        raise Invalid(_("What you chose is not there any more. Look at the list again."))


def _is_there(session: Session, event: Event, kind: str, value: str) -> bool:
    if kind == "type":
        types = select(ParticipantType.id).where(
            ParticipantType.event_id == event.id, ParticipantType.code == value
        )
        return session.scalar(types) is not None
    if not value:
        return True
    if kind == "country":
        return country_code(value) is not None
    if kind == "language":
        return language_code(value) is not None
    if kind.startswith(OWN):
        question = listed_questions(session, event).get(kind)
        return question is not None and value.isdecimal() and int(value) in question.labels
    topics = select(Topic.id).where(Topic.event_id == event.id)
    return value.isdecimal() and session.scalar(topics.where(Topic.id == int(value))) is not None
