"""The normalizer: one form for the rules, an exact way back for the evidence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antifraud_cli.knowledge import store
from antifraud_cli.text.normalize import Normalizer


def normalizer() -> Normalizer:
    tables: dict[str, Any] = store.load("messages")["characters"]
    return Normalizer(tables)


NORMALIZE = normalizer()

DISGUISES = [
    ("安全帳戶", "安全账户"),
    ("安​全账户", "安全账户"),
    ("安.全.账.户", "安全账户"),
    ("安 全 账 户", "安全账户"),
    ("安\n全\n账\n户", "安全账户"),
    ("安全\n账户", "安全账户"),
    ("ＱＱ１２３", "qq123"),
    ("𝙌𝙌群", "qq群"),
    ("安全(账)户", "安全账户"),
    ("加【微】信", "加微信"),
    ("加薇信", "加微信"),
    ("加V", "加微信"),
    ("加 VX 123", "加微信 123"),
    ("進裙領取", "进群领取"),
    ("轉帳給我", "转账给我"),
    ("аlipay", "alipay"),
]


@pytest.mark.parametrize(("written", "plain"), DISGUISES)
def test_a_disguise_is_undone(written: str, plain: str) -> None:
    """Every disguise of a word comes out as the plain word."""
    assert NORMALIZE(written).text == plain


@pytest.mark.parametrize(
    "innocent", ["威信很高", "穿裙子", "打企鹅", "喝薇薇的茶", "加威尼斯", "版本v2", "click here", "卫星发射"]
)
def test_innocent_words_stay(innocent: str) -> None:
    """A word that only sometimes is a disguise stays as it is in innocent company."""
    found = NORMALIZE(innocent)
    assert found.text == innocent
    assert found.evasions == ()


@pytest.mark.parametrize(
    ("written", "kind"), [("安​全", "invisible"), ("安.全.账.户", "sprinkled"), ("加薇信", "spelling")]
)
def test_evasion_is_recorded(written: str, kind: str) -> None:
    """What was undone is recorded with its kind, since evasion is a signal."""
    assert [evasion.kind for evasion in NORMALIZE(written).evasions] == [kind]


def test_emoji_with_variation_selectors_are_no_evasion() -> None:
    """Marks that belong to ordinary emoji prove nothing."""
    assert NORMALIZE("生日快乐❤️👨‍👩‍👧").evasions == ()


@given(st.text(max_size=300))
def test_every_character_knows_its_place(text: str) -> None:
    """Each normalized character maps to a range inside the original, in order."""
    found = NORMALIZE(text)
    last = 0
    for index in range(len(found.text)):
        start, end = found.span(index, index + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last
        last = start


@given(st.text(alphabet="安全账户转钱 .·​AaＱv信加薇\n", max_size=60))
def test_normalizing_is_linear_in_spans(text: str) -> None:
    """The span of a whole text lies inside it, whatever the mixture of disguises."""
    found = NORMALIZE(text)
    start, end = found.span(0, len(found.text))
    assert 0 <= start <= end <= len(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=80))
def test_plain_chinese_keeps_its_length(text: str) -> None:
    """Chinese text without disguises keeps one character for one, unless a spelling was undone."""
    found = NORMALIZE(text)
    if not found.evasions:
        assert len(found.text) == len(text)
