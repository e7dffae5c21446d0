"""How complete a profile is."""

from scheduler.domain.profile import WEIGHTS, Part, progress


def test_progress_of_an_empty_profile_names_what_helps_most_first() -> None:
    result = progress([])

    assert result.percent == 0
    assert result.missing[:2] == (Part.SEEKS_TOPICS, Part.OFFERS_TOPICS)


def test_progress_of_a_full_profile_is_a_hundred() -> None:
    assert progress(list(Part)).percent == 100
    assert progress(list(Part)).complete
    assert set(WEIGHTS) == set(Part)
