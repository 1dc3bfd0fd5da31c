"""Chunks judged by one process or several, in order and in bounded memory."""

from __future__ import annotations

import contextlib
import gc
import mmap
import multiprocessing
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from itertools import cycle
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import NamedTuple

from antifraud_cli.batch.live import CHECK_SECONDS, Check, go_on
from antifraud_cli.batch.records import Chunk
from antifraud_cli.batch.run import Done, Task, work

ALONE = 1000
"""Records that the main process judges itself: a pool would cost more than it saves."""
QUEUED = 4
"""Chunks under way for each worker: a slow record holds up the writing, and meanwhile the others go on with these."""
PLACE = 4 << 20
"""Bytes of shared memory for the answers to one chunk, taken only as far as they are written to; longer answers go through a pipe."""
_PATIENCE = 5.0
"""Seconds to wait for the executor's own thread, which ends when its workers are gone."""


def in_order(
    chunks: Iterable[Chunk], task: Task, workers: int, queued: int = QUEUED, check: Check = go_on
) -> Generator[tuple[Chunk, Done], None, None]:
    """Each chunk with what became of it, in order; at most `queued` a worker are under way.

    `check` is called while waiting. Raises BrokenProcessPool if a worker was killed.
    """
    alone = 0
    pool: Pool | None = None
    ends: list[Exception] = []
    try:
        for chunk in _until_error(chunks, ends):
            if pool is None and (workers == 1 or alone + chunk.size <= ALONE or chunk.is_last_for_now):
                alone += chunk.size
                yield chunk, work(chunk, task)
                continue
            pool = pool or Pool(task, workers, queued)
            pool.submit(chunk)
            # Before waiting for more to arrive, everything that arrived is answered.
            while pool.waiting and (chunk.is_last_for_now or pool.is_full or pool.waiting[0].future.done()):
                yield pool.first(check)
        while pool is not None and pool.waiting:
            yield pool.first(check)
        for error in ends:
            raise error
    except BrokenProcessPool:
        check()  # a signal to all processes at once asks for an end, and is no mishap of a worker
        raise
    finally:
        if pool is not None:
            pool.end()


def _until_error(chunks: Iterable[Chunk], ends: list[Exception]) -> Iterator[Chunk]:
    """The chunks until a source breaks off; its error goes to `ends`, as what was read until then is to be answered first."""
    try:
        yield from chunks
    except Exception as error:
        ends.append(error)


class Waiting(NamedTuple):
    """A chunk that a worker has or will have."""

    chunk: Chunk
    place: int
    """Where its answers will lie in the shared memory."""
    future: Future[tuple[Done, int]]
    """What became of it, and how many bytes lie in the shared memory instead of in it."""


class Pool:
    """Worker processes, and the chunks that they are at work on."""

    def __init__(self, task: Task, workers: int, queued: int) -> None:
        """Start them; at most `queued` chunks a worker are to be under way.

        They get the task here and not with every chunk, as own rules are long.
        """
        # A fork shares the knowledge that is loaded already, and memory; elsewhere it is unsafe or unknown.
        method = "fork" if sys.platform == "linux" else "spawn"
        self.waiting: deque[Waiting] = deque()
        """Chunks under way, in order."""
        self._wanted = workers
        self._most = queued * workers
        self._places = cycle(range(self._most))
        self._shared: mmap.mmap | None = None
        if method == "fork":
            with contextlib.suppress(OSError):  # a system that sets aside whatever is asked for: all goes through pipes
                self._shared = mmap.mmap(-1, self._most * PLACE)
        self._workers: set[BaseProcess] = set()
        gc.freeze()  # a worker that looked through it for rubbish would make a copy of it
        context = multiprocessing.get_context(method)
        self._executor = ProcessPoolExecutor(workers, context, _begin_worker, (task, self._shared))

    @property
    def is_full(self) -> bool:
        """Whether one has to be taken away before the next one is submitted."""
        return len(self.waiting) >= self._most

    def submit(self, chunk: Chunk) -> None:
        """Have a chunk judged."""
        place = next(self._places)
        self.waiting.append(Waiting(chunk, place, self._executor.submit(_work_on, chunk, place)))
        if len(self._workers) < self._wanted:  # they are started one by one, as there is work for them
            self._workers.update(multiprocessing.active_children())

    def first(self, check: Check) -> tuple[Chunk, Done]:
        """The chunk that waits longest, and what became of it, which is true until the next one is submitted.

        `check` is called while waiting. Raises BrokenProcessPool if a worker was killed.
        """
        chunk, place, future = self.waiting.popleft()
        while True:
            try:
                done, size = future.result(CHECK_SECONDS)
            except TimeoutError:
                check()
            else:
                if size and self._shared is not None:
                    done = done._replace(data=_place(self._shared, place)[:size])
                return chunk, done
            # The executor notices a worker that was killed, but not in the middle of an answer.
            if any(worker.exitcode is not None for worker in self._workers):
                raise BrokenProcessPool

    def end(self) -> None:
        """End the workers at once: whatever is still under way is not wanted any more.

        To ask them and wait could be for ever: a worker that was killed just then may hold the lock that the others wait for.
        """
        own = threading.current_thread()
        threads = [thread for thread in threading.enumerate() if thread is not own and not thread.daemon]
        answers = getattr(self._executor, "_result_queue", None)
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
            process.join(_PATIENCE)
        # A worker that ends in the middle of an answer leaves the executor's own thread waiting for the rest of it, for ever,
        # as this process holds the other end of the pipe too.
        if answers is not None:
            answers._writer.close()
        # That thread must not be closing its pipes while the interpreter, ending, still writes to them.
        for thread in threads:
            thread.join(_PATIENCE)


def _place(shared: mmap.mmap, place: int) -> memoryview:
    return memoryview(shared)[place * PLACE : (place + 1) * PLACE]


_task = Task("")
"""What a worker does."""
_shared: mmap.mmap | None = None
"""Where it leaves its answers: through a pipe, each byte would be copied three times more."""


def _work_on(chunk: Chunk, place: int) -> tuple[Done, int]:
    done = work(chunk, _task)
    size = len(done.data)
    if _shared is None or size > PLACE:
        return done, 0
    _place(_shared, place)[:size] = done.data
    return done._replace(data=b""), size


def _begin_worker(task: Task, shared: mmap.mmap | None) -> None:
    """Leave Ctrl-C to the main process, and do not outlive it."""
    global _task, _shared
    _task, _shared = task, shared
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A main process that is killed cannot say goodbye; its workers would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        signal.raise_signal(signal.SIGTERM)
