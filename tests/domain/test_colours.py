"""Colours, and whether they can be read on white."""

from __future__ import annotations

import pytest

from scheduler.domain.colours import READABLE, colour_of, contrast_on_white, darkened


@pytest.mark.parametrize(
    ("text", "colour"), [("#0A5A6A", "#0a5a6a"), (" 0a5a6a ", "#0a5a6a"), ("#abc", "#aabbcc")]
)
def test_colour_has_one_form(text: str, colour: str) -> None:
    assert colour_of(text) == colour


@pytest.mark.parametrize(
    "text", ["", "red", "#12345", "#1234567", "#12345g", "#123456;position:fixed", "#１２３"]
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        colour_of(text)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast_on_white("#ffffff") == pytest.approx(1)
    assert contrast_on_white("#000000") == pytest.approx(21)
    # The two greys between which the guidelines' 4.5 lies.
    assert contrast_on_white("#767676") > READABLE > contrast_on_white("#777777")


@pytest.mark.parametrize("colour", ["#ffcc00", "#ffffff", "#00ff00", "#7fb2ff", "#777777"])
def test_darkened_colour_can_be_read(colour: str) -> None:
    assert contrast_on_white(darkened(colour)) >= READABLE
