"""Every fact about a calendar has a sentence of its own, whatever stands in the file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from scheduler.calendars.busy import LeftOut, ZoneDoubt
from scheduler.calendars.problems import CalendarProblem, UnusableCalendar
from scheduler.calendars.reading.faults import Omission
from scheduler.calendars.reading.zones import Doubt
from scheduler.web.labels import calendars as labels

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ODD = "100%(value)s %s {x} <b>"


def test_each_fact_is_said_in_a_sentence_of_its_own(app: Flask) -> None:
    with app.test_request_context("/"):
        said = [labels.problem(UnusableCalendar(problem, host=ODD, number=7)) for problem in CalendarProblem]
        said += [labels.doubt(ZoneDoubt(doubt, ODD, "Europe/Madrid")) for doubt in Doubt]
        begins = datetime(2023, 11, 7, 9, tzinfo=UTC)
        said += [labels.left_out(LeftOut(why, ODD, begins, ODD)) for why in Omission]
    assert len(set(said)) == len(said)
    for sentence in said:
        assert sentence.endswith(".")
        assert "%(" not in sentence.replace(ODD, "")


def test_entry_is_named_by_its_title_and_its_day_as_far_as_they_are_known(app: Flask) -> None:
    with app.test_request_context("/"):
        assert labels.left_out(LeftOut(Omission.NO_START, "", None, "", 3)) == (
            "An entry without a title (3 times): It does not say when it begins."
        )
        dated = labels.left_out(LeftOut(Omission.UNREADABLE_RULE, "Jour fixe", date(2019, 1, 1), "FREQ=X"))
        assert dated == "“Jour fixe”, Tue 1 Jan (2019): How it repeats can't be read: “FREQ=X”."
