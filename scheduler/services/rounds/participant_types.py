"""The participant types of an event: added, renamed, put in order, merged, deleted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from scheduler.domain.text_key import name_key
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.models import (
    Base,
    Event,
    ImportWord,
    Participant,
    ParticipantType,
    User,
)
from scheduler.queries.rounds.types import TypeLine, type_lines
from scheduler.services.audit import record
from scheduler.services.text import clean_line

NAME_LIMIT = 80
CODE_LIMIT = 40
MOST_TYPES = 40
"""More than that no matrix shows."""
NAMING = {"session_audience": "session_id", "partner_wish": "participant_id", "question_type": "question_id"}
"""The lists of types that something names, each once: the table, and the column of what names them."""


def add_type(session: Session, event: Event, name: str, actor: User) -> ParticipantType:
    """A type at the end of the list, which may ask nobody yet. Raises Invalid, Conflict."""
    clean = _name(name)
    types = _types(session, event)
    _refuse_double(types, clean)
    if len(types) >= MOST_TYPES:
        raise Conflict(_("An event has %(n)d types at most. Merge some first.", n=MOST_TYPES))
    made = ParticipantType(
        event_id=event.id,
        code=_code(clean, {each.code for each in types}),
        name=clean,
        position=max((each.position for each in types), default=-1) + 1,
    )
    session.add(made)
    session.flush()
    record(session, event, actor, "type.add", made.code, name=clean)
    return made


def rename_type(session: Session, event: Event, code: str, name: str, actor: User) -> ParticipantType:
    """Another name; its code stays, so lists and addresses still find it. Raises Invalid, Conflict, NotFound."""
    found = type_by_code(session, event, code)
    clean = _name(name)
    if clean != found.name:
        _refuse_double(_types(session, event), clean, but=found.id)
        record(session, event, actor, "type.rename", code, before=found.name, after=clean)
        found.name = clean
        session.flush()
    return found


def move_type(session: Session, event: Event, code: str, *, up: bool, actor: User) -> None:
    """Change places with the type before, or behind. At the end of the list nothing happens. Raises NotFound."""
    found = type_by_code(session, event, code)
    types = _types(session, event)
    here = types.index(found)
    there = here - 1 if up else here + 1
    if 0 <= there < len(types):
        types[here], types[there] = types[there], types[here]
        record(session, event, actor, "type.move", code, name=found.name)
    for position, each in enumerate(types):
        each.position = position
    session.flush()


def merge_type(session: Session, event: Event, code: str, into: str, actor: User) -> TypeLine:
    """Make everything of one type another's, and delete it; what it had.

    The rules of the other hold from then on: in the matching matrix and in rounds. Words of lists that meant the one
    mean the other. Raises Invalid for none or the type itself, NotFound.
    """
    found = type_by_code(session, event, code)
    if into in ("", code):
        raise Invalid(_("Choose another type to merge “%(name)s” into.", name=found.name), "into")
    target = type_by_code(session, event, into)
    (line,) = type_lines(session, event.id, found.id)
    session.execute(
        update(Participant)
        .where(Participant.type_id == found.id)
        .values(type_id=target.id)
        .execution_options(synchronize_session=False)
    )
    for table, owner in NAMING.items():
        _turn(session, Base.metadata.tables[table], owner, found, target)
    session.execute(
        update(ImportWord)
        .where(ImportWord.event_id == event.id, ImportWord.kind == "type", ImportWord.value == code)
        .values(value=target.code)
        .execution_options(synchronize_session=False)
    )
    record(session, event, actor, "type.merge", code, name=found.name, into=target.name, people=line.people)
    _delete(session, found)
    return line


def delete_type(session: Session, event: Event, code: str, actor: User) -> str:
    """Delete a type that nothing uses; its name. Raises Conflict, with the numbers and the way out, else; NotFound."""
    found = type_by_code(session, event, code)
    (line,) = type_lines(session, event.id, found.id)
    if line.in_use:
        raise Conflict(
            _(
                "“%(name)s” is in use: %(people)d people have it, %(sessions)d sessions and %(questions)d questions are"
                " for it, %(sought)d people look for it. Merge it into another type.",
                name=found.name,
                people=line.people,
                sessions=line.sessions,
                questions=line.questions,
                sought=line.sought,
            )
        )
    if len(_types(session, event)) == 1:
        raise Conflict(
            _("“%(name)s” is the only type, and everybody has one. Add another first.", name=found.name)
        )
    record(session, event, actor, "type.remove", code, name=found.name)
    name = found.name
    _delete(session, found)
    return name


def type_by_code(session: Session, event: Event, code: str) -> ParticipantType:
    """A type of an event. Raises NotFound."""
    found = session.scalar(
        select(ParticipantType).where(ParticipantType.event_id == event.id, ParticipantType.code == code)
    )
    if found is None:
        raise NotFound(_("There is no such type of participant at this event."))
    return found


def _types(session: Session, event: Event) -> list[ParticipantType]:
    return list(
        session.scalars(
            select(ParticipantType)
            .where(ParticipantType.event_id == event.id)
            .order_by(ParticipantType.position, ParticipantType.id)
        )
    )


def _name(name: str) -> str:
    clean = clean_line(name, NAME_LIMIT, "name", _("Name"))
    if not clean:
        raise Invalid(_("Give the type a name."), "name")
    return clean


def _refuse_double(types: Collection[ParticipantType], name: str, but: int | None = None) -> None:
    for each in types:
        if each.id != but and each.name_key == name_key(name):
            raise Conflict(_("There is a type “%(name)s” already.", name=each.name))


def _code(name: str, taken: Collection[str]) -> str:
    """A code that lists and addresses can carry: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: CODE_LIMIT - 4].strip("-") or "type"
    code, number = stem, 2
    while code in taken:
        code, number = f"{stem}-{number}", number + 1
    return code


def _turn(
    session: Session,
    table: Table,
    owner: str,
    found: ParticipantType,
    target: ParticipantType,
) -> None:
    """Let the owners of rows that name one type name another, each once."""
    of_type = table.c.type_id
    have = select(table.c[owner]).where(of_type == target.id).scalar_subquery()
    for statement in (
        delete(table).where(of_type == found.id, table.c[owner].in_(have)),
        update(table).where(of_type == found.id).values(type_id=target.id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def _delete(session: Session, found: ParticipantType) -> None:
    """Its cells of the matrix and its rules in rounds go with it."""
    session.execute(
        delete(ParticipantType)
        .where(ParticipantType.id == found.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
