"""Bring a text into the one form in which rules are written, and keep the way back.

Half-width, lower case, simplified characters, no invisible marks, no blanks or symbols sprinkled between Chinese
characters, evasive spellings undone. Every character of the result knows where in the original it came from, so that
evidence can be shown exactly as it was received. What was undone is recorded: evasion is itself a signal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

CJK = "㐀-䶿一-鿿豈-﫿"
# U+FE0F and U+200D stand in ordinary emoji, so they are removed but prove nothing.
_HARMLESS_INVISIBLE = "\ufe0e\ufe0f\u200d"
_TELLING_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0"
_SEPARATOR = r"[\s.·•*\-_~|^=#。、/\\…'\"`●○★☆♥❤❣✨◆■□▲△]"

_INVISIBLE = f"[{_HARMLESS_INVISIBLE}{_TELLING_INVISIBLE}]"
# Three or more Chinese characters, each kept apart from the next: 安.全.账.户
_SPRINKLED = f"[{CJK}](?:{_SEPARATOR}{{1,3}}[{CJK}]){{2,}}"
_BLANK = r"\s+"

_CLEAN = re.compile(f"(?P<sprinkled>{_SPRINKLED})|(?P<invisible>{_INVISIBLE}+)|(?P<blank>{_BLANK})")
_NEEDS_CLEANING = re.compile(f"[\\s{_HARMLESS_INVISIBLE}{_TELLING_INVISIBLE}]|(?:{_SPRINKLED})")
_BETWEEN = re.compile(f"{_SEPARATOR}|{_INVISIBLE}")
_TELLING = re.compile(f"[{_TELLING_INVISIBLE}]")


@dataclass(frozen=True)
class Evasion:
    """One place where a text had been disguised."""

    kind: str
    """invisible | sprinkled | spelling."""
    start: int
    """First code point in the original text."""
    end: int
    """Code point after the last one."""


@dataclass(frozen=True)
class Normalized:
    """A normalized text and its way back to the original."""

    text: str
    """What the rules look at."""
    original: str
    """What was received."""
    starts: list[int] | None
    """For each character of `text` the index in `original` where it begins; None: the same index."""
    ends: list[int] | None
    """For each character of `text` the index in `original` after it; None: index + 1."""
    evasions: tuple[Evasion, ...] = ()
    """What was undone."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original range for a range of the normalized text."""
        if self.starts is None or self.ends is None:
            return start, end
        if end <= start:
            at = self.starts[start] if start < len(self.starts) else len(self.original)
            return at, at
        return self.starts[start], self.ends[end - 1]


class Normalizer:
    """Normalizes texts by the tables of `data/text/`, compiled."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        """`tables`: `from` and `to` (characters of equal number), `spellings` (disguised -> plain, regex sources)."""
        self._characters = str.maketrans(tables["from"], tables["to"])
        self._plain: dict[str, str] = {}
        sources = []
        for index, (source, plain) in enumerate(tables["spellings"]):
            sources.append(f"(?P<s{index}>{source})")
            self._plain[f"s{index}"] = plain
        self._spellings_source = "|".join(sources)
        self._spelling_hints: list[str] = list(tables["spelling_hints"])
        self._spellings: re.Pattern[str] | None = None

    def __call__(self, original: str) -> Normalized:
        """Normalize one text."""
        text = original.translate(self._characters)
        starts: list[int] | None = None
        ends: list[int] | None = None
        evasions: list[Evasion] = []
        if _NEEDS_CLEANING.search(text):
            text, starts, ends = _edit(text, starts, ends, _CLEAN, _clean, evasions)
        if self._spellings_source and any(hint in text for hint in self._spelling_hints):
            if self._spellings is None:
                self._spellings = re.compile(self._spellings_source)
            text, starts, ends = _edit(text, starts, ends, self._spellings, self._respell, evasions)
        return Normalized(text, original, starts, ends, tuple(evasions))

    def _respell(self, match: re.Match[str], text: str) -> tuple[str, str | None]:
        return self._plain[match.lastgroup or ""], "spelling"


def _clean(match: re.Match[str], text: str) -> tuple[str, str | None]:
    """The replacement for a cleaned piece, and the kind of evasion it was, if any."""
    piece = match.group()
    if match.lastgroup == "sprinkled":
        joined = _BETWEEN.sub("", piece)
        # Blanks alone also stand in names and tables; only a longer run of them is a disguise.
        telling = len(joined) > 3 or any(not mark.isspace() for mark in _BETWEEN.findall(piece))
        return joined, "sprinkled" if telling else None
    if match.lastgroup == "invisible":
        return "", "invisible" if _TELLING.search(piece) else None
    before = text[match.start() - 1] if match.start() else "\n"
    after = text[match.end()] if match.end() < len(text) else "\n"
    # A blank means something only between two ASCII words.
    return (" " if before.isascii() and after.isascii() and before != "\n" and after != "\n" else ""), None


def _edit(
    text: str,
    starts: list[int] | None,
    ends: list[int] | None,
    pattern: re.Pattern[str],
    replace: Callable[[re.Match[str], str], tuple[str, str | None]],
    evasions: list[Evasion],
) -> tuple[str, list[int] | None, list[int] | None]:
    """Replace every match of `pattern`, carrying the offsets along. Linear in the length of the text."""
    pieces: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    at = 0
    for match in pattern.finditer(text):
        begin, end = match.span()
        new, kind = replace(match, text)
        if new == match.group():
            continue
        pieces.append(text[at:begin])
        new_starts.extend(range(at, begin) if starts is None else starts[at:begin])
        new_ends.extend(range(at + 1, begin + 1) if ends is None else ends[at:begin])
        first = begin if starts is None else starts[begin]
        last = end if ends is None else ends[end - 1]
        pieces.append(new)
        _spread(new, match.group(), first, last, new_starts, new_ends, starts, begin)
        if kind:
            evasions.append(Evasion(kind, first, last))
        at = end
    if at == 0 and not pieces:
        return text, starts, ends
    pieces.append(text[at:])
    new_starts.extend(range(at, len(text)) if starts is None else starts[at:])
    new_ends.extend(range(at + 1, len(text) + 1) if ends is None else ends[at:])
    return "".join(pieces), new_starts, new_ends


def _spread(
    new: str,
    old: str,
    first: int,
    last: int,
    new_starts: list[int],
    new_ends: list[int],
    starts: list[int] | None,
    begin: int,
) -> None:
    """Give each character of a replacement its place: its own if it survived in order, the whole piece otherwise."""
    places = []
    at = 0
    for character in new:
        found = old.find(character, at)
        if found < 0:
            new_starts.extend([first] * len(new))
            new_ends.extend([last] * len(new))
            return
        places.append(found)
        at = found + 1
    for place in places:
        index = begin + place
        origin = index if starts is None else starts[index]
        new_starts.append(origin)
        new_ends.append(origin + 1)
