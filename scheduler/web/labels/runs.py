"""What a run is and found, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from scheduler.domain.enums import RunState
from scheduler.models import Plan, Run
from scheduler.queries.meetings.plans import DraftLine
from scheduler.services.rounds.runs import DEFAULT_WEIGHTS


@dataclass(frozen=True)
class WeightQuestion:
    """A question of the settings form: its answers are weights of the score."""

    name: str
    label: str
    hint: str
    answers: tuple[tuple[str, str], ...]
    usual: str


WISHES = (
    WeightQuestion(
        "breaks",
        _l("Waiting between two meetings"),
        _l("An empty stretch between two meetings of somebody on one day."),
        (("0", _l("Does not matter")), ("4", _l("Avoid it")), ("12", _l("Avoid it strongly"))),
        "4",
    ),
    WeightQuestion(
        "walking",
        _l("Walking between pavilions"),
        _l("Everybody has the time that a walk takes. This is about making walks short."),
        (("0", _l("Does not matter")), ("1", _l("Keep it short")), ("3", _l("Keep it very short"))),
        "1",
    ),
    WeightQuestion(
        "guarantee",
        _l("Fairness"),
        _l("Whether everybody gets the meetings they are owed before others get more."),
        (
            ("0", _l("As many meetings as possible, whoever has them")),
            ("100", _l("Guaranteed meetings first")),
            ("500", _l("Guaranteed meetings above all")),
        ),
        "100",
    ),
    WeightQuestion(
        "published",
        _l("Meetings that are published already"),
        _l("What moving or losing one weighs against improving the rest."),
        (
            ("0", _l("Move them freely")),
            ("20", _l("Move few of them")),
            ("80", _l("Move as few as possible")),
        ),
        "20",
    ),
)
TIMES = (15, 30, 60, 120, 300, 900, 1800, 3600, 7200)


def weights_of(answers: dict[str, str]) -> dict[str, int]:
    """The weights that some answers stand for."""
    published = int(answers["published"])
    return DEFAULT_WEIGHTS | {
        "break": int(answers["breaks"]),
        "walking": int(answers["walking"]),
        "guarantee": int(answers["guarantee"]),
        "moved": published,
        "dropped": published * 4,
    }


def said_weights(run: Run) -> list[tuple[str, str]]:
    """The settings of a run as questions and answers; other figures are said as they are."""
    rows = []
    for wish in WISHES:
        key = {"breaks": "break", "published": "moved"}.get(wish.name, wish.name)
        weight = str(run.weights.get(key, 0))
        rows.append((str(wish.label), str(dict(wish.answers).get(weight, weight))))
    return rows


def draft_said(line: DraftLine) -> str:
    """`Round 1: Plan 3, draft (2 locked, 1 called off)`"""
    decided = []
    if line.locked:
        decided.append(ngettext("%(num)d locked", "%(num)d locked", line.locked))
    if line.cancelled:
        decided.append(ngettext("%(num)d called off", "%(num)d called off", line.cancelled))
    said = _("%(round)s: %(plan)s, draft", round=line.plan.round.name, plan=line.plan.name)
    return f"{said} ({', '.join(decided)})" if decided else str(said)


def duration(seconds: float) -> str:
    """`45 seconds`, `5 minutes`, `2 hours`."""
    whole = round(seconds)
    if whole < 120:
        return str(ngettext("%(num)d second", "%(num)d seconds", whole))
    if whole < 7200:
        return str(ngettext("%(num)d minute", "%(num)d minutes", round(whole / 60)))
    return str(ngettext("%(num)d hour", "%(num)d hours", round(whole / 3600)))


def state_look(state: RunState) -> tuple[str, str, str]:
    """Label, meaning and icon of a run's state, for a badge."""
    return {
        RunState.QUEUED: (_("Waiting"), "", "clock"),
        RunState.RUNNING: (_("Running"), "accent", "play"),
        RunState.FINISHED: (_("Finished"), "good", "check"),
        RunState.CANCELLED: (_("Stopped"), "attention", "stop"),
        RunState.FAILED: (_("Failed"), "wrong", "cross"),
        RunState.LOST: (_("Interrupted"), "attention", "alert"),
    }[state]


def gap_said(score: int | None, bound: float | None) -> str:
    """How far the best schedule can be from the best possible one."""
    return str(_gap(score, bound))


def _gap(score: int | None, bound: float | None) -> Any:
    if score is None:
        return _("No schedule yet.")
    if bound is None:
        return _("How much better it could be is not known yet.")
    if bound <= score:
        return _("Proven: no schedule is better.")
    share = 100.0 * (bound - score) / max(1.0, abs(bound))
    if share >= 50.0:
        return _("Only a first schedule so far; better ones can be expected.")
    if share < 0.1:
        return _("At most a thousandth of its score is missing to the best possible schedule.")
    return _(
        "At most %(share)s %% of the score is missing to the best possible schedule.", share=f"{share:.1f}"
    )


def placed_said(plan: Plan, held: int | None = None) -> str:
    """`412 of 430 meetings placed. No schedule can place more than 415.`

    `held` is how many meetings it holds by now, where that is known: changes by hand count.
    """
    placed, wanted = int(plan.measures.get("held", 0)), int(plan.measures.get("wanted", 0))
    placed = placed if held is None else held
    said = [_("%(held)d of %(wanted)d meetings placed.", held=placed, wanted=wanted)]
    ceiling = plan.measures.get("ceiling")
    if ceiling is not None and placed < wanted:
        if int(ceiling) <= placed:
            said.append(_("No schedule can place more."))
        elif int(ceiling) < wanted:
            said.append(_("No schedule can place more than %(most)d.", most=int(ceiling)))
    return " ".join(str(part) for part in said)


def fairness_said(plan: Plan, fewest: int, without: int) -> str:
    """`Everyone has at least 3 meetings.` Everyone is who wants to meet somebody or is wanted."""
    shortfall, guarantee = (int(plan.measures.get(key, 0)) for key in ("guarantee_shortfall", "guarantee"))
    if fewest:
        said = [
            ngettext(
                "Everyone has at least %(num)d meeting.", "Everyone has at least %(num)d meetings.", fewest
            )
        ]
    else:
        said = [ngettext("%(num)d person has no meeting.", "%(num)d people have no meeting.", without)]
    if guarantee and shortfall:
        said.append(
            ngettext(
                "%(num)d meeting that somebody is owed is missing.",
                "%(num)d meetings that people are owed are missing.",
                shortfall,
            )
        )
    elif guarantee:
        said.append(_("Everybody has what they are owed."))
    return " ".join(str(part) for part in said)
