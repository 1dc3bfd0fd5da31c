"""Judge chunks of records: what every process does, the main one and workers alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from antifraud_cli.batch import compression, formats
from antifraud_cli.batch.faults import Fault
from antifraud_cli.batch.fields import Judged
from antifraud_cli.batch.formats import Shape
from antifraud_cli.batch.records import Chunk, Record, records_of
from antifraud_cli.batch.tally import LEVELS, Tally
from antifraud_cli.errors import AntifraudError
from antifraud_cli.output.escape import as_json
from antifraud_cli.text.lookup import Later

if TYPE_CHECKING:
    from antifraud_cli.knowledge.ownrules import OwnRules
    from antifraud_cli.messages.written import Writer

_PATIENCE_OF_WRITING = 200
"""Records that are written as objects: before, it would cost more to prepare for anything else."""


@dataclass(frozen=True)
class Task:
    """What is to be done with every chunk."""

    lang: str
    """Language of reasons and advice."""
    shape: Shape = Shape()
    """What is written, and how."""
    compression: str = ""
    """gzip, zstd or nothing."""
    min_level: str = "none"
    """Lowest level that is written."""
    dedupe: bool = False
    """Whether each text of a chunk is judged and written once."""
    rules: OwnRules | None = None
    """The person's own rules."""


class Done(NamedTuple):
    """What became of a chunk."""

    data: bytes | memoryview
    """Ready to be written, before the next one is asked for."""
    faults: list[Fault]
    """Records that could not be read."""
    tally: Tally
    """Counts."""


def work(chunk: Chunk, task: Task) -> Done:
    """Read, judge and format a chunk. Pure but for the knowledge loaded on first use."""
    tally = Tally()
    faults: list[Fault] = []
    write = _writer(task.lang, task.rules)(chunk.size) if formats.is_whole(task.shape) else None
    if write is not None:
        data = b"".join(_answers(chunk, task, tally, faults, partial(_written, write, task.shape.counted)))
    else:
        # Verdicts are made one by one as they are written: all of a chunk at once would take far more memory than their text.
        columns = chunk.items if isinstance(chunk.items, bytes) else None
        answers = _answers(chunk, task, tally, faults, partial(_judged, chunk.layout.source, task))
        data = formats.body(answers, task.shape, columns, chunk.first)
    return Done(compression.packed(data, task.compression), faults, tally)


Answer = TypeVar("Answer")
Found = tuple[str, "str | None", tuple[str, ...], Answer]
"""Level, category, rules that found something, each once, and whatever is wanted as the answer."""


def _answers(
    chunk: Chunk, task: Task, tally: Tally, faults: list[Fault], judge: Callable[[Record, int], Found[Answer]]
) -> Iterator[Answer]:
    """The answers that are wanted; all are counted in `tally`, and what has none goes to `faults`."""
    wanted = LEVELS[: LEVELS.index(task.min_level) + 1]
    outcomes: dict[tuple[str, str | None, tuple[str, ...]], int] = {}  # counted at the end: most are like one before
    records = records_of(chunk)
    for record, count in _counted(records) if task.dedupe else zip(records, repeat(1)):
        if isinstance(record, Record):
            try:
                level, category, rules, answer = judge(record, count)
            except AntifraudError as error:
                record = Fault(record.line, "batch.refused", error.message, raw=record.own)
        if isinstance(record, Fault):
            faults += [record] * count
            tally.faults += count
            continue
        outcome = level, category, rules
        outcomes[outcome] = outcomes.get(outcome, 0) + count
        tally.duplicates += count - 1
        if level in wanted:
            tally.written += 1
            yield answer
    for (level, category, rules), count in outcomes.items():
        tally.count(level, category, rules, count)


def _judged(source: str, task: Task, record: Record, count: int) -> Found[Judged]:
    """The verdict on one record. Raises AntifraudError for a text that cannot be judged."""
    from antifraud_cli import api

    verdict = api.classify(record.text, lang=task.lang, rules=task.rules)
    rules = tuple([signal.rule for signal in verdict.signals])
    return verdict.level, verdict.category, rules, Judged(source, record, verdict, count)


def _written(write: Writer, counted: bool, record: Record, count: int) -> Found[bytes]:
    """The same as a line of JSON."""
    return write(record.text, record.own, count if counted else 0)


@lru_cache(maxsize=4)
def _writer(lang: str, rules: OwnRules | None) -> Later[Writer]:
    """What judges and writes by the compiled module, once there were some records."""
    from antifraud_cli import api

    return Later(lambda: api.classifier_with(rules).writer(lang, as_json), _PATIENCE_OF_WRITING)


def _counted(records: Iterable[Record | Fault]) -> Iterator[tuple[Record | Fault, int]]:
    """Each record with the number of those of the same text; these are left out after the first one."""
    first: dict[str, list[int]] = {}
    kept: list[tuple[Record | Fault, list[int]]] = []
    for record in records:
        count = [0] if isinstance(record, Fault) else first.setdefault(record.text, [0])
        count[0] += 1
        if count[0] == 1:
            kept.append((record, count))
    for record, count in kept:
        yield record, count[0]
