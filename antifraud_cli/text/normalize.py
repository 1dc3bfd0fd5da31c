"""Bring a text into the one form in which rules are written, and keep the way back.

Half-width, lower case, simplified characters, no invisible marks, no blanks or symbols sprinkled between Chinese
characters, evasive spellings undone. Every character of the result knows where in the original it came from, so that
evidence can be shown exactly as it was received. What was undone is recorded: evasion is itself a signal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from antifraud_cli import speedups
from antifraud_cli.text.lookup import Finder, Found

if TYPE_CHECKING:
    from antifraud_cli.speedups._native import Characters

# U+FE0F and U+200D stand in ordinary emoji, so they are removed but prove nothing.
_HARMLESS = "\ufe0e\ufe0f\u200d"
_TELLING = frozenset(
    map(
        chr,
        [0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x180F), 0x200B, 0x200C, 0x200E, 0x200F]
        + [*range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x2070), 0x3164, 0xFEFF, 0xFFA0],
    )
)
_INVISIBLE = _TELLING | frozenset(_HARMLESS)
_SEPARATORS = ".*-_~|^=#/\\'\"`"
_OTHER_SEPARATORS = "·•。…●○★☆♥❤❣✨◆■□▲△"
# In a copy of the text every invisible mark, separator and Chinese punctuation mark is one ASCII character: character
# classes beyond ASCII cost milliseconds to compile.
_MARK = str.maketrans(
    {
        **dict.fromkeys(_INVISIBLE, "\x02"),
        **dict.fromkeys(_OTHER_SEPARATORS, "\x01"),
        "、": ",",
        "《": ",",
        "》": ",",
    }
)
_SEPARATOR = r"[\s\x01\x02.*\-_~|^=#/\\'\"`]"
# Three or more characters that are not ASCII, each kept apart from the next: 安.全.账.户
_SPRINKLED = rf"[^\x00-\x7f](?:{_SEPARATOR}{{1,3}}[^\x00-\x7f]){{2,}}"
_OPENING = "([<{"
_SUSPECT = frozenset([*_INVISIBLE, *_SEPARATORS, *_OTHER_SEPARATORS, *" \t\n\r\f\v\u3000\xa0"])


@cache
def _cleaning() -> re.Pattern[str]:
    return re.compile(rf"(?P<sprinkled>{_SPRINKLED})|(?P<invisible>\x02+)|(?P<blank>\s+)")


@cache
def _bracketed() -> re.Pattern[str]:
    """One character in brackets in the middle of others: 加(微)信."""
    return re.compile(r"(?<=[^\x00-\x7f])[(\[<{]([^\x00-\x7f])[)\]>}](?=[^\x00-\x7f])")


class Evasion(NamedTuple):
    """One place where a text had been disguised."""

    kind: str
    """invisible | sprinkled | spelling."""
    start: int
    """First code point in the original text."""
    end: int
    """Code point after the last one."""


class Normalized(NamedTuple):
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
        self._tables = tables
        self._plain: dict[str, str] = {}
        sources = []
        for index, (source, plain) in enumerate(tables["spellings"]):
            sources.append(f"(?P<s{index}>{source})")
            self._plain[f"s{index}"] = plain
        self._spellings_source = "|".join(sources)
        self._spelling_hints: list[str] = list(tables["spelling_hints"])
        self._hinted = Finder(self._search_hints, lambda: self._spelling_hints)
        self._spellings: re.Pattern[str] | None = None
        self.compiled = self._compile()
        """The same but for spellings, by the compiled module; None without it."""

    def __call__(self, original: str) -> Normalized:
        """Normalize one text."""
        compiled = None if self.compiled is None else self.compiled.normalized(original)
        if compiled is None:
            text, starts, ends, evasions = self._plainly(original)
            is_hinted = bool(self._spelling_hints and self._hinted(text))
        else:
            text, starts, ends, undone, is_hinted = compiled
            evasions = [Evasion(*one) for one in undone]
        if is_hinted:
            if self._spellings is None:
                self._spellings = re.compile(self._spellings_source)
            text, starts, ends = _edit(text, text, starts, ends, self._spellings, self._respell, evasions)
        return Normalized(text, original, starts, ends, tuple(evasions))

    def _plainly(self, original: str) -> tuple[str, list[int] | None, list[int] | None, list[Evasion]]:
        """A text with all undone but spellings."""
        text = original.translate(self._characters)
        starts: list[int] | None = None
        ends: list[int] | None = None
        evasions: list[Evasion] = []
        if not _SUSPECT.isdisjoint(text):
            text, starts, ends = _edit(text, text.translate(_MARK), starts, ends, _cleaning(), _clean, evasions)
        if any(mark in text for mark in _OPENING):
            text, starts, ends = _edit(text, text, starts, ends, _bracketed(), _unbracket, evasions)
        return text, starts, ends, evasions

    @cached_property
    def _characters(self) -> _Characters:
        return _Characters(str.maketrans(self._tables["from"], self._tables["to"]))

    def _compile(self) -> Characters | None:
        native = speedups.native()
        if native is None:
            return None
        tables = self._tables
        groups = (
            _SUSPECT,
            _OPENING,
            _INVISIBLE,
            _TELLING,
            {*_SEPARATORS, *_OTHER_SEPARATORS, *_INVISIBLE, "\x01", "\x02"},
            map(chr, _MARK),
        )
        marked = "\0".join(["".join(group) for group in groups])
        found: Characters = native.Characters(tables["from"], tables["to"], marked, self._spelling_hints)
        return found

    def _search_hints(self, text: str) -> list[Found]:
        """One place of each hint is enough to know."""
        places = ((number, text.find(hint), len(hint)) for number, hint in enumerate(self._spelling_hints))
        return [(number, at, at + length) for number, at, length in places if at >= 0]

    def _respell(self, match: re.Match[str], text: str) -> tuple[str, str | None]:
        return self._plain[match.lastgroup or ""], "spelling"


class _Characters(dict[int, int]):
    """A table for `str.translate`, to which a character that is not in it costs an exception: so it is put in."""

    def __missing__(self, code: int) -> int:
        if code <= 0xFFFF:
            self[code] = code
        return code


def _clean(match: re.Match[str], text: str) -> tuple[str, str | None]:
    """The replacement for a cleaned piece of `text`, and the kind of evasion it was, if any."""
    piece = text[match.start() : match.end()]
    if match.lastgroup == "sprinkled":
        joined = "".join(character for character in piece if character not in _SUSPECT)
        if not joined.isalpha():  # emoji and other signs between marks, not a word
            kept = "".join(character for character in piece if not (character in _INVISIBLE or character.isspace()))
            return kept, "invisible" if any(character in _TELLING for character in piece) else None
        # Blanks alone also stand in names and tables; only a longer run of them is a disguise.
        telling = len(joined) > 3 or any(character in _SUSPECT and not character.isspace() for character in piece)
        return joined, "sprinkled" if telling else None
    if match.lastgroup == "invisible":
        return "", "invisible" if any(character in _TELLING for character in piece) else None
    before = text[match.start() - 1] if match.start() else "\n"
    after = text[match.end()] if match.end() < len(text) else "\n"
    # A blank means something only between two ASCII words.
    return (" " if before.isascii() and after.isascii() and before != "\n" and after != "\n" else ""), None


def _unbracket(match: re.Match[str], text: str) -> tuple[str, str | None]:
    """The character without its brackets. It proves nothing: (含), (一) and (女) stand in honest texts too."""
    return match[1], None


def _edit(
    text: str,
    looked_at: str,
    starts: list[int] | None,
    ends: list[int] | None,
    pattern: re.Pattern[str],
    replace: Callable[[re.Match[str], str], tuple[str, str | None]],
    evasions: list[Evasion],
) -> tuple[str, list[int] | None, list[int] | None]:
    """Replace every match of `pattern` in `looked_at`, which is `text` or a copy of equal length; carry the offsets along."""
    pieces: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    at = 0
    for match in pattern.finditer(looked_at):
        begin, end = match.span()
        new, kind = replace(match, text)
        old = text[begin:end]
        if new == old:
            continue
        pieces.append(text[at:begin])
        new_starts.extend(range(at, begin) if starts is None else starts[at:begin])
        new_ends.extend(range(at + 1, begin + 1) if ends is None else ends[at:begin])
        first = begin if starts is None else starts[begin]
        last = end if ends is None else ends[end - 1]
        pieces.append(new)
        _spread(new, old, first, last, new_starts, new_ends, starts, begin)
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
