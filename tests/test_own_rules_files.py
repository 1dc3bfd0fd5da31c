"""The files of a person's own rules: what is wrong is told, nothing in them hangs or crashes, and they are compiled once."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antifraud_cli import api
from antifraud_cli.knowledge import owncompiler, ownfiles, ownrules, store

from .conftest import Program
from .test_own_rules import MESSAGE, RULE, TAKEN, faults, home, rule, rules_in, write

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


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    assert {signal.rule for signal in api.classify(text, rules=again).signals if signal.own} <= {RULE["id"]}


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
