"""Every format goes in and comes out again, bad records included, and no cell of a table is a formula."""

from __future__ import annotations

import base64
import csv
import gzip
import importlib.util
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antifraud_cli.batch import fields, formats
from antifraud_cli.batch.tables import header_names
from antifraud_cli.cli.exits import Exit

from .conftest import Program

SCAM = "我是市公安局民警,你名下银行卡涉嫌洗钱,把资金转入安全账户,不要告诉家人"
TALK = "晚上一起吃饭吗"
ROWS = [
    {"id": "007", "text": TALK, "from": "+8613800000000", "备注": 'a "b", c\nd'},
    {"id": "1", "text": SCAM, "from": "-1", "备注": "=1+1"},
    {"id": "", "text": f" {TALK}", "from": "'@x", "备注": "\tx\u202e\x1b[0m"},
]
HAS_ARROW = importlib.util.find_spec("pyarrow") is not None
needs_arrow = pytest.mark.skipif(not HAS_ARROW, reason="needs pyarrow")


def has_zstd() -> bool:
    from antifraud_cli.batch import compression

    try:
        compression.check("zstd")
    except compression.NoZstdError:
        return False
    return True


needs_zstd = pytest.mark.skipif(not has_zstd(), reason="needs backports.zstd or Python 3.14")


def unguarded(cell: str) -> str:
    """What a reader does with a cell of ours: it takes the quote off that keeps a formula from being one."""
    return cell[1:] if cell.startswith("'") and formats.guarded(cell[1:]) == cell else cell


def write_source(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A file with these rows, in the format of its name."""
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    if name.endswith(".parquet"):
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), path)
        return path
    if name.endswith(".jsonl"):
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        text = io.StringIO()
        writer = csv.writer(text, delimiter="," if name.endswith(".csv") else "\t")
        writer.writerows([list(rows[0]), *(list(row.values()) for row in rows)])
        content = text.getvalue()
    path.write_bytes(packed(content.encode(), path.name))
    return path


def packed(data: bytes, name: str) -> bytes:
    from antifraud_cli.batch import compression

    return compression.packed(data, compression.compression_of(name))


def read_target(path: Path) -> list[dict[str, Any]]:
    """The rows of an output, whatever its format, formulas unguarded."""
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return found
    data = path.read_bytes()
    if path.name.endswith(".gz"):
        data = gzip.decompress(data)
    elif path.name.endswith(".zst"):
        from antifraud_cli.batch import compression

        data = compression.opened(io.BytesIO(data), "zstd").read()
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in data.decode().splitlines()]
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    rows = csv.DictReader(text, delimiter="," if name.endswith(".csv") else "\t")
    return [{key: unguarded(value) for key, value in row.items()} for row in rows]


def marked(*names: str) -> list[Any]:
    """The names as parameters, skipped where the library is missing."""
    marks = {"parquet": needs_arrow, "zst": needs_zstd}
    return [pytest.param(name, marks=marks.get(name.rpartition(".")[2], ())) for name in names]


@pytest.mark.parametrize("target", marked("o.jsonl", "o.csv", "o.tsv.gz", "o.jsonl.zst", "o.csv.zst", "o.parquet"))
@pytest.mark.parametrize("source", marked("i.jsonl", "i.jsonl.gz", "i.csv", "i.tsv.zst", "i.parquet"))
def test_every_format_becomes_every_other(antifraud: Any, tmp_path: Path, source: str, target: str) -> None:
    """Each value of each record comes out as it went in, from any format to any other, beside the same levels."""
    path = write_source(tmp_path / source, ROWS)
    out = tmp_path / target
    assert antifraud("batch", str(path), "-o", str(out), "--exit-zero").status == Exit.NOTHING
    found = read_target(out)
    assert [row["level"] for row in found] == ["none", "danger", "none"]
    own = [row["input"] if "input" in row else {key: row[key] for key in ROWS[0]} for row in found]
    assert own == ROWS
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([source, target])


@needs_arrow
def test_types_of_parquet_columns_are_kept(antifraud: Any, tmp_path: Path) -> None:
    """From Parquet to Parquet each column has its type and values, whatever JSON has words for."""
    import datetime
    import decimal

    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "text": [TALK, SCAM, None],
            "id": pa.array([1, 2**60 + 1, None], pa.int64()),
            "at": pa.array([datetime.datetime(2026, 1, 2), None, None], pa.timestamp("us", "UTC")),
            "sum": pa.array([decimal.Decimal("1.10"), None, None], pa.decimal128(9, 2)),
            "raw": pa.array([b"\xff\x00", None, None], pa.binary()),
            "ratio": pa.array([float("nan"), 1.5, None], pa.float32()),
            "tags": pa.array([["a"], [], None], pa.list_(pa.string())),
            "kind": pa.array(["x", "y", "x"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    antifraud("batch", str(tmp_path / "in.parquet"), "-o", str(tmp_path / "out.parquet"))
    found = pq.read_table(tmp_path / "out.parquet").select(table.column_names)
    wanted = table.slice(0, 2).set_column(7, "kind", table["kind"].slice(0, 2).cast(pa.string()))
    assert found.schema.types == wanted.schema.types
    assert found.drop_columns(["ratio"]).to_pylist() == wanted.drop_columns(["ratio"]).to_pylist()
    assert str(found["ratio"].to_pylist()) == "[nan, 1.5]"
    lines = antifraud("batch", str(tmp_path / "in.parquet")).objects
    assert lines[0]["input"] == {
        "text": TALK, "id": 1, "at": "2026-01-02T00:00:00+00:00", "sum": "1.10", "raw": "/wA=", "ratio": None,
        "tags": ["a"], "kind": "x",
    }  # fmt: skip
    assert lines[1]["input"]["id"] == 2**60 + 1


@needs_arrow
def test_workers_read_and_write_parquet_like_one_process(tmp_path: Path) -> None:
    """However many processes share the work, the Parquet file has the same bytes."""
    rows = [{"id": number, "text": f"{TALK} {number}"} for number in range(1500)]
    path = write_source(tmp_path / "in.parquet", rows)
    for workers in ("1", "2"):
        line = [sys.executable, "-m", "antifraud_cli", "batch", str(path), "-o", str(tmp_path / f"{workers}.parquet")]
        assert subprocess.run([*line, "--workers", workers], timeout=60, check=False).returncode == Exit.NOTHING
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    assert [row["id"] for row in read_target(tmp_path / "2.parquet")] == list(range(1500))


@needs_arrow
def test_a_row_of_parquet_without_text_is_a_fault(antifraud: Any, tmp_path: Path) -> None:
    """A null or blank text is reported with the number of its row."""
    rows = [{"id": 1, "text": TALK}, {"id": 2, "text": None}, {"id": 3, "text": " "}, {"id": 4, "text": TALK}]
    path = write_source(tmp_path / "in.parquet", rows)
    outcome = antifraud("batch", str(path), "--errors", str(tmp_path / "bad"), "--fields", "line")
    assert outcome.objects == [{"line": 1}, {"line": 4}]
    bad = read_target_lines(tmp_path / "bad")
    assert [(one["line"], json.loads(one["raw"])["id"]) for one in bad] == [(2, 2), (3, 3)]


@needs_arrow
@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1", b"text\nx\n"])
def test_what_is_no_parquet_is_refused(antifraud: Any, tmp_path: Path, content: bytes) -> None:
    """A file that only calls itself Parquet is an error with two lines."""
    (tmp_path / "in.parquet").write_bytes(content)
    outcome = antifraud("batch", str(tmp_path / "in.parquet"))
    assert outcome.status == Exit.ERROR
    assert len(outcome.err.splitlines()) == 2
    assert "Parquet" in outcome.err


@needs_arrow
def test_parquet_with_other_columns_does_not_join(antifraud: Any, tmp_path: Path) -> None:
    """Two Parquet files with different columns do not become one; the first is not lost in silence."""
    one = write_source(tmp_path / "a.parquet", [{"text": TALK}])
    two = write_source(tmp_path / "b.parquet", [{"text": TALK, "id": 1}])
    outcome = antifraud("batch", str(one), str(two), "-o", str(tmp_path / "o.parquet"))
    assert outcome.status == Exit.ERROR
    assert "b.parquet" in outcome.err
    assert not (tmp_path / "o.parquet").exists()


def test_parquet_needs_files(antifraud: Any, tmp_path: Path) -> None:
    """Parquet on a pipe, or packed once more, is refused in words."""
    for line in (
        ("--output-format", "parquet"),
        ("-o", str(tmp_path / "o.parquet.gz")),
    ):
        outcome = antifraud("batch", *line, stdin='{"text":"x"}')
        assert (outcome.status, len(outcome.err.splitlines())) == (Exit.ERROR, 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", marked("in.jsonl.gz", "in.jsonl.zst"))
def test_damage_in_a_compressed_file_is_named(antifraud: Any, tmp_path: Path, name: str) -> None:
    """A file that is cut off, or is not compressed at all, is an error and never a short answer taken for a whole one."""
    whole = packed("".join(json.dumps({"text": f"{TALK}{n}"}) + "\n" for n in range(300)).encode(), name)
    for content in (whole[: len(whole) // 2], b"plain text\n", b""):
        (tmp_path / name).write_bytes(content)
        outcome = antifraud("batch", str(tmp_path / name), "-o", str(tmp_path / "out.jsonl"))
        if content:
            assert (outcome.status, len(outcome.err.splitlines()) >= 2) == (Exit.ERROR, True)
            assert not (tmp_path / "out.jsonl").exists()
        for left in tmp_path.glob("out*"):
            left.unlink()


def read_target_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


BAD = {
    "in.jsonl": (b'{"text":"a"}\n{"text": "torn\n[1]\n{"text": 5}\n\xff\xff\xff\n{"text":"b"}\n', [2, 3, 4, 5]),
    "in.csv": (b'id,text\n1,a\n2\n3,"x"y\n4,\n5,b,c\n\xff\xff\xff\n6,b\n', [3, 4, 5, 6, 7]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_records_are_kept_as_they_stood(antifraud: Any, tmp_path: Path, name: str) -> None:
    """--errors takes source, line, reason and content of each; mended and fed in again they would be read."""
    content, numbers = BAD[name]
    (tmp_path / name).write_bytes(content)
    outcome = antifraud("batch", str(tmp_path / name), "--errors", str(tmp_path / "bad.jsonl"))
    assert outcome.status == Exit.ERROR
    assert len(outcome.objects) == 2
    bad = read_target_lines(tmp_path / "bad.jsonl")
    assert [one["line"] for one in bad] == numbers
    lines = content.splitlines()
    for one in bad:
        assert one["source"] == str(tmp_path / name)
        assert one["reason"]
        assert one["message"]
        raw = one["raw"].encode() if "raw" in one else base64.b64decode(one["raw_base64"])
        assert raw == lines[one["line"] - 1]
    assert str(tmp_path / "bad.jsonl") in outcome.err


CELL = st.text(
    st.one_of(st.sampled_from("=+-@＝＋－＠'\t\r\n \" ,1a"), st.characters(exclude_categories=["Cs"])), max_size=8
)


@given(CELL)
@settings(max_examples=300, deadline=None)
def test_no_cell_begins_a_formula(cell: str) -> None:
    """Behind blanks or not, a cell begins with none of = + - @, and taking the guard off gives the value back."""
    guarded = formats.guarded(cell)
    assert not guarded.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not guarded.startswith(("\t", "\r", "\n"))
    assert unguarded(guarded) == cell


def test_no_cell_of_an_output_begins_a_formula(antifraud: Any, tmp_path: Path) -> None:
    """Head, own columns and fields of the verdict alike."""
    rows = [{"=head": "=1+1", "text": "@SUM(A1) +8613800000000", "n": "-2"}]
    for name in ("o.csv", "o.tsv"):
        path = write_source(tmp_path / "in.csv", rows)
        more = ",".join(("input", "input.n", *fields.FIELDS))
        antifraud("batch", str(path), "--fields", more, "-o", str(tmp_path / name))
        text = (tmp_path / name).read_text(encoding="utf-8-sig")
        cells = [
            cell for row in csv.reader(io.StringIO(text), delimiter="," if name == "o.csv" else "\t") for cell in row
        ]
        assert "'=1+1" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_csv_says_that_it_is_utf_8(antifraud: Any, tmp_path: Path) -> None:
    """Excel reads Chinese in a CSV only behind a byte order mark."""
    antifraud("batch", "-o", str(tmp_path / "o.csv"), stdin=json.dumps({"text": TALK}))
    assert (tmp_path / "o.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_fields_are_chosen_and_ordered(antifraud: Any) -> None:
    """--fields writes these and no others, in this order; input.KEY is one of the record's own."""
    line = json.dumps({"id": 7, "text": SCAM, "x": 1.5})
    outcome = antifraud("batch", "--fields", "input.id, score,level,category,input.none", stdin=line)
    assert list(outcome.json) == ["input.id", "score", "level", "category", "input.none"]
    assert outcome.json["input.id"] == 7
    assert outcome.json["level"] == "danger"
    assert 0.5 < outcome.json["score"] <= 1
    assert outcome.json["input.none"] is None


@pytest.mark.parametrize("name", [*fields.FIELDS, "input"])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_every_field_can_be_written(antifraud: Any, form: str, name: str) -> None:
    """Each field has a value for a scam and for an ordinary text, in a table too."""
    outcome = antifraud(
        "batch", "--fields", name, "--output-format", form, stdin=f'{{"text":"{SCAM}"}}\n{{"text":"x"}}'
    )
    assert len(outcome.out.splitlines()) == (2 if form == "jsonl" else 3)
    if form == "jsonl":
        assert [list(answer) for answer in outcome.objects] == [[name], [name]]


@pytest.mark.parametrize("name", ["nosuch", "", "level,nosuch", "Level"])
def test_an_unknown_field_is_named(antifraud: Any, name: str) -> None:
    """A field that does not exist is an error that lists those there are."""
    outcome = antifraud("batch", "--fields", name, stdin="{}")
    assert outcome.status == Exit.ERROR
    assert "category_name" in outcome.err


@pytest.mark.parametrize(("level", "written"), [("none", 2), ("caution", 1), ("danger", 1)])
def test_the_lowest_level_is_chosen(antifraud: Any, tmp_path: Path, level: str, written: int) -> None:
    """--min-level writes fewer records and counts all of them."""
    summary = tmp_path / "s.json"
    line = ("batch", "--format", "lines", "--min-level", level, "--summary", str(summary))
    assert len(antifraud(*line, stdin=f"{SCAM}\n{TALK}\n").objects) == written
    counts = json.loads(summary.read_text())
    assert (counts["records"], counts["written"]) == (2, written)
    assert counts["levels"] == {"danger": 1, "caution": 0, "none": 1}
    assert counts["categories"] == {"impersonate_authority": 1}
    assert counts["schema"] == "antifraud.batch/1"


def test_duplicates_are_written_once_with_their_count(antifraud: Any, tmp_path: Path) -> None:
    """--dedupe writes the first record of each text, in order, with the number of all; bad records stay single."""
    texts = [TALK, SCAM, TALK, "x", TALK, SCAM]
    lines = [json.dumps({"id": number, "text": text}) for number, text in enumerate(texts)]
    lines[3:3] = ["torn", "torn"]
    outcome = antifraud("batch", "--dedupe", "--summary", str(tmp_path / "s"), stdin="\n".join(lines))
    assert [(answer["input"]["id"], answer["count"]) for answer in outcome.objects] == [(0, 3), (1, 2), (3, 1)]
    counts = json.loads((tmp_path / "s").read_text())
    assert (counts["records"], counts["written"], counts["duplicates"], counts["faults"]) == (6, 3, 3, 2)
    assert counts["levels"]["danger"] == 2


def test_several_sources_are_one_run(antifraud: Any, tmp_path: Path) -> None:
    """Sources of different formats follow each other; a table has a column for what only later ones bring."""
    a = write_source(tmp_path / "a.csv", [{"id": "1", "text": TALK}])
    b = write_source(tmp_path / "b.jsonl", [{"text": SCAM, "n": 2}])
    names = ("batch", str(a), str(b), "-", "--fields", "source,line,input")
    found = antifraud(*names, stdin='{"text":"x"}').objects
    assert [Path(answer["source"]).name for answer in found] == ["a.csv", "b.jsonl", "-"]
    assert [answer["line"] for answer in found] == [2, 1, 1]
    assert [answer["input"] for answer in found] == [{"id": "1", "text": TALK}, {"text": SCAM, "n": 2}, {"text": "x"}]
    antifraud("batch", str(a), str(b), "-o", str(tmp_path / "o.csv"))
    rows = read_target(tmp_path / "o.csv")
    assert [(row["id"], row["text"], row["more"]) for row in rows] == [("1", TALK, ""), ("", SCAM, '{"n":2}')]
    assert antifraud("batch", "-", "-").status == Exit.ERROR


def test_columns_of_the_same_name_are_all_kept(antifraud: Any) -> None:
    """A second column of a name has a number behind it."""
    found = antifraud("batch", "--format", "csv", stdin="id,text,id,id.2\n1,x,2,3\n").json["input"]
    assert sorted(found.values()) == ["1", "2", "3", "x"]


@given(st.lists(st.sampled_from(["a", "a.2", "a.3", "", "b"]), max_size=6))
def test_names_of_columns_are_unique(row: list[str]) -> None:
    """Whatever a header repeats, each column has a name of its own, and the first keeps what it says."""
    names = header_names(row)
    assert len(set(names)) == len(row)
    assert [name for name, given_ in zip(names, row, strict=True) if given_ in name] == list(names)


def test_a_table_may_begin_with_rubbish(antifraud: Any, tmp_path: Path) -> None:
    """However many lines before the header are no rows, each is reported, and what follows loses nothing."""
    for lines in (3, 700):
        (tmp_path / "in.csv").write_bytes(b"\xff\xff\xff\n" * lines + b"id,text\n7,x\n")
        line = ("batch", str(tmp_path / "in.csv"), "-o", str(tmp_path / "o.csv"), "--errors", str(tmp_path / "bad"))
        assert antifraud(*line).status == Exit.ERROR
        assert [one["line"] for one in read_target_lines(tmp_path / "bad")] == list(range(1, lines + 1))
        row = read_target(tmp_path / "o.csv")[0]
        assert (row if "id" in row else json.loads(row["more"]))["id"] == "7"


def test_a_column_of_ours_gives_way(antifraud: Any, tmp_path: Path) -> None:
    """A table that has a level already keeps it; ours has another name."""
    path = write_source(tmp_path / "in.csv", [{"text": TALK, "level": "mine"}])
    antifraud("batch", str(path), "-o", str(tmp_path / "o.csv"))
    row = read_target(tmp_path / "o.csv")[0]
    assert (row["level"], row["antifraud_level"]) == ("mine", "none")


@given(st.text(st.characters(), max_size=20))
@settings(max_examples=50, deadline=None)
def test_any_value_can_stand_in_a_table(value: str) -> None:
    """Whatever a JSON string holds, lone surrogates included, can be written as a table."""
    outcome = Program()("batch", "--output-format", "tsv", stdin=json.dumps({"text": TALK, "x": value}))
    assert outcome.status == Exit.NOTHING
