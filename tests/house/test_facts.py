"""Facts stay facts until somebody reads them: nothing looks for words in what was found out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORDING = {"sentence", "violation_sentence", "detail"}
"""The functions of `solver.sentences`."""
FACTS = {"finding", "findings", "violation", "violations", "rejection", "rejections"}
TAKES_APART = {
    "endswith",
    "find",
    "findall",
    "finditer",
    "fullmatch",
    "index",
    "match",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rpartition",
    "search",
    "split",
    "startswith",
    "sub",
}
"""Methods of strings and of regular expressions that look into a text."""
WORDED_IN = {
    "scheduler/planning/solving.py": "the log",
    "solver/__init__.py": "the public face",
    "solver/__main__.py": "the command line",
    "solver/incumbents.py": "the log",
    "solver/io/encode.py": "the schedule file",
}
ABOUT_WORDS = "tests/solver/test_sentences.py"


def _modules(*tops: str) -> Iterator[tuple[str, ast.Module]]:
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def _is_a_fact(node: ast.expr) -> bool:
    """Whether an expression is a fact or its words: by its name, one of several, or worded."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in FACTS
        case ast.Subscript(value=value, slice=ast.Constant(value=int()) | ast.UnaryOp() | ast.Slice()):
            return _is_a_fact(value)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            return name in WORDING or (name in {"str", "repr"} and any(map(_is_a_fact, arguments)))
        case ast.JoinedStr(values=values):
            return any(isinstance(part, ast.FormattedValue) and _is_a_fact(part.value) for part in values)
    return False


def _looks_into_words(node: ast.AST) -> bool:
    match node:
        case ast.Compare(left=ast.Constant(value=str()), ops=[ast.In() | ast.NotIn()], comparators=[text]):
            return _is_a_fact(text)
        case ast.Call(func=ast.Attribute(value=text, attr=name), args=arguments) if name in TAKES_APART:
            return _is_a_fact(text) or any(map(_is_a_fact, arguments))
    return False


@pytest.mark.parametrize(
    "line",
    [
        '"twice" in violation',
        '"twice" not in verdict.violations[0]',
        '"overlap" in str(finding)',
        '"overlap" in f"{board.rejections[-1]}"',
        're.search("held", sentence(finding))',
        'PATTERN.sub("", str(verdict.violations[0]))',
        'violation_sentence(first).startswith("meeting")',
    ],
)
def test_looking_for_words_is_noticed(line: str) -> None:
    assert any(map(_looks_into_words, ast.walk(ast.parse(line))))


@pytest.mark.parametrize(
    "line",
    ["violation.rule in RULES", "finding in precheck(problem)", '"name" in entry.detail', '"a" in text'],
)
def test_asking_for_facts_is_not(line: str) -> None:
    assert not any(map(_looks_into_words, ast.walk(ast.parse(line))))


def test_nothing_looks_for_words_in_a_fact() -> None:
    found = [
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, tree in _modules("solver", "scheduler", "bench", "tests")
        if name != ABOUT_WORDS
        for node in ast.walk(tree)
        if _looks_into_words(node)
    ]
    assert found == []


def test_facts_are_worded_only_where_they_leave_the_solver() -> None:
    found = {
        name
        for name, tree in _modules("solver", "scheduler", "bench")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in {"solver", "solver.sentences"}
        if WORDING & {each.name for each in node.names}
    }
    assert found == WORDED_IN.keys()


def test_the_judge_imports_nothing_but_data_and_the_names_of_rules() -> None:
    tree = ast.parse((ROOT / "solver" / "judge" / "check.py").read_text(encoding="utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    ours = {name for name in modules if name.partition(".")[0] in {"solver", "scheduler"}}
    assert ours == {"solver.problem", "solver.schedule", "solver.violations"}
    assert modules - ours <= {
        "__future__",
        "bisect",
        "collections",
        "collections.abc",
        "dataclasses",
        "itertools",
    }
