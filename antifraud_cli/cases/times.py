"""Read when something happened, as it was typed: 2026-11-20 14:30, 11月20日下午2点半, 今天14:30, 昨晚8点.

What can be read in two ways is refused: 昨天8点 may be morning or evening, 昨晚12点 one day or the next.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from antifraud_cli.cases.faults import CaseError
from antifraud_cli.cases.numerals import parse as parse_numeral

_DAYS = {
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("昨天", "昨日", "尋日", "琴日", "噚日", "yesterday"), 1),
    **dict.fromkeys(("前天", "前日"), 2),
}
_SHORT_DAYS = {"今": 0, "昨": 1, "前": 2}
"""今早, 昨晚, 前晚: only together with a part of the day."""
_PARTS = {
    **dict.fromkeys(("凌晨", "淩晨"), {12: 0, **{hour: hour for hour in range(7)}}),
    **dict.fromkeys(("早上", "早晨", "清晨", "上午", "早"), {hour: hour for hour in range(4, 12)}),
    **dict.fromkeys(("中午",), {11: 11, 12: 12, 13: 13, 1: 13}),
    **dict.fromkeys(("下午", "午后", "午後"), {12: 12, **{hour: hour + 12 for hour in range(1, 8)}}),
    **dict.fromkeys(("傍晚",), {hour: hour + 12 for hour in range(5, 9)}),
    **dict.fromkeys(("晚上", "晚间", "晚間", "夜里", "夜裡", "夜晚", "晚"), {hour: hour + 12 for hour in range(6, 12)}),
    "am": {12: 0, **{hour: hour for hour in range(12)}},
    "pm": {12: 12, **{hour: hour + 12 for hour in range(1, 12)}},
}
"""Part of the day -> the hours that can be said with it, as hours of 24. 晚上12点 and 晚上1点 are not among them."""
_NUMBER = r"[0-9]{1,2}|[零〇一二两兩三四五六七八九十]{1,3}"
_DATE = (
    r"(?:(?P<year>[0-9]{4})(?:[-/.]|年))(?P<month>[0-9]{1,2})(?:[-/.]|月)(?P<day>[0-9]{1,2})[日号號]?"
    r"|(?P<month2>[0-9]{1,2})月(?P<day2>[0-9]{1,2})[日号號]?"
)
_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    rf"|(?P<hour2>{_NUMBER})(?:点钟|點鐘|点整|點整|点|點|时|時)"
    rf"(?:(?P<half>半)|(?P<quarter>[一三1３3])刻|(?P<minute2>{_NUMBER})分?(?:(?P<second2>{_NUMBER})秒)?)?"
)
_ZONE = r"(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-][0-9]{2}:?[0-9]{2})"
_WHOLE = (
    rf"(?:(?:{_DATE})|(?P<named>{'|'.join(_DAYS)})|(?P<short>[今昨前])(?=早|晚|凌|淩))?"
    rf"(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True))})?(?:(?:t|(?<![0-9]))(?:{_CLOCK})(?P<after>am|pm)?)?{_ZONE}?"
)
_AHEAD = timedelta(minutes=5)
"""Clocks differ; what lies further ahead has not happened."""


class Moment(NamedTuple):
    """When something happened."""

    iso: str
    """Date and time of day with their distance from UTC: 2026-11-20T14:30:00+08:00."""
    precision: str
    """day | minute | second: how much of it was said. With `day` the time of day is 00:00:00."""
    typed: str
    """What was typed."""


def parse_time(text: str, now: datetime, zone: tzinfo | None = None) -> Moment:
    """The moment that a text means, or CaseError where it means none or could mean two.

    `now` has a zone. `zone` is where the clock hung that was read; None: that of the machine.

    >>> from datetime import timezone
    >>> parse_time("昨晚8点半", datetime(2026, 11, 21, 9, tzinfo=timezone.utc), timezone.utc).iso
    '2026-11-20T20:30:00+00:00'
    """
    shown = text.strip()[:40]
    plain = unicodedata.normalize("NFKC", text[:100]).lower().strip()
    # A blank that parts two numbers says where the date ends: 2026-1-1 11:30 is not 2026-1-11 1:30.
    plain = re.sub(r"[\s,、的]+", "", re.sub(r"(?<=[0-9])\s+(?=[0-9])", "t", plain))
    found = re.fullmatch(_WHOLE, plain)
    if not plain or len(text) > 100 or found is None:
        raise CaseError("time", value=shown)
    local = now.astimezone(zone)
    day = _day(found, local, shown)
    clock = _clock(found, shown)
    if clock is None:
        if found["zone"]:
            raise CaseError("time", value=shown)
        return _checked(datetime(day.year, day.month, day.day), zone, now, Moment("", "day", shown))
    hour, minute, second = clock
    try:
        naive = datetime(day.year, day.month, day.day, hour, minute, second or 0)
    except ValueError:
        raise CaseError("time", value=shown) from None
    moment = Moment("", "minute" if second is None else "second", shown)
    if found["zone"]:
        return _checked(naive, _zone(found["zone"], shown), now, moment)
    return _checked(naive, zone, now, moment)


def _day(found: re.Match[str], local: datetime, shown: str) -> date:
    if found["named"]:
        return local.date() - timedelta(days=_DAYS[found["named"]])
    if found["short"]:
        return local.date() - timedelta(days=_SHORT_DAYS[found["short"]])
    try:
        if found["year"]:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        if found["month2"]:
            # Without a year the last such day is meant: it has happened.
            this = date(local.year, int(found["month2"]), int(found["day2"]))
            return this if this <= local.date() else this.replace(year=local.year - 1)
    except ValueError:
        raise CaseError("time_no_such_day", value=shown) from None
    raise CaseError("time_no_day", value=shown)


def _clock(found: re.Match[str], shown: str) -> tuple[int, int, int | None] | None:
    """Hour of 24, minute, second (None: not said). None where no time of day was given."""
    said = found["hour"] or found["hour2"]
    part = found["part"] or found["after"]
    if said is None:
        if part:
            raise CaseError("time_no_hour", value=shown)
        return None
    hour = _small(said)
    if part and found["after"] and found["part"]:
        raise CaseError("time", value=shown)
    if part and hour is not None and not (hour >= 13 and hour in _PARTS[part].values()):
        if hour not in _PARTS[part]:
            raise CaseError("time_which_hour", value=shown)
        hour = _PARTS[part][hour]
    elif not part and found["hour2"] and hour is not None and 1 <= hour <= 12:
        raise CaseError("time_which_half", value=shown)
    minute: int | None = 0
    second: int | None = None
    if found["half"]:
        minute = 30
    elif found["quarter"]:
        minute = 15 if found["quarter"] in "一1" else 45
    elif found["minute"] or found["minute2"]:
        minute = _small(found["minute"] or found["minute2"])
    if found["second"] or found["second2"]:
        second = _small(found["second"] or found["second2"])
    if hour is None or minute is None or hour > 23 or minute > 59 or (second or 0) > 59:
        raise CaseError("time", value=shown)
    return hour, minute, second


def _small(text: str) -> int | None:
    value = parse_numeral(text)
    return None if value is None else int(value)


def _zone(text: str, shown: str) -> tzinfo:
    digits = re.sub(r"[a-z:]", "", text)
    offset = timedelta(hours=int(digits[1:3] or 0), minutes=int(digits[3:5] or 0))
    if offset > timedelta(hours=14):
        raise CaseError("time", value=shown)
    return timezone(-offset if digits.startswith("-") else offset)


def _checked(naive: datetime, zone: tzinfo | None, now: datetime, moment: Moment) -> Moment:
    """The moment with its distance from UTC, unless the clock showed that hour twice, or never, or it lies ahead."""
    try:
        first, second = (naive.replace(fold=fold, tzinfo=zone).astimezone(zone) for fold in (0, 1))
        ahead = first > now + _AHEAD
    except (ValueError, OverflowError, OSError):
        raise CaseError("time", value=moment.typed) from None
    if first.utcoffset() != second.utcoffset() and moment.precision != "day":
        raise CaseError("time_twice", value=moment.typed)
    if ahead:
        raise CaseError("time_ahead", value=moment.typed)
    if naive.year < 1990:
        raise CaseError("time_no_such_day", value=moment.typed)
    return moment._replace(iso=first.isoformat())
