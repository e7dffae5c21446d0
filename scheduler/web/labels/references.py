"""Rows that hang on an organisation or a person, in words: what moves when two become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import ngettext

Count = Callable[[int], str]


def _met(n: int) -> str:
    return ngettext("One meeting, in all plans", "%(num)d meetings, in all plans", n)


SAID: dict[str, Count | None] = {
    "participant.organisation_id": lambda n: ngettext("One representative", "%(num)d representatives", n),
    "participant.brought_by_id": lambda n: ngettext(
        "One participant whom it brought as a co-organiser",
        "%(num)d participants whom it brought as a co-organiser",
        n,
    ),
    "place.organisation_id": lambda n: ngettext("One stand or place", "%(num)d stands and places", n),
    "event_role.organisation_id": lambda n: ngettext(
        "One co-organiser, who acts for both from then on and changes the people whom either brought",
        "%(num)d co-organisers, who act for both from then on and change the people whom either brought",
        n,
    ),
    "audit_entry.on_behalf_of_id": lambda n: ngettext(
        "One thing that an organiser did for them", "%(num)d things that organisers did for them", n
    ),
    "picture.organisation_id": lambda n: ngettext("Its logo", "Its logos", n),
    "request.from_id": lambda n: ngettext("One request sent", "%(num)d requests sent", n),
    "request.to_id": lambda n: ngettext("One request received", "%(num)d requests received", n),
    "interest.from_id": lambda n: ngettext("One mark of interest", "%(num)d marks of interest", n),
    "interest.to_id": lambda n: ngettext("Marked by one other", "Marked by %(num)d others", n),
    "meeting_attendance.participant_id": _met,
    "meeting_change.participant_id": lambda n: ngettext(
        "One wish to move or cancel a meeting", "%(num)d wishes to move or cancel meetings", n
    ),
    "session_attendance.participant_id": lambda n: ngettext(
        "One session attended", "%(num)d sessions attended", n
    ),
    "session_invitation.participant_id": lambda n: ngettext(
        "One invitation to a session", "%(num)d invitations to sessions", n
    ),
    "session_waiting.participant_id": lambda n: ngettext(
        "One place in a waiting list", "%(num)d places in waiting lists", n
    ),
    "busy_time.participant_id": lambda n: ngettext("One busy time", "%(num)d busy times", n),
    "participant_topic.participant_id": lambda n: ngettext("One topic", "%(num)d topics", n),
    "partner_wish.participant_id": lambda n: ngettext(
        "One type of partners looked for", "%(num)d types of partners looked for", n
    ),
    "question_answer.participant_id": lambda n: ngettext(
        "One answer to the event's own questions", "%(num)d answers to the event's own questions", n
    ),
    "open_call.author_id": lambda n: ngettext("One open call", "%(num)d open calls", n),
    "call_answer.participant_id": lambda n: ngettext(
        "One answer to an open call", "%(num)d answers to open calls", n
    ),
    "delegation.leader_id": lambda n: ngettext(
        "The lead of a delegation", "The lead of %(num)d delegations", n
    ),
    "delegation_member.participant_id": lambda n: ngettext(
        "A place in a delegation", "%(num)d places in delegations", n
    ),
    "feed_token.participant_id": lambda n: ngettext(
        "One calendar subscription of the same account", "Calendar subscriptions of the same account", n
    ),
    "picture.participant_id": lambda n: ngettext("The photo, if there is none yet", "The photos", n),
    # What nobody looks at by itself, or what is made anew.
    **dict.fromkeys(
        (
            "agenda_entry.participant_id",
            "announcement_reader.participant_id",
            "import_errand.home_id",
            "agenda_version.participant_id",
            "meeting_memory.participant_id",
            "message_preference.participant_id",
            "outbox_message.participant_id",
            "recommendation.participant_id",
            "request.answered_by_id",
            "request.proposed_id",
            "unscheduled.first_id",
            "unscheduled.second_id",
        )
    ),
}
"""By `table.column`, None for what is not said. A test holds that every column that points to either is here."""


def references_said(counts: Mapping[str, int]) -> list[str]:
    """What moves, in words, in the order of the words above."""
    return [say(counts[name]) for name, say in SAID.items() if say is not None and counts.get(name)]
