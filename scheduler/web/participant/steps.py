"""What is asked of a participant now, what happens next, and what they will get: the page `Now`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.enums import RoundState
from scheduler.domain.profile import Progress
from scheduler.models import Event, MatchmakingRound
from scheduler.queries.people.participation import Figures
from scheduler.queries.requests.counting import UnlessDeclined
from scheduler.web.filters import moment


@dataclass(frozen=True, slots=True)
class ProfileStep:
    """One thing that is asked; `share` is how much of it is done, from 0 to 1, where that can be said."""

    symbol: str
    label: str
    text: str
    address: str
    done: bool
    share: float | None = None


def steps(
    event: Event, round_: MatchmakingRound | None, facts: Figures, profile: Progress
) -> list[ProfileStep]:
    """What is asked, in the order in which it helps most."""
    slug = event.slug
    result = [
        ProfileStep(
            "user",
            _("Tell who you are and what you seek"),
            _(
                "Your profile is %(percent)s %% complete. Better profiles get better meetings.",
                percent=profile.percent,
            )
            if profile.percent < 80
            else _("Your profile is %(percent)s %% complete.", percent=profile.percent),
            url_for("participant.me_profile", event_slug=slug),
            profile.percent >= 80,
            profile.percent / 100,
        ),
        ProfileStep(
            "calendar",
            _("Say when you can meet"),
            _("Confirmed. You can change it at any time.")
            if facts.confirmed_availability
            else _("Until you say otherwise, we take you as free all the time."),
            url_for("participant.me_availability", event_slug=slug),
            facts.confirmed_availability,
        ),
    ]
    moves = [
        ProfileStep(
            "clock",
            _("Answer %(name)s, who asks to move your meeting", name=name),
            _("Until you answer, the meeting stays where it is."),
            url_for("participant.agenda_meeting", event_slug=slug, uid=uid),
            False,
        )
        for uid, name in facts.moves
    ]
    result = [*moves, *result]
    if round_ is None or round_.state is not RoundState.OPEN:
        return result
    if facts.proposals:
        result.insert(
            0,
            ProfileStep(
                "people",
                ngettext(
                    "Answer %(num)s proposal of a colleague",
                    "Answer %(num)s proposals of colleagues",
                    facts.proposals,
                ),
                _("Somebody whom you asked proposes that you meet another representative instead."),
                url_for("participant.requests", event_slug=slug, view="sent"),
                False,
            ),
        )
    if facts.waiting:
        result.insert(
            0,
            ProfileStep(
                "inbox",
                ngettext(
                    "Answer %(num)s person who asks to meet you",
                    "Answer %(num)s people who ask to meet you",
                    facts.waiting,
                ),
                _("Yes or no, both help: a no gives the time to somebody else."),
                url_for("participant.requests", event_slug=slug),
                False,
            ),
        )
    else:
        result.append(
            ProfileStep(
                "inbox",
                _("Answer who asks to meet you"),
                _("Nobody is waiting for your answer."),
                url_for("participant.requests", event_slug=slug),
                True,
            )
        )
    result.append(
        ProfileStep(
            "people",
            _("Choose whom you would like to meet"),
            ngettext("You have chosen %(num)s person.", "You have chosen %(num)s people.", facts.marked)
            if facts.marked
            else _("Mark people and ask them. Five to ten are a good start."),
            url_for("participant.people", event_slug=slug),
            facts.marked >= 5,
            min(1.0, facts.marked / 5),
        )
    )
    return result


def what_next(
    round_: MatchmakingRound | None, facts: Figures, silence: UnlessDeclined | None, now: datetime
) -> list[str]:
    """What happens next, in sentences. `silence`: whose requests count unless they are declined."""
    if round_ is None:
        return [
            _("The organiser has not set up a matchmaking round yet. You will be told when there is one.")
        ]
    if round_.state is RoundState.DRAFT:
        return [
            _("The round “%(name)s” opens %(when)s.", name=round_.name, when=moment(round_.opens_at)),
            _("Until then you can complete your profile and say when you can meet."),
        ]
    if round_.state is RoundState.OPEN:
        sentences = [
            _("Until %(when)s you can choose people and answer requests.", when=moment(round_.closes_at))
            if round_.closes_at > now
            else _("The round closes any moment now."),
            _("Then the organiser makes the schedule, and you get your agenda with times and places."),
        ]
        if silence is not None and silence.types:
            sentences.insert(1, _unless_declined(silence))
        return sentences
    if not facts.published:
        return [
            _(
                "“%(name)s” is closed. The organiser is making the schedule; its meetings come into your"
                " agenda when it is published.",
                name=round_.name,
            )
        ]
    if facts.round_meetings:
        return [
            _("The schedule of “%(name)s” is published: your meetings are in your agenda.", name=round_.name)
        ]
    return [
        _(
            "The schedule of “%(name)s” is published. It holds no meeting of yours this time.",
            name=round_.name,
        )
    ]


def _unless_declined(silence: UnlessDeclined) -> str:
    if silence.all_types:
        return _("In this round a request counts unless it is declined.")
    return _(
        "Requests of these types count unless you decline them: %(types)s.", types=", ".join(silence.types)
    )


def what_you_get(round_: MatchmakingRound | None, facts: Figures, owed: int, free: int) -> list[str]:
    """What a participant can count on, in sentences. `owed`: the meetings that the organiser aims at for them."""
    sentences = []
    if facts.meetings:
        sentences.append(
            ngettext(
                "%(num)s meeting is in your agenda.", "%(num)s meetings are in your agenda.", facts.meetings
            )
        )
    if round_ is None:
        return sentences
    if round_.state is RoundState.OPEN or not facts.published:
        sentences.append(
            ngettext(
                "%(num)s meeting is agreed in this round.",
                "%(num)s meetings are agreed in this round.",
                facts.agreed,
            )
        )
        if facts.sent_open:
            sentences.append(
                ngettext(
                    "%(num)s of your requests waits for an answer.",
                    "%(num)s of your requests wait for an answer.",
                    facts.sent_open,
                )
            )
    sentences.append(
        ngettext(
            "You have %(num)s time in which you can meet.",
            "You have %(num)s times in which you can meet.",
            free,
        )
    )
    if owed:
        sentences.append(
            ngettext(
                "The organiser aims at %(num)s meeting at least for you.",
                "The organiser aims at %(num)s meetings at least for you.",
                owed,
            )
        )
    return sentences
