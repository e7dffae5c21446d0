"""The matching matrix: who may ask whom, and by which rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.matrix import Cell, TypePair
from scheduler.errors import Invalid
from scheduler.models import Event, MatrixRule, ParticipantType, User
from scheduler.services.audit import record
from scheduler.services.text import clean_line

CodePair = tuple[str, str]
"""The code of the asking type, and of the asked one."""
LENGTHS = (5, 480)
MOST_REQUESTS = 1000
_RULES = ("slot_minutes", "held_at", "request_mode", "request_cap", "priority")


def set_matrix(session: Session, event: Event, kinds: Mapping[tuple[str, str], str], actor: User) -> int:
    """Set who may ask whom: (asking type, asked type) codes to the name of the meeting, empty for not at all.

    Pairs that are not named keep what they have. Returns how many changed. Raises Invalid.
    """
    types, rules = _types(session, event), _rules(session, event)
    changed = 0
    for (asking, asked), kind in kinds.items():
        if asking not in types or asked not in types:
            raise Invalid(_("There is no such type of participant at this event."))
        name = clean_line(kind, 40, f"m-{asking}-{asked}", _("Name of the meeting"))
        rule = rules.get((types[asking], types[asked]))
        if rule is None and name:
            session.add(
                MatrixRule(
                    event_id=event.id,
                    from_type_id=types[asking],
                    to_type_id=types[asked],
                    meeting_kind=name,
                )
            )
        elif rule is not None and not name:
            session.delete(rule)
        elif rule is not None and rule.meeting_kind != name:
            rule.meeting_kind = name
        else:
            continue
        changed += 1
    session.flush()
    if changed:
        record(session, event, actor, "matrix.change", changed=changed)
    return changed


def set_cells(
    session: Session, event: Event, pairs: Collection[CodePair], cell: Cell | None, actor: User
) -> int:
    """Let these pairs meet by the rules of a cell; None: they may not ask. Returns how many cells changed.

    Raises Invalid, naming the field; then nothing is changed.
    """
    types = _types(session, event)
    if not all(asking in types and asked in types for asking, asked in pairs):
        raise Invalid(_("There is no such type of participant at this event."))
    name = _checked(cell) if cell is not None else ""
    rules = _rules(session, event)
    changed = 0
    for asking, asked in dict.fromkeys(pairs):
        pair = (types[asking], types[asked])
        changed += _set(session, event, rules.get(pair), pair, cell, name)
    session.flush()
    if changed:
        record(session, event, actor, "matrix.change", changed=changed)
    return changed


def _checked(cell: Cell) -> str:
    """The name of a cell's meetings. Raises Invalid for what no cell can say."""
    name = clean_line(cell.kind, 40, "kind", _("Name of the meeting"))
    if not name:
        raise Invalid(_("Give the meeting a name, such as B2B."), "kind")
    if cell.slot_minutes is not None and not LENGTHS[0] <= cell.slot_minutes <= LENGTHS[1]:
        raise Invalid(_("A meeting lasts 5 to 480 minutes."), "slot_minutes")
    if cell.request_cap is not None and not 0 <= cell.request_cap <= MOST_REQUESTS:
        raise Invalid(_("A cap lies between 0 and 1000; leave it empty for none."), "request_cap")
    return name


def _set(
    session: Session, event: Event, rule: MatrixRule | None, pair: TypePair, cell: Cell | None, name: str
) -> bool:
    """Make one row say what a cell says; whether that changed it."""
    if cell is None:
        if rule is not None:
            session.delete(rule)
        return rule is not None
    if rule is None:
        rule = MatrixRule(event_id=event.id, from_type_id=pair[0], to_type_id=pair[1])
        session.add(rule)
    wanted = {"meeting_kind": name} | {each: getattr(cell, each) for each in _RULES}
    changed = any(getattr(rule, each) != value for each, value in wanted.items())
    for each, value in wanted.items():
        setattr(rule, each, value)
    return changed


def _types(session: Session, event: Event) -> dict[str, int]:
    rows = session.execute(
        select(ParticipantType.code, ParticipantType.id).where(ParticipantType.event_id == event.id)
    )
    return dict(rows.all())


def _rules(session: Session, event: Event) -> dict[TypePair, MatrixRule]:
    rows = session.scalars(select(MatrixRule).where(MatrixRule.event_id == event.id))
    return {(row.from_type_id, row.to_type_id): row for row in rows}
