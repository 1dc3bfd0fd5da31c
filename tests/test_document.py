"""Reading data files: every fault is named with file, line and key."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from antifraud_cli.knowledge.document import Collector, Entry, open_entry


def entry_of(tmp_path: Path, source: str, as_of: datetime.date | None = None) -> Entry:
    path = tmp_path / "x.yaml"
    path.write_text(source, encoding="utf-8")
    return open_entry(path, "data/x.yaml", Collector(as_of))


def faults(entry: Entry) -> list[str]:
    return [str(problem) for problem in entry.collector.problems]


def test_syntax_errors_name_file_and_line(tmp_path: Path) -> None:
    """Broken YAML is a problem with file and line, not a traceback."""
    entry = entry_of(tmp_path, "a: 1\nb: [1, 2\nc: 3\n")
    assert len(faults(entry)) == 1
    assert faults(entry)[0].startswith("data/x.yaml:3: ")


def test_a_number_written_without_quotes_is_refused_as_text(tmp_path: Path) -> None:
    """A phone number without quotes would lose its leading zero, so text must be text."""
    entry = entry_of(tmp_path, "id: abc\nnumber: 0755\n")
    entry.text("number")
    assert faults(entry)[0].startswith("data/x.yaml:2: number: expected text")


def test_missing_translation_is_named(tmp_path: Path) -> None:
    """A text that lacks a language is a problem at its key."""
    entry = entry_of(tmp_path, "name: {zh-Hans: 甲, en: A}\n")
    entry.localized("name")
    assert faults(entry) == ["data/x.yaml:1: name: missing translation zh-Hant"]


def test_duplicate_keys_are_named(tmp_path: Path) -> None:
    """A key that stands twice in one mapping is a problem, since YAML would drop the first silently."""
    assert faults(entry_of(tmp_path, "a: 'x'\na: 'y'\n")) == ["data/x.yaml:2: a: the key stands twice in one mapping"]


def test_unknown_keys_are_named(tmp_path: Path) -> None:
    """A misspelt key is a problem that lists the keys expected."""
    entry = entry_of(tmp_path, "nmae: 'x'\n")
    entry.text("name", "")
    entry.done()
    assert faults(entry) == ["data/x.yaml:1: nmae: unknown key; expected one of name"]


def test_lapsed_entries_are_named_on_the_day_given(tmp_path: Path) -> None:
    """An entry past `valid_until` is a problem on a later day and none on an earlier one."""
    source = "source: [S]\nreviewed: 2026-01-01\nvalid_until: 2026-06-30\n"
    for day, expected in ((datetime.date(2026, 6, 30), 0), (datetime.date(2026, 7, 1), 1)):
        entry = entry_of(tmp_path, source, day)
        entry.provenance()
        assert len(entry.collector.problems) == expected


def test_unknown_and_unused_ids_are_named(tmp_path: Path) -> None:
    """A reference to an id that is not defined, and a defined id that nobody uses, are problems."""
    entry = entry_of(tmp_path, "uses: [a, b]\n")
    entry.references("uses", "fact")
    entry.collector.define("fact", "a", entry)
    entry.collector.define("fact", "c", entry)
    entry.collector.check_references(must_be_used=("fact",))
    assert any("unknown fact id 'b'" in fault for fault in faults(entry))
    assert any("fact id 'c' is not used anywhere" in fault for fault in faults(entry))


@pytest.mark.parametrize(
    "content",
    [b"", b"- 1\n- 2\n", b"just text", b"\xff\xfe\x00", b"a: &x 1\nb: *y\n", b"!!python/object:os.system {}\n"],
)
def test_any_content_is_a_problem_not_a_crash(tmp_path: Path, content: bytes) -> None:
    """A file that is no mapping, no UTF-8 or no safe YAML becomes a problem."""
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    entry = open_entry(path, "data/x.yaml", Collector())
    entry.text("a")
    assert entry.collector.problems
