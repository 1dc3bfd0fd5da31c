"""The knowledge in data/ holds what docs/data.md promises."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from antifraud_cli import quality
from antifraud_cli.knowledge import compiler
from antifraud_cli.messages.classify import Classifier

from .conftest import AS_OF

CATEGORIES = [
    "brushing_rebate",
    "fake_investment",
    "crypto",
    "romance",
    "fake_shopping",
    "fake_customer_service",
    "cancel_service",
    "fake_loan",
    "fake_credit_record",
    "impersonate_authority",
    "impersonate_embassy",
    "impersonate_acquaintance",
    "military_procurement",
    "game_trade",
    "flight_change",
    "phishing_link",
    "parcel_qr_lure",
    "tuition_refund",
    "fake_subsidy",
    "prize_lottery",
    "elder_health",
    "sextortion",
    "threat_extortion",
    "recovery_scam",
    "money_mule",
    "overseas_job",
    "gambling",
    "minor_fan_game",
]
"""The contract: these ids, no other, never renamed."""


def test_all_categories_are_there(parts: dict[str, Any]) -> None:
    """The 28 categories of the contract exist, each with rules of its own and a checklist."""
    assert sorted(parts["categories"]["categories"]) == sorted(CATEGORIES)
    with_rules = {category for rule in parts["messages"]["rules"] for category in rule["weights"]}
    assert with_rules == set(CATEGORIES)
    assert set(parts["response"]["category_checklists"]) == set(CATEGORIES)


def test_data_is_without_fault(data_dir: Path) -> None:
    """Every check of `rules check` passes on the day of the review."""
    assert [str(problem) for problem in quality.check(data_dir, AS_OF).problems] == []


def test_no_rule_says_a_thing_twice(data_dir: Path) -> None:
    """A rule lists each pattern and each exception once: two people who widen it at the same time leave them doubled."""
    for path in sorted((data_dir / "rules").glob("*.yaml")):
        for rule in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("rules", ()):
            for key in ("patterns", "unless"):
                listed = rule.get(key, ())
                assert len(set(listed)) == len(listed), (rule["id"], key)


def test_every_example_behaves(data_dir: Path) -> None:
    """Each rule finds its match examples and none of its no_match examples, two of each at least."""
    report = quality.run_examples(data_dir)
    assert [str(problem) for problem in report.problems] == []
    assert report.counts["examples"] >= 4 * report.counts["rules"]


def test_match_examples_reach_the_reader(parts: dict[str, Any]) -> None:
    """Most match examples of a category's own rules raise an alarm as a whole message: rules are not too timid to matter."""
    classifier = Classifier(parts.__getitem__)
    texts = [
        text
        for example in parts["examples"]
        if example["rule"].split(".")[0] in CATEGORIES
        for text in example["match"]
    ]
    alarmed = sum(classifier(text).level != "none" for text in texts)
    assert alarmed / len(texts) > 0.9


def test_lapsed_knowledge_fails_the_check(data_dir: Path) -> None:
    """A check for a day years ahead finds what has lapsed: nothing with an end date is trusted for ever."""
    problems = quality.check(data_dir, AS_OF.replace(year=AS_OF.year + 5)).problems
    assert any("lapsed" in problem.message for problem in problems)


BREAKS = [
    ("rules/romance.yaml", "weight: 6", "weight: many", "weight"),
    ("rules/romance.yaml", "  - id: romance.", "  - idd: romance.", "id"),
    ("rules/decision.yaml", "caution: 3", "caution: [3", ""),
    ("categories/crypto.yaml", "rebuttal:", "rebutal:", "rebuttal"),
    ("hotlines.yaml", "status: verified", "status: sure", "status"),
    ("facts.yaml", "  - id: t_stop", "  - id: t_halt", "t_stop"),
    ("numbers/rules.yaml", "level: danger", "level: dangerous", "level"),
]


@pytest.mark.parametrize(("file", "old", "new", "key"), BREAKS)
def test_a_broken_file_is_named(data_dir: Path, tmp_path: Path, file: str, old: str, new: str, key: str) -> None:
    """A fault in a data file is reported with that file and a line, and with the key where there is one."""
    copy = tmp_path / "data"
    shutil.copytree(data_dir, copy)
    path = copy / file
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    _, problems = compiler.read_all(copy, AS_OF)
    assert problems
    assert any(key in f"{problem.key} {problem.message}" for problem in problems)
    assert any(problem.file == f"data/{file}" or key == "t_stop" for problem in problems)
    assert all(problem.line >= 1 for problem in problems)
