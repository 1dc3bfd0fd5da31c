"""Open a source, know its format, and cut what it holds into chunks, without reading more than one of them ahead."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from antifraud_cli.batch import compression
from antifraud_cli.batch.faults import Fault
from antifraud_cli.batch.lines import lines_in, raw_blocks, raw_lines
from antifraud_cli.batch.live import Check, LiveStream, go_on, is_live
from antifraud_cli.batch.records import Chunk, Layout, Record, records_of
from antifraud_cli.batch.tables import DELIMITERS, NumberedRow, Table, header_names, place_of

SUFFIXES = {
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "jsonl",
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "parquet": "parquet",
    "pq": "parquet",
}
"""Suffix -> format."""


class Limit(NamedTuple):
    """How much a chunk holds at most."""

    records: int
    """Lines or rows."""
    size: int
    """Bytes (characters of a table); a longer record has a chunk of its own."""


CHUNK = Limit(1024, 131_072)
"""Enough to hide the cost of handing over; few enough that one slow record keeps few others waiting."""
WINDOW = Limit(10_000, 2_000_000)
"""Records among which duplicates are looked for: what they take in memory is bounded, whatever the input."""


@dataclass(frozen=True)
class Reading:
    """How sources are to be read."""

    form: str | None = None
    """Format; None: what each name says."""
    column: str | None = None
    """Key or column of the text; None: `text`, or one of the usual names."""
    encoding: str | None = None
    """Encoding; None: found out."""
    limit: Limit = CHUNK
    """Size of the chunks."""
    line_by_line: bool = True
    """Whether records from a pipe are handed on as they arrive."""
    check: Check = go_on
    """Called while waiting for a pipe."""


class SeekError(Exception):
    """Parquet is read from its end, which a pipe does not have yet."""


def format_of(name: str, otherwise: str = "lines") -> str:
    """The format that a file name promises."""
    suffix = compression.without_suffix(name).lower().rpartition(".")[2]
    return SUFFIXES.get(suffix, otherwise)


class Source:
    """One source of records."""

    def __init__(self, name: str, stream: BinaryIO, reading: Reading) -> None:
        """`name` - is a pipe in JSONL unless `reading` says otherwise."""
        self.name = name
        self.form = reading.form or format_of(name if name != "-" else "in.jsonl")
        self.is_live = is_live(stream)
        self._reading = reading
        self._stream = stream
        self._size = 0 if self.is_live else _size_of(stream)
        self._rows_read = 0.0

    def chunks(self) -> Iterator[Chunk]:
        """All that it holds. Raises UnknownEncodingError, ColumnError, DamagedError, NoZstdError.

        For Parquet: NoArrowError, BadParquetError, SeekError.
        """
        if self.form == "parquet":
            return self._from_parquet()
        packing = compression.compression_of(self.name)
        live = LiveStream(self._stream, self._reading.check) if self.is_live else None
        stream = compression.opened(self._stream if live is None else cast(BinaryIO, live), packing)
        encoding = self._reading.encoding
        if packing or not self._reading.line_by_line:
            live = None
        if self.form in DELIMITERS:
            table = Table(raw_lines(stream, encoding), DELIMITERS[self.form], encoding)
            return self._from_rows(table.rows(), live)
        layout = Layout(self.name, self.form, self._reading.column or "text", encoding=encoding)
        # What a pipe gives at once is chance, and chunks must not be.
        lines = raw_lines(stream, encoding) if self.is_live else raw_blocks(stream, encoding, *self._reading.limit)
        return self._cut(layout, lines, live)

    def read_share(self) -> float:
        """How much of it was read, 0 to 1; 0 where its size is unknown."""
        if not self._size:
            return 0.0
        if self.form == "parquet":
            return self._rows_read
        try:
            return min(1.0, self._stream.tell() / self._size)
        except (OSError, ValueError):
            return 1.0

    @property
    def size(self) -> int:
        """Bytes; 0 for a pipe."""
        return self._size

    def _from_rows(self, rows: Iterator[NumberedRow], live: LiveStream | None) -> Iterator[Chunk]:
        headless = Layout(self.name, self.form)
        early: list[NumberedRow] = []
        for number, row in rows:
            if isinstance(row, Fault):
                early.append((number, row))
                if len(early) == self._reading.limit.records:  # probably no table at all, and perhaps an endless one
                    yield Chunk(headless, early, early[0][0], len(early))
                    early = []
                continue
            header = header_names(row)
            column = header[place_of(header, self._reading.column)]
            layout = Layout(self.name, self.form, column, header)
            is_empty = True
            for chunk in self._cut(layout, _chained(early, rows), live):
                is_empty = False
                yield chunk
            if is_empty:
                yield Chunk(layout, [], number + 1, 0)  # a header alone still tells the columns
            return
        if early:
            yield Chunk(headless, early, early[0][0], len(early))

    def _from_parquet(self) -> Iterator[Chunk]:
        from antifraud_cli.batch import arrow

        if self.is_live:
            raise SeekError(self.name)
        names, batches = arrow.open_parquet(self._stream, self._reading.limit.records)
        layout = Layout(self.name, self.form, names[place_of(names, self._reading.column)], names)
        first = 1
        for data, rows, share in batches:
            self._rows_read = share
            yield Chunk(layout, data, first, rows)
            first += rows

    def _cut(self, layout: Layout, items: Iterable[Any], live: LiveStream | None) -> Iterator[Chunk]:
        most, largest = self._reading.limit
        taken: list[Any] = []
        count = size = 0
        for item in items:
            more, length = lines_in(item[1]), _length(item[1])
            if taken and (count + more > most or size + length > largest):
                yield Chunk(layout, taken, taken[0][0], count)
                taken, count, size = [], 0, 0
            taken.append(item)
            count += more
            size += length
            if live is not None and live.is_dry():
                yield Chunk(layout, taken, taken[0][0], count, is_last_for_now=True)
                taken, count, size = [], 0, 0
        if taken:
            yield Chunk(layout, taken, taken[0][0], count)


def read(stream: BinaryIO, form: str, column: str | None, encoding: str | None) -> Iterator[Record | Fault]:
    """The records of a stream. Raises UnknownEncodingError, and ColumnError for a table without the column."""
    for chunk in Source("-", stream, Reading(form, column, encoding)).chunks():
        yield from records_of(chunk)


def checksum(chunk: Chunk, before: int) -> int:
    """A checksum over all chunks so far, so that a source that was changed behind us is noticed."""
    if isinstance(chunk.items, bytes):
        return zlib.crc32(chunk.items, before)
    return zlib.crc32(b"".join([_bytes_of(item) for _, item in chunk.items]), before)


def _bytes_of(item: Any) -> bytes:
    return item if isinstance(item, bytes) else repr(item).encode("utf-8", "backslashreplace")


def _length(item: Any) -> int:
    if isinstance(item, list):
        return sum(map(len, item))
    return len(item) if isinstance(item, (bytes, str)) else 0


def _chained(early: list[NumberedRow], rows: Iterator[NumberedRow]) -> Iterator[NumberedRow]:
    yield from early
    yield from rows


def _size_of(stream: BinaryIO) -> int:
    try:
        return os.fstat(stream.fileno()).st_size
    except (OSError, ValueError, AttributeError):
        return 0


def is_plain(name: str) -> bool:
    """Whether a name is that of a plain file, which can be read a second time."""
    return name != "-" and Path(name).is_file()
