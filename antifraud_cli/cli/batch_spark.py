"""`antifraud batch --engine spark`: what it takes there, what it refuses, and in words how it ended."""

from __future__ import annotations

import codecs
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from antifraud_cli.batch import compression
from antifraud_cli.batch.checkpoint import State
from antifraud_cli.batch.formats import Shape
from antifraud_cli.batch.run import Task
from antifraud_cli.batch.sources import format_of
from antifraud_cli.cli.batch_errors import in_words
from antifraud_cli.cli.batch_progress import Progress
from antifraud_cli.cli.batch_run import Wishes, report, status_of
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.engines import spark_batch
from antifraud_cli.engines.spark_batch import SparkJob
from antifraud_cli.errors import InputError, OutputError, UsageError
from antifraud_cli.output.escape import one_line

_WITHOUT_PLACE = ("line", "source")
"""Fields that say where a record stood, which Spark does not tell."""
_SHOWN = 80
"""Characters of a bad record that are shown."""


def execute(env: Environment, wishes: Wishes, master: str | None) -> int:
    """Do what is asked for and return the exit status."""
    job = _job(env, wishes)
    progress = Progress(env, wishes.progress, lists_faults=True, names_source=False, has_screen=False)
    begin = time.monotonic()
    shows_progress = progress.is_shown and env.stderr_is_terminal
    with _in_words(), in_words(wishes.output, wishes.encoding), spark_batch.session(master, shows_progress) as spark:
        counts = spark_batch.run(spark, job)
    for fault in counts.faults:
        raw = one_line(str(fault.raw or ""))[:_SHOWN]
        env.tell(text("word.error") + text(fault.reason, detail=one_line(fault.detail)) + (f"  {raw}" if raw else ""))
    state = State({}, seconds=round(time.monotonic() - begin, 1), tally=counts.tally)
    report(env, wishes, state, progress)
    return status_of(counts.tally, wishes.exit_zero)


def _job(env: Environment, wishes: Wishes) -> SparkJob:
    """Raises UsageError and OutputError for what cannot be done."""
    _refuse_options(wishes)
    target = wishes.output
    if target is None or "-" in wishes.sources:
        raise UsageError(text("error.spark_pipe"), text("hint.spark_pipe"))
    if "://" not in target and Path(target).exists():
        raise OutputError(text("error.spark_target", name=target), text("hint.spark_target"))
    packing = compression.compression_of(target)
    form = wishes.output_form or format_of(target, "jsonl")
    if form not in spark_batch.FORMATS:
        raise UsageError(text("error.spark_output", name=form), text("hint.spark_output"))
    if packing == "zstd" or (packing and form == "parquet"):
        raise UsageError(text("error.spark_compression", name=target), text("hint.spark_compression"))
    task = Task(env.lang, Shape(form, wishes.fields), packing, wishes.min_level, rules=wishes.rules)
    return SparkJob(wishes.sources, target, _source_format(wishes), wishes.column, wishes.encoding, task)


def _refuse_options(wishes: Wishes) -> None:
    """Options that hold for a run on one machine only. Raises UsageError."""
    given = {
        "--resume": wishes.resume,
        "--errors": wishes.errors is not None,
        "--dedupe": wishes.dedupe,
        "--workers": wishes.workers is not None,
        f"--encoding {wishes.encoding}": _is_wide(wishes.encoding),
    }
    given |= {f"--fields {name}": name in (wishes.fields or ()) for name in _WITHOUT_PLACE}
    for option, is_given in given.items():
        if is_given:
            raise UsageError(text("error.spark_option", option=option), text("hint.spark_option"))


def _is_wide(encoding: str | None) -> bool:
    """Whether a line end is more than one byte, so that Spark cannot cut lines."""
    try:
        return encoding is not None and codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    except LookupError:
        return False  # reported as what it is


def _source_format(wishes: Wishes) -> str:
    """The one format of all sources: a folder's name says nothing, and a wrong guess would read JSON as text."""
    if wishes.form is not None:
        return wishes.form
    found = {format_of(name.rstrip("/"), "") for name in wishes.sources}
    if len(found) > 1 or "" in found:
        raise UsageError(text("error.spark_format"), text("hint.spark_format"))
    return found.pop()


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """Say what is missing, and what to do about it."""
    try:
        yield
    except spark_batch.NoSparkError as error:
        raise UsageError(
            text("error.spark_missing", name=str(error)), text("hint.batch_install", extra="spark")
        ) from None
    except spark_batch.NoJavaError:
        raise UsageError(text("error.spark_java"), text("hint.spark_java")) from None
    except spark_batch.NotOnWorkersError as error:
        raise InputError(text("error.spark_workers", name=str(error)), text("hint.spark_workers")) from None
    except spark_batch.SparkError as error:
        raise InputError(text("error.spark_failed", detail=one_line(str(error))), text("hint.spark_failed")) from None
