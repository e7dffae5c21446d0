"""Answers to what an organiser asked of a plan, in words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from scheduler.domain.inquiry import InquiryAnswer, InquiryEnd, Offer
from scheduler.web.labels.run_outcomes import outcome_said

ENDS = {
    InquiryEnd.IMPOSSIBLE: _l("It is proven that no change of other meetings makes room for it."),
    InquiryEnd.NOT_FOUND: _l("No way was found in the time. Ask again when the machine has less to do."),
    InquiryEnd.NOBODY_WANTS: _l(
        "Nobody asks for this meeting any more: the request was withdrawn, the meeting was called off, or"
        " somebody has left."
    ),
    InquiryEnd.HELD: _l("This meeting is held by now."),
    InquiryEnd.NOTHING_BROKEN: _l("Nothing has to change: no meeting of this plan is touched."),
    InquiryEnd.OUR_FAULT: _l("Nobody has answered. The worker's log says why; ask again."),
}


def end_said(answer: InquiryAnswer) -> str:
    """Why there is no offer; empty when there is one, or nothing is known yet."""
    if answer.end is None:
        return ""
    if answer.end is InquiryEnd.CANNOT_PLAN:
        return outcome_said(answer.outcome)
    return str(ENDS[answer.end])


def offer_title(offer: Offer) -> str:
    """What an offer asks of others, in a few words."""
    if not offer.steps:
        return str(_("No meeting is touched"))
    moved = offer.disturbed - offer.dropped
    if not offer.disturbed:
        return str(_("Nobody else has to move"))
    if not offer.dropped:
        return str(ngettext("%(num)d meeting moves", "%(num)d meetings move", moved))
    falls = ngettext("%(num)d meeting falls away", "%(num)d meetings fall away", offer.dropped)
    if not moved:
        return str(falls)
    moves = ngettext("%(num)d meeting moves", "%(num)d meetings move", moved)
    return str(_("%(moves)s, %(falls)s", moves=moves, falls=falls))


def proof_said(offer: Offer) -> str:
    """What is proven of an offer."""
    if offer.proven:
        return str(_("Proven: no other way disturbs as few meetings and gives a better plan."))
    if offer.least and offer.least == offer.disturbed:
        return str(_("Proven: it can't be done with fewer changes."))
    return ""


def gain_said(offer: Offer) -> str:
    """How the plan's score changes."""
    if offer.gain > 0:
        return str(ngettext("The plan gains %(num)d point.", "The plan gains %(num)d points.", offer.gain))
    if offer.gain < 0:
        return str(
            ngettext("It costs the plan %(num)d point.", "It costs the plan %(num)d points.", -offer.gain)
        )
    return str(_("The plan is worth as much as before."))


def people_said(offer: Offer, published: bool) -> str:
    """Whose agendas change, and whether they are told."""
    if not offer.steps:
        return str(_("Carried out, it keeps the time free for later runs."))
    count = len(offer.people)
    if published:
        said = ngettext(
            "%(num)d person gets another agenda, and one mail about it.",
            "%(num)d people get another agenda, and one mail about it.",
            count,
        )
    else:
        said = ngettext(
            "It concerns %(num)d person; only this draft changes.",
            "It concerns %(num)d people; only this draft changes.",
            count,
        )
    return str(said)
