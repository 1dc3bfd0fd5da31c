"""A verdict taken apart: the parts add up to the score shown, and what does not count says why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antifraud_cli import api
from antifraud_cli.errors import UsageError
from antifraud_cli.knowledge import store
from antifraud_cli.messages.decide import score_of
from antifraud_cli.messages.explain import Explanation
from antifraud_cli.messages.model import MessageVerdict

SCAM = "我是公安局民警,你涉嫌洗钱,把钱转到安全账户,不要告诉家人"
EXAMPLES = [text for example in store.load("examples") for wanted in ("match", "no_match") for text in example[wanted]]
RULES = {rule["id"]: rule for rule in store.load("messages")["rules"]}
THRESHOLDS = store.load("messages")["decision"]
PIECES = st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=5).map("".join)


def assert_adds_up(verdict: MessageVerdict, explanation: Explanation) -> None:
    """The parts are the sum, the sum is the score, and the level follows from it."""
    for category in explanation.categories:
        assert sum(part.weight for part in category.parts) == pytest.approx(category.sum)
        assert category.score == pytest.approx(score_of(category.sum, THRESHOLDS), abs=0.0005)
        for part in category.parts:
            if part.part == "rule":
                assert part.rule is not None
                assert part.weight == RULES[part.rule]["weights"][category.id]
    shown = [(category.id, category.score) for category in verdict.categories]
    reported = [item for item in explanation.categories if item.score >= THRESHOLDS["report_above"]]
    assert [(item.id, item.score) for item in reported] == shown
    best = explanation.categories[0] if explanation.categories else None
    assert (verdict.level != "none") == (best is not None and best.sum >= THRESHOLDS["caution"])
    assert (verdict.level == "danger") == (bool(best) and all(explanation.danger_needs.values()))
    if verdict.category:
        assert best is not None
        assert best.id == verdict.category
    assert_complete(verdict, explanation)


def assert_complete(verdict: MessageVerdict, explanation: Explanation) -> None:
    """Every rule among the signals was found; every rule found counts or says what set it aside."""
    found = {one.rule for one in explanation.found}
    signals = {signal.rule for signal in verdict.signals if not signal.rule.startswith("model.")}
    cancelled = {one.rule for one in explanation.set_aside if one.why == "cancels"}
    assert signals | cancelled == found
    assert not signals & cancelled
    stopped = {one.rule for one in explanation.set_aside if one.why in ("unless", "word")}
    assert not stopped & found


def test_the_parts_add_up_for_every_example_of_the_rules() -> None:
    """For each example of each rule: verdict unchanged by explaining it, parts that add up."""
    for text in EXAMPLES:
        verdict, explanation = api.explain(text)
        assert_adds_up(verdict, explanation)
    for text in EXAMPLES[::10]:
        assert api.explain(text)[0] == api.classify(text)


@settings(max_examples=150, deadline=None)
@given(st.one_of(PIECES, st.text(max_size=200)))
def test_the_parts_add_up_for_any_text(text: str) -> None:
    """Also where caps, several look-alikes and quotations meet, and for any characters whatever."""
    verdict, explanation = api.explain(text)
    assert_adds_up(verdict, explanation)
    assert verdict == api.classify(text)


@settings(max_examples=60, deadline=None)
@given(PIECES, st.sampled_from(["romance", "general", "lookalike", "impersonate_authority", "fake_loan"]))
def test_rules_named_by_only_judge_alone(text: str, name: str) -> None:
    """With `only` no other rule is found, the model has no part, and the parts still add up."""
    verdict, explanation = api.explain(text, only=[name])
    assert all(one.rule.startswith(f"{name}.") for one in (*explanation.found, *explanation.set_aside))
    assert explanation.model is None
    parts = {part.part for category in explanation.categories for part in category.parts}
    assert not parts & {"model", "model_relief"}
    assert_adds_up(verdict, explanation)


def test_one_rule_alone_is_not_enough_for_danger() -> None:
    """A single rule, however heavy, gives caution, and the explanation says that a second one is missing."""
    verdict, explanation = api.explain(SCAM, only=["impersonate_authority.safe_account"])
    assert verdict.level == "caution"
    assert explanation.danger_needs["two_rules"] is False


def test_a_name_that_no_rule_has_is_refused() -> None:
    """`only` raises UsageError for a rule that does not exist, also for the beginning of a word of an id."""
    for name in ("nosuch", "roman", ""):
        with pytest.raises(UsageError):
            api.explain(SCAM, only=[name])


@pytest.mark.parametrize("why", ["cancels", "unless", "unless_rules"])
def test_what_set_a_rule_aside_is_named(why: str) -> None:
    """Among the examples each way of setting aside occurs, and names the rule or the place that did it."""
    rows = [one for text in EXAMPLES for one in api.explain(text)[1].set_aside if one.why == why]
    assert rows
    for row in rows:
        if why == "cancels":
            assert RULES[row.by[0]]["cancels"]
        elif why == "unless_rules":
            assert set(row.by) <= set(RULES[row.rule]["unless_rules"])
            assert row.by
        else:
            assert row.by_span is not None
            begin, end = row.by_span
            assert any(begin < last and first < end for first, last in row.spans)


def test_json_gains_one_key_and_only_when_asked(antifraud: Any) -> None:
    """`--explain` adds `explanation` to antifraud.message/1; without it, and with --only, the keys are the usual ones."""
    usual = antifraud("classify", "--json", SCAM).json
    explained = antifraud("classify", "--json", "--explain", SCAM).json
    assert explained.pop("explanation")["categories"][0]["id"] == usual["category"]
    assert explained == usual
    assert set(antifraud("classify", "--json", "--only", "general", SCAM).json) == set(usual)


def test_parts_in_json_add_up(antifraud: Any) -> None:
    """The rounded parts of the JSON give the sum it shows."""
    for category in antifraud("classify", "--json", "--explain", SCAM).json["explanation"]["categories"]:
        assert sum(part["weight"] for part in category["parts"]) == pytest.approx(category["sum"], abs=1e-4)


def test_plain_stays_as_it_is(antifraud: Any) -> None:
    """`--plain` gives the same record with --explain and without."""
    assert antifraud("classify", "--plain", "--explain", SCAM) == antifraud("classify", "--plain", SCAM)


def test_a_person_is_told_that_only_some_rules_judged(antifraud: Any) -> None:
    """With `--only` the answer names the rules that alone were used: it must not pass for the usual verdict."""
    for more in ([], ["--explain"]):
        shown = antifraud("classify", "--lang", "en", "--only", "romance", *more, SCAM).out
        assert "Only these rules were used, and not the model: romance." in " ".join(shown.split())


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_a_person_sees_each_rule_and_the_sum(antifraud: Any, lang: str) -> None:
    """In every language the answer comes first as always, then each rule that was found and the sum of the category."""
    usual = antifraud("classify", "--lang", lang, SCAM).out
    shown = antifraud("classify", "--explain", "--lang", lang, SCAM).out
    assert shown.startswith(usual.rstrip("\n"))
    explanation = api.explain(SCAM)[1]
    for found in explanation.found:
        assert found.rule in shown[len(usual) :]
    assert f"{explanation.categories[0].sum:.2f}" in shown


def test_what_the_message_holds_cannot_steer_the_terminal(antifraud: Any) -> None:
    """Control characters of the message are not passed on by the explanation."""
    shown = antifraud("classify", "--explain", "把钱转到安\x1b[2J全账户,我是公安局民警\x07")
    assert "\x1b" not in shown.out
    assert "\x07" not in shown.out


def test_an_unknown_rule_ends_with_a_hint(antifraud: Any) -> None:
    """`--only` with a name that no rule has: status 2, one message, no traceback."""
    ended = antifraud("classify", "--only", "nosuch", SCAM)
    assert ended.status == 2
    assert "nosuch" in ended.err
    assert "Traceback" not in ended.err


def test_an_explanation_stays_short_however_long_the_text(antifraud: Any) -> None:
    """Of a long text that repeats its trigger words each rule is shown once, with a quotation that is cut."""
    shown = antifraud("classify", "--explain", "-", stdin=(SCAM + "。") * 2000)
    assert shown.status == 1
    assert len(shown.out) < 20_000
