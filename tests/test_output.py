"""What answers look like: fields of the JSON, one record a line, nothing raw, nothing cut off, first things first."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from antifraud_cli.cli.environment import Environment
from antifraud_cli.cli.main import run
from antifraud_cli.output.layout import width_of

SCAM = (
    "您好,我是市公安局民警,您名下一张银行卡涉嫌洗钱,来电显示 +8696110 可以查证。请下载会议软件共享屏幕,"
    "把资金转入安全账户核查,不要告诉家人和银行。点 http://abc-gov.top/a?b=1 登记,客服400-812-3123。"
)
TALK = "晚上一起吃饭吗"
ANSWERS = {
    "classify": ("classify", SCAM),
    "classify none": ("classify", TALK),
    "number danger": ("check-number", "+8696110"),
    "number official": ("check-number", "96110"),
    "number none": ("check-number", "13800138000"),
    "number foreign": ("check-number", "+12025550123"),
    "number invalid": ("check-number", "021-6"),
    "checklist": ("checklist", "杀猪盘", "--situation", "transferred", "--elapsed", "20m"),
    "checklist abroad": ("checklist", "--situation", "overseas", "--region", "US"),
    "triage": ("triage", SCAM, "--situation", "transferred"),
    "triage number": ("triage", "+8696110"),
    "learn": ("learn", "公检法"),
    "learn all": ("learn",),
    "hotlines": ("hotlines", "--region", "HK"),
    "guide": (),
}
HELP = [
    (*command, "--help") for command in [(), ("classify",), ("check-number",), ("checklist",), ("batch",), ("rules",)]
]
LANGUAGES = ("zh-Hans", "zh-Hant", "en")

MESSAGE = {
    "schema", "level", "category", "category_name", "kind", "categories", "techniques", "signals", "numbers", "urls",
    "contacts", "amounts", "rebuttal", "advice",
}  # fmt: skip
NUMBER = {
    "schema", "input", "normalized", "kind", "kind_name", "level", "rule", "reasons", "owner", "region", "carrier",
    "extension", "advice",
}  # fmt: skip
CHECKLIST = {"schema", "category", "situations", "region", "steps", "donts", "gaps", "sources", "reviewed"}
STEP = {"n", "do", "who", "number", "say", "prepare", "deadline", "source"}


def check_message(answer: Any, text: str) -> None:
    """The contract of antifraud.message/1."""
    assert set(answer) >= MESSAGE
    assert answer["schema"] == "antifraud.message/1"
    assert answer["level"] in ("danger", "caution", "none")
    assert (answer["category"] is None) == (answer["level"] == "none")
    assert (answer["kind"] is None) == (answer["level"] != "none")
    assert (answer["rebuttal"] is None) == (answer["category"] is None)
    assert answer["advice"]
    scores = [item["score"] for item in answer["categories"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    if answer["category"]:
        assert answer["categories"][0]["id"] == answer["category"]
    for signal in answer["signals"]:
        assert set(signal) >= {"rule", "category", "weight", "start", "end", "text", "reason"}
        assert text[signal["start"] : signal["end"]] == signal["text"]
        assert signal["reason"]
    for number in answer["numbers"]:
        check_number(number)
    for url in answer["urls"]:
        assert set(url) >= {"url", "level", "reasons"}


def check_number(answer: Any) -> None:
    """The contract of antifraud.number/1."""
    assert set(answer) >= NUMBER
    assert answer["schema"] == "antifraud.number/1"
    assert answer["level"] in ("danger", "caution", "none", "official", "invalid")
    assert answer["reasons"][0]["rule"] == answer["rule"]
    for reason in answer["reasons"]:
        assert set(reason) >= {"rule", "text", "source"}
        assert reason["text"]


def check_checklist(answer: Any) -> None:
    """The contract of antifraud.checklist/1."""
    assert set(answer) >= CHECKLIST
    assert answer["schema"] == "antifraud.checklist/1"
    assert [step["n"] for step in answer["steps"]] == list(range(1, len(answer["steps"]) + 1))
    for step in answer["steps"]:
        assert set(step) >= STEP
        assert step["do"]
        assert step["source"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", answer["reviewed"])


@pytest.mark.parametrize("text", [SCAM, TALK, "a\nb\t中😀", "🀄" * 3 + SCAM])
def test_json_of_messages(antifraud: Any, text: str) -> None:
    """classify --json keeps its fields; spans count code points of the original text."""
    outcome = antifraud("classify", "--json", stdin=text)
    assert outcome.out.count("\n") == 1
    check_message(outcome.json, text)


@pytest.mark.parametrize("number", ["4008123123", "+8696110", "110", "13800138000", "+44 20 7946 0018", "x", "021-6"])
def test_json_of_numbers(antifraud: Any, number: str) -> None:
    """check-number --json keeps its fields, one object a number, the input as it was written."""
    answers = antifraud("check-number", "--json", number, "96110").objects
    assert [answer["input"] for answer in answers] == [number, "96110"]
    for answer in answers:
        check_number(answer)


@pytest.mark.parametrize("options", [(), ("杀猪盘",), ("-s", "transferred", "-s", "clicked_link"), ("--region", "HK")])
def test_json_of_checklists(antifraud: Any, options: tuple[str, ...]) -> None:
    """checklist --json keeps its fields; what was asked for stands in it as ids."""
    answer = antifraud("checklist", "--json", *options).json
    check_checklist(answer)
    assert answer["category"] == ("romance" if "杀猪盘" in options else None)
    assert answer["region"] == ("HK" if "HK" in options else "CN")
    assert answer["situations"]
    if "-s" in options:
        assert answer["situations"] == ["transferred", "clicked_link"]


def test_json_of_triage_and_batch(antifraud: Any) -> None:
    """triage and batch are made of the same objects."""
    answer = antifraud("triage", "--json", SCAM, "--situation", "transferred").json
    assert answer["schema"] == "antifraud.triage/1"
    check_message(answer["message"], SCAM)
    check_checklist(answer["checklist"])
    assert answer["checklist"]["category"] == answer["message"]["category"]
    number = antifraud("triage", "--json", "+8696110").json
    check_number(number["numbers"][0])
    check_message(antifraud("batch", "--format", "lines", stdin=SCAM).json, SCAM)


def test_json_of_the_other_commands(antifraud: Any) -> None:
    """Every other answer names its schema."""
    for line, schema in [
        (("learn",), "antifraud.topics/1"),
        (("learn", "公检法"), "antifraud.lesson/1"),
        (("hotlines",), "antifraud.hotlines/1"),
    ]:
        assert antifraud(*line, "--json").json["schema"] == schema


def test_json_is_utf8_in_every_world(antifraud: Any) -> None:
    """JSON is UTF-8 on a console that is not, and the same on a terminal."""
    wanted = antifraud("classify", "--json", SCAM).out
    for world in ({"encoding": "gbk"}, {"stdout_is_terminal": True, "color": "always"}):
        out = io.BytesIO()
        run(["classify", "--json", SCAM], Environment(io.BytesIO(), out, io.BytesIO(), **world))
        assert out.getvalue().decode("utf-8") == wanted


PLAIN = [
    (("classify", SCAM), 1, 5),
    (("classify", TALK), 1, 5),
    (("check-number", "+8696110", "96110", "x"), 3, 7),
    (("hotlines",), None, 5),
    (("learn",), None, 3),
    (("learn", "公检法"), None, 2),
    (("checklist", "杀猪盘"), None, 6),
]


@pytest.mark.parametrize(("line", "records", "fields"), PLAIN)
def test_plain_is_one_record_a_line(antifraud: Any, line: tuple[str, ...], records: int | None, fields: int) -> None:
    """--plain gives one record a line with a fixed number of fields, none of them empty, without decoration."""
    rows = antifraud(*line, "--plain", stdout_is_terminal=True, color="always").out.splitlines()
    assert len(rows) == records if records else rows
    for row in rows:
        assert len(row.split("\t")) == fields
        assert all(row.split("\t"))
        assert "\x1b" not in row


def test_plain_holds_what_json_holds(antifraud: Any) -> None:
    """The first fields of --plain are the verdict."""
    answer = antifraud("classify", "--json", SCAM).json
    fields = antifraud("classify", "--plain", SCAM).out.rstrip("\n").split("\t")
    assert fields[:4] == [
        answer["level"], answer["category"], answer["category_name"], str(answer["categories"][0]["score"])
    ]  # fmt: skip
    number = antifraud("check-number", "--plain", "a\tb +8696110").out
    assert number.startswith("danger\t+8696110\t")


HOSTILE = [
    "\x1b[31m红\x1b[0m安全账户",
    "\x1b]0;title\x07转账到安全账户",
    "安全账户\u202e反\u2066过来\u200b看",
    "[red]安全账户[/red][link=http://x.top]点[/link]",
    "安全账户\r覆盖\x08\x7f\x9b31m",
    "安全账户\ud800转账",
    "110\x1b[2J",
    "\u202e96110",
    "http://a\x1b[1m.top/\u202e",
]
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", [(), ("--json",), ("--plain",)])
def test_foreign_text_steers_nothing(antifraud: Any, text: str, form: tuple[str, ...]) -> None:
    """Escapes, direction marks, markup and lone surrogates of a message never reach an output raw."""
    text = text + "公安局说我涉嫌洗钱,不要告诉家人"
    for line in (("classify", text), ("check-number", text), ("triage", text)):
        outcome = antifraud(*line, *form)
        assert not RAW.search(outcome.out)
        assert not RAW.search(outcome.err)
    coloured = antifraud("classify", text, color="always").out
    assert not RAW.search(STYLE.sub("", coloured))


def test_markup_is_shown_as_it_was_written(antifraud: Any) -> None:
    """What looks like markup of the terminal library is text like any other."""
    text = "[red]x[/red] [b]:smile:[/] [@click=a]"
    assert text in STYLE.sub("", antifraud("check-number", text, color="always", variables={"COLUMNS": "100"}).out)


@pytest.mark.parametrize(
    "line",
    [
        ("checklist", "x\x1b[2J\u202e"),
        ("learn", "x\ny\x1b"),
        ("checklist", "--situation", "\x9b1m\n"),
        ("hotlines", "--region", "\u2066"),
        ("classify", "--file", "a\x1b[2J\nb"),
        ("batch", "a\x1b[2J\nb"),
        ("batch", "-o", "no\x1b/x"),
        ("classify", "--\x1b[2J"),
        ("\x1b[2J\n",),
        ("checklist", "a", "\x1b[2J"),
        ("check-number", "--direction", "\x1b\n", "1"),
        ("checklist", "--elapsed", "\x1b\n"),
        ("batch", "--column", "\x1b[2J\n"),
        ("batch", "--workers", "\x1b\n"),
        ("rules", "test", "\x1b\n"),
    ],
)
def test_names_in_errors_are_data_too(antifraud: Any, line: tuple[str, ...]) -> None:
    """What a user typed is shown in an error without steering the terminal, on one line."""
    outcome = antifraud(*line, stdin='{"a":1}')
    assert outcome.status == 2
    assert not RAW.search(outcome.err)
    assert all(row.startswith(("错误：", "建议：", "共 ")) for row in outcome.err.splitlines())


STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", ANSWERS)
def test_meaning_survives_without_colour(antifraud: Any, name: str) -> None:
    """Colour adds nothing but colour: the text without it is the same, letter by letter."""
    line = ANSWERS[name]
    coloured = antifraud(*line, stdout_is_terminal=True, variables={"COLUMNS": "60", "TERM": "xterm-256color"}).out
    bare = antifraud(*line, stdout_is_terminal=True, variables={"COLUMNS": "60", "NO_COLOR": "1"}).out
    assert STYLE.search(coloured)
    assert STYLE.sub("", coloured) == bare
    assert "\x1b" not in bare


@pytest.mark.parametrize(
    ("world", "coloured"),
    [
        ({}, False),
        ({"stdout_is_terminal": True}, True),
        ({"stdout_is_terminal": True, "variables": {"NO_COLOR": "1"}}, False),
        ({"stdout_is_terminal": True, "variables": {"NO_COLOR": ""}}, True),
        ({"stdout_is_terminal": True, "variables": {"TERM": "dumb"}}, False),
    ],
)
def test_colour_is_for_terminals(antifraud: Any, world: dict[str, Any], coloured: bool) -> None:
    """Colour on a terminal only; NO_COLOR and TERM=dumb switch it off; --color decides over all of them."""
    assert ("\x1b" in antifraud("classify", SCAM, **world).out) is coloured
    assert "\x1b" in antifraud("classify", SCAM, "--color", "always", **world).out
    assert "\x1b" not in antifraud("classify", SCAM, "--color", "never", **world).out


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_wider_than_the_terminal(antifraud: Any, width: int, lang: str) -> None:
    """No line is wider than the terminal, except where it holds a single word that is."""
    for line in [*ANSWERS.values(), *HELP]:
        shown = antifraud("--lang", lang, *line, variables={"COLUMNS": str(width)}).out
        for row in shown.splitlines():
            assert width_of(row) <= width or " " not in row.strip(), row


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_is_torn_and_no_step_lost(antifraud: Any, width: int, lang: str) -> None:
    """Each phone number of a checklist stands whole on a line, and each step is there in full."""
    line = ("checklist", "--situation", "transferred", "--situation", "overseas", "--lang", lang)
    shown = antifraud(*line, variables={"COLUMNS": str(width)}).out
    joined = re.sub(r"\s", "", shown)
    for step in antifraud(*line, "--json").json["steps"]:
        assert re.sub(r"\s", "", step["do"]) in joined
        if step["number"]:
            assert step["number"] in shown


@pytest.mark.parametrize("width", [20, 30, 40, 55, 80])
def test_no_line_begins_with_closing_punctuation(antifraud: Any, width: int) -> None:
    """A full stop or closing bracket moves down with what it closes."""
    for name in ("classify", "number danger", "checklist", "learn", "hotlines"):
        for row in antifraud(*ANSWERS[name], variables={"COLUMNS": str(width)}).out.splitlines():
            assert not re.match(r"\s*[，。、；：！？）」』】》”]", row), row


def test_help_keeps_option_names_whole(antifraud: Any) -> None:
    """On 40 columns no option name is cut."""
    shown = antifraud("check-number", "--help", variables={"COLUMNS": "40"}).out
    for option in ("--direction incoming|sms|dial", "--overseas-contact", "--i-called-first", "--exit-zero"):
        assert option in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_line_says_what_to_do(antifraud: Any, lang: str, parts: Any) -> None:
    """The first line of an answer about danger is the first thing to do, not a heading."""
    first = antifraud("classify", SCAM, "--lang", lang).out.splitlines()[0]
    assert first == parts[f"ui.{lang}"]["verdict.danger"]
    number = antifraud("check-number", "+8696110", "--json", "--lang", lang).json
    assert number["advice"][0] in antifraud("check-number", "+8696110", "--lang", lang).out.splitlines()[0]
    steps = antifraud("checklist", "--situation", "transferred", "--json", "--lang", lang).json["steps"]
    shown = antifraud("checklist", "--situation", "transferred", "--lang", lang).out
    assert shown.startswith(f"1. {steps[0]['do']}")


def quotes_of(shown: str) -> list[str]:
    """The quoted pieces of the evidence."""
    return re.findall(r"^- “(.*?)”：", shown, re.MULTILINE)


@pytest.mark.parametrize(
    "text",
    [SCAM, "您的ETC已过期,请点击 http://etc-cn.top/a 重新认证,否则将停用", "我是公安局的,你涉嫌洗钱,把钱转到安全账户"],
)
def test_evidence_is_short_and_says_nothing_twice(antifraud: Any, text: str) -> None:
    """At most five reasons, no piece of the message quoted twice, no reason given twice."""
    shown = antifraud("classify", text, variables={"COLUMNS": "100"}).out
    _, _, why = shown.partition("为什么这样判断\n")
    rows = re.findall(r"^- .*(?:\n  .*)*", why.partition("\n\n")[0], re.MULTILINE)
    assert 1 <= len(rows) <= 5
    pieces = [piece for quote in quotes_of("\n".join(rows)) for piece in quote.split(" … ")]
    assert len(pieces) == len(set(pieces))
    places = [text.find(piece) for piece in pieces]
    assert -1 not in places
    taken = sorted((place, place + len(piece)) for place, piece in zip(places, pieces, strict=True))
    assert all(one[1] <= other[0] for one, other in zip(taken, taken[1:], strict=False))


def test_quotations_do_not_tear_numbers_or_addresses(antifraud: Any) -> None:
    """A quoted piece never begins or ends inside a number, a word or an address of the message."""
    for text in (SCAM, "【顺丰速运】您的快件已到菜鸟驿站,取件码 8-2-3301,请于20:00前领取"):
        for quote in quotes_of(antifraud("classify", text, variables={"COLUMNS": "100"}).out):
            for piece in quote.split(" … "):
                place = text.find(piece)
                assert place >= 0
                around = text[max(0, place - 1) : place + 1], text[place + len(piece) - 1 : place + len(piece) + 1]
                assert not any(re.fullmatch(r"[0-9A-Za-z]{2}", pair) for pair in around), piece


def test_what_looks_innocent_is_not_said_beside_danger(antifraud: Any, parts: Any) -> None:
    """A verdict of danger is not weakened by what looks ordinary in the message."""
    heading = parts["ui.zh-Hans"]["heading.innocent"]
    shown = antifraud("classify", SCAM)
    assert "【危险】" in shown.out
    assert heading not in shown.out


def test_nothing_inside_an_alarm_is_called_free_of_signs(antifraud: Any, parts: Any) -> None:
    """A number or an address in a message that alarms is never labelled as one without a sign."""
    text = "我是市公安局民警,你涉嫌洗钱,把钱转入安全账户,有事打17012345678,见 https://www.12377.cn/"
    for lang in ("zh-Hans", "zh-Hant", "en"):
        shown = antifraud("--lang", lang, "classify", text).out
        assert "17012345678" in shown
        assert "12377.cn" in shown
        assert parts[f"ui.{lang}"]["level.none"] not in shown


@pytest.mark.parametrize("name", ANSWERS)
def test_no_verdict_says_safe(antifraud: Any, name: str) -> None:
    """No answer calls anything safe: not by the badge, the first line or the kind."""
    for lang, word in (
        ("zh-Hans", r"(?<!不)安全(?!账户|保护|中心|操作|锁|提示|支付|码)"),
        ("en", r"\bsafe\b(?! account)"),
    ):
        head = antifraud("--lang", lang, *ANSWERS[name]).out.splitlines()[:2]
        assert not any(re.search(word, row) for row in head), head


def test_own_words_use_full_width_punctuation(parts: Any) -> None:
    """The program's own Chinese sentences hold no half-width comma, colon, question mark or bracket."""
    for lang in ("zh-Hans", "zh-Hant"):
        for key, text in parts[f"ui.{lang}"].items():
            assert not re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", text), (lang, key, text)


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
@pytest.mark.parametrize("name", ANSWERS)
def test_a_chinese_windows_console_shows_every_answer_whole(antifraud: Any, name: str, lang: str) -> None:
    """All that we say exists in code page 936: not one character is replaced."""
    line = ANSWERS[name]
    assert antifraud("--lang", lang, *line, encoding="gbk").out == antifraud("--lang", lang, *line).out


def test_what_a_console_lacks_is_replaced(antifraud: Any) -> None:
    """Characters of a message that the console cannot show do not crash it."""
    outcome = antifraud("classify", "把钱转到安全账户😀公安局ñ涉嫌洗钱", encoding="gbk")
    assert outcome.status == 1
    assert antifraud("classify", "--lang", "zh-Hans", SCAM, encoding="ascii").status == 1


def test_a_long_quotation_is_cut_in_the_middle(antifraud: Any) -> None:
    """A message of one enormous word does not fill the screen."""
    shown = antifraud("classify", f"请点击 http://abc.top/{'a' * 5000} 重新认证银行卡,否则停用").out
    assert len(shown) < 5000
