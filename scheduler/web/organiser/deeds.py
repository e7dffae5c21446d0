"""The acts of the log in words."""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext

from scheduler.web.organiser.blueprint import blueprint

_l = lazy_gettext

DEEDS: dict[str, LazyString] = {
    "block.add": _l("Meeting block added"),
    "block.change": _l("Meeting block changed"),
    "block.remove": _l("Meeting block removed"),
    "block.restore": _l("Meeting block brought back"),
    "delegation.add": _l("Delegation added"),
    "delegation.change": _l("Delegation changed"),
    "delegation.join": _l("Joined a delegation"),
    "delegation.leave": _l("Left a delegation"),
    "matrix.change": _l("Who may ask whom changed"),
    "meeting.bring-back": _l("Meeting brought back"),
    "meeting.cancel": _l("Meeting cancelled"),
    "meeting.lock": _l("Meeting locked"),
    "meeting.move": _l("Meeting moved"),
    "meeting.unlock": _l("Meeting unlocked"),
    "pavilion.add": _l("Pavilion added"),
    "pavilion.change": _l("Pavilion changed"),
    "pavilion.remove": _l("Pavilion removed"),
    "pavilion.restore": _l("Pavilion brought back"),
    "event.create": _l("Event made"),
    "organiser.add": _l("Organiser added"),
    "delegation.renamed": _l("Delegation renamed: its name was another's, written differently"),
    "matchmaking_round.renamed": _l("Round renamed: its name was another's, written differently"),
    "organisation.merged": _l("Two organisations of one name, written differently, became one"),
    "organisation.renamed": _l("Organisation renamed: its name was another's, written differently"),
    "pavilion.renamed": _l("Pavilion renamed: its name was another's, written differently"),
    "place.renamed": _l("Place renamed: its name was another's, written differently"),
    "topic.renamed": _l("Topic renamed: its name was another's, written differently"),
    "topic.remove-many": _l("Topics removed"),
    "people.invite": _l("People invited by mail"),
    "people.show": _l("People shown to others before they came in"),
    "person.invite": _l("Person invited by mail"),
    "person.show": _l("Person shown to others before they came in"),
    "topic.add": _l("Topic added"),
    "topic.import": _l("Topics added from a table"),
    "topic.remove": _l("Topic removed"),
    "topic.rename": _l("Topic renamed"),
    "people.import": _l("List of people imported"),
    "organisation.change": _l("Organisation changed"),
    "person.add": _l("Person registered"),
    "person.address": _l("Registration given to another address"),
    "person.change": _l("Person changed"),
    "person.take-back": _l("Person taken back"),
    "person.take-part": _l("Came in"),
    "person.withdraw": _l("Person withdrawn"),
    "place.add": _l("Place added"),
    "place.change": _l("Place changed"),
    "place.remove": _l("Place removed"),
    "place.restore": _l("Place brought back"),
    "plan.bring-back": _l("Plan brought back"),
    "plan.delete": _l("Plan deleted"),
    "plan.discard": _l("Plan discarded"),
    "plan.publish": _l("Plan published"),
    "plan.unpublish": _l("Plan withdrawn"),
    "round.add": _l("Round made"),
    "round.change": _l("Rules of a round changed"),
    "round.close": _l("Round closed"),
    "round.open": _l("Round opened"),
    "round.reopen": _l("Round opened again"),
    "run.restart": _l("Run started again"),
    "run.start": _l("Run started"),
    "run.stop": _l("Run stopped"),
    "session.add": _l("Session added"),
    "session.attend": _l("Put into a session"),
    "session.change": _l("Session changed"),
    "session.leave": _l("Taken out of a session"),
    "session.remove": _l("Session removed"),
    "venue.assume-walk": _l("Minutes assumed for unknown walks"),
    "venue.scale": _l("Size of the hall said"),
    "venue.walking": _l("Walking minutes changed"),
    "visit.add": _l("Joint item added"),
    "visit.change": _l("Joint item changed"),
    "visit.remove": _l("Joint item removed"),
}


@blueprint.app_template_filter()
def deed(action: str) -> str:
    """An act in words; one that is not known yet as it is stored."""
    return str(DEEDS.get(action, action))
