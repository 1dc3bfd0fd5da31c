"""Classify a stream of records in order, with one process or several, in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from antifraud_cli.batch.records import Fault, Record
from antifraud_cli.errors import AntifraudError

CHUNK = 500
"""Records handed to a worker at a time: enough to hide the cost of handing over, few enough to stay responsive."""

Result = tuple[int, str, "str | None"]
"""Line number, level and JSON of a verdict; level `fault` and the reason's key for a record that was refused."""


def classify_records(records: Iterable[Record | Fault], lang: str, workers: int) -> Iterator[Result]:
    """One result for each record, in order."""
    if workers == 1:
        for record in records:
            yield judge(record, lang)
        return
    yield from _in_processes(records, lang, workers)


def judge(record: Record | Fault, lang: str) -> Result:
    """The result for one record. Pure but for the knowledge loaded on first use."""
    from antifraud_cli import api
    from antifraud_cli.output.escape import escaped_json, stream_json

    if isinstance(record, Fault):
        return record.line, "fault", f"{record.reason}\t{record.detail}"
    try:
        verdict = api.classify(record.text, lang=lang)
    except AntifraudError as error:
        return record.line, "fault", f"batch.refused\t{error.message}"
    # The record's own JSON goes in as it stands: not a digit of it is rewritten.
    answer = stream_json(verdict.as_json())
    return record.line, verdict.level, f'{answer[:-1]},"input":{escaped_json(record.own)}}}'


def _judge_chunk(chunk: list[Record | Fault], lang: str) -> list[Result]:
    return [judge(record, lang) for record in chunk]


def _in_processes(records: Iterable[Record | Fault], lang: str, workers: int) -> Iterator[Result]:
    """Chunks go to a pool; at most three a worker are under way, so memory does not grow with the input."""
    from concurrent.futures import Future, ProcessPoolExecutor

    source = iter(records)
    with ProcessPoolExecutor(workers) as pool:
        waiting: deque[Future[list[Result]]] = deque()
        while chunk := list(islice(source, CHUNK)):
            waiting.append(pool.submit(_judge_chunk, chunk, lang))
            if len(waiting) >= workers * 3:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
