"""What became of the reader's wishes, looked up once for a page, and in words."""

from __future__ import annotations

from scheduler.domain.enums import RoundState
from scheduler.extensions import db
from scheduler.models import Unscheduled
from scheduler.queries.requests.causes import Known, known_of
from scheduler.queries.requests.outcomes import Outcomes, OwnMeeting, Unplaced, outcomes_of
from scheduler.queries.requests.requests import RequestRow
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.labels.causes import unplaced_said
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.round import round_id, this_round


def outcomes() -> Outcomes:
    """Everything that became of what the reader agreed."""
    if "outcomes" not in current.extra:
        current.extra["outcomes"] = outcomes_of(db.session, access.this_participant())
    found = current.extra["outcomes"]
    assert isinstance(found, Outcomes)
    return found


def with_person(public_id: str, *, earlier: bool = False) -> OwnMeeting | Unplaced | None:
    """What holds between the reader and somebody else; with `earlier` also a cancelled meeting of another round."""
    return outcomes().with_person(public_id, round_id(), earlier=earlier)


def of_request(row: RequestRow) -> OwnMeeting | Unplaced | None:
    """What became of a request that was accepted."""
    found = outcomes().of_wish(row.wish(access.this_participant().public_id), row.round_id)
    return found or outcomes().with_person(row.person_id, row.round_id)


def round_is_planned() -> bool:
    """Whether the round is over and its schedule is what people have."""
    found = this_round()
    return found is not None and found.state is RoundState.CLOSED and found.id in outcomes().plans


def why(one: Unplaced) -> list[str]:
    """Why a wish found no place, in the reader's words."""
    return unplaced_said(one.row, access.this_participant().public_id, _known(one.round_id))


def _known(round_: int) -> Known:
    key = f"known-{round_}"
    if key not in current.extra:
        plan = outcomes().plans.get(round_)
        rows: list[Unscheduled] = [
            one.row for one in outcomes().unplaced if one.row is not None and one.round_id == round_
        ]
        current.extra[key] = known_of(db.session, plan, rows) if plan is not None else Known()
    found = current.extra[key]
    assert isinstance(found, Known)
    return found


@blueprint.context_processor
def outcome_words() -> dict[str, object]:
    return {
        "outcome_with": with_person,
        "outcome_of": of_request,
        "why_unplaced": why,
        "round_is_planned": round_is_planned,
    }
