"""What kinds and states of messages are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from scheduler.domain.messages import MessageKind, MessageState

KINDS = {
    MessageKind.SIGN_IN: _l("Sign-in link"),
    MessageKind.INVITATION: _l("Invitation"),
    MessageKind.ROUND_OPEN: _l("Round opens"),
    MessageKind.ROUND_CLOSING: _l("A round closes"),
    MessageKind.NEWS: _l("Requests and open calls"),
    MessageKind.REQUESTS_WAITING: _l("Requests wait"),
    MessageKind.AGENDA_PUBLISHED: _l("Agenda published"),
    MessageKind.TOMORROW: _l("Tomorrow's agenda"),
    MessageKind.CHANGE: _l("Change within 48 hours"),
    MessageKind.DIGEST: _l("Changes of the day"),
    MessageKind.ANNOUNCEMENT: _l("Announcement"),
    MessageKind.NOTE: _l("Note about a meeting or a registration"),
}
STATES = {
    MessageState.QUEUED: _l("waiting"),
    MessageState.CLAIMED: _l("leaving"),
    MessageState.SENDING: _l("being sent"),
    MessageState.SENT: _l("sent"),
    MessageState.UNCERTAIN: _l("uncertain"),
    MessageState.FAILED: _l("failed"),
    MessageState.KEPT: _l("kept here"),
    MessageState.SUPPRESSED: _l("not wanted"),
    MessageState.EXPIRED: _l("too late"),
}
WORDS = {"kind_words": KINDS, "state_words": STATES}
