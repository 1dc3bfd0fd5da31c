"""What maintainers see of the rules: the list, the text of one, how each does on labelled texts, new phrases."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from antifraud_cli import rulebook
from antifraud_cli.rulebook import RuleScore, bench, suggest

WEIGHTS = {"a.one": {"a": 3.0}, "a.two": {"a": 2.0, "b": 1.0}, "like.c": {}}


def verdict(level: str, *rules: str) -> SimpleNamespace:
    return SimpleNamespace(level=level, signals=[SimpleNamespace(rule=rule) for rule in rules])


VERDICTS = {
    "both": verdict("danger", "a.one", "a.two"),
    "one": verdict("caution", "a.one"),
    "missed": verdict("none", "a.one"),
    "twin": verdict("none", "like.c", "model.linear"),
}


def score(rows: list[tuple[str, str]]) -> dict[str, RuleScore]:
    return {found.rule: found for found in bench(rows, VERDICTS.__getitem__, WEIGHTS)}


def test_hits_count_by_what_the_rule_speaks_for() -> None:
    """A hit is right in a text of a category that the rule speaks for, otherwise of another scam, or innocent."""
    found = score([("both", "a"), ("both", "b"), ("both", "none"), ("both", "c")])
    assert (found["a.one"].right, found["a.one"].other, found["a.one"].innocent) == (1, 2, 1)
    assert (found["a.two"].right, found["a.two"].other, found["a.two"].innocent) == (2, 1, 1)
    assert found["like.c"].lookalike
    assert not found["a.one"].lookalike


def test_a_rule_is_decisive_where_no_other_speaks() -> None:
    """Decisive means: the text was found, and no other rule in it speaks for its category."""
    found = score([("both", "a"), ("one", "a"), ("missed", "a")])
    assert found["a.one"].decisive == 1
    assert found["a.two"].decisive == 0


def test_every_rule_is_listed_and_only_rules() -> None:
    """Rules without a hit are listed with zeros; what is no rule (the model) is not listed."""
    found = score([("twin", "none")])
    assert set(found) == set(WEIGHTS)
    assert found["like.c"].innocent == 1
    assert found["a.one"][1:5] == (0, 0, 0, 0)


def test_phrases_of_reported_messages_come_first() -> None:
    """A phrase that only reported messages hold is suggested, one that both piles hold alike is not."""
    reported = [f"今天天气{word}返现到账{word}" for word in "甲乙丙丁戊己"]
    innocent = [f"今天天气{word}出门散步" for word in "甲乙丙丁戊己"]
    found = [
        phrase.text
        for phrase in suggest(reported, innocent, lambda text: [text[i : i + 2] for i in range(0, len(text), 2)])
    ]
    assert any("返现" in phrase or "现到" in phrase for phrase in found)
    assert "今天" not in found
    assert not any("散步" in phrase for phrase in found)


def test_a_part_of_a_phrase_is_not_suggested_beside_it() -> None:
    """Of phrases that stand in the same number of messages only the longest is named."""
    found = {
        phrase.text
        for phrase in suggest(["高额返利群"] * 4, ["早上好"] * 4, lambda text: [text[:2], text[2:4], text[4:]])
    }
    assert found == {"高额返利群"}


def test_suggest_of_nothing_is_nothing() -> None:
    """Empty piles give no phrase and no error."""
    assert suggest([], [], list) == []
    assert suggest(["返利"] * 3, [], lambda text: [text])[0].reported == 3


def test_every_rule_has_its_place(data_dir: Path) -> None:
    """Each rule is found with the file and the line on which it begins."""
    found = rulebook.entries(data_dir)
    assert len({entry.id for entry in found}) == len(found)
    for entry in (found[0], found[-1], *rulebook.entries(data_dir, ["cn.96110"])):
        lines = (data_dir.parent / entry.file).read_text(encoding="utf-8").splitlines()
        assert entry.id in lines[entry.line - 1], entry


@pytest.mark.parametrize("name", ["romance", "romance.love_and_invest", "cn"])
def test_only_narrows(data_dir: Path, name: str) -> None:
    """`only` takes ids and prefixes of ids."""
    found = rulebook.entries(data_dir, [name])
    assert found
    assert all(entry.id == name or entry.id.startswith(f"{name}.") for entry in found)


def test_list_show_and_bench(antifraud: Any, tmp_path: Path) -> None:
    """The commands give one object a rule, and the texts of a rule as they stand in the file."""
    rows = antifraud("rules", "list", "romance", "--json").objects
    assert {row["schema"] for row in rows} == {"antifraud.rule/1"}
    [whole] = antifraud("rules", "show", rows[0]["id"], "--json").objects
    assert whole["id"] == rows[0]["id"]
    assert len(whole["match"]) >= 2
    assert whole["match"][0] in antifraud("rules", "show", rows[0]["id"]).out.replace("\n    ", "").replace(
        "\n      ", ""
    )
    source = tmp_path / "labelled.jsonl"
    lines = [{"text": text, "label": "romance"} for text in whole["match"]]
    lines += [{"text": text, "expect": "none"} for text in whole["no_match"]]
    source.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    scores = {row["rule"]: row for row in antifraud("rules", "bench", str(source), "--json").objects}
    assert scores[whole["id"]]["right"] == len(whole["match"])
    assert scores[whole["id"]]["innocent"] == 0


@pytest.mark.parametrize("content", [b'{"text": "a"}\n', b"{\n", b"\xff\xfe\xfd\n"])
def test_bad_files_are_named(antifraud: Any, tmp_path: Path, content: bytes) -> None:
    """A record without label, broken JSON and undecodable bytes end with 2 and name file and line."""
    source = tmp_path / "bad.jsonl"
    source.write_bytes(content)
    outcome = antifraud("rules", "bench", str(source))
    assert outcome.status == 2
    assert "bad.jsonl" in outcome.err
    assert "1" in outcome.err


def test_suggest_reads_two_piles(antifraud: Any, tmp_path: Path) -> None:
    """`rules suggest` names a phrase of the reported pile with how often it stands in each."""
    bad, good = tmp_path / "bad.txt", tmp_path / "good.txt"
    bad.write_text("垫付货款高额返佣\n" * 5, encoding="utf-8")
    good.write_text("周末一起吃饭吧\n" * 5, encoding="utf-8")
    outcome = antifraud("rules", "suggest", str(bad), "--innocent", str(good), "--json")
    assert outcome.status == 0
    assert any("返佣" in row["text"] and (row["reported"], row["innocent"]) == (5, 0) for row in outcome.objects)
