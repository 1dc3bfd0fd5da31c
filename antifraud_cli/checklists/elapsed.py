"""Read how long ago something happened: 20m, 10h, 5d, 90s, 1h30m, 2天, 半小时, 一个半小时, 刚刚."""

from __future__ import annotations

import math
import re
import unicodedata

from antifraud_cli.errors import UsageError

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒", "秒钟", "秒鐘"), _SECOND),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分", "分钟", "分鐘"), _MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "时", "小时", "小時", "钟头", "鐘頭"), _HOUR),
    **dict.fromkeys(("d", "day", "days", "天", "日"), _DAY),
    **dict.fromkeys(("w", "week", "weeks", "周", "週", "星期", "礼拜", "禮拜"), 7 * _DAY),
    **dict.fromkeys(("month", "months", "月"), 30 * _DAY),
    **dict.fromkeys(("y", "year", "years", "年"), 365 * _DAY),
}
_NOW = {"0", "now", "justnow", "刚刚", "刚才", "剛剛", "剛才", "现在", "現在"}
_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"\d+(?:\.\d+)?|[一二两兩三四五六七八九]?十[一二三四五六七八九]?|[零一二两兩三四五六七八九]|半"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_PART = rf"(?P<number>{_NUMBER})(?P<measure>个|個)?(?P<half>半)?(?P<unit>{_UNIT})(?P<after>半)?"
_FILLER = r"[\s,，]|以?前|之前|了|ago|and|又|零(?=\d)|大约|大約|about"
_LONGEST = 100 * 365 * _DAY
_EXAMPLES = "20m  10h  5d  1h30m  2天  半小时"


def parse_elapsed(text: str) -> int:
    """Return the seconds that a duration means; a text that is none raises UsageError.

    >>> parse_elapsed("20m"), parse_elapsed("2天"), parse_elapsed("一个半小时")
    (1200, 172800, 5400)
    """
    plain = unicodedata.normalize("NFKC", text[:100]).lower()
    plain = re.sub(_FILLER, "", plain)
    if plain in _NOW:
        return 0
    pattern = re.compile(_PART)  # here, not above: most runs of the program never read a duration
    total, position = 0.0, 0
    while position < len(plain):
        part = pattern.match(plain, position)
        if part is None:
            break
        total += _value(part) * _UNITS[part["unit"]]
        position = part.end()
    if not plain or position != len(plain) or total > _LONGEST:
        raise UsageError(f"--elapsed: {text[:40]!r}", _EXAMPLES)
    return math.ceil(total)


def _value(part: re.Match[str]) -> float:
    """The number of units: 两 is 2, 十二 is 12, 半 is one half, 一个半小时 is one and a half."""
    half = 0.5 if part["half"] or part["after"] else 0.0
    number = part["number"]
    if number == "半":
        return 0.5
    if number[0].isdecimal():  # in any script: float reads them all
        return float(number) + half
    if "十" in number:
        tens, _, ones = number.partition("十")
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0) + half
    return _DIGITS[number] + half
