"""Batch: many records in, one verdict each, in order, with the record's own keys; bad records cost only themselves."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antifraud_cli.batch import records, sources, tables
from antifraud_cli.batch.lines import LineFault, lines_in, lines_of, raw_blocks, raw_lines
from antifraud_cli.batch.records import Chunk, Layout
from antifraud_cli.cli.exits import Exit

SCAM = "我是市公安局民警,你名下银行卡涉嫌洗钱,把资金转入安全账户,不要告诉家人"
TALK = "晚上一起吃饭吗"


def inputs(outcome: Any) -> list[Any]:
    """What stands under `input` in each answer."""
    return [answer["input"] for answer in outcome.objects]


def jsonl(*values: Any) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def test_each_record_gets_the_verdict_of_classify(antifraud: Any) -> None:
    """A line of batch is the answer of classify, with the record under `input`."""
    answers = antifraud("batch", stdin=jsonl({"text": SCAM}, {"text": TALK})).objects
    for text, answer in zip((SCAM, TALK), answers, strict=True):
        assert answer.pop("input") == {"text": text}
        assert answer == antifraud("classify", "--json", text).json


def test_status_and_counts(antifraud: Any) -> None:
    """1 if any record is at caution or above, 0 otherwise or with --exit-zero; the counts go to standard error."""
    found = antifraud("batch", stdin=jsonl({"text": SCAM}, {"text": TALK}))
    assert found.status == Exit.FOUND
    assert "2" in found.err
    assert antifraud("batch", "--exit-zero", stdin=jsonl({"text": SCAM})).status == Exit.NOTHING
    assert antifraud("batch", stdin=jsonl({"text": TALK})).status == Exit.NOTHING


def test_order_is_kept_and_unknown_keys_pass_through(antifraud: Any) -> None:
    """Records come back in order, every key and value as it stood, whatever its type."""
    given_ = [
        {"id": number, "text": TALK, "nested": {"a": [1, None, True]}, "文": "字", "level": "mine", "input": 0}
        for number in range(40)
    ]
    assert inputs(antifraud("batch", stdin=jsonl(*given_))) == given_


def test_numbers_pass_through_digit_by_digit(antifraud: Any) -> None:
    """A long or exact number in a record is not rewritten on its way through."""
    line = '{"text": "x", "a": 1.10, "b": 1e999, "c": 123456789012345678901234567890.0000000001}'
    assert line[1:] in antifraud("batch", stdin=line).out


def test_a_bad_line_in_the_middle_costs_only_itself(antifraud: Any) -> None:
    """A malformed record is reported with its line number, the others are processed, the status is 2."""
    lines = [json.dumps({"text": TALK, "n": n}) for n in range(5)]
    lines[2] = '{"text": "torn'
    outcome = antifraud("batch", "--exit-zero", stdin="\n".join(lines))
    assert outcome.status == Exit.ERROR
    assert [record["n"] for record in inputs(outcome)] == [0, 1, 3, 4]
    assert "第 3 行" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    "bad",
    [
        b"[]",
        b"7",
        b"null",
        b'"text"',
        b"{}",
        b'{"text": 5}',
        b'{"text": null}',
        b'{"text": "x", "n": NaN}',
        b'{"text": "x", "n": -Infinity}',
        b"[" * 100_000,
        b'{"text": "x", "n": ' + b"9" * 5000 + b"}",
        b"\xff\xff\xff",
        b'{"text": "' + b"a" * 9_000_000 + b'"}',
        b'{"text": "' + b"a" * 1_000_001 + b'"}',
        b'{"text": "\x01"}',
    ],
)
def test_whatever_is_no_record_is_a_fault_of_its_line(antifraud: Any, bad: bytes) -> None:
    """Wrong types, missing text, too deep, too long, undecodable: a fault with the number of its line."""
    good = jsonl({"text": TALK}).encode()
    outcome = antifraud("batch", stdin=good + bad + b"\n" + good)
    assert outcome.status == Exit.ERROR
    assert len(outcome.objects) == 2
    assert outcome.err.count("第 2 行") == 1
    assert "第 3 行" not in outcome.err


def test_many_faults_are_counted_not_all_listed(antifraud: Any) -> None:
    """A file that is all wrong does not flood the screen, and the count is right."""
    outcome = antifraud("batch", stdin="x\n" * 500)
    assert "500" in outcome.err
    assert len(outcome.err.splitlines()) < 40


def test_blank_lines_are_no_records(antifraud: Any) -> None:
    """Empty lines are skipped but counted as lines."""
    outcome = antifraud("batch", stdin="\n\n" + jsonl({"text": TALK}) + "\n{\n")
    assert len(outcome.objects) == 1
    assert "第 5 行" in outcome.err


def test_no_input_gives_no_output(antifraud: Any) -> None:
    """Nothing in, nothing out, status 0."""
    assert (antifraud("batch").status, antifraud("batch").out) == (Exit.NOTHING, "")


FORMS = [("jsonl", "in.jsonl"), ("csv", "in.csv"), ("tsv", "in.tsv"), ("lines", "in.txt")]
TEXTS = [TALK, SCAM, 'He said "no", twice']


def written(form: str, texts: list[str]) -> str:
    if form == "jsonl":
        return jsonl(*({"text": text} for text in texts))
    if form == "lines":
        return "".join(f"{text}\n" for text in texts)
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="," if form == "csv" else "\t", lineterminator="\r\n")
    writer.writerows([["text"], *([text] for text in texts)])
    return stream.getvalue()


@pytest.mark.parametrize(("form", "name"), FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_every_format_in_every_usual_encoding(
    antifraud: Any, tmp_path: Path, form: str, name: str, encoding: str
) -> None:
    """The format is that of the file name, or --format; the encoding is found out; the answers are the same."""
    wanted = [{"text": text} for text in TEXTS]
    content = written(form, TEXTS).encode(encoding)
    path = tmp_path / name
    path.write_bytes(content)
    assert inputs(antifraud("batch", str(path))) == wanted
    assert inputs(antifraud("batch", "--format", form, stdin=content)) == wanted


def test_a_named_encoding_is_used(antifraud: Any) -> None:
    """--encoding decides, for UTF-16 without a byte order mark and for Big5."""
    for encoding in ("utf-16-le", "utf-16-be", "big5"):
        content = jsonl({"text": "轉帳"}).encode(encoding)
        assert inputs(antifraud("batch", "--encoding", encoding, stdin=content)) == [{"text": "轉帳"}]


def test_quoted_newlines_stay_in_their_field(antifraud: Any) -> None:
    """A quoted field may run over several lines, hold the delimiter and doubled quotes."""
    table = 'id,text,x\r\n1,"a\r\nb, ""c""\nd",y\r\n2,e,z\r\n'
    assert inputs(antifraud("batch", "--format", "csv", stdin=table)) == [
        {"id": "1", "text": 'a\r\nb, "c"\nd', "x": "y"},
        {"id": "2", "text": "e", "x": "z"},
    ]


BAD_ROWS = [
    ("1,a,b,c", "too many columns"),
    ("1", "too few columns"),
    ('1,"a"b', "a quote in the wrong place"),
    ('1,"a', "a quote that is never closed"),
    ("1,", "an empty text"),
]


@pytest.mark.parametrize("bad", [row for row, _ in BAD_ROWS], ids=[name for _, name in BAD_ROWS])
def test_a_bad_row_costs_only_itself(antifraud: Any, bad: str) -> None:
    """A row that is no good is reported with the line it begins on; the rows after it are read."""
    table = f'id,text\n0,ok\n{bad}\n2,"fine\nhere"\n3,"good"\n4,ok\n'
    outcome = antifraud("batch", "--format", "csv", stdin=table)
    assert outcome.status == Exit.ERROR
    assert "第 3 行" in outcome.err
    read = {record["id"]: record["text"] for record in inputs(outcome)}
    assert read["0"] == "ok"
    assert read["3"] == "good"
    assert read["4"] == "ok"


@pytest.mark.parametrize("column", ["content", "短信内容", "text"])
def test_the_usual_columns_are_found(antifraud: Any, column: str) -> None:
    """Usual names of the column with the text need no --column."""
    assert len(antifraud("batch", "--format", "csv", stdin=f"id,{column}\n1,x\n").objects) == 1


def test_another_column_is_named(antifraud: Any) -> None:
    """--column names the column or key; one that does not exist is an error that lists those there are."""
    table = "id,said\n1,x\n"
    assert inputs(antifraud("batch", "--format", "csv", "--column", "said", stdin=table)) == [{"id": "1", "said": "x"}]
    refused = antifraud("batch", "--format", "csv", stdin=table)
    assert refused.status == Exit.ERROR
    assert "id, said" in refused.err
    assert inputs(antifraud("batch", "--column", "said", stdin='{"said":"x"}')) == [{"said": "x"}]


def test_control_characters_of_a_table_head_do_not_reach_the_screen(antifraud: Any) -> None:
    """What stands in a file is shown as data."""
    refused = antifraud("batch", "--format", "csv", stdin="a\x1b[2J,b\u202e\n1,2\n")
    assert "\x1b" not in refused.err
    assert "\u202e" not in refused.err


def test_output_appears_when_it_is_complete(antifraud: Any, tmp_path: Path) -> None:
    """-o writes what would go to standard output, replaces what was there, and leaves nothing else."""
    source = jsonl({"text": TALK}, {"text": SCAM})
    path = tmp_path / "out.jsonl"
    path.write_text("old", encoding="utf-8")
    outcome = antifraud("batch", "-o", str(path), stdin=source)
    assert outcome.out == ""
    assert path.read_text(encoding="utf-8") == antifraud("batch", stdin=source).out
    assert list(tmp_path.iterdir()) == [path]


class Torn(io.BytesIO):
    """A source that breaks off with an error."""

    def readline(self, size: int | None = -1) -> bytes:
        line = super().readline(-1 if size is None else size)
        if not line:
            raise OSError(5, "torn")
        return line

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data:
            raise OSError(5, "torn")
        return data


def test_a_run_that_fails_leaves_the_old_output(tmp_path: Path) -> None:
    """If a run breaks off, the file that was there is untouched and nothing half-written lies beside it."""
    from antifraud_cli.cli.environment import Environment
    from antifraud_cli.cli.main import run

    path = tmp_path / "out.jsonl"
    path.write_text("old", encoding="utf-8")
    source = Torn(jsonl({"text": TALK}).encode())
    assert run(["batch", "-o", str(path)], Environment(source, io.BytesIO(), io.BytesIO())) == Exit.ERROR
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_source_is_never_the_output(antifraud: Any, tmp_path: Path) -> None:
    """To write over the file that is being read is refused."""
    path = tmp_path / "in.jsonl"
    path.write_text(jsonl({"text": TALK}), encoding="utf-8")
    assert antifraud("batch", str(path), "-o", str(path)).status == Exit.ERROR
    assert path.read_text(encoding="utf-8") == jsonl({"text": TALK})


def test_two_workers_answer_like_one(antifraud: Any) -> None:
    """--workers changes nothing of the output, its order or the faults."""
    lines = [json.dumps({"text": f"{SCAM if n % 7 == 0 else TALK} {n}", "n": n}) for n in range(1100)]
    lines[700] = "torn"
    source = "\n".join(lines)
    one, two = antifraud("batch", stdin=source), antifraud("batch", "--workers", "2", stdin=source)
    assert (one.status, one.out, one.err) == (two.status, two.out, two.err)
    assert len(one.objects) == 1099


@given(st.binary(max_size=300), st.sampled_from(["jsonl", "csv", "tsv", "lines"]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_records_or_faults(content: bytes, form: str) -> None:
    """No bytes make the reader fail otherwise than by its own errors, and lines count up."""
    try:
        found = list(sources.read(io.BytesIO(content), form, None, None))
    except tables.ColumnError:
        return
    for record in found:
        assert 1 <= record.line <= content.count(b"\n") + content.count(b"\r") + 1
        if isinstance(record, records.Record):
            assert isinstance(json.loads(record.own), dict)


ROWS = st.lists(st.tuples(st.text(min_size=1, max_size=20), st.text(max_size=20)), min_size=1, max_size=5)


@given(ROWS.filter(lambda rows: all(a.strip() for a, _ in rows)))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_what_a_table_holds_is_read(rows: list[tuple[str, str]]) -> None:
    """Whatever a CSV writer writes is read back."""
    rows = [(a.replace("\0", ""), b.replace("\0", "")) for a, b in rows]
    rows = [(a, b) for a, b in rows if a.strip()]
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("text", "more"), *rows])
    found = list(sources.read(io.BytesIO(stream.getvalue().encode()), "csv", None, "utf-8"))
    assert [record.text for record in found if isinstance(record, records.Record)] == [a for a, _ in rows]


def test_a_line_that_is_too_long_is_one_fault() -> None:
    """A line beyond the limit is skipped whole: the next one keeps its number."""
    for encoding in ("utf-8", "utf-16"):
        content = ("a" * 50 + "\n" + "bc\n").encode(encoding)
        assert list(lines_of(io.BytesIO(content), None, 20)) == [(1, LineFault.TOO_LONG), (2, "bc\n")]


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r", b"bcdef", b"\n\n", b"x" * 30])).map(b"".join),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(1, 4),
    st.integers(1, 40),
)
def test_blocks_hold_the_same_lines(content: bytes, encoding: str, most: int, size: int) -> None:
    """Read many at once or one by one, lines are the same, with the same numbers; never more at once than asked for."""
    content = content.decode().encode(encoding)
    found = []
    for first, piece in raw_blocks(io.BytesIO(content), None, most, size, 20):
        assert lines_in(piece) <= most
        lines = io.BytesIO(piece) if isinstance(piece, bytes) else [piece]
        found += list(enumerate(lines, first))
    assert found == list(raw_lines(io.BytesIO(content), None, 20))


@pytest.mark.parametrize("form", ["jsonl", "lines"])
def test_nothing_but_blanks_is_no_record(form: str) -> None:
    """A blank line is neither a record nor a fault, with or without its line end."""
    chunk = Chunk(Layout("in", form), [(1, ""), (2, b" \t\r\n"), (3, "\u3000"), (4, b"")], 1, 4)
    assert list(records.records_of(chunk)) == []
