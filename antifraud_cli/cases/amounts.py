"""Read a sum of money exactly as it was typed: 12000, 12,000.50, ￥3,500, 1万2, 5000港币, 300 USDT."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from antifraud_cli.cases.faults import CaseError
from antifraud_cli.cases.numerals import parse as parse_numeral

_NAMES = {
    "CNY": "cny rmb cn¥ ¥ 人民币 人民幣 元人民币 元人民幣",
    "HKD": "hkd hk$ 港币 港幣 港元 港纸 港紙",
    "MOP": "mop mop$ 澳门元 澳門元 澳门币 澳門幣 葡币 葡幣",
    "TWD": "twd nt$ ntd 台币 台幣 臺幣 新台币 新台幣 新臺幣",
    "SGD": "sgd s$ 新币 新幣 新元 新加坡元 坡币 坡幣",
    "MYR": "myr rm 令吉 马币 馬幣 林吉特",
    "USD": "usd us$ 美元 美金 美刀",
    "CAD": "cad c$ ca$ 加元 加币 加幣",
    "GBP": "gbp £ 英镑 英鎊",
    "AUD": "aud a$ au$ 澳元 澳币 澳幣",
    "JPY": "jpy jp¥ 日元 日圆 日圓 日币 日幣",
    "EUR": "eur € 欧元 歐元",
    "KRW": "krw ₩ 韩元 韓元 韩币 韓幣",
    "THB": "thb ฿ 泰铢 泰銖",
    "USDT": "usdt u 泰达币 泰達幣",
    "USDC": "usdc",
    "BTC": "btc 比特币 比特幣",
    "ETH": "eth 以太币 以太幣 以太坊",
    "TRX": "trx 波场币 波場幣",
}
CURRENCIES = tuple(_NAMES)
_CODES = {name: code for code, names in _NAMES.items() for name in names.split()}
_OWN = {"元", "块", "块钱", "塊", "塊錢", "圆", "圓", "元整", "圆整", "圓整"}
"""Words for the money of the place: the currency of the case."""
_SEVERAL = {"$", "刀", "dollar", "dollars"}
"""Words that several currencies share."""
_COINS = {"USDT": 6, "USDC": 6, "BTC": 8, "ETH": 18, "TRX": 6}
_NO_CENTS = ("JPY", "KRW")
_WORDS = sorted([*_CODES, *_OWN, *_SEVERAL], key=len, reverse=True)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_LARGEST = Decimal(10) ** 13


class Amount(NamedTuple):
    """A sum of money."""

    value: Decimal
    """Exactly what was typed, never rounded."""
    currency: str
    """A code such as CNY, HKD or USDT."""


def parse_currency(text: str) -> str:
    """The code of a currency named in any of the usual ways. Raises CaseError."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain not in _CODES:
        raise CaseError("currency", value=text[:40], known=" ".join(CURRENCIES))
    return _CODES[plain]


def parse_amount(text: str, own: str, currency: str | None = None, *, zero: bool = False) -> Amount:
    """The sum that a text means, or CaseError where it means none or could mean two.

    `own` is the currency of the case, meant by 元 and by a bare number; `currency` the one named beside the text;
    `zero`: whether it may be nought.

    >>> parse_amount("1万2", "CNY"), parse_amount("12,000.50港币", "CNY")
    (Amount(value=Decimal('12000'), currency='CNY'), Amount(value=Decimal('12000.50'), currency='HKD'))
    """
    shown = text[:40]
    plain = unicodedata.normalize("NFKC", text[:100]).strip().lower()
    before, number, after = _split(plain)
    words = {word for word in (before, after) if word}
    named = {_CODES[word] for word in words if word in _CODES}
    if currency:
        if named - {currency} and not (currency == "JPY" and "¥" in words):  # the sign of both
            raise CaseError("two_currencies", value=shown, currency=currency)
        code = currency
    elif len(named) > 1:
        raise CaseError("two_currencies", value=shown, currency=" ".join(sorted(named)))
    elif named:
        code = named.pop()
    elif words & _SEVERAL:
        raise CaseError("which_dollar", value=shown)
    else:
        code = own
    value = _number(number)
    if value is None or len(text) > 100:
        raise CaseError("amount", value=shown)
    if not 0 <= value < _LARGEST or not (value or zero):
        raise CaseError("amount_range", value=shown)
    places = max(0, -int(value.as_tuple().exponent))
    if places > (_COINS.get(code, 0 if code in _NO_CENTS else 2)):
        raise CaseError("amount_places", value=shown, currency=code)
    return Amount(value, code)


def written(value: Decimal) -> str:
    """A number as it is read: 12,000.50."""
    return f"{value:,f}"


def _split(text: str) -> tuple[str, str, str]:
    """The word before the number, the number, the word after it."""
    before = next((word for word in _WORDS if text.startswith(word)), "")
    text = text[len(before) :].strip()
    after = next((word for word in _WORDS if text.endswith(word) and len(word) < len(text)), "")
    return before, text[: len(text) - len(after)].strip(), after


def _number(text: str) -> Decimal | None:
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        return Decimal(text)
    return parse_numeral(re.sub(r"(?<=[0-9])w", "万", text))
