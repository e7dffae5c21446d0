"""Why two people are put together, as data: a kind and what it is about. The web layer finds the words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.matching.profile import Profile
from scheduler.matching.taxonomy import FAINT, Taxonomy

MOST = 4
"""Reasons that a reader takes in."""


class ReasonKind(StrEnum):
    """What speaks for a pair, from the reader's side."""

    INTERESTED = "interested"
    """They have asked to meet the reader."""
    SEEK_OFFER = "seek-offer"
    """The reader seeks a topic that they offer."""
    OFFER_SEEK = "offer-seek"
    """The reader offers a topic that they seek."""
    SEEK_NEAR = "seek-near"
    """The reader seeks a topic near to one that they offer: `what` is theirs, `other` the reader's."""
    OFFER_NEAR = "offer-near"
    """They seek a topic near to one that the reader offers: `what` is the reader's, `other` theirs."""
    WANTED = "wanted"
    """They look for partners with a mark of the reader's (`size:large`, `type:city`)."""
    WANT = "want"
    """The reader looks for partners with a mark of theirs."""
    BOTH_SEEK = "both-seek"
    """Both seek a topic: peers with one problem, who may buy together."""
    BOTH_OFFER = "both-offer"
    """Both offer a topic: partners for a joint bid."""
    LANGUAGE = "language"
    """Both speak a language."""
    LITTLE_KNOWN = "little-known"
    """Nothing in the two profiles meets: one of them says too little yet."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `what` and `other` are topic ids, language codes or marks, by the kind."""

    kind: ReasonKind
    what: str = ""
    other: str = ""


def reasons(
    me: Profile, them: Profile, tree: Taxonomy, *, asked_me: bool = False, most: int = MOST
) -> tuple[Reason, ...]:
    """The strongest reasons first, one per topic, at most `most`. Each is true of the two profiles as they
    are.

    What `them` thinks of `me` stays out of it unless they have said so openly (`asked_me`).
    """
    found: list[Reason] = [Reason(ReasonKind.INTERESTED)] if asked_me else []
    exact_mine = sorted(set(me.seeks) & set(them.offers))
    exact_theirs = sorted(set(me.offers) & set(them.seeks))
    found += _alternate(
        [Reason(ReasonKind.SEEK_OFFER, topic) for topic in exact_mine],
        [Reason(ReasonKind.OFFER_SEEK, topic) for topic in exact_theirs],
    )
    found += [Reason(ReasonKind.WANTED, mark) for mark in sorted(them.wants & me.all_traits())]
    found += [Reason(ReasonKind.WANT, mark) for mark in sorted(me.wants & them.all_traits())]
    if not exact_mine:
        found += _nearest(ReasonKind.SEEK_NEAR, them.offers, me.seeks, tree)
    if not exact_theirs:
        found += _nearest(ReasonKind.OFFER_NEAR, me.offers, them.seeks, tree)
    used = {reason.what for reason in found}
    found += [Reason(ReasonKind.BOTH_SEEK, t) for t in sorted(set(me.seeks) & set(them.seeks) - used)]
    found += [Reason(ReasonKind.BOTH_OFFER, t) for t in sorted(set(me.offers) & set(them.offers) - used)]
    spoken = sorted(me.languages & them.languages)
    if spoken and found:
        # Worth a line beside other reasons, and no reason to meet by itself.
        found = [*found[: most - 1], Reason(ReasonKind.LANGUAGE, _rarest(spoken))]
    return tuple(found[:most]) or (Reason(ReasonKind.LITTLE_KNOWN),)


def _alternate(mine: list[Reason], theirs: list[Reason]) -> list[Reason]:
    """Reasons of both sides in turn, so that neither fills the list alone."""
    result = []
    for place in range(max(len(mine), len(theirs))):
        result += mine[place : place + 1] + theirs[place : place + 1]
    return result


def _nearest(
    kind: ReasonKind, offers: tuple[str, ...], seeks: tuple[str, ...], tree: Taxonomy
) -> list[Reason]:
    best = max(
        ((tree.near(offer, seek), offer, seek) for offer in offers for seek in seeks if offer != seek),
        default=(0.0, "", ""),
    )
    return [Reason(kind, best[1], best[2])] if best[0] >= FAINT else []


def _rarest(languages: list[str]) -> str:
    """English says least about two people at an international fair."""
    return next((code for code in languages if code != "en"), languages[0])
