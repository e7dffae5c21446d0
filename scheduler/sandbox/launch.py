"""The first thing that runs in the child: it gives up what a reader of strangers' files needs not, then reads.

It runs by its path, in isolated mode, and imports nothing of ours, so that it starts quickly.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import sys
from typing import Any

OUT_OF_MEMORY = 71
FAILED = 70
_NICENESS = 10


def main() -> None:
    child, limits, order = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
    _bound(int(limits["seconds"]), int(limits["memory"]))
    # What a library prints is no part of the answer.
    out = os.dup(1)
    os.dup2(2, 1)
    try:
        answer = _reader(child).read(sys.stdin.buffer.read(), order)
        with os.fdopen(out, "wb") as target:
            target.write(json.dumps(answer).encode())
    except (MemoryError, RecursionError):
        os._exit(OUT_OF_MEMORY)
    # Panics of compiled readers are no Exception. The words of an error may quote the file: only its kind is told.
    except BaseException as error:  # noqa: BLE001
        sys.stderr.write(f"\n{type(error).__name__}{_place(error)}")
        sys.stderr.flush()
        os._exit(FAILED)
    os._exit(0)


def _bound(seconds: int, memory: int) -> None:
    os.nice(_NICENESS)
    for what, soft, hard in (
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_NOFILE, 64, 64),
    ):
        # A stricter limit of the machine's owner stays.
        most = resource.getrlimit(what)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(what, (soft, hard))


def _reader(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("reader", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules["reader"] = module
    spec.loader.exec_module(module)
    return module


def _place(error: BaseException) -> str:
    place = ""
    trace = error.__traceback__
    while trace is not None:
        place = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


if __name__ == "__main__":
    main()
