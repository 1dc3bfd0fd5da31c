"""A small linear model over character n-grams: it notices wordings that no rule foresaw.

It only adds to what rules find, and alone it never reaches `danger`. docs/model.md is its card: data, licence, figures.
"""

from __future__ import annotations

import math
import re
import struct
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from antifraud_cli import speedups
from antifraud_cli.knowledge.tableformat import ENDS
from antifraud_cli.text.classes import is_latin
from antifraud_cli.text.lookup import Finder, Found, Later, Lazy, Lines

if TYPE_CHECKING:
    from mmap import mmap

    from antifraud_cli.speedups._native import Linear

LONGEST = 3
"""Characters of the longest n-gram."""
_PATIENCE = 6_000
"""After so many characters the compiled sums are worth their making."""
MAX_CHARACTERS = 4_000
"""Only this much of a text is looked at: what a message is about shows early, and time stays bounded."""


_WORD = re.compile("[a-z]+")


def grams_of(text: str) -> set[str]:
    """The n-grams that a normalized text has for the model, in training and in use."""
    text = text[:MAX_CHARACTERS]
    return {text[begin:end] for begin, end in _places(text)}


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where the n-grams of a text stand: its runs of characters up to the longest; words in Latin letters that are
    longer, and two such words with a blank between them, as three letters say little."""
    count = len(text)
    for size in range(1, LONGEST + 1):
        for at in range(count - size + 1):
            yield at, at + size
    before = (-1, -1)
    for word in _WORD.finditer(text):
        begin, end = word.span()
        if end - begin > LONGEST:
            yield begin, end
        if begin == before[1] + 1 and text[begin - 1] == " " and end - before[0] > LONGEST:
            yield before[0], end
        before = begin, end


def _is_gram(text: str, begin: int, end: int) -> bool:
    """Whether what stands there is an n-gram of the text: what is longer than the longest run must be whole words."""
    if end - begin <= LONGEST:
        return True
    return not (is_latin(text[begin - 1 : begin]) or is_latin(text[end : end + 1]))


class Opinion(NamedTuple):
    """What the model thinks of a text."""

    scam: float
    """Probability that it is about a scam, by the model's own lights."""
    scripts: tuple[tuple[str, float], ...]
    """Categories and their probabilities given that it is a scam, best first; empty where it did not look."""
    telling: tuple[int, int]
    """Where in the text the n-gram stands that spoke most for a scam."""


NO_OPINION = Opinion(1.0, (), (0, 0))
"""In place of the model where rules alone decide: it adds nothing, takes nothing off and leaves look-alikes as they are."""


SHORTEST = 400_000
"""Squares of rarity that every text is taken to have besides its own: a text of a few characters says little."""
_SHOWN = 5
"""Categories of an opinion."""
_SQUARES = tuple([number * number for number in range(256)])


class LinearModel:
    """Scores texts. Weights are bytes, 128 being zero; so is how rare each n-gram is, by which a text's length is measured."""

    def __init__(self, part: Callable[[str], Any]) -> None:
        """`part` gives the parts of the model by their names: see `compiler.model_parts`; its n-grams are sorted."""
        stored: Mapping[str, Any] = part("linear")
        self._grams = Lines(part("linear.grams"), part(f"linear.grams{ENDS}"))
        self._find = Finder(self._search, self._grams.all)
        self._rarity: bytes = part("linear.rarity")
        self._scam: bytes = part("linear.scam")
        self._scam_scale: float = stored["scam_scale"]
        self._scam_bias: float = stored["scam_bias"]
        self._scripts: bytes | mmap = part("linear.scripts")
        self._script_scale: float = stored["script_scale"]
        self._script_bias: Sequence[float] = stored["script_bias"]
        self.categories: Sequence[str] = stored["categories"]
        """Those that it tells apart, in the order of their weights."""
        # The weights of an n-gram for all categories as one whole number, 32 bits for each: sums of rows are single sums.
        self._layout = struct.Struct(f"<{len(self.categories)}I")
        self._rows: Lazy[int, int] = Lazy(self._row)
        self.compiled = Later(self._compile, _PATIENCE)
        """The same by the compiled module, once there were some texts; None without it."""

    def __call__(self, text: str, look_below: float) -> Opinion:
        """The opinion on a normalized text; the scripts only where it is a scam with at least probability `look_below`."""
        compiled = self.compiled(len(text))
        if compiled is not None:
            return Opinion(*compiled.opinion(text, look_below))
        text = text[:MAX_CHARACTERS]
        # The automaton finds what stands inside longer words as well.
        found = [one for one in self._find(text) if _is_gram(text, one[1], one[2])]
        places = {place for place, _, _ in found}
        if not places:
            return Opinion(_sigmoid(self._scam_bias), (), (0, 0))
        length = math.sqrt(SHORTEST + sum(map(_SQUARES.__getitem__, map(self._rarity.__getitem__, places))))
        scam = self._probability(len(places), length, sum(map(self._scam.__getitem__, places)))
        if scam < look_below:
            return Opinion(scam, (), (0, 0))
        columns = self._layout.unpack(sum(map(self._rows.__getitem__, places)).to_bytes(self._layout.size, "little"))
        return Opinion(scam, self._ranked(len(places), length, columns), self._telling(text, found))

    def _compile(self) -> Linear | None:
        native = speedups.native()
        if native is None:
            return None
        found: Linear = native.Linear(
            grams=self._grams.all(),
            rarity=self._rarity,
            scam=self._scam,
            scripts=bytes(self._scripts),
            categories=tuple(self.categories),
            script_bias=tuple(self._script_bias),
            scam_bias=self._scam_bias,
            scam_scale=self._scam_scale,
            script_scale=self._script_scale,
            shortest=SHORTEST,
            most=MAX_CHARACTERS,
            longest=LONGEST,
        )
        return found

    def _probability(self, count: int, length: float, total: int) -> float:
        """That a text with so many n-grams, of that length and with weights of so much in all, is about a scam."""
        return _sigmoid(self._scam_bias + self._scam_scale * (total - 128 * count) / length)

    def _search(self, text: str) -> list[Found]:
        found = []
        grams = self._grams
        for begin, end in _places(text):
            gram = text[begin:end]
            place = bisect_left(grams, gram)
            if place < len(grams) and grams[place] == gram:
                found.append((place, begin, end))
        return found

    def _row(self, place: int) -> int:
        width = len(self.categories)
        return int.from_bytes(self._layout.pack(*self._scripts[place * width : place * width + width]), "little")

    def _ranked(self, count: int, length: float, columns: Sequence[int]) -> tuple[tuple[str, float], ...]:
        offset = 128 * count
        logits = [
            bias + self._script_scale * (column - offset) / length
            for bias, column in zip(self._script_bias, columns, strict=True)
        ]
        top = max(logits)
        shares = [math.exp(logit - top) for logit in logits]
        whole = 0.0
        for share in shares:  # sum() adds more cleverly from Python 3.12 on: the same text must get the same answer
            whole += share
        shares = [share / whole for share in shares]
        best = sorted(range(len(shares)), key=shares.__getitem__, reverse=True)[:_SHOWN]
        return tuple([(self.categories[place], shares[place]) for place in best])

    def _telling(self, text: str, found: Sequence[Found]) -> tuple[int, int]:
        """Where the n-gram of three characters or more stands that speaks most for a scam: the first, and there the longest."""
        weights = self._scam
        longest = [one for one in found if one[2] - one[1] >= LONGEST]
        _, begin, end = max(
            longest, key=lambda one: (weights[one[0]], -one[1], one[2]), default=(0, 0, min(len(text), LONGEST))
        )
        return begin, end


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, value))))
