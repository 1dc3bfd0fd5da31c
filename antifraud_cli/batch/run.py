"""Judge chunks of records, with one process or several, in order and in bounded memory."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from antifraud_cli.batch import compression, formats
from antifraud_cli.batch.faults import Fault
from antifraud_cli.batch.fields import Judged
from antifraud_cli.batch.formats import Shape
from antifraud_cli.batch.live import CHECK_SECONDS, Check, go_on
from antifraud_cli.batch.records import Chunk, Record, records_of
from antifraud_cli.batch.tally import LEVELS, Tally
from antifraud_cli.errors import AntifraudError
from antifraud_cli.output.escape import as_json
from antifraud_cli.text.lookup import Later

if TYPE_CHECKING:
    from antifraud_cli.knowledge.ownrules import OwnRules
    from antifraud_cli.messages.written import Writer

ALONE = 1000
"""Records that the main process judges itself: a pool would cost more than it saves."""
_PATIENCE_OF_WRITING = 200
"""Records that are written as objects: before, it would cost more to prepare for anything else."""
_PATIENCE = 5.0
"""Seconds to wait for the pool's own thread, which ends when its workers are gone."""
QUEUED = 8
"""Chunks under way for each worker: a slow record holds up the writing, and meanwhile the others go on with these."""


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

    data: bytes
    """Ready to be written."""
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


def in_order(
    chunks: Iterable[Chunk], task: Task, workers: int, queued: int = QUEUED, check: Check = go_on
) -> Generator[tuple[Chunk, Done], None, None]:
    """Each chunk with what became of it, in order; at most `queued` a worker are under way.

    `check` is called while waiting. Raises BrokenProcessPool if a worker was killed.
    """
    alone = 0
    pool: ProcessPoolExecutor | None = None
    waiting: deque[tuple[Chunk, Future[Done]]] = deque()
    used: set[BaseProcess] = set()
    try:
        for chunk in chunks:
            if pool is None and (workers == 1 or alone + chunk.size <= ALONE or chunk.is_last_for_now):
                alone += chunk.size
                yield chunk, work(chunk, task)
                continue
            pool = pool or start_pool(workers, task)
            waiting.append((chunk, pool.submit(_work_on, chunk)))
            used.update(multiprocessing.active_children())
            # Before waiting for more to arrive, everything that arrived is answered.
            while waiting and (chunk.is_last_for_now or len(waiting) >= queued * workers or waiting[0][1].done()):
                yield _first(waiting, used, check)
        while waiting:
            yield _first(waiting, used, check)
    except BrokenProcessPool:
        check()  # a signal to all processes at once asks for an end, and is no mishap of a worker
        raise
    finally:
        _end(pool)


def _first(waiting: deque[tuple[Chunk, Future[Done]]], workers: set[BaseProcess], check: Check) -> tuple[Chunk, Done]:
    chunk, future = waiting.popleft()
    while True:
        try:
            return chunk, future.result(CHECK_SECONDS)
        except TimeoutError:
            check()
        # The pool notices a worker that was killed, but not in the middle of an answer.
        if any(worker.exitcode is not None for worker in workers):
            raise BrokenProcessPool


def start_pool(workers: int, task: Task) -> ProcessPoolExecutor:
    """A pool whose workers leave Ctrl-C to the main process and do not outlive it.

    They get the task here and not with every chunk, as own rules are long.
    """
    # A fork shares the knowledge that is loaded already; elsewhere it is unsafe or unknown.
    method = "fork" if sys.platform == "linux" else "spawn"
    gc.freeze()  # a worker that looked through it for rubbish would make a copy of it
    return ProcessPoolExecutor(workers, multiprocessing.get_context(method), _begin_worker, (task,))


_task = Task("")
"""What a worker does."""


def _work_on(chunk: Chunk) -> Done:
    return work(chunk, _task)


def _begin_worker(task: Task) -> None:
    global _task
    _task = task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A main process that is killed cannot say goodbye; its workers would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        signal.raise_signal(signal.SIGTERM)


def _end(pool: ProcessPoolExecutor | None) -> None:
    """End the workers at once: whatever is still under way is not wanted any more.

    To ask them and wait could be for ever: a worker that was killed just then may hold the lock that the others wait for.
    """
    if pool is None:
        return
    own = threading.current_thread()
    threads = [thread for thread in threading.enumerate() if thread is not own and not thread.daemon]
    answers = getattr(pool, "_result_queue", None)
    pool.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()
        process.join(_PATIENCE)
    # A worker that ends in the middle of an answer leaves the pool's own thread waiting for the rest of it, for ever, as this
    # process holds the other end of the pipe too.
    if answers is not None:
        answers._writer.close()
    # That thread must not be closing its pipes while the interpreter, ending, still writes to them.
    for thread in threads:
        thread.join(_PATIENCE)
