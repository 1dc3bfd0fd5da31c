"""Verdicts as bytes: JSONL, CSV, TSV, and Arrow messages that become Parquet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from antifraud_cli.batch import fields
from antifraud_cli.batch.fields import FIELDS, INPUT, OWN, Digits, Field, Judged
from antifraud_cli.batch.tables import DELIMITERS
from antifraud_cli.output.escape import as_json, escaped_json, visible

if TYPE_CHECKING:
    from antifraud_cli.batch.arrow import Columns

FORMATS = ("jsonl", "csv", "tsv", "parquet")
MORE = "more"
"""Column for what a record has besides the columns of the first one."""

# What makes a spreadsheet compute a cell: a sign at its beginning, behind blanks or not, of half or full width.
# Cells that begin with such a sign behind quotes get one more as well, so that taking one off always gives the value.
_FORMULA = re.compile("'*[\\s\\x00-\\x20\\ufeff\\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")


@dataclass(frozen=True)
class Shape:
    """What is written about each record, and how."""

    form: str = "jsonl"
    """One of FORMATS."""
    fields: tuple[str, ...] | None = None
    """Names of fields; None: all of antifraud.message/1 in JSONL, the usual columns in a table."""
    counted: bool = False
    """Whether the number of duplicates belongs to it."""
    own: tuple[str, ...] = ()
    """Columns of a table for the record's own keys."""
    has_more: bool = False
    """Whether records may have other keys than these."""
    own_schema: bytes | None = None
    """Types of the own columns, where the source is Parquet."""
    for_terminal: bool = False
    """Whether a person's terminal shows it: then control characters are written out."""

    def names(self) -> tuple[str, ...]:
        """The fields of a table, in order."""
        chosen = self.fields or fields.TABLE
        return (*chosen, "count") if self.counted and "count" not in chosen else chosen


def is_whole(shape: Shape) -> bool:
    """Whether it is antifraud.message/1 with the record, as it is."""
    return shape.form == "jsonl" and shape.fields is None


def head(shape: Shape) -> bytes:
    """What stands before the first record."""
    if shape.form == "jsonl":
        return b""
    if shape.form == "parquet":
        return _arrow_columns(shape).head()
    # Excel takes a CSV file for one in an old encoding unless a mark says otherwise.
    mark = "\ufeff" if shape.form == "csv" else ""
    return (mark + _table([[guarded(name) for name, _ in columns(shape)]], shape)).encode("utf-8", "backslashreplace")


def body(answers: Iterable[Judged], shape: Shape, data: bytes | None = None, first: int = 1) -> bytes:
    """The records; `data` is the piece of Parquet that they come from, whose first row has the number `first`."""
    if shape.form == "jsonl":
        return b"".join([f"{_json_line(judged, shape)}\n".encode() for judged in answers])
    if shape.form == "parquet":
        rows, places = [], []
        for judged in answers:
            rows.append(row(judged, shape))
            places.append(judged.record.line - first)
        return _arrow_columns(shape).message(rows, data, places)
    cells = ([_cell(value) for value in row(judged, shape)] for judged in answers)
    return _table(cells, shape).encode("utf-8", "backslashreplace")


def full_line(judged: Judged, counted: bool = False) -> str:
    """The whole antifraud.message/1 with the record under `input`: its own JSON, not a digit of it rewritten."""
    answer = as_json(judged.verdict.as_json())
    count = f',"count":{judged.copies}' if counted else ""
    return f'{answer[:-1]}{count},"input":{escaped_json(judged.record.own)}}}'


def _json_line(judged: Judged, shape: Shape) -> str:
    if shape.fields is None:
        return full_line(judged, shape.counted)
    own = fields.own_of(judged.record) if any(name.startswith(OWN) for name in shape.fields) else {}
    pieces = []
    for name in shape.names():
        if name == INPUT:
            value = escaped_json(judged.record.own)
        elif name.startswith(OWN):
            value = as_json(own.get(name.removeprefix(OWN)))
        else:
            value = as_json(FIELDS[name].value(judged))
        pieces.append(f"{as_json(name)}:{value}")
    return f"{{{','.join(pieces)}}}"


def columns(shape: Shape) -> list[tuple[str, str]]:
    """Names and types of the columns of a table. A field of ours gives way to a column of the same name."""
    found: list[tuple[str, str]] = []
    names = shape.names()
    own = set(shape.own) if INPUT in names else set()
    for name in names:
        if name == INPUT:
            found += [(column, "own") for column in shape.own]
            found += [(free_name(MORE, own), "text")] if shape.has_more else []
        elif name.startswith(OWN):
            found.append((name, "text"))
        else:
            kind = FIELDS[name].kind
            found.append((free_name(name, own), "text" if kind == "json" else kind))
    return found


def row(judged: Judged, shape: Shape) -> list[Any]:
    """The values of one row of a table."""
    own = fields.own_of(judged.record)
    found: list[Any] = []
    for name in shape.names():
        if name == INPUT:
            found += [_as_text(own.get(column)) for column in shape.own]
            if shape.has_more:
                rest = {key: value for key, value in own.items() if key not in shape.own}
                found.append(_dumped(rest) if rest else None)
        elif name.startswith(OWN):
            found.append(_as_text(own.get(name.removeprefix(OWN))))
        else:
            found.append(table_value(FIELDS[name], judged))
    return found


def table_value(field: Field, judged: Judged) -> Any:
    """A field as one cell: what is no text, number or list of texts is JSON."""
    value = field.value(judged)
    return _dumped(value) if field.kind == "json" else value


def guarded(cell: str) -> str:
    """A cell that no spreadsheet computes: `'` before what would begin a formula. Taking that one off gives it back."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _cell(value: Any) -> str:
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        value = "; ".join(value)
    return guarded(value or "")


def _table(rows: Iterable[list[str]], shape: Shape) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITERS[shape.form], lineterminator="\r\n")
    for cells in rows:
        writer.writerow([visible(cell) for cell in cells] if shape.for_terminal else cells)
    return text.getvalue()


def free_name(name: str, own: set[str]) -> str:
    """A name for a column of ours beside those of the record."""
    while name in own:
        name = f"antifraud_{name}"
    return name


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, Digits):
        return value.text
    return _sound(value) if isinstance(value, str) else _dumped(value)


def _dumped(value: Any) -> str:
    return _sound(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _sound(text: str) -> str:
    """A lone surrogate, which JSON may hold, is no character that a table could hold."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


@lru_cache(maxsize=4)
def _arrow_columns(shape: Shape) -> Columns:
    from antifraud_cli.batch import arrow

    found = columns(shape)
    return arrow.Columns(shape.own_schema, [name for name, _ in found], [kind for _, kind in found])
