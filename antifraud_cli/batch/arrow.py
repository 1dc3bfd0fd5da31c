"""Parquet in and out, by pyarrow, which is imported here and nowhere else.

On its way a Parquet file is a stream of Arrow messages: it can be cut anywhere between two of them, which a Parquet
file, whose directory stands at its end, cannot.
"""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

ROW_GROUP = 65_536
"""Rows of a row group that is written."""


class NoArrowError(Exception):
    """pyarrow is not installed."""


class BadParquetError(Exception):
    """The file is no Parquet file, or a damaged one."""


def check() -> None:
    """Raise NoArrowError if pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise NoArrowError from None


def open_parquet(stream: BinaryIO, rows: int) -> tuple[tuple[str, ...], Iterator[tuple[bytes, int, float]]]:
    """Names of the columns, and pieces of at most `rows` rows: an Arrow stream, its rows, how much was read (0 to 1).

    Raises NoArrowError and BadParquetError, the latter while reading too.
    """
    check()
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Without pre-buffering a row group is read piece by piece.
        file = pq.ParquetFile(stream, pre_buffer=False, memory_map=False)
        schema = _plain(file.schema_arrow)
    except (pa.ArrowException, OSError) as error:
        raise BadParquetError(_first_line(error)) from None
    return tuple(schema.names), _pieces(file, schema, rows)


def _pieces(file: Any, schema: Any, rows: int) -> Iterator[tuple[bytes, int, float]]:
    import pyarrow as pa

    total, read = file.metadata.num_rows, 0
    try:
        for batch in file.iter_batches(batch_size=rows, use_threads=False):
            read += batch.num_rows
            table = pa.Table.from_batches([batch]).rename_columns(schema.names).cast(schema)
            yield stream_of(table), batch.num_rows, read / total
        if not total:
            yield stream_of(schema.empty_table()), 0, 1.0  # the columns alone
    except (pa.ArrowException, OSError) as error:
        raise BadParquetError(_first_line(error)) from None


def stream_of(table: Any) -> bytes:
    """A piece of its own: the rows of a table as an Arrow stream."""
    import pyarrow as pa

    buffer = pa.BufferOutputStream()
    with pa.ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table)
    return bytes(buffer.getvalue().to_pybytes())


def _plain(schema: Any) -> Any:
    """The schema without dictionaries, which would be messages of their own, and with each name once."""
    import pyarrow as pa

    from antifraud_cli.batch.tables import header_names

    names = header_names(list(schema.names))
    return pa.schema(
        [
            pa.field(name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
            for name, field in zip(names, schema, strict=True)
        ]
    )


def table_of(data: bytes) -> Any:
    """The columns of one piece."""
    import pyarrow as pa

    return pa.ipc.open_stream(data).read_all()


def schema_of(data: bytes) -> bytes:
    """The columns' names and types, as an Arrow message."""
    return bytes(table_of(data).schema.remove_metadata().serialize())


def rows_of(data: bytes, first: int, column: str) -> Iterator[tuple[int, object, str]]:
    """Number, text and JSON of each row of a piece."""
    for number, row in enumerate(table_of(data).to_pylist(), first):
        yield number, row[column], json.dumps(_jsonable(row), ensure_ascii=False, separators=(",", ":"))


def _jsonable(value: Any) -> Any:
    """What JSON has no word for becomes text (ISO 8601, Base64); a number that is none becomes null."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def type_of(kind: str) -> Any:
    """The type of a column for a kind of field."""
    import pyarrow as pa

    types = {"number": pa.float64(), "count": pa.int64(), "texts": pa.list_(pa.string())}
    return types.get(kind, pa.string())


class Columns:
    """The columns of an output: own ones first come as they are, those of the verdict have the types given."""

    def __init__(self, own: bytes | None, names: Sequence[str], kinds: Sequence[str]) -> None:
        """`own`: schema of a Parquet source; `names`, `kinds` (text, number, count, texts, own): of all columns."""
        import pyarrow as pa

        self._own = None if own is None else pa.ipc.read_schema(pa.py_buffer(own))
        self._kinds = dict(zip(names, kinds, strict=True))
        fields = []
        for name, kind in zip(names, kinds, strict=True):
            if kind == "own":
                fields.append(pa.field(name, pa.string() if self._own is None else self._own.field(name).type))
            else:
                fields.append(pa.field(name, type_of(kind)))
        self._schema = pa.schema(fields)

    def head(self) -> bytes:
        """The first message."""
        return bytes(self._schema.serialize())

    def message(self, rows: Sequence[Sequence[Any]], data: bytes | None, places: Sequence[int]) -> bytes:
        """The message with some rows; own columns are taken from the piece `data` at `places`, if there is one."""
        import pyarrow as pa

        if not rows:
            return b""
        taken = table_of(data).take(places) if data is not None and self._own is not None else None
        arrays = []
        for number, field in enumerate(self._schema):
            if taken is not None and self._kinds[field.name] == "own":
                arrays.append(taken[field.name].combine_chunks())
            else:
                arrays.append(pa.array([row[number] for row in rows], field.type))
        flat = [array.chunk(0) if isinstance(array, pa.ChunkedArray) else array for array in arrays]
        return bytes(pa.RecordBatch.from_arrays(flat, schema=self._schema).serialize())


def to_parquet(part: Path, target: Path) -> None:
    """Make a Parquet file of a stream of messages, in bounded memory. The same messages give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pa.OSFile(str(part), "rb") as source:
        stream = pa.ipc.open_stream(source)
        with pq.ParquetWriter(str(target), stream.schema, compression="zstd") as writer:
            waiting: list[Any] = []
            rows = size = 0
            for batch in stream:
                waiting.append(batch)
                rows += batch.num_rows
                size += batch.nbytes
                if rows >= ROW_GROUP or size >= ROW_GROUP * 1024:
                    writer.write_table(pa.Table.from_batches(waiting), row_group_size=rows)
                    waiting, rows, size = [], 0, 0
            if waiting:
                writer.write_table(pa.Table.from_batches(waiting), row_group_size=rows)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
