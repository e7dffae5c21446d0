"""Who hears of a changed agenda, when and how: written into the outbox with the change itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.database.filters import checked
from scheduler.domain.agenda import EntryKind
from scheduler.domain.agenda_change import AgendaChange, AgendaChangeKind
from scheduler.domain.enums import ParticipantState
from scheduler.domain.evening import next_evening
from scheduler.domain.messages import ChangeMail, MessageKind, MessageState
from scheduler.mail.outbox import outbox_row, queue_rows, wall_clock
from scheduler.mail.payload import entry_from_json, entry_to_json
from scheduler.models import Event, FeedToken, MessagePreference, OutboxMessage, Participant, User

FAREWELL_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Farewell:
    """Somebody leaves the event: they get one mail, about that and whatever is taken out of their agenda."""

    participant_id: int
    at: datetime | None = None
    """From when on, where that is not at once."""
    back: bool = False
    """They were to leave, or had left, and take part again."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Whom a message goes to, and how they want it."""

    id: int
    email: str
    name: str
    locale: str
    changes: ChangeMail
    invitations: bool
    expected: bool
    """Whether they know of the event: they were invited to it, or others see them."""


def queue_change_mails(
    session: Session,
    event: Event,
    changes: Iterable[AgendaChange],
    *,
    first_time: Collection[int] = (),
    farewell: Farewell | None = None,
) -> int:
    """Messages for everybody whose agenda changed in a way that matters to them; returns how many.

    Who is in `first_time` gets the whole agenda in one message, with the first meetings. Others hear at once of
    what is less than 48 hours away, in one message with everything else that changed with it, and in the day's
    digest of what is only later. What has not left yet is replaced: nobody gets the state in between after the
    newest one.
    """
    now, wall = event.now(), wall_clock()
    by_person: dict[int, list[AgendaChange]] = defaultdict(list)
    for change in changes:
        if change.matters(now):
            by_person[change.participant_id].append(change)
    if farewell is not None:
        by_person.setdefault(farewell.participant_id, [])
    if not by_person:
        return 0
    rows: list[dict[str, Any]] = []
    waiting = _waiting(session, event, by_person.keys(), MessageKind.DIGEST)
    unsent = _waiting(session, event, by_person.keys(), MessageKind.CHANGE)
    digest_due = wall + (next_evening(now, event.zone) - now)
    for reader in _readers(session, event, by_person.keys()):
        if reader.changes is ChangeMail.NEVER:
            continue
        if not reader.expected and not any(
            change.after.kind is EntryKind.MEETING for change in by_person[reader.id]
        ):
            # The organiser prepares: a first mail about a visit would come before the invitation.
            continue
        own = sorted(by_person[reader.id], key=lambda change: change.after.start)
        if farewell is not None and reader.id == farewell.participant_id:
            rows.append(_farewell_row(session, event, reader, own, wall, farewell))
            continue
        last = wall + (max(change.after.end for change in own) - now)
        if reader.id in first_time and any(_new_meeting(change) for change in own):
            # Worded when it is sent (see `content_of`): nothing of it has to be remembered.
            rows.append(_row(event, reader, MessageKind.AGENDA_PUBLISHED, (), wall, last))
            continue
        for message in unsent.get(reader.id, ()):
            own = _taken_from(message, own)
        at_once = reader.changes is ChangeMail.AT_ONCE and any(change.soon(now) for change in own)
        soon, later = (own, []) if at_once else ([], own)
        digest = next(iter(waiting.get(reader.id, ())), None)
        if soon and digest is not None:
            soon = _taken_from(digest, soon)
        if soon:
            rows.append(_row(event, reader, MessageKind.CHANGE, soon, wall, last))
        if later and digest is not None:
            _add_to(digest, later, last)
        elif later:
            rows.append(_row(event, reader, MessageKind.DIGEST, later, digest_due, last))
    return queue_rows(session, rows)


def _new_meeting(change: AgendaChange) -> bool:
    return change.before is None and change.after.kind is EntryKind.MEETING


def _farewell_row(
    session: Session,
    event: Event,
    reader: _Reader,
    own: Sequence[AgendaChange],
    wall: datetime,
    farewell: Farewell,
) -> dict[str, Any]:
    """The one mail to somebody who leaves; what has not left by now is of no more use to them."""
    for message in session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.participant_id == reader.id,
            OutboxMessage.state == MessageState.QUEUED,
            OutboxMessage.kind != MessageKind.SIGN_IN,
        )
        .with_for_update(skip_locked=True)
    ):
        message.state = MessageState.SUPPRESSED
    unsaid = [replace(change, said="", absent="") for change in own]
    row = _row(event, reader, MessageKind.CHANGE, unsaid, wall, wall + FAREWELL_LASTS)
    left = {"at": farewell.at.isoformat() if farewell.at is not None else "", "back": farewell.back}
    return {**row, "payload": {**row["payload"], "left": left}}


def _row(
    event: Event,
    reader: _Reader,
    kind: MessageKind,
    changes: Sequence[AgendaChange],
    due: datetime,
    expires: datetime,
) -> dict[str, Any]:
    told = {"changes": [_change_to_json(change) for change in changes]} if changes else {}
    return outbox_row(
        kind,
        event.id,
        reader.email,
        reader.name,
        due_at=due,
        participant_id=reader.id,
        locale=reader.locale,
        payload={**told, "invite": reader.invitations},
        expires_at=expires,
    )


def _change_to_json(change: AgendaChange) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "before": entry_to_json(change.before) if change.before is not None else None,
        "after": entry_to_json(change.after),
        **({"said": change.said} if change.said else {}),
        **({"absent": change.absent} if change.absent else {}),
    }


def _waiting(
    session: Session, event: Event, ids: Collection[int], kind: MessageKind
) -> dict[int, list[OutboxMessage]]:
    """Messages of a kind that have not left yet, by their readers. Also those that a server has put off: whatever is
    queued was not delivered. The lock keeps the sender from them; what it has taken already is told, not replaced.
    """
    found: dict[int, list[OutboxMessage]] = defaultdict(list)
    for message in session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.event_id == event.id,
            OutboxMessage.kind == kind,
            OutboxMessage.state == MessageState.QUEUED,
        )
        .order_by(OutboxMessage.id)
        .with_for_update(skip_locked=True)
    ):
        if message.participant_id is not None and message.participant_id in ids:
            found[message.participant_id].append(message)
    return found


def _add_to(message: OutboxMessage, changes: Sequence[AgendaChange], expires: datetime) -> None:
    """Add changes to a digest that waits. Of a meeting that changes twice, the way from the first state to the last
    is told; one that is back where it was is not mentioned at all.
    """
    payload = dict(message.payload or {"changes": [], "invite": False})
    known = {item["after"]["uid"]: item for item in payload["changes"]}
    for change in changes:
        earlier = known.get(change.after.uid)
        if earlier is None:
            known[change.after.uid] = _change_to_json(change)
            continue
        before = entry_from_json(earlier["before"]) if earlier["before"] is not None else None
        whole = replace(change, before=before)
        never_was = before is None and whole.after.cancelled
        if never_was or whole.kind is AgendaChangeKind.DETAIL:
            del known[change.after.uid]
        else:
            known[change.after.uid] = _change_to_json(whole)
    payload["changes"] = list(known.values())
    message.payload = payload
    message.subject = message.text = message.html = ""
    message.expires_at = max(expires, message.expires_at or expires)
    if not known:
        message.state = MessageState.SUPPRESSED


def _taken_from(message: OutboxMessage, changes: Sequence[AgendaChange]) -> list[AgendaChange]:
    """Changes, with what a waiting message would have told of the same meetings before; that one tells it no more."""
    payload = dict(message.payload or {})
    known = {item["after"]["uid"]: item for item in payload.get("changes", ())}
    if not any(change.after.uid in known for change in changes):
        return list(changes)
    found = []
    for change in changes:
        earlier = known.pop(change.after.uid, None)
        if earlier is not None and earlier["before"] is None:
            if change.after.cancelled:
                continue  # Nobody ever heard of it.
            change = replace(change, before=None)
        elif earlier is not None:
            whole = replace(change, before=entry_from_json(earlier["before"]))
            change = change if whole.kind is AgendaChangeKind.DETAIL else whole
        found.append(change)
    payload["changes"] = list(known.values())
    message.payload = payload
    message.subject = message.text = message.html = ""
    if not known:
        message.state = MessageState.SUPPRESSED
    return found


def hear_of_changes(session: Session, ids: Collection[int]) -> set[int]:
    """Those of some participants who get mails about changes of their agenda."""
    never = select(MessagePreference.participant_id).where(
        MessagePreference.participant_id.in_(ids), MessagePreference.changes == ChangeMail.NEVER
    )
    return set(ids) - set(session.scalars(never))


def _readers(session: Session, event: Event, ids: Collection[int]) -> list[_Reader]:
    # One person's change looks up one person; a publication reads the event once instead of a list of ids.
    few = len(ids) <= 500
    own = checked(Participant.event_id) if few else Participant.event_id
    wanted = (
        select(
            Participant.id,
            Participant.email,
            Participant.name,
            Participant.state,
            Participant.invited_at,
            User.locale,
            MessagePreference.changes,
            MessagePreference.invitations,
        )
        .outerjoin(User, User.id == Participant.user_id)
        .outerjoin(MessagePreference, MessagePreference.participant_id == Participant.id)
        .where(own == event.id, Participant.state != ParticipantState.WITHDRAWN)
        .order_by(Participant.id)
    )
    if few:
        wanted = wanted.where(Participant.id.in_(ids))
    followers = set(
        session.scalars(
            select(FeedToken.participant_id).where(
                FeedToken.event_id == event.id,
                FeedToken.revoked_at.is_(None),
                FeedToken.participant_id.is_not(None),
            )
        )
    )
    return [
        _Reader(
            row.id,
            row.email,
            row.name,
            row.locale or "",
            row.changes or ChangeMail.AT_ONCE,
            row.id not in followers if row.invitations is None else row.invitations,
            row.state is not ParticipantState.INVITED or row.invited_at is not None,
        )
        for row in session.execute(wanted)
        if row.id in ids
    ]
