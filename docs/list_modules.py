"""Write docs/modules.md: every module with the first line of its docstring. `make modules`; a test holds it current."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "modules.md"
HEAD = """# Every module in one line

Made by `make modules` from the docstrings; a test fails when it is out of date. The rooms and their order are in
[architecture.md](architecture.md).
"""


def listed() -> str:
    """The page as it should be."""
    parts = [HEAD]
    folders = sorted(
        path.parent
        for top in ("solver", "scheduler")
        for path in (ROOT / top).rglob("__init__.py")
        if "versions" not in path.parts
    )
    for folder in folders:
        rows = [(path.name, line) for path in sorted(folder.glob("*.py")) if (line := _first_line(path))]
        if rows:
            parts.append(f"## {folder.relative_to(ROOT)}/\n")
            parts.append("| module | what it is |\n| --- | --- |")
            parts += [f"| `{name}` | {line} |" for name, line in rows]
            parts.append("")
    return "\n".join(parts)


def _first_line(path: Path) -> str:
    """The first sentence of a module's docstring, in one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(listed(), encoding="utf-8")
