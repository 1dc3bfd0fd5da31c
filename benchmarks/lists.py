"""A list of a million entries: how long importing, opening and a look-up take, and what it adds to a start of the program.

python benchmarks/lists.py [ENTRIES]
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from antifraud_cli.lists.folder import FILE
from antifraud_cli.lists.forms import other_forms
from antifraud_cli.lists.store import Store

PAIRS = 25
LOOKUPS = 20_000
BARE = [sys.executable, "-c", "pass"]
PROGRAM = [sys.executable, "-m", "antifraud_cli"]
CHECK = [*PROGRAM, "check-number", "--json", "--exit-zero", "--location", "CN", "13800138000"]


def write_table(path: Path, entries: int) -> list[str]:
    """A table of block entries: whole numbers and, one in a hundred, patterns. Gives the whole numbers."""
    dice = random.Random(1)
    numbers = [f"1{dice.randrange(3, 10)}{dice.randrange(10**9):09}" for _ in range(entries)]
    with path.open("w", encoding="utf-8") as table:
        table.write("list,number,note,added\n")
        for place, number in enumerate(numbers):
            shown = f"{number[:7]}####" if place % 100 == 0 else number
            table.write(f"block,{shown},sales,2026-11-21\n")
    return [number for place, number in enumerate(numbers) if place % 100]


def milliseconds(work: Callable[[], object]) -> float:
    """Processor time of a piece of work."""
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


def run(line: Sequence[str], home: Path, given: bytes = b"") -> float:
    """Milliseconds of processor time of a whole process: what the machine does besides does not count."""
    # Without compiled bytecode or with unbuffered output, as some containers ask for, no figure means anything.
    world = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(line, env={**world, "ANTIFRAUD_HOME": str(home)}, input=given, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def start_ups(empty: Path, full: Path) -> None:
    """Bare Python, without lists, with lists, in turn, so that a busy machine troubles all three alike."""
    rows = [(run(BARE, empty), run(CHECK, empty), run(CHECK, full)) for _ in range(PAIRS)]
    bare, without, with_lists = (statistics.median(column) for column in zip(*rows, strict=True))
    added = statistics.median(row[2] - row[1] for row in rows)
    print(f"start-up of check-number --json, median of {PAIRS}: bare Python {bare:.1f} ms,")
    print(f"  without lists {without:.1f} ms = {without / bare:.1f} times, with {with_lists:.1f} ms")
    print(f"  = {with_lists / bare:.1f} times; the lists add {added:.1f} ms")


def look_ups(path: Path, known: list[str]) -> None:
    """Opening, and numbers half of which are listed."""
    print(f"open: {statistics.median(milliseconds(lambda: Store(path).close()) for _ in range(50)):.2f} ms")
    dice = random.Random(2)
    asked = [dice.choice(known) if place % 2 else f"1{dice.randrange(10**10):010}" for place in range(LOOKUPS)]
    with Store(path) as store:
        times = [
            milliseconds(lambda number=number: store.find(number, other_forms(number, ["86"]))) for number in asked
        ]
        found = sum(bool(store.find(number)) for number in asked)
    times.sort()
    print(
        f"look up: median {times[LOOKUPS // 2]:.3f} ms, 99 % below {times[LOOKUPS * 99 // 100]:.3f} ms, "
        f"longest {times[-1]:.2f} ms; {found} of {LOOKUPS} found"
    )


def stream(home: Path, numbers: list[str]) -> None:
    """Numbers a second of processor time, output included."""
    given = "".join(f"{number}\n" for number in numbers[:100_000]).encode()
    line = [*PROGRAM, "check-number", "--json", "--exit-zero", "--location", "CN"]
    taken = run(line, home, given)
    print(f"{given.count(10) / taken * 1000:,.0f} numbers a second")


def main() -> None:
    """Print the figures."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        empty, full = Path(name, "empty"), Path(name, "full")
        empty.mkdir()
        full.mkdir()
        table = full / "table.csv"
        known = write_table(table, entries)
        taken = run([*PROGRAM, "lists", "import", "--force", str(table)], full)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"import of {entries:,} rows: {taken / 1000:.1f} s; file {(full / FILE).stat().st_size / 1e6:.0f} MB; memory {memory:.0f} MB"
        )
        look_ups(full / FILE, known)
        start_ups(empty, full)
        strangers = [f"1{number[1]}{number[:1:-1]}" for number in known]
        for label, home, asked in (
            ("without lists", empty, known),
            ("with lists, all of them listed", full, known),
            ("with lists, hardly any listed", full, strangers),
        ):
            print(f"standard input, {label}: ", end="")
            stream(home, asked)


if __name__ == "__main__":
    main()
