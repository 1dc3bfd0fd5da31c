"""Errors that a user can cause, each with what went wrong and what to do about it.

AntifraudError
├── InputError    text, bytes or numbers that cannot be read
├── UsageError    a name or an option that does not exist or does not fit
├── OutputError   the answer cannot be written where it should go
└── DataError     the knowledge in data/ is broken: a list of Problems
"""

from __future__ import annotations

from dataclasses import dataclass


class AntifraudError(Exception):
    """Base of all expected errors. The command line prints it as one line 错误 and one line 建议."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(AntifraudError):
    """The text, bytes or file given cannot be used."""


class UsageError(AntifraudError):
    """An argument names something that does not exist."""


class OutputError(AntifraudError):
    """The result cannot be written."""


@dataclass(frozen=True)
class Problem:
    """One fault in one data file."""

    file: str
    """Path as the maintainer knows it, relative to the repository: data/rules/romance.yaml."""
    line: int
    """Line in that file, from 1; 0 where the whole file or a folder is meant."""
    key: str
    """Where in the document: rules[3].weight."""
    message: str
    """What was expected and what was found."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class DataError(AntifraudError):
    """The knowledge cannot be compiled."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), "antifraud rules check")
        self.problems = problems
