"""Fairs repeat themselves for a seed, and what others do with them is judged like everything else."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from bench import baselines
from bench.generator import make_fair
from bench.plot import gap_plot
from solver import check, parse_problem


def test_fair_repeats_itself_for_a_seed() -> None:
    assert make_fair(60, 150, 7, features=True) == make_fair(60, 150, 7, features=True)
    assert make_fair(60, 150, 7) != make_fair(60, 150, 8)


@pytest.mark.parametrize("features", [False, True])
def test_fair_is_a_usable_problem_of_the_size_asked_for(features: bool) -> None:
    problem = parse_problem(json.dumps(make_fair(140, 500, 1, features)))
    assert len(problem.meetings) == 500
    assert len(problem.participants) >= 140
    assert sum(place.id.startswith("stand") for place in problem.places) == 20


def test_baselines_break_no_rule_and_by_value_earns_more() -> None:
    problem = parse_problem(json.dumps(make_fair(140, 500, 1)))
    first, greedy = (check(problem, way(problem)) for way in (baselines.first_come, baselines.by_value))
    assert first.clean
    assert greedy.clean
    assert greedy.score > first.score


def test_plot_is_a_picture_with_a_line_for_each_course() -> None:
    courses = {"a": [(1.0, None, 10.0), (2.0, 5, 10.0), (8.0, 9, 10.0)], "b": [(3.0, 99, 100.0)]}
    picture = ElementTree.fromstring(gap_plot(courses))
    names = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert "a" in names
    assert "b" in names
