"""A person's own lists: what entries are, which one decides, what it may change, and that nothing is ever lost."""

from __future__ import annotations

import csv
import datetime
import doctest
import importlib
import io
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antifraud_cli.knowledge import store as knowledge
from antifraud_cli.lists import table
from antifraud_cli.lists.folder import FILE, data_folder
from antifraud_cli.lists.forms import other_forms
from antifraud_cli.lists.model import Entry, ListsError, Place
from antifraud_cli.lists.patterns import covered, normal
from antifraud_cli.lists.store import Store
from antifraud_cli.numbers import find_numbers

MUM, DAUGHTER, VIRTUAL = "13912345678", "+12125550123", "17012345678"
TODAY = datetime.date.today().isoformat()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(antifraud: Any, home: Path) -> Callable[..., Any]:
    """The program with its own data folder."""

    def run(*arguments: str, **world: Any) -> Any:
        return antifraud(*arguments, variables={"ANTIFRAUD_HOME": str(home)}, **world)

    return run


def store_of(folder: Path, *entries: Entry) -> Store:
    store = Store(folder / FILE, write=True)
    with store.changing():
        store.add(entries)
    return store


def entries_in(folder: Path) -> list[Entry]:
    with Store(folder / FILE) as store:
        return list(store.entries())


# What an entry is


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("139 1234-5678", "13912345678"),
        ("（０７５５）８８８８ ＃＃＃＃", "07558888####"),
        ("+1 (212) 555-0123", "+12125550123"),
        ("0012125550123", "+12125550123"),
        ("00*", "+*"),
        ("170＊", "170*"),
        ("170**", "170*"),
        ("170*#*", "170#*"),
        ("8613912345678", "+8613912345678"),
        ("075588886666", "075588886666"),
        ("000", "000"),
    ],
)
def test_entries_keep_plus_and_zeros(written: str, kept: str) -> None:
    """Blanks, brackets and width vanish; +, 00 (which is +), leading zeros and wildcards stay what they mean."""
    assert normal(written) == kept


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "not_a_number"),
        ("12", "not_a_number"),
        ("l0086", "not_a_number"),
        ("++8610086", "not_a_number"),
        ("139 1234 5678, 13912345679", "not_a_number"),
        ("88886666转8001", "not_a_number"),
        ("[0-9]", "not_a_number"),
        ("1" * 10_000, "too_long"),
        ("#" * 10_000, "too_long"),
        ("%", "not_a_number"),
    ],
)
def test_what_is_no_number_is_refused(written: str, reason: str) -> None:
    """Letters for digits, two numbers, extensions, other patterns and endless digits are refused, never repaired."""
    with pytest.raises(ListsError) as caught:
        normal(written)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        ("170*", ["170", "17012345678"], ["+8617012345678", "0170", "1712345678"]),
        ("95###", ["95588"], ["955", "955881", "+95588"]),
        ("+852*", ["+85291234567"], ["85291234567", "+8622"]),
        ("07558888####", ["075588886666"], ["75588886666", "0755888866660"]),
        ("*10086", ["10086", "110086"], ["+8610086"]),
    ],
)
def test_patterns_count_digits_and_keep_plus(tmp_path: Path, pattern: str, hits: list[str], misses: list[str]) -> None:
    """`#` is one digit and `*` any number of them; + and zeros in front must be the same; look-up and `covered` agree."""
    with store_of(tmp_path, Entry("block", pattern)) as store:
        assert [number for number in hits + misses if store.find(number)] == hits
    assert covered(pattern, hits + misses) == hits


@given(digits=st.text("0123456789", min_size=1, max_size=20), plus=st.booleans(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_look_up_agrees_with_plain_matching(tmp_path_factory: Any, digits: str, plus: bool, data: Any) -> None:
    """For any number and patterns made from it, the file finds just those that match it digit by digit."""
    number = "+" * plus + digits
    patterns = []
    for _ in range(4):
        cut = data.draw(st.integers(0, len(digits)))
        tail = data.draw(st.text("0123456789#*", max_size=4))
        pattern = "+" * data.draw(st.booleans()) + digits[:cut] + tail
        try:
            patterns.append(normal(pattern))
        except ListsError:
            continue
    with store_of(tmp_path_factory.mktemp("lists"), *(Entry("block", pattern) for pattern in patterns)) as store:
        assert {entry.number for entry in store.find(number)} == {one for one in patterns if covered(one, [number])}


@pytest.mark.parametrize("name", ["patterns", "forms"])
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    """What docstrings show is what happens."""
    result = doctest.testmod(importlib.import_module(f"antifraud_cli.lists.{name}"))
    assert result.attempted
    assert not result.failed


# Which entry decides


@pytest.mark.parametrize(
    ("entries", "winner"),
    [
        ([("block", VIRTUAL), ("allow", VIRTUAL)], ("allow", VIRTUAL)),
        ([("allow", VIRTUAL), ("contact", VIRTUAL)], ("contact", VIRTUAL)),
        ([("block", VIRTUAL), ("allow", "170*")], ("allow", "170*")),
        ([("block", "170*"), ("block", VIRTUAL)], ("block", VIRTUAL)),
        ([("block", "170*"), ("block", "1701234*")], ("block", "1701234*")),
        ([("block", "1701*"), ("block", "170########")], ("block", "170########")),
        ([("block", "170########"), ("block", "170####5678")], ("block", "170####5678")),
    ],
)
def test_precedence(tmp_path: Path, entries: list[tuple[str, str]], winner: tuple[str, str]) -> None:
    """Contact before allow before block; then whole numbers before patterns; then longer before shorter."""
    for order in (entries, entries[::-1]):
        with store_of(tmp_path, *(Entry(*one) for one in order)) as store:
            assert store.find(VIRTUAL)[0][:2] == winner


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+8613912345678", "13912345678"),
        ("13912345678", "+8613912345678"),
        ("013912345678", "13912345678"),
        ("075588886666", "+8675588886666"),
        ("+8675588886666", "075588886666"),
        ("95588", "+8695588"),
    ],
)
def test_the_same_subscriber_is_found_in_other_forms(tmp_path: Path, kept: str, shown: str) -> None:
    """A whole number is found with and without +86 and trunk 0; a pattern fits only what is shown."""
    with store_of(tmp_path, Entry("contact", kept), Entry("block", kept[:4] + "*")) as store:
        found = store.find(shown, other_forms(shown, ["86"]))
    assert [entry.list for entry in found] == ["contact"]


def test_home_numbers_abroad_are_found_with_their_code(run: Any) -> None:
    """In Hong Kong a contact saved with +852 is recognized on a call that shows no code, and in Taiwan one with +886."""
    for number, shown, place in (("+85291234567", "91234567", "HK"), ("+886912345678", "0912345678", "TW")):
        run("lists", "add", "contact", number)
        answer = run("check-number", "--json", "--location", place, shown).json
        assert answer["own_entry"]["number"] == number


# What an entry may change


def judged(run: Any, number: str, *options: str) -> Any:
    return run("check-number", "--json", *options, "--", number).json


NOT_SILENCED = [
    ("+8696110", ()),
    ("+8610086", ()),
    ("008695588", ()),
    ("+95588", ()),
    ("++8696110", ()),
    ("l0086", ()),
    ("4008123123", ()),
    ("106980095588", ()),
    ("110", ()),
    ("12308", ()),
    ("+8613912345678", ()),
    ("+996110", ()),
    ("021-6", ()),
    ("13912345678901", ()),
    (MUM, ("--claims", "公安")),
    (MUM, ("--claims", "女儿")),
    (DAUGHTER, ("--claims", "银行")),
    (DAUGHTER, ("--claims", "女儿")),
    ("+85291234567", ("--location", "HK")),
    ("96110", ("--claims", "银行")),
]


@pytest.mark.parametrize("name", ["allow", "contact"])
@pytest.mark.parametrize(("number", "options"), NOT_SILENCED)
def test_no_entry_silences_a_forged_number(run: Any, name: str, number: str, options: tuple[str, ...]) -> None:
    """A forged, impossible, overseas-marked or wrongly claimed number keeps level, rule and reasons, whoever listed it."""
    before = judged(run, number, *options)
    assert before["level"] in ("danger", "caution", "invalid")
    digits = before["normalized"]
    run("lists", "add", name, digits)
    after = judged(run, number, *options)
    assert after["own_entry"]["number"] == normal(digits)
    assert after["own_entry"]["effect"] == "kept"
    assert [after[key] for key in ("level", "rule")] == [before[key] for key in ("level", "rule")]
    assert after["reasons"][: len(before["reasons"])] == before["reasons"]
    assert after["advice"][: len(before["advice"])] == before["advice"]


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("name", ["allow", "contact"])
@pytest.mark.parametrize("number", [MUM, DAUGHTER, VIRTUAL, "95588", "+8613912345678"])
def test_every_listed_call_says_that_displays_can_be_forged(run: Any, lang: str, name: str, number: str) -> None:
    """Whatever the verdict, the sentence about an allowed number or a contact says that the display can be forged."""
    run("lists", "add", name, number)
    answer = judged(run, number, "--lang", lang)
    own = [reason["text"] for reason in answer["reasons"] if reason["rule"] == f"list.{name}"]
    assert len(own) == 1
    assert {"zh-Hans": "伪造", "zh-Hant": "偽造", "en": "forged"}[lang] in own[0]


@pytest.mark.parametrize("name", ["allow", "contact"])
@pytest.mark.parametrize(
    ("number", "options"),
    [(DAUGHTER, ()), (DAUGHTER, ("--direction", "sms")), (VIRTUAL, ()), ("+18092345678", ("--direction", "dial"))],
)
def test_a_known_number_is_no_stranger(run: Any, name: str, number: str, options: tuple[str, ...]) -> None:
    """Caution that rests on the sort of number alone is taken back, and the first reason names the entry with its note."""
    assert judged(run, number, *options)["level"] == "caution"
    run("lists", "add", name, number, "--note", "女儿")
    answer = judged(run, number, *options)
    assert (answer["level"], answer["rule"]) == ("none", f"list.{name}")
    assert answer["own_entry"] == {"list": name, "number": number, "note": "女儿", "added": TODAY, "effect": "calmed"}
    assert all(part in answer["reasons"][0]["text"] for part in (number, "女儿", TODAY))
    assert answer["advice"]


def test_rules_whose_caution_may_be_taken_back() -> None:
    """They are cautions, none of which is about claims, +86, official or impossible numbers."""
    rules = {row[0]: row for row in knowledge.load("numbers")["rules"]}
    for name in knowledge.load("lists")["calmed"]:
        _, level, _, when, *_ = rules[name]
        assert level == "caution"
        assert not when.get("claim")
        assert "cn" not in when.get("behind", ())
        assert not {"official", "weak"} & set(when.get("listed", ()))
        assert not {"malformed", "foreign_invalid", "foreign_local_invalid"} & set(when.get("kind", ()))


@pytest.mark.parametrize("direction", ["incoming", "sms", "dial"])
@pytest.mark.parametrize("entry", [MUM, "1391234####", "1391234*"])
def test_a_blocked_number_is_danger(run: Any, direction: str, entry: str) -> None:
    """An entry to block makes danger of a number without findings, and says which entry it was and how to remove it."""
    assert judged(run, MUM, "--direction", direction)["level"] == "none"
    run("lists", "add", "block", entry, "--note", "推销")
    outcome = run("check-number", "--json", "--direction", direction, MUM)
    assert outcome.status == 1
    answer = outcome.json
    assert (answer["level"], answer["rule"]) == ("danger", "list.block")
    assert answer["own_entry"] == {"list": "block", "number": entry, "note": "推销", "added": TODAY, "effect": "raised"}
    assert "antifraud lists remove block" in answer["advice"][-1]
    assert entry in run("check-number", MUM).out


@pytest.mark.parametrize(
    ("number", "options"),
    [
        ("96110", ()),
        ("95588", ("--direction", "dial")),
        ("110", ("--direction", "dial")),
        ("12110", ("--direction", "dial")),
    ],
)
def test_an_official_number_cannot_be_blocked_away(run: Any, number: str, options: tuple[str, ...]) -> None:
    """Blocked or not, an official number stays official: a fraudster may have told the victim to block it."""
    before = judged(run, number, *options)
    assert before["level"] == "official"
    run("lists", "add", "block", number, "--force")
    after = judged(run, number, *options)
    assert (after["level"], after["rule"], after["advice"]) == ("official", before["rule"], before["advice"])
    assert after["own_entry"]["effect"] == "kept"
    assert "骗子" in after["reasons"][-1]["text"]


def test_an_overruled_block_is_told(run: Any) -> None:
    """Where an entry to allow wins over one to block, the reasons name both."""
    run("lists", "add", "block", "170*")
    run("lists", "add", "allow", VIRTUAL)
    answer = judged(run, VIRTUAL)
    assert answer["level"] == "none"
    assert [reason["rule"] for reason in answer["reasons"][:2]] == ["list.allow", "list.block"]


def test_plain_and_triage_use_the_lists_too(run: Any) -> None:
    """--plain has the entry as its last field; triage judges a number with the lists."""
    run("lists", "add", "block", MUM)
    assert run("check-number", "--plain", MUM).out.rstrip("\n").split("\t")[-1] == f"block {MUM}"
    assert run("triage", "--json", MUM).json["numbers"][0]["own_entry"]["list"] == "block"


# Adding, removing, showing


@pytest.mark.parametrize("number", ["95*", "1*", "10086", "400*", "9####", "*", "+86*", "+853*"])
def test_a_block_entry_that_takes_in_published_numbers_needs_force(run: Any, home: Path, number: str) -> None:
    """It is refused with the owners' names and the way to force it, and nothing is kept; --force keeps it."""
    outcome = run("lists", "add", "block", number)
    assert outcome.status == 2
    assert "--force" in outcome.err
    assert not (home / FILE).exists()
    assert run("lists", "add", "block", number, "--force").status == 0
    assert [entry.number for entry in entries_in(home)] == [number]


@pytest.mark.parametrize("number", ["1*", "*12345678", "##0000", "+8*"])
def test_a_pattern_that_begins_with_few_digits_needs_force(run: Any, number: str) -> None:
    """An entry to allow, too, begins with three digits, or + and two."""
    assert run("lists", "add", "allow", number).status == 2
    assert run("lists", "add", "allow", number, "--force").status == 0


def test_a_contact_is_one_number(run: Any) -> None:
    """A contact is a whole number; a pattern is refused, forced or not."""
    assert run("lists", "add", "contact", "139*", "--force").status == 2


def test_adding_says_what_the_entry_cannot_do(run: Any) -> None:
    """An entry that another one overrules, or that does not change a danger, is kept with a note on stderr."""
    run("lists", "add", "allow", "0755*")
    assert "0755*" in run("lists", "add", "block", "075588886666").err
    assert "+8696110" in run("lists", "add", "allow", "+8696110").err
    assert run("lists", "add", "contact", MUM).err == ""


def test_adding_twice_keeps_the_first_day_and_the_last_note(home: Path) -> None:
    """The same number in the same list is one entry; an empty note does not wipe an old one."""
    old = Entry("block", MUM, "old", "2026-01-01")
    with store_of(home, old, Entry("block", MUM, "new", "2026-02-02"), Entry("block", MUM, "", "2026-03-03")):
        pass
    assert entries_in(home) == [Entry("block", MUM, "new", "2026-01-01")]


def test_remove(run: Any, home: Path) -> None:
    """Entries go one by one or all at once; one that is not there is an error that names it."""
    run("lists", "add", "block", MUM, "170*", VIRTUAL)
    run("lists", "add", "allow", MUM)
    outcome = run("lists", "remove", "block", "139 1234 5678", "123456")
    assert outcome.status == 2
    assert "123456" in outcome.err
    assert [entry[:2] for entry in entries_in(home)] == [("allow", MUM), ("block", "170*"), ("block", VIRTUAL)]
    assert run("lists", "remove", "黑名单", "--all").status == 0
    assert [entry[:2] for entry in entries_in(home)] == [("allow", MUM)]
    assert run("lists", "remove", "block").status == 2
    assert run("lists", "remove", "block", "--all", MUM).status == 2


def test_show(run: Any) -> None:
    """show gives everything to programs and the first entries to people; nothing at all is a friendly word."""
    assert run("lists", "show").status == 0
    run("lists", "add", "block", *(f"139{number:08}" for number in range(60)), "--note", "a\x1b[31mb\n=c")
    shown = run("lists", "show", "block")
    assert shown.out.count("139000000") == 50
    assert "\x1b" not in shown.out
    assert len(run("lists", "show", "--json").objects) == 60
    assert run("lists", "show", "--json").objects[0] == {
        "schema": "antifraud.entry/1",
        "list": "block",
        "number": "13900000000",
        "note": "a\x1b[31mb =c",
        "added": TODAY,
    }
    assert len(run("lists", "show", "block", "--plain").out.splitlines()) == 60
    assert run("lists", "show", "--plain", "--json").status == 2


@pytest.mark.parametrize("name", ["nosuch", "", "BLOCKS"])
def test_an_unknown_list_is_an_error_with_the_known_ones(run: Any, name: str) -> None:
    """A list that does not exist is named, and so are those that do."""
    outcome = run("lists", "add", name, MUM)
    assert outcome.status == 2
    assert "contact, allow, block" in outcome.err


# Tables in and out


TABLES = {
    "plain": "number,note\n13912345678,妈妈\n".encode(),
    "BOM": "\ufeffnumber,note\n13912345678,妈妈\n".encode(),
    "GB18030, semicolons": "号码;备注\n13912345678;妈妈\n".encode("gb18030"),
    "UTF-16, tabs": "电话\t姓名\r\n13912345678\t妈妈\r\n".encode("utf-16"),
    "quoted": '"number","note"\n"139 1234 5678","妈妈"\n'.encode(),
    "no header": "13912345678,妈妈\n".encode(),
    "headings of one's own": "手機號碼,Name\n139-1234-5678,妈妈\n\n,\n".encode(),
    "from a spreadsheet": "Number,note,date\n'13912345678,妈妈,2026/1/2\n".encode(),
    "blank lines first": "\n\n号码;备注\n13912345678;妈妈\n".encode(),
    "duplicates": "number,note\n13912345678,妈\n13912345678,妈妈\n".encode(),
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_tables_as_people_have_them(run: Any, home: Path, content: bytes) -> None:
    """Encodings, dividers, quotes, headings in Chinese and English, and none at all are understood."""
    outcome = run("lists", "import", "--list", "contact", "-", stdin=content)
    assert outcome.status == 0, outcome.err
    assert [entry[:3] for entry in entries_in(home)] == [("contact", MUM, "妈妈")]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("12", 3),
        ("139abc", 3),
        ("1" * 10_000, 3),
        ("95*", 3),
        ("13912345679,x,y", 3),
        ('"13912345679', 3),
        ("\udcff", 3),
        ("13912345679," + "长" * 201, 3),
    ],
)
def test_one_bad_row_and_nothing_is_imported(run: Any, home: Path, row: str, line: int) -> None:
    """The line is named and nothing kept; --skip-bad leaves that row out and keeps the others."""
    run("lists", "add", "allow", VIRTUAL)
    before = entries_in(home)
    content = f"number,note\n{MUM},a\n{row}\n13912345680,b\n".encode("utf-8", "surrogateescape")
    outcome = run("lists", "import", "--list", "block", "-", stdin=content)
    assert outcome.status == 2
    assert f"第 {line} 行" in outcome.err
    assert "--skip-bad" in outcome.err
    assert entries_in(home) == before
    outcome = run("lists", "import", "--list", "block", "--skip-bad", "--json", "-", stdin=content)
    assert outcome.status == 0
    assert [fault["line"] for fault in outcome.json["faults"]] == [line]
    assert (outcome.json["rows"], outcome.json["new"], outcome.json["known"]) == (2, 2, 0)
    assert {entry.number for entry in entries_in(home)} == {MUM, VIRTUAL, "13912345680"}


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"", ("--list", "block")),
        (b"\n\n", ("--list", "block")),
        (b"number,colour\n13912345678,red\n", ("--list", "block")),
        (b"number,phone\n13912345678,13912345678\n", ("--list", "block")),
        (b"note\nx\n", ("--list", "block")),
        (b"number\n13912345678\n", ()),
        (b"list,number\nnosuch,13912345678\n", ()),
        (b"list,number\n,13912345678\n", ()),
        (b"number,added\n13912345678,yesterday\n", ("--list", "block")),
        (b"number,added\n13912345678,2026-02-30\n", ("--list", "block")),
        (b"prefix,region\n13912x,here\n", ()),
        (b"prefix,region\n1391234,\n", ()),
        (b"prefix,number\n1391234,1\n", ()),
        (b"\xff\xfe\x00\xd8\n", ("--list", "block")),
    ],
)
def test_tables_that_cannot_be_used(run: Any, home: Path, content: bytes, options: tuple[str, ...]) -> None:
    """Empty, without numbers, with unknown or double columns, without list, with bad days: refused, nothing kept."""
    outcome = run("lists", "import", *options, "-", stdin=content)
    assert outcome.status == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert run("lists", "show", "--plain").out == ""


def test_a_file_that_is_not_there(run: Any, tmp_path: Path) -> None:
    """A missing file and a folder are errors that name them."""
    for name in (tmp_path / "nosuch.csv", tmp_path):
        outcome = run("lists", "import", "--list", "block", str(name))
        assert outcome.status == 2
        assert str(name) in outcome.err


NOTES = st.text(st.characters(exclude_categories=("Cs",)), max_size=30) | st.sampled_from(
    ["=1+1", "'=1", "''=1", "'tis", "+86", "-1", "@a", "＝1", '"', "a,b;c\td", "0123", "'0123", "0", "'"]
)
NUMBERS = st.sampled_from(
    ["+8613912345678", "075588886666", "170*", "+852####1234", "10698009558812345678", "000", "110"]
)


@given(rows=st.dictionaries(st.tuples(st.sampled_from(["allow", "block"]), NUMBERS), NOTES, max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_is_exported_comes_back(rows: dict[tuple[str, str], str]) -> None:
    """Reading a written table gives the same entries, whatever notes hold; and no cell can start a formula."""
    entries = [Entry(name, number, table.note_of(note), "2026-01-02") for (name, number), note in rows.items()]
    lines = list(table.written(table.ENTRY_COLUMNS, entries))
    cells = list(csv.reader(io.StringIO("".join(lines))))
    reader = table.Reader(cells[0], {name: name for name in table.ENTRY_COLUMNS}, None, TODAY)
    assert [reader.read(row, str) for row in cells[1:]] == entries
    for cell in (cell for row in cells for cell in row):
        assert not cell.startswith(tuple("=+-@＝＋－＠\t\r"))


def test_export_and_import_again(run: Any, home: Path, tmp_path: Path) -> None:
    """export -o writes a file that import takes back as it was, places by their own name."""
    run("lists", "add", "contact", "+8613912345678", "--note", "=cmd|' /C calc'!A0")
    run("lists", "add", "block", "0755*", "--force")
    run("lists", "import", "-", stdin=b"prefix,region,carrier\n0139,a,b\n")
    before, shown = entries_in(home), run("lists", "show", "--plain").out
    for name in ((), ("places",)):
        file = tmp_path / "out.csv"
        assert run("lists", "export", *name, "-o", str(file)).status == 0
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        run("lists", "remove", name[0] if name else "contact", "--all")
        run("lists", "remove", "block", "--all")
        assert run("lists", "import", "--force", str(file)).status == 0
        run("lists", "add", "block", "0755*", "--force")
    assert entries_in(home) == before
    assert run("lists", "show", "--plain").out == shown


# The prefix table


def test_places_of_ones_own(run: Any) -> None:
    """Region and operator of one's own table fill what is missing, and win where their prefix is longer than ours."""
    rows = "前缀,归属地,运营商\n+1212,纽约曼哈顿,\n1391234,甲地,甲\n13912345,乙地,乙\n0755,丙地,\n075588886,福田,某宽带\n170,丁地,\n"
    outcome = run("lists", "import", "-", stdin=rows)
    assert outcome.status == 0, outcome.err
    near, far = judged(run, "13912349999"), judged(run, "13912345678")
    assert (near["region"] == "甲地", near["carrier"]) == (False, "甲")
    assert (far["region"], far["carrier"]) == ("乙地", "乙")
    assert judged(run, "+8613912345678")["region"] == "乙地"
    assert judged(run, DAUGHTER)["region"] == "纽约曼哈顿"
    assert (judged(run, "075588886666")["region"], judged(run, "075588886666")["carrier"]) == ("福田", "某宽带")
    assert judged(run, "075512345678")["region"] != "丙地"
    assert judged(run, VIRTUAL)["region"] == "丁地"
    assert judged(run, "95588")["region"] is None
    assert run("lists", "remove", "places", "+1212").status == 0
    assert judged(run, DAUGHTER)["region"] != "纽约曼哈顿"


def test_the_longest_prefix_decides(tmp_path: Path) -> None:
    """Of several prefixes that fit, the longest speaks."""
    with Store(tmp_path / FILE, write=True) as store:
        with store.changing():
            store.add_places([Place("139", "a"), Place("13912", "b"), Place("1392", "c")])
        assert store.place(["13912345678"]) == Place("13912", "b")
        assert store.place(["13812345678"]) is None


# The file


def test_without_lists_nothing_is_opened(home: Path) -> None:
    """check-number neither imports sqlite3 nor makes a folder where no list exists."""
    code = (
        "import sys; from antifraud_cli.cli.main import run; from antifraud_cli.cli.environment import Environment; "
        f"run(['check-number', '{MUM}'], Environment.of_process()); "
        "print([name for name in sys.modules if 'sqlite' in name or name.startswith('antifraud_cli.lists.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "ANTIFRAUD_HOME": str(home)}
    )
    assert done.stdout.splitlines()[-1] == "['antifraud_cli.lists.folder']", done.stderr
    assert not home.exists()


@pytest.mark.parametrize(
    ("variables", "folder"),
    [({"ANTIFRAUD_HOME": "/a", "HOME": "/h", "XDG_DATA_HOME": "/x"}, "/a"), ({}, "")],
)
def test_where_the_lists_lie(variables: dict[str, str], folder: str) -> None:
    """ANTIFRAUD_HOME names the folder; without any variable there is none."""
    assert data_folder(variables) == folder


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="folders of Linux")
def test_where_the_lists_lie_on_linux() -> None:
    """XDG_DATA_HOME, else ~/.local/share."""
    assert data_folder({"HOME": "/h", "XDG_DATA_HOME": "/x"}) == "/x/antifraud"
    assert data_folder({"HOME": "/h"}) == "/h/.local/share/antifraud"


def test_without_a_folder_adding_says_how_to_name_one(antifraud: Any) -> None:
    """Where the environment names no folder, adding is an error with a way out, and checking works."""
    outcome = antifraud("lists", "add", "block", MUM)
    assert outcome.status == 2
    assert "ANTIFRAUD_HOME" in outcome.err
    assert antifraud("check-number", MUM).status == 0


def _rubbish(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)


def _cut_off(path: Path) -> None:
    with store_of(path.parent, *(Entry("block", f"139{number:08}", "x" * 50) for number in range(2000))):
        pass
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))


def _newer(path: Path) -> None:
    with store_of(path.parent, Entry("block", MUM)):
        pass
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


def _of_another_program(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE moz_places (id INTEGER)")
    db.commit()
    db.close()


@pytest.mark.parametrize("spoil", [_rubbish, _cut_off, _newer, _of_another_program])
def test_a_file_that_cannot_be_read(run: Any, home: Path, spoil: Callable[[Path], None]) -> None:
    """`lists` says clearly what is wrong and changes nothing; check-number answers all the same, with a warning."""
    fresh = run("check-number", "--json", MUM, "96110")
    home.mkdir()
    spoil(home / FILE)
    content = (home / FILE).read_bytes()
    for line in (("show",), ("add", "block", MUM), ("export",), ("import", "-", "--list", "block")):
        outcome = run("lists", *line, stdin=MUM.encode())
        assert outcome.status == 2, line
        assert str(home) in outcome.err
        assert "Traceback" not in outcome.err
    outcome = run("check-number", "--json", MUM, "96110")
    assert (outcome.status, outcome.out) == (fresh.status, fresh.out)
    assert outcome.err.count("注意") == 1
    assert (home / FILE).read_bytes() == content


def test_an_empty_file_is_an_empty_list(run: Any, home: Path) -> None:
    """A file of no bytes, as a crash during the very first change leaves, holds nothing and can be used."""
    home.mkdir()
    (home / FILE).touch()
    assert judged(run, MUM)["own_entry"] is None
    assert run("lists", "show").status == 0
    assert run("lists", "add", "block", MUM).status == 0
    assert judged(run, MUM)["own_entry"]["list"] == "block"


def test_a_busy_file_does_not_keep_an_answer_waiting(run: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the file, check-number answers without lists, and says so."""
    monkeypatch.setattr("antifraud_cli.lists.store._READER_WAITS", 0.05)
    run("lists", "add", "block", MUM)
    holder = sqlite3.connect(home / FILE, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    outcome = run("check-number", "--json", MUM)
    holder.close()
    assert outcome.json["level"] == "none"
    assert "注意" in outcome.err
    assert run("check-number", "--json", MUM).json["level"] == "danger"


# Several processes, and crashes


def program(home: Path, *arguments: str, **more: Any) -> Any:
    """A real process of the program."""
    environment = {**os.environ, "ANTIFRAUD_HOME": str(home), "PYTHONWARNINGS": "error::ResourceWarning"}
    return subprocess.Popen([sys.executable, "-m", "antifraud_cli", *arguments], env=environment, **more)


def test_concurrent_writers_lose_nothing(home: Path) -> None:
    """Processes that add at the same time, the first of which makes the file, all have their entries in it."""
    writers = [
        program(
            home, "lists", "add", "block", *(f"139{writer}{number:07}" for number in range(50)), stderr=subprocess.PIPE
        )
        for writer in range(6)
    ]
    for writer in writers:
        _, complaint = writer.communicate(timeout=60)
        assert writer.returncode == 0, complaint
    assert len(entries_in(home)) == 300


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_import_leaves_all_as_it_was(home: Path) -> None:
    """kill -9 with rows already taken in: old entries are there, none of the new ones, and the next import works."""
    with store_of(home, Entry("contact", MUM, "妈妈", "2026-01-01")):
        pass
    before = entries_in(home)
    rows = b"".join(b"139%08d,note\n" % number for number in range(3000))
    importer = program(home, "lists", "import", "--list", "block", "-", stdin=subprocess.PIPE)
    assert importer.stdin
    importer.stdin.write(rows)
    importer.stdin.flush()

    def is_writing() -> bool:
        probe = sqlite3.connect(home / FILE, timeout=0, isolation_level=None)
        try:
            probe.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        finally:
            probe.close()
        return False

    wait_for(is_writing)
    assert entries_in(home) == before  # a reader is not kept waiting by an import
    importer.kill()
    importer.wait()
    importer.stdin.close()
    assert entries_in(home) == before
    done = program(home, "lists", "import", "--list", "block", "-", stdin=subprocess.PIPE)
    done.communicate(rows, timeout=60)
    assert done.returncode == 0
    assert len(entries_in(home)) == 3001


def test_a_kill_at_any_moment_leaves_all_or_nothing(home: Path, tmp_path: Path) -> None:
    """Whenever an import dies, the file holds the old entries alone or all new ones as well, and it is sound."""
    with store_of(home, Entry("contact", MUM)):
        pass
    rows = tmp_path / "rows.csv"
    rows.write_text("".join(f"138{number:08},{'n' * 40}\n" for number in range(20_000)))
    dice = random.Random(7)
    for _ in range(6):
        importer = program(home, "lists", "import", "--list", "block", str(rows), stdout=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.2, 0.9))
        importer.kill()
        importer.wait()
        assert len(entries_in(home)) in (1, 20_001)
        db = sqlite3.connect(home / FILE)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.execute("DELETE FROM entry WHERE list = 'block'")
        db.commit()
        db.close()


def test_a_crash_between_the_writes_of_a_change_is_undone(home: Path, tmp_path: Path) -> None:
    """A file left half written, with its journal beside it, gives back what was there before."""
    with store_of(home, *(Entry("block", f"139{number:08}", "old") for number in range(2000))):
        pass
    before = entries_in(home)
    writer = sqlite3.connect(home / FILE, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")  # pages are written before the change is complete
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE entry SET note = 'new'")
    crashed = tmp_path / "crashed"
    shutil.copytree(home, crashed)
    writer.close()
    assert (crashed / FILE).read_bytes() != (home / FILE).read_bytes()
    assert (crashed / f"{FILE}-journal").stat().st_size
    assert entries_in(crashed) == before


def test_a_failed_change_takes_everything_back(home: Path) -> None:
    """An exception inside a change leaves the file as it was before it."""
    with store_of(home, Entry("block", MUM)) as store:

        def rows() -> Any:
            yield Entry("block", VIRTUAL)
            store.clear("block")
            raise ListsError("not_a_number", number="x")

        with pytest.raises(ListsError), store.changing():
            store.add(rows())
    assert [entry.number for entry in entries_in(home)] == [MUM]


@given(content=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_imported_or_refused(antifraud: Any, tmp_path_factory: Any, content: bytes) -> None:
    """No table crashes the import."""
    world = {"ANTIFRAUD_HOME": str(tmp_path_factory.mktemp("any"))}
    outcome = antifraud("lists", "import", "--list", "allow", "--skip-bad", "-", stdin=content, variables=world)
    assert outcome.status in (0, 2), outcome.err
    assert "Traceback" not in outcome.err


def test_numbers_found_in_text_can_be_added_as_they_were_shown(run: Any) -> None:
    """What check-number found in a text can be put into a list and is found there again."""
    for raw in find_numbers("来电 0755-8888 6666、+852 9123 4567、139 1234 5678"):
        assert run("lists", "add", "block", raw.text).status == 0
        assert judged(run, raw.text)["own_entry"]["list"] == "block"
