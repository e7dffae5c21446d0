"""Why a service refused something: its own sentence, or what its facts say in words."""

from __future__ import annotations

from scheduler.errors import SchedulerError
from scheduler.services.meetings.refused_choices import ChoiceRefused
from scheduler.services.meetings.refused_plans import PlanRefused
from scheduler.web.labels.alternatives import choice_refusal_said
from scheduler.web.labels.plan_refusals import plan_refusal_said


def refusal_said(error: SchedulerError) -> str:
    """The sentence of an error, for the page."""
    if isinstance(error, PlanRefused):
        return plan_refusal_said(error.refusal)
    if isinstance(error, ChoiceRefused):
        return choice_refusal_said(error)
    return error.message
