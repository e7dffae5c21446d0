"""The routes of the participant's area, in the order of its navigation."""

from __future__ import annotations

from scheduler.web.participant import (  # noqa: F401  (importing registers the routes)
    agenda,
    announcements,
    answer_files,
    availability,
    calendar_import,
    calls,
    contacts,
    done_for_me,
    me,
    meetings,
    now,
    people,
    pictures,
    profile,
    queue,
    recommended,
    requests,
    sessions,
)
from scheduler.web.participant.blueprint import blueprint

__all__ = ["blueprint"]
