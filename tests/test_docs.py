"""What is documented is true, and what there is is documented."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.cli import environment
from antifraud_cli.cli.group import COMMANDS

from . import regenerate_cli_docs as docs
from .conftest import AS_OF

SCAM = "我是市公安局民警,你涉嫌洗钱,把资金转入安全账户,来电 +8696110,点 http://abc.top/a,不要告诉家人"


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs/cli.md").read_text(encoding="utf-8")


def options_of(command: str) -> set[str]:
    """Every option that a command really takes."""
    import io

    from antifraud_cli.cli.app import build

    environment.use(environment.Environment(io.BytesIO(), io.BytesIO(), io.BytesIO()))
    try:
        found: Any = build()
        for name in command.split()[1:]:
            found = found.get_command(None, name)
        return {option for param in found.params if param.param_type_name == "option" for option in param.opts}
    finally:
        environment.use(None)


def test_the_help_in_the_docs_is_the_programs(page: str) -> None:
    """The help texts in docs/cli.md equal the program's; tests/regenerate_cli_docs.py writes them."""
    assert docs.regenerate(page) == page


def test_every_command_is_documented(page: str) -> None:
    """Each command has a heading, its help, and, but for groups of commands, an example."""
    assert sorted(docs.commands_in(page)) == sorted(docs.HELPS)
    for command in docs.HELPS:
        section = re.split(r"\n#+ ", page.partition(f"# {command}\n")[2])[0]
        assert section
        if command not in docs.GROUPS:
            assert re.search(rf"^```\n(.*\n)*?.*{command}", section, re.MULTILINE), command


@pytest.mark.parametrize("command", docs.HELPS)
def test_every_option_is_documented(page: str, command: str) -> None:
    """Each option of each command stands in the help of that command in docs/cli.md."""
    block = page.partition(f"<!-- help: {command} -->")[2].partition("<!-- end -->")[0]
    options = options_of(command)
    assert options or command in ("antifraud rules", "antifraud case")
    for option in options:
        assert re.search(rf"(^|[ ,]){re.escape(option)}\b", block, re.MULTILINE), option


def test_the_readme_names_every_command_for_users(repository: Path) -> None:
    """README names the commands, in Chinese and in English; the maintainer's stand in docs/cli.md."""
    for name in ("README.md", "README.en.md"):
        text = (repository / name).read_text(encoding="utf-8")
        for command in set(COMMANDS) - {"rules", "completion"}:
            assert f"antifraud {command}" in text, (name, command)


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_python_examples_of_the_readme_are_true(repository: Path, name: str) -> None:
    """Each line of README's Python with a comment gives what the comment says."""
    text = (repository / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    world: dict[str, Any] = {}
    for block in blocks:
        for line in block.splitlines():
            code, _, wanted = line.partition("  # ")
            if wanted:
                assert repr(eval(code.strip(), world)) == wanted.strip(), code
            else:
                exec(code, world)


@pytest.mark.parametrize("name", ["README.md", "README.en.md", "docs/cli.md"])
def test_no_command_line_in_the_docs_is_wrong(repository: Path, name: str) -> None:
    """Every `antifraud …` in the documents names a command that exists and options that it takes."""
    text = (repository / name).read_text(encoding="utf-8")
    text = re.sub(r"<!-- help: .*?<!-- end -->", "", text, flags=re.DOTALL)
    lines = re.findall(r"antifraud ((?:[a-z]+-?[a-z]*)(?: [a-z]+)?)\b([^`\n|#>]*)", text)
    assert lines
    for command, rest in lines:
        known = command if f"antifraud {command}" in docs.HELPS else command.split()[0]
        assert f"antifraud {known}" in docs.HELPS, command
        options = options_of(f"antifraud {known}")
        for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest):
            assert option in options, (command, option)


def keys_of(value: Any) -> set[str]:
    """Every key in an answer, but for what a record brought along."""
    if isinstance(value, dict):
        return set(value) | {key for name, item in value.items() if name != "input" for key in keys_of(item)}
    if isinstance(value, list):
        return {key for item in value for key in keys_of(item)}
    return set()


@pytest.mark.parametrize(
    "line",
    [
        ("classify", SCAM),
        ("check-number", "+8696110"),
        ("checklist", "杀猪盘", "--situation", "transferred"),
        ("triage", SCAM),
        ("learn",),
        ("learn", "公检法"),
        ("hotlines",),
        ("rules", "check", "--as-of", AS_OF.isoformat()),
    ],
)
def test_every_json_field_is_documented(antifraud: Any, repository: Path, line: tuple[str, ...]) -> None:
    """Each schema and each field of each answer stands in docs/json.md."""
    page = (repository / "docs/json.md").read_text(encoding="utf-8")
    answer = antifraud(*line, "--json").json
    assert answer["schema"] in page
    counts = set(answer.pop("counts", ()))
    for key in keys_of(answer) - counts:
        assert f"`{key}`" in page, key


@pytest.mark.parametrize("name", ["antifraud_cli", "antifraud_cli.api", "antifraud_cli.checklists.elapsed"])
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    """What docstrings show is what happens."""
    import importlib

    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed


def test_links_between_documents_lead_somewhere(repository: Path) -> None:
    """A relative link in a document leads to a file that exists."""
    for path in [*repository.glob("*.md"), *(repository / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), (path.name, link)
