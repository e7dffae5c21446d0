"""The words for messages: what kinds there are, how far one has come, and what a person wants to receive."""

from __future__ import annotations

from enum import IntEnum, StrEnum

SUBJECT_LIMIT = 78
"""Characters of a mail's subject: what a phone shows, and one line of a mail's head (RFC 5322)."""


class MessageKind(StrEnum):
    """Why a message is written. A sign-in link is asked for and can't be unsubscribed."""

    SIGN_IN = "sign-in"
    INVITATION = "invitation"
    ROUND_OPEN = "round-open"
    ROUND_CLOSING = "round-closing"
    NEWS = "news"
    REQUESTS_WAITING = "requests-waiting"
    AGENDA_PUBLISHED = "agenda-published"
    TOMORROW = "tomorrow"
    CHANGE = "change"
    DIGEST = "digest"
    NOTE = "note"
    ANNOUNCEMENT = "announcement"
    """What the organisers write to some or all, in their own words."""


class MessageState(StrEnum):
    """QUEUED -> CLAIMED -> SENDING -> SENT.

    A worker that dies while a message is CLAIMED has sent nothing: it is QUEUED again. While it is SENDING
    nobody can know: it becomes UNCERTAIN and is never sent again by itself. FAILED: given up. KEPT: shown
    on the outbox page of a demonstration. SUPPRESSED: the person does not want it, or their address is
    dead. EXPIRED: too late.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    KEPT = "kept"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"


class Priority(IntEnum):
    """The order of sending: somebody waits for a sign-in link, a change concerns the next hours, and tens of
    thousands of agendas must not stand in their way.
    """

    WAITING = 0
    SOON = 1
    LATER = 2


class ChangeMail(StrEnum):
    """When a person wants to hear of changes of their agenda."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    NEVER = "never"


PRIORITIES = {
    MessageKind.SIGN_IN: Priority.WAITING,
    MessageKind.CHANGE: Priority.SOON,
}
