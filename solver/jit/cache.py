"""Where compiled kernels are kept, and whether they are all there: known without loading the compiler."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_COMPLETE = "complete"


@cache
def folder() -> Path:
    """The folder for exactly this state of the sources, the compiler and the processor.

    Numba looks only at the file of a kernel itself to see whether it has changed, not at those it calls into nor at
    the records that it looks at.
    """
    home = Path(__file__).parents[1]
    state = sha256()
    for path in sorted(home.rglob("*.py")):
        text = path.read_bytes()
        if b"@kernel" in text or b"(NamedTuple)" in text or path.parent.name == "jit":
            state.update(text)
    for part in (sys.version, version("numba"), version("llvmlite"), version("numpy"), _processor()):
        state.update(part.encode())
    name = f"kernels-{state.hexdigest()[:16]}"
    kept = home / "__pycache__"
    if os.access(kept if kept.exists() else home, os.W_OK):
        return kept / name
    return Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}"


def complete() -> bool:
    """Whether every kernel was compiled and is kept."""
    return (folder() / _COMPLETE).exists()


def mark_complete() -> None:
    """Note that every kernel is kept."""
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / _COMPLETE).touch()


def _processor() -> str:
    """What the machine code depends on: kind and abilities of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
