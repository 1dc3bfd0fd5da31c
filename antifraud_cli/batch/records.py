"""From what a source holds to records: chunks of raw lines, rows or columns in, records and faults out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from antifraud_cli.batch.faults import Fault, line_fault
from antifraud_cli.batch.lines import LineFault, RawLines, decoded
from antifraud_cli.batch.tables import DELIMITERS, NumberedRow

FORMATS = ("jsonl", "csv", "tsv", "lines", "parquet")


class Record(NamedTuple):
    """One record that can be classified."""

    line: int
    """Line of the source on which it begins, from 1."""
    text: str
    """What is to be classified."""
    own: str
    """The record as JSON: exactly as it stood, where it was JSON."""


@dataclass(frozen=True)
class Layout:
    """What all chunks of one source have in common."""

    source: str
    """Name of the source as it was given."""
    form: str
    """One of FORMATS."""
    column: str = "text"
    """Key or column that holds the text."""
    header: tuple[str, ...] = ()
    """Names of the columns of a table; empty for faults before its header."""
    encoding: str | None = None
    """Encoding that was asked for."""


class Chunk(NamedTuple):
    """Some records in a row, as cheap to make and to hand over as can be: whoever judges them reads them too."""

    layout: Layout
    """Where they come from."""
    items: Sequence[RawLines] | Sequence[NumberedRow] | bytes
    """Raw lines, singly or many at once, rows, or columns as an Arrow stream."""
    first: int
    """Line or row of the first one, from 1."""
    size: int
    """How many there are, blank lines included."""
    is_last_for_now: bool = False
    """Whether the next one has to be waited for."""
    share: float = 0.0
    """How much of all sources was read up to here, 0 to 1; 0 if unknown."""


def records_of(chunk: Chunk) -> Iterator[Record | Fault]:
    """The records and faults of a chunk, in order; blank lines are neither."""
    items: Any = chunk.items
    if chunk.layout.form == "parquet":
        from antifraud_cli.batch import arrow

        for line, text, own in arrow.rows_of(items, chunk.first, chunk.layout.column):
            yield _checked(line, text, own, chunk.layout.column)
    elif chunk.layout.form in DELIMITERS:
        place = chunk.layout.header.index(chunk.layout.column) if chunk.layout.header else 0
        for line, row in items:
            yield row if isinstance(row, Fault) else _from_row(line, row, chunk.layout, place)
    else:
        one = _from_json if chunk.layout.form == "jsonl" else _from_text
        for first, several in items:
            lines = several.split(b"\n") if isinstance(several, bytes) else (several,)
            for line, raw in enumerate(lines, first):
                text = decoded(raw, chunk.layout.encoding)
                if isinstance(text, LineFault):
                    yield line_fault(line, text, raw)
                elif text and not text.isspace():
                    yield one(line, text, chunk.layout.column)


def _from_json(number: int, line: str, key: str) -> Record | Fault:
    line = line.strip()
    try:
        value, end = _DECODER.raw_decode(line)
        if end != len(line):
            _DECODER.decode(line)  # says what is wrong
    except (ValueError, RecursionError) as error:
        return Fault(number, "batch.not_json", str(error), raw=line)
    if not isinstance(value, dict):
        return Fault(number, "batch.not_object", _JSON_NAMES[type(value)], raw=line)
    text = value.get(key)
    if not isinstance(text, str):
        return Fault(number, "batch.no_text", key, raw=line)
    return Record(number, text, line)


_JSON_NAMES = {list: "[…]", str: '"…"', int: "123", float: "1.5", bool: "true", type(None): "null"}


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON, though Python reads them: the answer would be unreadable for others."""
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _from_text(number: int, line: str, key: str) -> Record:
    text = line.rstrip("\r\n")
    return Record(number, text, _json({"text": text}))


def _from_row(number: int, row: list[str], layout: Layout, place: int) -> Record | Fault:
    if len(row) <= place or len(row) > len(layout.header):
        detail = f"{len(row)} / {len(layout.header)}"
        return Fault(number, "batch.bad_row", detail, raw=_as_line(row, DELIMITERS[layout.form]))
    own = _json(dict(zip(layout.header, row, strict=False)))
    if row[place].strip():
        return Record(number, row[place], own)
    return Fault(number, "batch.no_text", layout.column, raw=_as_line(row, DELIMITERS[layout.form]))


def _as_line(row: list[str], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(row)
    return line.getvalue()


def _checked(number: int, text: object, own: str, column: str) -> Record | Fault:
    if isinstance(text, str) and text.strip():
        return Record(number, text, own)
    return Fault(number, "batch.no_text", column, raw=own)


def _json(fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
