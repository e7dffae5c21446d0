"""Who organises an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.models import Delegation, Event, EventRole, MatchmakingRound, Organisation, Pavilion, User

TEAM = (Role.ORGANISER, Role.CO_ORGANISER, Role.DESK, Role.SPONSOR)
"""The roles that are given to somebody in the web, in the order in which they are listed."""


ScopeRow = Organisation | Delegation | Pavilion | MatchmakingRound
"""What a co-organiser may be responsible for."""
_SCOPES: dict[str, tuple[type[ScopeRow], Any]] = {
    "organisation": (Organisation, EventRole.organisation_id),
    "delegation": (Delegation, EventRole.delegation_id),
    "pavilion": (Pavilion, EventRole.pavilion_id),
    "round": (MatchmakingRound, EventRole.round_id),
}


@dataclass(frozen=True, slots=True)
class Organising:
    """One role of one person; `about` names what a co-organiser is responsible for, empty for nothing, and `scope` is
    its key (`pavilion:<public id>`).
    """

    user_id: str
    name: str
    email: str
    role: Role
    scope: str
    about: str


def team_of(session: Session, event_id: int) -> list[Organising]:
    """Organisers, co-organisers, desk staff, sponsors, each by name, in one query."""
    query = select(User.public_id, User.name, User.email, EventRole.role).join(
        EventRole, EventRole.user_id == User.id
    )
    for model, column in _SCOPES.values():
        query = query.outerjoin(model, model.id == column).add_columns(model.public_id, model.name)
    rows = session.execute(query.where(EventRole.event_id == event_id, EventRole.role.in_(TEAM)))
    found = [Organising(*row[:4], *_scope(row[4:])) for row in rows]
    return sorted(found, key=lambda row: (TEAM.index(row.role), row.name or row.email, row.email, row.about))


def _scope(columns: Sequence[str | None]) -> tuple[str, str]:
    """Key and name of the one scope that is there, from public id and name of each."""
    for number, kind in enumerate(_SCOPES):
        key, name = columns[2 * number : 2 * number + 2]
        if key is not None:
            return f"{kind}:{key}", name or ""
    return "", ""


def responsible_for(session: Session, event_id: int, user_id: int) -> list[tuple[str, str, str]]:
    """Kind, public id and name of each scope of a co-organiser, in one query."""
    query = select(EventRole.id)
    for model, column in _SCOPES.values():
        query = query.outerjoin(model, model.id == column).add_columns(model.public_id, model.name)
    rows = session.execute(query.where(EventRole.event_id == event_id, EventRole.user_id == user_id))
    found = [_scope(row[1:]) for row in rows]
    parts = [(*scope.partition(":")[::2], about) for scope, about in found if scope]
    return sorted(parts, key=lambda part: (part[0], part[2]))


def scope_choices(session: Session, event_id: int) -> dict[str, list[tuple[str, str]]]:
    """Key and name of everything that somebody may be made responsible for, by kind and name; no organisations."""
    found = {}
    for kind, (model, _column) in _SCOPES.items():
        if model is Organisation:
            continue
        query = select(model.public_id, model.name).where(model.event_id == event_id).order_by(model.name)
        if model is Pavilion:
            query = query.where(Pavilion.retired_at.is_(None))
        found[kind] = [(f"{kind}:{key}", name) for key, name in session.execute(query)]
    return found


def scope_by_key(session: Session, event_id: int, key: str) -> ScopeRow | None:
    """What a key names at an event; None for nothing."""
    kind, _colon, public_id = key.partition(":")
    if kind not in _SCOPES:
        return None
    model, _column = _SCOPES[kind]
    query = select(model).where(model.event_id == event_id, model.public_id == public_id)
    return cast("ScopeRow | None", session.scalar(query))


def scope_kind(scope: ScopeRow) -> str:
    """`organisation`, `delegation`, `pavilion` or `round`."""
    return next(kind for kind, (model, _column) in _SCOPES.items() if isinstance(scope, model))


def scope_column(scope: ScopeRow) -> Any:
    """The column of a role that refers to what it is about."""
    return _SCOPES[scope_kind(scope)][1]


def organises_somewhere(session: Session, user_id: int) -> bool:
    """Whether a user is organiser of any event."""
    known = select(EventRole.id).where(EventRole.user_id == user_id, EventRole.role == Role.ORGANISER)
    return session.scalar(known.limit(1)) is not None


def organised_fully(session: Session, user_id: int) -> Sequence[Event]:
    """The events that somebody organises, not only for one organisation; the newest first."""
    return session.scalars(
        select(Event)
        .join(EventRole, EventRole.event_id == Event.id)
        .where(EventRole.user_id == user_id, EventRole.role == Role.ORGANISER)
        .order_by(Event.created_at.desc(), Event.id.desc())
    ).all()
