"""What a stranger's file may cost, and what its reader may do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from scheduler.errors import Invalid, Unavailable
from scheduler.sandbox.run import Broken, Busy, Limits, TooMuch, read_apart
from scheduler.sandbox.slots import Slots
from tests.waiting import PATIENCE

MEGABYTE = 1024 * 1024


@pytest.fixture
def slots(tmp_path: Path) -> Slots:
    return Slots(folder=tmp_path / "slots", patience=PATIENCE)


def child(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "child.py"
    path.write_text("def read(data, order):\n" + textwrap.indent(textwrap.dedent(body), "    "))
    return path


def test_child_gets_the_bytes_and_the_order_and_its_answer_comes_back(tmp_path: Path, slots: Slots) -> None:
    reader = child(tmp_path, "return {'size': len(data), 'zone': order['zone']}")
    data = bytes(range(256)) * 40_000

    assert read_apart(reader, data, {"zone": "Europe/Madrid"}, slots=slots) == {
        "size": 10_240_000,
        "zone": "Europe/Madrid",
    }


def test_what_a_library_prints_is_no_part_of_the_answer(tmp_path: Path, slots: Slots) -> None:
    assert read_apart(child(tmp_path, "print('look')\nreturn {'a': 1}"), b"", {}, slots=slots) == {"a": 1}


def test_child_inherits_neither_secrets_nor_files_nor_rights(
    tmp_path: Path, slots: Slots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPO_SECRET_KEY", "hidden")
    kept = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(kept, True)
    reader = child(
        tmp_path,
        """
        import os
        refused = []
        def write():
            with open(order["file"], "w") as file:
                file.write("x")
        def fork():
            if os.fork() == 0:
                os._exit(0)
        for name, deed in (("write", write), ("fork", fork)):
            try:
                deed()
            except OSError:
                refused.append(name)
        names = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if int(n) > 2
                 and os.path.exists(f"/proc/self/fd/{n}")]
        return {"environment": dict(os.environ), "files": [
                name for name in names if "/proc/" not in name and "pipe:" not in name],
                "session": os.getsid(0) == os.getpid(), "nice": os.nice(0), "refused": refused, "cwd": os.getcwd()}
        """,
    )
    try:
        found = read_apart(reader, b"", {"file": str(tmp_path / "note")}, slots=slots)
    finally:
        os.close(kept)

    assert "hidden" not in json.dumps(found["environment"])
    assert set(found["environment"]) <= {"LC_CTYPE"}
    assert [Path(name).name for name in found["files"]] == ["reading-0"]
    assert found["session"]
    assert found["nice"] >= 10
    assert found["cwd"] == "/"
    # The superuser may start processes whatever the limit says.
    assert found["refused"] == (["write"] if os.getuid() == 0 else ["write", "fork"])


@pytest.mark.parametrize(
    "body",
    [
        "return {'x': len(bytearray(10**9))}",
        "return {'x': len([0] * 10**12)}",
        "def deeper(n): return deeper(n + 1)\nreturn deeper(0)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGABRT)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "while True: pass",
        "import time\ntime.sleep(1000)",
        "return {'x': 'x' * 2_000_000}",
        "import os, time\nos.close(1); os.close(2)\ntime.sleep(1000)",
    ],
    ids=[
        "memory",
        "refused memory",
        "recursion",
        "aborted",
        "killed",
        "segmentation fault",
        "processor",
        "clock",
        "answer",
        "silent",
    ],
)
def test_what_costs_too_much_ends_with_one_sentence(tmp_path: Path, slots: Slots, body: str) -> None:
    limits = Limits(seconds=1, clock=3, memory=200 * MEGABYTE, answer=MEGABYTE)

    with pytest.raises(TooMuch, match="more time or memory") as caught:
        read_apart(child(tmp_path, body), b"x", {}, limits, slots=slots)

    assert isinstance(caught.value, Invalid)


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError('Ada Lee, ada@example.org')",
        "raise BaseException('panic')",
        "import no_such_module",
        "raise SystemExit(0)",
        "return {1, 2}",
        "import os\nos._exit(70)",
    ],
)
def test_what_the_reader_did_not_foresee_is_a_sentence_and_a_place_in_the_log(
    tmp_path: Path, slots: Slots, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Broken, match="can't be read"):
        read_apart(child(tmp_path, body), b"x", {}, slots=slots)

    assert "child.py ended with code 70" in caplog.text
    assert "ada@example.org" not in caplog.text


def test_no_more_than_two_read_at_a_time(tmp_path: Path) -> None:
    reader = child(
        tmp_path,
        "import time\nstart = time.monotonic()\ntime.sleep(0.3)\nreturn {'from': start, 'to': time.monotonic()}",
    )
    # Each with slots of its own, as if in a process of its own.
    with ThreadPoolExecutor(6) as pool:
        readings = [
            pool.submit(
                read_apart, reader, b"", {}, slots=Slots(folder=tmp_path / "slots", patience=PATIENCE)
            )
            for _ in range(6)
        ]
        times = [reading.result() for reading in readings]

    assert max(sum(one["from"] <= other["from"] < one["to"] for one in times) for other in times) <= 2


def test_who_finds_no_place_is_told_to_try_again(tmp_path: Path) -> None:
    slots = Slots(1, patience=0.1, folder=tmp_path / "slots")
    with slots.one(), pytest.raises(Busy, match="Try again in a minute") as caught:
        read_apart(child(tmp_path, "return {}"), b"", {}, slots=slots)

    assert isinstance(caught.value, Unavailable)
    assert read_apart(child(tmp_path, "return {}"), b"", {}, slots=slots) == {}


def test_only_some_of_the_threads_of_a_process_wait(tmp_path: Path) -> None:
    slots = Slots(1, patience=PATIENCE, queue=1, folder=tmp_path / "slots")
    reader = child(tmp_path, "return {}")
    with ThreadPoolExecutor(2) as pool:
        with Slots(1, folder=tmp_path / "slots").one():
            both = [pool.submit(read_apart, reader, b"", {}, slots=slots) for _ in range(2)]
            done, waiting = wait(both, return_when=FIRST_COMPLETED)
            assert isinstance(done.pop().exception(), Busy)
        assert waiting.pop().result() == {}


def test_place_is_free_again_when_whoever_reads_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "slots"
    code = (
        "import sys, time; from pathlib import Path; from scheduler.sandbox.slots import Slots\n"
        f"with Slots(1, folder=Path({str(folder)!r})).one():\n"
        "    print('reading', flush=True); time.sleep(1000)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"reading\n"
    with pytest.raises(Busy), Slots(1, patience=0, folder=folder).one():
        pass

    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()

    with Slots(1, patience=0, folder=folder).one():
        pass


def test_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "slots").symlink_to(elsewhere)
    with pytest.raises(Busy), Slots(folder=tmp_path / "slots").one():
        pass
    assert list(elsewhere.iterdir()) == []
