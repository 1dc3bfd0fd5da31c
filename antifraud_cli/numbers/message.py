"""Find phone numbers in a message: only what surely is one.

A message is full of digits that are no phone numbers: amounts, dates, order numbers, codes, card and identity numbers.
So a run of digits counts only in the shape of a phone number, standing free, and short numbers only where nothing
around them says that they are something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from antifraud_cli.numbers.characters import LATIN, LATIN_LOOKALIKES, LOOKALIKE_DIGITS, plain
from antifraud_cli.numbers.model import RawNumber

_BESIDE = r"0-9A-Za-z@/=&?#%_.+\-"
"""What must not stand right before a number."""
_SHAPES = re.compile(
    rf"(?<![{_BESIDE}])(?:"
    r"(?P<intl>\+{1,3} ?[0-9]{1,4}(?:[- ()]{0,2}[0-9]{2,}){1,5}|00[1-9][0-9]{8,13})"
    r"|(?P<mobile>(?:86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2})"
    r"|(?P<toll>[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4})"
    r"|(?P<landline>\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[- ]?(?:[0-9]{7,8}|[0-9]{4}[- ][0-9]{4}|9[56][0-9]{3,4}|1[12][0-9]{1,3})(?:(?:转|轉|-)[0-9]{1,6})?)"
    r"|(?P<port>106[0-9]{5,17})"
    r"|(?P<eight>9[56][0-9]{5,6}|10[12]0[0-9]{4})"
    r"|(?P<short>9[56][0-9]{3,4}|100[0-9]{2}|111[0-9]{2}|12[135][0-9]{2})"
    r"|(?P<three>1(?:10|19|20|22))"
    rf"|(?P<alike>(?=[0-9]{{0,10}}[{LATIN_LOOKALIKES}])[0-9{LATIN_LOOKALIKES}]{{5,11}})"
    r")(?![0-9A-Za-z@_])(?!\.[0-9])(?!-[0-9])"
)
# A plus, a bracket, 86, or three digits; what comes after is no beginning, as no number stands right behind these characters.
_START = re.compile(rf"[0-9+({LATIN_LOOKALIKES}](?:(?<=[+(])|(?<=8)6|[0-9{LATIN_LOOKALIKES}]{{2}})[{_BESIDE}]*")
_FOREIGN = frozenset(map(chr, LATIN))
_LINKS = ("为", "為", "是", ":", "：", "号", "號")
"""One of these characters may stand between a word and its number."""
_OPENING = " \t\n[【(（"
_CLOSING = " \t\n】])）"
_CALL_REACH = 8
_CONTEXT = 16


def find_in_message(text: str, words: Words) -> list[RawNumber]:
    """The phone numbers in a message, in order."""
    read, places = plain(text)
    found = []
    for match in _shapes(read if _FOREIGN.isdisjoint(read) else read.translate(LATIN)):
        if _is_number(match, read, words):
            start, end = match.span()
            if places is not None:
                start, end = places[start], places[end - 1] + 1
            found.append(RawNumber(text[start:end], start, end))
    return found


def _shapes(text: str) -> Iterator[re.Match[str]]:
    """What `_SHAPES` finds; looking where a number can start spares trying all of them at every character."""
    at = 0
    while start := _START.search(text, at):
        match = _SHAPES.match(text, start.start())
        if match:
            yield match
            at = match.end()
        else:
            at = start.start() + 1 if start[0][0] == "(" else start.end()


def _is_number(match: re.Match[str], text: str, around: Words) -> bool:
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


class Words:
    """The words around a run of digits, by the lists of data/numbers/message.yaml."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """`words`: what `knowledge.numberplan.message_words` returns."""
        self._not_before = _Edge(words["not_before"])
        self._units = _Edge(words["units"])
        self._not_units = _Edge(words["not_units"])
        self._call = tuple(words["call"])
        self._call_after = tuple(words["call_after"])

    def name_it_otherwise(self, before: str) -> bool:
        """Whether the words before say that the digits are a code, an order, an amount …"""
        head = before.lower().rstrip(_OPENING)
        return self._not_before.ends(head) or (head.endswith(_LINKS) and self._not_before.ends(head[:-1]))

    def count(self, after: str) -> bool:
        """Whether the words behind say that the digits are an amount, a date, a measure …"""
        tail = after.lower().lstrip(_CLOSING)
        # w and u stand for ten thousand and for a coin, unless a word begins with them.
        if tail[:1] in ("w", "u") and not (len(tail) > 1 and "a" <= tail[1] <= "z"):
            return True
        return self._units.begins(tail) and not self._not_units.begins(tail)

    def speak_of_a_call(self, before: str, after: str) -> bool:
        """Whether somebody calls or writes there."""
        near = before.lower().rstrip()[-_CALL_REACH:].rpartition(" ")[2]
        for word in self._call:
            if word in near:
                return True
        return after.lstrip(_CLOSING).startswith(self._call_after)


class _Edge:
    """Many words, one of which may stand at the edge of a text."""

    def __init__(self, words: Sequence[str]) -> None:
        self._by_first = {first: tuple([word for word in words if word[0] == first]) for first in {w[0] for w in words}}
        self._by_last = {last: tuple([word for word in words if word[-1] == last]) for last in {w[-1] for w in words}}

    def begins(self, text: str) -> bool:
        return text.startswith(self._by_first.get(text[:1], ()))

    def ends(self, text: str) -> bool:
        return text.endswith(self._by_last.get(text[-1:], ()))


def _is_alike(token: str) -> bool:
    """Letters among digits that would make a mainland short number, mobile or 400 number."""
    digits = token.translate(LOOKALIKE_DIGITS)
    letters = sum(not char.isdigit() for char in token)
    if not letters or letters > len(token) - 2:
        return False
    return re.fullmatch(r"9[56][0-9]{3,4}|100[0-9]{2}|1[12][0-9]{3}|1[3-9][0-9]{9}|[48]00[0-9]{7}", digits) is not None
