"""Peak memory of `antifraud batch` for few and for many records: it must not grow with the input. Linux only.

python benchmarks/batch_memory.py 10000 3000000 [--short] [OPTION OF BATCH]…

--short: messages of a few characters, which are judged ten times as fast; what flows through is as many records.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEXTS = [
    "晚上一起吃饭吗，记得把上次借的书带来",
    "【中国移动】尊敬的客户，您的话费余额不足10元，请及时充值以免影响使用，如已缴费请忽略本条短信。",
    "我是市公安局民警，你名下银行卡涉嫌洗钱，请配合调查，把资金转入安全账户，不要告诉家人",
    "会议改到三点，地点不变",
]
SHARE_OF_SCAM = 20
"""One message in so many is a scam."""


def write(path: Path, records: int, short: bool) -> None:
    """A JSONL file of made-up messages, each a little different."""
    with path.open("w", encoding="utf-8") as stream:
        for number in range(records):
            text = TEXTS[2] if number % SHARE_OF_SCAM == 0 else TEXTS[(0, 1, 3)[number % 3]]
            text = "好的" if short else text
            stream.write(json.dumps({"id": number, "text": f"{text} {number % 1000}"}, ensure_ascii=False) + "\n")


def memory(process: int) -> tuple[int, int]:
    """Peak of one process, and its share of what is in memory now; KiB."""
    peak = share = 0
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            peak = int(line.split()[1])
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            share = int(line.split()[1])
    return peak, share


def measure(path: Path, options: list[str]) -> tuple[int, int, float]:
    """Peak of the largest process and of all together (KiB), and seconds."""
    begin = time.perf_counter()
    line = [sys.executable, "-m", "antifraud_cli", "batch", str(path), "--exit-zero", *options]
    main = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    largest = together = 0
    while main.poll() is None:
        try:
            children = Path(f"/proc/{main.pid}/task/{main.pid}/children").read_text().split()
            found = [memory(process) for process in (main.pid, *map(int, children))]
        except OSError:
            continue
        largest = max(largest, *(peak for peak, _ in found))
        together = max(together, sum(share for _, share in found))
        time.sleep(0.2)
    if main.returncode:
        sys.exit(f"status {main.returncode}")
    return largest, together, time.perf_counter() - begin


def main() -> None:
    """Print a line for each number of records."""
    counts = [int(argument) for argument in sys.argv[1:] if argument.isdigit()] or [10_000, 3_000_000]
    options = [argument for argument in sys.argv[1:] if not argument.isdigit() and argument != "--short"]
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            path = Path(folder) / "in.jsonl"
            write(path, count, short="--short" in sys.argv)
            largest, together, seconds = measure(path, ["-o", str(Path(folder) / f"{count}.jsonl.gz"), *options])
            print(
                f"{count:>9,} records: largest process {largest / 1024:6.1f} MiB, all together {together / 1024:6.1f} MiB,"
                f" {seconds:7.1f} s, {count / seconds:8,.0f} a second",
                flush=True,
            )


if __name__ == "__main__":
    main()
