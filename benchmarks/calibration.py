"""How often the best score of a message is right, by score band: on labelled files, or on held-out folds of corpus/.

    python benchmarks/calibration.py FILE.jsonl... [--half even|odd]
    python benchmarks/calibration.py --folds [--extra FOLDER]     needs what `make model` needs

A line of a file is {"text": ..., "expect": category or "none", "also": [category, ...]?}. Right is a message whose best
category is the expected one or one of `also`; whoever alarms on an innocent message is wrong. With --folds the linear
model is trained five times, each time without the texts it is then asked about; the rules saw them all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
sys.path.insert(0, str(REPOSITORY / "training"))

from antifraud_cli.knowledge import store  # noqa: E402
from antifraud_cli.knowledge.compiler import model_parts  # noqa: E402
from antifraud_cli.messages.classify import Classifier  # noqa: E402
from antifraud_cli.messages.linear import LinearModel, grams_of  # noqa: E402

BANDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0001)
FOLDS = 5
Judged = tuple[float, bool, bool]
"""Best score, whether its category is right, whether the message is a scam at all."""


def judge(classifier: Classifier, rows: Iterable[dict[str, Any]]) -> Iterator[Judged]:
    """One entry for each message that the program alarms on."""
    for row in rows:
        verdict = classifier(row["text"])
        if verdict.level == "none":
            continue
        expected = row.get("expect") or row["label"]
        right = verdict.category == expected or verdict.category in row.get("also", ())
        score = next(item.score for item in verdict.categories if item.id == verdict.category)
        yield score, right, expected != "none"


def show(name: str, judged: list[Judged]) -> None:
    """One table row a band."""
    print(f"\n{name}: {len(judged)} alarms\n| score | alarms | right category | a scam at all |\n|---|---|---|---|")
    for low, high in zip(BANDS, BANDS[1:], strict=False):
        within = [item for item in judged if low <= item[0] < high]
        if within:
            right, scams = (sum(item[place] for item in within) / len(within) for place in (1, 2))
            print(f"| {low:.2f} to {min(high, 1):.2f} | {len(within)} | {right:.3f} | {scams:.3f} |")
    high_ones = [item for item in judged if item[0] >= 0.9]
    if high_ones:
        print(f"0.9 and above: {sum(item[1] for item in high_ones) / len(high_ones):.3f} right of {len(high_ones)}")


def read(path: Path, half: str | None) -> list[dict[str, Any]]:
    """The lines of a file; of one half only, counted from 1, if asked."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if half is None:
        return rows
    return rows[1::2] if half == "even" else rows[::2]


def folds(extra: Path | None) -> Iterator[Judged]:
    """The corpus, each fifth judged with a model that was trained on the other four."""
    import numpy
    import train

    rows = train.read_corpus(REPOSITORY / "corpus")
    public = list(train.read_extra(extra)) if extra else []
    classifier = Classifier(store.load)
    everything = rows + public
    grams = [grams_of(classifier.evidence(row["text"]).normalized.text) for row in everything]
    order = numpy.random.default_rng(7).permutation(len(rows))
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS].tolist())
        seen = [place for place in range(len(everything)) if place not in held]
        model = train.Trained([grams[place] for place in seen], [everything[place] for place in seen])
        parts = model_parts(model.packed())
        classifier._model = LinearModel(parts.__getitem__)
        yield from judge(classifier, (rows[place] for place in sorted(held)))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--half", choices=("even", "odd"))
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--extra", type=Path)
    options = parser.parse_args()
    everything: list[Judged] = []
    for path in options.files:
        judged = list(judge(Classifier(store.load), read(path, options.half)))
        show(path.stem, judged)
        everything += judged
    if len(options.files) > 1:
        show("all files", everything)
    if options.folds:
        show("folds of corpus/", list(folds(options.extra)))


if __name__ == "__main__":
    main()
