"""`antifraud batch`: many messages, one verdict each."""

from __future__ import annotations

import gc
from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group, own_rules
from antifraud_cli.cli.environment import text
from antifraud_cli.cli.options import Color, Encoding, ExitZero, Lang, Rules
from antifraud_cli.errors import UsageError

ENGINES = ("local", "spark")
"""What judges: this machine, or Apache Spark."""


def command() -> Any:
    """The command for the command line."""
    return group.make(batch, "help.batch")


def batch(
    source: Annotated[Optional[list[str]], typer.Argument(metavar="[SOURCE|-]…", help="batch.argument.source")] = None,
    output: Annotated[Optional[str], typer.Option("--output", "-o", metavar="FILE", help="batch.option.output")] = None,
    form: Annotated[
        Optional[str], typer.Option("--format", metavar="jsonl|csv|tsv|lines|parquet", help="batch.option.format")
    ] = None,
    output_form: Annotated[
        Optional[str],
        typer.Option("--output-format", metavar="jsonl|csv|tsv|parquet", help="batch.option.output_format"),
    ] = None,
    column: Annotated[Optional[str], typer.Option("--column", metavar="NAME", help="option.column")] = None,
    fields: Annotated[Optional[str], typer.Option("--fields", metavar="NAME,NAME…", help="batch.option.fields")] = None,
    min_level: Annotated[
        str, typer.Option("--min-level", metavar="none|caution|danger", help="batch.option.min_level")
    ] = "none",
    dedupe: Annotated[bool, typer.Option("--dedupe", help="batch.option.dedupe")] = False,
    errors: Annotated[Optional[str], typer.Option("--errors", metavar="FILE", help="batch.option.errors")] = None,
    summary: Annotated[Optional[str], typer.Option("--summary", metavar="FILE", help="batch.option.summary")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="batch.option.resume")] = False,
    workers: Annotated[
        Optional[int], typer.Option("--workers", min=1, max=64, metavar="N", help="batch.option.workers")
    ] = None,
    progress: Annotated[
        str, typer.Option("--progress", metavar="auto|plain|none", help="batch.option.progress")
    ] = "auto",
    engine: Annotated[str, typer.Option("--engine", metavar="local|spark", help="batch.option.engine")] = "local",
    master: Annotated[Optional[str], typer.Option("--master", metavar="URL", help="batch.option.master")] = None,
    encoding: Encoding = None,
    exit_zero: ExitZero = False,
    rules: Rules = None,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Classify every record of one or several sources, in order."""
    gc.enable()  # a batch may run for hours
    from antifraud_cli.batch import formats, records
    from antifraud_cli.batch.tally import LEVELS
    from antifraud_cli.cli import batch_run
    from antifraud_cli.cli.batch_progress import KINDS

    _check_choice("--format", form, records.FORMATS)
    _check_choice("--output-format", output_form, formats.FORMATS)
    _check_choice("--min-level", min_level, LEVELS)
    _check_choice("--progress", progress, KINDS)
    _check_choice("--engine", engine, ENGINES)
    if master is not None and engine != "spark":
        raise UsageError(text("error.spark_master"), text("hint.spark_master"))
    wishes = batch_run.Wishes(
        sources=tuple(source or ["-"]),
        output=None if output == "-" else output,
        form=form,
        output_form=output_form,
        column=column,
        encoding=encoding,
        fields=_field_names(fields),
        min_level=min_level,
        dedupe=dedupe,
        errors=errors,
        summary=summary,
        resume=resume,
        workers=workers,
        progress=progress,
        exit_zero=exit_zero,
        rules=own_rules.in_force(environment.current(), rules),
    )
    if engine == "spark":
        from antifraud_cli.cli import batch_spark

        return batch_spark.execute(environment.current(), wishes, master)
    return batch_run.execute(environment.current(), wishes)


def _check_choice(option: str, value: str | None, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        raise UsageError(text("error.unknown_choice", option=option, name=value), ", ".join(choices))


def _field_names(value: str | None) -> tuple[str, ...] | None:
    from antifraud_cli.batch import fields

    if value is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in value.replace("，", ",").split(",")))
    wrong = fields.unknown(names)
    if wrong is not None:
        choices = ", ".join([*fields.FIELDS, fields.INPUT, f"{fields.OWN}…"])
        raise UsageError(text("error.unknown_choice", option="--fields", name=wrong), choices)
    return names
