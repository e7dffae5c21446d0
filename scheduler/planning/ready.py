"""The solver made ready before the clock of a first run starts."""

from __future__ import annotations

from solver import precompile


def make_ready() -> None:
    """Compile what the solver keeps on disk; quick when it is there. Commit before: it can take a minute."""
    precompile()


if __name__ == "__main__":
    make_ready()
