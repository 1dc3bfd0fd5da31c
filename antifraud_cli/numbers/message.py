"""Find phone numbers in a message: only what surely is one.

A message is full of digits that are no phone numbers: amounts, dates, order numbers, codes, card and identity numbers.
So a run of digits counts only in the shape of a phone number, standing free, and short numbers only where nothing
around them says that they are something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from antifraud_cli.numbers.characters import LATIN, LATIN_LOOKALIKES, LOOKALIKE_DIGITS, plain
from antifraud_cli.numbers.model import RawNumber

_SHAPES = re.compile(
    r"(?<![0-9A-Za-z@/=&?#%_.+\-])(?:"
    r"(?P<intl>\+{1,3} ?[0-9]{1,4}(?:[- ()]{0,2}[0-9]{2,}){1,5}|00[1-9][0-9]{8,13})"
    r"|(?P<mobile>(?:86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2})"
    r"|(?P<toll>[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4})"
    r"|(?P<landline>\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[- ]?(?:[0-9]{7,8}|[0-9]{4}[- ][0-9]{4}|9[56][0-9]{3,4}|1[12][0-9]{1,3})(?:(?:转|轉|-)[0-9]{1,6})?)"
    r"|(?P<port>106[0-9]{5,17})"
    r"|(?P<eight>9[56][0-9]{5,6}|10[12]0[0-9]{4})"
    r"|(?P<short>9[56][0-9]{3,4}|100[0-9]{2}|111[0-9]{2}|12[135][0-9]{2})"
    r"|(?P<three>1(?:10|19|20|22))"
    rf"|(?P<alike>[0-9{LATIN_LOOKALIKES}]{{5,11}})"
    r")(?![0-9A-Za-z@_])(?!\.[0-9])(?!-[0-9])"
)
_LINKS = ("为", "為", "是", ":", "：", "号", "號")
_OPENING = " \t\n[【(（"
_CLOSING = " \t\n】])）"
_CALL_REACH = 8
_CONTEXT = 16


def find_in_message(text: str, words: Mapping[str, Sequence[str]]) -> list[RawNumber]:
    """The phone numbers in a message, in order. `words`: the lists of data/numbers/message.yaml."""
    read, places = plain(text)
    found = []
    around: _Words | None = None
    for match in _SHAPES.finditer(read.translate(LATIN)):
        around = around or _Words(words)
        if _is_number(match, read, around):
            start, end = match.span()
            if places is not None:
                start, end = places[start], places[end - 1] + 1
            found.append(RawNumber(text[start:end], start, end))
    return found


def _is_number(match: re.Match[str], text: str, around: _Words) -> bool:
    shape = match.lastgroup
    start, end = match.span()
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + 8]
    if shape == "alike" and not _is_alike(match[0]):
        return False
    if shape in ("intl", "mobile", "toll", "landline"):
        return shape == "intl" or not around.name_it_otherwise(before)
    if around.name_it_otherwise(before) or around.count(after):
        return False
    # 10000 and 95000 are amounts more often than lines.
    doubtful = shape == "short" and (len(match[0]) > 5 or match[0].endswith("00"))
    if shape in ("three", "eight") or doubtful:
        return around.speak_of_a_call(before, after)
    return True


class _Words:
    """The words around a run of digits."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._not_before = tuple(words["not_before"])
        self._units = tuple(words["units"])
        self._not_units = tuple(words["not_units"])
        self._call = tuple(words["call"])
        self._call_after = tuple(words["call_after"])

    def name_it_otherwise(self, before: str) -> bool:
        """Whether the words before say that the digits are a code, an order, an amount …"""
        head = before.lower().rstrip(_OPENING)
        for link in _LINKS:
            if head.endswith(link):
                return head.endswith(self._not_before) or head.removesuffix(link).endswith(self._not_before)
        return head.endswith(self._not_before)

    def count(self, after: str) -> bool:
        """Whether the words behind say that the digits are an amount, a date, a measure …"""
        tail = after.lower().lstrip(_CLOSING)
        # w and u stand for ten thousand and for a coin, unless a word begins with them.
        if tail[:1] in ("w", "u") and not (len(tail) > 1 and "a" <= tail[1] <= "z"):
            return True
        return tail.startswith(self._units) and not tail.startswith(self._not_units)

    def speak_of_a_call(self, before: str, after: str) -> bool:
        """Whether somebody calls or writes there."""
        near = before.lower().rstrip()[-_CALL_REACH:].rpartition(" ")[2]
        return any(word in near for word in self._call) or after.lstrip(_CLOSING).startswith(self._call_after)


def _is_alike(token: str) -> bool:
    """Letters among digits that would make a mainland short number, mobile or 400 number."""
    digits = token.translate(LOOKALIKE_DIGITS)
    letters = sum(not char.isdigit() for char in token)
    if not letters or letters > len(token) - 2:
        return False
    return re.fullmatch(r"9[56][0-9]{3,4}|100[0-9]{2}|1[12][0-9]{3}|1[3-9][0-9]{9}|[48]00[0-9]{7}", digits) is not None
