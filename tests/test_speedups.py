"""The compiled module gives what the Python it stands for gives, to the letter."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antifraud_cli import speedups
from antifraud_cli.batch.fields import Judged
from antifraud_cli.batch.formats import full_line
from antifraud_cli.batch.records import Record
from antifraud_cli.knowledge import store
from antifraud_cli.messages import classify
from antifraud_cli.messages.classify import Classifier
from antifraud_cli.output.escape import as_json

EXAMPLES = [text for entry in store.load("examples") for text in (*entry["match"], *entry["no_match"])]
DISTURBING = list(".,*- 。!?、()[]【】\n\t\u200b\u00ad\ufe0f😀𠀀①微加vV0123456789元万亿abcxyzIlO+@\ud800一") + [
    "https://t.cn/x", "abc.top", "13800138000", "微信:abc12345", "3.5万元", "10000元",
]  # fmt: skip
AROUND: dict[str, Any] = store.load("messages")["around_numbers"]
"""The words around numbers."""
MANY = 200_000
"""Characters that are enough for everything that is made only for a stream of texts."""

pytestmark = pytest.mark.skipif(
    speedups.native() is None, reason="the compiled module was not built, or ANTIFRAUD_PURE is set"
)


def patient(classifier: Classifier) -> Classifier:
    """A classifier that has seen so much that it has made what is worth its making."""
    for _ in range(MANY // 1_000):
        classifier("字" * 1_000)
    return classifier


@pytest.fixture(scope="module")
def compiled() -> Classifier:
    """Uses the compiled module."""
    return patient(Classifier(store.load))


@pytest.fixture(scope="module")
def pure() -> Classifier:
    """Does not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speedups, "native", lambda: None)
        return patient(Classifier(store.load))


def answers(classifier: Classifier, text: str) -> str:
    """All that is said about a text, for people and in `--explain`."""
    verdict, explanation = classifier.explained(text)
    return json.dumps([verdict.as_json(), classifier(text).as_json(), repr(explanation)])


def test_all_examples_of_rules_get_the_same_answer(pure: Classifier, compiled: Classifier) -> None:
    """Texts that match, or nearly match, every rule there is."""
    for text in EXAMPLES[::3]:
        assert pure(text) == compiled(text), text


def test_every_text_of_the_corpus_gets_the_same_answer(
    pure: Classifier, compiled: Classifier, repository: Path
) -> None:
    """Whole messages, scams and innocent ones."""
    files = sorted((repository / "corpus").glob("*/*.jsonl"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines() if line]
    for line in lines[::4]:
        text = json.loads(line)["text"]
        assert pure(text) == compiled(text), text


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """An example with pieces taken out, put in, doubled, or glued to another one."""
    text = draw(st.sampled_from(EXAMPLES))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        end = draw(st.integers(at, min(len(text), at + 6)))
        piece = draw(
            st.one_of(st.sampled_from(DISTURBING), st.sampled_from(EXAMPLES), st.text(max_size=4), st.just(""))
        )
        text = text[:at] + piece + text[end:]
    return text * draw(st.sampled_from([1, 1, 1, 1, 2, 40]))


@settings(max_examples=250, deadline=None)
@given(st.one_of(mutated(), st.text(max_size=60), st.lists(st.sampled_from(DISTURBING)).map("".join)))
def test_any_text_gets_the_same_answer(pure: Classifier, compiled: Classifier, text: str) -> None:
    """Mutated examples, random characters of all planes, half surrogate pairs, marks and figures."""
    assert answers(pure, text) == answers(compiled, text)


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_a_batch_writes_the_same_lines(pure: Classifier, compiled: Classifier, lang: str) -> None:
    """What the compiled module writes straight from the evidence is the verdict as JSON, and it tells what is counted."""
    write = compiled.writer(lang, as_json)
    assert write is not None
    drawn = random.Random(lang)
    for number, text in enumerate(drawn.sample(EXAMPLES, 400)):
        text = text[: drawn.randrange(200)] + drawn.choice(DISTURBING) + drawn.choice(EXAMPLES)
        record = Record(number, text, json.dumps({"id": "\u202e\x7f", "text": text}, ensure_ascii=False))
        verdict = pure(text, lang)
        copies = number % 3
        level, category, rules, line = write(text, record.own, copies)
        assert line.decode() == full_line(Judged("-", record, verdict, copies), counted=copies > 0) + "\n"
        assert (level, category) == (verdict.level, verdict.category)
        assert sorted(rules) == sorted({signal.rule for signal in verdict.signals})


@settings(max_examples=250, deadline=None)
@given(st.one_of(mutated(), st.text(max_size=60), st.lists(st.sampled_from(DISTURBING)).map("".join)))
def test_one_call_says_the_same_as_its_steps(compiled: Classifier, text: str) -> None:
    """A text that goes through all stages in one call gets the line that it would get step by step."""
    write = compiled.writer("zh-Hans", as_json)
    assert write is not None
    assert write._judge is not None
    try:
        told = write._judge.write(text, '{"id":1}', 0)
    except UnicodeEncodeError:  # half a surrogate pair has no bytes, either way
        with pytest.raises(UnicodeEncodeError):
            write._step_by_step(text, '{"id":1}', 0)
        return
    assert told in (None, write._step_by_step(text, '{"id":1}', 0))


@pytest.mark.parametrize(
    ("text", "in_one"),
    [
        ("【移动】尊敬的客户,您的话费余额不足10元,详询10086", True),
        ("我是市公安局民警,你涉嫌洗钱,把钱 转入 安全账户,回电13800138000", True),
        ("请看 https://www.gov.cn", False),
        ("加我微信abc12345", False),
        ("安.全.账.户", False),
        ("好" * 30_000, False),
    ],
)
def test_what_needs_python_is_left_to_it(compiled: Classifier, text: str, in_one: bool) -> None:
    """Addresses, accounts, disguises and documents go step by step; plain texts in one call."""
    write = compiled.writer("zh-Hans", as_json)
    assert write is not None
    assert write._judge is not None
    assert (write._judge.write(text, "{}", 0) is not None) == in_one


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*"0127,.十万多来元块币台u的", "usdt", "url", "港币", "12,345.67", "的" * 9])).map("".join)
)
def test_sums_of_money_are_the_same(text: str) -> None:
    """Figures, their separators and units in any order."""
    found = classify.amounts_in(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speedups, "native", lambda: None)
        assert classify.amounts_in(text) == found


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(
    st.sampled_from([*"0113809564lIOo-+()._ a请，。\t１"]),
    st.sampled_from(["86", "400", "106", "100", "955", "12", "95588", "10086", "1010", "13800138000", "4001234567"]),
    st.sampled_from([word for words in AROUND.values() if isinstance(words, list) for word in words]),
), max_size=12).map("".join))  # fmt: skip
def test_numbers_are_the_same(pure: Classifier, compiled: Classifier, text: str) -> None:
    """Digits in all shapes, among all words that decide whether they are a phone number and who calls."""
    assert pure.evidence(text).numbers == compiled.evidence(text).numbers


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 999, 1_000, 1_001, 2_000, 2_999, 5_003, 40_000])
def test_long_texts_get_the_same_answer(pure: Classifier, compiled: Classifier, length: int) -> None:
    """Windows of a long text meet where they should; repetition, and what only just fits in."""
    drawn = random.Random(length)
    mixed = "".join(drawn.choice(EXAMPLES) + drawn.choice(DISTURBING) for _ in range(length // 10 + 1))
    for text in (
        mixed,
        "安全账户转账",
        "我是公安局民警,你涉嫌洗钱,把钱转到安全账户。",
        "转",
        "1 ",
        "😀安.全.",
        "loan aloan ",
    ):
        text = (text * (length // len(text) + 1))[:length]
        assert pure(text) == compiled(text)


def test_a_text_must_be_a_text() -> None:
    """Wrong arguments are an exception, never a crash."""
    native: Any = speedups.native()
    with pytest.raises(TypeError):
        native.Characters("a", "b", "", []).normalized(b"a")
    with pytest.raises(ValueError):
        native.Characters("ab", "c", "", [])
    with pytest.raises(ValueError):
        native.Characters("a", "b", "", [""])
    with pytest.raises(ValueError):
        linear(grams=["a", "b"])
    with pytest.raises(ValueError):
        linear(script_bias=(1.0, 2.0))
    with pytest.raises(TypeError):
        linear(script_bias=("a",))
    with pytest.raises(ValueError):
        native.Linear.__new__(native.Linear).opinion("a", 0.5)
    with pytest.raises(ValueError):
        native.Numbers.__new__(native.Numbers).find("a")
    with pytest.raises(TypeError):
        native.sums_in(b"1")
    with pytest.raises(ValueError):
        native.Patterns.__new__(native.Patterns).hits("a")
    with pytest.raises(ValueError):
        native.Characters.__new__(native.Characters).normalized("a")
    with pytest.raises(ValueError):
        native.Judge.__new__(native.Judge).write("a", "{}", 0)
    with pytest.raises(TypeError, match="Characters"):
        native.Judge("a", "b", "c", "d", "e", str, [], (), -1, 1, 0.5, None, 0, b"")


def linear(**values: Any) -> Any:
    native: Any = speedups.native()
    given: dict[str, Any] = {
        "grams": ["a"], "rarity": b"1", "scam": b"1", "scripts": b"1", "categories": ("one",), "script_bias": (0.0,),
        "scam_bias": 0.0, "scam_scale": 1.0, "script_scale": 1.0, "shortest": 1.0, "most": 100, "longest": 3,
    }  # fmt: skip
    return native.Linear(**{**given, **values})


def patterns(sets: str = "0", anchored: str = "0", program: bytes = b"", **limits: int) -> Any:
    native: Any = speedups.native()
    given: dict[str, Any] = {"classes": 3, "longest": 1_000, "window": 160, "tries": 12, "plain": 1, **limits}
    return native.Patterns(
        strings=["ab"], sets=sets, anchored=anchored, needs="0", rules="0", word=b"\0", marks="。",
        program=lambda number: program, is_word=lambda text, begin, end: True, find_class=lambda number, text: b"", class_marks="\n\na",
        **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [{"sets": "1"}, {"sets": "x"}, {"sets": "99999999999999"}, {"anchored": "1"}, {"plain": 2}, {"longest": 9}],
)
def test_tables_that_do_not_belong_together_are_refused(broken: dict[str, Any]) -> None:
    """No number may point beyond the table that it points into."""
    with pytest.raises(ValueError):
        patterns(**broken)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.lists(st.integers(-2, 12), max_size=24).map(
    lambda numbers: b"".join(number.to_bytes(4, sys.byteorder, signed=True) for number in numbers)
)))  # fmt: skip
def test_a_program_that_is_none_is_refused(program: bytes) -> None:
    """Whatever numbers come: they are a program, or they are refused."""
    try:
        found = patterns(program=program).hits("ab ab")
    except ValueError:
        return
    assert all(0 <= begin <= end <= 5 for _, spans in found for begin, end in spans)


def test_a_build_does_without_a_compiler(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be compiled, or nothing should be, there is a wheel all the same; unless one insists."""
    pytest.importorskip("hatchling")
    pytest.importorskip("setuptools")
    spec = importlib.util.spec_from_file_location("hatch_build", repository / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    monkeypatch.setenv(hook.WANTED, "0")
    assert hook.compiled_module(repository, tmp_path) is None
    monkeypatch.setenv("CC", str(tmp_path / "no-such-compiler"))
    monkeypatch.delenv(hook.WANTED)
    if sys.platform != "win32":
        assert hook.compiled_module(repository, tmp_path) is None
        monkeypatch.setenv(hook.WANTED, "1")
        with pytest.raises(Exception, match="no-such-compiler"):
            hook.compiled_module(repository, tmp_path)


def test_python_alone_can_be_asked_for() -> None:
    """ANTIFRAUD_PURE=1 leaves the compiled module alone."""
    code = "from antifraud_cli import speedups; print(speedups.native())"
    for value, wanted in (("1", True), ("0", False)):
        environment = {**os.environ, speedups.PURE: value}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        assert (done.stdout.strip() == "None") == wanted
