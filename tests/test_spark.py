"""Apache Spark gives the same verdicts. A real local Spark; skipped without pyspark or Java."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
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


MASTER = ("--engine", "spark", "--master", "local[2]")
BAD = ["[1]", '{"text": 7}', '{"torn', '{"text": "nul \0"}']


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    """A few hundred records as JSONL with keys of their own, some that are no good, and one in another encoding."""
    lines = [
        json.dumps({"id": n, "text": f"{text} {n}", "nested": {"a": [n, None]}, "=1+1": "+86"}, ensure_ascii=False)
        for n, text in enumerate(islice(cycle(TEXTS), 400))
    ]
    path = tmp_path / "in.jsonl"
    other = '{"text": "我是公安局民警，把钱转入安全账户"}\r\n'.encode("gb18030")
    path.write_bytes("\n".join([*lines[:200], "", *BAD, *lines[200:], ""]).encode() + other + b'{"text": "\xff"}')
    return path


def lines_in(folder: Path) -> list[bytes]:
    """All lines of a result, sorted."""
    assert (folder / "_SUCCESS").exists()
    return sorted(line for part in folder.glob("part-*") for line in part.read_bytes().splitlines(keepends=True))


def counts_in(path: Path) -> Any:
    """A summary without what differs from run to run."""
    found = json.loads(path.read_bytes())
    found.pop("seconds")
    return found


def rows_in(path: Path) -> list[str]:
    """All rows of Parquet, sorted."""
    import pyarrow.parquet

    return sorted(json.dumps(row, default=str) for row in pyarrow.parquet.read_table(path).to_pylist())


def test_a_batch_writes_the_bytes_of_one_machine(spark: Any, antifraud: Any, messages: Path, tmp_path: Path) -> None:
    """JSONL in, JSONL out: the same lines, the same counts and the same status, bad records included."""
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    one = antifraud("batch", str(messages), "-o", str(here), "--summary", str(tmp_path / "1.json"))
    two = antifraud("batch", str(messages), "-o", str(there), "--summary", str(tmp_path / "2.json"), *MASTER)
    assert len(lines_in(there)) == 401
    assert lines_in(there) == sorted(here.read_bytes().splitlines(keepends=True))
    assert counts_in(tmp_path / "2.json") == counts_in(tmp_path / "1.json")
    assert (two.status, two.err.splitlines()[-2:]) == (one.status, one.err.splitlines()[-2:])
    assert two.err.count("错误") == counts_in(tmp_path / "2.json")["faults"] == len(BAD) + 1


@pytest.mark.parametrize("form", ["jsonl", "csv", "lines", "parquet"])
def test_every_format_becomes_the_same_parquet(
    spark: Any, antifraud: Any, messages: Path, tmp_path: Path, form: str
) -> None:
    """Own columns, types and verdicts of a Parquet result are those of one machine, whatever goes in."""
    source = messages
    if form in ("csv", "parquet"):
        source = tmp_path / f"in.{form}"
        antifraud("batch", str(messages), "-o", str(source), "--fields", "input", "--exit-zero")
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    common = ("--format", form, "--min-level", "caution")
    one = antifraud("batch", str(source), "-o", str(here), *common)
    two = antifraud("batch", str(source), "-o", str(there), *common, *MASTER)
    assert two.status == one.status
    assert len(rows_in(here)) > 80
    assert rows_in(there) == rows_in(here)


@pytest.mark.parametrize("more", ["", "6,安全账户,\n"])
def test_a_table_keeps_its_cells(spark: Any, antifraud: Any, tmp_path: Path, more: str) -> None:
    """Line ends, quotes and empty cells come through; rows that do not fit, or are no UTF-8, are bad records."""
    source, here, there, counts = (tmp_path / name for name in ("in.csv", "here.jsonl", "there.jsonl", "counts.json"))
    rows = (
        'id,短信内容,x\n1,"把资金转入\n""安全账户""，我是公安",\n2,短\n3,a,b,c\n4,,\n5, 两边有空格 ,"",\n,,\n7,好,""\n'
    )
    source.write_bytes(rows.encode() + more.encode("gb18030"))
    antifraud("batch", str(source), "-o", str(here))
    antifraud("batch", str(source), "-o", str(there), "--summary", str(counts), *MASTER)
    expected = sorted(line for line in here.read_bytes().splitlines(keepends=True) if b'"id":"6"' not in line)
    assert lines_in(there) == expected
    assert (counts_in(counts)["records"], counts_in(counts)["faults"]) == (3, 3 + bool(more))


@pytest.mark.parametrize(
    "options",
    [
        ("--resume",), ("--errors", "bad.jsonl"), ("--dedupe",), ("--workers", "2"), ("--fields", "level,line"),
        ("--encoding", "utf-16"), ("--output-format", "csv"), ("-o", "-"), ("-o", "out.jsonl.zst"), ("-",),
        ("in.csv",),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(antifraud: Any, messages: Path, tmp_path: Path, options: Any) -> None:
    """An option that Spark cannot honour is an error before anything starts, and nothing is written."""
    target = tmp_path / "out.jsonl"
    outcome = antifraud("batch", str(messages), "-o", str(target), *MASTER, *options)
    assert outcome.status == 2
    assert [line[:2] for line in outcome.err.splitlines()] == ["错误", "建议"]
    assert not target.exists()


def test_what_spark_says_is_said_in_one_line(spark: Any, antifraud: Any, messages: Path, tmp_path: Path) -> None:
    """A file that is missing, a column that is missing, a result that is there already: one error, one hint."""
    there = str(tmp_path / "out.jsonl")
    table = tmp_path / "in.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    for line in (("nosuch.jsonl", "-o", there), (str(table), "-o", there), (str(messages), "-o", str(tmp_path))):
        outcome = antifraud("batch", *line, *MASTER)
        assert outcome.status == 2
        assert [text[:2] for text in outcome.err.splitlines()] == ["错误", "建议"]


def test_without_java_it_says_so(antifraud: Any, messages: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """No Java: the error names it and the version that is needed."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    outcome = antifraud("batch", str(messages), "-o", str(tmp_path / "out"), *MASTER)
    assert outcome.status == 2
    assert "Java 17" in outcome.err


def test_own_rules_travel_to_the_workers(spark: Any, tmp_path: Path) -> None:
    """With own rules every row gets the verdict that `api.classify` gives with them, wherever it is judged."""
    from antifraud_cli.engines.spark import classify

    rule = {"id": "my.dumplings", "weight": 4, "reason": "汤", "source": "妈妈", "patterns": ["妈炖了汤"]}
    rule |= {"match": ["妈炖了汤", "我妈炖了汤"], "no_match": ["汤", "妈"]}
    (tmp_path / "a.yaml").write_text(json.dumps({"category": "romance", "rules": [rule]}))
    rules = api.load_rules(tmp_path)
    rows = classify(spark.createDataFrame([(text,) for text in TEXTS], "text string"), rules=rules).collect()
    wanted = {text: as_json(api.classify(text, rules=rules).as_json()) for text in TEXTS}
    assert {row["text"]: row["verdict"] for row in rows} == wanted
    assert '"origin":"own"' in wanted[TEXTS[2]]
