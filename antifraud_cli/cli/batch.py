"""`antifraud batch`: many messages, one verdict a line."""

from __future__ import annotations

import contextlib
import gc
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Optional

import typer

from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.input import HINT_ENCODINGS
from antifraud_cli.cli.options import Color, Encoding, ExitZero, Lang
from antifraud_cli.cli.target import open_target
from antifraud_cli.errors import InputError, UsageError
from antifraud_cli.output.escape import one_line

_SHOWN_FAULTS = 20


def command() -> Any:
    """The command for the command line."""
    return group.make(batch, "help.batch")


def batch(
    source: Annotated[str, typer.Argument(metavar="SOURCE|-", help="argument.source")] = "-",
    output: Annotated[Optional[str], typer.Option("--output", "-o", metavar="FILE", help="option.output")] = None,
    form: Annotated[
        Optional[str], typer.Option("--format", metavar="jsonl|csv|tsv|lines", help="option.format")
    ] = None,
    column: Annotated[Optional[str], typer.Option("--column", metavar="NAME", help="option.column")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, metavar="N", help="option.workers")] = 1,
    encoding: Encoding = None,
    exit_zero: ExitZero = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Classify every record of a source, in order."""
    env = environment.current()
    gc.enable()  # a batch may run for hours
    from antifraud_cli.batch import records, run
    from antifraud_cli.batch.lines import UnknownEncodingError

    if form is not None and form not in records.FORMATS:
        raise UsageError(text("error.unknown_choice", option="--format", name=form), ", ".join(records.FORMATS))
    if output and source != "-" and _same_file(source, output):
        raise UsageError(text("error.same_file", name=output), text("hint.output"))
    with _source(env, source) as stream, open_target(env, output) as target:
        live = not stat.S_ISREG(os.fstat(stream.fileno()).st_mode) if _has_number(stream) else False
        chosen = form or records.format_of(source if source != "-" else "in.jsonl")
        try:
            found = records.read(stream, chosen, column, encoding)
            counts = _write(env, run.classify_records(found, env.lang, workers), target, live)
        except UnknownEncodingError:
            raise UsageError(text("error.unknown_encoding", name=encoding), HINT_ENCODINGS) from None
        except records.ColumnError as error:
            raise InputError(text("error.no_column"), text("hint.no_column", names=str(error))) from None
    env.tell(text("batch.summary", **counts))
    if counts["faults"]:
        return Exit.ERROR
    return Exit.FOUND if counts["danger"] + counts["caution"] and not exit_zero else Exit.NOTHING


def _write(env: Environment, results: Iterator[Any], target: BinaryIO, live: bool) -> dict[str, int]:
    """Write the verdicts; a reader that waits on a pipe gets each line as soon as it is there."""
    counts = {"records": 0, "danger": 0, "caution": 0, "none": 0, "faults": 0}
    for line, level, answer in results:
        if level == "fault":
            counts["faults"] += 1
            if counts["faults"] <= _SHOWN_FAULTS:
                reason, _, detail = answer.partition("\t")
                reason = text(reason, detail=one_line(detail))
                env.tell(text("word.error") + text("batch.fault", line=line, reason=reason))
            continue
        counts["records"] += 1
        counts[level] += 1
        target.write(answer.encode("utf-8") + b"\n")
        if live:
            target.flush()
    if counts["faults"]:
        env.tell(text("word.hint") + text("batch.faults", count=counts["faults"], shown=_SHOWN_FAULTS))
    return counts


@contextlib.contextmanager
def _source(env: Environment, name: str) -> Iterator[BinaryIO]:
    if name == "-":
        if env.stdin_is_terminal:
            env.tell(text("prompt.batch"))
        yield env.stdin
        return
    if Path(name).is_dir():
        raise InputError(text("error.is_directory", name=name), text("hint.is_directory"))
    if not Path(name).exists():
        raise InputError(text("error.no_file", name=name), text("hint.no_file"))
    with Path(name).open("rb") as stream:
        yield stream


def _same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def _has_number(stream: BinaryIO) -> bool:
    """Whether a stream is a file of the system (a test may pass bytes)."""
    try:
        stream.fileno()
    except (OSError, ValueError, AttributeError):
        return False
    return True
