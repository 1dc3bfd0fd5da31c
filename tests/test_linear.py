"""Which n-grams a text has for the linear model, the same by every way of finding them."""

from __future__ import annotations

from base64 import b64encode
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from antifraud_cli.knowledge.compiler import model_parts
from antifraud_cli.messages.linear import MAX_CHARACTERS, LinearModel, Opinion, grams_of

LETTERS = ["a", "b", " ", "安", ".", "A", "é", "\n"]
RUNS = ["".join(run) for size in range(1, 6) for run in product("ab ", repeat=size)]
GRAMS = sorted(run for run in RUNS if run in grams_of(run))
TEXTS = st.lists(st.sampled_from([*LETTERS, "aaaa", "abab", "aaaa bb", "bb a"]), max_size=12).map("".join)


def model() -> LinearModel:
    """One that knows every n-gram of up to five characters of a, b and blanks."""
    count = len(GRAMS)
    weights = b64encode(bytes(1 + number * 37 % 255 for number in range(count))).decode()
    stored = {
        "grams": "\n".join(GRAMS),
        "rarity": weights,
        "scam": weights,
        "scam_scale": 0.01,
        "scam_bias": 0.0,
        "scripts": b64encode(bytes(number * 91 % 256 for number in range(2 * count))).decode(),
        "script_scale": 0.01,
        "script_bias": [0.0, 0.1],
        "categories": ["one", "other"],
    }
    return LinearModel(model_parts(stored).__getitem__)


def opinions(text: str) -> list[Opinion]:
    """What the model thinks of a text, by each way that it has here: one by one, by the automaton, compiled."""
    slow, stream, compiled = model(), model(), model()
    slow.compiled._left = stream.compiled._left = 10**9
    slow._find._left, stream._find._left = 10**9, -1
    found = [slow(text, 0.0), stream(text, 0.0)]
    return [*found, compiled(text, 0.0)] if compiled.compiled.now() else found


@settings(max_examples=200, deadline=None)
@given(TEXTS)
@example("aaaab aaaa")
@example("a" * MAX_CHARACTERS + "b")
@example("b " * (MAX_CHARACTERS // 2) + "bbbb")
def test_every_way_finds_the_same_n_grams(text: str) -> None:
    """One by one, by the automaton and compiled lead to one opinion, at the end of what is read as well."""
    found = opinions(text)
    assert all(one == found[0] for one in found)


def test_latin_words_count_whole() -> None:
    """A word of more than three letters is an n-gram where it stands by itself, and two words with one blank between."""
    grams = grams_of("ask for a refund now")
    assert {"refund", "for a", "a refund", "refund now", "ask for"} <= grams
    assert "fund" not in grams
    assert "refund" not in grams_of("refunds") | grams_of("unrefund")
    assert "refund now" not in grams_of("refund, now") | grams_of("refund\nnow") | grams_of("refund nowhere")
    assert "refund" in grams_of("请refund。")


@given(TEXTS)
def test_what_is_longer_than_three_characters_is_words(text: str) -> None:
    """No other n-gram is longer, so that Chinese texts have the same as ever."""
    assert all(set(gram) <= set("ab ") and gram == gram.strip() for gram in grams_of(text) if len(gram) > 3)
