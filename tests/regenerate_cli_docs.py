"""Write the help of every command into docs/cli.md, between its markers. Run from the checkout:

python tests/regenerate_cli_docs.py
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from antifraud_cli.cli.environment import Environment
from antifraud_cli.cli.group import COMMANDS
from antifraud_cli.cli.main import run


def _helps() -> Iterator[str]:
    """The program, its commands, and the commands of these."""
    yield "antifraud"
    for name, module in COMMANDS.items():
        yield f"antifraud {name}"
        members = getattr(import_module(f"antifraud_cli.cli.{module}").command(), "commands", {})
        yield from (f"antifraud {name} {member}" for member in members)


HELPS = list(_helps())
GROUPS = {name.rpartition(" ")[0] for name in HELPS if name.count(" ") > 1} | {"antifraud"}
"""Those that only have commands of their own."""
_BLOCK = re.compile(r"<!-- help: (antifraud[a-z -]*) -->\n```text\n.*?```\n<!-- end -->", re.DOTALL)


def help_of(command: str) -> str:
    """The help of a command, in Chinese, on 80 columns."""
    out = io.BytesIO()
    world = Environment(io.BytesIO(), out, io.BytesIO(), variables={"COLUMNS": "80"}, lang="zh-Hans")
    run([*command.split()[1:], "--help"], world)
    return out.getvalue().decode("utf-8").strip("\n")


def commands_in(document: str) -> list[str]:
    """The commands whose help stands in the document."""
    return [match[1] for match in _BLOCK.finditer(document)]


def regenerate(document: str) -> str:
    """The document with every help as the program gives it today."""
    return _BLOCK.sub(
        lambda match: f"<!-- help: {match[1]} -->\n```text\n{help_of(match[1])}\n```\n<!-- end -->", document
    )


if __name__ == "__main__":
    page = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
    page.write_text(regenerate(page.read_text(encoding="utf-8")), encoding="utf-8")
