"""The enumerations of the domain: one word for one thing, stored by value."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do at one event."""

    ORGANISER = "organiser"
    CO_ORGANISER = "co-organiser"
    LEADER = "leader"
    PARTICIPANT = "participant"
    DESK = "desk"
    """Reads the agendas of those who take part, and nothing else."""
    SPONSOR = "sponsor"
    """Reads figures without names, and nothing else."""


class ParticipantState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class ImportState(StrEnum):
    """Of a list of people that somebody brought."""

    OPEN = "open"
    """It is being looked at; nothing of it is stored."""
    STORED = "stored"
    UNDONE = "undone"


class ImportTask(StrEnum):
    """What a worker does with a list of people that is too large for the answer of a page."""

    STORE = "store"
    UNDO = "undo"


class ImportRefusal(StrEnum):
    """Why a worker did not do it. Nothing was changed."""

    TAKEN = "taken"
    """Somebody registered one of these people meanwhile."""
    LIST = "list"
    """The list can't be stored as it is: its own page says why."""
    DATABASE = "database"
    """The database did not take it."""
    WORKER_GONE = "worker-gone"
    """Worker after worker ended in the middle of it."""
    OUR_FAULT = "our-fault"


class WritingKind(StrEnum):
    """What organisers write to many people at once."""

    ANNOUNCEMENT = "announcement"
    """In their own words; kept where participants read it."""
    ANSWER = "answer"
    """A reminder to answer the requests that wait."""
    TIMES = "times"
    """A reminder to say when they can meet."""


class Direction(StrEnum):
    """Whether a topic is something a participant offers or seeks."""

    OFFERS = "offers"
    SEEKS = "seeks"


class QuestionKind(StrEnum):
    """What an answer to a question of the event's own is made of."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    ONE = "one-choice"
    SEVERAL = "several-choices"
    YES_NO = "yes-no"
    """Two choices, which bear the codes `yes` and `no`."""
    FILE = "file"


class AnswerReader(StrEnum):
    """Who reads the answers to a question."""

    PARTICIPANTS = "participants"
    """Whoever sees the person's profile."""
    ORGANISERS = "organisers"
    """The person themselves and the organisers."""
    ORGANISERS_ONLY = "organisers-only"
    """Organisers answer it; the person neither sees nor answers it."""


class PlaceKind(StrEnum):
    TABLES = "tables"
    STAND = "stand"
    ROOM = "room"


class SessionKind(StrEnum):
    KEYNOTE = "keynote"
    SEMINAR = "seminar"
    WORKSHOP = "workshop"
    NETWORKING = "networking"
    PARTNER_MEETING = "partner-meeting"
    VISIT = "visit"


class SessionRole(StrEnum):
    ATTENDEE = "attendee"
    SPEAKER = "speaker"
    HOST = "host"


class BusySource(StrEnum):
    """Where a busy time comes from: painted by the participant, read from a calendar, made from a limit."""

    OWN = "own"
    CALENDAR = "calendar"
    LIMIT = "limit"


class RoundState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class RequestMode(StrEnum):
    """Opt-in: a request counts once accepted. Opt-out: it counts unless declined."""

    OPT_IN = "opt-in"
    OPT_OUT = "opt-out"


class HeldAt(StrEnum):
    """Where the meetings of a cell of the matching matrix are held: at a stand of those who meet or at a common table,
    whichever is free; only at a stand of theirs; only at a common table of a pavilion in which one of them has a stand.
    """

    ANYWHERE = "anywhere"
    STAND = "stand"
    TABLE = "table"


class CellPriority(StrEnum):
    """What the meetings of a cell of the matching matrix weigh against others."""

    FIRST = "first"
    PREFERRED = "preferred"
    USUAL = "usual"


class InterestLevel(StrEnum):
    MUST = "must"
    LIKE = "like"
    RATHER_NOT = "rather-not"


class RequestState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ChangeKind(StrEnum):
    """What somebody asks for once a meeting is published."""

    MOVE = "move"
    CANCEL = "cancel"


class ChangeState(StrEnum):
    """OPEN until the others answer; a cancellation is DONE at once."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RunState(StrEnum):
    """QUEUED -> RUNNING -> FINISHED | CANCELLED | FAILED; LOST when the worker died under it."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"


class PlanState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class PlanErrand(StrEnum):
    """What a worker does with a plan whose people are too many for the answer of a page."""

    PUBLISH = "publish"
    UNPUBLISH = "unpublish"


class InquiryKind(StrEnum):
    """What is asked of a plan: what holding one more meeting takes, or how it is mended after something happened."""

    HOLD = "hold"
    MEND = "mend"


class InquiryState(StrEnum):
    """WAITING -> WORKING -> ANSWERED; FAILED when nobody answers. An answer that was carried out is APPLIED."""

    WAITING = "waiting"
    WORKING = "working"
    ANSWERED = "answered"
    FAILED = "failed"
    APPLIED = "applied"


class MeetingState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class FeedKind(StrEnum):
    PARTICIPANT = "participant"
    DELEGATION = "delegation"
    STAND = "stand"
    PAVILION = "pavilion"
    SESSION = "session"


class CallState(StrEnum):
    """An open call: taking answers, closed with its group, or given up."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class AnswerState(StrEnum):
    """An answer to an open call, as its author decided."""

    WAITING = "waiting"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
