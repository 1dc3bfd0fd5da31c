"""A whole run: sources in, targets out, a checkpoint now and then, so that it may be stopped and go on at any time."""

from __future__ import annotations

import contextlib
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol

from antifraud_cli.batch import compression, formats
from antifraud_cli.batch.checkpoint import State
from antifraud_cli.batch.faults import Fault
from antifraud_cli.batch.fields import own_of
from antifraud_cli.batch.formats import Shape
from antifraud_cli.batch.pool import QUEUED, in_order
from antifraud_cli.batch.records import Chunk, Record, records_of
from antifraud_cli.batch.run import Done, Task
from antifraud_cli.batch.sources import Reading, Source, checksum
from antifraud_cli.batch.tally import Tally
from antifraud_cli.batch.targets import Target
from antifraud_cli.output.escape import as_json

CHECKPOINT_SECONDS = 1.0
"""What a run that is killed has to do again, at most."""
WINDOWS_QUEUED = 2
"""Chunks under way for each worker where duplicates are looked for: these are large."""

Opener = Callable[[str], "contextlib.AbstractContextManager[BinaryIO]"]


class SourceChangedError(Exception):
    """What was read before the interruption is not what stands there now."""


class ColumnsDifferError(Exception):
    """A source has other columns than the first one, and one Parquet file cannot hold both."""


class Watcher(Protocol):
    """Is told how a run goes."""

    def fault(self, source: str, fault: Fault) -> str:
        """A record cannot be read; gives the reason in words."""

    def advance(self, tally: Tally, share: float) -> None:
        """So much was found in that share (0 to 1; 0 if unknown) of all sources."""


@dataclass(frozen=True)
class Job:
    """What is to be done."""

    sources: tuple[str, ...]
    """Names of the sources."""
    opener: Opener
    """Opens one of them."""
    reading: Reading
    """How they are read."""
    task: Task
    """What is done with their records; the columns of a table are those of the first source."""
    workers: int
    """Processes."""
    size: int = 0
    """Bytes of all sources; 0 if unknown."""


class Run:
    """One run of a job."""

    def __init__(self, job: Job, target: Target, errors: Target | None, watcher: Watcher) -> None:
        """`errors` takes the bad records."""
        self._job = job
        self._target = target
        self._errors = errors
        self._watcher = watcher
        self._state_path: Path | None = None
        self._seconds_before = 0.0
        self._begin = self._saved = time.monotonic()
        self.state = State({})

    def keep(self, state: State, path: Path) -> None:
        """Go on from `state` (at its beginning for a new run) and keep it in a file."""
        self.state, self._state_path = state, path
        self._seconds_before = state.seconds

    def __call__(self) -> None:
        """Do it. Whatever ends it, the checkpoint is true; where nothing was written, nothing is left."""
        try:
            self._everything()
            self.save(is_complete=True)
        except BaseException:
            with contextlib.suppress(OSError):
                self.save()
            self._target.trim(self.state.size)
            self._target.close()
            if self._errors is not None:
                self._errors.trim(self.state.errors_size)
                self._errors.close()
            if self.state.chunks == 0:
                self._forget()
            raise
        self._finish()

    def _finish(self) -> None:
        """Give what is complete its final name."""
        if self._errors is not None:
            self._errors.finish()
        self._target.finish(converter(self._job.task.shape.form))
        if self._state_path is not None:
            self._state_path.unlink(missing_ok=True)

    def save(self, is_complete: bool = False) -> None:
        """Make sure that what was done so far is never lost."""
        seconds = self._seconds_before + time.monotonic() - self._begin
        self.state = replace(self.state, is_complete=is_complete, seconds=round(seconds, 1))
        if self._state_path is not None:
            self._target.sync()
            if self._errors is not None:
                self._errors.sync()
            self.state.save(self._state_path)
        self._saved = time.monotonic()

    def _forget(self) -> None:
        self._target.discard()
        if self._errors is not None:
            self._errors.discard()
        if self._state_path is not None:
            self._state_path.unlink(missing_ok=True)

    def _everything(self) -> None:
        chunks = self._chunks()
        first = next(chunks, None)
        task = self._job.task if first is None else self._with_columns(self._job.task, first)
        rest = self._skipped(chunks if first is None else chain([first], chunks))
        if self.state.size == 0:
            self._target.write(compression.packed(formats.head(task.shape), task.compression))
        queued = WINDOWS_QUEUED if task.dedupe else QUEUED
        check = self._job.reading.check
        results = in_order(_fitting(rest, task.shape), task, self._job.workers, queued, check)
        with contextlib.closing(results):  # whatever happens here, the workers end
            for chunk, done in results:
                self._take(chunk, done)
                check()
                if self._state_path is not None and time.monotonic() - self._saved >= CHECKPOINT_SECONDS:
                    self.save()

    def _take(self, chunk: Chunk, done: Done) -> None:
        """Write what became of a chunk; the state moves on when all of it is written."""
        self._target.write(done.data)
        source = chunk.layout.source
        lines = [error_line(source, fault, self._watcher.fault(source, fault)) for fault in done.faults]
        if self._errors is not None and lines:
            self._errors.write("".join(lines).encode("utf-8"))
        self.state = replace(
            self.state,
            chunks=self.state.chunks + 1,
            checksum=checksum(chunk, self.state.checksum),
            size=self._target.size,
            errors_size=self._errors.size if self._errors is not None else 0,
            tally=self.state.tally + done.tally,
        )
        self._watcher.advance(self.state.tally, chunk.share)

    def _chunks(self) -> Iterator[Chunk]:
        before = 0
        for name in self._job.sources:
            with self._job.opener(name) as stream:
                source = Source(name, stream, self._job.reading)
                for chunk in source.chunks():
                    read = before + source.read_share() * source.size
                    yield chunk._replace(share=min(1.0, read / self._job.size) if self._job.size else 0.0)
                before += source.size

    def _skipped(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Pass over what was done before the interruption. Raises SourceChangedError if it is not the same any more."""
        found = 0
        for _ in range(self.state.chunks):
            chunk = next(chunks, None)
            if chunk is None:
                raise SourceChangedError
            found = checksum(chunk, found)
            self._job.reading.check()
        if found != self.state.checksum:
            raise SourceChangedError
        return chunks

    def _with_columns(self, task: Task, first: Chunk) -> Task:
        """The task with the columns that a table takes over from the first source."""
        shape = task.shape
        if shape.form == "jsonl":
            return task
        names = first.layout.header or keys_of(first)
        schema = None
        if shape.form == "parquet" and first.layout.form == "parquet":
            from antifraud_cli.batch import arrow

            assert isinstance(first.items, bytes)
            schema = arrow.schema_of(first.items)
        # Records of a single table have its columns and no others, where these are known from the beginning.
        is_one_table = len(self._job.sources) == 1 and (bool(first.layout.header) or first.layout.form == "lines")
        has_more = schema is None and not is_one_table
        return replace(task, shape=replace(shape, own=names, own_schema=schema, has_more=has_more))


def error_line(source: str, fault: Fault, message: str) -> str:
    """One line of the list of bad records."""
    value: dict[str, object] = {
        "source": source,
        "line": fault.line,
        "reason": fault.reason.removeprefix("batch."),
        "message": message,
    }
    if isinstance(fault.raw, str):
        value["raw"] = fault.raw
    elif fault.raw is not None:
        value["raw_base64"] = b64encode(fault.raw).decode("ascii")
    return as_json(value) + "\n"


def keys_of(chunk: Chunk) -> tuple[str, ...]:
    """The keys of the first good record."""
    first = next((record for record in records_of(chunk) if isinstance(record, Record)), None)
    return () if first is None else tuple(own_of(first))


def _fitting(chunks: Iterator[Chunk], shape: Shape) -> Iterator[Chunk]:
    """The chunks, as long as they fit the columns of a Parquet file with types."""
    for chunk in chunks:
        if shape.own_schema is not None:
            from antifraud_cli.batch import arrow

            is_same = isinstance(chunk.items, bytes) and arrow.schema_of(chunk.items) == shape.own_schema
            if not is_same:
                raise ColumnsDifferError(chunk.layout.source)
        yield chunk


def converter(form: str) -> Callable[[Path, Path], None] | None:
    """What makes the final file of a partial one; None where it is the same."""
    if form != "parquet":
        return None
    from antifraud_cli.batch import arrow

    return arrow.to_parquet
