"""Verdicts on single numbers, each argued from a source, and the rules' own examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from antifraud_cli.knowledge import numberplan
from antifraud_cli.knowledge.document import Collector, open_entry
from antifraud_cli.knowledge.tableformat import LANGUAGES
from antifraud_cli.numbers import NumberContext, NumberPlan, check

TABLE = yaml.safe_load((Path(__file__).parent / "numbers_table.yaml").read_text(encoding="utf-8"))["rows"]
HARDEST = 25


@pytest.fixture(scope="module")
def collector() -> Collector:
    """Holds the problems of data/numbers/."""
    return Collector()


@pytest.fixture(scope="module")
def plan(data_dir: Path, collector: Collector) -> NumberPlan:
    """The number plan, read afresh."""
    return NumberPlan(numberplan.read(data_dir, collector))


@pytest.mark.parametrize(("number", "context", "level", "kind", "source"), TABLE)
def test_verdict(
    plan: NumberPlan, data_dir: Path, number: str, context: dict[str, Any], level: str, kind: str, source: str
) -> None:
    """Each number of the table gets the level and kind that an expert gives, and the expert's source exists."""
    verdict = check(number, NumberContext(**context), plan)
    assert (level, kind) == (verdict.level, verdict.kind), verdict.rule
    assert source in open_sources(data_dir)


_SOURCES: dict[Path, set[str]] = {}


def open_sources(data_dir: Path) -> set[str]:
    """Ids of all sources."""
    if data_dir not in _SOURCES:
        _SOURCES[data_dir] = set(open_entry(data_dir / "sources.yaml", "data/sources.yaml", Collector()).table)
    return _SOURCES[data_dir]


def test_table_is_large_enough_and_says_nothing_twice() -> None:
    """The table has at least 400 rows, and no number stands in it twice with the same context."""
    assert len(TABLE) >= 400
    seen = [(row[0], tuple(sorted(row[1].items()))) for row in TABLE[HARDEST:]]
    assert len(seen) == len(set(seen))


def test_examples_of_rules(data_dir: Path, plan: NumberPlan) -> None:
    """Each rule decides its own match examples, with its level, and none of its no_match examples."""
    wrong = []
    for example in numberplan.examples(data_dir, Collector()):
        keys = {"link": "has_link"}
        given = ("direction", "location", "called_first", "claims", "overseas_contact", "link")
        context = NumberContext(**{keys.get(key, key): example[key] for key in given if key in example})
        verdict = check(example["number"], context, plan)
        decided = verdict.rule == example["rule"]
        if decided != example["wanted"] or (decided and verdict.level != example["level"]):
            wrong.append((example, verdict.rule))
    assert wrong == []


def test_data_is_without_fault(plan: NumberPlan, collector: Collector) -> None:
    """Reading data/numbers/ notes no problem."""
    assert [str(problem) for problem in collector.problems] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_are_complete_in_every_language(plan: NumberPlan, lang: str) -> None:
    """No verdict of the table shows an unfilled value, an empty text, or a text of another language."""
    for number, context, *_ in TABLE:
        verdict = check(number, NumberContext(**context), plan, lang)
        texts = [verdict.kind_name, *(reason.text for reason in verdict.reasons), *verdict.advice]
        assert all(texts), number
        assert not any("{" in text or "  " in text or "None" in text for text in texts), texts
        if lang == "en":
            spoken = " ".join(reason.text for reason in verdict.reasons)
            assert not any("\u4e00" <= char <= "\u9fff" for char in spoken.replace(context.get("claims", " "), "")), (
                spoken
            )


def test_never_says_safe(plan: NumberPlan) -> None:
    """No text about a number calls it safe, and every verdict `none` says that it proves nothing."""
    for row in plan.part["rules"]:
        name, level, _, _, reason, *_ = row
        assert "安全" not in reason[0] + reason[1], name
        assert "safe" not in reason[2].lower(), name
        if level == "none":
            assert any(word in reason[0] for word in ("证明不了", "不代表", "不等于")), name
            assert any(
                word in reason[2] for word in ("prove", "Nothing found does not mean", "means little", "does not tell")
            ), name


def test_every_printed_number_is_official(plan: NumberPlan) -> None:
    """Each line in hotlines.yaml and official.yaml is `official` when dialled from its own region."""
    for region, lines in plan.lines.items():
        for number, line in lines.items():
            if line["status"] != "unverified":
                verdict = check(number, NumberContext(direction="dial", location=region), plan)
                assert verdict.level == "official", (region, number, verdict.rule)


def test_every_owned_number_can_exist(plan: NumberPlan) -> None:
    """No published number of an organisation is judged impossible by our own plan."""
    for number in plan.numbers:
        verdict = check(number, NumberContext(direction="dial"), plan)
        assert verdict.level == "official", (number, verdict.rule)


def test_json_keeps_its_fields(plan: NumberPlan) -> None:
    """antifraud.number/1 holds the fields of its version."""
    row = check("4008123123", NumberContext(), plan).as_json()
    fields = "schema input normalized kind level rule reasons owner region carrier advice"
    assert set(fields.split()) <= set(row)
    assert row["schema"] == "antifraud.number/1"
    assert (row["kind"], row["level"], row["rule"]) == ("service_400", "danger", "cn.400.incoming")
    assert set(row["reasons"][0]) == {"rule", "text", "source"}


def test_place_operator_owner_and_extension(plan: NumberPlan) -> None:
    """A verdict names place, operator, owner and extension where the data hold them, and null where not."""
    landline = check("0755-8234 5678转8001", NumberContext(), plan)
    assert (landline.region, landline.extension, landline.normalized) == ("广东省深圳市", "8001", "075582345678")
    mobile = check("13800138000", NumberContext(), plan, "en")
    assert (mobile.carrier, mobile.region, mobile.owner) == ("China Mobile", None, None)
    assert check("95588", NumberContext(), plan, "zh-Hant").owner == "中國工商銀行"
    assert check("+85291234567", NumberContext(), plan).region == "中国香港"
