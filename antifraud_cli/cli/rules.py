"""`antifraud rules`: for whoever edits data/."""

from __future__ import annotations

import datetime
import json as json_module
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group, own_rules
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import Encoding, Json, Lang, Plain, Rules, check_formats, named_folders
from antifraud_cli.cli.show import show_blocks, show_json, show_plain
from antifraud_cli.errors import InputError, UsageError
from antifraud_cli.quality import Report

if TYPE_CHECKING:
    from antifraud_cli.batch.records import Record
    from antifraud_cli.rulebook import RuleEntry

LABELS = ("label", "expect", "category")
"""Keys under which a labelled text names its category, or `none`."""
Only = Annotated[Optional[list[str]], typer.Argument(metavar="[RULE]…", help="argument.rules")]
Needed = Annotated[list[str], typer.Argument(metavar="RULE…", help="argument.rules")]
Sources = Annotated[list[Path], typer.Argument(metavar="FILE…", help="argument.sources")]
OnlyRules = Annotated[
    Optional[list[str]], typer.Option("--rules", metavar="DIR", help="option.rules_only", callback=named_folders)
]
Data = Annotated[Optional[Path], typer.Option("--data", metavar="DIR", help="option.data")]


def command() -> Any:
    """The group for the command line."""
    return group.make_group(
        "rules", {"check": check, "test": test, "list": list_, "show": show, "bench": bench, "suggest": suggest}
    )


def check(
    as_of: Annotated[Optional[str], typer.Option("--as-of", metavar="DATE", help="option.as_of")] = None,
    data: Data = None,
    rules: OnlyRules = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Check form, references, translations and validity of all data files."""
    from antifraud_cli import quality

    try:
        day = datetime.date.fromisoformat(as_of) if as_of else datetime.date.today()
    except ValueError:
        raise UsageError(text("error.bad_date", name=as_of), "--as-of 2026-11-21") from None
    env = environment.current()
    folders = _own_folders(env, data, rules)
    if rules:
        return _tell(env, quality.check_own(folders, day), "own.check_passed", json)
    report = quality.check(_folder(data), day)
    if folders:
        report += quality.check_own(folders, day)
    return _tell(env, report, "rules.check_passed", json)


def test(
    only: Only = None,
    data: Data = None,
    rules: OnlyRules = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Run the examples inside the rules."""
    from antifraud_cli import quality

    env = environment.current()
    folders = _own_folders(env, data, rules)
    if rules:
        report = quality.run_own_examples(folders, only or ())
    else:
        report = quality.run_examples(_folder(data), only or ())
        if folders:
            report += quality.run_own_examples(folders, only or ())
    tested = sum(report.counts.get(name, 0) for name in ("rules", "number_examples", "own_rules"))
    if not report.problems and only and not tested:
        raise UsageError(text("error.unknown_rule", name=" ".join(only)), text("hint.unknown_rule"))
    return _tell(env, report, "own.test_passed" if rules else "rules.test_passed", json)


def list_(
    only: Only = None,
    data: Data = None,
    rules: Rules = None,
    json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
) -> int:
    """Name the rules, where each stands and what it weighs."""
    from antifraud_cli.output import rules_view

    check_formats(json, plain)
    env = environment.current()
    found = _entries(env, data, rules, only)
    if json:
        _write_json(env, [{"schema": "antifraud.rule/1", **rules_view.summary(entry)} for entry in found])
    else:
        show_plain(env, (rules_view.record(entry) for entry in found))
    return Exit.NOTHING


def show(only: Needed, data: Data = None, rules: Rules = None, json: Json = False, lang: Lang = None) -> int:
    """Show rules in full: patterns, reason, examples, source."""
    from antifraud_cli.output import rules_view

    env = environment.current()
    found = _entries(env, data, rules, only)
    if json:
        _write_json(env, [{"schema": "antifraud.rule/1", **rules_view.full(entry)} for entry in found])
    else:
        show_blocks(env, rules_view.blocks(found, text))
    return Exit.NOTHING


def bench(
    sources: Sources,
    rules: Rules = None,
    json: Json = False,
    plain: Plain = False,
    encoding: Encoding = None,
    lang: Lang = None,
) -> int:
    """Count what each rule finds in labelled texts, right and wrong."""
    from antifraud_cli import api, rulebook
    from antifraud_cli.knowledge import store
    from antifraud_cli.output import rules_view

    check_formats(json, plain)
    env = environment.current()
    own = own_rules.in_force(env, rules)
    messages = (own.over(store.load) if own else store.load)("messages")
    off = messages["own"]["off"] if own else ()
    weights = {rule["id"]: rule["weights"] for number, rule in enumerate(messages["rules"]) if number not in off}
    rows = [row for source in sources for row in _labelled(source, encoding)]
    scores = rulebook.bench(rows, lambda message: api.classify(message, rules=own), weights)
    if json:
        _write_json(env, [{"schema": "antifraud.rulescore/1", **score._asdict()} for score in scores])
    elif plain:
        show_plain(env, scores)
    else:
        show_blocks(env, rules_view.score_blocks(scores, rows, text))
    return Exit.NOTHING


def suggest(
    sources: Sources,
    innocent: Annotated[list[Path], typer.Option("--innocent", metavar="FILE", help="option.innocent")],
    most: Annotated[int, typer.Option("--most", metavar="N", help="option.most", min=1)] = 50,
    json: Json = False,
    plain: Plain = False,
    encoding: Encoding = None,
    lang: Lang = None,
) -> int:
    """Name phrases of reported messages that innocent ones lack, for a maintainer to look through."""
    from antifraud_cli import rulebook
    from antifraud_cli.knowledge import store
    from antifraud_cli.messages.wordbounds import cutter
    from antifraud_cli.text.normalize import Normalizer

    check_formats(json, plain)
    env = environment.current()
    normalize = Normalizer(store.load("messages")["characters"])
    reported, clean = (
        [normalize(record.text).text for source in pile for record in _records(source, encoding)]
        for pile in (sources, innocent)
    )
    phrases = rulebook.suggest(reported, clean, cutter(), most=most)
    if json:
        _write_json(env, [{"schema": "antifraud.phrase/1", **phrase._asdict()} for phrase in phrases])
    else:
        show_plain(env, ((phrase.text, phrase.reported, phrase.innocent, phrase.score) for phrase in phrases))
    return Exit.NOTHING


def _own_folders(env: Environment, data: Path | None, rules: list[str] | None) -> list[str]:
    """The folders of own rules to look at: those named, else the person's own; none beside other data."""
    if data and rules:
        raise UsageError(text("own.error.data_and_rules"), text("hint.json_and_plain"))
    if rules:
        return rules
    from antifraud_cli.cli.own_rules_told import with_rules

    return [] if data else with_rules(own_rules.usual_folders(env))


def _entries(env: Environment, data: Path | None, rules: list[str] | None, only: list[str] | None) -> list[RuleEntry]:
    from antifraud_cli import rulebook

    found = rulebook.entries(_folder(data), only or ())
    folders = _own_folders(env, data, rules)
    if folders:
        from antifraud_cli.knowledge import owncompiler, ownfiles

        own_rules.in_force(env, rules)  # tells of faults, and ends here if they are in a folder that was named
        if rules:
            folders = [*(folder for folder in _own_folders(env, data, None) if folder not in rules), *rules]
        found = rulebook.with_own(found, owncompiler.compile_rules(ownfiles.sources(folders)), only or ())
    if only and not found:
        raise UsageError(text("error.unknown_rule", name=" ".join(only)), text("hint.unknown_rule"))
    return found


def _records(source: Path, encoding: str | None) -> Iterator[Record]:
    """The records of a file; one that cannot be read ends the command, with its line."""
    from antifraud_cli.batch.faults import Fault
    from antifraud_cli.batch.sources import format_of, read
    from antifraud_cli.cli.batch_errors import in_words

    try:
        with source.open("rb") as stream, in_words(str(source), encoding):
            for record in read(stream, format_of(source.name), None, encoding):
                if isinstance(record, Fault):
                    reason = text(record.reason, detail=record.detail)
                    raise InputError(
                        text("error.os", name=str(source), reason=text("batch.fault", line=record.line, reason=reason)),
                        text("hint.os"),
                    )
                yield record
    except FileNotFoundError:
        raise InputError(text("error.no_file", name=str(source)), text("hint.no_file")) from None


def _labelled(source: Path, encoding: str | None) -> Iterator[tuple[str, str]]:
    """The texts of a file with their labels."""
    for record in _records(source, encoding):
        own = json_module.loads(record.own)
        label = next((own[key] for key in LABELS if isinstance(own, dict) and isinstance(own.get(key), str)), None)
        if label is None:
            raise InputError(text("error.no_label", name=str(source), line=record.line), text("hint.no_label"))
        yield record.text, label


def _write_json(env: Environment, objects: Iterable[dict[str, Any]]) -> None:
    for value in objects:
        show_json(env, value)


def _folder(data: Path | None) -> Path:
    from antifraud_cli.knowledge import store

    folder = data or store.data_dir()
    if not folder.is_dir():
        raise UsageError(text("error.no_file", name=str(folder)), text("hint.no_file"))
    return folder


def _tell(env: Environment, report: Report, passed: str, json: bool) -> int:
    from antifraud_cli.output.escape import visible

    if json:
        problems = [vars(problem) for problem in report.problems]
        more = {"warnings": [vars(warning) for warning in report.warnings]} if report.warnings else {}
        show_json(env, {"schema": "antifraud.rules/1", "problems": problems, "counts": dict(report.counts), **more})
    else:
        for warning in report.warnings:
            env.tell(text("own.innocent") + visible(str(warning)))
        for problem in report.problems:
            env.tell(text("word.error") + visible(str(problem)))
        if report.problems:
            env.tell(text("word.hint") + text("hint.rules", count=len(report.problems)))
        else:
            counts = text("list.separator").join(f"{name} {count}" for name, count in report.counts.items())
            env.write(text(passed, counts=counts) + "\n")
    return Exit.ERROR if report.problems else Exit.NOTHING
