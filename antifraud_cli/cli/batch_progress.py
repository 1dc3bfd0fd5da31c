"""How a batch goes, on standard error: a bar for a person, a line now and then for a log, counts at the end."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import threading
import time
from collections import Counter
from types import FrameType, TracebackType
from typing import Any

from antifraud_cli.batch.faults import Fault
from antifraud_cli.batch.tally import LEVELS, Tally
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import BLANK, Block, width_of

KINDS = ("auto", "plain", "none")
SHOWN_FAULTS = 20
"""Bad records that are listed on the screen."""
TOP_RULES = 10
"""Rules that the summary lists."""
_LINE_SECONDS = 5.0
_BAR_SECONDS = 0.1


class Stopped(BaseException):
    """Somebody asked the run to end: no error, so nothing that handles errors may swallow it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = Exit.TERMINATED if number == signal.SIGTERM else Exit.INTERRUPTED


class StopSignals:
    """Ctrl-C and SIGTERM end the run at the next place where nothing is half done; a second Ctrl-C ends it at once."""

    def __init__(self) -> None:
        self._received = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._received and number == signal.SIGINT:
            os._exit(Exit.INTERRUPTED)  # nothing that is on the disk depends on tidying up
        self._received = number

    def check(self) -> None:
        """Raise Stopped if the run should end."""
        if self._received:
            raise Stopped(self._received)


class Progress:
    """Shows how the run goes, and lists bad records."""

    def __init__(
        self, env: Environment, kind: str, *, lists_faults: bool, names_source: bool, has_screen: bool
    ) -> None:
        """`kind`: one of KINDS. `lists_faults`: no file takes the bad records. `names_source`: there are several.

        `has_screen`: the output goes elsewhere than to the terminal.
        """
        on_terminal = env.stderr_is_terminal and env.variables.get("TERM") != "dumb"
        self.tally = Tally()
        self.is_shown = kind == "plain" or (kind == "auto" and on_terminal)
        self._env = env
        self._lists_faults = lists_faults
        self._names_source = names_source
        self._faults = 0
        self._bar = _Bar(env) if kind == "auto" and on_terminal and has_screen else None
        self._interval = _BAR_SECONDS if self._bar else _LINE_SECONDS
        self._plain = kind == "plain"
        self._begin = self._told = time.monotonic()
        self._records_before: int | None = None
        self.has_begun = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def fault(self, source: str, fault: Fault) -> str:
        """List a bad record, unless there were many; returns the reason in words."""
        reason = text(fault.reason, detail=one_line(fault.detail))
        self._faults += 1
        if self._lists_faults and self._faults <= SHOWN_FAULTS:
            key = "batch.fault_in" if self._names_source else "batch.fault"
            self._say(text("word.error") + text(key, name=one_line(source), line=fault.line, reason=reason))
        return reason

    def advance(self, tally: Tally, share: float) -> None:
        """Show the counts, if it is time to."""
        self.tally, self.has_begun = tally, True
        now = time.monotonic()
        if self._records_before is None:  # what an earlier run did is not counted as speed
            self._records_before, self._begin = tally.records, now
        if now - self._told < self._interval or not (self._bar or self._plain):
            return
        self._told = now
        seconds = now - self._begin
        rate = (tally.records - self._records_before) / seconds if seconds else 0.0
        if self._bar is not None:
            self._bar.show(tally, share, rate)
        else:
            percent = f"{share:.1%}" if share else "-"
            self._say(text("batch.progress", percent=percent, rate=f"{rate:,.0f}", **_counts(tally)))

    def _say(self, line: str) -> None:
        if self._bar is not None:
            self._bar.say(line)
        else:
            self._env.tell(line)


def _counts(tally: Tally) -> dict[str, str]:
    counts = {level: f"{tally.levels[level]:,}" for level in LEVELS}
    return {"records": f"{tally.records:,}", "faults": f"{tally.faults:,}", **counts}


class _Bar:
    """A bar with the remaining time and, below it, the counts."""

    def __init__(self, env: Environment) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.progress import BarColumn, TaskProgressColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._file = io.TextIOWrapper(env.stderr, encoding=env.encoding, errors="replace", write_through=True)
        console = Console(
            file=self._file,
            force_terminal=True,
            no_color=not env.wants_color() and (env.color == "never" or bool(env.variables.get("NO_COLOR"))),
            highlight=False,
            markup=False,
            emoji=False,
        )
        self._progress = RichProgress(
            BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn(), console=console
        )
        self._task = self._progress.add_task("", total=None)
        # Refreshed by hand: a thread of its own would be forked along with the workers.
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._live.start()

    def show(self, tally: Tally, share: float, rate: float) -> None:
        """Draw it anew."""
        from rich.console import Group
        from rich.text import Text

        self._progress.update(self._task, completed=share, total=1.0 if share else None)
        counts = Text(text("batch.progress_bar", rate=f"{rate:,.0f}", **_counts(tally)), overflow="fold")
        self._live.update(Group(self._progress, counts), refresh=True)

    def say(self, line: str) -> None:
        """Write a line above it."""
        self._live.console.print(line, soft_wrap=True)

    def close(self) -> None:
        """Take it off the screen."""
        self._live.stop()
        with contextlib.suppress(ValueError, OSError):
            self._file.detach()


def summary_blocks(tally: Tally, lang: str) -> list[Block]:
    """The counts by level, category and rule."""
    from antifraud_cli.knowledge import store

    categories = store.load("categories")["categories"]
    levels = {text(f"level.{level}"): tally.levels[level] for level in LEVELS}
    found = {categories[name]["name"][lang]: count for name, count in tally.categories.most_common()}
    blocks = _section(text("batch.by_level"), levels, tally.records)
    if tally.duplicates:
        blocks.append(Block(text("batch.duplicates", count=f"{tally.duplicates:,}"), indent=2))
    blocks += _section(text("batch.by_category"), found, tally.records)
    blocks += _section(text("batch.by_rule"), dict(Counter(tally.rules).most_common(TOP_RULES)), tally.records)
    return blocks


def _section(title: str, counts: dict[str, int], total: int) -> list[Block]:
    """A heading and a line for each count: number and share first, so that columns align whatever the names are."""
    if not counts:
        return []
    digits = max(width_of(f"{count:,}") for count in counts.values())
    lines = [
        Block(f"{count:>{digits},}  {count / max(total, 1):>6.1%}  {name}", indent=2) for name, count in counts.items()
    ]
    return [BLANK, Block(title, "heading"), *lines]
