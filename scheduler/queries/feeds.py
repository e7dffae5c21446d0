"""What a feed's address leads to, read in one query, and the entries behind it, in one or two more."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.agenda import Agenda, Entry, EntryKind, EntryStatus, Partner
from scheduler.domain.kinds import FeedKind, SessionKind
from scheduler.models import (
    AgendaEntry,
    AgendaState,
    AgendaVersion,
    Delegation,
    DelegationMember,
    Event,
    FeedToken,
    Participant,
    Pavilion,
    Place,
    ProgrammeSession,
    User,
)


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """A feed that somebody asked for. `version` changes whenever its calendar does."""

    kind: FeedKind
    event_id: int
    event_name: str
    event_slug: str
    zone: ZoneInfo
    locale: str
    subject_id: int
    name: str
    version: str
    changed_at: datetime | None


def token_hash(token: str) -> str:
    """What is stored of a feed's secret: it has 256 random bits, so a plain hash can't be turned around."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


_OPENING = (
    select(
        FeedToken.kind,
        FeedToken.token_hash,
        FeedToken.revoked_at,
        FeedToken.participant_id,
        FeedToken.delegation_id,
        FeedToken.place_id,
        FeedToken.pavilion_id,
        FeedToken.session_id,
        Event.id.label("event_id"),
        Event.name.label("event_name"),
        Event.slug,
        Event.timezone,
        Participant.name,
        User.locale,
        AgendaVersion.version,
        AgendaVersion.changed_at,
        AgendaState.version.label("event_version"),
        AgendaState.changed_at.label("event_changed_at"),
    )
    .join(Event, Event.id == FeedToken.event_id)
    .outerjoin(Participant, Participant.id == FeedToken.participant_id)
    .outerjoin(User, User.id == Participant.user_id)
    .outerjoin(AgendaVersion, AgendaVersion.participant_id == FeedToken.participant_id)
    .outerjoin(AgendaState, AgendaState.event_id == FeedToken.event_id)
)


def open_feed(session: Session, token: str) -> OpenFeed | None:
    """The feed at a secret address; None when there is none, whatever the reason, after the same work."""
    digest = token_hash(token)
    row = session.execute(_OPENING.where(FeedToken.token_hash == digest)).first()
    stored = row.token_hash if row is not None else "0" * 64
    if not hmac.compare_digest(stored, digest) or row is None or row.revoked_at is not None:
        return None
    base = (row.kind, row.event_id, row.event_name, row.slug, ZoneInfo(row.timezone), row.locale or "")
    if row.kind is FeedKind.PARTICIPANT:
        version = f"p{row.version or 0}"
        return OpenFeed(*base, row.participant_id, row.name, version, row.changed_at)
    version = f"e{row.event_version or 0}"
    if row.kind is FeedKind.DELEGATION:
        name, members, count = session.execute(
            select(
                Delegation.name,
                func.sum(DelegationMember.participant_id),
                func.count(DelegationMember.participant_id),
            )
            .outerjoin(DelegationMember, DelegationMember.delegation_id == Delegation.id)
            .where(Delegation.id == row.delegation_id)
            .group_by(Delegation.name)
        ).one()
        version += f".{members}.{count}.{name}"
        return OpenFeed(*base, row.delegation_id, name, version, row.event_changed_at)
    if row.kind is FeedKind.SESSION:
        title, sequence, changed = session.execute(
            select(ProgrammeSession.title, ProgrammeSession.sequence, ProgrammeSession.changed_at).where(
                ProgrammeSession.id == row.session_id
            )
        ).one()
        return OpenFeed(*base, row.session_id, title, f"s{sequence}.{changed.timestamp()}", changed)
    if row.kind is FeedKind.STAND:
        found = session.execute(
            select(Pavilion.name, Place.name).join(Place.pavilion).where(Place.id == row.place_id)
        ).one()
        return OpenFeed(*base, row.place_id, ", ".join(found), version, row.event_changed_at)
    name = session.execute(select(Pavilion.name).where(Pavilion.id == row.pavilion_id)).scalar_one()
    return OpenFeed(*base, row.pavilion_id, name, version, row.event_changed_at)


_COLUMNS = (
    AgendaEntry.uid,
    AgendaEntry.kind,
    AgendaEntry.title,
    AgendaEntry.starts_at,
    AgendaEntry.ends_at,
    AgendaEntry.changed_at,
    AgendaEntry.sequence,
    AgendaEntry.status,
    AgendaEntry.place,
    AgendaEntry.pavilion,
    AgendaEntry.partners,
    AgendaEntry.description,
    AgendaEntry.walk_minutes,
)


def feed_agenda(session: Session, feed: OpenFeed) -> Agenda:
    """The agenda behind a feed, from what calendars are told."""
    title = f"{feed.event_name} - {feed.name}"
    if feed.kind is FeedKind.PARTICIPANT:
        path = f"/e/{feed.event_slug}/me/agenda"
        rows = session.execute(select(*_COLUMNS).where(AgendaEntry.participant_id == feed.subject_id))
        return Agenda(feed.name, title, feed.zone, tuple(_entry(row, path) for row in rows))
    if feed.kind is FeedKind.SESSION:
        return Agenda(feed.name, title, feed.zone, (_session_entry(session, feed.subject_id),))
    return Agenda(feed.name, title, feed.zone, tuple(_grouped(_group_rows(session, feed), feed.kind)))


def _entry(row: Any, path: str = "") -> Entry:
    return Entry(
        uid=row.uid,
        kind=EntryKind(row.kind),
        title=row.title,
        start=row.starts_at,
        end=row.ends_at,
        last_modified=row.changed_at,
        sequence=row.sequence,
        status=EntryStatus(row.status),
        place=row.place,
        pavilion=row.pavilion,
        partners=tuple(Partner(*partner) for partner in row.partners),
        description=row.description,
        walk_minutes=row.walk_minutes,
        url=f"{path}#{row.uid}" if path else "",
    )


def _group_rows(session: Session, feed: OpenFeed) -> Sequence[Any]:
    statement = select(*_COLUMNS, Participant.name, Participant.public_id).join(
        Participant, Participant.id == AgendaEntry.participant_id
    )
    if feed.kind is FeedKind.DELEGATION:
        statement = statement.join(
            DelegationMember, DelegationMember.participant_id == AgendaEntry.participant_id
        ).where(DelegationMember.delegation_id == feed.subject_id)
    elif feed.kind is FeedKind.STAND:
        statement = statement.where(AgendaEntry.place_id == feed.subject_id)
    else:
        statement = statement.where(
            AgendaEntry.pavilion_id == feed.subject_id, AgendaEntry.kind == EntryKind.MEETING.value
        )
    return session.execute(statement.order_by(AgendaEntry.uid, Participant.name)).all()


def _grouped(rows: Iterable[Any], kind: FeedKind) -> Iterable[Entry]:
    """One entry for each UID, from the views that several people have of it."""
    by_uid: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_uid[row.uid].append(row)
    for same in by_uid.values():
        alive = [row for row in same if row.status != EntryStatus.CANCELLED.value]
        shown = alive or same
        own = {row.public_id for row in shown}
        partners = {tuple(partner): None for row in shown for partner in row.partners}
        if kind is FeedKind.DELEGATION:
            names = tuple(row.name for row in shown)
            others = tuple(Partner(*partner) for partner in partners if partner[2] not in own)
        else:
            names, others = (), tuple(Partner(*partner) for partner in partners)
        yield replace(
            _entry(shown[0]),
            # Everybody's count together: it rises whenever anybody's view of the entry changes.
            sequence=sum(row.sequence for row in same),
            last_modified=max(row.changed_at for row in same),
            partners=others,
            names=names,
            walk_minutes=0,
        )


def _session_entry(session: Session, session_id: int) -> Entry:
    row = session.execute(
        select(ProgrammeSession, Pavilion.name)
        .outerjoin(Pavilion, Pavilion.id == ProgrammeSession.pavilion_id)
        .where(ProgrammeSession.id == session_id)
    ).one()
    item, pavilion = row
    return Entry(
        uid=item.public_id,
        kind=EntryKind.VISIT if item.kind is SessionKind.VISIT else EntryKind.SESSION,
        title=item.title,
        start=item.starts_at,
        end=item.ends_at,
        last_modified=item.changed_at,
        sequence=item.sequence,
        place=", ".join(part for part in (pavilion, item.room) if part),
        pavilion=pavilion or "",
        partners=(Partner("", item.host),) if item.host else (),
        description=item.description,
    )
