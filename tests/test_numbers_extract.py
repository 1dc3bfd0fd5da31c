"""Numbers found in what people paste, and phone numbers found in messages."""

from __future__ import annotations

import pytest

from antifraud_cli.knowledge import numberplan, store
from antifraud_cli.knowledge.document import Collector
from antifraud_cli.numbers import find_in_message, find_numbers
from antifraud_cli.numbers.extract import scan

WORDS = numberplan.message_words(store.data_dir(), Collector())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("来电:95588", ["95588"]),
        ("来电显示 +86-10-12308（领事馆）", ["+86-10-12308"]),
        ("10086、95588", ["10086", "95588"]),
        ("110、119", ["110", "119"]),
        ("12308 13800138000", ["12308", "13800138000"]),
        ("138 0013 8000 139 0013 9000", ["138 0013 8000", "139 0013 9000"]),
        ("138，0013，8000", ["138，0013，8000"]),
        ("13800138000和13900139000", ["13800138000", "13900139000"]),
        ("13800138000/13900139000", ["13800138000", "13900139000"]),
        ("+86 138 0013 8000，+852 9123 4567", ["+86 138 0013 8000", "+852 9123 4567"]),
        ("第一行 95588\n第二行 95533", ["95588", "95533"]),
        ("2026-11-21 12:30 来电 95588", ["95588"]),
        ("11月21日 9:05 10086", ["10086"]),
        ("【96110】", ["96110"]),
        ("１３８－００１３－８０００", ["１３８－００１３－８０００"]),
        ("tel10086", ["10086"]),
        ("没有", []),
        ("+", []),
        ("call me", []),
    ],
)
def test_find_numbers(text: str, wanted: list[str]) -> None:
    """Every number in a pasted text is found, with what belongs to it and nothing else."""
    found = find_numbers(text)
    assert wanted == [raw.text for raw in found]
    assert all(text[raw.start : raw.end] == raw.text for raw in found)


@pytest.mark.parametrize(
    ("text", "digits", "plus", "lookalike", "extension"),
    [
        ("0755-8888 8888转8001", "075588888888", 0, False, "8001"),
        ("0755-88888888-8001", "075588888888", 0, False, "8001"),
        ("0755-88888888 ext. 8001", "075588888888", 0, False, "8001"),
        ("0755-88888888x8001", "075588888888", 0, False, "8001"),
        ("400-812-3123 轉 1", "4008123123", 0, False, "1"),
        ("++860775110", "860775110", 2, False, None),
        ("＋86 138 0013 8000", "8613800138000", 1, False, None),
        ("l0086", "10086", 0, True, None),
        ("1OO86", "10086", 0, True, None),
        ("9\u200b55\u200b88", "95588", 0, False, None),
        ("(010)62345678", "01062345678", 0, False, None),
        ("+86:13800138000", "8613800138000", 1, False, None),
    ],
)
def test_scan(text: str, digits: str, plus: int, lookalike: bool, extension: str | None) -> None:
    """Marks, look-alike letters and extensions are kept apart from the digits."""
    (found,) = scan(text)
    assert (digits, plus, lookalike, extension) == (found.digits, found.plus, found.lookalike, found.extension)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("如有疑问请拨打95588咨询", ["95588"]),
        ("请联系王经理 138-0013-8000", ["138-0013-8000"]),
        ("我接到+85320923402打来的电话", ["+85320923402"]),
        ("来电显示008613800138000", ["008613800138000"]),
        ("客服电话：400-812-3123，座机0755-82345678", ["400-812-3123", "0755-82345678"]),
        ("【l0086】您的积分将清零", ["l0086"]),
        ("已被骗请拨打110报警或咨询96110", ["110", "96110"]),
        ("发送短信到1069012345678", ["1069012345678"]),
        ("致电9510211查询", ["9510211"]),
        ("加微信13800138000", ["13800138000"]),
        ("您尾号1234的卡消费95588元", []),
        ("验证码 951234，请勿告诉他人", []),
        ("验证码：12345", []),
        ("订单号 13800138000123", []),
        ("身份证110101199001011234", []),
        ("卡号6222020200112233445", []),
        ("2026-11-21 12:30:45 到账 10086.50元", []),
        ("共10010人参加", []),
        ("先充10000，再充12500就能提现，亏了95000", []),
        ("请拨打10000号", ["10000"]),
        ("110元包邮，面积120平", []),
        ("见 https://example.com/95588/10086?id=13800138000", []),
        ("邮箱 13800138000@example.com", []),
        ("第12345期", []),
        ("取件码 12-3-4567", []),
        ("", []),
    ],
)
def test_find_in_message(text: str, wanted: list[str]) -> None:
    """In a message only phone numbers are found: no amounts, dates, codes, order, card or identity numbers, no links."""
    assert wanted == [raw.text for raw in find_in_message(text, WORDS)]
