"""Compile `data/text/words.txt`: the small dictionary by which jieba finds word boundaries."""

from __future__ import annotations

from pathlib import Path

from antifraud_cli.knowledge.document import Collector

MAX_LENGTH = 12


def read(data_dir: Path, collector: Collector) -> dict[str, int]:
    """Word -> frequency. A line is a word, or a word and a frequency; `#` begins a comment."""
    path = data_dir / "text/words.txt"
    words: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("#")[0].split()
        if not fields:
            continue
        shown = "data/text/words.txt"
        if len(fields) > 2 or (len(fields) == 2 and not fields[1].isdigit()):
            collector.problems.note(shown, number, "", f"expected a word and at most a number, found {line!r}")
        elif len(fields[0]) > MAX_LENGTH:
            collector.problems.note(shown, number, "", f"{fields[0]!r} is longer than {MAX_LENGTH} characters")
        elif fields[0] in words:
            collector.problems.note(shown, number, "", f"{fields[0]!r} stands twice")
        else:
            words[fields[0]] = int(fields[1]) if len(fields) == 2 else 100
    return words
