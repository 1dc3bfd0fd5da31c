"""The command line: exit statuses, where text comes from, what bad input is told."""

from __future__ import annotations

import errno
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.cli import environment
from antifraud_cli.cli.environment import Environment, language_of
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.group import COMMANDS
from antifraud_cli.cli.main import run

from .conftest import AS_OF

SCAM = "我是市公安局民警,你名下银行卡涉嫌洗钱,把资金转入安全账户,不要告诉家人"
TALK = "晚上一起吃饭吗"
ERROR, HINT = "错误：", "建议："


def complaint(outcome: Any) -> tuple[str, str]:
    """The error and the hint; fails unless standard error holds exactly these two lines and nothing was answered."""
    assert outcome.status == Exit.ERROR
    assert outcome.out == ""
    lines = outcome.err.splitlines()
    assert len(lines) == 2, outcome.err
    assert lines[0].startswith(ERROR)
    assert lines[1].startswith(HINT)
    assert "Traceback" not in outcome.err
    return lines[0].removeprefix(ERROR), lines[1].removeprefix(HINT)


@pytest.mark.parametrize("command", ["classify", "triage"])
def test_a_scam_ends_with_one(antifraud: Any, command: str) -> None:
    """Something at caution or above ends with status 1, with and without --json and --plain."""
    for form in ((), ("--json",), ("--plain",)):
        assert antifraud(command, SCAM, *form).status == Exit.FOUND


@pytest.mark.parametrize("command", ["classify", "triage"])
def test_nothing_found_ends_with_zero(antifraud: Any, command: str) -> None:
    """Ordinary talk ends with status 0."""
    assert antifraud(command, TALK).status == Exit.NOTHING


@pytest.mark.parametrize(
    ("number", "status"), [("96110", 0), ("13800138000", 0), ("+8696110", 1), ("021-6", 1), ("这不是号码", 1)]
)
def test_status_of_numbers(antifraud: Any, number: str, status: int) -> None:
    """Official and unremarkable numbers end with 0; spoofed and impossible ones, and what is no number, with 1."""
    assert antifraud("check-number", number).status == status


def test_one_bad_number_among_many_ends_with_one(antifraud: Any) -> None:
    """The status speaks for the worst of several numbers, wherever it stands."""
    assert antifraud("check-number", "+8696110", "96110").status == Exit.FOUND
    assert antifraud("check-number", "96110", "+8696110").status == Exit.FOUND


@pytest.mark.parametrize(
    "line",
    [
        ("classify", SCAM),
        ("triage", SCAM),
        ("check-number", "+8696110"),
    ],
)
def test_exit_zero_turns_one_into_zero(antifraud: Any, line: tuple[str, ...]) -> None:
    """--exit-zero turns 1 into 0 and changes nothing else."""
    plain, quiet = antifraud(*line), antifraud(*line, "--exit-zero")
    assert (plain.status, quiet.status) == (Exit.FOUND, Exit.NOTHING)
    assert plain.out == quiet.out


def test_exit_zero_keeps_two(antifraud: Any) -> None:
    """--exit-zero does not hide an error."""
    assert antifraud("classify", "--exit-zero").status == Exit.ERROR


@pytest.mark.parametrize("command", ["classify", "triage", "check-number"])
@pytest.mark.parametrize("given", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_no_text_is_refused(antifraud: Any, command: str, given: bytes) -> None:
    """Empty input, blanks or a lone byte order mark are no text."""
    complaint(antifraud(command, stdin=given))


@pytest.mark.parametrize("command", ["classify", "triage"])
def test_an_empty_argument_is_refused(antifraud: Any, command: str) -> None:
    """An empty argument is no text either."""
    complaint(antifraud(command, ""))


@pytest.mark.parametrize("line", [("classify", "--file"), ("triage", "--file"), ("batch",), ("batch", "-o")])
def test_a_folder_is_refused(antifraud: Any, tmp_path: Path, line: tuple[str, ...]) -> None:
    """A folder is neither a text nor a place to write to, and the error names it."""
    message, _ = complaint(antifraud(*line, str(tmp_path)))
    assert str(tmp_path) in message


@pytest.mark.parametrize("line", [("classify", "--file"), ("batch",)])
def test_a_missing_file_is_named(antifraud: Any, tmp_path: Path, line: tuple[str, ...]) -> None:
    """A file that does not exist is named."""
    message, _ = complaint(antifraud(*line, str(tmp_path / "没有.txt")))
    assert "没有.txt" in message


@pytest.mark.parametrize(
    "given", [SCAM.encode("utf-8")[:-1], b"\xff\xff", "€uro".encode("latin-1", "replace") + b"\xe9"]
)
def test_bytes_that_an_encoding_cannot_read_are_refused(antifraud: Any, given: bytes) -> None:
    """With --encoding nothing is guessed: bytes that do not fit are an error that names the option."""
    message, hint = complaint(antifraud("classify", "--encoding", "utf-8", stdin=given))
    assert "utf-8" in message
    assert "--encoding" in hint


def test_bytes_that_nothing_can_read_name_the_option(antifraud: Any) -> None:
    """Bytes that are neither UTF-8 nor GB18030 lead to --encoding."""
    _, hint = complaint(antifraud("classify", stdin=b"\xff\xff\xff"))
    assert "--encoding" in hint


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", ""])
@pytest.mark.parametrize("command", ["classify", "check-number", "batch"])
def test_an_unknown_encoding_is_named(antifraud: Any, command: str, name: str) -> None:
    """A name that is no text encoding is an error, in every command that reads bytes."""
    if not name:
        assert antifraud(command, "--encoding", stdin="110").status == Exit.ERROR
        return
    message, hint = complaint(antifraud(command, "--encoding", name, stdin="110"))
    assert name in message
    assert "gb18030" in hint


@pytest.mark.parametrize("command", ["classify", "triage", "check-number"])
def test_a_message_of_50_megabytes_is_refused(antifraud: Any, command: str) -> None:
    """A message beyond the limit is refused with the limit."""
    message, _ = complaint(antifraud(command, stdin=b"1" * 50_000_000))
    assert any(character.isdigit() for character in message)


def test_a_file_of_50_megabytes_is_refused(antifraud: Any, tmp_path: Path) -> None:
    """The limit holds for files too."""
    path = tmp_path / "big.txt"
    path.write_bytes(b"a" * 50_000_000)
    complaint(antifraud("classify", "--file", str(path)))


@pytest.mark.parametrize(("typed", "meant"), [("杀猪", "romance"), ("公检", "impersonate_authority")])
@pytest.mark.parametrize("command", ["checklist", "learn"])
def test_an_unknown_category_gives_the_nearest_names(
    antifraud: Any, parts: Any, command: str, typed: str, meant: str
) -> None:
    """A name that is nearly right is answered with what was probably meant, by the name that people know."""
    message, hint = complaint(antifraud(command, typed))
    assert typed in message
    assert parts["categories"]["categories"][meant]["name"]["zh-Hans"] in hint


@pytest.mark.parametrize(
    "line",
    [
        ("checklist", "--situation", "nosuch"),
        ("triage", "--situation", "nosuch", "x"),
        ("checklist", "--region", "nosuch"),
        ("hotlines", "--region", "nosuch"),
        ("check-number", "--location", "nosuch", "110"),
        ("check-number", "--direction", "nosuch", "110"),
        ("checklist", "--elapsed", "nosuch"),
        ("triage", "--elapsed", "nosuch", "x"),
        ("classify", "--lang", "nosuch", "x"),
        ("classify", "--color", "nosuch", "x"),
        ("completion", "nosuch"),
        ("batch", "--format", "nosuch"),
        ("batch", "--workers", "nosuch"),
        ("rules", "test", "nosuch"),
        ("rules", "check", "--as-of", "nosuch"),
        ("rules", "check", "--data", "nosuch"),
        ("nosuch",),
        ("classify", "--nosuch"),
        ("rules", "nosuch"),
        ("hotlines", "nosuch"),
        ("classify", "--file", "nosuch"),
    ],
)
def test_a_wrong_name_is_repeated_in_the_error(antifraud: Any, line: tuple[str, ...]) -> None:
    """Whatever does not exist is named in the error, and the hint says what does."""
    message, hint = complaint(antifraud(*line))
    assert "nosuch" in message
    assert hint


@pytest.mark.parametrize("value", ["0", "65", "-1", "1.5", "zwei"])
def test_workers_must_be_a_small_number(antifraud: Any, value: str) -> None:
    """--workers takes 1 to 64 and the error says so."""
    message, _ = complaint(antifraud("batch", "--workers", value))
    assert "1" in message
    assert "64" in message


@pytest.mark.parametrize(
    "line",
    [
        ("classify", "--json", "--plain", "x"),
        ("classify", "x", "--clip"),
        ("classify", "x", "-"),
        ("classify", "--file", "x", "--clip"),
        ("check-number", "--claims"),
        ("checklist", "杀猪盘", "公检法"),
        ("completion",),
    ],
)
def test_what_does_not_fit_together_is_refused(antifraud: Any, line: tuple[str, ...]) -> None:
    """Options that exclude each other, values that are missing and arguments too many are usage errors."""
    complaint(antifraud(*line))


def test_a_message_that_begins_with_a_dash_is_explained(antifraud: Any) -> None:
    """Who pastes a text that looks like an option is told about the two dashes; with them it is read."""
    _, hint = complaint(antifraud("classify", "-恭喜您中奖"))
    assert " -- " in hint
    assert antifraud("classify", "--", "-恭喜").status in (Exit.NOTHING, Exit.FOUND)


def test_a_wrong_command_gives_the_nearest(antifraud: Any) -> None:
    """A misspelt command is answered with the right one."""
    assert "classify" in complaint(antifraud("clasify", "x"))[1]


@pytest.mark.parametrize("line", [("batch", "-o", "no/such/folder/out.jsonl")])
def test_an_unwritable_output_is_named(
    antifraud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]
) -> None:
    """An output that cannot be written is an error that names it, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    message, _ = complaint(antifraud(*line, stdin='{"text":"x"}\n'))
    assert "no/such/folder/out.jsonl" in message
    assert list(tmp_path.iterdir()) == []


class Full(io.BytesIO):
    """An output whose disk is full."""

    def write(self, data: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("line", [("classify", "--json", "x"), ("classify", "x"), ("hotlines",), ("learn", "--plain")])
def test_a_full_disk_is_an_error_and_no_crash(line: tuple[str, ...]) -> None:
    """What cannot be written to standard output ends with status 2 and two lines."""
    err = io.BytesIO()
    assert run(list(line), Environment(io.BytesIO(), Full(), err)) == Exit.ERROR
    assert len(err.getvalue().decode().splitlines()) == 2


class Gone(io.BytesIO):
    """An output that nobody reads any more."""

    def write(self, data: Any) -> int:
        raise BrokenPipeError(errno.EPIPE, "gone")


def test_a_reader_that_went_away_is_no_error() -> None:
    """A closed pipe ends quietly, with the status that shells expect."""
    err = io.BytesIO()
    assert run(["learn"], Environment(io.BytesIO(), Gone(), err)) == Exit.CLOSED_PIPE
    assert err.getvalue() == b""


def program(*arguments: str, env: dict[str, str] | None = None, **more: Any) -> subprocess.Popen[bytes]:
    """The real program in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "antifraud_cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
        **more,
    )


def test_head_leaves_no_traceback(tmp_path: Path) -> None:
    """`antifraud batch … | head -1` says nothing on standard error beyond the program's own words."""
    source = tmp_path / "in.jsonl"
    source.write_text('{"text":"晚上一起吃饭吗，顺便把书带来"}\n' * 3000, encoding="utf-8")
    process = program("batch", str(source), stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"{")
    process.stdout.close()
    errors = process.stderr.read().decode()
    assert process.wait(60) == Exit.CLOSED_PIPE
    assert errors == ""


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
@pytest.mark.parametrize("closed", ["0", "1", "2"])
def test_a_closed_stream_is_no_crash(closed: str) -> None:
    """A caller that closed one of the streams gets a status of ours, never a traceback."""
    line = f'"{sys.executable}" -m antifraud_cli hotlines {closed}>&-'
    done = subprocess.run(["sh", "-c", line], capture_output=True, timeout=60, check=False)
    assert done.returncode == (Exit.ERROR if closed == "1" else Exit.NOTHING)
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are Unicode there")
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_arguments_in_another_encoding_are_understood(encoding: str) -> None:
    """Bytes of an argument that are not the terminal's encoding are decoded like those of a file."""
    line = [os.fsencode(sys.executable), b"-m", b"antifraud_cli", b"classify", b"--json", SCAM.encode(encoding)]
    done = subprocess.run(line, capture_output=True, timeout=60, check=False, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == Exit.FOUND
    assert "安全账户" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("encoding", "option"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-32", None),
        ("gb18030", None),
        ("gbk", None),
        ("gbk", "gbk"),
        ("utf-16-le", "utf-16-le"),
        ("utf-8", "utf-8"),
        ("gb18030", "gb18030"),
    ],
)
def test_every_usual_encoding_gives_the_same_answer(
    antifraud: Any, tmp_path: Path, encoding: str, option: str | None
) -> None:
    """Byte order mark, then UTF-8, then GB18030, or --encoding: the answer is that on the text itself."""
    options = ("--encoding", option) if option else ()
    wanted = antifraud("classify", "--json", SCAM).out
    path = tmp_path / "message.txt"
    path.write_bytes(SCAM.encode(encoding))
    assert antifraud("classify", "--json", *options, stdin=SCAM.encode(encoding)).out == wanted
    assert antifraud("classify", "--json", *options, "--file", str(path)).out == wanted


def test_big5_is_read_when_it_is_named(antifraud: Any) -> None:
    """Big5 is not guessed, as GB18030 reads the same bytes; named, it is read."""
    traditional = "我是警察，你涉嫌洗錢，把錢轉到安全帳戶"
    wanted = antifraud("classify", "--json", traditional).out
    assert antifraud("classify", "--json", "--encoding", "big5", stdin=traditional.encode("big5")).out == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_numbers_are_read_in_every_usual_encoding(antifraud: Any, encoding: str) -> None:
    """check-number reads a list of numbers, one a line, in the same encodings."""
    answers = antifraud("check-number", "--json", stdin="来电：+8696110\n\n96110\n".encode(encoding)).objects
    assert [answer["level"] for answer in answers] == ["danger", "official"]


def test_a_dash_reads_the_pipe(antifraud: Any) -> None:
    """`-` stands for standard input."""
    for command in ("classify", "triage", "check-number"):
        assert antifraud(command, "--plain", "-", stdin="96110").out == antifraud(command, "--plain", "96110").out


def test_the_prompt_goes_to_standard_error(antifraud: Any) -> None:
    """Who types is told how to end the text, beside the answer and not inside it."""
    asked = antifraud("classify", stdin=SCAM, stdin_is_terminal=True)
    assert asked.out == antifraud("classify", stdin=SCAM).out
    assert "Ctrl" in asked.err


def test_a_line_as_long_as_terminals_take_is_warned_about(antifraud: Any) -> None:
    """A terminal cuts a pasted line at 4095 bytes without a word, so we say it."""
    long = antifraud("classify", stdin=b"a" * 4095 + b"\nx", stdin_is_terminal=True)
    short = antifraud("classify", stdin=b"a" * 4000 + b"\nx", stdin_is_terminal=True)
    assert "4095" in long.err
    assert "4095" not in short.err


def test_without_a_command_the_guide_is_shown(antifraud: Any) -> None:
    """Just `antifraud` shows a way out on a terminal, and counts as wrong usage in a pipe."""
    at_terminal = antifraud(stdin_is_terminal=True)
    assert at_terminal.status == Exit.NOTHING
    assert "antifraud classify" in at_terminal.out
    assert antifraud().status == Exit.ERROR


@pytest.mark.parametrize("command", [(), *[(name,) for name in COMMANDS], ("rules", "check"), ("rules", "test")])
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_every_command_has_help_in_every_language(antifraud: Any, command: tuple[str, ...], lang: str) -> None:
    """--help ends with 0 and is written in the language that was asked for."""
    shown = antifraud(*command, "--help", "--lang", lang) if command else antifraud("--lang", lang, "--help")
    assert shown.status == Exit.NOTHING
    assert shown.err == ""
    assert shown.out.startswith("Usage: antifraud" if lang == "en" else "用法：antifraud")


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({}, "zh-Hans"),
        ({"LANG": "C"}, "zh-Hans"),
        ({"LANG": "C.UTF-8"}, "zh-Hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.GB18030"}, "zh-Hans"),
        ({"LANG": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LANG": "zh_HK"}, "zh-Hant"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "en_US.UTF-8", "ANTIFRAUD_LANG": "zh-Hant"}, "zh-Hant"),
        ({"LANG": "fr_FR.UTF-8"}, "zh-Hans"),
    ],
)
def test_the_language_follows_the_locale(variables: dict[str, str], lang: str) -> None:
    """The locale decides, its more particular variables first; Chinese where it says nothing that we speak."""
    assert language_of(variables) == lang


@pytest.mark.parametrize(("typed", "lang"), [("en", "en"), ("en_GB", "en"), ("zh-TW", "zh-Hant"), ("zh", "zh-Hans")])
def test_lang_is_obeyed_wherever_it_stands(antifraud: Any, typed: str, lang: str) -> None:
    """--lang works before and after the command, in its usual spellings."""
    wanted = antifraud("hotlines", "--lang", lang).out
    assert antifraud("--lang", typed, "hotlines").out == wanted
    assert antifraud("hotlines", f"--lang={typed}").out == wanted


def test_the_version_is_the_packages(antifraud: Any) -> None:
    """--version prints the version of the package."""
    import antifraud_cli

    assert antifraud("--version").out == f"antifraud {antifraud_cli.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_scripts_are_printed(antifraud: Any, shell: str) -> None:
    """A completion script is there for the usual shells and names the program."""
    shown = antifraud("completion", shell)
    assert shown.status == Exit.NOTHING
    assert "antifraud" in shown.out


def test_completion_completes() -> None:
    """What the script for bash calls lists the commands that begin as typed."""
    typed = {"_ANTIFRAUD_COMPLETE": "complete_bash", "COMP_WORDS": "antifraud ch", "COMP_CWORD": "1"}
    out, err = program(env=typed, stdin=subprocess.DEVNULL).communicate(timeout=60)
    assert out.decode().split() == ["check-number", "checklist"], err


def test_an_unexpected_fault_is_no_traceback(antifraud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program ends with 70, in two lines."""
    from antifraud_cli import api

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nothing to divide")

    monkeypatch.setattr(api, "classify", broken)
    outcome = antifraud("classify", "x")
    assert outcome.status == Exit.CRASH
    assert len(outcome.err.splitlines()) == 2
    assert environment._current is None


def test_ctrl_c_is_no_traceback(antifraud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends quietly with 130."""
    from antifraud_cli import api

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "classify", interrupted)
    outcome = antifraud("classify", "x")
    assert (outcome.status, outcome.out, outcome.err) == (Exit.INTERRUPTED, "", "")


def test_ctrl_c_while_a_class_is_made_is_no_fault_of_the_program(
    antifraud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python up to 3.11 wraps Ctrl-C that comes in `__set_name__` in an error; it ends quietly with 130 all the same."""
    from antifraud_cli import api

    class Field:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(api, "classify", lambda *_, **__: type("Loaded", (), {"field": Field()}))
    outcome = antifraud("classify", "x")
    assert (outcome.status, outcome.out, outcome.err) == (Exit.INTERRUPTED, "", "")


TRIAGE_ANSWERS = [
    ("", 0, []),
    ("1\n", 0, [0]),
    ("2 1\n", 0, [1, 0]),
    ("1,2\n", 0, [0, 1]),
    ("１、２\n", 0, [0, 1]),
    ("2 2\n", 0, [1]),
    ("x\n1\n", 1, [0]),
    ("99\n0\n1\n", 2, [0]),
    ("x\nx\nx\nx\n", 3, []),
    ("¹\n1\n", 1, [0]),
]


@pytest.mark.parametrize(("answer", "refused", "picked"), TRIAGE_ANSWERS)
def test_triage_asks_what_has_happened(
    monkeypatch: pytest.MonkeyPatch, answer: str, refused: int, picked: list[int]
) -> None:
    """Answers are numbers in any usual punctuation; what cannot be read is asked again, three times at most."""
    from antifraud_cli.cli import triage

    err = io.BytesIO()
    asked = Environment(io.BytesIO(answer.encode()), io.BytesIO(), err, stdin_is_terminal=True)
    environment.use(asked)
    try:
        from antifraud_cli.knowledge import store

        names = list(store.load("response")["situations"])
        if answer.startswith("¹"):  # a superscript becomes a plain digit, so this is an answer too
            assert triage._ask(asked) == [names[0]]
            return
        assert triage._ask(asked) == [names[number] for number in picked]
        assert err.getvalue().decode().count(environment.text("triage.again", count=len(names))) == refused
    finally:
        environment.use(None)


class Terminal(io.BytesIO):
    """A keyboard: what is typed up to Ctrl-D is one reading, the rest is still to come."""

    def __init__(self, *readings: str) -> None:
        super().__init__()
        self.readings = [reading.encode() for reading in readings]

    def read(self, size: int | None = -1) -> bytes:
        return self.readings.pop(0) if self.readings else b""

    def readline(self, size: int | None = -1) -> bytes:
        return self.read()


def test_triage_from_a_terminal_leads_to_the_checklist(parts: Any) -> None:
    """Paste, Ctrl-D, answer, how long ago: verdict and checklist stand on standard output, questions do not."""
    names = list(parts["response"]["situations"])
    from antifraud_cli.knowledge import store

    shown = list(store.load("response")["situations"])
    assert sorted(names) == sorted(shown)
    keyboard = Terminal(SCAM, f"{shown.index('transferred') + 1}\n", "不知道\n", "20m\n")
    out, err = io.BytesIO(), io.BytesIO()
    status = run(["triage"], Environment(keyboard, out, err, stdin_is_terminal=True))
    assert status == Exit.FOUND
    assert keyboard.readings == []
    assert "【危险】" in out.getvalue().decode()
    assert parts["response"]["situations"]["transferred"]["title"]["zh-Hans"] in out.getvalue().decode()
    assert parts["response"]["situations"]["transferred"]["question"]["zh-Hans"] in err.getvalue().decode().replace(
        "\n    ", ""
    )


def test_triage_judges_a_lone_number_as_a_number(antifraud: Any) -> None:
    """Where nothing but numbers was received they are judged as numbers."""
    answer = antifraud("triage", "--json", "来电 +8696110").json
    assert answer["message"] is None
    assert [number["level"] for number in answer["numbers"]] == ["danger"]


def test_triage_uses_the_region_for_numbers(antifraud: Any) -> None:
    """A region given by its name counts like its id, for numbers and for the checklist."""
    by_id = antifraud("triage", "--json", "--region", "HK", "999").json
    assert antifraud("triage", "--json", "--region", "香港", "999").json == by_id
    assert by_id["checklist"]["region"] == "HK"


BROKEN = [
    ("hotlines.yaml", "cn.police: [\n", None),
    ("regions.yaml", "zz: 1\n", "zz"),
    ("ui/errors.yaml", "error.mine: {zh-Hans: 错}\n", "error.mine"),
]


@pytest.mark.parametrize(("name", "added", "key"), BROKEN)
def test_a_broken_data_file_is_named_with_line_and_key(
    antifraud: Any, data_dir: Path, tmp_path: Path, name: str, added: str, key: str | None
) -> None:
    """`rules check` names file, line and key of a fault, ends with 2, and shows no traceback."""
    folder = tmp_path / "data"
    shutil.copytree(data_dir, folder)
    path = folder / name
    lines = path.read_text(encoding="utf-8").count("\n")
    with path.open("a", encoding="utf-8") as stream:
        stream.write(added)
    outcome = antifraud("rules", "check", "--as-of", AS_OF.isoformat(), "--data", str(folder))
    assert outcome.status == Exit.ERROR
    assert outcome.out == ""
    named = [line for line in outcome.err.splitlines() if f"data/{name}:" in line]
    assert named
    first = named[0].partition(f"data/{name}:")[2]
    assert int(first.split(":")[0]) in (lines + 1, lines + 2)
    if key:
        assert key in first
    assert "Traceback" not in outcome.err
