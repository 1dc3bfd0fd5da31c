"""Arbitrary text and bytes: an answer or a refusal, never a crash, never a raw control character."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
FRAGMENTS = [
    "安全账户", "转账", "公安局", "涉嫌洗钱", "验证码", "不要告诉家人", "+8696110", "4008123123", "００８６", "（转 8001）",
    "http://a.top/", "www.icbc-a.cn", "1.5万元", "【顺丰】", "\u202e", "\u200b", "\x1b[31m", "\x07", "\ufeff", "\ud83d",
    "\udc80", "😀", "[red]", "<b>", "\n", "\t", "\r", "\0", "-", "－", " ", "。", "%s", "{0}", "{name}", "\\", "'", "\"",
    "ＱＱ", "微亻言", "a", "1", "加", "零", "①", "\u0301", "\u3164", "𝟏𝟑𝟖", "١١٠", "²",
]  # fmt: skip
ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)
TEXT = st.lists(st.one_of(st.sampled_from(FRAGMENTS), ANY), max_size=12).map("".join)
BYTES = st.one_of(
    st.binary(max_size=200),
    TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")),
    TEXT.map(lambda text: text.encode("gb18030", "replace")),
    TEXT.map(lambda text: text.encode("utf-16", "surrogatepass")),
)
FORM = st.sampled_from([(), ("--json",), ("--plain",)])
COMMAND = st.sampled_from(["classify", "check-number", "triage"])
fuzz = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(outcome: Any, form: tuple[str, ...] = ()) -> None:
    """What holds of every outcome."""
    assert outcome.status in (0, 1, 2), outcome.err
    assert "Traceback" not in outcome.err
    assert not RAW.search(outcome.err)
    assert not RAW.search(outcome.out)
    if outcome.status == 2:
        assert outcome.err or "antifraud triage" in outcome.out  # the guide, where no command was named
    elif form == ("--json",):
        assert [json.loads(line) for line in outcome.out.splitlines()]


@given(command=COMMAND, text=TEXT, form=FORM)
@fuzz
def test_any_text_as_argument(antifraud: Any, command: str, text: str, form: tuple[str, ...]) -> None:
    """Any text is answered or refused by every command that takes one."""
    check(antifraud(command, *form, "--", text), form)


@given(command=COMMAND, content=BYTES, form=FORM)
@fuzz
def test_any_bytes_from_a_pipe(antifraud: Any, command: str, content: bytes, form: tuple[str, ...]) -> None:
    """Any bytes are answered or refused."""
    check(antifraud(command, *form, stdin=content), form)


@given(
    content=BYTES, encoding=st.sampled_from(["utf-8", "gb18030", "big5", "utf-16", "utf-7", "unicode_escape", "idna"])
)
@fuzz
def test_any_bytes_in_a_named_encoding(antifraud: Any, content: bytes, encoding: str) -> None:
    """Any bytes in any encoding that Python knows are answered or refused."""
    for command in ("classify", "check-number", "batch"):
        check(antifraud(command, "--encoding", encoding, stdin=content))


@given(content=BYTES, form=st.sampled_from(["jsonl", "csv", "tsv", "lines"]))
@fuzz
def test_any_bytes_for_batch(antifraud: Any, content: bytes, form: str) -> None:
    """Any bytes are records or faults; every line that is written is JSON."""
    outcome = antifraud("batch", "--format", form, stdin=content)
    check(outcome)
    for line in outcome.out.splitlines():
        assert json.loads(line)["schema"] == "antifraud.message/1"


@given(records=st.lists(st.dictionaries(st.sampled_from(["text", "id", "值"]), TEXT, max_size=3), max_size=4))
@fuzz
def test_any_record_comes_back_untouched(antifraud: Any, records: list[dict[str, str]]) -> None:
    """What stands under `input` is the record, whatever its strings hold."""
    source = "".join(json.dumps(record) + "\n" for record in records)
    outcome = antifraud("batch", stdin=source)
    check(outcome)
    assert [answer["input"] for answer in outcome.objects] == [
        json.loads(json.dumps(record))
        for record in records
        if "text" in record  # two surrogates are one character
    ]


@given(name=TEXT)
@settings(fuzz, max_examples=40)
def test_any_name_of_a_category_situation_region_or_time(antifraud: Any, name: str) -> None:
    """Any name is found or refused with the nearest ones."""
    check(antifraud("checklist", "--", name))
    check(antifraud("learn", "--", name))
    check(antifraud("checklist", f"--situation={name}"))
    check(antifraud("hotlines", f"--region={name}"))
    check(antifraud("checklist", f"--elapsed={name}"))
    check(antifraud("check-number", f"--claims={name}", "95588"))


@given(
    line=st.lists(
        st.one_of(st.sampled_from(["classify", "--json", "--lang", "--help", "-s", "--", "-"]), TEXT), max_size=4
    )
)
@fuzz
def test_any_command_line(antifraud: Any, line: list[str]) -> None:
    """Any command line is answered or refused."""
    check(antifraud(*line))


@given(text=TEXT, lang=st.sampled_from(["zh-Hant", "en"]), encoding=st.sampled_from(["gbk", "ascii", "big5", "cp1252"]))
@fuzz
def test_any_text_on_any_console(antifraud: Any, text: str, lang: str, encoding: str) -> None:
    """No console encoding makes an answer crash."""
    for color in ("always", "never"):
        outcome = antifraud("classify", "--lang", lang, "--color", color, "--", text, encoding=encoding)
        assert outcome.status in (0, 1, 2), outcome.err
