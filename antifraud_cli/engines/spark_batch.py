"""A batch on Apache Spark: files in, a folder of files out.

Spark cuts the sources into pieces and writes what comes out; records are read, judged and formatted by the very code of one
machine, so an answer is the same to the byte. Only the order and the numbers of lines are lost.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antifraud_cli.batch import formats
from antifraud_cli.batch.faults import Fault
from antifraud_cli.batch.job import keys_of
from antifraud_cli.batch.lines import MAX_LINE, LineFault, RawLine, RawLines, UnknownEncodingError
from antifraud_cli.batch.records import Chunk, Layout
from antifraud_cli.batch.run import Task, work
from antifraud_cli.batch.tables import DELIMITERS, NumberedRow, place_of
from antifraud_cli.batch.tally import Tally

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FORMATS = ("jsonl", "parquet")
"""What can be written."""
KEPT_FAULTS = 20
"""Bad records of which the content is kept; the others are counted."""
_RECORDS = "1000"
"""Records of a piece that a worker gets at once."""
_FIRST = 100
"""Lines in which the first record is looked for, whose keys become columns."""
_BROKEN = "_corrupt_record"
"""Spark's own name for a row that does not fit its header."""


class NoSparkError(Exception):
    """pyspark, pandas or pyarrow is not installed; the message says which."""


class NoJavaError(Exception):
    """There is no Java, or one that is too old."""


class SparkError(Exception):
    """Spark could not do it; the message is the line that says why."""


class NotOnWorkersError(SparkError):
    """The workers lack a package; the message is its name."""


@dataclass(frozen=True)
class SparkJob:
    """What is to be done."""

    sources: tuple[str, ...]
    """Files, folders or patterns, as Spark takes them: with or without hdfs://, s3a://."""
    target: str
    """Folder that is made."""
    form: str
    """Format of the sources: one of batch.records.FORMATS."""
    column: str | None
    """Key or column of the text; None: `text`, or one of the usual names."""
    encoding: str | None
    """Encoding of the sources; None: found out for each line, UTF-8 for tables."""
    task: Task
    """What is done with the records; written is one of FORMATS."""


@dataclass
class Counts:
    """What a run, or a part of it, has found."""

    tally: Tally = field(default_factory=Tally)
    """The counts."""
    faults: list[Fault] = field(default_factory=list)
    """Some of the bad records."""

    def __add__(self, other: Counts) -> Counts:
        """Both parts."""
        return Counts(self.tally + other.tally, [*self.faults, *other.faults][:KEPT_FAULTS])


def check() -> None:
    """Raise NoSparkError or NoJavaError if something is not installed."""
    for name in ("pyspark", "pandas", "pyarrow"):
        try:
            __import__(name)
        except ImportError:
            raise NoSparkError(name) from None
    home = os.environ.get("JAVA_HOME")
    is_there = (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None
    if not is_there and "PYSPARK_GATEWAY_PORT" not in os.environ:
        raise NoJavaError


@contextlib.contextmanager
def session(master: str | None, shows_progress: bool = False) -> Iterator[SparkSession]:
    """A session on `master`; None: what spark-submit or spark-defaults.conf say, else all cores of this machine.

    Raises NoSparkError, NoJavaError, SparkError.
    """
    check()
    from pyspark.sql import SparkSession

    if master is None or master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else Spark takes any python3
    with _explained():
        builder = SparkSession.builder.appName("antifraud").config("spark.ui.showConsoleProgress", shows_progress)
        is_ours = SparkSession.getActiveSession() is None
        found = (builder.master(master) if master else builder).getOrCreate().newSession()
        if is_ours:
            found.sparkContext.setLogLevel("OFF")  # what goes wrong is said once, by us; the cluster keeps its logs
        # Dates of a Parquet file read as on one machine.
        found.conf.set("spark.sql.session.timeZone", "UTC")
        found.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", _RECORDS)
    try:
        yield found
    finally:
        if is_ours:
            found.stop()


def run(spark: SparkSession, job: SparkJob) -> Counts:
    """Do the job. Raises SparkError, UnknownEncodingError, and ColumnError for a table without the column."""
    _check_encoding(job.encoding)
    with _explained():
        frame = _read(spark, job)
        layout, task = _planned(frame, job)
        counts = spark.sparkContext.accumulator(Counts(), _adding())
        judged = frame.mapInArrow(_judge(layout, task, counts), _columns(frame, layout, task))
        # One step from reading to writing, without a shuffle: Spark then counts each piece once, whatever is done twice.
        if task.shape.form == "parquet":
            judged.write.option("compression", "zstd").parquet(job.target)
        else:
            judged.write.option("compression", task.compression or "none").text(job.target)
        found: Counts = counts.value
        return found


def _adding() -> Any:
    from pyspark.accumulators import AccumulatorParam

    class Adding(AccumulatorParam):  # type: ignore[misc]
        def zero(self, value: Counts) -> Counts:
            return Counts()

        def addInPlace(self, value1: Counts, value2: Counts) -> Counts:  # noqa: N802
            return value1 + value2

    return Adding()


def _check_encoding(encoding: str | None) -> None:
    try:
        if encoding is not None:
            codecs.lookup(encoding)
    except LookupError:
        raise UnknownEncodingError(encoding) from None


def _read(spark: SparkSession, job: SparkJob) -> DataFrame:
    """The sources: raw lines, the columns of tables with _BROKEN behind, or the columns of Parquet."""
    if job.form == "parquet":
        return spark.read.parquet(*job.sources)
    if job.form not in DELIMITERS:
        return spark.read.text(list(job.sources), lineSep="\n").selectExpr("cast(value as binary) as value")
    from pyspark.sql.types import StringType, StructType

    # A quoted cell may hold line ends, so one task reads a whole file.
    reader = spark.read.option("header", True).option("multiLine", True).option("escape", '"')
    reader = reader.option("sep", DELIMITERS[job.form]).option("encoding", job.encoding or "UTF-8")
    schema = StructType()
    for name in reader.csv(list(job.sources)).columns:
        schema.add(name, StringType())
    schema.add(_BROKEN, StringType())
    # Not enforced: a file whose header is another one is an error and no mix-up of columns.
    reader = reader.option("enforceSchema", False).option("columnNameOfCorruptRecord", _BROKEN)
    return reader.schema(schema).csv(list(job.sources))


def _planned(frame: DataFrame, job: SparkJob) -> tuple[Layout, Task]:
    """What all pieces have in common, and the task with the columns that Parquet takes over from the sources."""
    layout = Layout("", job.form, job.column or "text", encoding=job.encoding)
    has_more = job.form == "jsonl"
    if job.form == "parquet" or job.form in DELIMITERS:
        names = tuple(name for name in frame.columns if name != _BROKEN)
        layout = replace(layout, column=names[place_of(names, job.column)], header=names)
        own = names
    elif job.task.shape.form == "jsonl":
        own = ()
    elif job.form == "lines":
        own = ("text",)
    else:
        lines = [_line(bytes(row[0])) for row in frame.take(_FIRST)]
        own = keys_of(Chunk(layout, lines, 0, len(lines)))
    shape = replace(job.task.shape, own=own, has_more=has_more)
    return layout, replace(job.task, shape=shape)


def _columns(frame: DataFrame, layout: Layout, task: Task) -> Any:
    """Names and types of what is written."""
    from pyspark.sql import types

    schema = types.StructType()
    if task.shape.form == "jsonl":
        return schema.add("value", types.StringType())
    kinds = {"number": types.DoubleType(), "count": types.LongType(), "texts": types.ArrayType(types.StringType())}
    for name, kind in formats.columns(task.shape):
        if kind == "own" and layout.form == "parquet":
            schema.add(name, frame.schema[name].dataType)
        else:
            schema.add(name, kinds.get(kind, types.StringType()))
    return schema


def _judge(layout: Layout, task: Task, counts: Any) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What a worker does with the pieces of the sources that it gets."""

    def judge(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            chunk = _chunk(layout, batch)
            mine = task
            if isinstance(chunk.items, bytes):
                from antifraud_cli.batch import arrow

                mine = replace(task, shape=replace(task.shape, own_schema=arrow.schema_of(chunk.items)))
            done = work(chunk, mine)
            counts.add(Counts(done.tally, done.faults[:KEPT_FAULTS]))
            if done.data:
                yield from _batches(bytes(done.data), mine)

    return judge


def _chunk(layout: Layout, batch: Any) -> Chunk:
    items: Sequence[RawLines] | Sequence[NumberedRow] | bytes
    if layout.form == "parquet":
        import pyarrow as pa

        from antifraud_cli.batch import arrow

        items = arrow.stream_of(pa.Table.from_batches([batch]))
    elif layout.form in DELIMITERS:
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        items = [(0, row) for row in (_row(cells, layout) for cells in rows) if row]
    else:
        items = [_line(value) for value in batch.column(0).to_pylist()]
    return Chunk(layout, items, 1, batch.num_rows)


def _line(value: bytes) -> RawLine:
    """A line as it is on one machine. One with a zero byte is UTF-16, cut in the wrong place."""
    if len(value) >= MAX_LINE:
        return 0, LineFault.TOO_LONG
    return 0, LineFault.UNDECODABLE if b"\0" in value else value


def _row(cells: tuple[str | None, ...], layout: Layout) -> list[str] | Fault | None:
    """A row of a table as it is on one machine; None for a blank one."""
    *found, broken = cells
    row = [cell or "" for cell in found]
    if broken is not None:  # too short or too long; as it stood it tells which
        try:
            row = next(csv.reader(io.StringIO(broken), delimiter=DELIMITERS[layout.form], strict=True), [])
        except csv.Error:
            return Fault(0, "batch.bad_quotes", raw=broken)
    if layout.encoding is None and any("\ufffd" in cell for cell in row):
        return Fault(0, "batch.undecodable", raw=broken or DELIMITERS[layout.form].join(row))
    return row if any(cell.strip() for cell in row) else None


def _batches(data: bytes, task: Task) -> Iterator[Any]:
    """What was written, as Spark takes it: all lines in one cell, or rows."""
    import pyarrow as pa

    if task.shape.form == "parquet":
        yield from pa.ipc.open_stream(formats.head(task.shape) + data)
    else:
        yield pa.RecordBatch.from_arrays([pa.array([data.removesuffix(b"\n").decode()], pa.string())], ["value"])


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """One error for all of Spark's."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        told = str(error)
        if "JAVA_GATEWAY_EXITED" in told:
            raise NoJavaError from None
        lacking = re.search(r"No module named '(\w+)", told)
        if lacking:
            raise NotOnWorkersError(lacking[1]) from None
        java = getattr(error, "java_exception", None)
        lines = (str(java.getMessage()) if java is not None else told).strip().splitlines()
        # What a worker says stands in the middle of Java's stack.
        said = re.findall(r"^\w+Error: .+", told, re.MULTILINE) or lines or [type(error).__name__]
        raise SparkError(said[0]) from None
