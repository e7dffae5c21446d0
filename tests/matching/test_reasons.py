from __future__ import annotations

from scheduler.matching.profile import Profile
from scheduler.matching.reasons import Reason, ReasonKind, reasons
from scheduler.matching.taxonomy import Taxonomy, TopicNode

TREE = Taxonomy.of(
    [TopicNode("m", "Mobility"), TopicNode("m.t", "Traffic", "m"), TopicNode("m.p", "Parking", "m")]
)
ME = Profile(
    "me",
    kind="city",
    seeks=("m.t", "w"),
    offers=("d",),
    languages=frozenset({"en", "fr"}),
    traits=frozenset({"size:large"}),
)


def test_reasons_name_what_each_side_gives_the_other_in_turn() -> None:
    them = Profile("them", offers=("m.t", "w"), seeks=("d",), languages=frozenset({"fr", "en"}))
    assert reasons(ME, them, TREE) == (
        Reason(ReasonKind.SEEK_OFFER, "m.t"),
        Reason(ReasonKind.OFFER_SEEK, "d"),
        Reason(ReasonKind.SEEK_OFFER, "w"),
        Reason(ReasonKind.LANGUAGE, "fr"),
    )


def test_reasons_name_near_topics_where_none_is_the_same() -> None:
    assert Reason(ReasonKind.SEEK_NEAR, "m.p", "m.t") in reasons(ME, Profile("them", offers=("m.p",)), TREE)


def test_reasons_name_wishes_for_partners_of_a_kind() -> None:
    them = Profile("them", kind="supplier", wants=frozenset({"size:large", "type:city"}))
    assert reasons(ME, them, TREE) == (
        Reason(ReasonKind.WANTED, "size:large"),
        Reason(ReasonKind.WANTED, "type:city"),
    )


def test_reasons_say_who_asked_first_of_all() -> None:
    assert reasons(ME, Profile("them"), TREE, asked_me=True)[0] == Reason(ReasonKind.INTERESTED)


def test_reasons_admit_that_little_is_known() -> None:
    them = Profile("them", languages=frozenset({"en"}))
    assert reasons(ME, them, TREE) == (Reason(ReasonKind.LITTLE_KNOWN),)


def test_reasons_name_common_needs_once() -> None:
    them = Profile("them", seeks=("w",), offers=("w",))
    assert [reason.what for reason in reasons(ME, them, TREE)] == ["w"]
