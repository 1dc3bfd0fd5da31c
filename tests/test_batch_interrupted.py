"""A batch may be stopped at any moment, by anything, and goes on where it stopped."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from antifraud_cli.cli.exits import Exit

SCAM = "我是市公安局民警,你名下银行卡涉嫌洗钱,把资金转入安全账户,不要告诉家人"
TALK = "晚上一起吃饭吗"
KILLS = 50
# The real program, with smaller chunks and more checkpoints than a real run of hours needs. What is imported here to
# make it so, the real one imports under the care of main(): the file "begun" says that it has taken over.
PROGRAM = """
from antifraud_cli.batch import job, run, sources
from antifraud_cli.cli.main import main
job.CHECKPOINT_SECONDS, run.ALONE, sources.CHUNK, sources.WINDOW = 0.03, 40, sources.Limit(20, 9000), sources.Limit(60, 9000)
open("begun", "w").close()
main()
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the workers in /proc")


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    (folder / "begun").unlink(missing_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "batch", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    try:
        return [int(name) for name in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except OSError:
        return []


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def source(path: Path, records: int, torn_every: int) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for number in range(records):
            text = f"{SCAM if number % 40 == 7 else TALK} {number % 11}"
            stream.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
            if number % torn_every == 5:
                stream.write('{"text": "torn\n')


def wait_for(process: subprocess.Popen[bytes], part: Path, size: int) -> None:
    """Until so much was written in this run, or it ended."""
    while process.poll() is None and (not part.exists() or part.stat().st_size < size):
        time.sleep(0.002)


def kill(process: subprocess.Popen[bytes], how: str) -> set[int]:
    """Strike, and give the statuses that may follow."""
    if how == "worker":
        while process.poll() is None and not workers_of(process):
            time.sleep(0.002)
        for worker in workers_of(process)[:1]:
            os.kill(worker, signal.SIGKILL)
        return {Exit.ERROR}
    process.send_signal(getattr(signal, how))
    # Before main() has taken over, and when it has done its work, Python or the system ends the program in its own way.
    return {
        "SIGINT": {Exit.INTERRUPTED, -signal.SIGINT},
        "SIGTERM": {Exit.TERMINATED, -signal.SIGTERM},
        "SIGKILL": {-signal.SIGKILL},
    }[how]


def moments() -> Iterator[tuple[str, float]]:
    """How and when to strike: a share of the output that is still to come, or a moment of the start."""
    chance = random.Random(6)
    for number in range(KILLS):
        yield ("SIGINT", "SIGTERM", "SIGKILL", "worker")[number % 4], chance.random()


RUNS = [
    ("out.jsonl",),
    ("out.csv.gz",),
    ("out.jsonl", "--dedupe", "--fields", "line,level,score,count"),
]


def test_a_run_killed_at_any_moment_ends_in_the_same_bytes(tmp_path: Path) -> None:
    """Whatever ends a run whenever, --resume goes on, and output and bad records equal those of an uninterrupted run."""
    source(tmp_path / "a.jsonl", 500, 50)
    source(tmp_path / "b.jsonl", 300, 30)
    wanted = {}
    for number, (name, *options) in enumerate(RUNS):
        line = ("a.jsonl", "b.jsonl", "-o", f"{number}.{name}", "--errors", "wanted.bad", "--workers", "1", *options)
        assert start(tmp_path, *line).wait(60) == Exit.ERROR
        wanted[number] = (tmp_path / f"{number}.{name}").read_bytes(), (tmp_path / "wanted.bad").read_bytes()
    finished = struck = current = 0
    orphans: list[int] = []
    for how, chance in moments():
        name, *options = RUNS[current % len(RUNS)]
        out, part = tmp_path / name, tmp_path / f"{name}.part"
        line = ("a.jsonl", "b.jsonl", "-o", name, "--errors", "bad", "--workers", "2", "--resume", *options)
        process = start(tmp_path, *line)
        begun = part.stat().st_size if part.exists() else 0
        if chance < 0.15:
            time.sleep(chance * 2)  # while it starts
        else:
            rest = len(wanted[current % len(RUNS)][0]) - begun
            wait_for(process, part, begun + int(rest * (chance - 0.15) / 2))
        orphans += workers_of(process)
        may_follow = kill(process, how)
        errors = process.communicate(timeout=60)[1].decode()
        if process.returncode != Exit.ERROR or not out.exists():
            if (tmp_path / "begun").exists():
                assert process.returncode in may_follow, (how, process.returncode, errors)
                assert "Traceback" not in errors or process.returncode == -signal.SIGINT, errors
            struck += 1
            # Struck between the last step and the end of the process: then all is done, and the next run would begin anew.
            if not out.exists() or (tmp_path / f"{name}.part.json").exists():
                continue
        finished += check(tmp_path, name, wanted[current % len(RUNS)])
        current += 1
    name, *options = RUNS[current % len(RUNS)]
    line = ("a.jsonl", "b.jsonl", "-o", name, "--errors", "bad", "--workers", "2", "--resume", *options)
    assert start(tmp_path, *line).wait(60) == Exit.ERROR
    finished += check(tmp_path, name, wanted[current % len(RUNS)])
    assert struck > KILLS * 0.6, (struck, finished)
    until = time.monotonic() + 10
    while any(map(is_alive, orphans)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_alive, orphans))


def check(folder: Path, name: str, wanted: tuple[bytes, bytes]) -> int:
    """The finished files are those of the uninterrupted run, nothing else is left; they are cleared away."""
    assert (folder / name).read_bytes() == wanted[0]
    assert (folder / "bad").read_bytes() == wanted[1]
    (folder / name).unlink()
    (folder / "bad").unlink()
    assert not [path.name for path in folder.iterdir() if ".part" in path.name or ".new" in path.name]
    return 1


TORN = """
import os, struct
from antifraud_cli.batch import pool, run
from antifraud_cli.batch.records import Chunk, Layout
from concurrent.futures.process import BrokenProcessPool

executors = []
start = pool.ProcessPoolExecutor
pool.ProcessPoolExecutor = lambda *given: executors.append(start(*given)) or executors[0]

def torn(chunk, place):
    os.write(executors[0]._result_queue._writer.fileno(), struct.pack("!i", 100_000) + b"half of it")
    os._exit(1)

pool._work_on = torn
chunks = [Chunk(Layout("in", "lines"), [(1, b"text")], 1, 2_000)]
try:
    list(pool.in_order(chunks, run.Task("zh-Hans"), 2))
except BrokenProcessPool:
    print("broken")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the worker has to be a fork")
def test_a_worker_that_ends_in_the_middle_of_an_answer_holds_up_nothing() -> None:
    """The run is told that the pool is broken, and the program ends."""
    done = subprocess.run([sys.executable, "-c", TORN], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "broken\n"), done.stderr
