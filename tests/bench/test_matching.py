"""The benchmark of rankings: what it reads, and that it counts right."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.events import SHAPES, generate
from bench.matching import Meetings, compare, judge, meetings
from bench.tables import UnusableTable, from_event, from_files

SMALL = {shape.name: replace(shape, groups=2, size=40) for shape in SHAPES}


def write(path: Path, head: str, *rows: str) -> Path:
    path.write_text("\n".join([head, *rows]), encoding="utf-8-sig")
    return path


PROFILES = "id,type,offers,seeks,text"
DECISIONS = "group,from,to,yes"


def test_precision_counts_mutual_yes_in_the_first_places() -> None:
    pairs = Meetings(
        group=np.zeros(6, dtype=int),
        sources=np.array([0, 0, 0, 1, 2, 3]),
        targets=np.array([1, 2, 3, 0, 0, 0]),
        mutual=np.array([True, False, False, True, False, False]),
    )
    figures = judge(pairs, np.array([3.0, 2, 1, 1, 1, 1]), balanced=False, rng=np.random.default_rng(1))
    # Person 0 has one of three, person 1 one of one, the others none of one.
    assert figures.precision == pytest.approx(((1 / 3 + 1) / 4,) * 3)
    assert figures.coverage == 1.0


def test_pairs_with_one_side_only_are_no_mutual_yes() -> None:
    event = generate(SMALL["evenings"], 1)
    table = from_event("evenings", event)
    pairs, back = meetings(table)
    assert (back >= 0).all()
    assert (pairs.mutual == (table.yes & table.yes[back])).all()


@pytest.mark.parametrize("shape", ["planted", "popular"])
def test_ours_is_first_when_half_of_the_decisions_are_seen(shape: str) -> None:
    figures = compare(from_event(shape, generate(SMALL[shape], 3)), "half", 1, 1)
    best = max(one.precision[0] for name, one in figures.items() if not name.startswith("ours"))
    assert figures["ours"].precision[0] > best


def test_tables_of_others_are_read(tmp_path: Path) -> None:
    profiles = write(
        tmp_path / "profiles.csv",
        "text,ID,seeks,offers,type,extra",
        '"age 27, law",1, fun:10 ;; brains:5,music ; music,0,x',
        ",2,,,1,",
    )
    decisions = write(tmp_path / "decisions.csv", DECISIONS, "w1,1,2,1", "w1,2,1,0", "w1,2,3,yes", "w1,3,3,1")
    table = from_files(profiles, decisions)
    assert [person.id for person in table.profiles] == ["1", "2", "3"]
    assert table.profiles[0].offers == ("music",)
    assert dict(table.profiles[0].weighted_seeks()) == {"fun": 1.0, "brains": 0.5}
    assert table.yes.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("profiles", "decisions", "message"),
    [
        (["id,type,offers,seeks", "1,a,b,c"], [DECISIONS], "no column 'text'"),
        ([PROFILES, "1,a,b,c,d", "1,a,b,c,d"], [DECISIONS], "line 3: id '1' is listed twice"),
        ([PROFILES], [DECISIONS, "g,1,2,perhaps"], "line 2: 'perhaps' is neither yes"),
    ],
)
def test_unusable_tables_are_refused_with_the_line(
    tmp_path: Path, profiles: list[str], decisions: list[str], message: str
) -> None:
    one = write(tmp_path / "profiles.csv", profiles[0], *profiles[1:])
    other = write(tmp_path / "decisions.csv", decisions[0], *decisions[1:])
    with pytest.raises(UnusableTable, match=message):
        from_files(one, other)


def test_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnusableTable, match=r"can't be read"):
        from_files(tmp_path / "none.csv", tmp_path / "none.csv")


def test_empty_profiles_and_unanswered_directions_are_ranked(tmp_path: Path) -> None:
    profiles = write(tmp_path / "profiles.csv", PROFILES)
    rng = np.random.default_rng(1)
    rows = [
        f"g,{a},{b},{int(rng.random() < 0.5)}" for a in range(12) for b in range(12) if a != b and (a + b) % 5
    ]
    table = from_files(profiles, write(tmp_path / "decisions.csv", DECISIONS, *rows))
    for mode in ("cold", "half"):
        figures = compare(table, mode, 1, 1)
        assert 0.0 <= figures["ours"].precision[0] <= 1.0


def test_table_of_an_event_survives_the_way_through_csv(tmp_path: Path) -> None:
    event = generate(SMALL["sparse"], 2)
    with (tmp_path / "p.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(PROFILES.split(","))
        writer.writerows((p.id, p.type, ";".join(p.offers), ";".join(p.seeks), p.text) for p in event.people)
    with (tmp_path / "d.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(DECISIONS.split(","))
        writer.writerows((v.group, v.source, v.target, int(v.yes)) for v in event.verdicts)
    read, made = from_files(tmp_path / "p.csv", tmp_path / "d.csv"), from_event("sparse", event)
    assert [p.offers for p in read.profiles] == [p.offers for p in made.profiles]
    assert read.yes.tolist() == made.yes.tolist()
