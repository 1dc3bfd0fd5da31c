"""Short phrases count only where they are words: jieba, with our own dictionary, only when needed, without a cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from antifraud_cli import classify
from antifraud_cli.knowledge import store
from antifraud_cli.messages.wordbounds import WordBounds

BOUNDS = WordBounds(lambda: store.load("words"))


@pytest.mark.parametrize(
    ("text", "phrase", "is_word"),
    [
        ("他们让我刷单返利", "刷单", True),
        ("本厂是印刷单位", "刷单", False),
        ("简历请在官网投递", "网投", False),
        ("他天天在网投平台下注", "下注", True),
        ("不能提现了", "提现", True),
        ("这个前提现在不成立", "提现", False),
    ],
)
def test_a_phrase_inside_other_words_is_no_word(text: str, phrase: str, is_word: bool) -> None:
    """A phrase whose edge lies inside a longer word is not that phrase."""
    start = text.index(phrase)
    assert BOUNDS(text, start, start + len(phrase)) is is_word


def test_word_rules_ask_for_boundaries() -> None:
    """A rule marked `word` finds its phrase as a word and not inside others."""
    rules = [{signal.rule for signal in classify(text).signals} for text in ("有人拉我去刷单", "这家印刷单位很忙")]
    assert "brushing_rebate.word" in rules[0]
    assert "brushing_rebate.word" not in rules[1]


PROBE = """
import sys
from antifraud_cli import classify
classify(sys.argv[1])
print("jieba" in sys.modules, "pkg_resources" in sys.modules)
"""


@pytest.mark.parametrize(("text", "loaded"), [("晚上回家吃饭吗", "False"), ("有人拉我去刷单", "True")])
def test_jieba_is_loaded_only_when_needed(text: str, loaded: str, tmp_path: Path) -> None:
    """jieba is imported only for a text with a short phrase, drags no setuptools in, and leaves nothing in the temp folder."""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, text], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split() == [loaded, "False"]
    assert list(tmp_path.iterdir()) == []
    assert done.stderr == ""
