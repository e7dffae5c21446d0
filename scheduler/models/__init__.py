"""The tables. One noun family per file; importing this package registers them all."""

from scheduler.models import marks as _marks  # noqa: F401  (registers its listener)
from scheduler.models.access import EventRole, SignInLink, User, UserSession
from scheduler.models.agenda import AgendaEntry, AgendaMark, AgendaState, AgendaVersion
from scheduler.models.announcement import Announcement, AnnouncementReader
from scheduler.models.audit import AuditEntry
from scheduler.models.base import Base, UtcInstant, new_public_id
from scheduler.models.booking import create_triggers
from scheduler.models.calls import CallAnswer, OpenCall
from scheduler.models.delegation import Delegation, DelegationMember
from scheduler.models.event import Event, EventDay
from scheduler.models.event_look import EventLook
from scheduler.models.feeds import FeedToken
from scheduler.models.halls import Hall, HallLink, HallPoint
from scheduler.models.inquiry import Inquiry
from scheduler.models.message import (
    DeadAddress,
    MessagePreference,
    OutboxMessage,
    ReminderDone,
)
from scheduler.models.opening import PlaceOpening
from scheduler.models.participation import MeetingChange, MeetingMemory, Picture
from scheduler.models.people import (
    MatrixRule,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
    Topic,
)
from scheduler.models.people_import import ImportErrand, ImportWord, PeopleImport
from scheduler.models.plans import (
    Meeting,
    MeetingAttendance,
    ParticipantBooking,
    PlaceBooking,
    Plan,
    TickOffset,
    Unscheduled,
)
from scheduler.models.programme import ProgrammeImport, ProgrammeSession, SessionAttendance
from scheduler.models.questions import (
    AnswerChoice,
    AnswerFile,
    ProfileAnswer,
    ProfileQuestion,
    QuestionChoice,
    question_type,
)
from scheduler.models.rate_count import RateCount
from scheduler.models.recommendation import PartnerWish, Recommendation, RecommendationSet
from scheduler.models.rounds import Interest, MatchmakingRound, Request, RoundTypeRule, round_block
from scheduler.models.runs import Run, RunProgress
from scheduler.models.sign_up import SessionAudience, SessionInvitation, SessionWaiting
from scheduler.models.slots import TICK_MINUTES, BusyTime, MeetingBlock, Slot
from scheduler.models.venue import Pavilion, Place, WalkingTime
from scheduler.models.work import MatchingModel, WorkerBeat, WorkLease

__all__ = [
    "TICK_MINUTES",
    "AgendaEntry",
    "AgendaMark",
    "AgendaState",
    "AgendaVersion",
    "Announcement",
    "AnnouncementReader",
    "AnswerChoice",
    "AnswerFile",
    "AuditEntry",
    "Base",
    "BusyTime",
    "CallAnswer",
    "DeadAddress",
    "Delegation",
    "DelegationMember",
    "Event",
    "EventDay",
    "EventLook",
    "EventRole",
    "FeedToken",
    "Hall",
    "HallLink",
    "HallPoint",
    "ImportErrand",
    "ImportWord",
    "Inquiry",
    "Interest",
    "MatchingModel",
    "MatchmakingRound",
    "MatrixRule",
    "Meeting",
    "MeetingAttendance",
    "MeetingBlock",
    "MeetingChange",
    "MeetingMemory",
    "MessagePreference",
    "OpenCall",
    "Organisation",
    "OutboxMessage",
    "Participant",
    "ParticipantBooking",
    "ParticipantTopic",
    "ParticipantType",
    "PartnerWish",
    "Pavilion",
    "PeopleImport",
    "Picture",
    "Place",
    "PlaceBooking",
    "PlaceOpening",
    "Plan",
    "ProfileAnswer",
    "ProfileQuestion",
    "ProgrammeImport",
    "ProgrammeSession",
    "QuestionChoice",
    "RateCount",
    "Recommendation",
    "RecommendationSet",
    "ReminderDone",
    "Request",
    "RoundTypeRule",
    "Run",
    "RunProgress",
    "SessionAttendance",
    "SessionAudience",
    "SessionInvitation",
    "SessionWaiting",
    "SignInLink",
    "Slot",
    "TickOffset",
    "Topic",
    "Unscheduled",
    "User",
    "UserSession",
    "UtcInstant",
    "WalkingTime",
    "WorkLease",
    "WorkerBeat",
    "create_triggers",
    "new_public_id",
    "question_type",
    "round_block",
]
