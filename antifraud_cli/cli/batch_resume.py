"""Whether an interrupted batch may go on, and from where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from antifraud_cli import __version__
from antifraud_cli.batch import checkpoint
from antifraud_cli.batch.checkpoint import BadStateError, State
from antifraud_cli.batch.job import Job, converter
from antifraud_cli.batch.targets import part_of, put_in_place, state_of
from antifraud_cli.cli.environment import text
from antifraud_cli.errors import InputError, OutputError
from antifraud_cli.knowledge import store


def earlier(path: Path, errors: Path | None, now: dict[str, Any]) -> State | None:
    """Where the run for the output `path` stopped; None if there was none.

    `now` is what `identity` gives. Raises InputError if to go on would not give the same as one run.
    """
    if not state_of(path).exists():
        return None
    state = checkpoint.load(state_of(path))
    for kind in ("knowledge", "own_rules", "sources", "options"):
        if state.identity.get(kind) != now[kind]:
            raise InputError(text(f"error.batch_changed_{kind}"), text("hint.batch_changed", name=part_of(path)))
    for file, size in ((path, state.size), (errors, state.errors_size)):
        if file is not None and size and not state.is_complete and _size(part_of(file)) < size:
            raise BadStateError(str(state_of(path)))
    return state


def identity(job: Job, has_errors: bool) -> dict[str, Any]:
    """What has to be the same for the output to be the same. The sources must be plain files."""
    marks = []
    for name in job.sources:
        with Path(name).open("rb") as stream:
            marks.append(checkpoint.mark_of(name, stream))
    task, reading = job.task, job.reading
    return {
        "knowledge": [__version__, store.version()],
        "own_rules": job.task.rules.fingerprint if job.task.rules else None,
        "sources": marks,
        "options": {
            "lang": task.lang,
            "format": reading.form,
            "column": reading.column,
            "encoding": reading.encoding,
            "limit": list(reading.limit),
            "output_format": task.shape.form,
            "compression": task.compression,
            "fields": list(task.shape.names()) if task.shape.fields else None,
            "min_level": task.min_level,
            "dedupe": task.dedupe,
            "errors": has_errors,
        },
    }


def check_free(path: Path, errors: Path | None) -> None:
    """A partial output may be the work of hours: it is never written over. Raises OutputError."""
    lying = [part_of(path), state_of(path)] + ([part_of(errors)] if errors is not None else [])
    for file in lying:
        if file.exists():
            raise OutputError(text("error.batch_unfinished", name=file), text("hint.batch_unfinished"))


def put_all_in_place(path: Path, errors: Path | None, form: str) -> None:
    """Give the files of a run that is complete their final names."""
    if errors is not None:
        put_in_place(errors)
    put_in_place(path, converter(form))
    state_of(path).unlink()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
