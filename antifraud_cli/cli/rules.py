"""`antifraud rules`: for whoever edits data/."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import Json, Lang
from antifraud_cli.errors import UsageError
from antifraud_cli.quality import Report

Data = Annotated[Optional[Path], typer.Option("--data", metavar="DIR", help="option.data")]


def command() -> Any:
    """The group for the command line."""
    return group.make_group("rules", {"check": check, "test": test})


def check(
    as_of: Annotated[Optional[str], typer.Option("--as-of", metavar="DATE", help="option.as_of")] = None,
    data: Data = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Check form, references, translations and validity of all data files."""
    from antifraud_cli import quality

    try:
        day = datetime.date.fromisoformat(as_of) if as_of else datetime.date.today()
    except ValueError:
        raise UsageError(text("error.bad_date", name=as_of), "--as-of 2026-11-21") from None
    return _tell(environment.current(), quality.check(_folder(data), day), "rules.check_passed", json)


def test(
    only: Annotated[Optional[list[str]], typer.Argument(metavar="[RULE]…", help="argument.rules")] = None,
    data: Data = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Run the examples inside the rules."""
    from antifraud_cli import quality

    report = quality.run_examples(_folder(data), only or ())
    if not report.problems and only and not report.counts["rules"] + report.counts["number_examples"]:
        raise UsageError(text("error.unknown_rule", name=" ".join(only)), text("hint.unknown_rule"))
    return _tell(environment.current(), report, "rules.test_passed", json)


def _folder(data: Path | None) -> Path:
    from antifraud_cli.knowledge import store

    folder = data or store.data_dir()
    if not folder.is_dir():
        raise UsageError(text("error.no_file", name=str(folder)), text("hint.no_file"))
    return folder


def _tell(env: Environment, report: Report, passed: str, json: bool) -> int:
    from antifraud_cli.output.escape import as_json, visible

    if json:
        problems = [vars(problem) for problem in report.problems]
        env.write_utf8(
            as_json({"schema": "antifraud.rules/1", "problems": problems, "counts": dict(report.counts)}) + "\n"
        )
    else:
        for problem in report.problems:
            env.tell(text("word.error") + visible(str(problem)))
        if report.problems:
            env.tell(text("word.hint") + text("hint.rules", count=len(report.problems)))
        else:
            counts = text("list.separator").join(f"{name} {count}" for name, count in report.counts.items())
            env.write(text(passed, counts=counts) + "\n")
    return Exit.ERROR if report.problems else Exit.NOTHING
