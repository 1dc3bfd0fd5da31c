"""Read records from JSONL, CSV, TSV or plain lines: bytes in, (line number, record or fault) out. Streaming."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

FORMATS = ("jsonl", "csv", "tsv", "lines")
TEXT_COLUMNS = ("text", "content", "message", "body", "sms", "内容", "短信", "短信内容", "正文", "文本", "簡訊", "短訊")
MAX_RECORD = 8_000_000
"""Bytes of the longest record that is read."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Record:
    """One record that can be classified."""

    line: int
    """Line of the source on which it ends, from 1."""
    text: str
    """What is to be classified."""
    fields: dict[str, Any]
    """The record's own keys, passed through."""


@dataclass(frozen=True)
class Fault:
    """One record that cannot be read."""

    line: int
    """Line of the source, from 1."""
    reason: str
    """Key of the program's text that says why."""
    detail: str = ""
    """What was found."""


class ColumnError(ValueError):
    """The table has no column with the text; the message lists those it has."""


def read(stream: BinaryIO, form: str, column: str | None, encoding: str | None) -> Iterator[Record | Fault]:
    """The records of a stream. Raises LookupError for an unknown encoding and ColumnError for a missing column."""
    lines = _decoded(stream, encoding)
    if form in ("csv", "tsv"):
        return _from_table(lines, "," if form == "csv" else "\t", column)
    return _from_lines(lines, column) if form == "jsonl" else _from_text(lines)


def format_of(name: str) -> str:
    """The format that a file name promises."""
    suffix = name.lower().rpartition(".")[2]
    return {"jsonl": "jsonl", "ndjson": "jsonl", "json": "jsonl", "csv": "csv", "tsv": "tsv"}.get(suffix, "lines")


def _decoded(stream: BinaryIO, encoding: str | None) -> Iterator[tuple[int, str | None]]:
    """Line number and text of each line; None where its bytes cannot be decoded."""
    if encoding:
        codecs.lookup(encoding)
    first = stream.readline(MAX_RECORD)
    wide = encoding or next((name for bom, name in _BOMS if first.startswith(bom)), None)
    if wide and wide.replace("_", "-").lower().startswith(("utf-16", "utf-32")):
        # A newline is more than one byte here, so the stream must be decoded as a whole.
        whole = io.TextIOWrapper(_Joined(first, stream), encoding=wide, errors="replace", newline="")
        yield from enumerate(whole, start=1)
        return
    number = 1
    line = first.removeprefix(codecs.BOM_UTF8)
    while line:
        yield number, _decode_line(line, encoding)
        number += 1
        line = stream.readline(MAX_RECORD)


def _decode_line(line: bytes, encoding: str | None) -> str | None:
    for name in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            return line.decode(name)
        except UnicodeError:
            continue
    return None


class _Joined(io.RawIOBase):
    """A stream whose first bytes were already taken."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first[: len(buffer)] or self._rest.read(len(buffer))
        self._first = self._first[len(data) :] if self._first else b""
        buffer[: len(data)] = data
        return len(data)


def _from_lines(lines: Iterable[tuple[int, str | None]], column: str | None) -> Iterator[Record | Fault]:
    key = column or "text"
    for number, line in lines:
        if line is None:
            yield Fault(number, "batch.undecodable")
        elif line.strip():
            yield _from_json(number, line, key)


def _from_json(number: int, line: str, key: str) -> Record | Fault:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Fault(number, "batch.not_json", str(error))
    if not isinstance(value, dict):
        return Fault(number, "batch.not_object", type(value).__name__)
    text = value.get(key)
    if not isinstance(text, str):
        return Fault(number, "batch.no_text", key)
    return Record(number, text, value)


def _from_text(lines: Iterable[tuple[int, str | None]]) -> Iterator[Record | Fault]:
    for number, line in lines:
        if line is None:
            yield Fault(number, "batch.undecodable")
        elif line.strip():
            text = line.rstrip("\r\n")
            yield Record(number, text, {"text": text})


def _from_table(
    lines: Iterable[tuple[int, str | None]], delimiter: str, column: str | None
) -> Iterator[Record | Fault]:
    csv.field_size_limit(MAX_RECORD)
    at = 0

    def texts() -> Iterator[str]:
        nonlocal at
        for number, line in lines:
            at = number
            yield "\ufffd" if line is None else line.replace("\0", "\ufffd")

    rows = csv.reader(texts(), delimiter=delimiter, strict=False)
    header = next(rows, None)
    if header is None:
        return
    place = _place(header, column)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault(at, "batch.bad_row", str(error))
            continue
        if not any(row):
            continue
        if len(row) <= place or len(row) > len(header):
            yield Fault(at, "batch.bad_row", f"{len(row)} / {len(header)}")
        else:
            yield Record(at, row[place], dict(zip(header, row, strict=False)))


def _place(header: list[str], column: str | None) -> int:
    for name in [column] if column else TEXT_COLUMNS:
        if name in header:
            return header.index(name)
    if column is None and len(header) == 1:
        return 0
    raise ColumnError(", ".join(header))
