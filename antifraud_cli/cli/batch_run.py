"""Open what a batch reads and writes, run it, and say in words how it ended."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antifraud_cli import __version__
from antifraud_cli.batch import checkpoint, compression, formats, sources
from antifraud_cli.batch.arrow import check as check_arrow
from antifraud_cli.batch.checkpoint import State
from antifraud_cli.batch.formats import Shape
from antifraud_cli.batch.job import Job, Run
from antifraud_cli.batch.run import Task
from antifraud_cli.batch.sources import Reading
from antifraud_cli.batch.tally import LEVELS, SCHEMA, Tally
from antifraud_cli.batch.targets import FileTarget, StreamTarget, Target, part_of, state_of
from antifraud_cli.cli import batch_resume
from antifraud_cli.cli.batch_errors import in_words, writing
from antifraud_cli.cli.batch_progress import SHOWN_FAULTS, Progress, Stopped, StopSignals, summary_blocks
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.input import check_source, open_source
from antifraud_cli.errors import AntifraudError, OutputError, UsageError
from antifraud_cli.knowledge import store
from antifraud_cli.output.escape import as_json, one_line

if TYPE_CHECKING:
    from antifraud_cli.knowledge.ownrules import OwnRules


@dataclass(frozen=True)
class Wishes:
    """The command line of a batch."""

    sources: tuple[str, ...]
    output: str | None
    form: str | None
    output_form: str | None
    column: str | None
    encoding: str | None
    fields: tuple[str, ...] | None
    min_level: str
    dedupe: bool
    errors: str | None
    summary: str | None
    resume: bool
    workers: int | None
    progress: str
    exit_zero: bool
    rules: OwnRules | None = None


def execute(env: Environment, wishes: Wishes) -> int:
    """Do what is asked for and return the exit status."""
    for name in wishes.sources:
        if name != "-":
            check_source(name)
    _check_outputs(wishes)
    signals = StopSignals()
    job = _job(env, wishes, signals)
    progress = Progress(
        env,
        wishes.progress,
        lists_faults=wishes.errors is None,
        names_source=len(wishes.sources) > 1,
        has_screen=wishes.output is not None or not env.stdout_is_terminal,
    )
    with signals, progress:
        try:
            with in_words(wishes.output, wishes.encoding):
                state = _done(env, wishes, job, progress)
        except Stopped as stopped:
            progress.close()
            env.tell(text("batch.stopped", count=progress.tally.records))
            _tell_what_is_left(env, wishes)
            return stopped.status
        except AntifraudError:
            progress.close()
            if progress.has_begun:
                _tell_what_is_left(env, wishes)
            raise
    report(env, wishes, state, progress)
    return status_of(state.tally, wishes.exit_zero)


def status_of(tally: Tally, exit_zero: bool) -> Exit:
    """The exit status of a run that came to its end."""
    found = tally.levels["danger"] + tally.levels["caution"]
    if tally.faults:
        return Exit.ERROR
    return Exit.FOUND if found and not exit_zero else Exit.NOTHING


def _job(env: Environment, wishes: Wishes, signals: StopSignals) -> Job:
    name = wishes.output or "-"
    shape = Shape(
        form=wishes.output_form or _output_format(name),
        fields=wishes.fields,
        counted=wishes.dedupe,
        for_terminal=wishes.output is None and env.stdout_is_terminal,
    )
    packing = compression.compression_of(name)
    if shape.form == "parquet" and (packing or not _is_plain_target(wishes.output)):
        raise UsageError(text("error.batch_parquet_output"), text("hint.batch_parquet_output"))
    with in_words(wishes.output, wishes.encoding):
        compression.check(packing)
        if shape.form == "parquet":
            check_arrow()
    limit = sources.WINDOW if wishes.dedupe else sources.CHUNK
    reading = Reading(wishes.form, wishes.column, wishes.encoding, limit, not wishes.dedupe, signals.check)
    task = Task(env.lang, shape, packing, wishes.min_level, wishes.dedupe, wishes.rules)
    are_plain = all(sources.is_plain(name) for name in wishes.sources)
    size = sum(Path(name).stat().st_size for name in wishes.sources) if are_plain else 0
    return Job(
        wishes.sources,
        lambda source: open_source(env, source, "prompt.batch"),
        reading,
        task,
        wishes.workers or _cores(),
        size,
    )


def _output_format(name: str) -> str:
    found = sources.format_of(name, "jsonl")
    return found if found in formats.FORMATS else "jsonl"


def _done(env: Environment, wishes: Wishes, job: Job, progress: Progress) -> State:
    """Do the job, from the beginning or from where it stopped, and return what it came to."""
    path = _path(wishes.output) if wishes.output is not None and _is_plain_target(wishes.output) else None
    lasting = path is not None and all(sources.is_plain(name) for name in wishes.sources)
    if wishes.resume and not lasting:
        raise UsageError(text("error.batch_not_resumable"), text("hint.batch_not_resumable"))
    state = None
    if path is not None and wishes.resume:
        state = batch_resume.earlier(path, _errors_path(wishes), _identity(wishes, job))
        if state is not None and state.is_complete:  # it was killed between its last record and the final name
            batch_resume.put_all_in_place(path, _errors_path(wishes), job.task.shape.form)
            return state
    begin = state or State(_identity(wishes, job) if lasting else {})
    if path is not None and state is None:
        batch_resume.check_free(path, _errors_path(wishes))
        if lasting:
            begin.save(state_of(path))
    try:
        target, errors = _targets(env, wishes, begin, is_new=state is None)
    except BaseException:
        if path is not None and state is None:
            state_of(path).unlink(missing_ok=True)
        raise
    run = Run(job, target, errors, progress)
    if path is not None and lasting:
        run.keep(begin, state_of(path))
    run()
    return run.state


def _identity(wishes: Wishes, job: Job) -> dict[str, Any]:
    return batch_resume.identity(job, has_errors=wishes.errors is not None)


def _errors_path(wishes: Wishes) -> Path | None:
    return None if wishes.errors is None else _path(wishes.errors)


def _targets(env: Environment, wishes: Wishes, begin: State, is_new: bool) -> tuple[Target, Target | None]:
    """Where the output and the bad records go."""
    target = _target(env, wishes.output, None if is_new else begin.size)
    if wishes.errors is None:
        return target, None
    try:
        with writing(wishes.errors):
            return target, _target(env, wishes.errors, None if is_new else begin.errors_size)
    except BaseException:
        target.close()
        if is_new:
            target.discard()
        raise


def _target(env: Environment, name: str | None, kept: int | None) -> Target:
    if name is None:
        return StreamTarget(env.stdout)
    if _is_plain_target(name):
        return FileTarget(_path(name), kept)
    return StreamTarget(Path(name).open("wb"))


def _is_plain_target(name: str | None) -> bool:
    return name is not None and (Path(name).is_file() or not Path(name).exists())


def _path(name: str) -> Path:
    return Path(os.path.realpath(name))  # a link stays a link


def _check_outputs(wishes: Wishes) -> None:
    """No file is read and written, or written twice."""
    if wishes.sources.count("-") > 1:
        raise UsageError(text("error.batch_two_pipes"), text("hint.batch_two_pipes"))
    taken = [name for name in wishes.sources if name != "-"]
    for name in (wishes.output, wishes.errors, wishes.summary):
        if name is None:
            continue
        if Path(name).is_dir():
            raise OutputError(text("error.is_directory", name=name), text("hint.output"))
        if any(_is_same(name, other) for other in taken):
            raise UsageError(text("error.same_file", name=name), text("hint.output"))
        taken.append(name)


def _is_same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other) and (Path(one).is_file() or Path(one).is_dir())
    except OSError:
        return _path(one) == _path(other)


def _cores() -> int:
    """How many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return min(64, len(os.sched_getaffinity(0)))
    return min(64, os.cpu_count() or 1)


def _tell_what_is_left(env: Environment, wishes: Wishes) -> None:
    """Where the partial output lies and how to go on."""
    if wishes.output is None:
        return
    path = _path(wishes.output)
    if state_of(path).exists():
        env.tell(text("batch.resumable", name=one_line(str(part_of(path)))))
    elif part_of(path).exists():
        env.tell(text("batch.left", name=one_line(str(part_of(path)))))


def report(env: Environment, wishes: Wishes, state: State, progress: Progress) -> None:
    """The summary: for people, and as a file if asked for."""
    counts = {level: state.tally.levels[level] for level in LEVELS}
    env.tell(text("batch.summary", records=state.tally.records, faults=state.tally.faults, **counts))
    if state.tally.faults and wishes.errors is not None:
        where = one_line(wishes.errors)
        env.tell(text("word.hint") + text("batch.faults_in", count=state.tally.faults, name=where))
    elif state.tally.faults:
        env.tell(text("word.hint") + text("batch.faults", count=state.tally.faults, shown=SHOWN_FAULTS))
    if progress.is_shown:
        env.tell_blocks(summary_blocks(state.tally, env.lang))
    if wishes.summary is not None:
        value = {
            "schema": SCHEMA,
            "version": __version__,
            "knowledge": store.version(),
            "own_rules": wishes.rules.fingerprint if wishes.rules else None,
            "sources": list(wishes.sources),
            "seconds": state.seconds,
            **state.tally.as_json(),
        }
        with writing(wishes.summary):
            checkpoint.write_safely(_path(wishes.summary), (as_json(value) + "\n").encode("utf-8"))
