"""Open calls of the open round with their answers, and what kinds and sizes of partners people look for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler.demo.crowd import Crowd, InventedPerson
from scheduler.demo.frame import Frame
from scheduler.demo.register import Register, table_of
from scheduler.demo.source import CallFacts
from scheduler.demo.wishes import branch
from scheduler.domain.enums import AnswerState, CallState, ParticipantState
from scheduler.models import CallAnswer, OpenCall, PartnerWish

PEOPLE_PER_TURN = 600
"""A larger event posts every call once more for so many people."""


class Board:
    """Posts the calls, each by somebody else, and has them answered by those who may ask the author."""

    def __init__(self, session: Session, frame: Frame, crowd: Crowd, register: Register, rng: Random) -> None:
        self.session = session
        self.frame = frame
        self.rng = rng
        self.ids = register.by_name
        self.names = [facts.name for facts in crowd.organisations]
        self.people = [person for person in crowd.people if person.state is ParticipantState.ACTIVE]
        self.authors: set[int] = set()

    def fill(self) -> None:
        """Every call of the file, and again for each further share of a large crowd."""
        for turn in range(1 + len(self.people) // PEOPLE_PER_TURN):
            for facts in self.frame.source.calls:
                author = self._author(facts, named=turn == 0)
                if author is not None:
                    self._post(facts, author)
        self.session.flush()

    def _author(self, facts: CallFacts, *, named: bool) -> InventedPerson | None:
        if facts.organisation and named:
            return next((p for p in self.people if self.names[p.organisation] == facts.organisation), None)
        near = [person for person in self.people if person.kind == facts.kind and self._near(person, facts)]
        rest = [person for person in self.people if person.kind == facts.kind]
        for group in (near, rest):
            free = [person for person in group if person.index not in self.authors]
            if free:
                return self.rng.choice(free)
        return None

    def _near(self, person: InventedPerson, facts: CallFacts) -> bool:
        return branch(facts.topic) in {branch(code) for code in (*person.offers, *person.seeks)}

    def _post(self, facts: CallFacts, author: InventedPerson) -> None:
        self.authors.add(author.index)
        opens, now = self.frame.utc(self.frame.source.rounds[1].opens), self.frame.now
        posted = opens + (now - opens) * self.rng.uniform(0.2, 0.6)
        call = OpenCall(
            round_id=self.frame.rounds[self.frame.source.rounds[1].code].id,
            author_id=author.id,
            topic_id=self.frame.topics[facts.topic].id,
            title=facts.title,
            text=facts.text,
            state=CallState.OPEN,
            seats=facts.seats,
            created_at=posted,
            changed_at=posted,
        )
        may = [
            person
            for person in self.people
            if person.kind in facts.by
            and author.kind in self.frame.source.matrix.get(person.kind, {})
            and person.organisation != author.organisation
        ]
        near = [person for person in may if self._near(person, facts)]
        taken: InventedPerson | None = None
        for text, person in zip(facts.answers, self._some(near, may, len(facts.answers)), strict=False):
            sent = posted + (now - posted) * self.rng.uniform(0.1, 0.9)
            # The first is taken, so that a group is under way; two of a group have to be allowed to meet.
            take = taken is None and self.rng.random() < 0.7
            taken = person if take else taken
            call.answers.append(
                CallAnswer(
                    participant_id=person.id,
                    state=AnswerState.TAKEN if take else AnswerState.WAITING,
                    message=text,
                    sent_at=sent,
                    decided_at=min(sent + timedelta(hours=3), now) if take else None,
                )
            )
        self.session.add(call)

    def _some(
        self, near: list[InventedPerson], may: list[InventedPerson], count: int
    ) -> Iterable[InventedPerson]:
        """At most one of an organisation, first those near the topic."""
        found: dict[int, InventedPerson] = {}
        for group in (near, may):
            for person in self.rng.sample(group, len(group)):
                if len(found) < count:
                    found.setdefault(person.organisation, person)
        return list(found.values())


def wish_partners(session: Session, frame: Frame, crowd: Crowd, rng: Random) -> None:
    """A quarter of all say which kinds of partners they look for; clusters most often look for investors."""
    rows: list[dict[str, Any]] = []
    for person in crowd.people:
        kinds = list(frame.source.matrix.get(person.kind, {}))
        if not kinds or rng.random() >= 0.25:
            continue
        wanted = {rng.choice(kinds)} | ({"investor"} & set(kinds))
        rows += [{"participant_id": person.id, "type_id": frame.types[kind].id} for kind in sorted(wanted)]
    if rows:
        session.execute(insert(table_of(PartnerWish)), rows)
