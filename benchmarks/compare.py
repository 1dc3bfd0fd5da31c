"""antifraud beside what a user would otherwise pick (benchmarks/peers.py), in one run; prints the tables of docs/comparison.md.

    python benchmarks/compare.py --bench FOLDER [--public FOLDER]    labelled files, {"text", "expect", "also"?} a line
    python benchmarks/compare.py                                     five folds of corpus/ instead
    python benchmarks/compare.py --only regex,antifraud ...

Needs scikit-learn (which brings numpy and scipy); a peer whose package or program is missing is left out. Each peer runs in a
process of its own on one core. --public names the folder of public sets that the shipped model learnt from (docs/model.md).
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from peers import NONE, PEERS, REPOSITORY, Peer

FOLDS = 5
STARTS = 3
ONE_BY_ONE = 300
DISTRIBUTIONS = ("jieba", "numpy", "scipy", "scikit-learn", "ahocorasick-rs")
Row = dict[str, Any]
Answers = list[str | None]
"""One answer a row; None where the peer was not asked."""


# In the process of one peer


def processor_time() -> float:
    """Seconds of processor time of this process and of those it has started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_memory() -> float:
    """Most memory that this process, or one it has started, held at a time, in MB."""
    own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return max(int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def train(peer: Peer, folder: Path) -> None:
    """Read rows.json, write state.pickle."""
    assert peer.train
    (folder / "state.pickle").write_bytes(pickle.dumps(peer.train(json.loads((folder / "rows.json").read_text()))))


def judge(peer: Peer, folder: Path) -> None:
    """Read state.pickle and texts.json, write result.json: answers and costs."""
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    state = pickle.loads((folder / "state.pickle").read_bytes()) if peer.train else None
    answer = peer.load(state)
    answer(["你好"])
    ready = time.time()
    texts = json.loads((folder / "texts.json").read_text())
    result: dict[str, Any] = {"ready": ready}
    if texts:
        begin = processor_time()
        answer(texts[:1])
        start = processor_time() - begin if peer.program else 0.0
        begin = processor_time()
        result["answers"] = answer(texts)
        result["bulk"] = len(texts) / (processor_time() - begin - start)
        few = texts[:: max(1, len(texts) // ONE_BY_ONE)]
        if not peer.program:
            begin = processor_time()
            for text in few:
                answer([text])
            result["single"] = len(few) / (processor_time() - begin)
        result["memory"] = peak_memory()
    (folder / "result.json").write_text(json.dumps(result))


# In the process that compares


def run(name: str, step: str, folder: Path) -> None:
    """One step of one peer in a process of its own, with one thread."""
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--step", step, "--only", name, "--folder", str(folder)]
    subprocess.run(command, check=True, env={**os.environ, **threads})


def measure(name: str, learn: list[Row], texts: list[str]) -> dict[str, Any]:
    """Answers and costs of a peer that learns from `learn` and is asked about `texts`."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if PEERS[name].train:
            (folder / "rows.json").write_text(json.dumps(learn))
            run(name, "train", folder)
        starts = []
        for asked in [[]] * (STARTS - 1) + [texts]:
            (folder / "texts.json").write_text(json.dumps(asked))
            begin = time.time()
            run(name, "judge", folder)
            result = json.loads((folder / "result.json").read_text())
            starts.append(result["ready"] - begin)
        return {**result, "start": min(starts)}


def ask(name: str, learn: list[Row], rows: list[Row]) -> tuple[Answers, dict[str, Any]]:
    """Ask a peer about all rows, or about as many, evenly spread over the files, as it is quick enough for."""
    places = list(range(len(rows)))
    if sample := PEERS[name].sample:
        files = sorted({row["file"] for row in rows})
        each = max(1, sample // len(files))
        places = []
        for file in files:
            own = [place for place, row in enumerate(rows) if row["file"] == file]
            places += [own[index * len(own) // min(each, len(own))] for index in range(min(each, len(own)))]
    result = measure(name, learn, [rows[place]["text"] for place in places])
    answers: Answers = [None] * len(rows)
    for place, answer in zip(places, result.pop("answers"), strict=True):
        answers[place] = answer
    return answers, result


def ask_folds(name: str, learn: list[Row], rows: list[Row]) -> tuple[Answers, dict[str, Any]]:
    """Ask about each fifth of the corpus a peer that learnt from the other four; costs are those of the last."""
    if not PEERS[name].train:
        return ask(name, learn, rows)
    answers: Answers = [None] * len(rows)
    costs: dict[str, Any] = {}
    for fold in range(FOLDS):
        seen = [row for place, row in enumerate(rows) if place % FOLDS != fold]
        answers[fold::FOLDS], costs = ask(name, seen + learn, rows[fold::FOLDS])
    return answers, costs


def read_bench(folder: Path) -> list[Row]:
    """All labelled files of a folder; `half` says whether a line is the first, third, … of its file."""
    return [
        {**json.loads(line), "file": path.stem, "half": ("odd", "even")[place % 2]}
        for path in sorted(folder.glob("*.jsonl"))
        for place, line in enumerate(path.read_text(encoding="utf-8").splitlines())
    ]


def share(hits: list[bool]) -> str:
    """A share, or a dash where there is nothing to count."""
    return f"{sum(hits) / len(hits):.2f}" if hits else "–"


def found(row: Row, answer: str) -> bool | None:
    """Of scams: is it an alarm?"""
    return None if row["expect"] == NONE else answer != NONE


def right(row: Row, answer: str) -> bool | None:
    """Of scams: is it an alarm with the right category?"""
    return None if row["expect"] == NONE else answer == row["expect"] or answer in row.get("also", ())


def alarm(row: Row, answer: str) -> bool | None:
    """Of innocent texts: is it an alarm?"""
    return answer != NONE if row["expect"] == NONE else None


def table(rows: list[Row], answers: dict[str, Answers], asks: Callable[[Row, str], bool | None]) -> None:
    """One line a file, one column a peer: all lines, and in parentheses the odd lines only."""
    files = list(dict.fromkeys(row["file"] for row in rows))
    print(f"| file | texts | {' | '.join(answers)} |\n|---|{'---|' * (len(answers) + 1)}")
    sums: dict[str, list[tuple[str, str]]] = {name: [] for name in answers}
    for file in files:
        cells, count = [], 0
        for name, given in answers.items():
            pairs = [(row, said) for row, said in zip(rows, given, strict=True) if row["file"] == file and said]
            judged = [(row, asks(row, said)) for row, said in pairs]
            hits = [(row, hit) for row, hit in judged if hit is not None]
            count = max(count, len(hits))
            both = share([hit for _, hit in hits]), share([hit for row, hit in hits if row.get("half") == "odd"])
            sums[name].append(both)
            cells.append(both[0] if both[1] == "–" else f"{both[0]} ({both[1]})")
        if count:
            print(f"| {file} | {count} | {' | '.join(cells)} |")
    means = [" (".join(_mean(column) for column in zip(*each, strict=True)) + ")" for each in sums.values()]
    print(f"| mean of the files | | {' | '.join(mean.replace(' (–)', '') for mean in means)} |\n")


def _mean(cells: tuple[str, ...]) -> str:
    values = [float(cell) for cell in cells if cell != "–"]
    return f"{sum(values) / len(values):.2f}" if values else "–"


def processor() -> str:
    """The processor's name, where the system tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def versions() -> str:
    """Versions of everything that was compared."""
    from antifraud_cli import __version__

    names = [f"antifraud {__version__}", f"Python {platform.python_version()}"]
    for name in DISTRIBUTIONS:
        try:
            names.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    if not PEERS["spamassassin"].missing():
        done = subprocess.run(["spamassassin", "--version"], capture_output=True, text=True, check=True)
        names.append(done.stdout.splitlines()[0].replace(" version", ""))
    return ", ".join(names)


def compare(names: list[str], bench: Path | None, public: Path | None) -> None:
    """Run all peers and print the tables."""
    sys.path.insert(0, str(REPOSITORY / "training"))
    try:
        import train as training
    except ImportError as error:
        sys.exit(f"{error.name} is not installed: python -m pip install scikit-learn")
    corpus = training.read_corpus(REPOSITORY / "corpus")
    extra = list(training.read_extra(public)) if public else []
    if bench:
        rows = read_bench(bench)
    else:
        print("Five folds of corpus/. Unfair to the others: the rules and the model of antifraud saw all of it.\n")
        rows = [
            {**row, "expect": row["label"], "file": "innocent" if row["label"] == NONE else "scam"} for row in corpus
        ]
    print(f"{date.today()}, {processor()}, {platform.system()}; {versions()}\n")
    print("| | messages a second, in bulk | one at a time | start, s | memory, MB |\n|---|---|---|---|---|")
    answers: dict[str, Answers] = {}
    for name in names:
        peer = PEERS[name]
        if missing := peer.missing():
            print(f"left out {name}: {missing} is not installed", file=sys.stderr)
            continue
        if peer.public_too and not extra:
            continue
        more = extra if peer.public_too else []
        answers[name], cost = ask(name, corpus + more, rows) if bench else ask_folds(name, more, rows)
        single = f"{cost['single']:,.0f}" if "single" in cost else "–"
        print(f"| {name} | {cost['bulk']:,.0f} | {single} | {cost['start']:.2f} | {cost['memory']:.0f} |", flush=True)
    print()
    for title, asks in (("Scams found", found), ("Right category", right), ("Alarm on innocent texts", alarm)):
        print(f"### {title}\n")
        shown = {name: given for name, given in answers.items() if asks is not right or PEERS[name].categories}
        table(rows, shown, asks)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path)
    parser.add_argument("--public", type=Path)
    parser.add_argument("--only", default=",".join(PEERS), help="names, separated by commas")
    parser.add_argument("--step", choices=("train", "judge"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := [name for name in names if name not in PEERS]:
        parser.error(f"no such peer: {', '.join(unknown)}; there are {', '.join(PEERS)}")
    if options.step:
        {"train": train, "judge": judge}[options.step](PEERS[names[0]], options.folder)
    else:
        compare(names, options.bench, options.public)


if __name__ == "__main__":
    main()
