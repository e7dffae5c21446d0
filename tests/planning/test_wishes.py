"""Which requests and interests become wishes, and what they are worth."""

from __future__ import annotations

import pytest

from scheduler.domain.enums import InterestLevel, RequestMode, RequestState
from scheduler.domain.matrix import Cell
from scheduler.planning.values import WishValues
from scheduler.planning.wishes import Asked, Opinions, Person, Wish, WishCollector, wish_key

CITY, SUPPLIER = 1, 2
CELLS = {(CITY, SUPPLIER): Cell("City-supplier"), (SUPPLIER, SUPPLIER): Cell("B2B")}


def person(number: int, *, organisation: int = 0, type_id: int = SUPPLIER, takes_any: bool = True) -> Person:
    return Person(
        number, f"p{number}", f"Person {number}", organisation or number, type_id, 0, None, None, takes_any
    )


def asked(
    sender: int, receiver: int, state: RequestState = RequestState.ACCEPTED, *, any_of: bool = False
) -> Asked:
    return Asked(sender, receiver, state, any_of)


def collect(
    people: list[Person],
    requests: list[Asked],
    opinions: list[tuple[int, int, InterestLevel]] | None = None,
    mode: RequestMode = RequestMode.OPT_IN,
    cells: dict[tuple[int, int], Cell] | None = None,
) -> tuple[Wish, ...]:
    collector = WishCollector(
        {each.id: each for each in people}, Opinions.of(opinions or []), cells or CELLS, mode, WishValues()
    )
    return collector.collect(requests)


PAIR = [person(1, type_id=CITY), person(2)]


def test_wish_key_is_the_same_in_either_order():
    assert wish_key("b", "a") == wish_key("a", "b") == "a+b"


def test_accepted_request_becomes_one_wish_with_the_kind_of_the_matrix():
    (wish,) = collect(PAIR, [asked(2, 1)])
    assert wish == Wish("p1+p2", "City-supplier", 10, 2, 1, ((2,), (1,)))


@pytest.mark.parametrize(
    "state", [RequestState.OPEN, RequestState.DECLINED, RequestState.EXPIRED, RequestState.WITHDRAWN]
)
def test_opt_in_counts_accepted_requests_only(state):
    assert collect(PAIR, [asked(1, 2, state)]) == ()


def test_opt_out_counts_open_requests_for_less_than_agreed_ones():
    (wish,) = collect(PAIR, [asked(1, 2, RequestState.OPEN)], mode=RequestMode.OPT_OUT)
    assert wish.value == WishValues().unanswered < WishValues().agreed


@pytest.mark.parametrize("state", [RequestState.DECLINED, RequestState.EXPIRED, RequestState.WITHDRAWN])
def test_opt_out_does_not_count_what_ended_without_a_yes(state):
    assert collect(PAIR, [asked(1, 2, state)], mode=RequestMode.OPT_OUT) == ()


def test_requests_in_both_directions_are_one_wish_worth_more():
    (wish,) = collect(PAIR, [asked(1, 2), asked(2, 1)])
    assert wish.value == WishValues().agreed + WishValues().mutual


def test_must_weighs_more_for_each_side_that_must():
    musts = [(1, 2, InterestLevel.MUST), (2, 1, InterestLevel.MUST)]
    values = [collect(PAIR, [asked(1, 2)], musts[:count])[0].value for count in range(3)]
    assert values == [10, 20, 35]


def test_mutual_interest_is_a_wish_without_any_request():
    likes = [(1, 2, InterestLevel.LIKE), (2, 1, InterestLevel.MUST)]
    (wish,) = collect(PAIR, [], likes)
    assert (wish.key, wish.value) == ("p1+p2", 25)


def test_one_sided_interest_is_no_wish():
    assert collect(PAIR, [], [(1, 2, InterestLevel.MUST)]) == ()


def test_mutual_interest_needs_the_matrix_to_allow_the_pair():
    cities = [person(1, type_id=CITY), person(2, type_id=CITY)]
    assert collect(cities, [], [(1, 2, InterestLevel.LIKE), (2, 1, InterestLevel.LIKE)]) == ()


def test_mutual_interest_does_not_revive_a_declined_request():
    likes = [(1, 2, InterestLevel.LIKE), (2, 1, InterestLevel.LIKE)]
    assert collect(PAIR, [asked(1, 2, RequestState.DECLINED)], likes) == ()


@pytest.mark.parametrize("who", [(1, 2), (2, 1)])
def test_rather_not_of_either_side_excludes_the_pair(who):
    assert collect(PAIR, [asked(1, 2)], [(*who, InterestLevel.RATHER_NOT)]) == ()


def test_requests_of_somebody_who_left_count_for_nothing():
    assert collect(PAIR, [asked(1, 3), asked(3, 2)]) == ()


def test_any_representative_opens_the_side_to_willing_colleagues():
    people = [
        person(1),
        person(2, organisation=9),
        person(3, organisation=9),
        person(4, organisation=9, takes_any=False),
    ]
    (wish,) = collect(people, [asked(1, 2, any_of=True)])
    assert wish.sides == ((1,), (2, 3))


def test_any_representative_leaves_out_whom_the_matrix_forbids():
    people = [person(1, type_id=CITY), person(2, organisation=9), person(3, organisation=9, type_id=CITY)]
    (wish,) = collect(people, [asked(1, 2, any_of=True)])
    assert wish.sides == ((1,), (2,))


def test_any_representative_leaves_out_whom_somebody_would_rather_not_meet():
    people = [person(1), person(2, organisation=9), person(3, organisation=9)]
    (wish,) = collect(people, [asked(1, 2, any_of=True)], [(3, 1, InterestLevel.RATHER_NOT)])
    assert wish.sides == ((1,), (2,))


def test_a_colleague_of_the_asking_side_never_stands_on_both_sides():
    people = [person(1, organisation=9), person(2, organisation=9), person(3, organisation=9)]
    (wish,) = collect(people, [asked(1, 2, any_of=True), asked(2, 1, any_of=True)])
    ours, theirs = wish.sides
    assert ours
    assert theirs
    assert not set(ours) & set(theirs)


def test_who_took_a_request_over_comes_alone():
    people = [person(1), person(2, organisation=9), person(3, organisation=9)]
    (wish,) = collect(people, [Asked(1, 2, RequestState.ACCEPTED, True, 3)])
    assert wish.sides == ((1,), (3,))
