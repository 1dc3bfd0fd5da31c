"""Shared by all tests: the knowledge, and a world in which the command line can be run."""

from __future__ import annotations

import datetime
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.cli.environment import Environment
from antifraud_cli.cli.main import run
from antifraud_cli.knowledge import compiler, store

AS_OF = datetime.date(2026, 11, 22)
"""The day on which the data must hold; a fixed one, so that the tests give the same answer for ever."""


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the YAML files that belong to the package under test."""
    return store.data_dir()


@pytest.fixture(scope="session")
def parts(data_dir: Path) -> dict[str, Any]:
    """All parts of the knowledge, compiled afresh."""
    found, problems = compiler.read_all(data_dir, AS_OF)
    assert problems == []
    return found


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout, for tests of documents and of the build; skipped where there is none."""
    named = os.environ.get("ANTIFRAUD_REPOSITORY")
    folder = Path(named) if named else Path(__file__).resolve().parent.parent
    if not (folder / "pyproject.toml").is_file():
        pytest.skip("needs the checkout")
    return folder


@dataclass
class Outcome:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)

    @property
    def objects(self) -> list[Any]:
        """The JSON objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Program:
    """Runs command lines in a made-up world."""

    def __call__(self, *arguments: str, stdin: bytes | str = b"", **world: Any) -> Outcome:
        """Run `antifraud ARGUMENTS`; `world` sets fields of the environment."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = io.BytesIO(), io.BytesIO()
        environment = Environment(io.BytesIO(given), out, err, **world)
        status = run(list(arguments), environment)
        encoding = world.get("encoding", "utf-8")
        return Outcome(int(status), out.getvalue().decode(encoding), err.getvalue().decode(encoding))


@pytest.fixture
def antifraud() -> Program:
    """The program."""
    return Program()
