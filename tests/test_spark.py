"""Apache Spark gives the same verdicts. A real local Spark; skipped without pyspark or Java."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from antifraud_cli import api
from antifraud_cli.output.escape import as_json

pytest.importorskip("pyspark", reason="needs the extra spark")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("needs Java 17", allow_module_level=True)

TEXTS = [
    "我是市公安局民警，你名下银行卡涉嫌洗钱，请把资金转入安全账户，不要告诉家人",
    "【中国移动】尊敬的客户，您的话费余额不足10元，请及时充值。",
    "晚上回家吃饭吗？妈炖了汤",
    "",
    "+8696110 打来说我卡有问题",
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "7")
        .getOrCreate()
    )
    yield session
    session.stop()


def test_verdicts_are_those_of_one_machine(spark: Any) -> None:
    """Every row keeps its own columns and gets exactly the verdict that `api.classify` gives."""
    from antifraud_cli.engines.spark import classify

    rows = [(n, TEXTS[n % len(TEXTS)] + str(n)) for n in range(200)]
    frame = spark.createDataFrame(rows, "id long, text string").repartition(4)
    found = {row["id"]: row for row in classify(frame).collect()}
    assert len(found) == len(rows)
    for number, text in rows:
        verdict = api.classify(text)
        row = found[number]
        assert (row["text"], row["level"], row["category"]) == (text, verdict.level, verdict.category)
        assert row["verdict"] == as_json(verdict.as_json())
        assert json.loads(row["verdict"])["schema"] == "antifraud.message/1"


def test_rows_without_text_get_nulls(spark: Any) -> None:
    """A null in the column is passed through with nulls, and an empty DataFrame stays empty."""
    from antifraud_cli.engines.spark import classify

    frame = spark.createDataFrame([(1, None)], "id long, sms string")
    [row] = classify(frame, "sms").collect()
    assert (row["level"], row["verdict"]) == (None, None)
    assert classify(frame.limit(0), "sms").collect() == []


def test_a_text_that_is_refused_stops_nothing(spark: Any) -> None:
    """A text that is too long to be judged gets the reason, and the other rows their verdicts."""
    from antifraud_cli.engines.spark import classify

    frame = spark.createDataFrame([(1, "字" * 1_000_001), (2, TEXTS[0])], "id long, text string")
    found = {row["id"]: row for row in classify(frame).select("id", "level", "verdict").collect()}
    assert found[1]["level"] is None
    assert "error" in json.loads(found[1]["verdict"])
    assert found[2]["level"] == api.classify(TEXTS[0]).level


def test_wrong_columns_are_refused_at_once(spark: Any) -> None:
    """A column that is missing, or one that would be overwritten, is an error before anything runs."""
    from antifraud_cli.engines.spark import classify

    frame = spark.createDataFrame([(1, "a", "b")], "id long, text string, level string")
    with pytest.raises(ValueError, match="no column"):
        classify(frame, "body")
    with pytest.raises(ValueError, match="level"):
        classify(frame)
