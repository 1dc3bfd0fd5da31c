"""A person's own rules: read, checked, laid over ours, bounded, cached."""

from __future__ import annotations

import json
import os
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli import api
from antifraud_cli.batch.fields import Judged
from antifraud_cli.batch.formats import full_line
from antifraud_cli.batch.records import Chunk, Layout, Record
from antifraud_cli.batch.run import Task, work
from antifraud_cli.errors import DataError
from antifraud_cli.knowledge import owncompiler, ownfiles, ownrules, store
from antifraud_cli.knowledge.ownrules import OwnRules
from antifraud_cli.output.escape import as_json

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
    text = "【阳光苑物业】停车补贴扫码领取，逾期作废"
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
    tested = antifraud("rules", "test", "--rules", good, "--json", "my.sun_voucher")
    assert (tested.status, tested.json["counts"]["examples"]) == (0, 4)
    assert "warnings" not in tested.json
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
    wide = rule(id="my.wide", patterns=["验证码"], match=["验证码是多少", "收到验证码"], no_match=["今天", "明天"])
    folder = str(write(tmp_path, wide))
    outcome = antifraud("rules", "test", "--rules", folder, "--json")
    assert outcome.status == 0
    assert {warning["key"] for warning in outcome.json["warnings"]} == {"my.wide"}
    assert "可能误报" in antifraud("rules", "test", "--rules", folder).err


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
    assert {problem.key for problem in caught.value.problems} == {"rules[0].weight", "rules[0].move"}


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


def test_every_line_of_a_batch_is_the_verdict(tmp_path: Path) -> None:
    """What the compiled module writes under own rules is the verdict under own rules, whatever they replace or switch off."""
    ours = store.load("messages")["rules"]
    replaced, off = (str(one["id"]) for one in (ours[3], ours[40]))
    own = api.load_rules(str(write(tmp_path / "mine", RULE, rule(id=replaced), {"id": off, "enabled": False})))
    assert not own.problems
    classifier = api.classifier_with(own)
    line = classifier.writer("zh-Hant", as_json)
    if line is None:
        pytest.skip("the compiled module was not built, or ANTIFRAUD_PURE is set")
    examples = [text for entry in store.load("examples")[:60] for text in (*entry["match"], *entry["no_match"])]
    seen: set[str] = set()
    for number, text in enumerate([MESSAGE, *examples, *(MESSAGE + text for text in examples)]):
        record = Record(number, text, json.dumps({"text": text}, ensure_ascii=False))
        verdict = classifier(text, "zh-Hant")
        assert line(text, record.own)[3].decode() == full_line(Judged("-", record, verdict, 1), counted=False) + "\n"
        seen |= {signal.rule for signal in verdict.signals if signal.own}
    assert seen == {RULE["id"], replaced}


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
    from antifraud_cli.batch import pool

    target.unlink()
    real, done = pool.work, []

    def work_for_a_while(chunk: Chunk, task: Task) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(chunk)
        return real(chunk, task)

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(pool, "work", work_for_a_while)
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
