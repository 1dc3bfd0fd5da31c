"""The pattern language: what it finds, what it refuses, that it is bounded."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antifraud_cli.text.patterns import PatternError, parse


def same(text: str) -> str:
    return text


def found(pattern: str, text: str) -> bool:
    return all(re.search(part.regex, text) for part in parse(pattern, same))


MATCHES = [
    ("安全账户", "转到安全账户里", True),
    ("(转|汇)(钱|款)", "汇款给他", True),
    ("(转|汇)(钱|款)", "汇了款", False),
    ("(你的)?验证码", "验证码多少", True),
    ("公安~洗钱", "公安说你洗钱", True),
    ("公安~3洗钱", "公安局民警说你洗钱", False),
    ("公安~20洗钱", "公安来过。后来洗钱", False),
    ("充值 && 提现", "不能提现,因为没有充值", True),
    ("充值 && 提现", "只是充值", False),
    ("充值<n>元", "充值三百元", True),
    ("充值<n>元", "充值1.5万元", True),
    ("点击<url>", "点击www.abc.top/x领取", True),
    ("点击<url>", "点击领取", False),
    ("致电<phone>", "致电13800138000", True),
    ("click here", "please click here now", True),
    ("loan", "download", False),
    ("loan", "贷款loan秒批", True),
    ("qq群", "qq群号", True),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES)
def test_patterns_find_what_they_say(pattern: str, text: str, expected: bool) -> None:
    """A pattern finds exactly the texts that its description promises."""
    assert found(pattern, text) is expected


REFUSED = [
    "",
    "转",
    "(转|汇)",
    "A && ",
    "(安全",
    "安全)",
    "安全|账户",
    "安全~41账户",
    "安全?",
    "<url>",
    "<year>账户",
    "(|安全)账",
    "安全~1a~1b~1c~1d~1e全",
]


@pytest.mark.parametrize("pattern", REFUSED)
def test_malformed_patterns_are_refused(pattern: str) -> None:
    """A pattern that is malformed, unbounded or without a fixed piece raises PatternError."""
    with pytest.raises(PatternError):
        parse(pattern, same)


@pytest.mark.parametrize(("pattern", "text"), [(p, t) for p, t, hit in MATCHES if hit])
def test_anchors_are_necessary(pattern: str, text: str) -> None:
    """Where a part with anchors matches, one of its anchors is in the text: the index loses nothing."""
    for part in parse(pattern, same):
        if part.anchors:
            assert any(anchor in text for anchor in part.anchors)


pieces = st.sampled_from(
    ["安全", "账户", "(转|汇)", "~", "~40", "(你的)?", "<n>", "<url>", "(安全|(核查|监管)账户)", "qq", " "]
)


@given(st.lists(pieces, min_size=1, max_size=6).map("".join))
def test_any_pattern_is_accepted_or_refused(pattern: str) -> None:
    """No combination of pieces crashes the parser, and what it accepts is a regular expression without * or +."""
    try:
        parts = parse(pattern, same)
    except PatternError:
        return
    for part in parts:
        re.compile(part.regex)


@given(st.text(max_size=40))
def test_any_text_as_pattern_is_accepted_or_refused(pattern: str) -> None:
    """A user's own rules cannot crash the parser."""
    try:
        parse(pattern, same)
    except PatternError:
        return
