"""The participant's area: made for a phone, one thumb, a loud hall."""

from __future__ import annotations

from flask import Blueprint

from scheduler.extensions import db
from scheduler.queries.requests.requests import count_waiting
from scheduler.web import country_names
from scheduler.web.access import current

blueprint = Blueprint("participant", __name__, url_prefix="/e/<event_slug>/me")
blueprint.add_app_template_filter(country_names.country)
blueprint.add_app_template_filter(country_names.language)


@blueprint.context_processor
def waiting_requests() -> dict[str, object]:
    """The number beside `Requests` in the navigation."""

    def waiting() -> int:
        if current.participant is None:
            return 0
        if "waiting" not in current.extra:
            current.extra["waiting"] = count_waiting(db.session, current.participant)
        number = current.extra["waiting"]
        return number if isinstance(number, int) else 0

    return {"waiting_requests": waiting}
