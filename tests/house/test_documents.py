"""What the documents say of the code is so."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def _lister() -> ModuleType:
    spec = importlib.util.spec_from_file_location("list_modules", ROOT / "docs" / "list_modules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_list_of_modules_is_current() -> None:
    """`make modules` writes it."""
    lister = _lister()
    assert lister.TARGET.read_text(encoding="utf-8") == lister.listed()


def test_every_module_says_what_it_is() -> None:
    lister = _lister()
    silent = [
        str(path.relative_to(ROOT))
        for top in ("solver", "scheduler")
        for path in (ROOT / top).rglob("*.py")
        if path.read_text(encoding="utf-8").strip() and not lister._first_line(path)
    ]
    assert silent == []


def test_documents_name_files_that_are_there() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    missing = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages
        if page.name != "CHANGELOG.md"
        for name in re.findall(r"`([a-z_]+(?:/[a-z0-9_]+)+\.py)`", page.read_text(encoding="utf-8"))
        if not name.startswith("instance/config")
        and not any((ROOT / top / name).exists() for top in ("", "scheduler", "solver"))
    ]
    assert missing == []
