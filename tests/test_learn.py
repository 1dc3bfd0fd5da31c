"""Lessons, the quiz, and whom to call first: what a trainer needs."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antifraud_cli.messages.classify import Classifier
from antifraud_cli.output.layout import width_of
from antifraud_cli.quiz import MOST, draw, sentence_to_take_home

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
CHINESE = ("zh-Hans", "zh-Hant")
TERMINAL = {"stdin_is_terminal": True, "stdout_is_terminal": True, "variables": {"COLUMNS": "80", "NO_COLOR": "1"}}


@pytest.fixture(scope="module")
def items(parts: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parts["quiz"]
    return found


# The items


def test_every_scam_has_scams_and_twins(items: list[dict[str, Any]], parts: dict[str, Any]) -> None:
    """Each category has two scams or more, and as many innocent twins."""
    counts = Counter((item["category"], item["scam"]) for item in items)
    for name in parts["categories"]["categories"]:
        assert counts[name, True] >= 2, name
        assert counts[name, False] == counts[name, True], name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_length_does_not_give_it_away(items: list[dict[str, Any]], lang: str) -> None:
    """In each category scams and twins are of comparable length; over all, who answers by length is hardly better than chance."""
    lengths: dict[tuple[str, bool], list[int]] = {}
    for item in items:
        lengths.setdefault((item["category"], item["scam"]), []).append(len(item["text"][lang]))
    for category, scam in lengths:
        if scam:
            ratio = sum(lengths[category, True]) / sum(lengths[category, False])
            assert 0.6 < ratio < 1.67, (category, ratio)
    scams = sorted(length for (_, scam), found in lengths.items() if scam for length in found)
    twins = [length for (_, scam), found in lengths.items() if not scam for length in found]
    longer = sum(scam > twin for scam in scams for twin in twins) / (len(scams) * len(twins))
    assert 0.3 < longer < 0.7


@pytest.mark.parametrize("lang", LANGUAGES)
def test_politeness_does_not_give_it_away(items: list[dict[str, Any]], lang: str) -> None:
    """Scams are polite too, and twins have numbers too."""
    polite = {"zh-Hans": "您|你好|请|谢", "zh-Hant": "您|你好|請|謝", "en": "please|hello|dear|thank|sorry"}[lang]
    for words in (polite, "[0-9一二三四五六七八九十百千万萬]|one|two|three|twice"):
        share = {
            scam: sum(bool(re.search(words, item["text"][lang].lower())) for item in items if item["scam"] is scam)
            for scam in (True, False)
        }
        assert min(share.values()) >= 6, (words, share)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_in_a_quiz_leads_anywhere(items: list[dict[str, Any]], lang: str) -> None:
    """Addresses are reserved ones, no run of digits is long enough to be dialled, nothing is a real line."""
    for item in items:
        text = f"{item['text'][lang]} {item['why'][lang]}"
        assert not re.search(r"\d[\d -]{5,}\d", text), item["id"]
        for host in re.findall(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", text.lower()):
            assert re.fullmatch(r"([a-z0-9-]+\.)*(example|test|invalid)|\d+(\.\d+)+", host), host


@pytest.mark.parametrize("lang", LANGUAGES)
def test_our_own_judge_agrees(items: list[dict[str, Any]], parts: dict[str, Any], lang: str) -> None:
    """The classifier raises at least caution for a scam, and calls no innocent twin a danger."""
    classifier = Classifier(parts.__getitem__)
    for item in items:
        level = classifier(item["text"][lang], lang).level
        if not item["scam"]:
            assert level != "danger", item["id"]
        else:
            assert level in ("caution", "danger"), item["id"]


# Drawing


@given(seed=st.integers(0, 10**9), count=st.integers(1, MOST))
@settings(max_examples=60, deadline=None)
def test_the_same_seed_gives_the_same_quiz(seed: int, count: int) -> None:
    """Seed and count alone decide; the language changes the words only; nothing is asked twice; both kinds are mixed."""
    drawn = draw(seed, count=count, category=None, lang="zh-Hans")
    assert drawn == draw(seed, count=count, category=None, lang="zh-Hans")
    names = [question.id for question in drawn.questions]
    assert names == [question.id for question in draw(seed, count=count, category=None, lang="en").questions]
    assert len(set(names)) == len(names) == count
    scams = sum(question.scam for question in drawn.questions)
    if count > 2:
        assert abs(scams - count / 2) <= 1.5
    if count <= 10:
        assert max(Counter(question.category for question in drawn.questions).values()) == 1


def test_the_printed_command_gives_the_same_quiz(antifraud: Any) -> None:
    """What stands under a sheet asks the same questions again, with the category and the count."""
    sheet = antifraud("learn", "刷单", "--quiz", "--count", "3").out
    again = sheet.splitlines()[-1].split()
    assert again[0] == "antifraud"
    assert antifraud(*again[1:]).out == sheet


def test_seeds_differ_and_so_do_places() -> None:
    """Different seeds give different quizzes, and neither kind always comes first."""
    quizzes = [draw(seed, count=6, category=None, lang="en") for seed in range(40)]
    assert len({tuple(question.id for question in drawn.questions) for drawn in quizzes}) > 35
    assert 8 < sum(drawn.questions[0].scam for drawn in quizzes) < 32


def test_a_quiz_about_one_scam_stays_with_it(parts: dict[str, Any]) -> None:
    """With a category all questions are about it, as many as there are."""
    for name in parts["categories"]["categories"]:
        drawn = draw(1, count=MOST, category=name, lang="zh-Hans")
        assert {question.category for question in drawn.questions} == {name}
        assert {question.scam for question in drawn.questions} == {True, False}


def test_the_sentence_to_take_home(parts: dict[str, Any]) -> None:
    """Whoever took a scam for harmless is told how to break it; whoever feared a harmless message, how to check one."""
    drawn = draw(5, count=8, category=None, lang="en")
    truth = [question.scam for question in drawn.questions]
    scam = next(question for question in drawn.questions if question.scam)
    rebuttal = parts["categories"]["categories"][scam.category]["rebuttal"]["en"]
    assert sentence_to_take_home(drawn, [False] * 8, "en") == rebuttal
    assert sentence_to_take_home(drawn, [True] * 8, "en") == parts["ui.en"]["quiz.home_innocent"]
    assert sentence_to_take_home(drawn, truth, "en") == parts["ui.en"]["quiz.home"]
    assert sentence_to_take_home(drawn, [], "en") == parts["ui.en"]["quiz.home"]


# At a terminal


def key_of(antifraud: Any, *options: str) -> list[bool]:
    answer = antifraud("learn", "--quiz", *options, "--json").json
    return [question["scam"] for question in answer["questions"]]


def test_who_knows_it_all_gets_full_marks(antifraud: Any) -> None:
    """Right answers are counted, each is explained, and the score and a sentence stand at the end."""
    key = key_of(antifraud, "--seed", "7")
    outcome = antifraud(
        "learn", "--quiz", "--seed", "7", stdin="".join("1\n" if scam else "2\n" for scam in key), **TERMINAL
    )
    assert outcome.status == 0
    assert outcome.out.count("答对了") == 6
    assert "答对 6 题，共 6 题" in outcome.out
    assert "记住：" in outcome.out
    assert "--seed 7" in outcome.out


def test_who_errs_is_told_the_sign_and_what_to_read(antifraud: Any) -> None:
    """A wrong answer gets the reason, and the end names the lessons to read."""
    key = key_of(antifraud, "--seed", "7")
    outcome = antifraud(
        "learn", "--quiz", "--seed", "7", stdin="".join("2\n" if scam else "1\n" for scam in key), **TERMINAL
    )
    assert outcome.out.count("没答对，") == 6
    assert "答对 0 题" in outcome.out
    assert "antifraud learn " in outcome.out


@pytest.mark.parametrize("word", ["1", "１", "y", "YES", "是", "诈骗", "詐騙", "scam", "1。"])
def test_many_words_mean_scam(antifraud: Any, word: str) -> None:
    """The number, yes and the word itself are understood, full-width or not."""
    seed = next(str(seed) for seed in range(50) if draw(seed, count=1, category=None, lang="en").questions[0].scam)
    assert (
        "答对 1 题" in antifraud("learn", "--quiz", "--count", "1", "--seed", seed, stdin=word + "\n", **TERMINAL).out
    )


@pytest.mark.parametrize("stop", ["", "q\n", "Q\n", "退出\n"])
def test_it_can_be_left_at_any_moment(antifraud: Any, stop: str) -> None:
    """The end of the input, or q, ends the quiz with what was answered so far; nobody is blamed for what was not asked."""
    begun = antifraud("learn", "--quiz", "--seed", "7", stdin="1\n" + stop, **TERMINAL)
    assert begun.status == 0
    assert "共 1 题" in begun.out
    untouched = antifraud("learn", "--quiz", "--seed", "7", stdin=stop, **TERMINAL)
    assert untouched.status == 0
    assert "题，共" not in untouched.out.split("第 1 题")[1].split("\n", 1)[1]


def test_wrong_keys_are_asked_again_and_then_passed_over(antifraud: Any) -> None:
    """Three answers that cannot be read pass the question over; an empty line does so at once."""
    outcome = antifraud("learn", "--quiz", "--count", "2", "--seed", "7", stdin="x\n9\n??\n\n", **TERMINAL)
    assert outcome.err.count("请写 1 或 2") == 3
    assert outcome.out.count("跳过") == 2
    assert "答对 0 题，共 2 题" in outcome.out


@given(typed=st.lists(st.binary(max_size=40), max_size=8))
@settings(max_examples=40, deadline=None)
def test_no_key_breaks_it(typed: list[bytes]) -> None:
    """Any bytes on the keyboard are an answer, a mistake or the end, never a crash."""
    from .conftest import Program

    outcome = Program()("learn", "--quiz", "--seed", "3", stdin=b"\n".join(typed), **TERMINAL)
    assert outcome.status == 0
    assert not outcome.err.startswith("错误")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", ["20", "40"])
def test_it_fits_a_narrow_terminal(antifraud: Any, lang: str, columns: str) -> None:
    """No line is wider than the terminal, asked or printed."""
    world = {**TERMINAL, "variables": {"COLUMNS": columns, "NO_COLOR": "1"}}
    asked = antifraud("learn", "--quiz", "--seed", "9", "--count", "20", "--lang", lang, stdin="1\n" * 20, **world)
    sheet = antifraud("learn", "--quiz", "--seed", "9", "--count", "20", "--lang", lang, "--answers", **world)
    for shown in (asked.out, asked.err, sheet.out):
        # A command or an address of one word is not broken.
        lines = [line for line in shown.splitlines() if " " in line.strip() or not line.isascii()]
        assert max(map(width_of, lines)) <= int(columns)


# On paper


def test_off_a_terminal_a_sheet_with_the_answers_at_the_end(antifraud: Any) -> None:
    """A pipe gets numbered messages, then the line to cut at, then the key; nothing is asked."""
    outcome = antifraud("learn", "--quiz", "--seed", "11", stdin="")
    assert outcome.status == 0
    assert outcome.err == ""
    sheet, key = outcome.out.split("- - -")[0], outcome.out.split("- - -")[-1]
    assert sheet.count("[ ] 是诈骗") == 6
    assert "这是诈骗" not in sheet
    assert len(re.findall(r"^\d\. 这(不)?是诈骗", key, re.MULTILINE)) == 6


def test_the_sheet_with_and_without_the_key(antifraud: Any) -> None:
    """--answers prints the sheet at a terminal too; --no-answers leaves the key away, for handing out."""
    with_key = antifraud("learn", "--quiz", "--seed", "11", "--answers", **TERMINAL).out
    without = antifraud("learn", "--quiz", "--seed", "11", "--no-answers", **TERMINAL).out
    assert with_key.startswith(without.rsplit("\n\n", 1)[0])
    assert "这是诈骗" in with_key
    assert "这是诈骗" not in without


def test_json_and_plain_hold_the_key(antifraud: Any) -> None:
    """--json and --plain give the same questions with verdict and reason, in the order of the sheet."""
    answer = antifraud("learn", "刷单", "--quiz", "--seed", "2", "--json").json
    assert answer["schema"] == "antifraud.quiz/1"
    assert answer["category"] == "brushing_rebate"
    rows = [row.split("\t") for row in antifraud("learn", "刷单", "--quiz", "--seed", "2", "--plain").out.splitlines()]
    assert [row[5] for row in rows] == [question["id"] for question in answer["questions"]]
    assert [row[1] == "scam" for row in rows] == [question["scam"] for question in answer["questions"]]


@pytest.mark.parametrize("line", [("--count", "3"), ("--seed", "1"), ("--answers",)])
def test_options_of_the_quiz_need_it(antifraud: Any, line: tuple[str, ...]) -> None:
    """An option that only a quiz understands is refused without --quiz."""
    outcome = antifraud("learn", *line)
    assert outcome.status == 2
    assert line[0] in outcome.err


@pytest.mark.parametrize("line", [("--count", "0"), ("--count", "x"), ("--seed", "-1"), ("nosuch",)])
def test_a_wrong_value_is_an_error_of_use(antifraud: Any, line: tuple[str, ...]) -> None:
    """A count, a seed or a name that cannot be is named, with status 2."""
    outcome = antifraud("learn", "--quiz", *line)
    assert outcome.status == 2
    assert line[-1] in outcome.err


# Lessons and lines


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lesson_has_every_part(antifraud: Any, parts: dict[str, Any], lang: str) -> None:
    """Each category is taught with steps, a case, signs, look-alikes, rebuttal, law and advice."""
    for name in parts["categories"]["categories"]:
        lesson = antifraud("learn", name, "--json", "--lang", lang).json
        assert 3 <= len(lesson["how"]) <= 6, name
        assert 3 <= len(lesson["signs"]) <= 6, name
        assert 2 <= len(lesson["lookalikes"]) <= 4, name
        assert 2 <= len(lesson["advice"]) <= 3, name
        assert lesson["case"], name
        assert lesson["rebuttal"], name
        assert all(law["in_force"] for law in lesson["laws"]), name
        assert lesson["laws"], name


def test_every_region_says_what_to_dial_first(antifraud: Any, parts: dict[str, Any]) -> None:
    """Each region has a sentence on what to dial first, and every number in it is one of its verified lines."""
    response = parts["response"]
    for region in response["regions"]:
        answer = antifraud("hotlines", "--region", region, "--json").json
        named = re.findall(r"\{([a-z]+\.[a-z0-9.]+)\}", response["dial_first"][region]["text"]["zh-Hans"])
        assert named, region
        for line in named:
            assert response["hotlines"][line]["status"] == "verified", line
        assert "{" not in answer["first"]
        assert answer["first"].split("：")[0] in antifraud("hotlines", "--region", region).out


def texts_of(value: Any) -> list[tuple[str, str]]:
    """All (language, text) pairs in a lesson."""
    return [
        (lang, text)
        for part in value.values()
        if isinstance(part, dict)
        for lang, texts in part.items()
        if lang in LANGUAGES
        for text in ([texts] if isinstance(texts, str) else texts)
    ]


def test_a_number_names_its_region(data_dir: Any) -> None:
    """Readers of Traditional Chinese and English live in many places: a mainland number never stands there without its region."""
    import yaml

    for path in sorted((data_dir / "categories").glob("*.yaml")):
        for lang, text in texts_of(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if re.search(r"\{cn\.(police|antifraud|12321)\}", text) and lang != "zh-Hans":
                assert re.search("mainland|內地|中國", text), (path.name, text)


def test_lessons_are_whole_sentences_in_their_own_marks(parts: dict[str, Any]) -> None:
    """Every text ends as a sentence does (a comment mark once cut one off), and Chinese uses Chinese marks."""
    for name in parts["categories"]["categories"]:
        lesson = {key: value for key, value in parts["learn"][name].items() if key != "laws"}
        for lang, text in texts_of(
            {**lesson, **{k: parts["categories"]["categories"][name][k] for k in ("rebuttal", "advice")}}
        ):
            assert re.search(r"[.!?\")]$" if lang == "en" else r"[。！？）」”]$", text), (name, text)
            if lang in CHINESE:
                assert not re.search(r"[\u4e00-\u9fff][,;:?!\"]", text), (name, text)


# Faults in data/quiz

ITEM = """
  - id: brushing_rebate.{name}
    scam: {scam}
    text: {{zh-Hans: "{text}", zh-Hant: 甲, en: a}}
    why: {{zh-Hans: 乙, zh-Hant: 乙, en: b}}"""


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, ""),
        ({"text": "打13800138000找我"}, "looks like a phone number"),
        ({"text": "点 https://pay.cn/a 领取"}, "may exist"),
        ({"text": "点 https://pay.example/a 领取"}, ""),
        ({"text": "拨 {cn.police} 报警"}, ""),
        ({"scam": "true"}, "at least 2 with scam: false"),
        ({"name": "a1"}, "duplicate quiz item"),
    ],
)
def test_a_fault_in_a_quiz_is_named(tmp_path: Any, change: dict[str, str], fault: str) -> None:
    """A number or an address that may be somebody's, too few twins, an id used twice: each is reported with file and line."""
    from antifraud_cli.knowledge import quiz
    from antifraud_cli.knowledge.document import Collector, open_entry

    first = [{"name": f"a{n}", "scam": "true" if n < 2 else "false", "text": "甲"} for n in range(3)]
    last = {"name": "a3", "scam": "false", "text": "甲", **change}
    path = tmp_path / "quiz" / "brushing_rebate.yaml"
    path.parent.mkdir()
    body = "".join(ITEM.format(**item) for item in (*first, last))
    path.write_text(f"category: brushing_rebate\nreviewed: 2026-11-21\nitems:{body}\n", encoding="utf-8")
    collector = Collector()
    collector.define("category", "brushing_rebate", open_entry(path, "x", collector))
    quiz.read(tmp_path, collector)
    found = [str(problem) for problem in collector.problems]
    assert any(fault in line for line in found) if fault else found == []
