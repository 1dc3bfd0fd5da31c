"""The pattern language: what it finds, what it refuses, that it is bounded, that its index loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from antifraud_cli.knowledge.patterntable import PatternTable
from antifraud_cli.messages.matcher import Hit, Matcher
from antifraud_cli.text.patterns import MAX_GAP, Part, PatternError, parse


def same(text: str) -> str:
    return text


def hits_of(parts: list[Part], text: str) -> list[Hit]:
    """What one rule with one pattern finds in a text."""
    table = PatternTable()
    table.add(0, parts)
    columns = table.table()
    return Matcher([{"word": False}], columns.__getitem__, lambda *_: True).hits(text)


def found(pattern: str, text: str) -> bool:
    return bool(hits_of(parse(pattern, same), text))


MATCHES = [
    ("安全账户", "转到安全账户里", True),
    ("安全账户", "安全的账户", False),
    ("(转|汇)(钱|款)", "汇款给他", True),
    ("(转|汇)(钱|款)", "汇了款", False),
    ("(你的)?验证码", "验证码多少", True),
    ("把(你的)?验证码", "把你的验证码", True),
    ("把(你的)?验证码", "把我的验证码", False),
    ("公安~洗钱", "公安说你洗钱", True),
    ("公安~3洗钱", "公安局民警说你洗钱", False),
    ("公安~20洗钱", "公安来过。后来洗钱", False),
    ("公安~20洗钱", "公安来过!后来洗钱", False),
    ("公安~洗钱", "洗钱的事公安在查", False),
    ("充值 && 提现", "不能提现,因为没有充值", True),
    ("充值 && 提现", "只是充值", False),
    ("充值 && 提现", "充值" + "了" * 400 + "提现", False),
    ("充值<n>元", "充值三百元", True),
    ("充值<n>元", "充值1.5万元", True),
    ("充值<n>元", "充值很多元", False),
    ("点击<url>", "点击www.abc.top/x领取", True),
    ("点击<url>", "点击领取", False),
    ("致电<phone>", "致电13800138000", True),
    ("致电<phone>", "致电我", False),
    ("(安全|(核查|监管)账户)里面", "监管账户里面", True),
    ("(公安~2查|检察)你家", "公安要查你家", True),
    ("click here", "please click here now", True),
    ("loan", "download", False),
    ("loan", "loans", False),
    ("loan", "贷款loan秒批", True),
    ("qq群", "qq群号", True),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES)
def test_patterns_find_what_they_say(pattern: str, text: str, expected: bool) -> None:
    """A pattern finds exactly the texts that its description promises."""
    assert found(pattern, text) is expected


SPANS = [
    ("安全账户", "转到安全账户里", [(2, 6)]),
    ("(转账|转账到卡)", "请转账到卡", [(1, 5)]),
    ("公安~洗钱", "说公安查洗钱了", [(1, 6)]),
    ("充值 && 提现", "先提现后充值", [(4, 6), (1, 3)]),
    ("点击<url>", "请点击abc.top/x领", [(1, 12)]),
]


@pytest.mark.parametrize(("pattern", "text", "spans"), SPANS)
def test_evidence_is_the_piece_that_matched(pattern: str, text: str, spans: list[tuple[int, int]]) -> None:
    """A hit gives one span for each part, as long as the longest of its words."""
    assert [list(hit.spans) for hit in hits_of(parse(pattern, same), text)] == [spans]


def test_words_of_the_vocabulary_stand_for_themselves() -> None:
    """<name> stands for any word of that entry, normalized like everything else."""
    parts = parse("给<office>打电话", str.lower, {"office": ["公安", "CBI"]})
    assert hits_of(parts, "给cbi打电话")
    assert hits_of(parts, "给公安打电话")
    assert not hits_of(parts, "给他打电话")


def test_an_exception_takes_off_what_it_covers_only() -> None:
    """`unless` cancels the place that it overlaps and leaves another one."""
    table = PatternTable()
    table.add(0, parse("转账给", same))
    table.add_unless(0, parse("不要转账给", same))
    rules = [{"word": False}]
    matcher = Matcher(rules, table.table().__getitem__, lambda *_: True)
    assert not matcher.hits("不要转账给他")
    assert [hit.spans for hit in matcher.hits("不要转账给他,转账给我")] == [((7, 10),)]


def test_word_rules_ask_for_word_edges() -> None:
    """A rule with `word` keeps only hits that the word boundaries allow."""
    table = PatternTable()
    table.add(0, parse("刷单", same))
    rules = [{"word": True}]
    assert not Matcher(rules, table.table().__getitem__, lambda text, start, end: start == 0).hits("印刷单位")
    assert Matcher(rules, table.table().__getitem__, lambda text, start, end: start == 0).hits("刷单兼职")


REFUSED = [
    "",
    "转",
    "(转|汇)",
    "A && ",
    "(安全",
    "安全)",
    "安全|账户",
    f"安全~{MAX_GAP + 1}账户",
    "安全~0账户",
    "安全?",
    "<url>",
    "<year>账户",
    "安全<",
    "(|安全)账",
    "安全~1a~1b~1c~1d~1e全",
    "(" * 31 + "安全" + ")" * 31,
    "安全(a)?" * 31,
    "(" * 100_000 + "安全",
    " && ".join(["安全"] * 31),
]


@pytest.mark.parametrize("pattern", REFUSED)
def test_malformed_patterns_are_refused(pattern: str) -> None:
    """A pattern that is malformed, unbounded or without a fixed piece raises PatternError."""
    with pytest.raises(PatternError):
        parse(pattern, same)


@pytest.mark.parametrize(("pattern", "text"), [(p, t) for p, t, hit in MATCHES if hit])
def test_needs_are_necessary(pattern: str, text: str) -> None:
    """Where a pattern matches, the text holds a string of every set it needs: the index loses nothing."""
    for part in parse(pattern, same):
        for strings in part.needs:
            assert any(string in text for string in strings)
        assert not part.anchors or any(anchor in text for anchor in part.anchors)


PIECES = ["安全", "账户", "(转|汇)", "~", "~40", "(你的)?", "<n>", "<url>", "(安全|(核查|监管)账户)", "qq", " "]
pieces = st.sampled_from(PIECES)
texts = st.lists(
    st.sampled_from(["安全", "账户", "转", "汇", "你的", "三百", "abc.top", "核查", "监管", "qq", " ", "。", "了"]),
    max_size=12,
).map("".join)


@given(st.lists(pieces, min_size=1, max_size=6).map("".join), texts)
@settings(deadline=None)
def test_any_pattern_is_accepted_or_refused(pattern: str, text: str) -> None:
    """No combination of pieces crashes parser or matcher, and hits lie in the text and hold what the pattern needs."""
    try:
        parts = parse(pattern, same)
    except PatternError:
        return
    for hit in hits_of(parts, text):
        assert len(hit.spans) == len(parts)
        assert all(0 <= start < end <= len(text) for start, end in hit.spans)
        for part in parts:
            assert all(any(string in text for string in strings) for strings in part.needs)


@given(st.lists(st.sampled_from(["安全", "账户", "(转|汇)", "(你的)?", "(安全|核查)"]), min_size=1, max_size=5), texts)
@settings(deadline=None)
def test_patterns_without_gaps_find_what_they_spell(chosen: list[str], text: str) -> None:
    """A pattern of words, alternatives and optional words is found exactly where one of its spellings stands."""
    spellings = {""}
    for piece in chosen:
        words = piece.strip("()?").split("|") + ([""] if piece.endswith("?") else [])
        spellings = {head + tail for head in spellings for tail in words}
    try:
        parts = parse("".join(chosen), same)
    except PatternError:
        return
    assert bool(hits_of(parts, text)) is any(spelling in text for spelling in spellings)


@given(st.text(max_size=40))
@example("~²")
def test_any_text_as_pattern_is_accepted_or_refused(pattern: str) -> None:
    """A user's own rules cannot crash the parser."""
    try:
        parse(pattern, same)
    except PatternError:
        return


def test_hostile_repetition_is_bounded() -> None:
    """A text made for it costs a bounded number of steps: gaps do not multiply."""
    parts = parse("安全~40安全~40安全~40账户", same)
    assert not hits_of(parts, "安全" * 3000)
