"""Numbers as Chinese people type them: 八, 十二, 三千五百, 一万二, 1万2, 3.5万."""

from __future__ import annotations

import re
from decimal import Decimal

_PLAIN = str.maketrans(
    "零〇○一二三四五六七八九两兩壹贰貳叁參参肆伍陆陸柒捌玖拾佰仟萬億",
    "0001234567892212233345667" + "89十百千万亿",
)
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SECTION = re.compile(r"(?:(?P<千>[1-9])千)?(?:0?(?P<百>[1-9])百)?(?:0?(?P<十>[1-9]?)十)?(?P<rest>0?[1-9])?")
_LARGE = re.compile(r"(?:(?P<亿>[^万亿]+)亿)?(?:(?P<万>[^万亿]+)万)?(?P<rest>[^万亿]*)")
_UNITS = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "十": 10}


def parse(text: str) -> Decimal | None:
    """The number that a text means; None where it is none, or where it can be read in two ways (1万20).

    >>> [str(parse(text)) for text in ("1万2", "三千五百", "十二", "3.5万", "一万零二十", "1万20")]
    ['12000', '3500', '12', '35000', '10020', 'None']
    """
    parts = _LARGE.fullmatch(text.translate(_PLAIN))
    if parts is None or not text:
        return None
    total, last = Decimal(0), ""
    for unit in ("亿", "万"):
        if parts[unit] is None:
            continue
        value = _section(parts[unit], after=last)
        if value is None:
            return None
        total, last = total + value * _UNITS[unit], unit
        if value != int(value) and (parts["rest"] or (unit == "亿" and parts["万"])):
            return None
    if parts["rest"]:
        value = _section(parts["rest"], after=last, ends=True)
        if value is None:
            return None
        total += value
    # Without the noughts that a fraction leaves behind: 3.5万 is 35000, not 35000.0.
    return Decimal(int(total)) if total == int(total) else total


def _section(text: str, after: str, ends: bool = False) -> Decimal | None:
    """The part between two of 亿 and 万, or behind them; `after` is the unit before it, `ends` whether the number ends."""
    if _DIGITS.fullmatch(text):
        if not after or text.startswith("0") or (len(text) == 4 and ends):
            return Decimal(text)
        # 1万2 is 12000: a lone digit counts in the next lower place. 1万20 may be 10020 or 12000.
        return Decimal(text) * _UNITS[after] / 10 if ends and len(text) == 1 else None
    parts = _SECTION.fullmatch(text)
    if parts is None:
        return None
    value, last = 0, ""
    for unit in ("千", "百", "十"):
        if parts[unit] is not None:
            value, last = value + int(parts[unit] or 1) * _UNITS[unit], unit
    rest = parts["rest"] or ""
    if len(rest) == 1 and last in ("千", "百"):
        value += int(rest) * _UNITS[last] // 10
    else:
        value += int(rest or 0)
    return Decimal(value)
