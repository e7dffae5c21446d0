"""What a feed's address leads to, read in one query, and the entries behind it, in one or two more."""

from __future__ import annotations

import hmac
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scheduler.database.raw_reads import Row, instant, quick_rows, values
from scheduler.domain.agenda import Agenda, Entry, EntryKind, EntryStatus, Partner
from scheduler.domain.enums import FeedKind, SessionKind
from scheduler.domain.tokens import hash_token
from scheduler.models import (
    AgendaEntry,
    Delegation,
    DelegationMember,
    Participant,
    Pavilion,
    Place,
    ProgrammeSession,
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


_OPENING = """
    SELECT feed_token.kind, feed_token.token_hash, feed_token.revoked_at, feed_token.participant_id,
        feed_token.delegation_id, feed_token.place_id, feed_token.pavilion_id, feed_token.session_id,
        event.id, event.name, event.slug, event.timezone,
        participant.name, user_account.locale, agenda_version.version, agenda_version.changed_at,
        agenda_state.version, agenda_state.changed_at,
        CASE feed_token.kind
            WHEN 'participant' THEN
                participant.user_id = feed_token.made_by_id AND participant.state <> 'withdrawn'
            WHEN 'delegation' THEN
                EXISTS (
                    SELECT 1 FROM delegation_member AS membership
                    JOIN participant AS member ON member.id = membership.participant_id
                    WHERE membership.delegation_id = feed_token.delegation_id
                        AND member.user_id = feed_token.made_by_id AND member.state <> 'withdrawn'
                ) OR EXISTS (
                    SELECT 1 FROM event_role WHERE event_role.user_id = feed_token.made_by_id
                        AND event_role.event_id = feed_token.event_id
                        AND event_role.role IN ('organiser', 'co-organiser')
                )
            ELSE
                feed_token.made_by_id IS NULL OR EXISTS (
                    SELECT 1 FROM event_role WHERE event_role.user_id = feed_token.made_by_id
                        AND event_role.event_id = feed_token.event_id
                        AND event_role.role IN ('organiser', 'co-organiser')
                )
        END
    FROM feed_token
    JOIN event ON event.id = feed_token.event_id
    LEFT JOIN participant ON participant.id = feed_token.participant_id
    LEFT JOIN user_account ON user_account.id = participant.user_id
    LEFT JOIN agenda_version ON agenda_version.participant_id = feed_token.participant_id
    LEFT JOIN agenda_state ON agenda_state.event_id = feed_token.event_id
    WHERE feed_token.token_hash = :digest
"""


def open_feed(engine: Engine, token: str) -> OpenFeed | None:
    """The feed at a secret address, as long as who made it may read it.

    None when there is none, whatever the reason, after the same work.
    """
    digest = hash_token(token)
    rows = quick_rows(engine, _OPENING, digest=digest)
    row: Row = rows[0] if rows else ("", "0" * 64, None, False)
    if not hmac.compare_digest(row[1], digest) or row[2] is not None or not row[-1]:
        return None
    kind = FeedKind(row[0])
    subject = next(key for key in row[3:8] if key is not None)
    base = (kind, row[8], row[9], row[10], ZoneInfo(row[11]), row[13] or "", subject)
    if kind is FeedKind.PARTICIPANT:
        version = f"p{row[14] or 0}.{_named(row[9], row[10], row[11], row[12])}"
        return OpenFeed(*base, row[12], version, instant(row[15]))
    changed_at = instant(row[17])
    with Session(engine.execution_options(read_only=True)) as session:
        if kind is FeedKind.SESSION:
            item = session.get_one(ProgrammeSession, subject)
            entry = _session_entry(session, subject)
            version = f"s{item.sequence}.{item.changed_at.timestamp()}.{_named(row[9], row[11], repr(entry))}"
            return OpenFeed(*base, item.title, version, item.changed_at)
        name, more = _name_of_group(session, kind, subject)
        version = f"e{row[16] or 0}.{_named(row[9], row[10], row[11], name)}{more}"
        return OpenFeed(*base, name, version, changed_at)


def _named(*texts: str) -> str:
    """A short sum of what a calendar shows besides its entries: names, addresses, the zone."""
    return f"{zlib.crc32(chr(0).join(texts).encode('utf-8', 'surrogatepass')):x}"


def _name_of_group(session: Session, kind: FeedKind, subject: int) -> tuple[str, str]:
    """What a feed of several people is called, and what its version depends on besides their agendas."""
    if kind is FeedKind.DELEGATION:
        name = session.get_one(Delegation, subject).name
        members = session.execute(
            select(Participant.id, Participant.name)
            .join(DelegationMember, DelegationMember.participant_id == Participant.id)
            .where(DelegationMember.delegation_id == subject)
            .order_by(Participant.id)
        )
        return name, "." + _named(*(f"{key} {member}" for key, member in members))
    if kind is FeedKind.STAND:
        place = session.get_one(Place, subject)
        return f"{place.pavilion.name}, {place.name}", ""
    return session.get_one(Pavilion, subject).name, ""


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
_OWN = (
    f"SELECT {', '.join(column.key for column in _COLUMNS)} FROM agenda_entry"  # noqa: S608 (names of columns)
    " WHERE participant_id = :subject"
)


def own_agenda(engine: Engine, feed: OpenFeed) -> Agenda:
    """The agenda behind the feed of a participant."""
    path = f"/e/{feed.event_slug}/me/agenda"
    rows = quick_rows(engine, _OWN, subject=feed.subject_id)
    return Agenda(feed.name, _title(feed), feed.zone, tuple(_entry(row, path) for row in rows))


def feed_agenda(session: Session, feed: OpenFeed) -> Agenda:
    """The agenda behind a feed of several people, or of a session."""
    if feed.kind is FeedKind.SESSION:
        return Agenda(feed.name, _title(feed), feed.zone, (_session_entry(session, feed.subject_id),))
    return Agenda(feed.name, _title(feed), feed.zone, tuple(_grouped(_group_rows(session, feed), feed.kind)))


def _title(feed: OpenFeed) -> str:
    return f"{feed.event_name} - {feed.name}"


def _entry(row: Sequence[Any], path: str = "") -> Entry:
    """An entry from the values of `_COLUMNS`."""
    uid, kind, title, start, end, changed, sequence, status, place, pavilion, partners, text, walk = row[:13]
    url = f"{path}/meeting/{uid}" if kind == EntryKind.MEETING.value else path
    return Entry(
        uid=uid,
        kind=EntryKind(kind),
        title=title,
        start=_known(start),
        end=_known(end),
        last_modified=_known(changed),
        sequence=sequence,
        status=EntryStatus(status),
        place=place,
        pavilion=pavilion,
        partners=tuple(Partner(*partner) for partner in values(partners)),
        description=text,
        walk_minutes=walk,
        url=url if path else "",
    )


def _known(value: Any) -> datetime:
    found = instant(value)
    if found is None:
        raise ValueError("An agenda entry lacks a time.")
    return found


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
            guests = tuple(Partner(*partner) for partner in partners if partner[2] not in own)
            # Members who meet each other have nobody else to name the meeting after.
            others = guests or tuple(Partner(*partner) for partner in sorted(partners))
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
