"""What a batch leaves when it does not end, what --resume accepts and refuses, and what a pipe gets to see at once."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.batch import job, sources, targets
from antifraud_cli.batch.live import LiveStream
from antifraud_cli.cli.exits import Exit

from .test_batch import Torn

TALK = "晚上一起吃饭吗"
SCAM = "我是市公安局民警,你名下银行卡涉嫌洗钱,把资金转入安全账户,不要告诉家人"


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten records a chunk, a checkpoint after each."""
    monkeypatch.setattr(sources, "CHUNK", sources.Limit(10, 64_000))
    monkeypatch.setattr(job, "CHECKPOINT_SECONDS", 0.0)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A disk that takes as many writes as `room` says, and then half a one."""
    disk = {"room": 1_000_000}
    write = targets.FileTarget.write

    def limited(self: targets.FileTarget, data: bytes) -> None:
        if disk["room"] <= 0:
            write(self, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        disk["room"] -= 1
        write(self, data)

    monkeypatch.setattr(targets.FileTarget, "write", limited)
    return disk


def records(path: Path, number: int, start: int = 0) -> Path:
    path.write_text("".join(f'{{"text": "{TALK} {n % 5}", "id": {n}}}\n' for n in range(start, start + number)))
    return path


def interrupted(antifraud: Any, disk: dict[str, int], tmp_path: Path, *options: str) -> tuple[str, ...]:
    """A run that a full disk stopped after three chunks; gives its command line."""
    line = ("batch", str(records(tmp_path / "in.jsonl", 95)), "-o", str(tmp_path / "out.jsonl"), *options)
    disk["room"] = 4  # the head, which is empty, and three chunks
    outcome = antifraud(*line)
    disk["room"] = 1_000_000
    assert outcome.status == Exit.ERROR
    assert "磁盘满了" in outcome.err
    assert "--resume" in outcome.err
    return line


@pytest.mark.usefixtures("small_chunks")
def test_a_full_disk_loses_nothing(antifraud: Any, disk: dict[str, int], tmp_path: Path) -> None:
    """What was written stays, marked as partial, in whole records; --resume ends in the bytes of a run without mishap."""
    line = interrupted(antifraud, disk, tmp_path)
    assert not (tmp_path / "out.jsonl").exists()
    kept = (tmp_path / "out.jsonl.part").read_text(encoding="utf-8").splitlines()
    assert [json.loads(one)["input"]["id"] for one in kept] == list(range(30))
    done = antifraud(*line, "--resume", "--summary", str(tmp_path / "s"))
    assert done.status == Exit.NOTHING
    assert json.loads((tmp_path / "s").read_text())["records"] == 95
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl", "s"]
    content = (tmp_path / "out.jsonl").read_bytes()
    antifraud(*line)
    assert (tmp_path / "out.jsonl").read_bytes() == content


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", ["out.csv", "out.jsonl.gz", "out.parquet"])
def test_every_format_goes_on(antifraud: Any, disk: dict[str, int], tmp_path: Path, name: str) -> None:
    """A head, a compressed member, a Parquet file that is not one yet: all go on to the bytes of an uninterrupted run."""
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    line = ("batch", str(records(tmp_path / "in.jsonl", 95)), "-o", str(tmp_path / name))
    for room in (0, 1, 3, 4):  # from the start, and from wherever the one before came to
        disk["room"] = room
        assert antifraud(*line, "--resume").status == Exit.ERROR
        assert not (tmp_path / name).exists()
    disk["room"] = 1_000_000
    assert antifraud(*line, "--resume").status == Exit.NOTHING
    content = (tmp_path / name).read_bytes()
    assert antifraud(*line).status == Exit.NOTHING
    assert (tmp_path / name).read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", name]


@pytest.mark.usefixtures("small_chunks")
def test_a_partial_output_is_never_written_over(antifraud: Any, disk: dict[str, int], tmp_path: Path) -> None:
    """Without --resume a partial output stays as it is, and the error says what to do."""
    line = interrupted(antifraud, disk, tmp_path)
    before = (tmp_path / "out.jsonl.part").read_bytes()
    outcome = antifraud(*line)
    assert outcome.status == Exit.ERROR
    assert "--resume" in outcome.err
    assert (tmp_path / "out.jsonl.part").read_bytes() == before


def change_nothing_seen(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(path.read_text().replace('"id": 12}', '"id": 21}'))


def let_it_grow(tmp_path: Path) -> None:
    with (tmp_path / "in.jsonl").open("a") as stream:
        stream.write('{"text": "more"}\n')


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("change", [change_nothing_seen, let_it_grow])
def test_another_input_is_refused(antifraud: Any, disk: dict[str, int], tmp_path: Path, change: Any) -> None:
    """A source that changed, be it by a digit in the part that is done, is refused, and the partial output stays."""
    line = interrupted(antifraud, disk, tmp_path)
    before = (tmp_path / "out.jsonl.part").read_bytes()
    change(tmp_path)
    outcome = antifraud(*line, "--resume")
    assert outcome.status == Exit.ERROR
    assert "输入变了" in outcome.err
    assert (tmp_path / "out.jsonl.part").read_bytes() == before


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    "option",
    [
        ("--lang", "en"), ("--fields", "level"), ("--min-level", "danger"), ("--dedupe",), ("--errors", "bad"),
        ("--format", "lines"), ("--column", "id"), ("--encoding", "gb18030"), ("--output-format", "csv"),
    ],
    ids=lambda option: option[0],
)  # fmt: skip
def test_other_options_are_refused(
    antifraud: Any, disk: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    """Whatever changes what is written cannot change half-way."""
    monkeypatch.chdir(tmp_path)
    line = interrupted(antifraud, disk, tmp_path)
    outcome = antifraud(*line, "--resume", *option)
    assert outcome.status == Exit.ERROR
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.usefixtures("small_chunks")
def test_other_knowledge_is_refused(
    antifraud: Any, disk: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of an output judged by one version of the rules and half by another would be nobody's answer."""
    from antifraud_cli.knowledge import store

    line = interrupted(antifraud, disk, tmp_path)
    monkeypatch.setattr(store, "version", lambda: "another")
    outcome = antifraud(*line, "--resume")
    assert outcome.status == Exit.ERROR
    assert "知识库变了" in outcome.err


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"version": 99}', None])
def test_a_damaged_state_is_refused(
    antifraud: Any, disk: dict[str, int], tmp_path: Path, content: bytes | None
) -> None:
    """A state file that is damaged, or whose output is gone, is an error in words."""
    line = interrupted(antifraud, disk, tmp_path)
    if content is None:
        (tmp_path / "out.jsonl.part").unlink()
    else:
        (tmp_path / "out.jsonl.part.json").write_bytes(content)
    outcome = antifraud(*line, "--resume")
    assert outcome.status == Exit.ERROR
    assert "out.jsonl.part.json" in outcome.err


def test_resume_begins_where_there_was_nothing(antifraud: Any, tmp_path: Path) -> None:
    """A script may always say --resume: without an interrupted run it begins one."""
    line = ("batch", str(records(tmp_path / "in.jsonl", 3)), "-o", str(tmp_path / "out.jsonl"), "--resume")
    assert antifraud(*line).status == Exit.NOTHING
    assert antifraud(*line).status == Exit.NOTHING
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.parametrize("line", [(), ("-o", "out.jsonl"), ("in.jsonl",), ("in.jsonl", "-o", "/dev/null")])
def test_what_cannot_be_resumed_says_so(
    antifraud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]
) -> None:
    """A pipe cannot be read again nor taken back: --resume is refused before anything is done."""
    monkeypatch.chdir(tmp_path)
    records(tmp_path / "in.jsonl", 3)
    outcome = antifraud("batch", *line, "--resume", stdin='{"text": "x"}\n')
    assert outcome.status == Exit.ERROR
    assert outcome.out == ""
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    "options", [("-o", "in.jsonl"), ("--errors", "in.jsonl"), ("--summary", "in.jsonl"), ("-o", "x", "--errors", "x")]
)
def test_no_file_has_two_uses(
    antifraud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """A file is read, or written once; the source stays as it is."""
    monkeypatch.chdir(tmp_path)
    before = records(tmp_path / "in.jsonl", 3).read_bytes()
    assert antifraud("batch", "in.jsonl", *options).status == Exit.ERROR
    assert (tmp_path / "in.jsonl").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
def test_two_runs_do_not_share_an_output(tmp_path: Path) -> None:
    """While one process writes a partial output, another one is refused."""
    held = targets.FileTarget(tmp_path / "out")
    code = (
        "import sys; from pathlib import Path; from antifraud_cli.batch import targets\n"
        "try: targets.FileTarget(Path(sys.argv[1]), 0)\n"
        "except targets.BusyError: print('busy')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")], capture_output=True, text=True, check=True
    )
    assert done.stdout == "busy\n"
    held.close()


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("form", ["jsonl", "csv", "lines"])
def test_a_line_on_a_live_pipe_is_answered_at_once(form: str) -> None:
    """`tail -f | antifraud batch`: each line has its answer before the next one is sent."""
    line = [sys.executable, "-m", "antifraud_cli", "batch", "--format", form, "--fields", "level,input"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if form == "csv":
            process.stdin.write(b"text\n")
            process.stdin.flush()
        for number in range(3):
            text = f"{SCAM} {number}"
            process.stdin.write(
                (json.dumps({"text": text}) if form == "jsonl" else f'"{text}"' if form == "csv" else text).encode()
                + b"\n"
            )
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"level": "danger", "input": {"text": text}}
        process.stdin.close()
        assert process.wait(30) == Exit.FOUND


class Pieces:
    """A pipe that gives what was put into it piece by piece."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def read1(self, size: int) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    def fileno(self) -> int:
        raise OSError


def test_lines_of_a_live_stream_are_whole() -> None:
    """However a pipe cuts its bytes, lines come out whole, and the last one without its end too."""
    live = LiveStream(Pieces(b"a", b"b\nc", b"\n\nd\ne\nf"))  # type: ignore[arg-type]
    assert [live.readline() for _ in range(7)] == [b"ab\n", b"c\n", b"\n", b"d\n", b"e\n", b"f", b""]


def test_a_line_of_a_live_stream_is_limited() -> None:
    """A line that never ends is given in pieces of the size asked for."""
    live = LiveStream(Pieces(b"abcdef", b"gh\n"))  # type: ignore[arg-type]
    assert [live.readline(4) for _ in range(3)] == [b"abcd", b"efgh", b"\n"]


def progress_of(antifraud: Any, tmp_path: Path, *options: str, **world: Any) -> str:
    outcome = antifraud("batch", str(records(tmp_path / "in.jsonl", 30)), *options, **world)
    return str(outcome.err)


def test_nothing_but_the_counts_goes_to_a_log(antifraud: Any, tmp_path: Path) -> None:
    """Off a terminal a batch says one line, at its end."""
    assert len(progress_of(antifraud, tmp_path).splitlines()) == 1
    assert len(progress_of(antifraud, tmp_path, "--progress", "none", stderr_is_terminal=True).splitlines()) == 1


@pytest.mark.usefixtures("small_chunks")
def test_plain_progress_is_lines(antifraud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--progress plain writes a line now and then, and the tables of the summary, without escape sequences."""
    from antifraud_cli.cli import batch_progress

    monkeypatch.setattr(batch_progress, "_LINE_SECONDS", 0.0)
    shown = progress_of(antifraud, tmp_path, "--progress", "plain")
    assert "100.0%，30 条" in shown
    assert "按级别" in shown
    assert "\x1b" not in shown


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("columns", ["40", "120"])
def test_a_person_sees_a_bar(antifraud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """On a terminal there is a bar, which is gone at the end, and the tables of the summary."""
    from antifraud_cli.cli import batch_progress

    monkeypatch.setattr(batch_progress, "_BAR_SECONDS", 0.0)
    monkeypatch.setenv("COLUMNS", columns)
    shown = progress_of(antifraud, tmp_path, stderr_is_terminal=True)
    assert "每秒" in shown
    assert "按级别" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_the_summary_counts_what_was_found(antifraud: Any, tmp_path: Path, lang: str) -> None:
    """The tables hold level, category and rules, in the language asked for."""
    path = tmp_path / "in.txt"
    path.write_text(f"{SCAM}\n" * 3 + f"{TALK}\n", encoding="utf-8")
    outcome = antifraud("batch", str(path), "--progress", "plain", lang=lang)
    lines = outcome.err.splitlines()
    assert any(line.split()[:2] == ["3", "75.0%"] for line in lines)
    assert "general.safe_account" in outcome.err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_came_from_a_pipe_is_kept(tmp_path: Path, workers: str) -> None:
    """Standard input that breaks off leaves the answers to all whole chunks that were read until then in the partial output."""
    from antifraud_cli.cli.environment import Environment
    from antifraud_cli.cli.main import run

    source = Torn(b'{"text": "x"}\n' * (2 * sources.CHUNK.records + 1))
    err = io.BytesIO()
    line = ["batch", "-o", str(tmp_path / "out.jsonl"), "--workers", workers]
    assert run(line, Environment(source, io.BytesIO(), err)) == Exit.ERROR
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl.part"]
    assert (tmp_path / "out.jsonl.part").read_bytes().count(b"\n") == 2 * sources.CHUNK.records
    assert "out.jsonl.part" in err.getvalue().decode()
