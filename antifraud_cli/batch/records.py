"""Read records from JSONL, CSV, TSV or plain lines: bytes in, records and faults out. Streaming."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from antifraud_cli.batch.lines import MAX_LINE, Line, LineFault, lines_of

FORMATS = ("jsonl", "csv", "tsv", "lines")
TEXT_COLUMNS = ("text", "content", "message", "body", "sms", "内容", "短信", "短信内容", "正文", "文本", "簡訊", "短訊")
_MOST_LINES = 500
"""A quoted field of a table that runs over more lines than these has lost its closing quote."""


@dataclass(frozen=True)
class Record:
    """One record that can be classified."""

    line: int
    """Line of the source on which it begins, from 1."""
    text: str
    """What is to be classified."""
    own: str
    """The record as JSON: exactly as it stood, where it was JSON."""


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
    """The records of a stream. Raises UnknownEncodingError, and ColumnError for a table without the column."""
    lines = lines_of(stream, encoding)
    if form in ("csv", "tsv"):
        return _Table(lines, "," if form == "csv" else "\t").records(column)
    return _from_json_lines(lines, column or "text") if form == "jsonl" else _from_text(lines)


def format_of(name: str) -> str:
    """The format that a file name promises."""
    suffix = name.lower().rpartition(".")[2]
    return {"jsonl": "jsonl", "ndjson": "jsonl", "json": "jsonl", "csv": "csv", "tsv": "tsv"}.get(suffix, "lines")


def _fault(number: int, fault: LineFault) -> Fault:
    return Fault(number, f"batch.{fault.value}", str(MAX_LINE // 1_000_000) if fault is LineFault.TOO_LONG else "")


def _from_json_lines(lines: Iterable[Line], key: str) -> Iterator[Record | Fault]:
    for number, line in lines:
        if isinstance(line, LineFault):
            yield _fault(number, line)
        elif line.strip():
            yield _from_json(number, line.strip(), key)


def _from_json(number: int, line: str, key: str) -> Record | Fault:
    try:
        value = _DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        return Fault(number, "batch.not_json", str(error))
    if not isinstance(value, dict):
        return Fault(number, "batch.not_object", _JSON_NAMES[type(value)])
    text = value.get(key)
    if not isinstance(text, str):
        return Fault(number, "batch.no_text", key)
    return Record(number, text, line)


_JSON_NAMES = {list: "[…]", str: '"…"', int: "123", float: "1.5", bool: "true", type(None): "null"}


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON, though Python reads them: the answer would be unreadable for others."""
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _from_text(lines: Iterable[Line]) -> Iterator[Record | Fault]:
    for number, line in lines:
        if isinstance(line, LineFault):
            yield _fault(number, line)
        elif line.strip():
            text = line.rstrip("\r\n")
            yield Record(number, text, _json({"text": text}))


def _json(fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


class _Table:
    """Rows of a CSV or TSV. A row that is no good costs its own first line only: reading goes on with the next one."""

    def __init__(self, lines: Iterator[Line], delimiter: str) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        """Lines to be read once more."""
        self._taken: list[Line] = []
        """Lines of the row that is being read."""
        csv.field_size_limit(MAX_LINE)
        # Strict: a quote in the wrong place is reported, not guessed about.
        self._rows = csv.reader(_Feed(self), delimiter=delimiter, strict=True)

    def records(self, column: str | None) -> Iterator[Record | Fault]:
        """A record for each row after the header."""
        header = None
        for number, row in self._read():
            if isinstance(row, Fault):
                yield row
            elif not any(field.strip() for field in row):
                continue
            elif header is None:
                header = [name.strip() for name in row]
                place = _place(header, column)
            elif len(row) <= place or len(row) > len(header):
                yield Fault(number, "batch.bad_row", f"{len(row)} / {len(header)}")
            elif row[place].strip():
                yield Record(number, row[place], _json(dict(zip(header, row, strict=False))))
            else:
                yield Fault(number, "batch.no_text", header[place])

    def _read(self) -> Iterator[tuple[int, list[str] | Fault]]:
        """Each row with the number of its first line."""
        while True:
            self._taken = []
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except _LineError as error:
                yield self._give_up(error.number, _fault(error.number, error.fault))
            except (csv.Error, _RowTooLongError):
                number = self._taken[0][0]
                yield self._give_up(number, Fault(number, "batch.bad_quotes"))
            else:
                yield self._taken[0][0], row

    def _give_up(self, number: int, fault: Fault) -> tuple[int, Fault]:
        """Take the lines after the first one of a bad row back, to be read as rows of their own."""
        self._again.extendleft(reversed(self._taken[1:]))
        return number, fault

    def next_line(self) -> str:
        """The next line for the reader of rows."""
        if len(self._taken) == _MOST_LINES:
            raise _RowTooLongError
        number, line = self._again.popleft() if self._again else next(self._lines)
        if isinstance(line, LineFault):
            if self._taken:  # a row that runs into it is no good either; it is reported by itself afterwards
                self._taken.append((number, line))
                raise _RowTooLongError
            raise _LineError(number, line)
        self._taken.append((number, line))
        return line.replace("\0", "\ufffd")


class _Feed(Iterator[str]):
    """What the reader of rows reads from; unlike a generator it survives an exception."""

    def __init__(self, table: _Table) -> None:
        self._table = table

    def __next__(self) -> str:
        return self._table.next_line()


class _LineError(Exception):
    """A line cannot be read."""

    def __init__(self, number: int, fault: LineFault) -> None:
        super().__init__(number)
        self.number = number
        self.fault = fault


class _RowTooLongError(Exception):
    """A row does not end where rows end."""


def _place(header: list[str], column: str | None) -> int:
    names = [name.strip().lower() for name in header]
    for name in [column.strip().lower()] if column else TEXT_COLUMNS:
        if name in names:
            return names.index(name)
    if column is None and len(header) == 1:
        return 0
    raise ColumnError(", ".join(header))
