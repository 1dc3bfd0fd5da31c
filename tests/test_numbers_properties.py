"""What must hold for every number, whatever it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from antifraud_cli.knowledge import numberplan, store
from antifraud_cli.knowledge.document import Collector
from antifraud_cli.knowledge.tableformat import LANGUAGES
from antifraud_cli.numbers import NumberContext, NumberPlan, check, find_in_message, find_numbers
from antifraud_cli.numbers.extract import scan
from antifraud_cli.numbers.model import DIRECTIONS, LEVELS, LOCATIONS

PLAN = NumberPlan(numberplan.read(store.data_dir(), Collector()))
WORDS = numberplan.message_words(store.data_dir(), Collector())
TABLE = yaml.safe_load((Path(__file__).parent / "numbers_table.yaml").read_text(encoding="utf-8"))["rows"]
PLAIN = [(row[0], row[1]) for row in TABLE if re.fullmatch(r"\+*\d{3,16}", row[0])]
SHORT = sorted(number for number, line in PLAN.cn.items() if len(number) <= 5 and line["status"] != "unverified")
BANKS = sorted(number for number in PLAN.numbers if len(number) == 5)
NOISE = [
    "",
    " ",
    "-",
    "－",
    "\u3000",
    "\u200b",
    "\u00a0",
    "（",
    "）",
    "·",
    ".",
    "\u202a",
    "。",
    "—",
    "\ufeff",
    "_",
    "『"[:0],
]
CONTEXTS = st.builds(
    NumberContext,
    direction=st.sampled_from(DIRECTIONS),
    location=st.sampled_from(LOCATIONS),
    called_first=st.booleans(),
    claims=st.none() | st.sampled_from(["公安", "银行", "快递", "领导", "推销", "工商银行"]) | st.text(max_size=8),
    overseas_contact=st.booleans(),
    has_link=st.booleans(),
)
RECEIVED = st.builds(
    NumberContext,
    direction=st.sampled_from(["incoming", "sms"]),
    called_first=st.booleans(),
    claims=st.none() | st.sampled_from(["公安", "银行", "快递", "领导", "推销", "工商银行"]),
    overseas_contact=st.booleans(),
    has_link=st.booleans(),
)
"""Calls and messages that reach somebody on the mainland."""
slow = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(st.sampled_from(PLAIN), st.data())
def test_formatting_changes_nothing(row: tuple[str, dict[str, object]], data: st.DataObject) -> None:
    """Spaces, dashes, brackets, full-width digits, invisible marks and Chinese stops inside a number change no verdict."""
    number, keys = row
    body = number.lstrip("+")
    full = data.draw(st.booleans())
    chars = [chr(ord(char) + 0xFEE0) if full else char for char in body]
    gaps = [data.draw(st.sampled_from(NOISE)) for _ in chars]
    noisy = number[: len(number) - len(body)] + "".join(char + gap for char, gap in zip(chars, gaps, strict=True))
    # A space between two whole numbers parts them, a dash before the last digits begins an extension: that is not noise.
    assume([found.extension for found in scan(noisy)] == [None])
    context = NumberContext(**keys)  # type: ignore[arg-type]
    plain, dressed = check(number, context, PLAN), check(f"来电：{noisy}", context, PLAN)
    assert (plain.level, plain.rule, plain.normalized) == (dressed.level, dressed.rule, dressed.normalized)


@slow
@given(st.sampled_from(SHORT + BANKS), st.sampled_from(["+", "00", "+86", "0086", "86", "++", "+00", "+0"]), RECEIVED)
def test_marks_make_no_number_official(number: str, mark: str, context: NumberContext) -> None:
    """+ or 00 or 86 before a short number of the mainland is never official and never `none` when it calls or writes."""
    assert check(mark + number, context, PLAN).level in ("danger", "caution", "invalid")


@slow
@given(st.sampled_from(SHORT), st.text("0123456789", max_size=8), st.text("0123456789", max_size=8), RECEIVED)
def test_digits_make_no_number_official(number: str, before: str, behind: str, context: NumberContext) -> None:
    """Digits before or after an official short number never make it official or `none`, unless that is published."""
    dressed = before + number + behind
    assume(before + behind and dressed not in PLAN.cn and dressed not in PLAN.numbers)
    # 119, 120, 122 and 114 end too many numbers by chance; so does 110 stand inside them.
    assume(len(number) >= 5 or (number == "110" and not (before and behind)))
    verdict = check(dressed, context, PLAN)
    # Inside a whole landline, mobile or foreign number five digits in the middle are chance; at its end they are noted.
    assume(not (before and behind and verdict.kind in ("landline", "mobile", "mvno", "sms_port", "foreign")))
    if number == "96110" and before in PLAN.areas and not behind:
        assert verdict.rule in ("cn.96110", "claim.mismatch", "claim.embassy")
    else:
        assert verdict.level in ("danger", "caution", "invalid"), verdict


@slow
@given(st.text(max_size=60), CONTEXTS, st.sampled_from(LANGUAGES))
def test_nothing_crashes(text: str, context: NumberContext, lang: str) -> None:
    """Any text in any context gets a verdict, and its places point into the text."""
    verdict = check(text, context, PLAN, lang)
    assert verdict.level in LEVELS
    assert verdict.reasons
    assert verdict.rule == verdict.reasons[0].rule
    for raw in (*find_numbers(text), *find_in_message(text, WORDS)):
        assert text[raw.start : raw.end] == raw.text


@slow
@given(st.text("0123456789+-lIO转 ()、,x", max_size=40), CONTEXTS)
def test_number_like_text_does_not_crash(text: str, context: NumberContext) -> None:
    """Neither does text made of what numbers are made of."""
    assert check(text, context, PLAN).level in LEVELS
    assert all(any(char.isdigit() for char in raw.text) for raw in find_numbers(text))


@slow
@given(st.text().filter(lambda text: not any(char.isnumeric() for char in text)))
def test_no_digits_is_no_number(text: str) -> None:
    """Text without digits is `invalid`."""
    assert check(text, NumberContext(), PLAN).level == "invalid"


@pytest.mark.parametrize(
    "text", ["1" * 10_000, "1 " * 10_000, "+" * 10_000, "lO" * 10_000, "1-" * 20_000, "1，" * 20_000]
)
def test_long_input_is_judged(text: str) -> None:
    """Ten thousand digits are no number, and finding that out neither fails nor takes for ever."""
    assert check(text, NumberContext(), PLAN).level in ("invalid", "danger")
    find_in_message(text, WORDS)
