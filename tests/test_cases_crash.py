"""Cases under fire: killed processes, several at once, full disks, read-only folders."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.cases import disk, folder
from antifraud_cli.cases.model import Person
from antifraud_cli.cases.verify import verify
from antifraud_cli.cli.environment import Environment
from antifraud_cli.cli.main import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")

KILLS = int(os.environ.get("ANTIFRAUD_KILLS", "200"))
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=timezone.utc)


def begin(place: Path) -> Path:
    """A case with one item."""
    folder.create(place, "a case", "en", "CNY", Person(name="Wang Min"), NOW)
    folder.add_item(place, "note", {"text": "first"}, NOW)
    return place


def quietly(arguments: list[str]) -> int:
    """Run a command line and throw its output away."""
    return run(arguments, Environment(io.BytesIO(), io.BytesIO(), io.BytesIO()))


def start(work: Callable[[], int]) -> int:
    """Do something in a process of its own, which ends with what `work` returns."""
    number = os.fork()
    if number == 0:
        status = 99
        try:
            status = int(work())
        finally:
            os._exit(status)
    return number


def status_of(number: int) -> int:
    """How a process ended: its exit status, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def is_whole(place: Path) -> int:
    """Assert that a case opens and that nothing in it is lost; return the number of its items."""
    case, findings = verify(place)
    assert [finding for finding in findings if not finding.harmless] == []
    assert [item.n for item in case.items] == list(range(1, len(case.items) + 1))
    return len(case.items)


def duration(*works: Callable[[], int]) -> float:
    """Seconds that a process needs: as long as the slowest of these."""
    taken = []
    for work in works:
        begun = time.monotonic()
        assert status_of(start(work)) == 0
        taken.append(time.monotonic() - begun)
    return max(taken)


def test_killed_at_random_moments(tmp_path: Path) -> None:
    """Killed at random moments of `add` and `export`, a case opens, holds what was acknowledged, and goes on."""
    chance = random.Random(20261121)
    source, killed = tmp_path / "evidence.bin", 0
    usual: dict[str, float] = {}
    place, known = begin(tmp_path / "imports"), 0

    def work(command: str, mark: int) -> Callable[[], int]:
        if command == "add":
            source.write_bytes(mark.to_bytes(4, "big") * 50_000)
            return lambda: quietly(["case", "add", str(place), "file", str(source), "--json"])
        return lambda: quietly(["case", "export", str(place), "-o", str(place.with_name(f"out{mark}")), "--json"])

    for command in ("add", "export"):  # here, so that no process has to import anything
        assert work(command, 9_999)() == 0
    for turn in range(KILLS):
        if turn % 20 == 0:
            place, known = begin(tmp_path / f"case{turn}"), 1
            usual = {command: duration(work(command, 10_000 + turn)) for command in ("add", "export")}
            known = is_whole(place)
        command = "add" if turn % 2 else "export"
        number = start(work(command, turn))
        time.sleep(chance.uniform(0, usual[command]))
        os.kill(number, signal.SIGKILL)
        status = status_of(number)
        killed += status == -signal.SIGKILL
        items = is_whole(place)
        assert items in ((known + 1,) if status == 0 and command == "add" else (known, known + (command == "add")))
        known = items
        target = place.with_name(f"out{turn}")
        if command == "export" and target.exists():
            assert zipfile.ZipFile(target / "report.zip").testzip() is None
    assert killed > KILLS // 3


STEPS = ("open", "write", "fsync", "rename", "replace", "mkdir", "close", "link", "unlink")


def dies_at(step: int, seen: list[str]) -> None:
    """From now on count what changes the disk, and let this process be killed just before the given one."""
    left = [step]

    def counted(name: str) -> None:
        real = getattr(os, name)

        def call(*arguments: Any, **more: Any) -> Any:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            seen.append(name)
            return real(*arguments, **more)

        setattr(os, name, call)

    for name in STEPS:
        counted(name)


def test_killed_at_every_single_step(tmp_path: Path) -> None:
    """Killed before each system call of an `add`, one after the other, the case is whole and the next `add` works."""
    source = tmp_path / "evidence.bin"
    place, known, step = begin(tmp_path / "case"), 1, 0
    while True:
        source.write_bytes(b"%d" % step)

        def work(step: int = step) -> int:
            dies_at(step, [])
            return quietly(["case", "add", str(place), "file", str(source)])

        status = status_of(start(work))
        items = is_whole(place)
        assert items in (known, known + 1)
        if status == 0:
            assert items == known + 1
            break
        assert status == -signal.SIGKILL
        if items == known:
            assert quietly(["case", "add", str(place), "file", str(source)]) == 0
            known = is_whole(place)
        else:
            known = items
        step += 1
    assert step > 12


def test_a_kill_while_a_case_is_begun_leaves_no_half_case(tmp_path: Path) -> None:
    """Killed before each system call of `new`, there is a whole case or none of that name."""
    step, status = 0, 1
    while status:
        place = tmp_path / f"case{step}"

        def work(step: int = step, place: Path = place) -> int:
            dies_at(step, [])
            return quietly(["case", "new", str(place)])

        status = status_of(start(work))
        assert status in (0, -signal.SIGKILL)
        if place.exists():
            assert is_whole(place) == 0
        step += 1
    assert step > 8


def test_an_unfinished_line_is_passed_over(tmp_path: Path) -> None:
    """A log cut anywhere in its last line opens without that line, and what is added afterwards follows on."""
    place = begin(tmp_path / "case")
    whole = (place / folder.LOG).read_bytes()
    begun = whole.rindex(b"\n", 0, -1) + 1
    for cut in range(begun, len(whole) - 2, 7):
        (place / folder.LOG).write_bytes(whole[:cut])
        assert len(folder.load(place).items) == 0
        added = folder.add_item(place, "note", {"text": "again"}, NOW)
        assert [item.text for item in added.case.items] == ["again"]
        assert is_whole(place) == 1


def test_several_processes_lose_nothing(tmp_path: Path) -> None:
    """Three processes that add to one case at the same time: every item is there, once, and the chain holds."""
    place = begin(tmp_path / "case")

    def work(own: int) -> int:
        for turn in range(8):
            path = tmp_path / f"{own}-{turn}"
            path.write_text(path.name)
            kind = ["file", str(path)] if turn % 2 else ["note", path.name]
            if quietly(["case", "add", str(place), *kind]) != 0:
                return 1
        return 0

    running = [start(lambda own=own: work(own)) for own in range(3)]  # type: ignore[misc]
    assert [status_of(number) for number in running] == [0, 0, 0]
    assert is_whole(place) == 1 + 24
    said = {item.text or (item.file and item.file.name) for item in folder.load(place).items}
    assert said == {"first"} | {f"{own}-{turn}" for own in range(3) for turn in range(8)}


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """A process that was killed while it held the lock leaves none behind."""
    place = begin(tmp_path / "case")
    reader, writer = os.pipe()

    def work() -> int:
        with disk.locked(place / folder.WORK / folder.LOCK):
            os.write(writer, b"x")
            time.sleep(60)
        return 0

    number = start(work)
    os.read(reader, 1)
    os.kill(number, signal.SIGKILL)
    status_of(number)
    assert folder.add_item(place, "note", {"text": "second"}, NOW).item is not None


def test_a_busy_case_says_so(tmp_path: Path, antifraud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process keeps the lock, the command ends with an error in words."""
    place = begin(tmp_path / "case")
    monkeypatch.setattr(disk, "_PATIENCE", 0.05)
    with disk.locked(place / folder.WORK / folder.LOCK):
        outcome = antifraud("case", "add", str(place), "note", "x", "--lang", "en")
    assert outcome.status == 2
    assert "Another program is writing" in outcome.err


def full_after(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk take that many bytes more."""
    left = [size]
    real = os.write

    def write(number: int, data: Any) -> int:
        taken = min(left[0], len(data))
        if not taken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= taken
        return real(number, bytes(data[:taken]))

    monkeypatch.setattr(os, "write", write)


@pytest.mark.parametrize("size", [0, 1, 100, 200])
def test_a_disk_that_fills_up_in_the_log(
    tmp_path: Path, antifraud: Any, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """A log line that does not fit is taken back: an error in words, and the case as it was."""
    place = begin(tmp_path / "case")
    before = (place / folder.LOG).read_bytes()
    with monkeypatch.context() as patch:
        full_after(size, patch)
        outcome = antifraud("case", "add", str(place), "note", "x" * 500, "--lang", "en")
    assert outcome.status == 2
    assert "the disk is full" in outcome.err
    assert (place / folder.LOG).read_bytes() == before
    assert is_whole(place) == 1


@pytest.mark.parametrize("command", ["add", "export", "new"])
def test_a_file_larger_than_the_system_allows(tmp_path: Path, command: str) -> None:
    """With a real limit on file sizes: status 2, an error in words, no leftovers, the case as it was."""
    place = begin(tmp_path / "case")
    source = tmp_path / "large.bin"
    source.write_bytes(os.urandom(300_000))
    if command == "export":
        folder.add_file(place, source, {}, NOW)
    known = is_whole(place)
    lines = {
        "add": ["add", str(place), "file", str(source)],
        "export": ["export", str(place), "-o", str(tmp_path / "out")],
        "new": ["new", str(tmp_path / "second"), "--title", "x" * 200_000],
    }
    err = tmp_path / "err"

    def work() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        with err.open("wb") as stream:
            return run(["case", *lines[command], "--lang", "en"], Environment(io.BytesIO(), io.BytesIO(), stream))

    assert status_of(start(work)) == 2
    assert "larger than the system allows" in err.read_text()
    assert is_whole(place) == known
    assert not [path for path in (place / folder.WORK).iterdir() if path.name != folder.LOCK]
    assert {path.name for path in tmp_path.iterdir()} <= {"case", "large.bin", "err"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where we may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("may not mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as stream:
        while True:
            stream.write(bytes(4096))


def test_a_full_disk(small_disk: Path, tmp_path: Path, antifraud: Any) -> None:
    """On a disk that is really full: errors in words, nothing lost, and it goes on once there is room."""
    place = begin(small_disk / "case")
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(2_000_000))
    for line in (["add", str(place), "file", str(large)],):
        outcome = antifraud("case", *line, "--lang", "en")
        assert outcome.status == 2
        assert "the disk is full" in outcome.err
        assert is_whole(place) == 1
    filler = small_disk / "filler"
    fill(filler)
    known = 1
    for turn in range(300):
        outcome = antifraud("case", "add", str(place), "note", f"{turn} " + "x" * 300, "--lang", "en")
        assert outcome.status in (0, 2)
        assert is_whole(place) == known + (outcome.status == 0)
        known = is_whole(place)
        if outcome.status:
            assert "the disk is full" in outcome.err
            break
    assert outcome.status == 2 or "could not be updated" in outcome.err
    assert antifraud("case", "export", str(place), "-o", str(small_disk / "out")).status == 2
    filler.unlink()
    assert antifraud("case", "add", str(place), "note", "room again").status == 0
    assert is_whole(place) == known + 1


def read_only(work: Callable[[], int]) -> int:
    """Do something as nobody: root may write everywhere."""

    def as_nobody() -> int:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        return work()

    return status_of(start(as_nobody))


def test_a_read_only_folder(tmp_path: Path) -> None:
    """In a folder that cannot be written: add and new fail in words; show, timeline and verify work."""
    place = begin(tmp_path / "case")
    err = tmp_path / "err"
    err.touch()
    err.chmod(0o666)
    for path in [tmp_path, *tmp_path.parents[:-2]]:
        path.chmod(path.stat().st_mode | 0o055)
    for path in [place, *place.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)

    def work(*arguments: str) -> Callable[[], int]:
        def call() -> int:
            with err.open("wb") as stream:
                return run(["case", *arguments, "--lang", "en"], Environment(io.BytesIO(), io.BytesIO(), stream))

        return call

    for command in ("show", "timeline", "verify"):
        assert read_only(work(command, str(place))) == 0, err.read_text()
    for line in (("add", str(place), "note", "x"), ("new", str(place / "inner"))):
        assert read_only(work(*line)) == 2
        assert "permission denied" in err.read_text()
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert is_whole(place) == 1


def test_the_log_of_a_case_only_grows(tmp_path: Path) -> None:
    """Whatever is added, the log begins with what it was before."""
    place = begin(tmp_path / "case")
    before = (place / folder.LOG).read_bytes()
    for turn in range(3):
        folder.add_item(place, "note", {"text": str(turn)}, NOW)
        after = (place / folder.LOG).read_bytes()
        assert after.startswith(before)
        assert [json.loads(line)["line"] for line in after.splitlines()][-1] == turn + 3
        before = after
