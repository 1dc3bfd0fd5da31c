"""Where the time of a message goes in `batch`: microseconds and messages a second for each stage, on one core.

python benchmarks/stages.py [FILE.jsonl]

With ANTIFRAUD_PURE=1 in Python alone. Without a file: an ordinary notice, a scam, nine notices to one scam, and the texts of corpus/ if it is there. Each figure is
the best of many short runs, so that other programs on the machine hardly count. A stage alone finds its memory warm: in a row
the stages take about a quarter longer than their sum.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from throughput import NOTICE, SCAM

from antifraud_cli import api
from antifraud_cli.batch import records, run
from antifraud_cli.messages.decide import decide
from antifraud_cli.output.escape import as_json

LANGUAGE = "zh-Hans"
TASK = run.Task(LANGUAGE)
ROUNDS = 40
CORPUS = Path(__file__).resolve().parent.parent / "corpus"


def best(stage: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    """Microseconds for one of `inputs`, at best."""
    least = float("inf")
    for _ in range(ROUNDS if len(inputs) < 100 else 5):
        begin = time.perf_counter()
        for one in inputs:
            stage(one)
        least = min(least, time.perf_counter() - begin)
    return least / len(inputs) * 1e6


def stages(texts: Sequence[str]) -> dict[str, float]:
    """Microseconds a message for each stage, and for all in a row."""
    classifier = api.classifier()
    floor = classifier._thresholds["model_floor"]
    lines = [json.dumps({"id": n, "text": text}, ensure_ascii=False) for n, text in enumerate(texts)]
    read = [records._from_json(n, line, "text") for n, line in enumerate(lines)]
    normalized = [classifier._normalize(text) for text in texts]
    plain = [one.text for one in normalized]
    evidence = [classifier.evidence(text) for text in texts]
    opinions = [classifier._model(text, floor) for text in plain]
    weighed = [
        (found, opinion, decide(found.hits, opinion, classifier._rules, classifier._thresholds))
        for found, opinion in zip(evidence, opinions, strict=True)
    ]
    verdicts = [classifier(text) for text in texts]
    raw = [(number, f"{line}\n".encode()) for number, line in enumerate(lines)]
    chunk = records.Chunk(records.Layout("-", "jsonl"), raw, 1, len(raw))
    return {
        "read the line": best(lambda line: records._from_json(1, line, "text"), lines),
        "normalize": best(classifier._normalize, texts),
        "find the rules": best(classifier._matcher.hits, plain),
        "judge addresses": best(classifier._addresses.find, normalized),
        "judge phone numbers": best(lambda text: classifier._numbers.judged(text, LANGUAGE), texts),
        "ask the linear model": best(lambda text: classifier._model(text, floor), plain),
        "decide": best(
            lambda one: decide(one[0].hits, one[1], classifier._rules, classifier._thresholds),
            weighed,
        ),
        "explain": best(
            lambda one: classifier._verdict(one[0].normalized.original, one[0], one[2], one[1], LANGUAGE), weighed
        ),
        "write the JSON": best(lambda verdict: as_json(verdict.as_json()).encode(), verdicts),
        "all in a row, as objects": best(lambda one: as_json(classifier(one.text).as_json()).encode(), read),
        "all in a row, in a batch": best(lambda one: run.work(one, TASK), [chunk]) / len(texts),
    }


def main() -> None:
    """Print a table for each set of texts."""
    sets = {
        "notice": [NOTICE + str(n) for n in range(20)],
        "scam": [SCAM + str(n) for n in range(20)],
        "nine notices to one scam": [(SCAM if n == 9 else NOTICE) + str(n) for n in range(20)],
    }
    files = [Path(name) for name in sys.argv[1:]] or sorted(CORPUS.glob("*/*.jsonl"))
    own = [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]
    if own:
        sets["files" if sys.argv[1:] else "corpus"] = own[:: max(1, len(own) // 1_000)]
    for text in [NOTICE, SCAM] * 500:  # until all is made that is made only for a stream of texts
        api.classify(text)
    for name, texts in sets.items():
        characters = sum(map(len, texts)) / len(texts)
        print(f"\n{name}: {len(texts)} texts, {characters:.0f} characters on average")
        for stage, micros in stages(texts).items():
            print(f"  {stage:28} {micros:8.1f} µs  {1e6 / max(micros, 0.1):10,.0f} /s")


if __name__ == "__main__":
    main()
