"""What a person's own rules cost: start-up with none, with 200 kept compiled, with 200 to compile; and batch.

    python benchmarks/own_rules.py [--runs 15]

The rules are every third of ours under other ids. Figures are medians of runs taken in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from antifraud_cli.knowledge import store

SCAM = "我是市公安局民警,你名下银行卡涉嫌洗钱,请配合调查,把资金转入安全账户,不要告诉家人,并下载会议软件共享屏幕"
PROGRAM = [sys.executable, "-m", "antifraud_cli", "classify", "--json", "-"]


def write_rules(folder: Path, count: int) -> None:
    """So many rules that a person could have written."""
    rows: list[tuple[str, dict[str, Any]]] = []
    for path in sorted((store.data_dir() / "rules").glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        if document.get("category"):
            rows += [(document["category"], row) for row in document["rules"] if not row.get("unless_rules")]
    for number, (category, row) in enumerate(rows[::3][:count]):
        row.update(id=f"my.{number}", source="一位志愿者", status="verified")
        row.pop("reviewed", None)
        value = {"category": category, "rules": [row]}
        file = folder / f"{category}.yaml"
        if file.exists():
            value = json.loads(file.read_text(encoding="utf-8"))
            value["rules"].append(row)
        file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def seconds(command: list[str], home: Path) -> float:
    """Wall time of one process."""
    variables = {**os.environ, "ANTIFRAUD_HOME": str(home)}
    begin = time.perf_counter()
    done = subprocess.run(command, input=SCAM.encode(), capture_output=True, env=variables)
    took = time.perf_counter() - begin
    if done.returncode not in (0, 1) or done.stderr:
        sys.exit(done.stderr.decode())
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        none, some = Path(folder, "none"), Path(folder, "some")
        none.mkdir()
        (some / "rules").mkdir(parents=True)
        write_rules(some / "rules", 200)
        for path in (some / "rules").iterdir():
            os.utime(path, (1_500_000_000, 1_500_000_000))
        first = seconds(PROGRAM, some)
        time.sleep(2.5)  # until the files count as settled
        seconds(PROGRAM, some)
        figures: dict[str, list[float]] = {"bare": [], "none": [], "kept": []}
        for _ in range(options.runs):
            figures["bare"].append(seconds([sys.executable, "-c", "pass"], none))
            figures["none"].append(seconds(PROGRAM, none))
            figures["kept"].append(seconds(PROGRAM, some))
    bare = statistics.median(figures["bare"])
    for name, times in figures.items():
        took = statistics.median(times)
        print(f"{name:6} {took * 1000:7.1f} ms  {took / bare:5.2f} times bare Python")
    print(f"to compile 200 rules: {first * 1000:.0f} ms")


if __name__ == "__main__":
    main()
