"""A real Spark gives the verdicts of the local run. Skipped where pyspark or Java are missing: `make spark-test` has both."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.engines import spark as engine
from antifraud_cli.errors import UsageError

pyspark = pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("needs Java", allow_module_level=True)

TEXTS = [
    "晚上一起吃饭吗",
    "我是市公安局民警,你名下银行卡涉嫌洗钱,把资金转入安全账户,不要告诉家人",
    "【中国移动】您的话费余额不足10元",
    "点 http://abc-gov.top/a 登记领补贴",
    "",
    " ",
    None,
    "a" * 1_000_001,
]
COLUMNS = ("level", "category", "category_name", "score", "kind", "rules", "techniques", "signals", "numbers", "advice")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Two executors' worth of threads, and Python workers in processes of their own."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("antifraud")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.pyspark.python": sys.executable,
        "spark.sql.shuffle.partitions": "2",
    }.items():
        builder = builder.config(key, value)
    found = builder.getOrCreate()
    yield found
    found.stop()


def test_spark_gives_the_verdicts_of_the_local_run(session: Any, antifraud: Any, tmp_path: Path) -> None:
    """Each column of each row equals what `antifraud batch` writes; own columns and the order of rows stay."""
    rows = [(number, text) for number, text in enumerate(TEXTS * 3)]
    df = session.createDataFrame(rows, "id bigint, sms string").repartitionByRange(3, "id")
    found = engine.classify(df, "sms", columns=COLUMNS).orderBy("id").collect()
    assert [(row["id"], row["sms"]) for row in found] == rows
    good = [row.asDict() for row in found if row["sms"] and row["sms"].strip() and len(row["sms"]) < 1_000_001]
    source = "".join(json.dumps({"text": row["sms"]}) + "\n" for row in good)
    wanted = antifraud("batch", "--fields", ",".join(COLUMNS), stdin=source).objects
    for row, answer in zip(good, wanted, strict=True):
        for name in COLUMNS:
            value = json.loads(row[name]) if name in ("signals", "numbers") else row[name]
            assert value == answer[name], name


def test_a_row_without_text_stays(session: Any) -> None:
    """Null, blank and endless texts have null in every column of ours, and are still there."""
    df = session.createDataFrame([(text,) for text in TEXTS[4:]], "text string")
    found = engine.classify(df).collect()
    assert len(found) == len(TEXTS[4:])
    assert all(value is None for row in found for value in row[1:])


def test_columns_of_ours_give_way(session: Any) -> None:
    """A column that is there already keeps its name and value."""
    df = session.createDataFrame([(TEXTS[1], "mine")], "text string, level string")
    row = engine.classify(df, columns=("level",), lang="en").collect()[0]
    assert (row["level"], row["antifraud_level"]) == ("mine", "danger")


def test_a_column_that_does_not_exist_is_named(session: Any) -> None:
    """A wrong name is refused before anything runs."""
    df = session.createDataFrame([("x",)], "text string")
    for arguments in ({"column": "nosuch"}, {"columns": ("nosuch",)}, {"columns": ("line",)}):
        with pytest.raises(UsageError):
            engine.classify(df, **arguments)
