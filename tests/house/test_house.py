"""The rules of the house that code can check."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from configparser import ConfigParser
from pathlib import Path

from flask import Flask

from scheduler.web.access import rule_of

ROOT = Path(__file__).resolve().parents[2]


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    silent = [name for name, view in app.view_functions.items() if name != "static" and rule_of(view) is None]
    assert silent == []


def test_routes_of_an_event_that_change_something_are_not_public(app: Flask) -> None:
    open_doors = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "event_slug" in rule.arguments
        and (rule.methods or set()) & {"POST", "PUT", "DELETE"}
        and not getattr(rule_of(app.view_functions[rule.endpoint]), "signed_in", False)
    ]
    assert open_doors == []


def test_front_end_files_are_those_of_the_manifest() -> None:
    folder = ROOT / "scheduler" / "static" / "vendor"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest:
        found = hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest()
        assert (entry["name"], found) == (entry["name"], entry["sha256"])
        assert list((folder / entry["file"]).parent.glob("LICENSE*"))
    listed = {entry["file"] for entry in manifest}
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in {".js", ".css"}}
    assert present == listed


def test_setup_cfg_names_every_package() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    named = set(config["options"]["packages"].split())
    present = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for root in ("scheduler", "solver")
        for path in (ROOT / root).rglob("__init__.py")
    }
    assert named == present | {"scheduler.templates"}


def test_every_field_of_a_page_comes_from_a_form_or_a_macro() -> None:
    """One dialect: WTForms carries fields, `_macros.html` draws them, and a page writes none by hand."""
    by_hand = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if path.name != "_macros.html"
        for found in re.findall(r"<(?:input|select|textarea)\b[^>]*>", path.read_text(encoding="utf-8"))
        if 'type="hidden"' not in found
    ]
    assert by_hand == []


def test_a_line_of_a_template_holds_one_thought() -> None:
    """Mails are left out: their programs want every style inline."""
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 200 and path.parent.name != "mail"
    ]
    assert long == []


def test_every_class_of_the_style_sheets_is_defined_once() -> None:
    """A selector stands once in its sheet, outside of what holds for some screens or for paper only."""
    twice = []
    for sheet in sorted((ROOT / "scheduler" / "static").glob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"@(?:media|supports)[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
        selectors = Counter(" ".join(each.split()) for each in re.findall(r"([^{}]+)\{[^{}]*\}", text))
        twice += [f"{sheet.name}: {selector}" for selector, times in selectors.items() if times > 1]
    assert twice == []


def test_no_class_name_stands_for_two_things() -> None:
    """Within one package tree a class is found by its name alone."""
    twice = []
    for root in ("scheduler", "solver"):
        homes: dict[str, list[str]] = {}
        for path in sorted((ROOT / root).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    homes.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
        twice += [f"{name}: {', '.join(paths)}" for name, paths in homes.items() if len(paths) > 1]
    assert twice == []


def test_web_process_does_not_import_the_solvers_libraries(tmp_path: Path) -> None:
    code = (
        "import sys; from scheduler import create_app;"
        f"create_app({{'INSTANCE': {str(tmp_path)!r}, 'MODE': 'development'}});"
        "print([name for name in ('ortools', 'pandas', 'numba', 'pysat') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_outside_of_the_repository_is_needed() -> None:
    files = subprocess.run(
        ["git", "ls-files", "*.py", "*.cfg", "*.toml", "*.html", "*.md", "Makefile", ".ci/run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    outside = "../" + "shared"
    named = [name for name in files if outside in (ROOT / name).read_text(encoding="utf-8")]
    assert named == []


def test_no_statement_folds_case_as_a_database_does() -> None:
    """Names are compared by the keys of `domain.text_key`, which are the same everywhere."""
    folding = re.compile(r"func\.(lower|upper)\(|\.(ilike|icontains|istartswith|iendswith)\(|COLLATE|NOCASE")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "scheduler").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if folding.search(line)
    ]
    assert found == []


ACTING_SLOWLY = Counter(
    {
        "calendars/test_fetch.py": 1,
        "jobs/idle_child.py": 1,
        "jobs/test_courier_killed.py": 3,
        "jobs/test_lanes.py": 1,
        "jobs/test_outages.py": 4,
        "mail/servers.py": 1,
        "sandbox/test_run.py": 4,
        "solver/portfolio/test_subprocess.py": 2,
        "web/participant/test_calendar_import.py": 3,
    }
)
"""How many lines of a file act a part that is slow, or give up on one that is silent: nothing hangs on how long."""


def test_no_test_depends_on_speed() -> None:
    """What has to come is waited for with `tests.waiting`; how long anything takes proves nothing."""
    reads = r"monotonic\(|perf_counter\(|process_time\(|sleep\(|wait_for_timeout\("
    gives_up = (
        r"(timeout|join|communicate|wait)(=|\()[\d.]+\b|settimeout\([1-9]|default_timeout\(\d|deadline=[1-9]"
    )
    impatient = re.compile(rf"\b({reads}|{gives_up})")
    found = Counter(
        str(path.relative_to(ROOT / "tests"))
        for path in (ROOT / "tests").rglob("*.py")
        if path.name not in ("waiting.py", Path(__file__).name)
        for line in path.read_text(encoding="utf-8").splitlines()
        if impatient.search(line)
    )
    assert found == ACTING_SLOWLY
