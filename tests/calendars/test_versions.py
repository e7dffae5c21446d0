"""Ten versions of an agenda, followed by real programs: they show what was published and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.calendars.invitation import Mailbox, Method, invite
from scheduler.calendars.options import FeedOptions
from scheduler.calendars.writer import title_of, write
from scheduler.domain.agenda import Entry, Partner, bury
from tests.calendars.agendas import MADRID, PUBLISHED, agenda, meeting
from tests.calendars.followers import Follower, on_server, publisher, put_calendar, radicale
from tests.calendars.readers import Seen, read_icalendar, read_strict, read_vobject

HOUR = timedelta(hours=1)


def versions() -> list[tuple[Entry, ...]]:
    """What is published one after another: first made, moved, cancelled, restored, renamed, other partner,
    other place, two at once, cancelled again with a new one beside, all gone.
    """
    one, two, three = meeting(1), meeting(2), meeting(3)
    moved = replace(one, start=one.start + 3 * HOUR, end=one.end + 3 * HOUR)
    renamed = replace(two, title="Sofia Municipality - Company Two, Ltd.; formerly 2")
    partner = replace(renamed, partners=(Partner("Иван Илиев", "Sofia; Municipality"),))
    placed = replace(partner, place="Catalonia, stand C12", pavilion="Catalonia")
    both = replace(placed, start=placed.start + HOUR, end=placed.end + HOUR, title="Moved and renamed")
    return [
        (one, two, three),
        (moved, two, three),
        (moved, two),
        (moved, two, three),
        (moved, renamed, three),
        (moved, partner, three),
        (moved, placed, three),
        (moved, both, three),
        (both, three, meeting(9)),
        (),
    ]


def published() -> list[tuple[Entry, ...]]:
    """The same with sequences and tombstones, an hour between two of them."""
    told: tuple[Entry, ...] = ()
    result = []
    for number, wanted in enumerate(versions()):
        told = bury(told, wanted, PUBLISHED + number * HOUR)
        result.append(told)
    return result


def _shown(entries: tuple[Entry, ...]) -> list[tuple[object, ...]]:
    return sorted(
        (entry.start, entry.end, title_of(entry), entry.place, entry.status.name) for entry in entries
    )


def _seen(items: list[Seen]) -> list[tuple[object, ...]]:
    return sorted((item.start, item.end, item.title, item.place, item.status) for item in items)


def test_sequences_never_fall_and_rise_with_every_change() -> None:
    last: dict[str, Entry] = {}
    for entries in published():
        for entry in entries:
            before = last.get(entry.uid)
            if before is not None and before != entry:
                assert entry.sequence == before.sequence + 1
            last[entry.uid] = entry


def test_vdirsyncer_and_khal_end_as_published_after_each_of_ten_versions(tmp_path: Path) -> None:
    with publisher() as feed:
        feed.body = write(agenda())
        follower = Follower(tmp_path, feed.address)
        for entries in published():
            feed.body = write(agenda(*entries))
            follower.sync()
            assert _seen(follower.khal()) == _shown(entries)
            assert len(list(follower.items.iterdir())) == len(entries)


@pytest.mark.parametrize("hide", [False, True])
def test_radicale_ends_as_published_after_each_of_ten_versions(tmp_path: Path, hide: bool) -> None:
    options = FeedOptions(hide_cancelled=hide)
    with radicale(tmp_path) as address:
        for entries in published():
            put_calendar(address, write(agenda(*entries), options))
            expected = tuple(entry for entry in entries if not (hide and entry.cancelled))
            found = on_server(address)
            assert _seen(found) == _shown(expected)
            assert sorted(item.uid for item in found) == sorted(entry.uid for entry in expected)


@pytest.mark.parametrize("parse", [read_icalendar, read_strict, read_vobject])
def test_mailed_invitations_say_what_the_feed_says(parse: Callable[..., object]) -> None:
    for entries in published():
        (feed,) = read_icalendar([write(agenda(*entries))])
        for entry, in_feed in zip(agenda(*entries).entries, feed, strict=True):
            invitation = invite(
                entry,
                organizer=Mailbox('Expo "2023", Barcelona', "no-reply@expo.example"),
                reader=Mailbox("Ana; Petrova", "ana@example.org"),
                zone=MADRID,
            )
            assert invitation.method is (Method.CANCEL if entry.cancelled else Method.REQUEST)
            assert parse([invitation.body]) == [[in_feed]]


def test_invitation_for_an_unusable_address_is_refused() -> None:
    with pytest.raises(ValueError, match="no mail address"):
        invite(
            meeting(1),
            organizer=Mailbox("Expo", "no-reply@expo.example"),
            reader=Mailbox("Ana", "ana"),
            zone=MADRID,
        )
