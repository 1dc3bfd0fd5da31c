"""A person's own rules: read, checked, laid over ours, bounded, cached."""

from __future__ import annotations

import errno
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antifraud_cli import api
from antifraud_cli.batch.records import Chunk, Layout
from antifraud_cli.batch.run import Task, work
from antifraud_cli.errors import DataError
from antifraud_cli.knowledge import owncompiler, ownfiles, ownrules, store
from antifraud_cli.knowledge.ownrules import OwnRules

from .conftest import Program

MESSAGE = "您好，阳光苑二期的暖阳券已经备好，今晚八点前到物业旁边的帐篷里换"
"""No rule of ours finds anything in it."""
RULE: dict[str, Any] = {
    "id": "my.sun_voucher",
    "weight": 4,
    "reason": "拿“暖阳券”引人到帐篷里",
    "patterns": ["暖阳券~20帐篷"],
    "match": ["暖阳券到帐篷里换", "暖阳券请到旁边的帐篷领"],
    "no_match": ["暖阳券已经用完", "露营的帐篷到了"],
    "source": "社区 11 月 20 日的举报",
}
TAKEN = "elder_health"


def rule(**changes: Any) -> dict[str, Any]:
    """RULE with other values; None takes a key out."""
    return {key: value for key, value in {**RULE, **changes}.items() if value is not None}


def write(folder: Path, *rules: dict[str, Any], name: str = "week.yaml", category: str | None = TAKEN) -> Path:
    """A file of rules; JSON is YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    value = {**({"category": category} if category else {}), "rules": list(rules)}
    (folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return folder


def faults(*folders: Path) -> list[str]:
    return [str(problem) for problem in ownrules.load([str(folder) for folder in folders]).problems]


def home(folder: Path) -> dict[str, str]:
    """An environment whose own rules lie in `folder`/rules."""
    return {"ANTIFRAUD_HOME": str(folder)}


# What own rules do


def test_an_own_rule_finds_what_ours_do_not(antifraud: Program, tmp_path: Path) -> None:
    """With --rules a message becomes caution that was none, and the signal says that it is the person's own."""
    folder = write(tmp_path / "mine", RULE)
    assert antifraud("classify", "--json", MESSAGE).json["level"] == "none"
    outcome = antifraud("classify", "--json", "--rules", str(folder), MESSAGE)
    assert (outcome.status, outcome.err) == (1, "")
    assert (outcome.json["level"], outcome.json["category"]) == ("caution", TAKEN)
    [signal] = [signal for signal in outcome.json["signals"] if signal["rule"] == RULE["id"]]
    assert signal["origin"] == "own"
    assert MESSAGE[signal["start"] : signal["end"]] == signal["text"] == "暖阳券已经备好，今晚八点前到物业旁边的帐篷"


def test_signals_of_ours_say_nothing_of_an_origin(antifraud: Program, tmp_path: Path) -> None:
    """Without a hit of an own rule the answer is the same, to the byte, as without own rules."""
    folder = write(tmp_path / "mine", RULE)
    scam = "我是公安局民警,你涉嫌洗钱,把钱转到安全账户"
    assert (
        antifraud("classify", "--json", "--rules", str(folder), scam).out == antifraud("classify", "--json", scam).out
    )


@pytest.mark.parametrize(
    ("lang", "mark"), [("zh-Hans", "你自己的规则"), ("zh-Hant", "你自己的規則"), ("en", "your own rule")]
)
def test_a_person_sees_which_rule_is_theirs(antifraud: Program, tmp_path: Path, lang: str, mark: str) -> None:
    """The reason names the own rule, in every language; so does --explain."""
    folder = write(tmp_path / "mine", RULE)
    shown = antifraud(
        "classify", "--rules", str(folder), "--lang", lang, MESSAGE, variables={"COLUMNS": "200"}, lang=lang
    )
    assert f"{RULE['reason']}" in shown.out
    assert mark in shown.out
    assert RULE["id"] in shown.out
    explained = antifraud("classify", "--explain", "--json", "--rules", str(folder), MESSAGE).json["explanation"]
    assert [one["origin"] for one in explained["found"] if one["rule"] == RULE["id"]] == ["own"]


def test_triage_and_only_know_own_rules(antifraud: Program, tmp_path: Path) -> None:
    """triage judges with own rules too; --only takes their names, and their prefix."""
    folder = str(write(tmp_path / "mine", RULE))
    assert antifraud("triage", "--json", "--rules", folder, MESSAGE).json["message"]["level"] == "caution"
    only = antifraud("classify", "--json", "--rules", folder, "--only", "my", MESSAGE)
    assert [signal["rule"] for signal in only.json["signals"]] == [RULE["id"]]
    assert antifraud("classify", "--only", "my", MESSAGE).status == 2


def test_the_usual_folder_is_read_by_itself(antifraud: Program, tmp_path: Path) -> None:
    """Rules under ANTIFRAUD_HOME/rules hold without an option; ANTIFRAUD_RULES names others, or none."""
    write(tmp_path / "rules", RULE)
    other = write(tmp_path / "other", rule(id="my.other"))

    def found(variables: dict[str, str]) -> list[str]:
        signals = antifraud("classify", "--json", MESSAGE, variables=variables).json["signals"]
        return [signal["rule"] for signal in signals if signal.get("origin") == "own"]

    assert found(home(tmp_path)) == [RULE["id"]]
    assert found({**home(tmp_path), "ANTIFRAUD_RULES": str(other)}) == ["my.other"]
    assert found({**home(tmp_path), "ANTIFRAUD_RULES": ""}) == []
    assert found({**home(tmp_path), "ANTIFRAUD_RULES": os.pathsep.join([str(tmp_path / "rules"), str(other)])}) == [
        RULE["id"],
        "my.other",
    ]


def test_a_later_folder_replaces_an_earlier_one(antifraud: Program, tmp_path: Path) -> None:
    """Of rules with one id the last folder's counts: the usual folder, then --rules in their order."""
    write(tmp_path / "rules", rule(weight=1))
    one, two = write(tmp_path / "one", rule(weight=2)), write(tmp_path / "two", rule(weight=3))

    def weight(*options: str) -> float:
        verdict = antifraud("classify", "--json", *options, MESSAGE, variables=home(tmp_path)).json
        [found] = [signal["weight"] for signal in verdict["signals"] if signal["rule"] == RULE["id"]]
        return float(found)

    assert weight() == 1
    assert weight("--rules", str(one), "--rules", str(two)) == 3
    assert weight("--rules", str(two), "--rules", str(one)) == 2


OURS = "impersonate_authority.safe_account"
SAFE_ACCOUNT = "请把资金转入安全账户配合调查"


def rules_in(text: str, own: OwnRules | None) -> set[str]:
    return {signal.rule for signal in api.classify(text, rules=own).signals}


def test_an_own_rule_replaces_ours(tmp_path: Path) -> None:
    """A rule with an id of ours is used in its place: our patterns find nothing more, and explain says why."""
    assert OURS in rules_in(SAFE_ACCOUNT, None)
    own = api.load_rules(write(tmp_path, rule(id=OURS), category="impersonate_authority"))
    assert OURS not in rules_in(SAFE_ACCOUNT, own)
    assert OURS in rules_in(MESSAGE, own)
    _, explanation = api.explain(SAFE_ACCOUNT, rules=own)
    assert (OURS, "off") in [(one.rule, one.why) for one in explanation.set_aside]


def test_a_rule_can_be_switched_off_and_on_again(tmp_path: Path) -> None:
    """`enabled: false` with an id is enough to switch a rule of ours off; a later folder switches it on again."""
    off = write(tmp_path / "off", {"id": OURS, "enabled": False}, category=None)
    own = api.load_rules(off)
    assert OURS not in rules_in(SAFE_ACCOUNT, own)
    assert rules_in("下载会议软件共享屏幕", own) == rules_in("下载会议软件共享屏幕", None)
    on = write(tmp_path / "on", rule(id=OURS, patterns=["安全账户"]), category="impersonate_authority")
    assert OURS in rules_in(SAFE_ACCOUNT, api.load_rules(off, on))
    assert OURS not in rules_in(SAFE_ACCOUNT, api.load_rules(on, off))


def test_an_own_rule_may_rest(tmp_path: Path) -> None:
    """`enabled: false` in a whole rule keeps it in the file, checked and without effect."""
    assert RULE["id"] not in rules_in(MESSAGE, api.load_rules(write(tmp_path, rule(enabled=False))))
    with pytest.raises(DataError, match="weight"):
        api.load_rules(write(tmp_path, rule(enabled=False, weight=99)))


def test_what_is_computed_can_be_reweighed_and_switched_off(tmp_path: Path) -> None:
    """A rule with `check` may replace the one of ours with the same check, or switch it off, and no other way."""
    ours = next(one for one in store.load("messages")["rules"] if one["check"] == "url_short")
    text = "点这里 https://t.cn/abc123"
    assert [url.level for url in api.classify(text).urls] == ["caution"]
    changed = rule(id=ours["id"], check="url_short", patterns=None, weight=None, categories={"phishing_link": 3})
    own = api.load_rules(write(tmp_path / "a", changed, category=None))
    [signal] = [one for one in api.classify(text, rules=own).signals if one.rule == ours["id"]]
    assert (signal.own, signal.weight) == (True, 3)
    off = api.load_rules(write(tmp_path / "b", {"id": ours["id"], "enabled": False}, category=None))
    verdict = api.classify(text, rules=off)
    assert [url.level for url in verdict.urls] == ["none"]
    assert ours["id"] not in {one.rule for one in verdict.signals}
    assert "check" in faults(write(tmp_path / "c", rule(check="url_short")))[0]


def test_own_lookalikes_take_weight_off_ours(tmp_path: Path) -> None:
    """A look-alike of one's own weighs against our evidence, and is stopped by rules of ours that it names."""
    text = "【阳光苑物业】扫码领取停车补贴,已到账"
    before = api.classify(text)
    assert before.level != "none"
    twin = rule(
        id="my.twin", kind="legit_notice", patterns=["阳光苑物业"], match=["阳光苑物业通知", "【阳光苑物业】停水"],
        no_match=["阳光苑很大", "物业通知"], weight=8, status="verified",
    )  # fmt: skip
    assert api.classify(text, rules=api.load_rules(write(tmp_path / "a", twin, category=None))).level == "none"
    stopped = {**twin, "unless_rules": [one.rule for one in before.signals if one.rule != "model.linear"]}
    assert api.classify(text, rules=api.load_rules(write(tmp_path / "b", stopped, category=None))).level == before.level


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("一句话", ("一句话", "一句话", "一句话")),
        ({"zh-Hant": "這句話"}, ("這句話", "這句話", "這句話")),
        ({"en": "words", "zh-Hans": "一句话"}, ("一句话", "一句话", "words")),
        ({"en": "words"}, ("words", "words", "words")),
    ],
)
def test_a_reason_in_one_language_is_enough(tmp_path: Path, given: Any, wanted: tuple[str, str, str]) -> None:
    """Where a language is missing another stands in, Chinese before English."""
    own = api.load_rules(write(tmp_path, rule(reason=given)))
    shown = [
        next(signal.reason for signal in api.classify(MESSAGE, lang=lang, rules=own).signals if signal.own)
        for lang in ("zh-Hans", "zh-Hant", "en")
    ]
    assert tuple(shown) == wanted


# What they may weigh


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"source": None, "weight": 2}, None),
        ({"source": None, "weight": 3}, "unverified may weigh at most 2"),
        ({"weight": 4}, None),
        ({"weight": 5}, "single may weigh at most 4"),
        ({"weight": 8, "status": "verified"}, None),
        ({"weight": 2, "status": "verified", "source": None}, "says where it was read or seen"),
        ({"source": ["SEED3", "自己的通报"], "weight": 4}, None),
        ({"kind": "ordinary", "weight": 3, "source": None}, "unverified may weigh at most 2"),
        ({"kind": "ordinary", "cancels": True, "weight": 4}, "only a rule that is verified"),
    ],
)
def test_what_a_rule_may_weigh_depends_on_its_source(
    tmp_path: Path, changes: dict[str, Any], fault: str | None
) -> None:
    """Without a source 2 at most, with one 4, verified 8; a source may be one's own words."""
    category = None if "kind" in changes else TAKEN
    found = faults(write(tmp_path, rule(**changes), category=category))
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]


def test_own_rules_that_are_not_verified_never_make_danger(tmp_path: Path) -> None:
    """However many of them hit, caution is all that they come to by themselves; verified ones may make danger."""
    patterns = ["暖阳券", "阳光苑", "帐篷", "物业旁边"]
    rows = [
        rule(id=f"my.{number}", patterns=[pattern], match=[pattern, f"有{pattern}"], no_match=["今天", "明天"])
        for number, pattern in enumerate(patterns)
    ]
    verdict = api.classify(MESSAGE, rules=api.load_rules(write(tmp_path / "single", *rows)))
    assert (verdict.level, sum(signal.own for signal in verdict.signals)) == ("caution", 4)
    rows[0]["status"] = "verified"
    assert api.classify(MESSAGE, rules=api.load_rules(write(tmp_path / "verified", *rows))).level == "danger"


# What is wrong, and where


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("category: nosuch\nrules:\n  - id: a", ":1: category: unknown category id"),
        ("category: romance\nrules: []", ":2: rules: expected at least 1"),
        ("category: romance\nrules:\n  - id: a\n    wieght: 3", ":4: rules[0].wieght: unknown key"),
        ("category: romance\nrules:\n  - id: a\n    weight: heavy", ":4: rules[0].weight: expected a number"),
        ("category: romance\nrules:\n  - id: a\n    patterns: [转]", "rules[0].patterns: pattern '转' has no fixed piece"),
        ("category: romance\nrules:\n  - id: a\n    patterns: ['(转账']", "has an opening bracket without its end"),
        ("category: romance\nrules:\n  - id: a\n    match: [x]", "rules[0].match: expected at least 2 entries, found 1"),
        ("category: romance\nrules:\n  - id: a\n  - id: a", "duplicate rule id 'a', first in"),
        ("rules:\n  - id: nosuch.rule\n    enabled: false", ":2: rules[0].id: unknown rule id 'nosuch.rule'"),
        ("rules:\n  - id: model.linear\n    enabled: false", "rules[0].id: expected at most 80 letters"),
        ("rules:\n  - id: a b\n", "rules[0].id: expected at most 80 letters"),
        ("rules:\n  - id: a\n    valid_until: 2026-13-45", ":3: is not what it looks like or is marked as (put it in quotes): '2026-13-45'"),
        ("rules:\n  - id: a\n    unless_rules: [nosuch]\n    kind: ordinary", "unknown rule id 'nosuch'"),
        ("rules:\n  - id: a\n    reason: {fr: bonjour}", "rules[0].reason.fr: unknown key"),
        ('rules:\n  - id: a\n    reason: "\\e[31m"', ":3: a text holds a control character"),
        ('rules:\n  - id: a\n    reason: "\\u202e反"', "rules[0].reason: holds a character that is not seen"),
        ("rules:\n  - id: a\n    reason: " + "长" * 201, "rules[0].reason: is longer than 200"),
        ('rules:\n  - id: a\n    patterns: ["转账(\\u200b|了)"]', "has a piece of which nothing is left"),
        ("a: &x [1]\nb: *x", ":1: anchors and aliases"),
        ("rules: [\n" + "[" * 30 + "]" * 30 + "]", "more than 12 deep"),
        ("rules: [\n" + "[" * 100_000, "more than 12 deep"),
        ("rules: " + "x" * 6000, "a text is longer than 5000"),
        ("- a\n- b", ":1: expected a mapping at the top"),
        ("", ":1: expected a mapping at the top"),
        ("rules: [a: b: c]", ":1: not valid YAML"),
        ("rules: !!python/object:os.system x", ":1: not valid YAML"),
        ("rules: !!int many", ":1: is not what it looks like"),
        ("rules: 1" + ":20" * 1000 + ".5", "is not what it looks like"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_key(tmp_path: Path, content: str, wanted: str) -> None:
    """Every fault says where it stands and what was expected."""
    (tmp_path / "bad.yaml").write_text(content, encoding="utf-8")
    found = faults(tmp_path)
    assert all(one.startswith(str(tmp_path / "bad.yaml")) for one in found)
    assert any(wanted in one for one in found), found


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00"), "not UTF-8"),
        (lambda path: path.write_bytes("规则".encode("gb18030")), "not UTF-8"),
        (lambda path: path.write_bytes(b"x" * (ownfiles.MAX_BYTES + 1)), "is larger than 256 KB"),
        (lambda path: path.write_text(BOMB), "anchors and aliases"),
        (lambda path: path.mkdir(), "is not a plain file"),
        (make_loop, "leads back to itself"),
        (lambda path: path.symlink_to("nowhere"), "is not there"),
        pytest.param(
            lambda path: os.mkfifo(path), "is not a plain file",
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here"),
        ),
        pytest.param(
            lambda path: path.symlink_to("/dev/zero"), "is not a plain file",
            marks=pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here"),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_a_rule_file_is_told(antifraud: Program, tmp_path: Path, make: Any, wanted: str) -> None:
    """Binary, huge, looping, endless or blocking files are faults like others; the good file beside them is used."""
    folder = write(tmp_path / "rules", RULE)
    make(folder / "bad.yaml")
    [fault] = faults(folder)
    assert wanted in fault
    assert RULE["id"] in rules_in(MESSAGE, ownrules.load([str(folder)]))


def test_an_unreadable_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No permission is a fault that says so."""
    folder = write(tmp_path, RULE)

    def refuse(*arguments: Any, **more: Any) -> Any:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert faults(folder) == [f"{folder / 'week.yaml'}: cannot be read: permission denied"]


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda path: None, "is not there"),
        (lambda path: path.write_text("x"), "is not a folder"),
        (lambda path: path.mkdir(), "holds no rules"),
        (make_loop, "is a link that leads back to itself"),
    ],
)
@pytest.mark.parametrize("command", [("classify", MESSAGE), ("rules", "check"), ("rules", "test"), ("rules", "list")])
def test_a_named_folder_has_to_hold_rules(
    antifraud: Program, tmp_path: Path, make: Any, wanted: str, command: tuple[str, ...]
) -> None:
    """A folder named with --rules that is missing, a file, empty or a loop is an error, status 2."""
    folder = tmp_path / "mine"
    make(folder)
    outcome = antifraud(*command, "--rules", str(folder))
    assert (outcome.status, outcome.out) == (2, "")
    assert f"{folder}: {wanted}" in outcome.err


def test_a_fault_in_the_usual_folder_breaks_no_verdict(antifraud: Program, tmp_path: Path) -> None:
    """There the faulty file is told about and left out; verdict and status are those of the rest."""
    folder = write(tmp_path / "rules", RULE)
    (folder / "bad.yaml").write_text("category: nosuch\nrules: [{id: x}]")
    outcome = antifraud("classify", "--json", MESSAGE, variables=home(tmp_path))
    assert (outcome.status, outcome.json["level"]) == (1, "caution")
    assert f"{folder / 'bad.yaml'}:1: category: unknown category id" in outcome.err
    assert "antifraud rules check" in outcome.err
    named = antifraud("classify", "--json", "--rules", f"{folder}/", MESSAGE)
    assert (named.status, named.out) == (2, "")
    assert f"{folder / 'bad.yaml'}:1: category: unknown category id" in named.err


@pytest.mark.parametrize("kind", ["missing", "empty", "hidden"])
def test_a_usual_folder_without_rules_is_no_matter(antifraud: Program, tmp_path: Path, kind: str) -> None:
    """Whoever has no rules yet hears nothing of it."""
    if kind != "missing":
        (tmp_path / "rules").mkdir()
    if kind == "hidden":
        (tmp_path / "rules/.week.yaml.swp.yaml").write_text("rules: [")
        (tmp_path / "rules/README.md").write_text("# notes")
    outcome = antifraud("classify", "--json", MESSAGE, variables=home(tmp_path))
    assert (outcome.status, outcome.err) == (0, "")


def test_a_file_that_needs_a_faulty_one_is_left_out_too(tmp_path: Path) -> None:
    """What refers to a rule of a file that is left out has lost it; files that need neither stay."""
    write(tmp_path, rule(), name="c.yaml")
    (tmp_path / "a.yaml").write_text("rules: [{id: my.gone}]")
    twin = rule(id="my.twin", kind="ordinary", unless_rules=["my.gone"])
    write(tmp_path, twin, name="b.yaml", category=None)
    own = ownrules.load([str(tmp_path)])
    assert [one["id"] for one in own.rules] == [RULE["id"]]
    assert any("b.yaml" in problem.file and "my.gone" in problem.message for problem in own.problems)


def test_one_id_stands_once_in_a_folder(tmp_path: Path) -> None:
    """The same id in two files of one folder is a fault of the second."""
    write(tmp_path, RULE, name="a.yaml")
    write(tmp_path, RULE, name="b.yaml")
    [fault] = faults(tmp_path)
    assert "b.yaml" in fault
    assert "duplicate rule id" in fault


def test_numbers_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files, rules, patterns, bytes or folders than allowed are a fault that names the bound."""
    folder = write(tmp_path / "many", RULE)
    for number in range(3):
        write(folder, rule(id=f"my.{number}"), name=f"{number}.yaml")
    bounds = [
        (owncompiler, "MAX_RULES", 2, "more than 2 rules"), (owncompiler, "MAX_PATTERNS", 2, "2 patterns in all files"),
        (ownfiles, "MAX_FILES", 2, "more than 2 rule files"), (ownfiles, "MAX_TOTAL", 1024, "1 KB allowed in all"),
    ]  # fmt: skip
    for module, name, bound, wanted in bounds:
        with monkeypatch.context() as changed:
            changed.setattr(module, name, bound)
            assert any(wanted in fault for fault in faults(folder)), name
    assert "more than the 16 folders" in faults(*[folder] * 17)[0]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("(转账)" * 17, "more than 16 brackets"),
        ("(" * 6 + "转账" + ")" * 6, "brackets more than 5 deep"),
        ("转" * 1501, "is longer than 1500"),
        (" && ".join(["转账"] * 9), "more than 8 parts"),
        ("(" * 600, "brackets more than 5 deep"),
    ],
)
def test_a_pattern_is_bounded_before_it_is_taken_apart(tmp_path: Path, pattern: str, wanted: str) -> None:
    """What would cost more than its length to compile is refused."""
    assert any(wanted in fault for fault in faults(write(tmp_path, rule(patterns=[pattern]))))


def test_the_bounds_are_wide_enough_for_ours(data_dir: Path) -> None:
    """Every one of our patterns is within the bounds of own ones, and every rule file but for its aliases."""
    import yaml

    for path in sorted((data_dir / "rules").glob("*.yaml")):
        assert path.stat().st_size <= ownfiles.MAX_BYTES
        for one in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("rules", ()):
            for pattern in [*one.get("patterns", ()), *one.get("unless", ())]:
                assert owncompiler._unbounded(pattern) == "", pattern


YAML_TEXT = st.lists(
    st.sampled_from([
        "rules:\n", "category: romance\n", "  - id: a\n", "  - id: my.b\n", "    weight: ", "4\n", "-1\n", ".nan\n", "~\n",
        "    patterns: ", "[转账 && (汇款|打款)~3<n>]\n", "[\"\\x00\"]\n", "    reason: ", "{en: x}\n", "[[[]]]\n", "text\n",
        "    match: ", "[a, b]\n", "&a ", "*a\n", "!!binary ", "!!set {a}\n", "? ", ": ", "2026-02-31\n", "    enabled: false\n",
        "    check: evasion\n", "    unless_rules: [a, my.b]\n", "    kind: ordinary\n", "\t", "---\n", "...\n", "%YAML 9.9\n",
        "    categories: ", "{romance: 3}\n", "    source: x\n", "    status: verified\n", "    also: {crypto: yes}\n", "<<: *a\n",
        "    technique: nosuch\n", "    valid_until: 99999-01-01\n", "|\n      block\n", "\ufeff", "\U0001f600", "'", '"', "{", "]",
    ])
).map("".join)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=400), YAML_TEXT.map(str.encode)))
def test_any_bytes_are_rules_or_faults(tmp_path: Path, content: bytes) -> None:
    """Whatever a file holds, loading it ends in rules or in faults, and the verdict still comes."""
    (tmp_path / "any.yaml").write_bytes(content)
    own = ownrules.load([str(tmp_path)])
    assert own.problems or own.rules or own.off
    assert api.classify(MESSAGE, rules=own).level == "none" or own.rules


PIECES = st.lists(st.sampled_from(list("转账汇款(|)~<n>?& a1\u200b\ue000銀.")) | st.characters(), max_size=40).map(
    "".join
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pattern=PIECES, text=PIECES)
def test_any_pattern_is_refused_or_runs(tmp_path: Path, pattern: str, text: str) -> None:
    """Whatever stands in a pattern, it is a fault or a pattern that any text can be tried on, cached or not."""
    cache = tmp_path / "cache"
    folder = tmp_path / "mine"
    folder.mkdir(exist_ok=True)
    (folder / "any.yaml").write_text(json.dumps({"category": TAKEN, "rules": [rule(patterns=[pattern])]}))
    own = ownrules.load([str(folder)], str(cache))
    again = ownrules.load([str(folder)], str(cache))
    assert (again.rules, again.table, again.problems) == (own.rules, own.table, own.problems)
    assert api.classify(text, rules=own) == api.classify(text, rules=again)


# The cache


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder of rules that was written a while ago."""
    folder = write(tmp_path / "mine", RULE)
    settle(folder / "week.yaml")
    return folder


def settle(path: Path) -> None:
    """As if it had been written long ago; its ctime cannot be set, so the clock of the cache is."""
    os.utime(path, ns=(10**18, 10**18))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that runs an hour ahead: what was written just now is settled."""
    import time

    now = time.time_ns
    monkeypatch.setattr(ownrules.time, "time_ns", lambda: now() + 3600 * 10**9)


def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> Any:
        raise AssertionError("compiled again")

    monkeypatch.setattr(owncompiler, "compile_rules", refuse)
    monkeypatch.setattr(ownfiles, "sources", refuse)


@pytest.mark.usefixtures("later")
def test_rules_are_compiled_once(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second start reads neither rules nor compiler, and has the same rules."""
    (old / "bad.yaml").write_text("rules: x")
    first = ownrules.load([str(old)], str(tmp_path / "cache"))
    no_compiler(monkeypatch)
    second = ownrules.load([str(old)], str(tmp_path / "cache"))
    assert (second.fingerprint, second.rules, second.reasons, second.table, second.problems) == (
        first.fingerprint, first.rules, first.reasons, dict(first.table), first.problems,
    )  # fmt: skip


@pytest.mark.usefixtures("later")
def test_every_change_is_noticed(old: Path, tmp_path: Path) -> None:
    """An edit of the same size and time, another file and a removed one all lead to other rules."""
    cache = str(tmp_path / "cache")
    path = old / "week.yaml"
    before = ownrules.load([str(old)], cache)
    path.write_text(path.read_text(encoding="utf-8").replace("帐篷", "凉亭"), encoding="utf-8")
    settle(path)
    after = ownrules.load([str(old)], cache)
    assert after.fingerprint != before.fingerprint
    assert RULE["id"] not in rules_in(MESSAGE, after)
    write(old, rule(id="my.more"), name="more.yaml")
    assert [one["id"] for one in ownrules.load([str(old)], cache).rules] == ["my.more", RULE["id"]]
    path.unlink()
    assert [one["id"] for one in ownrules.load([str(old)], cache).rules] == ["my.more"]


def test_what_changed_just_now_is_compared_by_content(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file so young that its time may not tell is read again, and compiled again only if it differs."""
    cache = str(tmp_path / "cache")
    path = old / "week.yaml"
    monkeypatch.setattr(ownrules, "_stamps", lambda folders: [[["week.yaml", 1, 2 * 10**18, 2 * 10**18]]])
    first = ownrules.load([str(old)], cache)
    with monkeypatch.context() as changed:
        changed.setattr(owncompiler, "compile_rules", lambda found: pytest.fail("compiled again"))
        assert ownrules.load([str(old)], cache) == first
    path.write_text(path.read_text(encoding="utf-8").replace("帐篷", "凉亭"), encoding="utf-8")
    assert ownrules.load([str(old)], cache) != first


@pytest.mark.usefixtures("later")
def test_other_knowledge_has_the_rules_compiled_again(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was compiled against other data of ours is not used."""
    cache = str(tmp_path / "cache")
    ownrules.load([str(old)], cache)
    monkeypatch.setattr(store, "compilation", lambda: "other")
    no_compiler(monkeypatch)
    with pytest.raises(AssertionError, match="compiled again"):
        ownrules.load([str(old)], cache)


@pytest.mark.usefixtures("later")
def test_a_damaged_cache_costs_time_only(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache file that is cut off, changed anywhere, empty, or something else gives the same rules."""
    cache = tmp_path / "cache"
    wanted = ownrules.load([str(old)], str(cache))
    [path] = cache.iterdir()
    whole = path.read_bytes()
    broken = [whole[:end] for end in range(0, len(whole), 97)]
    broken += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), 89)]
    for content in [*broken, b"", b"[]", b"\xff" * 100, whole + b"x"]:
        path.write_bytes(content)
        found = ownrules.load([str(old)], str(cache))
        assert (found.rules, found.table) == (wanted.rules, wanted.table)
    no_compiler(monkeypatch)
    assert ownrules.load([str(old)], str(cache)) == wanted  # it was made whole again


def test_without_a_place_for_a_cache_rules_still_hold(old: Path, tmp_path: Path) -> None:
    """Where nothing can be written everything works, and nothing is said."""
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    for cache in ("", str(blocked), str(blocked / "inside")):
        assert RULE["id"] in rules_in(MESSAGE, ownrules.load([str(old)], cache))


def test_old_caches_go(tmp_path: Path) -> None:
    """The cache keeps the newest sets of rules and no more."""
    cache = tmp_path / "cache"
    for number in range(20):
        ownrules.load([str(write(tmp_path / f"mine{number}", RULE))], str(cache))
    assert len(list(cache.iterdir())) == 16


def test_processes_share_a_cache(tmp_path: Path) -> None:
    """Many processes at once on one empty cache all give the same answer."""
    folder = write(tmp_path / "mine", *[rule(id=f"my.{number}") for number in range(50)])
    code = (
        "import sys; from antifraud_cli.knowledge import ownrules;"
        "own = ownrules.load([sys.argv[1]], sys.argv[2]); print(own.fingerprint, len(own.rules), len(own.problems))"
    )
    command = [sys.executable, "-c", code, str(folder), str(tmp_path / "cache")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
    answers = [process.communicate() for process in running]
    assert {error for _, error in answers} == {b""}
    assert len({out for out, _ in answers}) == 1
    assert answers[0][0].split()[1:] == [b"50", b"0"]
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".rules"]


# Commands and the interface for programs


def test_rules_list_tells_whose_a_rule_is(antifraud: Program, tmp_path: Path) -> None:
    """Own rules, those in place of ours, those of ours that are replaced or off: each says so, in list and show."""
    off = "romance.met_online"
    folder = write(tmp_path / "mine", RULE, rule(id=OURS), {"id": off, "enabled": False})
    rows = [
        line.split("\t") for line in antifraud("rules", "list", "--rules", str(folder)).out.splitlines() if "\t" in line
    ]
    states = {(row[0], row[1].startswith(str(folder))): row[6] for row in rows}
    assert states[RULE["id"], True] == "own"
    assert (states[OURS, True], states[OURS, False]) == ("replaces", "replaced")
    assert (states[off, True], states[off, False]) == ("off", "off")
    assert states["romance.persona", False] == "-"
    objects = antifraud("rules", "show", "--json", "--rules", str(folder), OURS).objects
    assert [(one.get("origin"), one["state"]) for one in objects] == [(None, "replaced"), ("own", "replaces")]
    assert "你自己的，代替我们的" in antifraud("rules", "show", "--rules", str(folder), OURS).out


def test_without_own_rules_the_list_is_as_it_was(antifraud: Program) -> None:
    """Where nobody has rules of their own no rule has a state."""
    rows = [line.split("\t") for line in antifraud("rules", "list").out.splitlines()]
    assert {row[6] for row in rows} == {"-"}


def test_rules_check_and_test_look_at_a_folder(antifraud: Program, tmp_path: Path) -> None:
    """With --rules they look at that folder: faults and examples that do not behave are told, status 2."""
    good = str(write(tmp_path / "good", RULE))
    assert antifraud("rules", "check", "--rules", good, "--json").json["counts"] == {
        "files": 1, "rules": 1, "patterns": 1, "replaced": 0, "off": 0,
    }  # fmt: skip
    assert antifraud("rules", "test", "--rules", good, "--json").json["counts"]["examples"] == 4
    assert antifraud("rules", "test", "--rules", good, "my.sun_voucher").status == 0
    assert antifraud("rules", "test", "--rules", good, "nosuch").status == 2
    wrong = str(
        write(tmp_path / "wrong", rule(match=["暖阳券到帐篷里换", "没有这几个字"], no_match=["暖阳券，帐篷", "无"]))
    )
    assert antifraud("rules", "check", "--rules", wrong).status == 0
    outcome = antifraud("rules", "test", "--rules", wrong, "--json")
    assert outcome.status == 2
    assert [problem["message"] for problem in outcome.json["problems"]] == [
        "the rule does not find its match example '没有这几个字'",
        "the rule finds its no_match example '暖阳券，帐篷'",
    ]
    faulty = str(write(tmp_path / "faulty", rule(weight=99)))
    for command in ("check", "test"):
        outcome = antifraud("rules", command, "--rules", faulty)
        assert (outcome.status, outcome.out) == (2, "")
        assert "rules[0].weight: expected a number" in outcome.err
    assert antifraud("rules", "check", "--rules", good, "--data", str(tmp_path)).status == 2


def test_lapsed_rules_are_told_by_check(antifraud: Program, tmp_path: Path) -> None:
    """A day past valid_until is a fault for `rules check`; a verdict reads no clock."""
    folder = str(write(tmp_path / "mine"))
    text = json.dumps({"category": TAKEN, "rules": [RULE]}, ensure_ascii=False)
    (tmp_path / "mine/week.yaml").write_text(text[:-3] + ', "valid_until": 2026-11-30}]}', encoding="utf-8")
    assert antifraud("rules", "check", "--rules", folder, "--as-of", "2026-11-30").status == 0
    outcome = antifraud("rules", "check", "--rules", folder, "--as-of", "2026-12-01")
    assert outcome.status == 2
    assert "lapsed on 2026-11-30" in outcome.err
    assert antifraud("classify", "--rules", folder, MESSAGE).status == 1


def test_a_rule_that_is_too_wide_is_told(antifraud: Program, tmp_path: Path) -> None:
    """`rules test` tries own rules on our innocent examples too, and warns of the alarms that they make there."""
    wide = rule(
        id="my.wide", patterns=["验证码"], match=["验证码是多少", "收到验证码"], no_match=["今天", "明天"], weight=4
    )
    wide["kind"] = None
    folder = str(write(tmp_path / "wide", {key: value for key, value in wide.items() if value is not None}))
    outcome = antifraud("rules", "test", "--rules", folder, "--json")
    assert outcome.status == 0
    assert {warning["key"] for warning in outcome.json["warnings"]} == {"my.wide"}
    assert "可能误报" in antifraud("rules", "test", "--rules", folder).err
    assert "warnings" not in antifraud("rules", "test", "--json", "--rules", str(write(tmp_path / "ok", RULE))).json


def test_bench_counts_own_rules(antifraud: Program, tmp_path: Path) -> None:
    """`rules bench --rules` counts own rules beside ours, and leaves out what is off."""
    folder = str(write(tmp_path / "mine", RULE, {"id": OURS, "enabled": False}))
    texts = tmp_path / "texts.jsonl"
    texts.write_text(json.dumps({"text": MESSAGE, "label": TAKEN}) + "\n", encoding="utf-8")
    scores = {one["rule"]: one for one in antifraud("rules", "bench", "--json", "--rules", folder, str(texts)).objects}
    assert (scores[RULE["id"]]["right"], scores[RULE["id"]]["decisive"]) == (1, 1)
    assert OURS not in scores


def test_the_interface_for_programs(tmp_path: Path) -> None:
    """`load_rules` gives rules for classify and explain, and raises DataError with every fault."""
    own = api.load_rules(write(tmp_path / "good", RULE), cache=tmp_path / "cache")
    assert api.classify(MESSAGE, rules=own).level == "caution"
    assert api.explain(MESSAGE, rules=own)[0] == api.classify(MESSAGE, rules=own)
    assert api.classify(MESSAGE).level == "none"
    with pytest.raises(DataError) as caught:
        api.load_rules(write(tmp_path / "bad", rule(weight=99, move="nosuch")))
    assert [problem.key for problem in caught.value.problems] == ["rules[0].weight", "rules[0].move"] or {
        problem.key for problem in caught.value.problems
    } == {"rules[0].weight", "rules[0].move"}


# Many messages


def records(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps({"text": MESSAGE, "id": n}) + "\n" for n in range(count)), encoding="utf-8")
    return path


def test_batch_carries_own_rules_to_its_workers(antifraud: Program, tmp_path: Path) -> None:
    """One process or two, every record gets the verdict that classify gives."""
    folder = str(write(tmp_path / "mine", RULE))
    source = str(records(tmp_path / "in.jsonl", 2500))
    wanted = antifraud("classify", "--json", "--rules", folder, MESSAGE).json
    answers = []
    for workers in ("1", "2"):
        target, summary = tmp_path / f"out{workers}.jsonl", tmp_path / "summary.json"
        options = ("--rules", folder, "--workers", workers, "-o", str(target), "--summary", str(summary))
        assert antifraud("batch", source, *options).status == 1
        answers.append(target.read_bytes())
        assert json.loads(summary.read_text())["own_rules"] == api.load_rules(folder).fingerprint
    assert answers[0] == answers[1]
    first = json.loads(answers[0].splitlines()[0])
    del first["input"]
    assert first == wanted


def test_a_resumed_run_notices_other_own_rules(antifraud: Program, tmp_path: Path) -> None:
    """--resume refuses to go on with other own rules, and goes on with the same."""
    folder = write(tmp_path / "mine", RULE)
    source, target = records(tmp_path / "in.jsonl", 3000), tmp_path / "out.jsonl"
    command = ("batch", str(source), "--workers", "1", "-o", str(target), "--rules", str(folder))
    assert antifraud(*command).status == 1
    whole = target.read_bytes()
    interrupt(antifraud, command, target)
    write(folder, rule(weight=3))
    outcome = antifraud(*command, "--resume")
    assert outcome.status == 2
    assert "你自己的规则变了" in outcome.err
    assert antifraud(*command[:-2], "--resume").status == 2
    write(folder, RULE)
    assert antifraud(*command, "--resume").status == 1
    assert target.read_bytes() == whole


def interrupt(antifraud: Program, command: tuple[str, ...], target: Path) -> None:
    """Run a batch that breaks off after its first chunks."""
    from antifraud_cli.batch import run

    target.unlink()
    real, done = run.work, []

    def work_for_a_while(chunk: Chunk, task: Task) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(chunk)
        return real(chunk, task)

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(run, "work", work_for_a_while)
        antifraud(*command)
    assert target.with_name("out.jsonl.part.json").exists()


def test_a_task_with_own_rules_can_be_sent_anywhere(tmp_path: Path) -> None:
    """What Spark or another process gets judges like here: the rules travel with the task."""
    own = api.load_rules(write(tmp_path / "mine", RULE))
    task = pickle.loads(pickle.dumps(Task("zh-Hans", rules=own)))
    assert task.rules == own
    line = json.dumps({"text": MESSAGE}).encode()
    done = work(Chunk(Layout("in", "jsonl"), [(1, line)], 1, 1), task)
    assert json.loads(done.data)["level"] == "caution"


def test_the_examples_of_the_guide_are_true(antifraud: Program, repository: Path, tmp_path: Path) -> None:
    """Every rule file of docs/own-rules.md passes check and test; its message is found with them, and not without."""
    guide = (repository / "docs/own-rules.md").read_text(encoding="utf-8")
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)):
        (tmp_path / f"{number}.yaml").write_text(block, encoding="utf-8")
    assert antifraud("rules", "check", "--rules", str(tmp_path)).err == ""
    assert antifraud("rules", "test", "--rules", str(tmp_path)).err == ""
    [message] = re.findall(r"^> (.+)$", guide, re.MULTILINE)
    assert antifraud("classify", message).status == 0
    outcome = antifraud("classify", "--rules", str(tmp_path), message, variables={"COLUMNS": "200"})
    assert "（你自己的规则anju.floor_heating）" in re.sub(r"\s", "", outcome.out)
    assert "当心" in outcome.out


@pytest.mark.parametrize("name", ["MAX_FILES", "MAX_RULES", "MAX_PATTERNS", "MAX_PATTERN", "MAX_PARTS", "MAX_GROUPS"])
def test_the_guide_names_the_bounds(repository: Path, name: str) -> None:
    """The bounds in docs/own-rules.md are those of the program."""
    guide = (
        (repository / "docs/own-rules.md").read_text(encoding="utf-8").partition("拖不垮程序")[2].partition("\n\n")[0]
    )
    bound = getattr(owncompiler, name, None) or getattr(ownfiles, name)
    assert re.search(rf"(?<!\d){bound} ", guide)
