"""Apache Spark: verdicts as columns of a DataFrame, judged where its rows are.

Every Python worker of Spark loads the knowledge once and judges batch after batch; nothing but rows travels. The package has
to be installed where the executors run, with the same version everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from antifraud_cli.batch import fields, run
from antifraud_cli.batch.faults import Fault
from antifraud_cli.batch.fields import FIELDS
from antifraud_cli.batch.formats import free_name, table_value
from antifraud_cli.batch.records import Record
from antifraud_cli.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

USUAL = ("level", "category", "category_name", "score", "kind", "rules")
"""Columns that are added unless others are named."""
_TYPES = {"text": "string", "json": "string", "number": "double", "count": "bigint", "texts": "array<string>"}


def classify(
    df: DataFrame, column: str = "text", *, lang: str = "zh-Hans", columns: Sequence[str] = USUAL
) -> DataFrame:
    """`df` with the verdict on the text in `column`: rows and their order stay, columns are added.

    `columns` are names of `antifraud_cli.batch.fields.FIELDS` other than source, line and count. Where `df` has a column of
    that name already, ours is called antifraud_NAME. A row whose text is null, blank or longer than a million characters
    has null in all of them. Raises UsageError for a column that does not exist.
    """
    wrong = next((name for name in columns if name not in FIELDS or name in ("source", "line", "count")), None)
    if wrong is not None:
        raise UsageError(wrong, ", ".join(name for name in FIELDS if name not in ("source", "line", "count")))
    if column not in df.columns:
        raise UsageError(column, ", ".join(df.columns))
    from pyspark.sql.types import StructType

    own = set(df.columns)
    added = ", ".join(f"`{free_name(name, own)}` {_TYPES[FIELDS[name].kind]}" for name in columns)
    schema = StructType(list(df.schema.fields) + list(StructType.fromDDL(added).fields))
    return df.mapInArrow(_judge(column, lang, tuple(columns), [free_name(name, own) for name in columns]), schema)


def _judge(
    column: str, lang: str, columns: tuple[str, ...], names: Sequence[str]
) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What Spark sends to its workers: the name of this module and these words."""

    def judge(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        from antifraud_cli.batch.arrow import type_of

        types = [type_of(FIELDS[name].kind) for name in columns]
        for batch in batches:
            rows = [values(text, lang, columns) for text in batch.column(column).to_pylist()]
            added = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(types)]
            yield pa.RecordBatch.from_arrays([*batch.columns, *added], names=[*batch.schema.names, *names])

    return judge


def values(text: Any, lang: str, columns: Sequence[str]) -> list[Any]:
    """The columns of one row; null where there is no text to be judged."""
    nothing: list[Any] = [None] * len(columns)
    if not isinstance(text, str) or not text.strip():
        return nothing
    judged = run.judge("", Record(0, text, ""), 1, lang)
    if isinstance(judged, Fault):
        return nothing
    return [table_value(fields.FIELDS[name], judged) for name in columns]
