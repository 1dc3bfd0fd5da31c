"""Find what stands for phone numbers in a text that a person typed or pasted.

`scan` takes every number, with its marks, look-alike letters and extension; `find_numbers` gives their places.
What the digits mean is not asked here, apart from the few shapes that tell two numbers from one with spaces in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from antifraud_cli.numbers.characters import LATIN, LATIN_LOOKALIKES, LOOKALIKE_DIGITS, plain
from antifraud_cli.numbers.model import RawNumber


def _lazily(source: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """A pattern that is compiled when first needed; most numbers need few of these."""
    return cache(partial(re.compile, source, flags))


_WORD = re.compile(r"[0-9A-Za-z]+")
_ATOM = re.compile(rf"[0-9{LATIN_LOOKALIKES}]+")
_LED = _lazily(r"[A-Za-z]+([0-9]+)")
_JOINS = frozenset(" \t-.()（）[]【】〔〕「」“”‘’\"'·•・‧_*~:：。=")
_LISTS = frozenset("、，,;；/\\|和或及與与")
_EXTENSION_WORD = _lazily(r"(?:ext|extension|x)([0-9]{1,6})", re.IGNORECASE)
_ANNOUNCES = _lazily(r"ext|extension", re.IGNORECASE)
_EXTENSION_GAP = _lazily(r"[\s,，(（-]{0,3}(?:转|轉|分机|分機|内线|內線|#)[\s:：]{0,3}(?:分机|分機)?")
_ATTACHED_EXTENSION = _lazily(r"([0-9]+)[xX]([0-9]{1,6})")
"""88888888x8001: cut before the letters are taken for a keypad word."""
_WHEN = _lazily(
    r"(?<![0-9+])(?:20[0-9]{2}([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])|(?:20[0-9]{2}年)?[0-9]{1,2}月[0-9]{1,2}日"
    r"|[0-2]?[0-9][:：][0-5][0-9](?:[:：][0-5][0-9])?)(?![0-9])"
)
# Shapes that are a number of their own: a space or comma between two of them parts two numbers.
_WHOLE = _lazily(
    r"1[3-9][0-9]{9}|[48]00[0-9]{7}|0[1-9][0-9]{8,10}|00[1-9][0-9]{8,12}|9[56][0-9]{3,4}|100[0-9]{2}|1[12][0-9]{3}|106[0-9]{9,17}"
)
_WHOLE_SHORT = _lazily(r"1[12][0-9]|99[0-9]|911|165")
_MOBILE = _lazily(r"1[3-9][0-9]{9}")
_TAKES_EXTENSION = _lazily(r"0[1-9][0-9]{8,10}|[48]00[0-9]{7}")
MAX_GAP = 4
"""The most characters between two parts of one number."""


class Candidate(NamedTuple):
    """A number as written, taken apart. Nothing is repaired unseen."""

    text: str
    """The piece of the original text."""
    start: int
    """Where it begins in the original text."""
    end: int
    """Where it ends."""
    digits: str
    """All digits in order, look-alike letters turned into digits, the extension left out."""
    plus: int
    """How many plus signs stood before the first digit."""
    lookalike: bool
    """Whether letters stood for digits."""
    letters: bool
    """Whether other letters stand inside, so that it is no number."""
    extension: str | None
    """The extension, if one was written."""


class _Part(NamedTuple):
    start: int
    end: int
    digits: str
    plus: int
    lookalike: bool
    gap: str
    """What parts it from the one before: "" (first), join, space, list, dash."""


class _Found(NamedTuple):
    parts: list[_Part]
    extension: str | None
    end: int
    letters: bool


def find_numbers(text: str) -> list[RawNumber]:
    """Every number in a text that somebody wants checked, in order.

    >>> [raw.text for raw in find_numbers("来电:0755-8888 8888转8001,还有 10086、95588")]
    ['0755-8888 8888转8001', '10086', '95588']
    """
    return [RawNumber(found.text, found.start, found.end) for found in scan(text)]


def scan(text: str) -> list[Candidate]:
    """Every number in a text, taken apart."""
    if text.isascii() and text.isdigit():
        return [Candidate(text, 0, len(text), text, 0, False, False, None)]
    read, places = plain(text)
    found = _runs(_WHEN().sub(_blank, read)) or _runs(read)
    numbers = [one for one in found if not one.letters] or found[:1]
    return [_candidate(text, places, one) for one in numbers]


def _blank(match: re.Match[str]) -> str:
    """Dates and times are no numbers; a line break in their place keeps their neighbours apart."""
    return "\n" * (match.end() - match.start())


def _candidate(text: str, places: list[int] | None, found: _Found) -> Candidate:
    first = found.parts[0]
    start, end = (first.start, found.end) if places is None else (places[first.start], places[found.end - 1] + 1)
    return Candidate(
        text[start:end],
        start,
        end,
        "".join(part.digits for part in found.parts),
        first.plus,
        any(part.lookalike for part in found.parts) or places is not None and _disguised(text[start:end]),
        found.letters,
        found.extension,
    )


def _disguised(raw: str) -> bool:
    """Whether there are digits that no telephone shows: circled, mathematical, of other scripts (full-width is common)."""
    return any(char.isdigit() and not char.isascii() and not "０" <= char <= "９" for char in raw)


def _runs(text: str) -> list[_Found]:
    """The numbers of a text that is read already."""
    gatherer = _Gatherer()
    end = 0
    for match in _WORD.finditer(text.translate(LATIN)):
        gatherer.take(text[match.start() : match.end()], match.start(), text[end : match.start()])
        end = match.end()
    gatherer.close()
    return gatherer.found


class _Gatherer:
    """Gathers words of digits that belong together into runs, and parts the runs into numbers."""

    def __init__(self) -> None:
        self.found: list[_Found] = []
        self._run: list[_Part] = []
        self._announced = False

    def take(self, word: str, start: int, gap: str) -> None:
        """Take the next word; `gap` is what stands between it and the one before."""
        if self._run and len(gap) <= MAX_GAP and _ANNOUNCES().fullmatch(word):
            self._announced = True
            return
        end = start + len(word)
        extension = _extension(word, gap, self._run, self._announced)
        self._announced = False
        if extension is not None:
            self.close(extension, end)
            return
        attached = _ATTACHED_EXTENSION().fullmatch(word)
        kind = _gap_kind(gap, bool(self._run))
        part = _part(attached[1] if attached else word, start, gap, kind)
        if part is None:
            self._letters(word, start, gap)
            return
        if kind in ("", "new"):
            self.close()
        self._run.append(part)
        if attached:
            self.close(attached[2], end)

    def _letters(self, word: str, start: int, gap: str) -> None:
        """Letters end a run. Spelled on a keypad (1-800-FLOWERS, 138ABCDEFGH) they spoil it: no such numbers here."""
        end = start + len(word)
        spelled = self._run and gap in ("", "-") and word.isupper() and len(word) > 2
        if spelled or sum(char.isdigit() for char in word) >= 3:
            begin = self._run[0] if self._run else _Part(start, end, "", 0, False, "")
            self.found.append(_Found([begin], None, end, True))
            self._run = []
        self.close()

    def close(self, extension: str | None = None, end: int = 0) -> None:
        """The run is over: part it into numbers."""
        numbers = _split(self._run)
        self._run = []
        if extension is not None:
            numbers[-1] = numbers[-1]._replace(extension=extension, end=end)
        self.found += numbers


def _gap_kind(gap: str, inside: bool) -> str:
    """How two words hang together: join, space, dash, list; new: a + begins another number; "": not at all."""
    if not inside or len(gap) > MAX_GAP or "\n" in gap:
        return ""
    if "+" in gap:
        return "new"
    kind = "join"
    for char in gap:
        if char in _LISTS:
            kind = "list"
        elif char not in _JOINS:
            return ""
    if kind == "join":
        return "space" if gap.isspace() else "dash" if gap == "-" else "join"
    return kind


def _part(word: str, start: int, gap: str, kind: str) -> _Part | None:
    """The digits of a word, with the marks before it; None if it holds none, or letters that are no digits."""
    end = start + len(word)
    begin, plus = start, gap.count("+")
    if plus:
        marks = gap[gap.index("+") :]
        # The marks must stand right before the number: the + of "A+ (100" is no mark.
        if all(char == "+" or char in _JOINS for char in marks):
            begin = start - len(marks)
        else:
            plus = 0
    if word.isdigit():
        return _Part(begin, end, word, plus, False, kind)
    digits = sum(char.isdigit() for char in word)
    if _ATOM.fullmatch(word.translate(LATIN)) and digits and (kind or plus or len(word) >= 5 and digits >= 2):
        return _Part(begin, end, word.translate(LOOKALIKE_DIGITS), plus, True, kind)
    led = _LED().fullmatch(word)
    return _Part(start + led.start(1), end, led[1], 0, False, "") if led else None


def _extension(word: str, gap: str, run: list[_Part], announced: bool) -> str | None:
    """The extension that this word is, if it is one: 转8001, ext. 8001, x8001."""
    if not run or len(gap) > MAX_GAP + 2:
        return None
    named = _EXTENSION_WORD().fullmatch(word)
    if named:
        return named[1]
    short = word.isdigit() and len(word) <= 6
    return word if short and (announced or _EXTENSION_GAP().fullmatch(gap)) else None


def _split(run: list[_Part]) -> list[_Found]:
    """Part a run into numbers."""
    if not run:
        return []
    found = []
    for group in _part_at(run, "list", with_short=True):
        for one in _part_at(group, "space", with_short=False):
            found += [_with_extension(parts) for parts in _mobiles(one)]
    return found


def _part_at(parts: list[_Part], kind: str, with_short: bool) -> list[list[_Part]]:
    """Part at gaps of this kind, if what is between them are whole numbers each; otherwise leave it together."""
    groups: list[list[_Part]] = [[]]
    for part in parts:
        if part.gap == kind and groups[-1]:
            groups.append([])
        groups[-1].append(part)
    if len(groups) > 1 and all(_is_whole(group, with_short) for group in groups):
        return groups
    return [parts]


def _is_whole(parts: list[_Part], with_short: bool) -> bool:
    digits = "".join(part.digits for part in parts)
    if parts[0].plus:
        return len(digits) >= 8
    return bool(_WHOLE().fullmatch(digits) or with_short and _WHOLE_SHORT().fullmatch(digits))


def _mobiles(parts: list[_Part]) -> list[list[_Part]]:
    """138 0013 8000 139 0013 9000 are two numbers: too long for one, and each is a mobile number."""
    if len(parts) < 4 or parts[0].plus or sum(len(part.digits) for part in parts) < 22:
        return [parts]
    groups: list[list[_Part]] = [[]]
    digits = ""
    for part in parts:
        groups[-1].append(part)
        digits += part.digits
        if _MOBILE().fullmatch(digits):
            groups.append([])
            digits = ""
    return groups[:-1] if not groups[-1] else [parts]


def _with_extension(parts: list[_Part]) -> _Found:
    """A short group after a dash behind a whole landline is an extension: 0755-88888888-8001."""
    last = parts[-1]
    if len(parts) < 2 or last.gap != "dash" or len(last.digits) > 6 or parts[0].plus or not _too_long(parts):
        return _Found(parts, None, last.end, False)
    before = "".join(part.digits for part in parts[:-1])
    if _TAKES_EXTENSION().fullmatch(before):
        return _Found(parts[:-1], last.digits, last.end, False)
    return _Found(parts, None, last.end, False)


def _too_long(parts: list[_Part]) -> bool:
    total = sum(len(part.digits) for part in parts)
    return total > 12 or total > 10 and parts[0].digits[:1] != "0"
