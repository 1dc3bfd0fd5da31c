"""What is done the fast way gives what the plain way gives: the automaton, places as bits, numbers looked for where they start."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.patterntable import PatternTable
from antifraud_cli.messages.classify import Classifier
from antifraud_cli.messages.linear import LinearModel
from antifraud_cli.messages.matcher import Matcher
from antifraud_cli.messages.occurrences import StringIndex
from antifraud_cli.numbers import message
from antifraud_cli.text import lookup
from antifraud_cli.text.classes import CLASSES, LONGEST_MATCH
from antifraud_cli.text.patterns import PatternError, Program, parse

WORDS = [
    "公安",
    "公安局",
    "安全",
    "安全账户",
    "账户",
    "转账",
    "转账到卡",
    "钱",
    "安",
    "。",
    "!",
    "了",
    "1",
    "三",
    "万",
    "abc.top",
    "x",
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


def same(text: str) -> str:
    return text


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The automaton is built for the first text."""
    monkeypatch.setattr(lookup, "_PATIENCE", 0)


def index() -> StringIndex:
    return StringIndex(lambda column: store.load(f"table.{column}"))


SLOW, FAST = index(), index()
FAST._find._left = 0
GRAMS = LinearModel(store.load)


@given(st.text(st.sampled_from("a安😀\n\r\u2028\t")))
def test_lines_are_cut_out_as_they_would_be_split(text: str) -> None:
    """Lines by their numbers, with their ends kept or found out, are those of the text split at its line ends."""
    lines = text.split("\n")
    assert list(lookup.Lines(text)) == list(lookup.Lines(text, lookup.line_ends(text))) == lines
    with pytest.raises(IndexError):
        lookup.Lines(text)[len(lines)]


@settings(max_examples=60, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=40), st.sampled_from([e["match"][0] for e in store.load("examples")])))
def test_the_automaton_finds_what_the_plain_search_finds(text: str) -> None:
    """The automaton finds the same strings at the same places, and those of one string in ascending order."""
    slow, fast = SLOW._search(text), FAST._find(text)
    assert sorted(slow) == sorted(fast)
    for found in (slow, fast):
        for string in {one[0] for one in found}:
            begins = [begin for number, begin, _ in found if number == string]
            assert begins == sorted(begins)


@settings(max_examples=60, deadline=None)
@given(st.one_of(TEXTS, st.sampled_from([e["match"][0] for e in store.load("examples")])))
def test_the_model_gives_one_opinion_either_way(text: str) -> None:
    """N-grams looked up one by one and by the automaton lead to the same opinion, the telling place included."""
    plain = LinearModel(store.load)
    assert plain(text, 0.0) == GRAMS(text, 0.0)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 15_000), min_size=1, max_size=200))
def test_rows_of_weights_add_up_column_by_column(places: set[int]) -> None:
    """The one sum over rows is the sum of each column."""
    width = len(GRAMS.categories)
    total = sum(GRAMS._rows[place] for place in places)
    columns = GRAMS._layout.unpack(total.to_bytes(GRAMS._layout.size, "little"))
    rows = [GRAMS._scripts[place * width : (place + 1) * width] for place in places]
    assert list(columns) == [sum(column) for column in zip(*rows, strict=True)]


@pytest.mark.usefixtures("impatient")
def test_verdicts_are_the_same_in_a_stream() -> None:
    """A message judged alone and in a stream gets the same verdict, with a broken character too."""
    texts = [text for example in store.load("examples")[::9] for text in (*example["match"], *example["no_match"])]
    texts += ["安全账户\ud800转账", "", "\ud800"]
    stream, plain = Classifier(store.load), Classifier(store.load)
    for finder in (plain._matcher._index._find, plain._model._find, plain._normalize._hinted):
        finder._fast = finder._slow
    assert [plain(text) for text in texts] == [stream(text) for text in texts]


@pytest.mark.usefixtures("impatient")
def test_without_the_automaton_verdicts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ahocorasick-rs is not installed the plain search goes on."""
    fast = Classifier(store.load)
    texts = [example["match"][0] for example in store.load("examples")[::20]]
    expected = [fast(text) for text in texts]
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    plain = Classifier(store.load)
    assert expected == [plain(text) for text in texts]
    assert plain._matcher._index._find._fast == plain._matcher._index._search


PATTERNS = [
    "公安~3安全",
    "(公安|公安局)~4(安全|安全账户)",
    "(公安)?(安全|账户)",
    "转账(到卡)?~2(钱|<n>万)",
    "(公安|(安全|转账)~2账户)~3钱",
    "(转账|转账到卡|<n>万)~4账户",
    "安全~6<url>",
    "账户 && (公安|转账)",
    "<n>万~2账户",
    "安全~2(公安|(安|安全)账户|<n>万)~4(转账|钱|账户)",
]


def ends_of(program: Program, text: str, start: int, last: bool = True) -> set[int]:
    """The meaning of a program, straight from its description: where a match that begins at `start` may end."""
    places = {start}
    for number, step in enumerate(program):
        reached: set[int] = set()
        for place in places:
            if isinstance(step, list):
                held = [place + len(string) for string in step if text.startswith(string, place)]
                reached |= {max(held)} if held and last and number == len(program) - 1 else set(held)
            elif isinstance(step, int):
                reached |= {end for end in range(place, place + step + 1) if not set("。!?") & set(text[place:end])}
            elif isinstance(step, str):
                reached |= _class_ends(CLASSES[step][0], step, text, place)
            elif "?" in step:
                reached |= {place} | ends_of(step["?"], text, place)
            else:
                reached |= {end for branch in step["|"] for end in ends_of(branch, text, place)}
        places = reached
    return places


def _class_ends(regex: str, name: str, text: str, place: int) -> set[int]:
    match = re.compile(regex).match(text, place)
    if not match:
        return set()
    if name == "url":
        return {match.end()}
    return set(range(min(match.end(), place + (5 if name == "phone" else 1)), match.end() + 1))


def spans_by_definition(program: Program, text: str) -> Iterator[tuple[int, int]]:
    for start in range(len(text)):
        ends = ends_of(program, text, start)
        if ends:
            yield start, min(ends)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(PATTERNS), TEXTS, st.sampled_from([0, 1, LONGEST_MATCH - 3, LONGEST_MATCH, 2 * LONGEST_MATCH - 1])
)
def test_a_run_on_bits_finds_what_the_description_says(pattern: str, text: str, shift: int) -> None:
    """A rule is hit where its first part first matches by definition, wherever in a long text that is."""
    parts = parse(pattern, same)
    table = PatternTable()
    table.add(0, parts)
    hits = Matcher([{"word": False}], table.table().__getitem__, lambda *_: True).hits("。" * shift + text)
    wanted = [list(spans_by_definition(part.program, text)) for part in parts]
    assert bool(hits) is all(wanted)
    if hits and len(parts) == 1:
        start, end = wanted[0][0]
        assert hits[0].spans == ((start + shift, end + shift),)


def test_a_part_that_could_match_too_much_is_refused() -> None:
    """Texts are looked at in windows, so no part may match more characters than one of them has."""
    with pytest.raises(PatternError, match=str(LONGEST_MATCH)):
        parse("安全" + "<url>" * 4, same)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789+-() .lIOo@/=:a元13508640010", max_size=30))
def test_numbers_are_found_where_the_shapes_are(text: str) -> None:
    """Looking only where a number can start loses none."""
    whole = [match.span() for match in message._SHAPES.finditer(text)]
    assert whole == [match.span() for match in message._shapes(text)]
