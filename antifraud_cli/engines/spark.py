"""Apache Spark: the classifier over a column of a DataFrame, on every worker at once.

Needs the extra `spark` on the driver and antifraud itself on every worker. Workers load the knowledge once for each Python
process and get whole batches of Arrow records, so that a verdict costs what it costs on one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from antifraud_cli import api
from antifraud_cli.errors import AntifraudError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from antifraud_cli.knowledge.ownrules import OwnRules

COLUMNS = "level string, category string, score double, verdict string"
"""What `classify` adds: level, category, its score, and the whole verdict as JSON (antifraud.message/1)."""


def classify(
    df: DataFrame, column: str = "text", *, lang: str = api.DEFAULT_LANGUAGE, rules: OwnRules | None = None
) -> DataFrame:
    """`df` with the verdict on the texts of `column`: level, category, score and verdict (JSON) for each row.

    A row without a text (null) gets nulls; one with a text that is refused (longer than a million characters) gets the
    reason as `{"error": …}` in `verdict` and nulls else. Raises ValueError if there is no such column, or if a column of the
    DataFrame has the name of one that is added. `rules`: what `api.load_rules` gives; they travel to the workers.
    """
    added = [part.split()[0] for part in COLUMNS.split(", ")]
    if column not in df.columns:
        raise ValueError(f"no column {column!r} in {df.columns}")
    taken = sorted(set(added) & set(df.columns))
    if taken:
        raise ValueError(f"the columns {taken} are there already")
    from pyspark.sql.types import StructType

    schema = StructType([*df.schema.fields, *StructType.fromDDL(COLUMNS).fields])
    return df.mapInArrow(_judge(df.columns.index(column), lang, rules), schema)


def _judge(place: int, lang: str, rules: OwnRules | None) -> Callable[[Iterable[Any]], Iterator[Any]]:
    def judge(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow

        from antifraud_cli.output.escape import as_json

        for batch in batches:
            found: list[tuple[str | None, str | None, float | None, str | None]] = []
            for text in batch.column(place).to_pylist():
                if text is None:
                    found.append((None, None, None, None))
                    continue
                try:
                    verdict = api.classify(text, lang=lang, rules=rules)
                except AntifraudError as error:
                    found.append((None, None, None, as_json({"error": error.message})))
                    continue
                score = verdict.categories[0].score if verdict.category else None
                found.append((verdict.level, verdict.category, score, as_json(verdict.as_json())))
            columns = zip(*found, strict=True) if found else ((), (), (), ())
            types = (pyarrow.string(), pyarrow.string(), pyarrow.float64(), pyarrow.string())
            arrays = [pyarrow.array(list(values), kind) for values, kind in zip(columns, types, strict=True)]
            names = [*batch.schema.names, "level", "category", "score", "verdict"]
            yield pyarrow.RecordBatch.from_arrays([*batch.columns, *arrays], names=names)

    return judge
