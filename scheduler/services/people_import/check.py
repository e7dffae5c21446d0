"""What a list would do at an event: who is new, who is registered already and would change, who may be somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.text_key import name_key
from scheduler.imports.people import OWN
from scheduler.models import (
    DelegationMember,
    Event,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
)
from scheduler.services.people.people_admin import PersonEntry
from scheduler.services.people_import.answers import answer_texts, listed_questions
from scheduler.services.people_import.details import PersonDetails
from scheduler.services.people_import.judge import JudgedRow
from scheduler.services.people_import.remarks import Remark, remark

SAME, OTHER, LEAVE = "same", "other", "leave"
"""What somebody says of a row with the name and organisation of a person who is registered under another address."""
_OWN_WORDS = ("name", "job_title", "country", "languages", "offers_text", "seeks_text", "goals", "links")
"""What people say of themselves: a list fills it where it is empty, and changes it for those who never came in."""


@dataclass(frozen=True, slots=True)
class ReadyPerson:
    """Somebody to be registered; `number` is their row."""

    number: int
    person: PersonEntry
    details: PersonDetails


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What a list changes about somebody who is registered: by field what is there now and what the list says.

    `topics` are added to those they have, by direction.
    """

    number: int
    participant_id: int
    public_id: str
    name: str
    fields: Mapping[str, tuple[str, str]]
    offers: tuple[int, ...] = ()
    seeks: tuple[int, ...] = ()
    delegation: str = ""
    home: Mapping[str, str | int] | None = None
    stand: int | None = None


@dataclass(frozen=True, slots=True)
class PossibleTwin:
    """A row that may be somebody who is registered under another address."""

    number: int
    name: str
    organisation: str
    email: str
    registered: str
    participant_id: int


@dataclass(frozen=True, slots=True)
class CheckedList:
    """What a list would do: people to register; why rows can't be used (perhaps several of one row); what would be
    left out of people who are ready; how many are registered already, and what would change about them; who may be
    there under another address; words that nobody knows, with the number of rows that say them.
    """

    ready: tuple[ReadyPerson, ...]
    problems: tuple[Remark, ...]
    known: int
    remarks: tuple[Remark, ...] = ()
    changes: tuple[PersonChange, ...] = ()
    twins: tuple[PossibleTwin, ...] = ()
    words: Mapping[tuple[str, str], int] = field(default_factory=dict)
    repeats: frozenset[int] = frozenset()
    """Rows whose only problem is that another row has their address."""

    @property
    def faulty(self) -> int:
        """How many rows can't be used."""
        return len({problem.number for problem in self.problems})


@dataclass(frozen=True, slots=True)
class _Registered:
    id: int
    public_id: str
    name: str
    email: str
    name_key: str
    home_key: str
    brought_by_id: int | None


def check_people(
    session: Session,
    event: Event,
    judged: Sequence[JudgedRow],
    *,
    said_of_twins: Mapping[int, str] | None = None,
    brought_by_id: int | None = None,
) -> CheckedList:
    """What the rows would do, in a fixed number of queries.

    `said_of_twins` says by row who is who. A co-organiser (`brought_by_id`) changes their own people only.
    """
    registered = _registered(session, event)
    of_address = {one.email: one for one in registered}
    of_name = {(one.name_key, one.home_key): one for one in registered}
    ready: list[ReadyPerson] = []
    problems: list[Remark] = []
    remarks: list[Remark] = []
    twins: list[PossibleTwin] = []
    known: list[tuple[JudgedRow, _Registered]] = []
    words: Counter[tuple[str, str]] = Counter()
    seen: dict[str, int] = {}
    repeats: set[int] = set()
    for one in judged:
        row, entry = one.row, one.entry
        words.update(one.words)
        problems += one.problems
        if entry is None:
            continue
        if entry.email in seen:
            twice = _(
                "This address stands in row %(n)d already. One of the two rows is enough.",
                n=seen[entry.email],
            )
            problems.append(remark(row, "email", twice))
            repeats.add(row.number)
        elif (person := of_address.get(entry.email)) is not None:
            known.append((one, person))
        elif (person := of_name.get((name_key(entry.name), name_key(entry.organisation)))) is not None:
            said = (said_of_twins or {}).get(row.number, "")
            if said == OTHER:
                ready.append(ReadyPerson(row.number, entry, one.details))
            elif said == SAME:
                known.append((one, person))
            elif said != LEAVE:
                twins.append(
                    PossibleTwin(
                        row.number, entry.name, entry.organisation, entry.email, person.email, person.id
                    )
                )
        else:
            ready.append(ReadyPerson(row.number, entry, one.details))
            remarks += one.left_out
        seen.setdefault(entry.email, row.number)
    own = [pair for pair in known if brought_by_id is None or pair[1].brought_by_id == brought_by_id]
    return CheckedList(
        tuple(ready),
        tuple(problems),
        len(known),
        tuple(remarks),
        _changes(session, event, own),
        tuple(twins),
        dict(words),
        frozenset(repeats),
    )


def _registered(session: Session, event: Event) -> list[_Registered]:
    rows = session.execute(
        select(
            Participant.id,
            Participant.public_id,
            Participant.name,
            Participant.email,
            Participant.name_key,
            Organisation.name_key,
            Participant.brought_by_id,
        )
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(Participant.event_id == event.id)
    )
    return [_Registered(*row) for row in rows]


def _changes(
    session: Session, event: Event, known: Sequence[tuple[JudgedRow, _Registered]]
) -> tuple[PersonChange, ...]:
    if not known:
        return ()
    ids = [person.id for _one, person in known]
    columns = [getattr(Participant, name) for name in (*_OWN_WORDS, *_LIMITS)]
    now = {
        row.id: row
        for row in session.execute(
            select(
                Participant.id,
                *columns,
                ParticipantType.code.label("type"),
                Organisation.name.label("organisation"),
                Participant.came_in_at,
                Participant.state,
            )
            .join(ParticipantType, ParticipantType.id == Participant.type_id)
            .join(Organisation, Organisation.id == Participant.organisation_id)
            .where(Participant.id.in_(ids))
        )
    }
    topics = {
        (person, topic, direction.value)
        for person, topic, direction in session.execute(
            select(
                ParticipantTopic.participant_id, ParticipantTopic.topic_id, ParticipantTopic.direction
            ).where(ParticipantTopic.participant_id.in_(ids))
        )
    }
    answers = answer_texts(session, ids)
    own_words = {
        *_OWN_WORDS,
        *(column for column, question in listed_questions(session, event).items() if question.own),
    }
    travelling = set(
        session.scalars(
            select(DelegationMember.participant_id).where(DelegationMember.participant_id.in_(ids))
        )
    )
    found = []
    for one, person in known:
        row = now[person.id]
        if row.state is ParticipantState.WITHDRAWN:
            continue
        details = one.details
        change = PersonChange(
            one.row.number,
            person.id,
            person.public_id,
            person.name,
            _fields(one, row, answers.get(person.id, {}), own_words),
            tuple(n for n in details.offers if (person.id, n, "offers") not in topics),
            tuple(n for n in details.seeks if (person.id, n, "seeks") not in topics),
            "" if person.id in travelling else details.delegation,
            details.home,
            details.stand,
        )
        if change.fields or change.offers or change.seeks or change.delegation:
            found.append(change)
    return tuple(found)


_LIMITS = ("guarantee", "max_meetings", "max_meetings_per_day")


def _fields(
    one: JudgedRow, row: object, answers: Mapping[str, str], own_words: Collection[str]
) -> dict[str, tuple[str, str]]:
    """What the list says otherwise than the registration and the answers; empty cells say nothing."""
    entry = one.entry
    assert entry is not None  # rows without one are not known
    said: dict[str, object] = {
        "name": entry.name,
        "job_title": entry.job_title,
        "country": entry.country,
        "organisation": entry.organisation,
        "type": entry.type,
        **one.details.person,
    }
    found: dict[str, tuple[str, str]] = {}
    for name, value in said.items():
        before = answers.get(name) if name.startswith(OWN) else getattr(row, name)
        text, there = str(value), "" if before is None else str(before)
        # A cell holds no line breaks: a text that differs in blanks alone is the same.
        alike = name_key if name in ("name", "organisation") else _without_breaks
        same = alike(text) == alike(there)
        theirs = name in own_words and there and getattr(row, "came_in_at", None) is not None
        if text and not same and not theirs:
            found[name] = (there, text)
    return found


def _without_breaks(text: str) -> str:
    return " ".join(text.split())
