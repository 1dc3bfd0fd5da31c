"""Word boundaries by jieba, for the few rules whose short phrase may stand inside other words (印刷单位, 路口交通).

jieba is imported only when such a phrase was found. It gets its own small dictionary and no cache file: jieba's default
dictionary costs 0.7 s, and its cache lies in the shared temporary folder, where another user could place code.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

_REACH = 8
"""Characters on either side that are cut along with the phrase."""


class WordBounds:
    """Tells whether a span of a text begins and ends at word boundaries."""

    def __init__(self, load_words: Callable[[], Mapping[str, int]]) -> None:
        """`load_words` returns word -> frequency; it is called once, when first needed."""
        self._load_words = load_words
        self._tokenizer: Any = None

    def __call__(self, text: str, start: int, end: int) -> bool:
        """Whether no word of the text reaches across `start` or `end`."""
        if self._tokenizer is None:
            self._tokenizer = _tokenizer(self._load_words())
        low = max(0, start - _REACH)
        at = low
        bounds = {low}
        for word in self._tokenizer.cut(text[low : end + _REACH], HMM=False):
            at += len(word)
            bounds.add(at)
        return start in bounds and end in bounds


def cutter() -> Callable[[str], list[str]]:
    """Cuts Chinese text into words by jieba's own large dictionary, read without its cache file. For maintainers' tools."""
    tokenizer = _jieba().Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return lambda text: tokenizer.lcut(text, HMM=False)


def _jieba() -> Any:
    # jieba asks for pkg_resources, which costs 0.1 s and a warning where setuptools is installed; it does without.
    absent = "pkg_resources" not in sys.modules
    if absent:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        import jieba
    finally:
        if absent:
            del sys.modules["pkg_resources"]
    return jieba


def _tokenizer(words: Mapping[str, int]) -> Any:
    tokenizer = _jieba().Tokenizer()
    frequencies: dict[str, int] = {}
    for word, frequency in words.items():
        frequencies[word] = frequency
        for length in range(1, len(word)):
            frequencies.setdefault(word[:length], 0)
    tokenizer.FREQ = frequencies
    tokenizer.total = sum(words.values())
    tokenizer.initialized = True  # there is nothing left to read from a file, nor to write to a cache
    return tokenizer
